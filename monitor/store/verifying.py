"""What `verify` asks of the database: rows beside the evidence, texts beside their digests, the database by itself."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, ForeignKey, Select, func, select

from monitor.model import Capture, ChangeKind, DocumentState, EvidenceFile, Origin, Outcome, Revision
from monitor.store import dialects
from monitor.store.dialects import Integrity
from monitor.store.schema import (
    capture,
    change,
    corpus_bytes,
    corpus_file,
    document,
    evidence_file,
    fetch,
    metadata,
    revision,
    seal,
)
from monitor.store.types import nouns

_KEPT = capture.c.removed_at.is_(None)


def captures_after(conn: Connection, file: str, after: int, before: int, limit: int) -> tuple[Capture, ...]:
    """Return the captures of a file at offsets in (after, before), in order; those removed for good as well."""
    where = (capture.c.file == file) & (capture.c.offset > after) & (capture.c.offset < before)
    return nouns(Capture, conn.execute(select(capture).where(where).order_by(capture.c.offset).limit(limit)))


class Extent(NamedTuple):
    """How far a file goes by the database, in bytes: what is committed, and where the last capture ends."""

    committed: int
    furthest: int

    @property
    def length(self) -> int:
        """Return how much of the file is to be there."""
        return max(self.committed, self.furthest)


def extent(conn: Connection, file: str) -> Extent:
    """Return how far a file goes, by its row and by its captures."""
    end = func.max(capture.c.offset + capture.c.length)
    furthest = conn.execute(select(end).where(capture.c.file == file, _KEPT)).scalar()
    committed = conn.execute(select(evidence_file.c.committed_length).where(evidence_file.c.name == file)).scalar()
    return Extent(int(committed or 0), int(furthest or 0))


def captures_beyond(conn: Connection, file: str, length: int) -> int:
    """Count the captures that do not lie whole within the first bytes of a file."""
    beyond = (capture.c.file == file) & (capture.c.offset + capture.c.length > length) & _KEPT
    return conn.execute(select(func.count()).select_from(capture).where(beyond)).scalar_one()


def verified_before(conn: Connection, moment: datetime) -> tuple[EvidenceFile, ...]:
    """Return the files last verified before then, or never, the longest ago first; not those with a known problem."""
    at = evidence_file.c.verified_at
    old = (at.is_(None) | (at < moment)) & evidence_file.c.removed_at.is_(None) & evidence_file.c.problem.is_(None)
    statement = select(evidence_file).where(old).order_by(at.is_not(None), at, evidence_file.c.name)
    return nouns(EvidenceFile, conn.execute(statement))


class RecordTwice(NamedTuple):
    """A record id that several captures have."""

    record_id: str
    times: int
    capture_id: int


def repeated_records(conn: Connection, limit: int) -> tuple[RecordTwice, ...]:
    """Return the record ids of more than one capture."""
    count, first = func.count(), func.min(capture.c.id)
    statement = select(capture.c.record_id, count, first).where(_KEPT).group_by(capture.c.record_id).having(count > 1)
    return tuple(RecordTwice(*row) for row in conn.execute(statement.order_by(first).limit(limit)))


def captures_in_removed_files(conn: Connection, limit: int) -> tuple[Capture, ...]:
    """Return captures that are said to be kept in a file that was replaced or removed."""
    statement = select(capture).join(evidence_file, evidence_file.c.name == capture.c.file)
    statement = statement.where(evidence_file.c.removed_at.is_not(None), _KEPT).order_by(capture.c.id).limit(limit)
    return nouns(Capture, conn.execute(statement))


class Miscounted(NamedTuple):
    """A document whose row says another number of revisions than there are."""

    document_id: int
    said: int
    counted: int


def miscounted(conn: Connection, limit: int) -> tuple[Miscounted, ...]:
    """Return the documents whose `revision_count` is not the number of their revisions."""
    counted = select(func.count()).where(revision.c.document_id == document.c.id).scalar_subquery()
    statement = select(document.c.id, document.c.revision_count, counted).where(document.c.revision_count != counted)
    return tuple(Miscounted(*row) for row in conn.execute(statement.order_by(document.c.id).limit(limit)))


class Misfiled(NamedTuple):
    """A capture of one document that is said to show a text of another."""

    capture_id: int
    document_id: int | None
    revision_id: int
    of_document: int


def misfiled(conn: Connection, limit: int) -> tuple[Misfiled, ...]:
    """Return the captures that show a text of another document than their own.

    Saved texts are handed over to the article that they turn out to be (app/joining.py); what showed them is not.
    """
    columns = (capture.c.id, capture.c.document_id, revision.c.id, revision.c.document_id)
    statement = select(*columns).join(revision, revision.c.id == capture.c.revision_id)
    other = capture.c.document_id.is_distinct_from(revision.c.document_id) & (revision.c.origin == Origin.WEB)
    return tuple(Misfiled(*row) for row in conn.execute(statement.where(other).order_by(capture.c.id).limit(limit)))


def was_seen(conn: Connection, one: Revision, since: datetime, until: datetime) -> bool:
    """Say whether somebody looked at the page of a text between two times and found it: a capture or a fetch tells.

    A fetch counts where nothing was kept of it. Texts that were read again from old bytes, and the readings before
    them, have their times of each other: there any capture of the document counts.
    """
    captured = select(capture.c.id).where(capture.c.captured_at.between(since, until)).limit(1)
    if conn.execute(captured.where(capture.c.revision_id == one.id)).first() is not None:
        return True
    bare = select(fetch.c.id).where(fetch.c.document_id == one.document_id, fetch.c.started_at.between(since, until))
    found = fetch.c.outcome.in_([Outcome.OK, Outcome.NOT_MODIFIED])
    kept = select(capture.c.id).where(capture.c.fetch_id == fetch.c.id).exists()
    if conn.execute(bare.where(found, ~kept).limit(1)).first() is not None:
        return True
    of_document = captured.where(capture.c.document_id == one.document_id)
    again = one.reextracts is not None or _read_again(conn, one)
    return again and conn.execute(of_document).first() is not None


def _read_again(conn: Connection, one: Revision) -> bool:
    ends = (change.c.from_revision == one.number) | (change.c.to_revision == one.number)
    mine = (change.c.document_id == one.document_id) & (change.c.kind == ChangeKind.REEXTRACTED)
    return conn.execute(select(change.c.id).where(mine, ends).limit(1)).first() is not None


def without_current(conn: Connection, limit: int) -> tuple[int, ...]:
    """Return the documents whose current revision is not there, or is another document's."""
    theirs = select(revision.c.id).where(
        revision.c.id == document.c.revision_id, revision.c.document_id == document.c.id
    )
    statement = select(document.c.id).where(document.c.revision_id.is_not(None), ~theirs.exists())
    return tuple(conn.execute(statement.order_by(document.c.id).limit(limit)).scalars())


def _texts() -> Select[tuple[int]]:
    """Select the revisions whose text should be there: all but those of documents that were redacted."""
    kept = document.c.state != DocumentState.REDACTED
    return select(revision.c.id).join(document, document.c.id == revision.c.document_id).where(kept)


def texts_after(conn: Connection, after: int, limit: int) -> tuple[Revision, ...]:
    """Return the next revisions whose text should be there, by id."""
    page = _texts().where(revision.c.id > after).order_by(revision.c.id).limit(limit).subquery()
    statement = select(revision).join(page, page.c.id == revision.c.id).order_by(revision.c.id)
    return nouns(Revision, conn.execute(statement))


def texts(conn: Connection, after: int) -> int:
    """Count the revisions beyond an id whose text should be there."""
    rest = _texts().where(revision.c.id > after).subquery()
    return conn.execute(select(func.count()).select_from(rest)).scalar_one()


class Saved(NamedTuple):
    """A saved file behind a revision: which text of it."""

    sha256: str
    line: int
    path: str


def saved_files(conn: Connection, revision_id: int) -> tuple[Saved, ...]:
    """Return the saved files that became a revision, the first first."""
    which = corpus_file.c.revision_id == revision_id
    columns = (corpus_file.c.sha256, corpus_file.c.line, corpus_file.c.path)
    return tuple(Saved(*row) for row in conn.execute(select(*columns).where(which).order_by(corpus_file.c.id)))


def seals(conn: Connection) -> int:
    """Count the seals."""
    return conn.execute(select(func.count()).select_from(seal)).scalar_one()


def saved_bytes(conn: Connection, sha256: str) -> bytes | None:
    """Return a saved file byte for byte, or None where it is not there."""
    data = conn.execute(select(corpus_bytes.c.data).where(corpus_bytes.c.sha256 == sha256)).scalar()
    return None if data is None else bytes(data)


def integrity(conn: Connection, limit: int) -> Integrity:
    """Return what the database says of itself."""
    return dialects.integrity(conn, limit)


class Dangling(NamedTuple):
    """Rows of a table that refer to rows which are not there."""

    column: str  # table.column
    refers_to: str
    rows: int


def dangling(conn: Connection) -> tuple[Dangling, ...]:
    """Return the references that lead nowhere, of all foreign keys."""
    found = (_dangling(conn, key) for table in metadata.sorted_tables for key in table.foreign_keys)
    return tuple(one for one in found if one.rows)


def _dangling(conn: Connection, key: ForeignKey) -> Dangling:
    child, parent = key.parent, key.column.table.alias("parent")
    there = select(parent.c[key.column.name]).where(parent.c[key.column.name] == child)
    statement = select(func.count()).select_from(child.table).where(child.is_not(None), ~there.exists())
    count = conn.execute(statement).scalar_one()
    return Dangling(f"{child.table.name}.{child.name}", key.target_fullname, count)
