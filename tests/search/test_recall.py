"""People find what they mean: inflected, without accents, in any script; and not what they do not mean."""

import asyncio
import tomllib
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from monitor.answers import DocumentFilter
from monitor.core.query import parse_query
from monitor.store import documents, revisions, search
from monitor.store.database import Database
from tests.blank import blank_sqlite
from tests.store.examples import a_document, a_revision

RECALL = 0.95


@dataclass(frozen=True)
class Text:
    """A text with the queries that have to find it, and those that must not."""

    name: str
    title: str
    text: str
    language: str | None = None
    found: tuple[str, ...] = ()
    not_found: tuple[str, ...] = ()


TEXTS = [Text(**one) for one in tomllib.loads(Path(__file__).with_name("pairs.toml").read_text("utf-8"))["text"]]


def ask(url: str) -> dict[str, frozenset[str]]:
    """Fill an archive; return the names of the texts that each query finds."""
    db = Database.open(url)

    async def work() -> dict[str, frozenset[str]]:
        await db.write(_fill)
        return await db.read(_found)

    try:
        return asyncio.run(work())
    finally:
        db.close()


def _fill(conn: Connection) -> None:
    for one in TEXTS:
        made, _ = documents.add(conn, a_document(f"https://{one.name}.example/", language=one.language))
        revisions.add(conn, a_revision(made.id, one.text, one.title, language=one.language))


def _found(conn: Connection) -> dict[str, frozenset[str]]:
    every = DocumentFilter(limit=len(TEXTS))
    queries = {query for one in TEXTS for query in (*one.found, *one.not_found)}
    return {
        query: frozenset(TEXTS[hit.document.id - 1].name for hit in search.find(conn, parse_query(query), every))
        for query in queries
    }


def test_people_find_what_they_mean(tmp_path: Path, postgresql_url: str) -> None:
    """Of the pairs 0.95 are found, nothing is that must not be, and both databases find the same."""
    told = ask(f"sqlite:///{blank_sqlite(tmp_path / 'archive.db')}")
    wanted = [(one.name, query) for one in TEXTS for query in one.found]
    missed = [(name, query) for name, query in wanted if name not in told[query]]
    wrong = [(one.name, query) for one in TEXTS for query in one.not_found if one.name in told[query]]
    assert len(wanted) >= 200
    assert 1 - len(missed) / len(wanted) >= RECALL, missed
    assert wrong == []
    assert ask(postgresql_url) == told
