"""No spelling, no name and no redirect opens a connection to an address that is not public: counted at the sockets."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import pytest

from monitor.edges.clock import SystemClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.interfaces import FetchRequest, FetchResult
from monitor.model import Outcome
from tests.edges.loopback import Handler, by_path, head, saying, serving, whole
from tests.edges.ssrf.table import DIRECT, PUBLIC, PUBLIC_6, REDIRECTS, STATUSES, UNFOLLOWED
from tests.edges.ssrf.watching import Ours, Watch, is_inside, our_own, watching

GROUPS = sorted({row.group.partition(",")[0] for row in DIRECT})
# With CONNECT_ERROR a public address was tried, which the watch keeps from being reached.
HARMLESS = {Outcome.REFUSED, Outcome.DNS_ERROR, Outcome.CONNECT_ERROR}
AT_A_TIME = 50


@dataclass
class Rig:
    """A fetcher, the servers that it must not ask, and the watch over all sockets."""

    fetcher: HttpFetcher
    ours: Ours
    watch: Watch

    async def ask(self, url: str) -> FetchResult:
        """Fetch a URL."""
        return await self.fetcher.fetch(FetchRequest(url.replace("PORT", str(self.ours.port))))

    async def ask_all(self, urls: Iterable[str]) -> list[tuple[str, FetchResult]]:
        """Fetch many, some at a time."""
        gate = asyncio.Semaphore(AT_A_TIME)

        async def one(url: str) -> tuple[str, FetchResult]:
            async with gate:
                return url, await self.ask(url)

        return await asyncio.gather(*map(one, urls))

    def assert_untouched(self) -> None:
        """Fail when anything was connected to that is not public."""
        assert self.ours.connections == 0
        assert [place for place in self.watch.connected if is_inside(place[0])] == []


async def silent(path: str, writer: asyncio.StreamWriter) -> None:
    """Answer nothing of interest."""
    writer.write(whole(b"front"))


@asynccontextmanager
async def rig(tell: Handler = silent, **policy: object) -> AsyncIterator[Rig]:
    """Run it all. `http://front.test/` is a public site as far as the fetcher knows; `tell` is what it answers."""
    async with our_own() as ours, serving(tell) as front:
        settings = {"timeout_s": 20.0, "resolve": (("front.test:80", f"127.0.0.1:{front.port}"),)} | policy
        fetcher = HttpFetcher(FetchPolicy("test", **settings), SystemClock())  # type: ignore[arg-type]
        with watching() as watch:
            watch.front = ("127.0.0.1", front.port)
            try:
                yield Rig(fetcher, ours, watch)
            finally:
                await fetcher.close()


def test_the_table_is_long() -> None:
    """At least 300 different things are asked for directly, and at least 300 by redirect."""
    assert len({row.url for row in DIRECT}) >= 300
    assert len({row.url for row in REDIRECTS}) >= 300


@pytest.mark.parametrize("group", GROUPS)
async def test_nothing_inside_is_reached(group: str) -> None:
    """Whatever is asked for, no socket is opened to an address that is not public, and the reason is said."""
    urls = [row.url for row in DIRECT if row.group.partition(",")[0] == group]
    async with rig() as here:
        for url, result in await here.ask_all(urls):
            assert result.outcome in HARMLESS, (url, result)
            assert (result.hops, result.body) == ((), b""), url
            assert result.detail, url
        here.assert_untouched()


async def redirecting(path: str, writer: asyncio.StreamWriter) -> None:
    """Answer `/go/hops/status/row/port` with that redirect, after as many steps at home; 404 for all else."""
    found = re.fullmatch(r"/go/(\d+)/(\d+)/(\d+)/(\d+)", path)
    if found is None:
        writer.write(whole(b"", status="404 Not Found"))
        return
    hops, status, row, port = map(int, found.groups())
    target = REDIRECTS[row].url.replace("PORT", str(port))
    location = f"/go/{hops - 1}/{status}/{row}/{port}" if hops else target
    writer.write(head(f"{status} Away", b"Location: " + location.encode(), "Content-Length: 0"))


@pytest.mark.parametrize("hops", [0, 2])
async def test_nothing_inside_is_reached_by_redirect(hops: int) -> None:
    """All of the table again as a Location, absolute and relative, of every status and after further hops.

    Some turn out to be paths of the site that redirects, as they do in browsers; then it is asked again.
    """
    rows = range(hops, len(REDIRECTS), 1 + hops)
    urls = [f"http://front.test/go/{hops}/{STATUSES[row % len(STATUSES)]}/{row}/PORT" for row in rows]
    async with rig(redirecting) as here:
        for url, result in await here.ask_all(urls):
            target = REDIRECTS[int(url.split("/")[6])].url
            assert result.outcome in {*HARMLESS, Outcome.REDIRECT_ERROR, Outcome.NOT_FOUND}, (target, result)
            assert len(result.hops) == hops + 1 + (result.outcome is Outcome.NOT_FOUND), (target, result)
            assert {hop.url.split("/")[2] for hop in result.hops} == {"front.test"}
        here.assert_untouched()


@pytest.mark.parametrize("status", STATUSES)
async def test_every_status_is_checked(status: int) -> None:
    """The target of each kind of redirect is refused, with the target named."""
    async with rig(saying(head(f"{status} Away", "Location: http://127.0.0.1:9000/", "Content-Length: 0"))) as here:
        result = await here.ask("http://front.test/")
        assert (result.outcome, result.status) == (Outcome.REFUSED, status)
        here.assert_untouched()


@pytest.mark.parametrize("locations", [("/a", "http://127.0.0.1:9000/"), ("http://127.0.0.1:9000/", "/a")])
async def test_of_several_targets_the_first_is_taken(locations: tuple[str, str]) -> None:
    """What is checked is what is followed."""
    lines = [f"Location: {location}" for location in locations]
    async with rig(by_path({"/": whole(b"", *lines, status="302 Away"), "/a": whole(b"a")})) as here:
        result = await here.ask("http://front.test/")
        assert result.outcome is (Outcome.OK if locations[0] == "/a" else Outcome.REFUSED)
        here.assert_untouched()


@pytest.mark.parametrize("answer", UNFOLLOWED, ids=lambda answer: (answer[1] + answer[2:])[0][:40])
async def test_what_is_no_redirect_is_not_followed(answer: tuple[str, tuple[str, ...], str]) -> None:
    """Pages that would have a browser go elsewhere are pages; other headers with addresses are headers."""
    status, headers, body = answer

    async def telling(path: str, writer: asyncio.StreamWriter) -> None:
        port = path.removeprefix("/")
        lines = [header.replace("PORT", port) for header in headers]
        writer.write(whole(body.replace("PORT", port).encode(), *lines, status=status))

    async with rig(telling) as here:
        result = await here.ask("http://front.test/PORT")
        assert (result.status, len(result.hops)) == (int(status[:3]), 1)
        here.assert_untouched()


async def test_a_name_that_changes_its_mind_is_refused() -> None:
    """DNS rebinding: public when first asked, ours the second time. The connection is checked, not the name."""
    async with rig() as here:
        first = await here.ask("http://rebinds.test/")
        second = await here.ask("https://rebinds.test/")
        third = await here.ask("http://rebinds.test:PORT/")
        assert [one.outcome for one in (first, second, third)] == [
            Outcome.CONNECT_ERROR, Outcome.REFUSED, Outcome.REFUSED,
        ]  # fmt: skip
        assert here.watch.connected == [(PUBLIC, 80)]
        here.assert_untouched()


async def test_of_several_addresses_only_public_ones_are_tried() -> None:
    """A name with public and private addresses leads to the public ones."""
    async with rig() as here:
        assert (await here.ask("http://both.test/")).outcome is Outcome.CONNECT_ERROR
        assert (await here.ask("http://both6.test/")).outcome is Outcome.CONNECT_ERROR
        assert set(here.watch.connected) == {(PUBLIC, 80), (PUBLIC_6, 80)}


async def test_the_watch_sees_what_it_should() -> None:
    """Without the guard the table's plain spellings and names reach our servers, and the watch notes it."""
    plain = [row.url for row in DIRECT if row.group in ("IPv4, as it is", "IPv6", "names")]
    async with rig(allow_private=("0.0.0.0/0", "::/0"), timeout_s=1.0) as here:
        outcomes = [result.outcome for _, result in await here.ask_all(plain)]
        assert here.ours.connections >= outcomes.count(Outcome.OK) >= 3
        assert len({ip for ip, _ in here.watch.connected if is_inside(ip)}) > 40
