"""Tokens: made, shown once, known again, ended."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.app.context import Context
from monitor.app.tokens import Tokens
from monitor.core.token_secrets import digest
from monitor.edges.clock import FixedClock
from monitor.errors import NotFoundError, UsageError
from monitor.model import Token, TokenScope
from monitor.store import tokens as store
from monitor.store.dialects import open_engine
from tests.app.conftest import NOON

MINUTE = timedelta(minutes=1)


def later(ctx: Context, by: timedelta) -> Tokens:
    """Return the same tokens at a later time."""
    return Tokens(replace(ctx, clock=FixedClock(NOON + by)))


async def test_a_secret_is_known_again_and_kept_nowhere(ctx: Context) -> None:
    made = await Tokens(ctx).create("laptop", TokenScope.WRITE)
    known = await Tokens(ctx).check(made.secret)
    assert known is not None
    assert (known.name, known.scope, known.id) == ("laptop", TokenScope.WRITE, made.token.id)
    assert known.secret_sha256 == digest(made.secret)
    assert made.secret not in repr(await Tokens(ctx).every(revoked=True))


async def test_each_secret_is_another(ctx: Context) -> None:
    assert len({(await Tokens(ctx).create(f"t{n}")).secret for n in range(5)}) == 5


async def test_a_token_ends_when_it_is_revoked(ctx: Context) -> None:
    """By name or number; again is no error, and changes nothing."""
    tokens = Tokens(ctx)
    one, two = await tokens.create("one"), await tokens.create("two")
    gone = await tokens.revoke("one")
    assert gone.revoked_at == NOON
    assert await later(ctx, MINUTE).revoke("one") == gone
    await tokens.revoke(two.token.id)
    assert [await tokens.check(made.secret) for made in (one, two)] == [None, None]
    assert await tokens.every() == ()
    assert len(await tokens.every(revoked=True)) == 2
    assert not await tokens.any_active()


async def test_a_token_ends_when_it_expires(ctx: Context) -> None:
    made = await Tokens(ctx).create("short", expires_at=NOON + MINUTE)
    assert await Tokens(ctx).check(made.secret) is not None
    assert await later(ctx, MINUTE).check(made.secret) is None
    assert not await later(ctx, MINUTE).any_active()
    assert not await later(ctx, MINUTE).is_active(made.token.id)
    assert [one.name for one in await later(ctx, MINUTE).every()] == ["short"]


async def test_a_name_is_of_one_token_at_a_time(ctx: Context) -> None:
    """Of several that had it, the newest is meant."""
    await Tokens(ctx).create("laptop", expires_at=NOON + MINUTE)
    with pytest.raises(UsageError, match="already"):
        await Tokens(ctx).create(" laptop ")
    again = await later(ctx, MINUTE).create("laptop")
    assert (await later(ctx, MINUTE).revoke("laptop")).id == again.token.id


@pytest.mark.slow
def test_two_at_once_cannot_have_one_name(postgresql_url: str) -> None:
    """The second waits for the first, and is told."""
    engine = open_engine(postgresql_url, 5.0)
    new = Token("laptop", TokenScope.READ, digest("a"), NOON)

    def second() -> Token | None:
        with engine.begin() as conn:
            return store.add(conn, replace(new, secret_sha256=digest("b")))

    with ThreadPoolExecutor() as threads, engine.begin() as conn:
        assert store.add(conn, new)
        other = threads.submit(second)
        with suppress(TimeoutError):
            other.result(0.2)
        conn.commit()
        assert other.result() is None
    engine.dispose()


@pytest.mark.parametrize("which", ["nobody", 7])
async def test_a_token_that_is_not_there_cannot_be_revoked(ctx: Context, which: int | str) -> None:
    with pytest.raises(NotFoundError):
        await Tokens(ctx).revoke(which)


async def test_an_end_that_is_past_is_refused(ctx: Context) -> None:
    with pytest.raises(UsageError, match="future"):
        await Tokens(ctx).create("late", expires_at=NOON)


async def test_its_use_is_noted_once_a_minute(ctx: Context) -> None:
    made = await Tokens(ctx).create("laptop")
    noted = []
    for seconds in (0, 59, 60, 61):
        await later(ctx, timedelta(seconds=seconds)).check(made.secret)
        noted += [one.last_used_at for one in await Tokens(ctx).every()]
    assert noted == [NOON, NOON, NOON + MINUTE, NOON + MINUTE]


@given(st.text())
async def test_whatever_is_shown_is_no_error(text: str) -> None:
    """And is not looked for, unless it could be one: the context is not even there."""
    assert await Tokens(None).check(text) is None  # type: ignore[arg-type]
