"""PostgreSQL is told how to plan the statements that look for words, by their index above all, and no other."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DataError

from monitor.core.query import parse_query
from monitor.store import documents, fulltext, revisions
from monitor.store.database import Database
from tests.store.examples import a_document, a_revision

_SETTINGS = ("enable_seqscan", "jit", "plan_cache_mode", "random_page_cost")
_HOW = func.concat_ws(" ", *map(func.current_setting, _SETTINGS))
_SEEKING = "off off force_custom_plan 1.1"


def _how(conn: Connection) -> str:
    return str(conn.execute(select(_HOW)).scalar_one())


async def _seek(url: str, ask: Callable[[Connection], list[str]]) -> list[str]:
    db = Database.open(url)
    try:
        one, _ = await db.write(documents.add, a_document("https://paper.example/1"))
        await db.write(revisions.add, a_revision(one.id, "The storm came.", "Storm"))
        return await db.write(ask)
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

    usual, *seen = await _seek(postgresql_url, ask)
    assert usual != _SEEKING
    assert seen == [usual, _SEEKING, usual, _SEEKING, usual]


async def test_a_statement_that_fails_leaves_nothing_behind(postgresql_url: str) -> None:
    def ask(conn: Connection) -> list[str]:
        usual = _how(conn)
        found = fulltext.matches(conn, parse_query("storm"))
        with pytest.raises(DataError), conn.begin_nested():
            conn.execute(select(1 / (found.c.id - found.c.id)))
        return [usual, _how(conn)]

    usual, left = await _seek(postgresql_url, ask)
    assert left == usual != _SEEKING
