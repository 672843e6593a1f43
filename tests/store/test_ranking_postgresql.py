"""What PostgreSQL is asked in parts, and with as few words as can be, is what a plain statement would have found."""

import asyncio
import json
from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

import pytest
from sqlalchemy import Connection, event, text

from monitor.answers import DocumentFilter
from monitor.core.query import Query, read_query
from monitor.model import Order
from monitor.store import documents, fulltext_postgresql, ranking, ranking_postgresql, revisions, search
from monitor.store.database import Database
from monitor.store.ranking import How
from tests.blank import administration, make_postgresql
from tests.store.examples import NOON, a_document, a_revision, minutes

WORDS = ("mar", "mares", "marea", "puerto", "puertos", "ola", "olas", "barco")
QUERIES = (
    *("mar", "mar puerto", "mar OR barco", "mar -barco", '"mar puerto"', '"mar puerto" OR "puerto mar"', "mar*"),
    *('"ola mar"*', "pue* -ola*", 'mar -"puerto ola"', '"mar mar" -mareas', "ma* pu* -barco", "nada", '"nada mar"'),
)
DOCUMENTS = 40


def fill(conn: Connection) -> None:
    """Keep documents of few words, two outlets and three languages; every fourth was edited, the sixth never read."""
    random = Random(3)
    for number in range(1, DOCUMENTS + 1):
        outlet, language = f"paper{number % 2}.example", ("es", "pt", None)[number % 3]
        published = NOON - minutes(random.randrange(20))
        values: dict[str, Any] = {"outlet": outlet, "language": language, "published_at": published}
        one, _ = documents.add(conn, a_document(f"https://{outlet}/{number}", **values))
        if number == 6:
            continue
        for edit in range(2 if number % 4 == 0 else 1):
            body, title = random.choices(WORDS, k=9), random.choices(WORDS, k=3)
            revisions.add(conn, a_revision(one.id, " ".join([*body, str(edit)]), " ".join(title), language=language))


@pytest.fixture(scope="module")
def filled(postgresql_server: str) -> Iterator[Database]:
    """One archive for all of these tests, which only read."""
    url = administration(postgresql_server).url.set(database=make_postgresql(postgresql_server))
    db = Database.open(url.render_as_string(hide_password=False), patience_s=5.0)
    asyncio.run(db.write(fill))
    yield db
    db.close()


class Match(NamedTuple):
    """A text that matches; `current` when it is the newest of its document."""

    revision: int
    document: int
    current: bool
    outlet: str
    rank: float
    at: Any


_PLAIN = text(
    "SELECT s.id, d.id, d.revision_id = s.id, d.outlet,"
    " CAST(-ts_rank('{0.0, 0.1, 0.25, 1.0}', s.words, CAST(:q AS tsquery)) AS double precision), d.newest_at"
    " FROM revision_search s JOIN revision r ON r.id = s.id JOIN document d ON d.id = r.document_id"
    " WHERE s.words @@ CAST(:q AS tsquery) ORDER BY s.id DESC"
)


def _words(query: str) -> Query:
    words = read_query(query).words
    assert words is not None
    return words


def _matches(conn: Connection, query: str) -> list[Match]:
    """Return all texts that match, newest first, by the plainest statement."""
    return [Match(*row) for row in conn.execute(_PLAIN, {"q": fulltext_postgresql.tsquery(_words(query))})]


def _best(found: list[Match], outlet: str | None, every: bool, many: int) -> list[int]:
    """Return the texts by rank as docs/search.md promises it: with many matches the best of the newest of them."""
    mine = [one for one in found if outlet in (None, one.outlet) and (every or one.current)]
    newest = {one.revision for one in (found if outlet is None else mine)[: many + 1]}
    return [one.revision for one in sorted(mine, key=lambda one: (one.rank, -one.revision)) if one.revision in newest]


@pytest.mark.parametrize("every", [False, True])
@pytest.mark.parametrize("outlet", [None, "paper0.example"])
@pytest.mark.parametrize("many", [ranking.MANY, 21])
async def test_the_best_are_those_of_a_plain_statement(
    filled: Database, monkeypatch: pytest.MonkeyPatch, many: int, outlet: str | None, every: bool
) -> None:
    """Of few documents, as those of an outlet here, every text is ranked, however many there are."""
    monkeypatch.setattr(ranking, "MANY", many)
    most, cut = 2 * DOCUMENTS if outlet else many, 0
    for query in QUERIES:
        plain = await filled.read(_matches, query)
        which = DocumentFilter(limit=2 * DOCUMENTS, outlet=outlet)
        found = await filled.read(search.find, _words(query), which, How(every_revision=every))
        wanted = _best(plain, outlet, every, most)
        assert [one.revision.id for one in found if one.revision] == wanted, query
        cut += wanted != _best(plain, outlet, every, len(plain))
    assert bool(cut) is (most < DOCUMENTS and outlet is None)


@pytest.mark.parametrize("order", [Order.NEWEST, Order.OLDEST])
@pytest.mark.parametrize(("many", "by_key"), [(ranking.MANY, 400), (2, 400), (2, 1)])
async def test_those_by_time_are_those_of_a_plain_statement(
    filled: Database, monkeypatch: pytest.MonkeyPatch, order: Order, many: int, by_key: int
) -> None:
    """Also where documents are walked through, since many match, and their words looked at by the index or without."""
    monkeypatch.setattr(ranking, "MANY", many)
    monkeypatch.setattr(ranking, "_AT_ONCE", 7)
    monkeypatch.setattr(ranking_postgresql, "_BY_KEY", by_key)
    for query in QUERIES:
        plain = [one for one in await filled.read(_matches, query) if one.current]
        plain.sort(key=lambda one: (one.at, one.document), reverse=order is Order.NEWEST)
        found = await filled.read(search.find, _words(query), DocumentFilter(limit=9), How(order))
        assert [one.document.id for one in found] == [one.document for one in plain[:9]], query


async def test_exports_go_through_those_that_match_in_order(filled: Database) -> None:
    for query in QUERIES:
        plain = sorted(one.document for one in await filled.read(_matches, query) if one.current)
        first = await filled.read(search.document_ids, _words(query), DocumentFilter(), 0, 5)
        rest = await filled.read(search.document_ids, _words(query), DocumentFilter(), max(first, default=0), 99)
        assert [*first, *rest] == plain, query


@pytest.mark.parametrize("outlet", [None, "paper0.example"])
async def test_no_more_words_are_looked_at_than_are_ranked(
    filled: Database, monkeypatch: pytest.MonkeyPatch, outlet: str | None
) -> None:
    """Where the index cannot tell: the newest are looked at, one after the other, until there are enough."""
    monkeypatch.setattr(ranking, "MANY", 3)
    plan = await filled.read(_plan_of_best, _words("ma*"), DocumentFilter(outlet=outlet))
    looked_at = [node for node in _nodes(plan) if "@@" in node.get("Filter", "")]
    assert [node["Actual Rows"] + node.get("Rows Removed by Filter", 0) for node in looked_at] == [4]
    rechecked = [node.get("Rows Removed by Index Recheck", 0) for node in _nodes(plan)]
    assert not any(rechecked)


def _plan_of_best(conn: Connection, words: Query, which: DocumentFilter) -> dict[str, Any]:
    """Return how PostgreSQL ran the first statement of a search."""
    asked: list[tuple[str, Any]] = []

    def note(_conn: Connection, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(conn, "before_cursor_execute", note)
    search.find(conn, words, which)
    statement, parameters = asked[0]
    explained = conn.exec_driver_sql(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", parameters).scalar_one()
    plan: dict[str, Any] = (explained if isinstance(explained, list) else json.loads(explained))[0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for one in plan.get("Plans", ()):
        yield from _nodes(one)
