"""Names are looked up within bounds of time, and dead name servers cost only those who ask for their names."""

import asyncio
import socket
import threading
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, closing, contextmanager
from time import monotonic

import pytest

from monitor.edges import resolver
from monitor.edges.guard import AddrInfo, Guard, RefusedError
from monitor.edges.resolver import GuardedResolver, Lookups
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.fetching import TEXT, fetching
from tests.edges.loopback import saying, serving, whole

V4, V6 = socket.AF_INET, socket.AF_INET6


def found(ip: str, port: int) -> AddrInfo:
    address = (ip, port, 0, 0) if ":" in ip else (ip, port)
    return (V6 if ":" in ip else V4), socket.SOCK_STREAM, 6, "", address


class Names:
    """A DNS of the test's own: names of `answers`, and others whose servers are silent until the end of the test."""

    def __init__(self, **answers: str) -> None:
        self.asked: list[str] = []
        self._answers = {name.replace("_", "."): ips.split() for name, ips in answers.items()}
        self._end = threading.Event()

    def __call__(self, host: str, port: int, family: int) -> Sequence[AddrInfo]:
        self.asked.append(host)
        if host not in self._answers:
            self._end.wait()
            raise OSError("no answer")
        return [found(ip, port) for ip in self._answers[host]]

    def close(self) -> None:
        self._end.set()


@pytest.fixture
def names() -> Iterator[Names]:
    with closing(Names(news_test="127.0.0.1", other_test="127.0.0.1")) as made:
        yield made


@asynccontextmanager
async def looking(names: Names, patience_s: float = 5.0) -> AsyncIterator[Lookups]:
    lookups = Lookups(names, patience_s)
    try:
        yield lookups
    finally:
        await lookups.close()


async def fails(lookups: Lookups, name: str) -> str:
    """Return why a name has no address."""
    with pytest.raises(OSError) as caught:  # noqa: PT011 - its words are what is tested
        await lookups.find(name, 80, 0)
    return str(caught.value)


async def test_silent_name_servers_stop_nobody_else(names: Names) -> None:
    """While forty names of forty zones wait in vain, and forty of one, another is fetched at once."""
    async with serving(saying(whole(TEXT))) as server, fetching(names, timeout_s=2.0) as fetcher:
        dead = [f"http://a.zone{n}.test/" for n in range(40)] + [f"http://n{n}.dead.test/" for n in range(40)]
        waiting = [asyncio.create_task(fetcher.fetch(FetchRequest(url))) for url in dead]
        await asyncio.sleep(0.2)
        began = monotonic()
        result = await fetcher.fetch(FetchRequest(f"http://news.test:{server.port}/"))
        assert (result.outcome, result.body) == (Outcome.OK, TEXT)
        assert monotonic() - began < 0.5
        assert {(await task).outcome for task in waiting} == {Outcome.TIMEOUT}


async def test_a_lookup_is_waited_for_so_long_and_no_longer(names: Names) -> None:
    """Then the name is said not to resolve, long before the system gives up."""
    async with looking(names, patience_s=0.1) as lookups:
        assert await fails(lookups, "silent.test") == "no name server answered within 0.1 s"


async def test_one_name_is_looked_up_once_at_a_time(names: Names) -> None:
    """Who asks for a name whose servers are silent does not make one more thread wait for them."""
    async with looking(names, patience_s=0.1) as lookups:
        assert len({await fails(lookups, "silent.test") for _ in range(3)}) == 1
        assert names.asked == ["silent.test"]
        await asyncio.gather(*(lookups.find("news.test", 80, 0) for _ in range(5)))
        await lookups.find("news.test", 80, 0)
    assert names.asked == ["silent.test", "news.test", "news.test"]


async def test_one_zone_has_its_share_of_threads(names: Names) -> None:
    """Made-up names of a zone with dead servers wait for each other, not others for them."""
    async with looking(names, patience_s=0.3) as lookups:
        whys = await asyncio.gather(*(fails(lookups, f"n{n}.dead.test") for n in range(30)))
        assert set(whys) <= {
            "no name server answered within 0.3 s",
            "too many names wait for name servers that do not answer",
        }
        assert len(names.asked) == 8


async def test_threads_are_bounded(names: Names, monkeypatch: pytest.MonkeyPatch) -> None:
    """When all wait for silent servers, a name waits for a free one, and then says so."""
    monkeypatch.setattr(resolver, "_MOST_THREADS", 3)
    async with looking(names, patience_s=0.2) as lookups:
        await asyncio.gather(*(fails(lookups, f"{n}.zone{n}.test") for n in range(6)))
        assert len(names.asked) == 3
        await fails(lookups, "news.test")
        names.close()
        await asyncio.sleep(0.1)
        assert await lookups.find("news.test", 80, 0)


async def test_closing_waits_for_nobody(names: Names) -> None:
    """Neither a lookup under way nor its thread holds up the end."""
    async with looking(names) as lookups:
        task = asyncio.create_task(lookups.find("silent.test", 80, 0))
        await asyncio.sleep(0.05)
        began = monotonic()
    assert monotonic() - began < 0.5
    with pytest.raises(asyncio.CancelledError):
        await task


def test_a_lookup_may_outlive_its_loop(names: Names) -> None:
    """A name server that answers after the end is not heard, and breaks nothing."""

    async def ask() -> None:
        async with looking(names, patience_s=0.05) as lookups:
            await fails(lookups, "silent.test")

    asyncio.run(ask())
    names.close()
    for thread in threading.enumerate():
        if thread.name == "dns":
            thread.join(1)


@pytest.mark.parametrize("host", ["a" * 64 + ".test", "a..test"])
async def test_what_is_no_name_does_not_resolve(host: str) -> None:
    """A label that the DNS cannot have is a DNS_ERROR like any other name that is not there."""
    async with fetching() as fetcher:
        assert (await fetcher.fetch(FetchRequest(f"http://{host}/"))).outcome is Outcome.DNS_ERROR


async def test_of_thousands_of_addresses_a_few_are_tried() -> None:
    """In the order the DNS gives them, eight of each family, each once; private ones are left out."""
    many = " ".join(f"1.1.{n // 250}.{n % 250 + 1}" for n in range(2000)) + " 2606:4700::1 10.0.0.1 1.1.0.1"
    async with looking(Names(many_test=many)) as lookups:
        answers = await GuardedResolver(Guard(), lookups).resolve("many.test", 80)
        assert [answer["host"] for answer in answers] == [f"1.1.0.{n}" for n in range(1, 9)] + ["2606:4700::1"]
    async with looking(Names(inner_test="10.0.0.1 fd00::1")) as lookups:
        with pytest.raises(RefusedError, match=r"inner\.test resolves to 10\.0\.0\.1"):
            await GuardedResolver(Guard(), lookups).resolve("inner.test", 80)


@contextmanager
def deaf(port: int) -> Iterator[None]:
    """Hold a port of the IPv6 loopback that answers nobody: its queue is full, so that requests to connect are lost."""
    with socket.socket(V6) as listener:
        listener.bind(("::1", port))
        listener.listen(0)
        waiting = [socket.socket(V6) for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(("::1", port))
        try:
            yield
        finally:
            for one in waiting:
                one.close()


async def test_a_dead_address_delays_little() -> None:
    """Where IPv6 leads nowhere, IPv4 is tried after a quarter of a second (RFC 8305), not after the timeout."""
    with closing(Names(news_test="::1 127.0.0.1", six_test="::1")) as names:
        async with (
            serving(saying(whole(TEXT))) as server,
            fetching(names, allow_private=("::1", "127.0.0.1")) as fetcher,
        ):
            with deaf(server.port):
                result = await fetcher.fetch(FetchRequest(f"http://news.test:{server.port}/"))
                assert (result.outcome, result.hops[0].ip) == (Outcome.OK, "127.0.0.1")
                assert 0.2 < result.elapsed_s < 1.5
