"""What the chain is over: rows that have no leaf yet, and leaves beside the rows they are of."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, Select, select

from monitor.core import chain
from monitor.core.chain import Content, ReadFrom, leaf_digest
from monitor.model import Capture, Leaf, LeafKind, Tombstone
from monitor.store import counters, readings
from monitor.store.batches import batches
from monitor.store.schema import capture, leaf, revision, tombstone
from monitor.store.types import first, noun

# While a seal is made nobody else writes: this much takes less than a tenth of a second.
MOST = 2_000  # leaves of a seal
MOST_TEXTS = 250  # revisions of a seal, since each is read whole
# On PostgreSQL rows may become visible out of the order of their numbers, where the older transaction ends later: so
# many are looked at again. What comes later still is found by `slipped`.
MARGIN = 5_000


@dataclass(frozen=True, slots=True)
class Subject:
    """A row that a leaf is of, with the hash that its leaf has by it now; `read_from` as in `Leaf`."""

    kind: LeafKind
    id: int
    digest: str
    read_from: int | None = None


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
    content: Callable[[RowMapping, ReadFrom], Content]
    most: int = MOST


def _of_capture(row: RowMapping, _: ReadFrom) -> Content:
    return chain.capture_content(noun(Capture, row))


def _of_revision(row: RowMapping, read_from: ReadFrom) -> Content:
    return chain.revision_content(row["id"], row["origin"], chain.content_sha256(row["title"], row["text"]), read_from)


def _of_tombstone(row: RowMapping, _: ReadFrom) -> Content:
    return chain.tombstone_content(noun(Tombstone, row), row["record_id"])


_TEXTS = select(
    *(revision.c.id, revision.c.origin, revision.c.title, revision.c.text),
    *(revision.c.document_id, revision.c.reextracts),
)
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
    return counters.get(conn, _floor(kind))


def look_no_more(conn: Connection, subjects: Collection[Subject]) -> None:
    """Remember how far rows are sealed, so that the next look need not begin with the first."""
    for kind in {one.kind for one in subjects}:
        reached = max(one.id for one in subjects if one.kind is kind) - MARGIN
        if reached > looked_at(conn, kind):
            counters.put(conn, _floor(kind), reached)


def _floor(kind: LeafKind) -> str:
    return f"sealed {kind}"


def _without_leaf(kind: LeafKind, after: int) -> Select[tuple[object, ...]]:
    one = _KINDS[kind]
    # The bound on the leaves says nothing new; it keeps PostgreSQL from reading all of them to join by hash.
    mine = (leaf.c.kind == kind) & (leaf.c.subject_id == one.id) & (leaf.c.subject_id > after)
    return one.rows.where(one.id > after, ~select(leaf.c.seal).where(mine).exists()).order_by(one.id)


def _subjects(conn: Connection, kind: LeafKind, statement: Select[tuple[object, ...]]) -> list[Subject]:
    rows = conn.execute(statement).mappings().all()
    chosen = readings.choose(conn, rows) if kind is LeafKind.REVISION else {}
    contents = _contents(conn, kind, rows, chosen)
    return [Subject(kind, row["id"], leaf_digest(contents[row["id"]]), chosen.get(row["id"])) for row in rows]


def _contents(
    conn: Connection, kind: LeafKind, rows: Sequence[RowMapping], chosen: Mapping[int, int | None]
) -> dict[int, Content]:
    """Return what the chain says of rows, by number, where texts were read from what was chosen."""
    of, told = _KINDS[kind].content, dict[int, ReadFrom]()
    if kind is LeafKind.REVISION:
        told = readings.told(conn, {row["id"]: (row["origin"], chosen.get(row["id"])) for row in rows})
    return {row["id"]: of(row, told.get(row["id"], ReadFrom())) for row in rows}


def content_of(conn: Connection, kind: LeafKind, subject_id: int, read_from: int | None = None) -> Content:
    """Return what the chain says of a row as it is now. Raises LookupError for one that is not there."""
    one = _KINDS[kind]
    rows = conn.execute(one.rows.where(one.id == subject_id)).mappings().all()
    if not rows:
        raise LookupError(f"there is no {kind} {subject_id}")
    return _contents(conn, kind, rows, {subject_id: read_from})[subject_id]


def of(conn: Connection, kind: LeafKind, subject_id: int) -> Leaf | None:
    """Return the leaf of a row, or None."""
    which = (leaf.c.kind == kind) & (leaf.c.subject_id == subject_id)
    return first(Leaf, conn.execute(select(leaf).where(which)))


def digests(conn: Connection, number: int) -> tuple[str, ...]:
    """Return the hashes of a seal's leaves, by place."""
    return tuple(conn.execute(select(leaf.c.digest).where(leaf.c.seal == number).order_by(leaf.c.place)).scalars())


def kept(conn: Connection, first: int, last: int) -> dict[int, tuple[Kept, ...]]:
    """Return the leaves of some seals by their numbers, each beside what is kept of its subject, by place."""
    # In the order of their places: the index over kinds would lead through every leaf there is.
    statement = select(leaf).where(leaf.c.seal.between(first, last)).order_by(leaf.c.seal, leaf.c.place)
    sealed = [_leaf(row) for row in conn.execute(statement)]
    beside = {kind: _beside(conn, kind, [one for one in sealed if one.kind is kind]) for kind in _KINDS}
    found: dict[int, list[Kept]] = {}
    for one in sealed:
        found.setdefault(one.seal, []).append(beside[one.kind].of(one))
    return {number: tuple(ones) for number, ones in found.items()}


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is kept of the subjects of leaves of one kind, by number; `graves` are the digests that tombstones have."""

    kind: LeafKind
    rows: Mapping[int, RowMapping]
    contents: Mapping[int, Content]
    graves: Mapping[int, Sequence[str | None]]

    def of(self, one: Leaf) -> Kept:
        """Return a leaf beside its row."""
        row, graves = self.rows.get(one.subject_id), self.graves.get(one.subject_id, ())
        if row is None:
            return Kept(one, there=False)
        sealed_as = _sealed_as(self.kind, self.contents[one.subject_id], graves)
        as_sealed = any(leaf_digest(content) == one.digest for content in sealed_as)
        removed = self.kind is LeafKind.CAPTURE and row["removed_at"] is not None
        return Kept(one, True, as_sealed, removed, bool(graves))


def _beside(conn: Connection, kind: LeafKind, sealed: Sequence[Leaf]) -> _Beside:
    one, chosen = _KINDS[kind], {each.subject_id: each.read_from for each in sealed}
    found = [conn.execute(one.rows.where(one.id.in_(some))).mappings().all() for some in batches(chosen)]
    rows = [row for some in found for row in some]
    graves = _graves(conn, kind, chosen)
    return _Beside(kind, {row["id"]: row for row in rows}, _contents(conn, kind, rows, chosen), graves)


def _leaf(row: Row[tuple[object, ...]]) -> Leaf:
    return Leaf(row.seal, row.place, row.kind, row.subject_id, row.digest, row.read_from)


def _graves(conn: Connection, kind: LeafKind, numbers: Collection[int]) -> dict[int, list[str | None]]:
    """Return the digests that tombstones have of some subjects, by number."""
    buried = {LeafKind.CAPTURE: tombstone.c.capture_id, LeafKind.REVISION: tombstone.c.revision_id}.get(kind)
    found: dict[int, list[str | None]] = {}
    if buried is not None:
        for some in batches(numbers):
            for number, digest in conn.execute(select(buried, tombstone.c.digest).where(buried.in_(some))):
                found.setdefault(number, []).append(digest)
    return found


def _sealed_as(kind: LeafKind, content: Content, graves: Sequence[str | None]) -> Iterator[Content]:
    """Yield what a row may have said when it was sealed, the likeliest first."""
    yield content
    if kind is LeafKind.REVISION:  # its text is gone; what it was is told by its tombstone
        yield from ({**content, "content": digest} for digest in graves)
    elif kind is LeafKind.CAPTURE:  # sealed before its record's digest was known
        yield {**content, "record": None}
