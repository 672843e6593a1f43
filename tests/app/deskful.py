"""A small archive with something of everything that a reader's desk shows, filled in directly; now is NOON."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, update

from monitor.core.outlets import Registry
from monitor.model import (
    Change,
    ChangeKind,
    Citation,
    CitationKind,
    Copy,
    CorpusFile,
    Document,
    DocumentState,
    Entry,
    Fetch,
    Origin,
    Outcome,
    Outlet,
    Revision,
    Source,
    SourceState,
    Standing,
    Subscription,
    SubscriptionState,
)
from monitor.store import changes, citations, copies, corpus, documents, entries, fetches, revisions, sources
from monitor.store import subscriptions as hubs
from monitor.store.schema import document
from tests.store.examples import NOON, a_document, a_revision, a_source

HOSTILE = "<b onclick=alert(1)>\"'&</b>"
SECRET = "s3cret-word"
AR = "ar"
SAVED = (
    "سفينة التدريب تعود\n"
    "الثغر الجديد (مرساة) - عادت السفينة أمس.\n"
    "\n"
    "المصدر: وكالة مرساة للأنباء https://agency.example/ship\n"
)
RADIO, AGENCY = "radio.example", "agency.example"
REGISTRY = Registry.of(
    (
        Outlet(RADIO, "Radio Mareverte", (RADIO, "www.radio.example"), aliases=("RMV",), languages=("fr",)),
        Outlet(AGENCY, "وكالة مرساة", (AGENCY,), homes=((AR, "https://agency.example/"),)),
    )
)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def fill(conn: Connection) -> None:
    """Fill an empty archive."""
    for one in SOURCES:
        sources.add(conn, one)
    _polled(conn)
    _radio(conn)
    _corpus(conn)


# By number: well, failing, silent, never read, paused by hand, paused by itself, removed, with secrets.
SOURCES: tuple[Source, ...] = (
    a_source(f"https://{RADIO}/feed", outlet=RADIO, title="Radio", plan_reason="about 3 articles a day"),
    a_source("https://broken.example/rss", failures=3, last_detail=f"no answer in 30 s {HOSTILE}"),
    a_source("https://quiet.example/rss", silence="nothing new for 9 days, where 2 a day are usual"),
    a_source("https://never.example/rss", verified=False, last_detail="404"),
    a_source("https://rebuilt.example/rss", state=SourceState.PAUSED, state_reason="paused by hand"),
    a_source(
        "https://closed.example/rss",
        state=SourceState.PAUSED,
        state_reason="gone (410) for 7 days",
        last_outcome=Outcome.GONE,
    ),
    a_source("https://unwanted.example/rss", state=SourceState.REMOVED),
    a_source(
        f"https://{AGENCY}/rss",
        outlet=AGENCY,
        title=HOSTILE,
        headers=(f"Authorization: {SECRET}",),
        proxy=f"http://user:{SECRET}@proxy.example:3128",
        last_checked_at=NOON,
        ttl_s=900,
        every_s=3600,
    ),
)


def _polled(conn: Connection) -> None:
    for hours, outcome in ((1, Outcome.OK), (2, Outcome.NOT_MODIFIED), (30, Outcome.TIMEOUT), (31, Outcome.OK)):
        at = NOON - hours * HOUR
        fetches.add(conn, Fetch(SOURCES[0].url, outcome, at, source_id=1, elapsed_ms=12, raw_bytes=2048))
    hub = Subscription(8, "https://hub.example/", "t", SECRET, SECRET, SubscriptionState.ACTIVE, requested_at=NOON)
    hubs.save(conn, hub)


def _radio(conn: Connection) -> None:
    """Add articles 1 to 4 of the radio: three of a backlog, two edited, the third taken down, the fourth new."""
    first = NOON - 3 * DAY
    for number in (1, 2, 3):
        _article(conn, number, seen=first, published=first - number * DAY)
    _article(conn, 4, seen=NOON - 2 * HOUR, published=NOON - 2 * HOUR - timedelta(minutes=10))
    _changed(conn, 1, ChangeKind.BODY, NOON - 5 * HOUR, 0.8, Standing.CONFIRMED)
    _changed(conn, 2, ChangeKind.HEADLINE, NOON - 4 * HOUR, 0.7, Standing.FLICKER)
    _changed(conn, 2, ChangeKind.BODY, NOON - 3 * HOUR, 0.1, Standing.ONCE)
    _changed(conn, 1, ChangeKind.FURNITURE, NOON - 2 * HOUR, 0.0, None)
    _changed(conn, 3, ChangeKind.REMOVED, NOON - HOUR, 1.0, None)
    conn.execute(update(document).where(document.c.id == 3).values(state=DocumentState.GONE))
    documents.add(conn, a_document(f"https://{RADIO}/unread", outlet=RADIO, first_seen_at=NOON - HOUR))


def _article(conn: Connection, number: int, seen: datetime, published: datetime) -> None:
    url = f"https://{RADIO}/{number}"
    kept = _kept(conn, url, f"A text of number {number}.", seen, outlet=RADIO, source_id=1, published_at=published)
    entry = Entry(1, url, url, document_id=kept.id, published_at=published, appeared_at=published)
    entries.add(conn, entry, seen)


def _kept(conn: Connection, url: str | None, text: str, seen: datetime, **values: Any) -> Document:
    made = a_document(url, first_seen_at=seen, **{"state": DocumentState.LIVE, **values})
    one, _ = documents.add(conn, made)
    told = {name: values[name] for name in ("origin", "language") if name in values}
    revisions.add(conn, a_revision(one.id, text, f"Title {HOSTILE if url else 'saved'}", seen, **told))
    return one


def _changed(
    conn: Connection, about: int, kind: ChangeKind, at: datetime, significance: float, standing: Standing | None
) -> None:
    to = None if kind is ChangeKind.REMOVED else 1
    changes.add(
        conn,
        Change(
            kind, at, document_id=about, from_revision=1, to_revision=to, significance=significance, standing=standing,
            reason=f"{kind} {HOSTILE}", words_added=3,
        ),
    )  # fmt: skip


def _corpus(conn: Connection) -> None:
    """Add document 6, a saved text in Arabic whose page was edited; its earlier copy 7; and 8, which cites nobody."""
    saved = _kept(
        conn, f"https://{AGENCY}/ship", SAVED, NOON - DAY, origin=Origin.CORPUS, language=AR, outlet=AGENCY,
        title="سفينة التدريب تعود",
    )  # fmt: skip
    kept = revisions.of_document(conn, saved.id)[0]
    _save(conn, kept, "000_ship.txt")
    citations.add(conn, kept.id, (_cited(*one) for one in CITED))
    revisions.add(conn, a_revision(saved.id, f"{SAVED} وأضيف هذا.", at=NOON, language=AR))
    copy = _kept(conn, f"https://{AGENCY}/before", SAVED, NOON - 2 * DAY, language=AR, outlet=AGENCY, title="قبل")
    other = _kept(conn, None, "Nobody is cited here.", NOON - DAY, origin=Origin.CORPUS, state=DocumentState.SAVED)
    _save(conn, revisions.of_document(conn, other.id)[0], "001_nobody.txt")
    cluster = copies.found(conn, NOON - DAY)
    copies.join(conn, Copy(copy.id, cluster, NOON - DAY))
    copies.join(conn, Copy(saved.id, cluster, NOON - DAY, copy.id, 0.9, 1.0))


CITED = (
    (CitationKind.DATELINE, "مرساة", None, AGENCY),
    (CitationKind.SOURCE_LINE, "وكالة مرساة للأنباء", None, AGENCY),
    (CitationKind.MENTION, "مرساة للأنباء", None, AGENCY),
    (CitationKind.URL, "https://agency.example/ship", "https://agency.example/ship", AGENCY),
)


def _cited(kind: CitationKind, cited: str, url: str | None, outlet: str) -> Citation:
    start = SAVED.index(cited)
    return Citation(kind, cited, start, start + len(cited), 0.9, url, outlet, document_id=6)


def _save(conn: Connection, one: Revision, name: str) -> None:
    digest = f"{one.id:064}"
    corpus.keep_bytes(conn, digest, one.text.encode())
    file = CorpusFile(digest, name, f"texts/{name}", 300, "utf-8", NOON - DAY)
    corpus.add(conn, CorpusFile(**{**_fields(file), "document_id": one.document_id, "revision_id": one.id}))


def _fields(file: CorpusFile) -> dict[str, Any]:
    return {name: getattr(file, name) for name in ("sha256", "name", "path", "size", "encoding", "imported_at")}
