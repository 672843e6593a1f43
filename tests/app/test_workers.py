"""Many workers on one archive: who is at work, who does what is done once, one clock, and being woken."""

import asyncio
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
import structlog
from sqlalchemy import Connection, text, update

from monitor import Archive, Settings, open_archive
from monitor.app.gate import Gate
from monitor.app.ticks import Rounds
from monitor.app.workers import REMEMBERED
from monitor.edges import clock
from monitor.errors import DatabaseError, MonitorError
from monitor.model import DocumentState, Host
from monitor.settings import DaemonSettings, DatabaseSettings
from monitor.store import documents, hosts, revisions, sources, workers
from monitor.store.schema_running import worker
from tests.app.test_leases import ended
from tests.store.examples import NOON, a_document, a_revision, a_source

LONG = 60.0  # that a busy machine may need


def settings_of(url: str, folder: Path, name: str = "") -> Settings:
    return Settings(
        data_dir=folder / (name or "data"), database=DatabaseSettings(url=url), daemon=DaemonSettings(name=name)
    )


@asynccontextmanager
async def two(url: str, folder: Path) -> AsyncIterator[tuple[Archive, Archive]]:
    """Open an archive twice, as two processes on two machines do."""
    async with (
        open_archive(settings_of(url, folder, "one")) as one,
        open_archive(settings_of(url, folder, "two")) as other,
    ):
        yield one, other


async def states(archive: Archive) -> dict[str, str]:
    return {view.worker.name: view.state for view in await archive.workers.every(past=True)}


async def be_silent(archive: Archive, name: str, by: timedelta) -> None:
    """Make the last sign of a worker that old."""
    known = next(view.worker for view in await archive.workers.every(past=True) if view.worker.name == name)
    await archive._ctx.db.write(_set_beat, name, known.beat_at - by)


def _set_beat(conn: Connection, name: str, at: datetime) -> None:
    conn.execute(update(worker).where(worker.c.name == name).values(beat_at=at))


class TestTheList:
    async def test_a_worker_is_at_work_from_its_start_to_its_goodbye(self, database_url: str, tmp_path: Path) -> None:
        async with open_archive(settings_of(database_url, tmp_path, "one")) as archive:
            assert await archive.workers.every(past=True) == ()
            await archive.workers.register()
            await archive.workers.beat()
            (view,) = await archive.workers.every()
            assert (view.state, view.leases, view.worker.machine) == ("working", 0, socket.gethostname())
            await archive.workers.goodbye()
            assert await archive.workers.every() == ()
            assert await states(archive) == {"one": "stopped"}

    async def test_one_that_fell_silent_is_dead_until_it_speaks_again(self, database_url: str, tmp_path: Path) -> None:
        async with two(database_url, tmp_path) as (one, other):
            await one.workers.register()
            await other.workers.register()
            await be_silent(one, "two", timedelta(minutes=2))
            assert await states(one) == {"one": "working", "two": "dead"}
            await other.workers.beat()
            assert await states(one) == {"one": "working", "two": "working"}

    async def test_what_it_holds_is_counted(self, database_url: str, tmp_path: Path) -> None:
        async with open_archive(settings_of(database_url, tmp_path, "one")) as archive:
            await archive.workers.register()
            now = archive.now()
            await archive._ctx.db.write(sources.add, a_source(due=now))
            await archive._ctx.db.write(hosts.claim_due, now, now, archive._ctx.owner, 600.0, 9)
            assert [view.leases for view in await archive.workers.every()] == [1]

    async def test_those_long_gone_are_forgotten_and_come_back_when_they_speak(
        self, database_url: str, tmp_path: Path
    ) -> None:
        async with two(database_url, tmp_path) as (one, other):
            await other.workers.register()
            await be_silent(other, "two", REMEMBERED + timedelta(hours=1))
            await one.workers.register()
            assert await states(one) == {"one": "working"}
            await other.workers.beat()
            assert await states(one) == {"one": "working", "two": "working"}

    async def test_a_neighbour_that_died_is_buried_and_its_hosts_get_their_gap(
        self, database_url: str, tmp_path: Path
    ) -> None:
        """Nobody knows when a process that was killed asked last: its hosts are left alone for a gap from then on."""
        owner = ended()
        async with open_archive(settings_of(database_url, tmp_path, "one")) as archive:
            db, now = archive._ctx.db, archive.now()
            await archive.workers.register()
            await db.write(sources.add, a_source(due=now))
            await db.write(hosts.claim_due, now, now, owner, 600.0, 9)
            (own,) = await archive.workers.every()
            dead = replace(own.worker, owner=owner, name="dead", beat_at=now - timedelta(minutes=2))
            await db.write(workers.register, dead)
            await archive.workers.beat()
            assert await states(archive) == {"one": "working", "dead": "stopped"}
            one = await db.read(hosts.get, "radio.example")
            assert one is not None
            assert one.lease_owner is None
            assert one.next_allowed_at is not None
            assert one.next_allowed_at >= now + timedelta(seconds=archive.settings.fetch.gap)

    async def test_a_folder_that_two_machines_think_theirs_is_told(self, database_url: str, tmp_path: Path) -> None:
        """As where a machine was copied whole; two daemons of one machine may share a folder."""
        async with open_archive(settings_of(database_url, tmp_path, "one")) as archive:
            own = await archive.workers.register()
            twin = replace(own, owner="twin", id=0)
            await archive._ctx.db.write(workers.register, twin)
            with structlog.testing.capture_logs() as told:
                await archive.workers.register()
            assert told == []
            await archive._ctx.db.write(workers.register, replace(twin, machine="another"))
            with structlog.testing.capture_logs() as told:
                await archive.workers.register()
            assert [(one["event"], one["machine"]) for one in told] == [("evidence.folder_doubled", "another")]


class TestOnce:
    async def test_the_first_that_lives_does_what_is_done_once(self, database_url: str, tmp_path: Path) -> None:
        async with two(database_url, tmp_path) as (one, other):
            await one.workers.register()
            await other.workers.register()
            assert (one.workers.is_first, other.workers.is_first) == (True, False)
            await be_silent(one, "one", timedelta(minutes=2))
            await other.workers.beat()
            assert other.workers.is_first
            await one.workers.beat()
            await other.workers.beat()
            assert (one.workers.is_first, other.workers.is_first) == (True, False)
            await one.workers.goodbye()
            await other.workers.beat()
            assert other.workers.is_first

    async def test_no_two_do_it_at_the_same_time(self, postgresql_url: str, tmp_path: Path) -> None:
        """Also while both take themselves for the first, and though one of them does it twice at once."""
        async with two(postgresql_url, tmp_path) as (one, other):
            at_it, go_on = asyncio.Semaphore(0), asyncio.Event()
            done: list[str] = []

            async def slow() -> None:
                at_it.release()
                await go_on.wait()
                done.append("slow")

            async def quick() -> None:
                done.append("quick")

            tasks = [asyncio.create_task(one.workers.once("alerts", slow)()) for _ in range(2)]
            for _ in tasks:
                await at_it.acquire()
            await other.workers.once("alerts", quick)()
            await other.workers.once("seal", quick)()
            assert done == ["quick"]
            go_on.set()
            await asyncio.gather(*tasks)
            await other.workers.once("alerts", quick)()
            assert done == ["quick", "slow", "slow", "quick"]

    async def test_a_lost_connection_gives_the_lock_to_another(self, postgresql_url: str, tmp_path: Path) -> None:
        async with two(postgresql_url, tmp_path) as (one, other):
            assert await one._ctx.db.hold("mirror")
            assert not await other._ctx.db.hold("mirror")
            await other._ctx.db.write(_cut, "pg_try_advisory_lock")
            assert await other._ctx.db.hold("mirror")
            assert not await one._ctx.db.hold("mirror")


def _cut(conn: Connection, query: str) -> None:
    """End the sessions that asked this last, as a server does that restarts."""
    others = "query LIKE :query AND pid <> pg_backend_pid() AND datname = current_database()"
    conn.execute(
        text(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE {others}"), {"query": f"%{query}%"}
    )


class TestTheMirror:
    async def test_one_keeps_it_and_another_writes_all_of_it_anew(self, postgresql_url: str, tmp_path: Path) -> None:
        """In its own folder; and so does the first, when its turn comes again."""
        async with two(postgresql_url, tmp_path) as (one, other):
            await _add_text(one, "https://radio.example/a")
            assert await one.workers.mirror() == 1
            assert await other.workers.mirror() == 0
            with pytest.raises(MonitorError, match="another worker keeps the mirror"):
                await other.mirror()
            one._ctx.db._locks.close()  # it has ended
            await _add_text(one, "https://radio.example/b")
            assert await other.workers.mirror() == 2
            other._ctx.db._locks.close()
            assert await one.workers.mirror() == 2
            names = [
                sorted(path.name for path in (tmp_path / name / "corpus" / "new").iterdir()) for name in ("one", "two")
            ]
            assert names[0] == names[1]
            assert len(names[0]) == 2

    async def test_who_may_not_keep_it_does_not(self, database_url: str, tmp_path: Path) -> None:
        settings = Settings(
            data_dir=tmp_path, database=DatabaseSettings(url=database_url), daemon=DaemonSettings(mirror=False)
        )
        async with open_archive(settings) as archive:
            await _add_text(archive, "https://radio.example/a")
            assert await archive.workers.mirror() == 0
            assert not (tmp_path / "corpus").exists()


async def _add_text(archive: Archive, url: str) -> None:
    await archive._ctx.db.write(_add, url, archive.now())


def _add(conn: Connection, url: str, now: datetime) -> None:
    one, _ = documents.add(conn, a_document(url, state=DocumentState.LIVE))
    revisions.add(conn, a_revision(one.id, f"What stands at {url}.", at=now))


class TestTheClock:
    async def test_a_machine_whose_clock_is_wrong_goes_by_the_databases(
        self, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """And when it is set again meanwhile."""
        monkeypatch.setattr(clock, "datetime", _hours_off(5))
        async with open_archive(settings_of(postgresql_url, tmp_path)) as archive:
            assert abs(archive.now() - await _said(archive)) < timedelta(seconds=30)
            monkeypatch.setattr(clock, "datetime", _hours_off(-50))
            await archive.workers.beat()
            assert abs(archive.now() - await _said(archive)) < timedelta(seconds=30)

    async def test_sqlite_goes_by_the_machines(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "datetime", _hours_off(5))
        async with open_archive(Settings(data_dir=tmp_path)) as archive:
            assert archive.now() - datetime.now(tz=archive.now().tzinfo) > timedelta(hours=4)


def _hours_off(hours: int) -> type[datetime]:
    class Wrong(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + timedelta(hours=hours)  # type: ignore[arg-type]

    return Wrong


async def _said(archive: Archive) -> datetime:
    reading = await archive._ctx.db.read(workers.read_clock, clock.steady)
    assert reading is not None
    return reading.said


class TestWaking:
    async def test_what_is_due_at_once_wakes_the_workers(self, postgresql_url: str, tmp_path: Path) -> None:
        async with two(postgresql_url, tmp_path) as (one, other):
            woken = asyncio.Event()
            await other.workers.listen(woken.set)
            await one._ctx.db.write(sources.add, a_source())
            async with asyncio.timeout(LONG):
                await woken.wait()
            await other.workers.goodbye()

    async def test_a_connection_that_is_lost_is_told_of_and_opened_again(
        self, postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whoever comes back looks at once for what was said meanwhile, and hears again."""
        monkeypatch.setattr("monitor.app.workers.PAUSES_S", (0.05, 0.5))
        woken = asyncio.Event()
        with structlog.testing.capture_logs() as logs:
            async with two(postgresql_url, tmp_path) as (one, other):
                await other.workers.listen(woken.set)
                for cut in (True, False):
                    if cut:
                        await one._ctx.db.write(_cut, "LISTEN")
                    else:
                        await one._ctx.db.write(sources.add, a_source())
                    async with asyncio.timeout(LONG):
                        await woken.wait()
                    woken.clear()
                await other.workers.goodbye()
        assert [one["event"] for one in logs if one["event"].startswith("wakes.")] == ["wakes.lost", "wakes.restored"]


class TestALease:
    @pytest.fixture
    def seconds(self, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
        """The clock that nobody sets, as a number to be set."""
        told = SimpleNamespace(at=1_000.0)
        monkeypatch.setattr("monitor.app.gate.steady", lambda: told.at)
        return told

    async def test_a_process_that_was_stopped_asks_before_it_goes_on(
        self, database_url: str, tmp_path: Path, seconds: SimpleNamespace
    ) -> None:
        """Whatever its clock says: another may hold the host by now."""
        async with open_archive(settings_of(database_url, tmp_path), at=NOON) as archive:
            gate = await _gate(archive)
            assert await gate.keep()
            await archive._ctx.db.write(_taken)
            assert await gate.keep()  # a moment ago it was ours: not asked again yet
            seconds.at += 201.0  # a third of the ten minutes
            assert not await gate.keep()

    async def test_whoever_cannot_reach_the_database_asks_nobody(
        self, database_url: str, tmp_path: Path, seconds: SimpleNamespace
    ) -> None:
        async with open_archive(settings_of(database_url, tmp_path)) as archive:
            gate = await _gate(archive)
            seconds.at += 201.0
            archive._ctx.db._closed = True
            with pytest.raises(DatabaseError):
                await gate.keep()
            archive._ctx.db._closed = False

    async def test_a_renewal_that_took_too_long_is_none(
        self, database_url: str, tmp_path: Path, seconds: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async with open_archive(settings_of(database_url, tmp_path)) as archive:
            gate = await _gate(archive)
            seconds.at += 201.0
            monkeypatch.setattr("monitor.store.hosts.renew", _slowly(seconds, hosts.renew))
            assert not await gate.keep()


def _slowly(seconds: SimpleNamespace, renew: Callable[..., bool]) -> Callable[..., bool]:
    def slow(*arguments: object) -> bool:
        seconds.at += 500.0
        return renew(*arguments)

    return slow


async def _gate(archive: Archive) -> Gate:
    """Return the gate of a host that was just claimed."""
    db, now = archive._ctx.db, archive.now()
    await db.write(sources.add, a_source(due=now))
    one: Host | None = await db.write(hosts.claim, "radio.example", now, archive._ctx.owner, 600.0)
    assert one is not None
    return Gate(archive._ctx, one)


def _taken(conn: Connection) -> None:
    conn.execute(text("UPDATE host SET lease_owner = 'elsewhere:1:1'"))


async def test_two_launches_at_once_claim_no_more_than_there_is_room_for(database_url: str, tmp_path: Path) -> None:
    """A tick, a visit that ended and a wake may all begin one while the database is slow to answer the first."""
    settings = settings_of(database_url, tmp_path)
    settings = settings.model_copy(update={"daemon": DaemonSettings(hosts=2)})
    async with open_archive(settings) as archive:
        now, rounds = archive.now(), Rounds(archive._ctx)
        for number in range(6):
            await archive._ctx.db.write(sources.add, a_source(f"https://s{number}.example/feed", due=now))
        launched = await asyncio.gather(*(rounds.launch(archive.now()) for _ in range(3)))
        tasks = [task for some in launched for task in some]
        for task in tasks:
            task.cancel()
        assert len(tasks) == 2
        assert len(archive._ctx.held) == 2
        archive._ctx.held.clear()
