"""PostgreSQL is told to use the index for words in the statements that look for words, and in no other."""

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DataError

from monitor.core.query import parse_query
from monitor.store import documents, fulltext, revisions
from monitor.store.database import Database
from tests.store.examples import a_document, a_revision

_HOW = func.current_setting("enable_seqscan")


def _how(conn: Connection) -> str:
    return str(conn.execute(select(_HOW)).scalar_one())


async def _seek(url: str, ask: object) -> object:
    db = Database.open(url)
    try:
        one, _ = await db.write(documents.add, a_document("https://paper.example/1"))
        await db.write(revisions.add, a_revision(one.id, "The storm came.", "Storm"))
        return await db.write(ask)  # type: ignore[arg-type]
    finally:
        db.close()


async def test_only_the_statement_that_looks_for_words_is_kept_from_reading_all(postgresql_url: str) -> None:
    def ask(conn: Connection) -> list[str]:
        seen = [_how(conn)]
        found, again = (fulltext.matches(conn, parse_query("storm")) for _ in range(2))
        seen.append(_how(conn))
        for one in (found, again):
            seen += [*conn.execute(select(_HOW).select_from(one)).scalars(), _how(conn)]
        return seen

    assert await _seek(postgresql_url, ask) == ["on", "on", "off", "on", "off", "on"]


async def test_a_statement_that_fails_leaves_nothing_behind(postgresql_url: str) -> None:
    def ask(conn: Connection) -> str:
        found = fulltext.matches(conn, parse_query("storm"))
        with pytest.raises(DataError), conn.begin_nested():
            conn.execute(select(1 / (found.c.id - found.c.id)))
        return _how(conn)

    assert await _seek(postgresql_url, ask) == "on"
