"""Queries with fields, orders and pages find the same on both databases."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import Connection

from monitor.answers import DocumentFilter
from monitor.core.query import Query, read_query
from monitor.core.query_fields import Known, conditions
from monitor.errors import UsageError
from monitor.model import Change, ChangeKind, Citation, CitationKind, DocumentState, Entry, Order, Origin
from monitor.store import changes, citations, documents, entries, ranking, revisions, search, sources
from monitor.store.database import Database
from monitor.store.ranking import How
from tests.blank import administration, blank_sqlite, make_postgresql
from tests.store.examples import NOON, a_document, a_revision, a_source

# name: outlet, language, published (hours before noon, None: unknown), title and text
DOCUMENTS = {
    1: ("granma.cu", "es", 3, "Cosecha de café", "Los productores anunciaron la cosecha."),
    2: ("granma.cu", "es-419", 1, "Puerto abierto", "El café llegó al puerto; huelga en la aduana."),
    3: ("radio.example", "pt", None, "O porto reabre", "O café chegou ao porto."),
    4: ("radio.example", "fr", 2, "Le café ferme", "Une grève à la douane."),
    5: (None, None, 5, "Café", "Нет"),
}


def fill(conn: Connection) -> None:
    """Keep five documents: the first was edited and removed, the fourth moved; one of six was never read."""
    sources.add(conn, a_source("https://radio.example/feed"))
    for number, (outlet, language, hours, title, text) in DOCUMENTS.items():
        published = None if hours is None else NOON - timedelta(hours=hours)
        seen = NOON + timedelta(minutes=number)
        origin = Origin.CORPUS if number == 5 else Origin.WEB
        values: dict[str, Any] = {"outlet": outlet, "language": language, "published_at": published}
        values |= {"origin": origin, "first_seen_at": seen}
        state = DocumentState.GONE if number == 1 else DocumentState.LIVE
        one, _ = documents.add(conn, a_document(f"https://d{number}.example/", state=state, **values))
        revisions.add(conn, a_revision(one.id, text, title, language=language))
    documents.add(conn, a_document("https://d6.example/"))
    revisions.add(conn, a_revision(1, "Los productores aplazaron la cosecha.", "Cosecha de café", language="es"))
    entries.add(conn, Entry(1, "k", "https://d3.example/", document_id=3), NOON)
    named = Citation(CitationKind.MENTION, "Granma", 0, 4, 1.0, outlet="granma.cu", document_id=5, revision_id=5)
    citations.add(conn, 5, [named])
    for kind, document, hours, to, weight in (
        (ChangeKind.BODY, 1, 1, 2, 0.5),
        (ChangeKind.REMOVED, 1, 2, None, 0.9),
        (ChangeKind.MOVED, 4, 3, None, 0.1),
        (ChangeKind.FURNITURE, 2, 4, 1, 0.0),
    ):
        at = NOON + timedelta(hours=hours)
        changes.add(conn, Change(kind, at, document_id=document, to_revision=to, significance=weight))


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def filled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """One archive of each kind for all of these tests, which only read."""
    url = f"sqlite:///{blank_sqlite(tmp_path_factory.mktemp('search') / 'archive.db')}"
    if request.param == "postgresql":
        server: str = request.getfixturevalue("postgresql_server")
        url = administration(server).url.set(database=make_postgresql(server)).render_as_string(hide_password=False)
    db = Database.open(url, patience_s=5.0)
    asyncio.run(db.write(fill))
    yield db
    db.close()


def asked(text: str, limit: int = 20) -> tuple[Query | None, DocumentFilter]:
    """Return what a query asks for, words and filter."""
    typed = read_query(text)
    known = Known((), NOON + timedelta(hours=5))
    return typed.words, DocumentFilter(limit=limit, conditions=conditions(typed.fields, known))


async def numbers(db: Database, text: str, how: How = ranking.BEST, limit: int = 20) -> list[int]:
    """Return the documents that a query finds, in order."""
    words, which = asked(text, limit)
    return [hit.document.id for hit in await db.read(search.find, words, which, how)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("outlet:granma.cu", {1, 2}),
        ("-outlet:granma.cu", {3, 4, 5}),
        ("outlet:granma.cu,radio.example -lang:es", {3, 4}),
        ("lang:es", {1, 2}),
        ("-lang:es", {3, 4, 5}),
        ("source:1", {3}),
        ("source:https://radio.example/feed", {3}),
        ("-source:1", {1, 2, 4, 5}),
        ("origin:corpus", {5}),
        ("state:gone", {1}),
        ("state:gone,pending", {1, 6}),
        ("-state:gone", {2, 3, 4, 5}),
        ("since:2026-11-16T12:03", {3, 4, 5}),
        ("until:2026-11-16T12:02", {1, 2}),
        ("-until:2026-11-16T12:02", {3, 4, 5}),
        ("kind:removed", {1}),
        ("kind:removed,moved", {1, 4}),
        ("-kind:removed", {2, 3, 4, 5}),
        ("changed:2026-11-16T14:30", {2, 4}),
        ("kind:removed changed:2026-11-16T14:30", set()),
        ("kind:body changed:2026-11-16T12:30", {1}),
        ("-changed:2026-11-16T14:30", {1, 3, 5}),
        ("cites:granma.cu", {5}),
        ("cafe outlet:granma.cu", {1, 2}),
        ("cafe -outlet:granma.cu -lang:fr", {3, 5}),
        ("-cafe outlet:granma.cu", set()),
        ("-puerto outlet:granma.cu", {1}),
        ("-puerto state:pending,gone", {1, 6}),
        ("cafe OR greve lang:fr", {4}),
        ("", {1, 2, 3, 4, 5}),
        ("cosechas lang:es kind:removed", {1}),
    ],
)
async def test_fields_narrow_what_is_found(filled: Database, query: str, found: set[int]) -> None:
    assert set(await numbers(filled, query)) == found


async def test_no_phrase_reaches_from_a_title_into_the_text(filled: Database) -> None:
    assert await numbers(filled, '"puerto abierto"') == [2]
    assert await numbers(filled, '"abierto el"') == []


async def test_what_is_found_is_sorted_as_asked(filled: Database) -> None:
    """By publication, or else by the first sight."""
    assert await numbers(filled, "cafe", How(Order.NEWEST)) == [3, 2, 4, 1, 5]
    assert await numbers(filled, "cafe", How(Order.OLDEST)) == [5, 1, 4, 2, 3]


@pytest.mark.parametrize("order", Order)
@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("query", ["cafe OR нет", "lang:es,pt,fr", ""])
@pytest.mark.parametrize("many", [ranking.MANY, 2])
async def test_pages_together_are_the_whole(
    filled: Database, monkeypatch: pytest.MonkeyPatch, order: Order, every: bool, query: str, many: int
) -> None:
    """Each page goes on where the one before ended; where many match, the best of the newest are told."""
    monkeypatch.setattr(ranking, "MANY", many)
    monkeypatch.setattr(ranking, "_AT_ONCE", 2)
    words, which = asked(query)
    whole = await filled.read(search.find, words, which, How(order, every))
    paged = [*await filled.read(search.find, words, replace(which, limit=1), How(order, every))]
    while len(paged) < 20:
        how = How(order, every, paged[-1].key)
        more = await filled.read(search.find, words, replace(which, limit=1), how)
        if not more:
            break
        paged += more
    assert [(one.key, one.document.id) for one in paged] == [(one.key, one.document.id) for one in whole]
    assert len({one.revision and one.revision.id for one in whole}) == len(whole) > 2


async def test_many_matches_are_ranked_among_the_newest(filled: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    """With a filter: of those that it lets through."""
    everything = set(await numbers(filled, "cafe"))
    monkeypatch.setattr(ranking, "MANY", 2)
    assert everything == {1, 2, 3, 4, 5}
    assert set(await numbers(filled, "cafe")) == {1, 5, 4}
    assert set(await numbers(filled, "cafe outlet:granma.cu")) == {1, 2}
    assert set(await numbers(filled, "cafe -lang:fr")) == {1, 5, 3}


async def test_document_numbers_ascend_behind_a_number(filled: Database) -> None:
    words, which = asked("cafe -lang:fr")
    assert await filled.read(search.document_ids, words, which, 0, 3) == (1, 2, 3)
    assert await filled.read(search.document_ids, words, which, 3, 3) == (5,)
    for query, found in (
        ("caf*", (1, 2, 3, 4, 5)),
        ('"puerto abierto" OR "porto reabre"', (2, 3)),
        ("caf* -puerto", (1, 3, 4, 5)),
    ):
        assert await filled.read(search.document_ids, *asked(query), 0, 9) == found


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [3, 2, 1]),
        ("kind:removed", [2]),
        ("-kind:removed", [3, 1]),
        ("kind:furniture", [4]),
        ("changed:2026-11-16T14:00", [3, 2]),
        ("outlet:granma.cu", [2, 1]),
        ("aplazar", [2, 1]),
        ("anunciar", []),
        ("puerto kind:furniture", [4]),
        ("apla* -puerto", [2, 1]),
        ('"café llegó" kind:furniture', [4]),
        ('-"puerto abierto" kind:furniture', []),
        ("-aplazar lang:es,fr", [3]),
        ("state:gone kind:body", [1]),
    ],
)
async def test_changes_are_found_by_what_they_brought(filled: Database, query: str, found: list[int]) -> None:
    """By the new text, or the current one where only the state changed; by the kind and time of the change itself."""
    words, which = asked(query)
    newest = await filled.read(search.changes_newest, words, which)
    assert [one.change.id for one in newest] == found
    through: dict[str, Any] = {"after_id": 0, "until_id": 9, "limit": 9}
    by_number = await filled.read(search.changes_found, words, which, **through)
    assert [one.change.id for one in by_number] == sorted(found)


async def test_changes_are_bounded_and_paged(filled: Database) -> None:
    async def newest(**options: Any) -> list[int]:
        found = await filled.read(search.changes_newest, None, DocumentFilter(limit=2), **options)
        return [one.change.id for one in found]

    assert await newest() == [3, 2]
    assert await newest(after=(NOON + timedelta(hours=2), 2)) == [1]
    assert await newest(all_kinds=True) == [4, 3]
    assert await newest(at_least=0.4) == [2, 1]
    assert await newest(between=(NOON + timedelta(hours=2), NOON + timedelta(hours=2))) == [2]


ODD = (
    *(
        "a* -b",
        '"a b" OR c',
        "'",
        "\\",
        "a\\'",
        "§es",
        "x§es",
        "[[",
        "{title} : a",
        "a:*",
        "\x00",
        "\ud800",
        "%",
        "NEAR(",
    ),
    *(
        "^",
        "+",
        "<->",
        "!",
        "&",
        "|",
        "():*",
        '"* *"',
        "lang:es -a",
        "-'",
        "ə œ ß ﬀ",
        "الو",
        "ـ",
        "ﷺ",
        "\u200d",
        "a" * 5000,
    ),
)
PIECES = (*ODD, "cafe", "puerto", " ", "OR", "-", '"', "*", "kind:", "moved", "since:7d", "outlet:", "北京", "é")


@pytest.mark.parametrize("every", [False, True])
async def test_any_string_is_answered(filled: Database, every: bool) -> None:
    """Whatever is typed is an answer or a usage error, never another."""
    random = Random(5)
    for text in (*ODD, *("".join(random.choices(PIECES, k=random.randint(1, 6))) for _ in range(120))):
        try:
            words, which = asked(text)
        except UsageError:
            continue
        await filled.read(search.find, words, which, How(every_revision=every))
        await filled.read(search.changes_newest, words, which)
