"""What is removed of the evidence: which captures may go, tombstones for those that do, files that are to follow."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, or_, select, update

from monitor.core.retention import Repeat
from monitor.model import Capture, Change, EvidenceFile, RemovalCause, Tombstone
from monitor.store import files
from monitor.store.batches import batches
from monitor.store.schema import capture, change, document, evidence_file, fetch, source, tombstone
from monitor.store.types import columns_of, noun, nouns

REWRITTEN, EMPTIED = "written anew as ", "all that it held was removed"  # why a file is no more
REDIRECTS = timedelta(days=1)  # a chain of them takes no longer


@dataclass(frozen=True, slots=True)
class Fetched:
    """A capture with what its fetch was for; `retain_s` is what was said of its source, or its document's."""

    capture: Capture
    document_id: int | None
    source_id: int | None
    detail: str | None
    retain_s: int | None


_KEPT = capture.c.removed_at.is_(None)
_ITS_SOURCE = source.alias("its_source")


def shortest_of_sources(conn: Connection) -> int | None:
    """Return the shortest time that was said of a source, in seconds, or None."""
    return conn.execute(select(func.min(source.c.retain_s))).scalar()


def fetched_before(conn: Connection, until: datetime) -> Iterator[tuple[Fetched, ...]]:
    """Yield, fetch by fetch, the captures kept that may have been made before a time; the last is that of its end."""
    statement = (
        select(
            capture,
            fetch.c.document_id.label("of"),
            fetch.c.source_id,
            fetch.c.detail,
            source.c.retain_s,
            _ITS_SOURCE.c.retain_s,
        )
        .join(fetch, fetch.c.id == capture.c.fetch_id)
        .join(source, source.c.id == fetch.c.source_id, isouter=True)
        .join(document, document.c.id == func.coalesce(capture.c.document_id, fetch.c.document_id), isouter=True)
        .join(_ITS_SOURCE, _ITS_SOURCE.c.id == document.c.source_id, isouter=True)
        .where(_KEPT, capture.c.captured_at < until + REDIRECTS)
        .order_by(capture.c.fetch_id, capture.c.id)
    )
    group: list[Fetched] = []
    for row in conn.execute(statement.execution_options(yield_per=1000)):
        one = noun(Capture, row._mapping)
        if group and group[0].capture.fetch_id != one.fetch_id:
            yield tuple(group)
            group = []
        of, source_id, detail, own, inherited = tuple(row)[-5:]
        group.append(Fetched(one, one.document_id or of, source_id, detail, inherited if own is None else own))
    if group:
        yield tuple(group)


def repeats(conn: Connection, digests: Collection[str]) -> tuple[Repeat, ...]:
    """Return the revisits kept that repeat one of these payloads, at whatever address."""
    statement = select(capture.c.id, capture.c.digest, capture.c.captured_at)
    rows = conn.execute(statement.where(_KEPT, capture.c.record_type == "revisit"))
    return tuple(Repeat(*row) for row in rows if row.digest in digests)


def captures_of(conn: Connection, documents: Iterable[int]) -> dict[int, list[Capture]]:
    """Return all captures kept of documents, by document."""
    found: dict[int, list[Capture]] = {}
    for some in batches(documents):
        for row in conn.execute(select(capture).where(capture.c.document_id.in_(some), _KEPT)).mappings():
            found.setdefault(row["document_id"], []).append(noun(Capture, row))
    return found


def changes_of(conn: Connection, documents: Iterable[int]) -> dict[int, list[Change]]:
    """Return all changes of documents, by document."""
    found: dict[int, list[Change]] = {}
    for some in batches(documents):
        for row in conn.execute(select(change).where(change.c.document_id.in_(some))).mappings():
            found.setdefault(row["document_id"], []).append(noun(Change, row))
    return found


def lengths(conn: Connection) -> dict[str, int]:
    """Return how many bytes each evidence file has."""
    return {one.name: one.committed_length for one in files.every(conn)}


def mark(conn: Connection, ids: Iterable[int], cause: RemovalCause, reason: str, now: datetime) -> tuple[Capture, ...]:
    """Say of captures that their bytes are removed, each with a tombstone; return those that were there until now.

    The bytes themselves go when their files are written anew (`unclean`).
    """
    gone: list[Capture] = []
    for some in batches(ids):
        rows = conn.execute(select(capture).where(capture.c.id.in_(some), _KEPT).order_by(capture.c.id)).mappings()
        gone += [noun(Capture, row) for row in rows]
        conn.execute(update(capture).where(capture.c.id.in_(some), _KEPT).values(removed_at=now, quality_reason=None))
    bury(
        conn,
        [
            Tombstone(now, cause, reason, capture_id=one.id, document_id=one.document_id, digest=one.record_sha256)
            for one in gone
        ],
    )
    return tuple(gone)


def bury(conn: Connection, stones: Sequence[Tombstone]) -> None:
    """Add tombstones."""
    if stones:
        conn.execute(insert(tombstone), [columns_of(one) for one in stones])


# --- files ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Unclean:
    """A file that still holds bytes of removed captures; `redacted` says that a redaction is among the causes."""

    file: EvidenceFile
    captures: tuple[Capture, ...]
    redacted: bool

    @property
    def kept(self) -> tuple[Capture, ...]:
        """Return its captures that stay."""
        return tuple(one for one in self.captures if one.removed_at is None)


def unclean(conn: Connection) -> tuple[str, ...]:
    """Return the files that still hold bytes of removed captures, by name."""
    statement = select(capture.c.file).distinct().join(evidence_file, evidence_file.c.name == capture.c.file)
    which = capture.c.removed_at.is_not(None) & evidence_file.c.removed_at.is_(None)
    return tuple(conn.execute(statement.where(which).order_by(capture.c.file)).scalars())


def look_at(conn: Connection, name: str) -> Unclean | None:
    """Return what a file holds, None where nothing is to be taken out of it (any more)."""
    one = files.get(conn, name)
    held = nouns(Capture, conn.execute(select(capture).where(capture.c.file == name).order_by(capture.c.offset)))
    gone = [capture.id for capture in held if capture.removed_at is not None]
    if one is None or one.removed_at is not None or not gone:
        return None
    redacted = any(
        conn.execute(_REDACTION.where(tombstone.c.capture_id.in_(some)).limit(1)).first() for some in batches(gone)
    )
    return Unclean(one, held, redacted)


_REDACTION = select(tombstone.c.id).where(tombstone.c.cause == RemovalCause.REDACTION)


def replace_file(
    conn: Connection, held: Unclean, new: EvidenceFile | None, places: Mapping[int, tuple[int, int]], now: datetime
) -> bool:
    """Let a file without the removed records stand for one; with no `new` one nothing is left of it.

    False, and nothing is done, where the file is not any more as it was when it was written anew. Captures without a
    place in the new one could not be read, and count as removed with the others.
    """
    if look_at(conn, held.file.name) != held:
        return False
    if new is not None:
        files.add(conn, new)
    for one in held.kept:
        if new is not None and one.offset in places:
            offset, length = places[one.offset]
            moved = {"file": new.name, "offset": offset, "length": length or one.length}
            conn.execute(update(capture).where(capture.c.id == one.id).values(**moved))
    lost = [one.id for one in held.kept if new is None or one.offset not in places]
    mark(conn, lost, RemovalCause.REDACTION, "could not be read, in a file that was redacted", now)
    why = f"{REWRITTEN}{new.name} without what was removed" if new else EMPTIED
    files.set_fields(conn, held.file.name, removed_at=now, removed_why=why)
    return True


def removed_files(conn: Connection) -> tuple[str, ...]:
    """Return the names of files that were written anew, or removed, for the sake of what was removed from them."""
    ours = or_(evidence_file.c.removed_why == EMPTIED, evidence_file.c.removed_why.startswith(REWRITTEN))
    rows = conn.execute(select(evidence_file.c.name).where(evidence_file.c.removed_at.is_not(None), ours))
    return tuple(rows.scalars())
