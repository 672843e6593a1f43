"""Copies: the sampled word sequences by which they are found, the clusters, and each document's place in one."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from monitor.model import Cluster, Copy, Document, Origin, Revision
from monitor.store.schema import cluster, copy, document, revision, shingle
from monitor.store.types import columns_of, first, noun, nouns

TURN = "copies"  # to be taken before copies are looked for: two that come at once would not see each other


@dataclass(frozen=True, slots=True)
class Kept:
    """A text of a document as far as copies are looked for in it, and the cluster that the document is in."""

    document_id: int
    url: str | None
    outlet: str | None
    origin: Origin
    title: str | None
    text: str
    asides: tuple[str, ...]
    cluster_id: int | None = None


_PLACE = select(copy).where(copy.c.document_id == bindparam("document"))
_INDEX = insert(shingle)
_HOLDERS = select(shingle.c.hash, shingle.c.document_id).where(shingle.c.hash.in_(bindparam("hashes", expanding=True)))
_TEXTS = (
    select(
        document.c.id.label("document_id"), document.c.url, document.c.outlet, copy.c.cluster_id,
        revision.c.origin, revision.c.title, revision.c.text, revision.c.asides,
    )
    .select_from(document)
    .join(revision, revision.c.document_id == document.c.id)
    .join(copy, copy.c.document_id == document.c.id, isouter=True)
    .where(document.c.id.in_(bindparam("ids", expanding=True)))
    .where((revision.c.id == document.c.revision_id) | (revision.c.number == 1))
)  # fmt: skip


def holders(conn: Connection, hashes: Collection[int]) -> list[tuple[int, int]]:
    """Return which documents hold these sequences, as (hash, document)."""
    return [(row[0], row[1]) for row in conn.execute(_HOLDERS, {"hashes": list(hashes)})]


def index(
    conn: Connection, document_id: int, hashes: Collection[int], held: Iterable[tuple[int, int]], crowd: int
) -> None:
    """Let a document be found by these sequences, given who holds them; those of its earlier texts stay.

    What a `crowd` holds is held by no more, so that no sequence has more rows than that.
    """
    holding: dict[int, int] = {}
    own = set()
    for one, who in held:
        holding[one] = holding.get(one, 0) + 1
        if who == document_id:
            own.add(one)
    new = [one for one in hashes if one not in own and holding.get(one, 0) < crowd]
    if new:
        conn.execute(_INDEX, [{"hash": one, "document_id": document_id} for one in new])


def texts(conn: Connection, document_ids: Collection[int]) -> tuple[Kept, ...]:
    """Return the current and the first text of documents."""
    return nouns(Kept, conn.execute(_TEXTS, {"ids": list(document_ids)}))


def current(conn: Connection, document_ids: Collection[int]) -> dict[int, tuple[Document, Revision]]:
    """Return documents by number, each with its current revision; those that have none are left out."""
    which = document.c.id.in_(list(document_ids))
    found = {row["id"]: noun(Document, row) for row in conn.execute(select(document).where(which)).mappings()}
    statement = select(revision).where(revision.c.id.in_([one.revision_id for one in found.values()]))
    kept = {row["document_id"]: noun(Revision, row) for row in conn.execute(statement).mappings()}
    return {number: (found[number], kept[number]) for number in found if number in kept}


def place_of(conn: Connection, document_id: int) -> Copy | None:
    """Return a document's place in a cluster, or None."""
    return first(Copy, conn.execute(_PLACE, {"document": document_id}))


def get(conn: Connection, cluster_id: int) -> Cluster | None:
    """Return a cluster by its number, or None; one that went into another is no more."""
    return first(Cluster, conn.execute(select(cluster).where(cluster.c.id == cluster_id)))


def members(conn: Connection, cluster_id: int) -> tuple[Copy, ...]:
    """Return the places of a cluster, by when they were taken."""
    return members_of(conn, [cluster_id])[cluster_id]


def members_of(conn: Connection, cluster_ids: Collection[int]) -> dict[int, tuple[Copy, ...]]:
    """Return the places of clusters, by when they were taken."""
    statement = select(copy).where(copy.c.cluster_id.in_(list(cluster_ids)))
    found = nouns(Copy, conn.execute(statement.order_by(copy.c.joined_at, copy.c.document_id)))
    return {number: tuple(one for one in found if one.cluster_id == number) for number in cluster_ids}


def newest(conn: Connection, limit: int) -> tuple[Cluster, ...]:
    """Return the clusters that grew last, newest first."""
    grew_at = func.max(copy.c.joined_at)
    statement = select(cluster).join(copy, copy.c.cluster_id == cluster.c.id).group_by(cluster.c.id, cluster.c.made_at)
    return nouns(Cluster, conn.execute(statement.order_by(grew_at.desc(), cluster.c.id.desc()).limit(limit)))


def found(conn: Connection, at: datetime) -> int:
    """Make a cluster, and return its number."""
    made = conn.execute(insert(cluster).values(made_at=at)).inserted_primary_key
    assert made is not None
    return int(made[0])


def join(conn: Connection, place: Copy) -> Copy:
    """Give a document a place, and return it."""
    conn.execute(insert(copy).values(**columns_of(place)))
    return place


def first_of(conn: Connection, cluster_id: int) -> int | None:
    """Return the document that a cluster was found with, which is like none."""
    which = (copy.c.cluster_id == cluster_id) & copy.c.like_document_id.is_(None)
    return conn.execute(select(copy.c.document_id).where(which).limit(1)).scalar()


def merge(conn: Connection, gone: int, into: int) -> None:
    """Make one cluster of two."""
    conn.execute(update(copy).where(copy.c.cluster_id == gone).values(cluster_id=into))
    conn.execute(delete(cluster).where(cluster.c.id == gone))


def set_like(conn: Connection, place: Copy) -> None:
    """Say which document one that was the first of its cluster is like, and how much."""
    values = columns_of(place, "document_id", "cluster_id", "joined_at")
    conn.execute(update(copy).where(copy.c.document_id == place.document_id).values(**values))


def hand_over(conn: Connection, gone: int, to: int) -> None:
    """Let a document be found by what another was found by, and take its place where it has none of its own.

    A cluster that is left with one document is none.
    """
    places = [place for place in (place_of(conn, gone), place_of(conn, to)) if place]
    held = select(shingle.c.hash).where(shingle.c.document_id == to)
    theirs = shingle.c.document_id == gone
    conn.execute(update(shingle).where(theirs, shingle.c.hash.not_in(held)).values(document_id=to))
    conn.execute(delete(shingle).where(theirs))
    itself = (copy.c.document_id == to) & (copy.c.like_document_id == gone)
    conn.execute(update(copy).where(itself).values(like_document_id=None, resemblance=0.0, containment=0.0))
    conn.execute(update(copy).where(copy.c.like_document_id == gone).values(like_document_id=to))
    if len(places) == 2:
        conn.execute(delete(copy).where(copy.c.document_id == gone))
    else:
        conn.execute(update(copy).where(copy.c.document_id == gone).values(document_id=to))
    for cluster_id in {place.cluster_id for place in places}:
        _dissolve_one(conn, cluster_id)


def leave(conn: Connection, document_id: int) -> None:
    """Let a document be found no more, and take it out of its cluster; one that is left with one document is none."""
    place = place_of(conn, document_id)
    conn.execute(delete(shingle).where(shingle.c.document_id == document_id))
    like_it = update(copy).where(copy.c.like_document_id == document_id)
    conn.execute(like_it.values(like_document_id=None, resemblance=0.0, containment=0.0))
    conn.execute(delete(copy).where(copy.c.document_id == document_id))
    if place is not None:
        _dissolve_one(conn, place.cluster_id)


def _dissolve_one(conn: Connection, cluster_id: int) -> None:
    if len(members(conn, cluster_id)) < 2:
        conn.execute(delete(copy).where(copy.c.cluster_id == cluster_id))
        conn.execute(delete(cluster).where(cluster.c.id == cluster_id))
