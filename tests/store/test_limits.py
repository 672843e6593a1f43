"""Questions with a time limit: ended when it is over or nobody waits, and never in the way of others."""

import asyncio

import pytest
from sqlalchemy import Connection, text

from monitor.errors import DatabaseError, TimeLimitError
from monitor.store import corpus
from monitor.store.database import Database
from monitor.store.limits import QUESTIONS, within

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


def endless(conn: Connection) -> int:
    return int(conn.execute(ENDLESS).scalar_one())


def quick(conn: Connection) -> int:
    return int(conn.execute(text("SELECT 7")).scalar_one())


async def asked(db: Database, seconds: float, what: object = endless) -> int:
    with within(seconds):
        return await db.read(what)  # type: ignore[arg-type]


async def test_a_question_is_ended_when_its_time_is_over(db: Database) -> None:
    with pytest.raises(TimeLimitError) as caught:
        await asked(db, 0.2)
    assert caught.value.hint
    assert await asked(db, 20, quick) == 7


async def test_the_database_itself_ends_it(db: Database) -> None:
    """The connection is free again at once, as many questions as there are at a time."""
    await asyncio.gather(*(asked(db, 0.2) for _ in range(QUESTIONS)), return_exceptions=True)
    assert await asyncio.gather(*(asked(db, 60, quick) for _ in range(QUESTIONS))) == [7] * QUESTIONS


async def test_a_question_that_nobody_waits_for_is_ended(db: Database) -> None:
    given_up = [asyncio.ensure_future(asked(db, 600)) for _ in range(QUESTIONS)]
    await asyncio.sleep(0.2)
    for one in given_up:
        one.cancel()
    assert await asked(db, 60, quick) == 7  # which had no turn while one of them went on
    assert all(one.cancelled() for one in given_up)


async def test_long_questions_keep_nobody_else_waiting(db: Database) -> None:
    """What has no limit goes through other connections; one question's limit is no other's."""
    long = [asyncio.ensure_future(asked(db, 600)) for _ in range(QUESTIONS)]
    await asyncio.sleep(0.1)
    assert await db.read(quick) == 7
    assert await db.write(corpus.next_number) == 0
    assert not any(one.done() for one in long)
    for one in long:
        one.cancel()
    await asyncio.gather(*long, return_exceptions=True)


async def test_waiting_for_a_turn_counts(db: Database) -> None:
    long = [asyncio.ensure_future(asked(db, 600)) for _ in range(QUESTIONS)]
    await asyncio.sleep(0.1)
    with pytest.raises(TimeLimitError):
        await asked(db, 0.2, quick)
    for one in long:
        one.cancel()
    await asyncio.gather(*long, return_exceptions=True)


async def test_several_reads_share_one_limit_and_the_shorter_of_two_holds(db: Database) -> None:
    with within(1.0), within(600):
        assert await db.read(quick) == 7
        with pytest.raises(TimeLimitError):
            await db.read(endless)
        with pytest.raises(TimeLimitError):
            await db.read(quick)
    assert await db.read(quick) == 7


async def test_a_question_cannot_write(db: Database) -> None:
    with pytest.raises(DatabaseError, match=r"read-?only"):
        await asked(db, 5, corpus.next_number)


async def test_what_fails_fails_as_elsewhere(db: Database) -> None:
    def late(_: Connection) -> int:
        raise TimeoutError("of somebody else")

    with pytest.raises(TimeoutError, match="somebody else"):
        await asked(db, 5, late)
    with pytest.raises(DatabaseError, match="nowhere"):
        await asked(db, 5, lambda conn: conn.execute(text("SELECT 1 FROM nowhere")))
    db.close()
    with pytest.raises(DatabaseError, match="closed"):
        await asked(db, 5, quick)
