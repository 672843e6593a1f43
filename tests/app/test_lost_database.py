"""A database server that cuts its connections, or is away for a while, ends nothing, and nothing is lost or doubled."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.engine import make_url
from structlog.testing import capture_logs

from monitor import Archive, Settings, daemon, open_archive
from monitor.app import leases, orphans, pulse, visits
from monitor.errors import DatabaseBusyError
from monitor.model import Host
from monitor.settings import DaemonSettings, DatabaseSettings, FetchSettings
from monitor.store import hosts
from monitor.store.schema import capture, document, host, revision
from tests.app.rig import add
from tests.app.website import Page, Website, article, rss
from tests.blank import administration

LONG = 90.0  # that a busy machine may need
NAMES = tuple(f"{name}.example" for name in ("one", "two", "three", "four"))
EACH = 4  # articles of a host


class Server:
    """The server of one database, as far as its operator may spoil things for whoever uses it."""

    def __init__(self, server: str, url: str) -> None:
        self._engine = administration(server)
        self._name = make_url(url).database

    async def cut(self) -> None:
        """End every connection, whatever it is busy with."""
        ask = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        await asyncio.to_thread(self._do, ask, name=self._name)

    async def open(self, *, to_all: bool) -> None:
        """Let connections be made, or none."""
        await asyncio.to_thread(self._do, f"ALTER DATABASE {self._name} ALLOW_CONNECTIONS {to_all}")

    def _do(self, statement: str, **values: object) -> None:
        with self._engine.connect() as conn:
            conn.execute(text(statement), values).close()

    def close(self) -> None:
        """Let go of the server."""
        self._engine.dispose()


@pytest.fixture
async def server(postgresql_server: str, postgresql_url: str) -> AsyncIterator[Server]:
    """The server of the test's database."""
    one = Server(postgresql_server, postgresql_url)
    yield one
    await one.open(to_all=True)
    one.close()


@pytest.fixture
async def archive(
    postgresql_url: str, website: Website, tmp_path: Path, read_here: None, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Archive]:
    """An archive of four feeds with four articles each, which goes by the real time."""
    monkeypatch.setattr(visits, "AFTER_BUSY", timedelta(seconds=0.2))
    settings = Settings(
        data_dir=tmp_path,
        database=DatabaseSettings(url=postgresql_url),
        fetch=FetchSettings(gap=0.0, contact="https://archive.example", resolve=website.resolve(*NAMES)),
        daemon=DaemonSettings(tick=0.05, beat=0.5),
    )
    for name in NAMES:
        told = [(f"http://{name}/2026/11/16/story-{number}", f"Story {number}") for number in range(EACH)]
        website.pages |= {url: Page(article(title, number=len(url))) for url, title in told}
        website.pages[f"http://{name}/feed"] = rss(*told)
    async with open_archive(settings) as opened:
        yield opened


@asynccontextmanager
async def at_work(archive: Archive) -> AsyncIterator[daemon.Daemon]:
    """Let a daemon work on the archive; it must end only when it is told to."""
    running = daemon.Daemon(archive)
    task = asyncio.create_task(running.run())
    try:
        yield running
        assert not task.done()
    finally:
        running._stop.set()
        assert await task == 0


async def until(true: Callable[[], bool]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(LONG):
        while not true():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.01)


def _counts(conn: Connection) -> tuple[int, int, int]:
    """Return how many documents, texts and leases there are."""
    return (
        conn.execute(select(func.count()).select_from(document)).scalar_one(),
        conn.execute(select(func.count()).select_from(revision)).scalar_one(),
        conn.execute(select(func.count()).where(host.c.lease_owner.is_not(None))).scalar_one(),
    )


def _places(conn: Connection) -> list[tuple[str, int]]:
    return [(row.file, row.offset) for row in conn.execute(select(capture.c.file, capture.c.offset))]


async def test_a_daemon_that_is_cut_off_again_and_again_does_all_its_work_once(
    archive: Archive, website: Website, server: Server
) -> None:
    """In mid-statement or between two: each time visits are put off, and the next ticks go on."""
    for name in NAMES:
        await add(archive, f"http://{name}/feed")
    first, wanted = len(website.asked), {url for url in website.pages if "story" in url}
    with capture_logs() as logs:
        async with at_work(archive):
            for cut in range(4):
                await until(lambda goal=first + 3 * cut: len(website.asked) > goal)  # type: ignore[misc]
                await server.cut()
            await until(lambda: wanted <= set(website.asked))
            async with asyncio.timeout(LONG):
                while (await _patiently(archive))[1] < len(wanted):  # noqa: ASYNC110 - nobody tells
                    await asyncio.sleep(0.05)
        assert await orphans.settle(archive._ctx)
    told = [one["event"] for one in logs]
    assert {"visit.postponed", "database.busy", "wakes.lost"} & set(told)
    assert "daemon.failed" not in told
    assert "visit.crashed" not in told
    assert await archive._ctx.db.read(_counts) == (len(wanted), len(wanted), 0)
    places = await archive._ctx.db.read(_places)
    assert len(places) == len(set(places))
    report = await archive.custody.verify(again=True)
    assert (report.finished, report.faults) == (True, ())


async def _patiently(archive: Archive) -> tuple[int, int, int]:
    try:
        return await archive._ctx.db.read(_counts)
    except DatabaseBusyError:
        return (0, 0, 0)


async def test_while_the_server_is_away_nothing_is_asked_for_and_then_work_goes_on(
    archive: Archive, website: Website, server: Server
) -> None:
    """It is told that the server is gone, and that it is back."""
    with capture_logs() as logs:

        def told(event: str) -> int:
            return sum(one["event"] == event for one in logs)

        async with at_work(archive) as running:
            await until(running._ready.is_set)
            await server.open(to_all=False)
            await server.cut()
            await until(lambda: told("database.lost") > 0 and told("database.busy") > 1)
            assert archive._ctx.db.lost_s() is not None
            assert not (await archive.health.readiness()).ready
            assert await archive.pulse.troubles(0) == ()
            await server.open(to_all=True)
            await until(lambda: told("database.restored") > 0)
            await add(archive, "http://one.example/feed")
            await until(lambda: sum("one.example/2026" in url for url in website.asked) == EACH)
    assert told("database.lost") == told("database.restored") > 0
    assert told("daemon.failed") == 0


async def test_a_server_that_stays_away_is_a_trouble_for_the_watchdog(
    archive: Archive, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at once: who starts the daemon anew does not bring the server back."""
    archive._ctx.tally.began()
    await server.open(to_all=False)
    await server.cut()
    assert await archive.pulse.troubles(0) == ()
    assert await archive.pulse.troubles(0) == ()
    monkeypatch.setattr(pulse, "LOST_S", -1.0)
    (trouble,) = await archive.pulse.troubles(0)
    assert "cannot be used" in trouble
    await server.open(to_all=True)
    assert await archive.pulse.troubles(0) == ()


async def test_a_host_that_could_not_be_given_back_is_once_the_database_answers(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what was learned of it; and not a lease that was taken meanwhile, which lasts longer."""
    ctx, real = archive._ctx, hosts.release

    def busy(*_: object) -> None:
        raise DatabaseBusyError("another process holds it")

    async with leases.leased(ctx, "one.example") as gate:
        gate.hold_off(timedelta(minutes=5))
        wanted = gate.host.next_allowed_at
        monkeypatch.setattr(hosts, "release", busy)
    monkeypatch.setattr(hosts, "release", real)
    assert await ctx.db.read(_lease) == (ctx.owner, None)
    await archive.launch()
    assert await ctx.db.read(_lease) == (None, wanted)
    assert ctx.owed == {}
    ctx.owed["one.example"] = await _claimed(archive), archive.now() - timedelta(minutes=1)
    await leases.pay(ctx)
    assert (await ctx.db.read(_lease))[0] == ctx.owner


async def _claimed(archive: Archive) -> Host:
    claimed = await archive._ctx.db.write(hosts.claim, "one.example", archive.now(), archive._ctx.owner, 600.0)
    assert claimed is not None
    return claimed


def _lease(conn: Connection) -> tuple[object, object]:
    one = hosts.get(conn, "one.example")
    assert one is not None
    return one.lease_owner, one.next_allowed_at
