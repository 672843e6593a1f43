"""A clock that was ahead, and is right again: what was planned meanwhile is done, and nobody has to set it right."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from monitor.app import misdated
from monitor.app.context import Context
from monitor.app.opening import close_context, open_context
from monitor.edges.clock import FixedClock
from monitor.model import Document, Host, Source, Worker
from monitor.settings import DaemonSettings, DatabaseSettings, Settings
from monitor.store import documents, hosts, sources, workers
from monitor.store import misdated as store
from monitor.store.schema import host
from tests.store.examples import NOON, a_document, a_source

YEAR, DAY, HOUR, MINUTE = timedelta(days=365), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
AHEAD = NOON + YEAR  # what the clock said when it was wrong
HALF_A_DAY = timedelta(hours=12)


@pytest.fixture
async def ctx(database_url: str, tmp_path: Path) -> AsyncIterator[Context]:
    """An archive at noon, by a clock that is right."""
    settings = Settings(
        data_dir=tmp_path / "data", database=DatabaseSettings(url=database_url), daemon=DaemonSettings(lease=600.0)
    )
    opened = await open_context(settings, NOON)
    yield opened
    await close_context(opened)


async def source_on(ctx: Context, name: str, **values: object) -> int:
    """Add a feed of a host."""
    made = a_source(f"https://{name}/feed", **{"added_at": NOON - DAY, **values})  # type: ignore[arg-type]
    added, _ = await ctx.db.write(sources.add, made)
    await ctx.db.write(hosts.refresh_due, [name])
    return added.id


async def hold(ctx: Context, name: str, until: datetime, **values: object) -> None:
    """Let a host be held until then, made if need be."""
    await ctx.db.write(_hold, name, {"next_allowed_at": until, **values})


def _hold(conn: Connection, name: str, values: dict[str, object]) -> None:
    hosts.ensure(conn, name)
    conn.execute(update(host).where(host.c.name == name).values(values))


async def of(ctx: Context, name: str) -> Host:
    """Return a host."""
    found = await ctx.db.read(hosts.get, name)
    assert found is not None
    return found


async def claimed(ctx: Context, at: datetime) -> set[str]:
    """Return which hosts a daemon visits then."""
    return {one.name for one in await ctx.db.write(hosts.claim_due, at, at, "me", 600.0, 99)}


def _source(conn: Connection, number: int) -> Source | None:
    return sources.get(conn, number)


@pytest.mark.parametrize("by", [HALF_A_DAY, YEAR], ids=["hours", "long"])
async def test_what_was_checked_in_the_future_is_checked_now(ctx: Context, by: timedelta) -> None:
    """Also where the clock was ahead by so little that the plan looks like any other."""
    ahead = NOON + by
    number = await source_on(ctx, "a.example", last_checked_at=ahead, due=ahead + HOUR)
    told, _ = await ctx.db.write(documents.add, a_document("https://b.example/x", ahead + DAY, last_checked_at=ahead))
    await ctx.db.write(hosts.refresh_due, ["b.example"])
    assert await claimed(ctx, NOON + HOUR) == set()
    assert await misdated.mend(ctx) > 0
    after = await ctx.db.read(_source, number)
    assert after is not None
    assert (after.next_check_at, after.last_checked_at, after.plan_reason) == (NOON, NOON, store.WHY)
    read: Document | None = await ctx.db.read(documents.get, told.id)
    assert read is not None
    assert read.next_check_at == NOON
    assert await claimed(ctx, NOON) == {"a.example", "b.example"}
    assert await misdated.mend(ctx) == 0


async def test_what_was_added_in_the_future_and_never_checked_is_due(ctx: Context) -> None:
    await source_on(ctx, "a.example", added_at=AHEAD, due=AHEAD)
    await misdated.mend(ctx)
    assert await claimed(ctx, NOON) == {"a.example"}


async def test_what_a_host_asked_for_stands(ctx: Context) -> None:
    """A Retry-After of most of a day, said since by a host of which other things are misdated."""
    await source_on(ctx, "a.example", last_checked_at=AHEAD, due=AHEAD)
    await hold(ctx, "a.example", NOON + timedelta(hours=23), failures=1)
    assert await misdated.mend(ctx) == 1
    assert (await of(ctx, "a.example")).next_allowed_at == NOON + timedelta(hours=23)


async def test_plans_of_a_right_clock_stay(ctx: Context) -> None:
    """However far ahead: yearly by cron, a Retry-After of most of a day, a check of minutes ago."""
    yearly = await source_on(ctx, "a.example", last_checked_at=NOON - HOUR, due=NOON + 300 * DAY)
    soon = await source_on(ctx, "b.example", last_checked_at=NOON + MINUTE, due=NOON + HOUR)
    await hold(ctx, "a.example", NOON + timedelta(hours=23), failures=3)
    before = [await ctx.db.read(_source, one) for one in (yearly, soon)], await of(ctx, "a.example")
    assert await misdated.mend(ctx) == 0
    assert ([await ctx.db.read(_source, one) for one in (yearly, soon)], await of(ctx, "a.example")) == before


async def test_a_host_held_for_longer_than_anything_may_hold_it_is_let_go(ctx: Context) -> None:
    """As by a redirect that led there: one that has failed waits longer, and one with a delay of its own that delay."""
    for name in ("a.example", "b.example", "c.example", "d.example"):
        await source_on(ctx, name, last_checked_at=NOON - HOUR, due=NOON)
    await hold(ctx, "a.example", AHEAD)
    await hold(ctx, "b.example", AHEAD, failures=2)
    await hold(ctx, "c.example", AHEAD, delay_s=7200.0)
    await hold(ctx, "d.example", NOON - HOUR, lease_owner="gone", lease_until=AHEAD)
    assert await misdated.mend(ctx) == 4
    gap = timedelta(seconds=ctx.politeness.max_delay_s)
    held = [(await of(ctx, f"{one}.example")).next_allowed_at for one in "abc"]
    assert held == [NOON + gap, NOON + HOUR, NOON + 2 * HOUR]
    assert (await of(ctx, "d.example")).lease_until == NOON + timedelta(minutes=10)
    assert await misdated.mend(ctx) == 0


async def test_every_piece_of_a_table_is_looked_at(ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "PIECE", 2)
    names = {f"{number}.example" for number in range(7)}
    for name in sorted(names):
        await source_on(ctx, name, last_checked_at=AHEAD, due=AHEAD)
    await hold(ctx, "z.example", AHEAD)
    assert await misdated.mend(ctx) == len(names) + 1
    assert await claimed(ctx, NOON) == names


async def test_it_is_mended_once_the_clock_was_left_alone_for_a_while(ctx: Context) -> None:
    """A machine that begins with a clock that is behind takes nothing for the future before it is set right."""
    watch, begun = misdated.Watch(), NOON
    await source_on(ctx, "a.example", last_checked_at=AHEAD, due=AHEAD)
    for number in range(misdated.LOOKS - 1):
        ctx.clock = FixedClock(begun + number * MINUTE)
        assert await watch.mend_when_due(ctx) == 0
    ctx.clock = FixedClock(NOON - DAY)  # set back: it begins anew
    assert [await watch.mend_when_due(ctx) for _ in range(misdated.LOOKS + 1)] == [*[0] * (misdated.LOOKS - 1), 1, 0]


async def test_one_that_died_in_the_future_is_not_the_first_of_all(ctx: Context) -> None:
    """Else nothing would be sealed and nobody told of anything until that time has come."""
    dead = Worker("other/1:1:1#1", "other", 1, "1", AHEAD, AHEAD)
    await ctx.db.write(workers.register, dead)
    await ctx.db.write(workers.register, replace(dead, owner="me", started_at=NOON, beat_at=NOON))
    later = NOON + 2 * MINUTE
    assert await ctx.db.write(workers.beat, "me", later, 0, 0, 0)
    assert await ctx.db.read(workers.is_first, "me", later - MINUTE)
