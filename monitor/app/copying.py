"""Find copies: which documents have the same text, whose it was first, and what each altered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection

from monitor.answers import ClusterView, CopyView
from monitor.app.context import Context
from monitor.core.likeness import (
    SKETCH,
    Likeness,
    altered,
    candidates,
    is_copy,
    is_mostly,
    liken,
    sequences,
    sketch,
)
from monitor.core.saved import body_of_saved
from monitor.core.words import count_words
from monitor.model import Cluster, Copy, Document, Origin, Revision
from monitor.store import copies as store
from monitor.store import counters, documents
from monitor.store.copies import Kept

COMPARED = 3  # members of one cluster; further ones would tell nothing new
COMMON = 0.2  # of what two texts share, this much a third one has to have to be one with them
SHOWN = 50  # members of a cluster
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the web, a date is a clock that was never set


@dataclass(frozen=True, slots=True)
class Match:
    """A document that is a copy, the cluster that it is in, how like it is, and the sequences that it shares."""

    document_id: int
    cluster_id: int | None
    likeness: Likeness
    shared: frozenset[str] = field(repr=False)

    @property
    def is_mostly(self) -> bool:
        """Say whether the longer of the two is mostly the other; only then it speaks for whole clusters."""
        return is_mostly(self.likeness.resemblance, self.likeness.containment)


def assign(conn: Connection, ctx: Context, document: Document, revision: Revision) -> Copy | None:
    """Let a new revision be found, and return its document's place in a cluster of copies, None where it has no copy.

    It joins the cluster of the document that it is most like, or makes one with it. Of two clusters it makes one where
    it is mostly what either carries. A place once taken is kept, with the likeness it was taken for, whatever becomes
    of the text. To be called in the transaction that stores the revision; reads a few texts at most.
    """
    place = store.place_of(conn, document.id) if revision.number > 1 else None  # of its first text it has none yet
    text = _sequences(ctx, _kept(document, revision))
    if not (marks := sketch(text)):
        return place
    counters.take_turn(conn, store.TURN)
    held = store.holders(conn, marks)
    store.index(conn, document.id, marks, held, SKETCH.crowd)
    likely = candidates(marks, [one for one in held if one[1] != document.id])
    for match in _matches(conn, ctx, text, likely):
        place = _placed(conn, ctx, document, text, match, place)
    return place


def _kept(document: Document, revision: Revision) -> Kept:
    return Kept(
        document_id=document.id,
        url=document.url,
        outlet=document.outlet,
        origin=revision.origin,
        title=revision.title,
        text=revision.text,
        asides=revision.asides,
    )


def _sequences(ctx: Context, kept: Kept) -> tuple[str, ...]:
    return sequences(_article(ctx, kept))


def _article(ctx: Context, kept: Kept) -> str:
    """Return the article of a text: without what its page marks as none, or what was saved around it."""
    if kept.origin is Origin.WEB:
        asides = set(kept.asides)
        return "\n".join(line for line in kept.text.split("\n") if line not in asides) if asides else kept.text
    outlet = ctx.registry.get(kept.outlet) if kept.outlet else None
    names = (outlet.name, *outlet.aliases) if outlet else ()
    return body_of_saved(kept.text, kept.title, kept.url, names)


def _matches(conn: Connection, ctx: Context, text: Sequence[str], likely: Sequence[int]) -> list[Match]:
    """Compare with the likeliest documents, their first and their current text; return the copies, likest first."""
    texts: dict[int, list[Kept]] = {number: [] for number in likely}
    for kept in store.texts(conn, likely) if likely else ():
        texts[kept.document_id].append(kept)
    found: list[Match] = []
    for each in filter(None, texts.values()):
        cluster = each[0].cluster_id
        if cluster and sum(one.cluster_id == cluster for one in found) >= COMPARED:
            continue
        others = [_sequences(ctx, kept) for kept in each]
        likeness, at = max((liken(text, other), at) for at, other in enumerate(others))
        if is_copy(likeness):
            found.append(Match(each[0].document_id, cluster, likeness, frozenset(text).intersection(others[at])))
    return sorted(found, key=lambda match: match.likeness, reverse=True)


def _placed(
    conn: Connection, ctx: Context, document: Document, text: Sequence[str], match: Match, place: Copy | None
) -> Copy | None:
    """Bring a document and a copy of it together, and so what each is with already; return the document's place.

    That is done only where what the two share is what those others share as well: a roundup that begins with one
    text may be mostly another one, and a page that is written anew every day may have been a copy once.
    """
    now = ctx.clock.now()
    known = store.place_of(conn, match.document_id)
    if place is None:
        if known and not _is_theirs(conn, ctx, known, match.shared):
            return None
        cluster = known.cluster_id if known else _founded(conn, match.document_id, now)
        return store.join(conn, _place(document.id, cluster, now, match.document_id, match.likeness))
    if known and (known.cluster_id == place.cluster_id or not (match.is_mostly and _belongs(place))):
        return place
    if not all(_is_theirs(conn, ctx, one, match.shared) for one in (place, known) if one):
        return place
    if known:
        _merge(conn, ctx, document, text, match, (place.cluster_id, known.cluster_id))
        return store.place_of(conn, document.id)
    store.join(conn, _place(match.document_id, place.cluster_id, now, document.id, match.likeness))
    return place


def _is_theirs(conn: Connection, ctx: Context, place: Copy, shared: frozenset[str]) -> bool:
    """Say whether what a text shares with a document is also of those that the document is with."""
    places = store.members(conn, place.cluster_id)
    others = [one.document_id for one in places if one.document_id != place.document_id][:COMPARED]
    texts = (frozenset(_sequences(ctx, kept)) for kept in store.texts(conn, others))
    return any(len(shared & text) >= COMMON * min(len(shared), len(text)) for text in texts if text)


def _founded(conn: Connection, first: int, now: datetime) -> int:
    cluster = store.found(conn, now)
    store.join(conn, Copy(first, cluster, now))
    return cluster


def _place(document_id: int, cluster_id: int, at: datetime, like: int, likeness: Likeness) -> Copy:
    return Copy(document_id, cluster_id, at, like, round(likeness.resemblance, 4), round(likeness.containment, 4))


def _belongs(place: Copy) -> bool:
    """Say whether a place was taken for more than a beginning in common."""
    return place.like_document_id is None or is_mostly(place.resemblance, place.containment)


def _merge(
    conn: Connection, ctx: Context, document: Document, text: Sequence[str], match: Match, clusters: tuple[int, int]
) -> None:
    """Make one of two clusters; the first of the younger one is from now on like the document that joins them."""
    into, gone = sorted(clusters)
    first = store.first_of(conn, gone)
    store.merge(conn, gone, into)
    if first is None:
        return
    like, likeness = match.document_id, match.likeness
    if first != document.id:
        like = document.id
        likeness = max(liken(text, _sequences(ctx, kept)) for kept in store.texts(conn, [first]))
    store.set_like(conn, _place(first, into, ctx.clock.now(), like, likeness))


def cluster_of(conn: Connection, ctx: Context, document_id: int) -> ClusterView | None:
    """Return the cluster that a document is in, who had the text first, first; None for a document without copies."""
    place = store.place_of(conn, document_id)
    cluster = store.get(conn, place.cluster_id) if place else None
    return view(conn, ctx, cluster, document_id) if cluster else None


def newest(conn: Connection, ctx: Context, limit: int) -> tuple[ClusterView, ...]:
    """Return the clusters that grew last, newest first."""
    return tuple(view(conn, ctx, cluster) for cluster in store.newest(conn, limit))


def view(conn: Connection, ctx: Context, cluster: Cluster, about: int | None = None, shown: int = SHOWN) -> ClusterView:
    """Show a cluster's first members, and the one that it is asked about; the texts of all would take seconds."""
    return views(conn, ctx, [cluster], about, shown)[0]


def views(
    conn: Connection, ctx: Context, clusters: Sequence[Cluster], about: int | None = None, shown: int = SHOWN
) -> tuple[ClusterView, ...]:
    """Show clusters as `view` does one, with the same few statements for all."""
    members = store.members_of(conn, [one.id for one in clusters])
    places = {place.document_id: place for some in members.values() for place in some}
    known = documents.by_ids(conn, places)
    every = {number: _read_of(known, some) for number, some in members.items()}
    told = [one.id for some in every.values() for at, one in enumerate(some) if at < shown or one.id == about]
    held = store.current(conn, told)
    return tuple(_view(ctx, one, places, every[one.id], held) for one in clusters)


def _read_of(known: Mapping[int, Document], places: Sequence[Copy]) -> list[Document]:
    """Return the documents of a cluster that have been read, who had the text first, first."""
    found = (known[place.document_id] for place in places)
    return sorted((one for one in found if one.revision_id), key=lambda one: (_known_at(one), one.id))


def _view(
    ctx: Context,
    cluster: Cluster,
    places: Mapping[int, Copy],
    every: Sequence[Document],
    held: Mapping[int, tuple[Document, Revision]],
) -> ClusterView:
    order = [held[one.id] for one in every if one.id in held]
    texts = [_article(ctx, _kept(document, revision)) for document, revision in order]
    copies = (_copy_view(places, *one, text, texts[0]) for one, text in zip(order, texts, strict=True))
    return ClusterView(cluster, tuple(copies), len(every))


def _copy_view(places: Mapping[int, Copy], document: Document, revision: Revision, text: str, first: str) -> CopyView:
    added, removed = altered(first, text)
    stated = document.published_at if _is_dated(document) else None
    return CopyView(
        copy=places[document.id],
        document=document,
        revision=revision.number,
        had_at=stated or document.first_seen_at,
        dated=stated is not None,
        words=count_words(text),
        words_added=added,
        words_removed=removed,
    )


def _is_dated(document: Document) -> bool:
    """Say whether the stated date can be believed: what we have seen was there, and not before there was a web."""
    return document.published_at is not None and EARLIEST <= document.published_at <= document.first_seen_at


def _known_at(document: Document) -> datetime:
    """Return from when on a document is known to have had its text: a date without a time may mean its last minute."""
    at = document.published_at
    if at is None or not _is_dated(document):
        return document.first_seen_at
    return min(at + timedelta(days=1), document.first_seen_at) if at.time() == time.min else at
