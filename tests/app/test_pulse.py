"""What the watchdog hears of an open archive: whether it comes forward, and why not."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor import Archive, load_settings, open_archive
from monitor.app import asking, pulse
from monitor.edges import systemd
from monitor.errors import DatabaseBusyError, DatabaseError
from monitor.interfaces import ReadFailure
from monitor.store import sources
from tests.blank import blank_sqlite


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    """An empty archive, and politeness of an hour for one host."""
    data = blank_sqlite(tmp_path / "data" / "archive.db").parent
    overrides = {"data_dir": str(data), "fetch.gap_per_host": '{"slow.example" = "1h"}', "database.patience": "30s"}
    async with open_archive(load_settings(overrides=overrides)) as archive:
        yield archive


class Time:
    """The steady clock that the pulse goes by."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    """A clock that stands until it is turned on."""
    time = Time()
    monkeypatch.setattr(pulse, "monotonic", time)
    return time


async def test_a_daemon_that_just_began_is_well_and_one_that_never_looks_for_work_is_not(
    time: Time, archive: Archive
) -> None:
    assert await archive.pulse.troubles(0) == ()
    time.now += 91
    assert await archive.pulse.troubles(0) == ("no round has begun for 1 min 31 s",)


async def test_a_start_that_took_long_is_no_standing_still(time: Time, archive: Archive) -> None:
    archive.pulse.motion(0)
    time.now += 900
    archive.pulse.begin()
    assert await archive.pulse.troubles(0) == ()


async def test_counting_sources_keeps_no_sign_of_life_back(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Their number is news; the sign is that the database answered a simple question."""

    def busy(conn: object) -> int:
        raise DatabaseBusyError("another process holds it")

    told: list[str] = []
    monkeypatch.setattr(sources, "count", busy)
    monkeypatch.setattr(systemd, "notify", lambda *states: told.extend(states))
    archive._ctx.tally.began()
    await archive.watchdog.beat(0)
    assert told == ["WATCHDOG=1", "STATUS=watching 0 sources, visiting 0 hosts"]


async def test_a_job_that_does_not_end_is_named_until_it_does(time: Time, archive: Archive) -> None:
    archive._ctx.tally.began()
    with archive.pulse.running("seal"):
        time.now += 3601
        assert await archive.pulse.troubles(0) == ("the job seal has been running for 1 h",)
    assert await archive.pulse.troubles(0) == ()


async def test_visits_may_wait_for_the_longest_gap_and_not_for_ever(time: Time, archive: Archive) -> None:
    """Any request or reading that ended is a sign that they come forward."""
    archive._ctx.tally.began()
    assert await archive.pulse.troubles(3) == ()
    time.now += 5400
    assert await archive.pulse.troubles(3) == ()
    time.now += 1
    assert "the visits under way (3)" in (await archive.pulse.troubles(3))[0]
    archive._ctx.tally.read(ReadFailure("error", "it was none"), 0.1)
    assert await archive.pulse.troubles(3) == ()


async def test_a_database_that_does_not_answer_is_a_trouble_and_one_that_is_broken_an_error(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(conn: object) -> None:
        raise DatabaseBusyError("another process holds it")

    def broken(conn: object) -> None:
        raise DatabaseError("no database")

    monkeypatch.setattr(asking, "ping", busy)
    assert await archive.pulse.troubles(0) == ("another process holds it",)
    monkeypatch.setattr(asking, "ping", broken)
    with pytest.raises(DatabaseError, match="no database"):
        await archive.pulse.troubles(0)


async def test_a_database_that_hangs_is_not_waited_for(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        await asyncio.Event().wait()

    monkeypatch.setattr(pulse, "PING_S", 0.05)
    monkeypatch.setattr(archive._ctx.db, "read", never)
    assert await archive.pulse.troubles(0) == ("the database has not answered for 0.05 s",)
