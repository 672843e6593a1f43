"""Tokens in both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from monitor.model import Token, TokenScope
from monitor.store import tokens
from monitor.store.database import Database

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    opened = Database.open(database_url)
    yield opened
    opened.close()


def token(name: str, number: int, expires_at: datetime | None = None) -> Token:
    return Token(name, TokenScope.READ, f"{number:064x}", NOON, expires_at=expires_at)


async def test_a_token_is_active_until_it_is_revoked_or_expires(db: Database) -> None:
    """Then its name is free."""

    def work(conn: Connection) -> None:
        assert not tokens.any_active(conn, NOON)
        first = tokens.add(conn, token("a", 1, NOON + HOUR))
        assert first is not None
        assert first == tokens.by_digest(conn, f"{1:064x}")
        assert tokens.add(conn, token("a", 2)) is None
        assert tokens.is_active(conn, first.id, NOON)
        assert not tokens.is_active(conn, first.id, NOON + HOUR)
        tokens.revoke(conn, first.id, NOON)
        tokens.revoke(conn, first.id, NOON + HOUR)
        assert not tokens.any_active(conn, NOON)
        assert tokens.add(conn, token("a", 3)) is not None
        assert [one.revoked_at for one in tokens.matching(conn, "a")] == [NOON, None]
        assert [one.id for one in tokens.every(conn)] == [first.id + 1]
        assert len(tokens.every(conn, revoked=True)) == 2
        tokens.mark_used(conn, first.id, NOON)
        assert tokens.matching(conn, first.id)[0].last_used_at == NOON

    await db.write(work)
