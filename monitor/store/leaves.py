"""What the chain is over: rows that have no leaf yet, and leaves beside the rows they are of."""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, Select, func, select

from monitor.core import chain
from monitor.core.chain import Content, leaf_digest
from monitor.model import Capture, Leaf, LeafKind, Tombstone
from monitor.store.corpus import counted, set_counter
from monitor.store.schema import capture, leaf, revision, tombstone
from monitor.store.types import noun

MOST = 10_000  # leaves of a seal
MOST_TEXTS = 1_000  # revisions of a seal, since each is read whole
# On PostgreSQL rows may become visible out of the order of their numbers, where the older transaction ends later: so
# many are looked at again. What comes later still is found by `slipped`.
MARGIN = 5_000


@dataclass(frozen=True, slots=True)
class Subject:
    """A row that a leaf is of, with the hash that its leaf has by it now."""

    kind: LeafKind
    id: int
    digest: str


@dataclass(frozen=True, slots=True)
class Kept:
    """A leaf, beside what is kept of its subject.

    `there` says that its row is, `as_sealed` that the leaf is still of what the row says, `removed` that its bytes were
    removed, `buried` that a tombstone tells so.
    """

    leaf: Leaf
    there: bool
    as_sealed: bool = False
    removed: bool = False
    buried: bool = False


@dataclass(frozen=True, slots=True)
class _Kind:
    """Where the subjects of one kind are, and what the chain says of a row there."""

    rows: Select[tuple[object, ...]]
    id: ColumnElement[int]
    content: Callable[[RowMapping], Content]
    most: int = MOST


def _of_capture(row: RowMapping) -> Content:
    return chain.capture_content(noun(Capture, row))


def _of_revision(row: RowMapping) -> Content:
    return chain.revision_content(row["id"], row["origin"], chain.content_sha256(row["title"], row["text"]))


def _of_tombstone(row: RowMapping) -> Content:
    return chain.tombstone_content(noun(Tombstone, row), row["record_id"])


_TEXTS = select(revision.c.id, revision.c.origin, revision.c.title, revision.c.text)
_TOMBSTONES = select(tombstone, capture.c.record_id).join(
    capture, capture.c.id == tombstone.c.capture_id, isouter=True
)  # fmt: skip
_KINDS = {
    LeafKind.CAPTURE: _Kind(select(capture), capture.c.id, _of_capture),
    LeafKind.REVISION: _Kind(_TEXTS, revision.c.id, _of_revision, MOST_TEXTS),
    LeafKind.TOMBSTONE: _Kind(_TOMBSTONES, tombstone.c.id, _of_tombstone),
}


def unsealed(conn: Connection) -> tuple[Subject, ...]:
    """Return the oldest rows without a leaf, as many as one seal takes, in the order of its leaves."""
    found: list[Subject] = []
    for kind, one in _KINDS.items():
        statement = _without_leaf(kind, looked_at(conn, kind))
        found += _subjects(conn, kind, statement.limit(min(one.most, MOST - len(found))))
    return tuple(found)


def may_be_more(subjects: Collection[Subject]) -> bool:
    """Say whether `unsealed` returned as much as it may, so that there may be more."""
    texts = sum(one.kind is LeafKind.REVISION for one in subjects)
    return len(subjects) >= MOST or texts >= MOST_TEXTS


def slipped(conn: Connection, kind: LeafKind, after: int, until: int) -> tuple[Subject, ...]:
    """Return rows without a leaf among those with a number in (after, until]; at most as many as one seal takes."""
    one = _KINDS[kind]
    return tuple(_subjects(conn, kind, _without_leaf(kind, after).where(one.id <= until).limit(one.most)))


def looked_at(conn: Connection, kind: LeafKind) -> int:
    """Return up to which number rows are no more looked at by `unsealed`."""
    return counted(conn, _floor(kind))


def look_no_more(conn: Connection, subjects: Collection[Subject]) -> None:
    """Remember how far rows are sealed, so that the next look need not begin with the first."""
    for kind in {one.kind for one in subjects}:
        reached = max(one.id for one in subjects if one.kind is kind) - MARGIN
        if reached > looked_at(conn, kind):
            set_counter(conn, _floor(kind), reached)


def _floor(kind: LeafKind) -> str:
    return f"sealed {kind}"


def _without_leaf(kind: LeafKind, after: int) -> Select[tuple[object, ...]]:
    one = _KINDS[kind]
    # The bound on the leaves says nothing new; it keeps PostgreSQL from reading all of them to join by hash.
    mine = (leaf.c.kind == kind) & (leaf.c.subject_id == one.id) & (leaf.c.subject_id > after)
    return one.rows.where(one.id > after, ~select(leaf.c.seal).where(mine).exists()).order_by(one.id)


def _subjects(conn: Connection, kind: LeafKind, statement: Select[tuple[object, ...]]) -> Iterable[Subject]:
    of = _KINDS[kind].content
    return (Subject(kind, row["id"], leaf_digest(of(row))) for row in conn.execute(statement).mappings())


def content_of(conn: Connection, kind: LeafKind, subject_id: int) -> Content:
    """Return what the chain says of a row as it is now. Raises LookupError for one that is not there."""
    one = _KINDS[kind]
    row = conn.execute(one.rows.where(one.id == subject_id)).mappings().first()
    if row is None:
        raise LookupError(f"there is no {kind} {subject_id}")
    return one.content(row)


def of(conn: Connection, kind: LeafKind, subject_id: int) -> Leaf | None:
    """Return the leaf of a row, or None."""
    which = (leaf.c.kind == kind) & (leaf.c.subject_id == subject_id)
    row = conn.execute(select(leaf).where(which)).mappings().first()
    return noun(Leaf, row) if row else None


def digests(conn: Connection, number: int) -> tuple[str, ...]:
    """Return the hashes of a seal's leaves, by place."""
    return tuple(conn.execute(select(leaf.c.digest).where(leaf.c.seal == number).order_by(leaf.c.place)).scalars())


def count(conn: Connection) -> int:
    """Count all leaves."""
    return conn.execute(select(func.count()).select_from(leaf)).scalar_one()


def kept(conn: Connection, first: int, last: int) -> dict[int, tuple[Kept, ...]]:
    """Return the leaves of some seals by their numbers, each beside what is kept of its subject, by place."""
    found: dict[int, list[Kept]] = {}
    for kind in _KINDS:
        for one in _of_kind(conn, kind, first, last):
            found.setdefault(one.leaf.seal, []).append(one)
    return {number: tuple(sorted(ones, key=lambda one: one.leaf.place)) for number, ones in found.items()}


def _of_kind(conn: Connection, kind: LeafKind, first: int, last: int) -> Iterable[Kept]:
    one, mine = _KINDS[kind], (leaf.c.kind == kind) & leaf.c.seal.between(first, last)
    rows = conn.execute(one.rows.join(leaf, leaf.c.subject_id == one.id).where(mine)).mappings()
    by_id = {row["id"]: row for row in rows}
    graves = _graves(conn, kind, first, last)
    for row in conn.execute(select(leaf).where(mine)):
        yield _kept(kind, _leaf(row), by_id.get(row.subject_id), graves.get(row.subject_id, ()))


def _leaf(row: Row[tuple[object, ...]]) -> Leaf:
    return Leaf(row.seal, row.place, row.kind, row.subject_id, row.digest)


def _graves(conn: Connection, kind: LeafKind, first: int, last: int) -> dict[int, tuple[str | None, ...]]:
    """Return the digests that tombstones have of the subjects of some seals."""
    buried = {LeafKind.CAPTURE: tombstone.c.capture_id, LeafKind.REVISION: tombstone.c.revision_id}.get(kind)
    if buried is None:
        return {}
    mine = (leaf.c.kind == kind) & (leaf.c.subject_id == buried) & leaf.c.seal.between(first, last)
    found: dict[int, tuple[str | None, ...]] = {}
    for number, digest in conn.execute(select(buried, tombstone.c.digest).join(leaf, mine)):
        found[number] = (*found.get(number, ()), digest)
    return found


def _kept(kind: LeafKind, one: Leaf, row: RowMapping | None, graves: tuple[str | None, ...]) -> Kept:
    if row is None:
        return Kept(one, there=False)
    as_sealed = any(leaf_digest(content) == one.digest for content in _sealed_as(kind, row, graves))
    removed = kind is LeafKind.CAPTURE and row["removed_at"] is not None
    return Kept(one, True, as_sealed, removed, bool(graves))


def _sealed_as(kind: LeafKind, row: RowMapping, graves: tuple[str | None, ...]) -> Iterator[Content]:
    """Yield what a row may have said when it was sealed, the likeliest first."""
    content = _KINDS[kind].content(row)
    yield content
    if kind is LeafKind.REVISION:  # its text is gone; what it was is told by its tombstone
        yield from ({**content, "content": digest} for digest in graves)
    elif kind is LeafKind.CAPTURE:  # sealed before its record's digest was known
        yield {**content, "record": None}
