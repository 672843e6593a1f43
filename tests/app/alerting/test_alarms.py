"""What is wrong with the archive begins an alarm, is told as it begins and as it ends, and no more often."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from monitor import Archive, Settings, atom, open_archive
from monitor.errors import UsageError
from monitor.model import AlarmKind, AlertAbout, AlertPace, Entry, Fetch, Outcome
from monitor.store import entries, fetches, sources
from tests.app.alerting.room import MINUTE, NOON, Room, one_round
from tests.edges.receiver import Receiver
from tests.store.examples import a_source

pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")
PLENTY = 1 << 60  # bytes; no disk has them free


def _settings(room: Room, **health: object) -> Settings:
    return room.settings.model_copy(update={"health": room.settings.health.model_copy(update=health)})


@pytest.fixture
async def cramped(room: Room) -> AsyncIterator[Archive]:
    """The archive, on a disk that is too small."""
    async with open_archive(_settings(room, min_free=PLENTY)) as opened:
        yield opened


async def test_an_alarm_begins_once_and_is_told_to_those_who_want_its_kind(
    cramped: Archive, room: Room, receiver: Receiver
) -> None:
    alerts = cramped.alerts
    await alerts.add("ops", "", ["hook"], about=AlertAbout.ALARMS)
    await alerts.add("others", "kind:backup", ["hook"], about=AlertAbout.ALARMS)
    await alerts.add("edits", "mercado", ["hook"])
    with capture_logs() as logged:
        assert [one.kind for one in await cramped.health.watch()] == [AlarmKind.DISK]
        for _ in range(3):
            room.wait(MINUTE)
            assert await cramped.health.watch() == ()
    assert [one["event"] for one in logged] == ["alarm.raised"]
    (alarm,) = await cramped.health.alarms()
    assert alarm.subject.endswith(str(room.settings.data_dir))
    assert (alarm.since, alarm.ended_at) == (NOON, None)
    assert [(one.alert, one.sent) for one in await one_round(cramped)] == [("ops", True)]
    assert await one_round(cramped) == ()
    (body,) = receiver.bodies
    assert body["type"] == "monitor.alarms"
    assert body["data"]["items"][0]["alarm"]["kind"] == "disk"


async def test_its_end_is_told_after_it_has_lasted_and_the_same_cause_begins_another(
    room: Room, receiver: Receiver
) -> None:
    async with open_archive(_settings(room, min_free=PLENTY)) as archive:
        await archive.alerts.add("ops", "kind:disk", ["hook"], about=AlertAbout.ALARMS)
        await archive.health.watch()
    room.wait(5 * MINUTE)
    async with open_archive(_settings(room, min_free=1)) as archive:
        assert await archive.health.watch() == (), "it has not lasted long enough to be over"
        room.wait(6 * MINUTE)
        (ended,) = await archive.health.watch()
        assert ended.ended_at == room.now
        await one_round(archive)
        assert await archive.health.alarms() == ()
        assert await archive.health.alarms(open_only=False) == (ended,)
    told = [item["alarm"]["ended_at"] for body in receiver.bodies for item in body["data"]["items"]]
    assert told == [None, ended.ended_at.isoformat().replace("+00:00", "Z") if ended.ended_at else None]
    async with open_archive(_settings(room, min_free=PLENTY)) as archive:
        (again,) = await archive.health.watch()
        assert again.id != ended.id


async def test_messages_and_feeds_say_what_is_wrong(cramped: Archive) -> None:
    await cramped.alerts.add("ops", "", about=AlertAbout.ALARMS, pace=AlertPace.AT_ONCE)
    await cramped.health.watch()
    found = await cramped.alerts.latest("ops")
    feed = atom(found, title="Alert: ops", at=NOON, base_url="https://archive.example")
    assert "<title>The disk is filling up: " in feed
    assert 'href="https://archive.example/#alarms"' in feed


async def test_a_rule_about_alarms_that_names_no_kind_there_is_is_refused(archive: Archive) -> None:
    with pytest.raises(UsageError, match="names no kind of alarm"):
        await archive.alerts.add("ops", "outlet:radio.example", about=AlertAbout.ALARMS)


async def test_two_who_look_at_once_begin_one_alarm(bare_ready: Settings) -> None:
    """On both databases; each daemon looks for itself."""
    async with open_archive(bare_ready) as one, open_archive(bare_ready) as other:
        found = await asyncio.gather(*(archive.health.watch() for archive in (one, other)))
        assert sum(map(len, found)) == 1
        assert len(await one.health.alarms()) == 1


@pytest.fixture
def bare_ready(database_url: str, room: Room) -> Settings:
    """Settings of an empty archive of each kind, on a disk that is too small."""
    settings = _settings(room, min_free=PLENTY)
    return settings.model_copy(update={"database": settings.database.model_copy(update={"url": database_url})})


def _worked(conn: Connection, count: int) -> None:
    """Add sources that were read at noon, and the fetch that did it."""
    for number in range(count):
        one = a_source(f"https://{number}.example/feed", due=NOON + timedelta(hours=6), verified=True)
        sources.add(conn, replace(one, last_checked_at=NOON, confirmed_at=NOON, outlet="radio.example"))
    fetches.add(conn, Fetch("https://0.example/feed", Outcome.OK, NOON))


def _fail(conn: Connection, count: int, room: Room) -> None:
    for number in range(1, count + 1):
        fetches.add(conn, Fetch(f"https://{number - 1}.example/feed", Outcome.DNS_ERROR, room.now))
        later = room.now + timedelta(hours=6)
        sources.set_fields(conn, number, failures=1, last_checked_at=room.now, next_check_at=later)


@pytest.mark.parametrize(("failing", "kinds"), [(3, [AlarmKind.FETCHING]), (2, [])])
async def test_fetching_is_wrong_once_sources_that_worked_all_fail(
    archive: Archive, room: Room, failing: int, kinds: list[AlarmKind]
) -> None:
    """A quiet archive, and one with a source or two that fail, is well."""
    write = archive._ctx.db.write
    await write(_worked, 5)
    await archive.health.watch()
    room.wait(3 * timedelta(hours=1))
    assert await archive.health.watch() == ()
    await write(_fail, failing, room)
    room.wait(MINUTE)
    assert [one.kind for one in await archive.health.watch()] == kinds
    await write(fetches.add, Fetch("https://0.example/feed", Outcome.NOT_MODIFIED, room.now))
    room.wait(11 * MINUTE)
    assert [one.ended_at for one in await archive.health.watch()] == [room.now for _ in kinds]


async def test_an_outlet_is_silent_by_its_own_rhythm_until_it_brings_something(archive: Archive, room: Room) -> None:
    """It brought an article each hour for three weeks; its source says that it is silent."""
    db = archive._ctx.db
    await db.write(_worked, 1)
    for hour in range(1, 24 * 21):
        await db.write(_tell, f"a{hour}", hour)
    room.wait(timedelta(hours=2))
    await db.write(_look, room)
    assert await archive.health.watch() == (), "two hours are no silence"
    room.wait(timedelta(days=3))
    await db.write(_look, room)
    (alarm,) = await archive.health.watch()
    assert (alarm.kind, alarm.subject) == (AlarmKind.SILENCE, "radio.example")
    assert alarm.detail.startswith("no new article for 3 d")
    await db.write(_tell, "new", -int((room.now - NOON) / timedelta(hours=1)))
    room.wait(11 * MINUTE)
    (ended,) = await archive.health.watch()
    assert ended.ended_at == room.now


def _look(conn: Connection, room: Room) -> None:
    fetches.add(conn, Fetch("https://0.example/feed", Outcome.OK, room.now))
    next_at = room.now + timedelta(hours=1)
    sources.set_fields(conn, 1, last_checked_at=room.now, next_check_at=next_at, silence="no new article for long")


def _tell(conn: Connection, key: str, hours_ago: int) -> None:
    at = NOON - timedelta(hours=hours_ago)
    entries.add(conn, Entry(1, key, f"https://0.example/{key}", appeared_at=at), at)


async def test_a_worker_that_falls_silent_is_missed_and_who_looks_is_not(archive: Archive, room: Room) -> None:
    """Though its clock was set forward since its last beat: whoever looks is alive."""
    await archive.workers.register()
    room.wait(timedelta(days=1))
    assert await archive.health.watch() == ()
    async with open_archive(room.settings) as other:
        (alarm,) = await other.health.watch()
        assert alarm.kind is AlarmKind.WORKER
    await archive.workers.beat()
    room.wait(11 * MINUTE)
    await archive.workers.beat()
    (ended,) = await archive.health.watch()
    assert ended.ended_at == room.now
