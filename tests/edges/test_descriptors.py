"""How many files are open is bounded; where they run out, requests wait for each other and none is lost."""

import asyncio
import errno
import json
import resource
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from monitor.edges import connector, descriptors
from monitor.edges.clock import SystemClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.e2e.processes import ROOT


@asynccontextmanager
async def slow_site() -> AsyncIterator[int]:
    """A server that takes a moment over each answer; give its port."""

    async def answer(_: web.Request) -> web.Response:
        await asyncio.sleep(0.02)
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_get("/", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield int(site._server.sockets[0].getsockname()[1])  # type: ignore[union-attr]
    finally:
        await runner.cleanup()


async def starved(hosts: int, spare: int) -> dict[str, object]:
    """Fetch in a process that may open `spare` more files; return what it said."""
    async with slow_site() as port:
        words = (sys.executable, "-m", "tests.edges.starved", str(port), str(hosts), str(spare))
        process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE, cwd=ROOT)
        out, _ = await asyncio.wait_for(process.communicate(), 120)
    found: dict[str, object] = json.loads(out)
    return found


async def test_out_of_descriptors_every_request_waits_and_none_is_blamed_on_its_server() -> None:
    found = await starved(hosts=40, spare=6)
    assert found["outcomes"] == ["ok"] * 41


async def test_a_visit_to_64_hosts_at_once_opens_no_more_than_was_computed() -> None:
    found = await starved(hosts=64, spare=2_000)
    assert found["outcomes"] == ["ok"] * 65
    assert 64 < int(str(found["most"])) <= int(str(found["needed"]))


async def test_few_connections_are_kept_for_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many hosts were asked within the seconds that a connection is kept."""
    monkeypatch.setattr(connector, "IDLE", 8)
    async with slow_site() as port:
        names = [f"h{number}.example" for number in range(30)]
        resolve = tuple((f"{name}:80", f"127.0.0.1:{port}") for name in names)
        fetcher = HttpFetcher(FetchPolicy("test", resolve=resolve), SystemClock())
        try:
            results = await asyncio.gather(*(fetcher.fetch(FetchRequest(f"http://{name}/")) for name in names))
            assert {one.outcome for one in results} == {Outcome.OK}
            (lease,) = fetcher._sessions._open.values()
            kept = lease._session.connector
            assert kept is not None
            assert sum(map(len, kept._conns.values())) == 8
        finally:
            await fetcher.close()


@pytest.fixture
def limits(monkeypatch: pytest.MonkeyPatch) -> dict[str, tuple[int, int]]:
    """The limits of a process that a test sets."""
    held = {"now": (64, 64)}

    def set_limit(_: int, to: tuple[int, int]) -> None:
        held["now"] = to

    monkeypatch.setattr(resource, "getrlimit", lambda _: held["now"])
    monkeypatch.setattr(resource, "setrlimit", set_limit)
    return held


@pytest.mark.parametrize(
    ("soft", "hard", "allowed"),
    [(64, 64, 64), (64, 100_000, "needed"), (64, resource.RLIM_INFINITY, "needed"), (50_000, 100_000, 50_000)],
)
def test_the_limit_is_raised_as_far_as_is_needed_and_may_be(
    limits: dict[str, tuple[int, int]], soft: int, hard: int, allowed: int | str
) -> None:
    limits["now"] = (soft, hard)
    found = descriptors.make_room(64, 2)
    assert found.allowed == (found.needed if allowed == "needed" else allowed)
    assert limits["now"] == (found.allowed, hard)


def test_more_hosts_and_requests_need_more() -> None:
    assert descriptors.needed(16) < descriptors.needed(64) < descriptors.needed(64, 4)


def test_our_own_lack_is_told_from_a_servers_fault() -> None:
    assert descriptors.is_lacking(OSError(errno.EMFILE, "Too many open files"))
    assert descriptors.is_lacking(OSError("Multiple exceptions: [Errno 24] Too many open files, [Errno 111] refused"))
    assert not descriptors.is_lacking(OSError(errno.ECONNREFUSED, "refused"))
    assert not descriptors.is_lacking(ValueError("24"))
