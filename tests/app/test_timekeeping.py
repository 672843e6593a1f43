"""A clock that was ahead, and is right again: what was planned meanwhile is done, and nobody has to set it right."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from monitor.app.context import Context
from monitor.app.opening import close_context, open_context
from monitor.app.timekeeping import Timekeeper, mend
from monitor.app.upkeep import Upkeep
from monitor.core.robots import RETRY_UNREACHABLE
from monitor.model import (
    Alert,
    AlertAbout,
    Fetch,
    Notification,
    NotificationState,
    Outcome,
    SourceState,
    Subscription,
    SubscriptionState,
    Worker,
)
from monitor.settings import DaemonSettings, DatabaseSettings, Settings
from monitor.store import alerts, fetches, outbox, subscriptions, workers
from monitor.store import timekeeping as store
from monitor.store.schema import notification, subscription
from tests.app.ahead import (
    AHEAD,
    DAY,
    HOUR,
    MINUTE,
    YEAR,
    asked,
    claimed,
    hold,
    of,
    page_of,
    page_on,
    scanned,
    source_of,
    source_on,
)
from tests.store.examples import NOON

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


class TestWhatFetchesTell:
    async def test_what_was_checked_while_the_clock_was_ahead_is_due_at_once(self, ctx: Context) -> None:
        """Its plan would have it wait for three days; its host waits on for what was left of its Retry-After."""
        ahead = NOON + 3 * DAY
        number = await source_on(ctx, "ahead.example", last_checked_at=ahead, due=ahead + HOUR)
        await hold(ctx, "ahead.example", ahead + 20 * MINUTE)
        await asked(ctx, "ahead.example", ahead)
        await source_on(ctx, "right.example", last_checked_at=NOON - HOUR, due=NOON)
        await hold(ctx, "right.example", NOON + 30 * MINUTE)
        await asked(ctx, "right.example", NOON - HOUR)
        assert await Timekeeper().look(ctx) == {"sources": 1, "hosts": 1}
        assert (await source_of(ctx, number)).next_check_at == NOON
        one = await of(ctx, "ahead.example")
        assert (one.due_at, one.next_allowed_at) == (NOON, NOON + 20 * MINUTE)
        assert (await of(ctx, "right.example")).next_allowed_at == NOON + 30 * MINUTE

    async def test_a_host_that_was_only_led_to_waits_for_no_longer(self, ctx: Context) -> None:
        """It has nothing planned; a redirect of another led to it, and it was free again when the clock was set."""
        await hold(ctx, "to.example", NOON + 3 * HOUR + MINUTE)
        ahead = Fetch("https://by.example/x", Outcome.OK, NOON + 3 * HOUR, final_url="https://to.example/x")
        await ctx.db.write(fetches.add, ahead)
        await asked(ctx, "else.example", NOON + 4 * HOUR)
        assert await Timekeeper().look(ctx) == {"hosts": 1}
        assert (await of(ctx, "to.example")).next_allowed_at == NOON

    async def test_what_a_host_said_since_the_clock_was_set_right_stands(self, ctx: Context) -> None:
        """A Retry-After that came after the step back is kept to the second, though a plan of its host is recalled."""
        await source_on(ctx, "a.example", last_checked_at=NOON + 3 * DAY, due=NOON + 4 * DAY)
        await hold(ctx, "a.example", NOON + 20 * MINUTE)
        await asked(ctx, "a.example", NOON + 3 * DAY)
        await asked(ctx, "a.example", NOON)
        assert await Timekeeper().look(ctx) == {"sources": 1}
        assert (await of(ctx, "a.example")).next_allowed_at == NOON + 20 * MINUTE

    async def test_so_does_what_it_said_at_the_end_of_a_request_under_way(self, ctx: Context) -> None:
        """Its request began by the wrong clock, and its answer came by the right one."""
        await source_on(ctx, "a.example", last_checked_at=NOON, due=NOON + HOUR)
        await hold(ctx, "a.example", NOON + 20 * MINUTE)
        await asked(ctx, "a.example", NOON + 3 * DAY)
        assert await Timekeeper().look(ctx) == {}
        assert (await of(ctx, "a.example")).next_allowed_at == NOON + 20 * MINUTE

    async def test_a_right_clock_changes_nothing(self, ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
        """Nor does a step of a minute, nor a paused source, nor a second look."""
        scans = scanned(monkeypatch)
        await source_on(ctx, "near.example", last_checked_at=NOON + MINUTE, due=NOON + HOUR)
        await asked(ctx, "near.example", NOON + MINUTE)
        assert (await Timekeeper().look(ctx), scans) == ({}, [])
        ahead = {"last_checked_at": AHEAD, "due": AHEAD + HOUR}
        paused = await source_on(ctx, "paused.example", state=SourceState.PAUSED, **ahead)
        await asked(ctx, "paused.example", AHEAD)
        assert await Timekeeper().look(ctx) == {}
        assert (await source_of(ctx, paused)).next_check_at == AHEAD + HOUR

    async def test_an_article_heard_of_while_the_clock_was_ahead_is_read_at_once(self, ctx: Context) -> None:
        """It was never read, so that only its first sight lies in the future."""
        number = await page_on(ctx, "ahead.example", AHEAD, first_seen_at=AHEAD)
        await asked(ctx, "ahead.example", AHEAD)
        assert await Timekeeper().look(ctx) == {"documents": 1}
        assert (await page_of(ctx, number)).next_check_at == NOON

    async def test_a_sign_is_heeded_once_and_a_visit_that_was_under_way_makes_another(
        self, ctx: Context, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """A million rows are not looked through every minute for as long as the fetches of that time are the newest."""
        keeper, scans = Timekeeper(), scanned(monkeypatch)
        await asked(ctx, "a.example", AHEAD)
        await keeper.look(ctx)
        assert set(scans) == {table.name for table in store.TABLES}
        scans.clear()
        assert (await keeper.look(ctx), scans) == ({}, [])
        number = await page_on(ctx, "b.example", AHEAD + DAY, last_checked_at=AHEAD)
        await asked(ctx, "b.example", AHEAD)
        assert await keeper.look(ctx) == {"documents": 1}
        assert (await page_of(ctx, number)).next_check_at == NOON

    async def test_no_fetch_is_overlooked_between_two_looks(
        self, ctx: Context, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """However many there were, and whoever was asked since: so many are looked at by one statement, and no more."""
        monkeypatch.setattr(store, "PIECE", 2)
        keeper = Timekeeper()
        await keeper.look(ctx)
        ahead = NOON + HOUR / 2
        await source_on(ctx, "a.example", last_checked_at=ahead, due=AHEAD)
        await hold(ctx, "a.example", NOON + HOUR)
        for at in (ahead, ahead, NOON, NOON, NOON):
            await asked(ctx, "a.example", at)
        assert await keeper.look(ctx) == {"sources": 1}
        assert (await of(ctx, "a.example")).next_allowed_at == NOON + HOUR


class TestWhatRowsTell:
    @pytest.mark.parametrize("by", [HALF_A_DAY, YEAR], ids=["hours", "long"])
    async def test_what_was_checked_in_the_future_is_checked_now(self, ctx: Context, by: timedelta) -> None:
        """Also where the clock was ahead by so little that the plan looks like any other."""
        ahead = NOON + by
        number = await source_on(ctx, "a.example", last_checked_at=ahead, due=ahead + HOUR)
        told = await page_on(ctx, "b.example", ahead + DAY, last_checked_at=ahead)
        assert await claimed(ctx, NOON + HOUR) == set()
        assert await mend(ctx) == {"sources": 1, "documents": 1}
        after = await source_of(ctx, number)
        assert (after.next_check_at, after.last_checked_at, after.plan_reason) == (NOON, NOON, store.WHY)
        assert (await page_of(ctx, told)).next_check_at == NOON
        assert await claimed(ctx, NOON) == {"a.example", "b.example"}
        assert await mend(ctx) == {}

    async def test_what_was_added_in_the_future_and_never_checked_is_due(self, ctx: Context) -> None:
        await source_on(ctx, "a.example", added_at=AHEAD, due=AHEAD)
        await mend(ctx)
        assert await claimed(ctx, NOON) == {"a.example"}

    async def test_what_was_put_off_and_never_checked_is_due(self, ctx: Context) -> None:
        """It was there before the clock was ahead, which tells only by how far away its turn is."""
        await source_on(ctx, "a.example", due=NOON + 2 * DAY)
        await mend(ctx)
        assert await claimed(ctx, NOON) == {"a.example"}

    @pytest.mark.parametrize("away", [timedelta(), RETRY_UNREACHABLE], ids=["its turn", "its robots.txt"])
    async def test_what_was_put_off_until_a_wrong_turn_of_its_host_is_due_with_it(
        self, ctx: Context, away: timedelta
    ) -> None:
        """It was checked before the clock was ahead, so that nothing but its host tells; what is planned stays."""
        await hold(ctx, "a.example", AHEAD, robots_fetched_at=AHEAD)
        put_off = await page_on(ctx, "a.example", AHEAD + away, last_checked_at=NOON - DAY)
        planned = await source_on(ctx, "a.example", due=NOON + 300 * DAY, last_checked_at=NOON - DAY)
        assert await mend(ctx) == {"hosts": 1}
        one = await of(ctx, "a.example")
        assert one.next_allowed_at == one.due_at == (await page_of(ctx, put_off)).next_check_at
        assert (await source_of(ctx, planned)).next_check_at == NOON + 300 * DAY

    async def test_misses_and_doubts_that_began_in_the_future_begin_now(self, ctx: Context) -> None:
        """Else nobody would judge them until that time has come."""
        marks = {"missed_since": AHEAD, "doubted_since": AHEAD, "last_checked_at": AHEAD}
        number = await page_on(ctx, "a.example", AHEAD, misses=1, **marks)
        await mend(ctx)
        one = await page_of(ctx, number)
        assert (one.missed_since, one.doubted_since, one.last_checked_at) == (NOON, NOON, NOON)

    async def test_what_a_host_asked_for_stands(self, ctx: Context) -> None:
        """A Retry-After of most of a day, said since by a host of which other things are misdated."""
        await source_on(ctx, "a.example", last_checked_at=AHEAD, due=AHEAD)
        await hold(ctx, "a.example", NOON + timedelta(hours=23), failures=1)
        assert await mend(ctx) == {"sources": 1}
        assert (await of(ctx, "a.example")).next_allowed_at == NOON + timedelta(hours=23)

    async def test_plans_of_a_right_clock_stay(self, ctx: Context) -> None:
        """However far ahead: yearly by cron, a Retry-After of most of a day, a check of minutes ago."""
        yearly = await source_on(ctx, "a.example", last_checked_at=NOON - HOUR, due=NOON + 300 * DAY)
        soon = await source_on(ctx, "b.example", last_checked_at=NOON + MINUTE, due=NOON + HOUR)
        await hold(ctx, "a.example", NOON + timedelta(hours=23), failures=3)
        before = [await source_of(ctx, one) for one in (yearly, soon)], await of(ctx, "a.example")
        assert await mend(ctx) == {}
        assert ([await source_of(ctx, one) for one in (yearly, soon)], await of(ctx, "a.example")) == before

    async def test_a_host_held_for_longer_than_anything_may_hold_it_is_let_go(self, ctx: Context) -> None:
        """As by a redirect that led there: one that has failed waits longer, one with a delay of its own that delay."""
        for name in ("a.example", "b.example", "c.example", "d.example"):
            await source_on(ctx, name, last_checked_at=NOON - HOUR, due=NOON)
        await hold(ctx, "a.example", AHEAD)
        await hold(ctx, "b.example", AHEAD, failures=2)
        await hold(ctx, "c.example", AHEAD, delay_s=7200.0)
        await hold(ctx, "d.example", NOON - HOUR, lease_owner="gone", lease_until=AHEAD)
        assert await mend(ctx) == {"hosts": 4}
        gap = timedelta(seconds=ctx.politeness.max_delay_s)
        held = [(await of(ctx, f"{one}.example")).next_allowed_at for one in "abc"]
        assert held == [NOON + gap, NOON + HOUR, NOON + 2 * HOUR]
        assert (await of(ctx, "d.example")).lease_until == NOON + timedelta(minutes=10)
        assert await mend(ctx) == {}

    async def test_a_hub_is_asked_and_somebody_told_now(self, ctx: Context) -> None:
        """What was asked for and made in the future, and would be tried again then."""
        number = await source_on(ctx, "a.example")
        hub = Subscription(number, "https://hub.example/", "t", "token", "secret", SubscriptionState.REQUESTED)
        await ctx.db.write(subscriptions.save, replace(hub, requested_at=AHEAD, renew_at=AHEAD + HOUR))
        await ctx.db.write(_note)
        assert await mend(ctx) == {"subscriptions": 1, "notifications": 1}
        assert await ctx.db.read(_one_of, subscription.c.renew_at) == NOON
        assert await ctx.db.read(_one_of, notification.c.next_try_at) == NOON

    async def test_every_piece_of_a_table_is_looked_at(self, ctx: Context, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(store, "PIECE", 3)
        monkeypatch.setattr(store, "FEW", 2)
        names = {f"{number}.example" for number in range(7)}
        for name in sorted(names):
            await source_on(ctx, name, last_checked_at=AHEAD, due=AHEAD)
        await hold(ctx, "z.example", AHEAD)
        assert await mend(ctx) == {"sources": len(names), "hosts": 1}
        assert await claimed(ctx, NOON) == names


def _note(conn: Connection) -> None:
    alerts.add(conn, Alert("all", "", AlertAbout.DOCUMENTS, ("desk",), made_at=NOON))
    rule = alerts.by_name(conn, "all")
    assert rule is not None
    waits = Notification("key", rule.id, "desk", AHEAD, NotificationState.WAITING, next_try_at=AHEAD + HOUR)
    outbox.queue(conn, rule, rule.position, [waits])


def _one_of(conn: Connection, column: Any) -> Any:
    return conn.execute(select(column)).scalar_one()


async def test_of_many_workers_the_first_does_it(ctx: Context) -> None:
    number = await source_on(ctx, "a.example", last_checked_at=AHEAD, due=AHEAD)
    await asked(ctx, "a.example", AHEAD)
    await Upkeep(ctx).do_what_is_due(first=False)
    assert (await source_of(ctx, number)).next_check_at == AHEAD
    await Upkeep(ctx).do_what_is_due(first=True)
    assert (await source_of(ctx, number)).next_check_at == NOON


async def test_one_that_died_in_the_future_is_not_the_first_of_all(ctx: Context) -> None:
    """Else nothing would be sealed and nobody told of anything until that time has come."""
    dead = Worker("other/1:1:1#1", "other", 1, "1", AHEAD, AHEAD)
    await ctx.db.write(workers.register, dead)
    await ctx.db.write(workers.register, replace(dead, owner="me", started_at=NOON, beat_at=NOON))
    later = NOON + 2 * MINUTE
    assert await ctx.db.write(workers.beat, "me", later, 0, 0, 0)
    assert await ctx.db.read(workers.is_first, "me", later - MINUTE)
