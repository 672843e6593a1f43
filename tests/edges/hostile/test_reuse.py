"""What a server says out of turn is never the answer to a later request."""

import asyncio

import pytest

from monitor.edges.fetcher import HttpFetcher
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.fetching import fetching
from tests.edges.loopback import Handler, Loopback, head, serving, whole

POISON = whole(b"poison")


def _then(first: bytes, later: bytes, pause: float, said: asyncio.Event | None = None) -> Handler:
    """Return a handler that answers /bad with something, and something later; all else with its path."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        if path != "/bad":
            writer.write(whole(path.encode()))
            return
        writer.write(first)
        if pause:
            await writer.drain()
            await asyncio.sleep(pause)
        writer.write(later)
        if said:
            said.set()

    return handler


async def _later(fetcher: HttpFetcher, server: Loopback, pause: float, said: asyncio.Event) -> list[bytes]:
    await fetcher.fetch(FetchRequest(f"{server.url}bad"))
    if pause:  # what comes together with the next request cannot be told from its answer, by anybody
        await said.wait()
        await asyncio.sleep(pause)
    return [(await fetcher.fetch(FetchRequest(f"{server.url}{n}"))).body for n in range(3)]


FIRST = {
    "length": whole(b"bad"),
    "no content": head("204 No Content"),
    "not modified": head("304 Not Modified"),
    "redirect": whole(b"", "Location: /4", status="302 Found"),
    "chunks": head("200 OK", "Transfer-Encoding: chunked") + b"3\r\nbad\r\n0\r\n\r\n",
    "continue": head("100 Continue") + whole(b"bad"),
}
LATER = {
    "one": POISON,
    "three": POISON * 3,
    "after an empty line": b"\r\n" + POISON,
    "half of one": POISON[:-3],
    "after a continue": head("100 Continue") + POISON,
    "rubbish": b"\0\xff",
    "the start of one": b"HTTP/1.1 ",
    "a last chunk": b"0\r\n\r\n",
}


@pytest.mark.parametrize("pause", [0.0, 0.02], ids=["at once", "later"])
@pytest.mark.parametrize("first", FIRST)
async def test_no_answer_leaves_room_for_another(first: str, pause: float) -> None:
    """Whatever the answer, a second one with it or after it spoils the connection, not the next answers."""
    said = asyncio.Event()
    async with serving(_then(FIRST[first], POISON, pause, said)) as server, fetching() as fetcher:
        assert await _later(fetcher, server, pause, said) == [b"/0", b"/1", b"/2"]


@pytest.mark.parametrize("pause", [0.0, 0.02], ids=["at once", "later"])
@pytest.mark.parametrize("later", LATER)
async def test_nothing_unasked_is_an_answer(later: str, pause: float) -> None:
    """Whole or in part: what comes unasked is nobody's answer."""
    said = asyncio.Event()
    async with serving(_then(FIRST["length"], LATER[later], pause, said)) as server, fetching() as fetcher:
        assert await _later(fetcher, server, pause, said) == [b"/0", b"/1", b"/2"]


async def test_a_body_not_read_to_its_end_spoils_no_other() -> None:
    """What is left of a body over the cap is not read as the next answer."""
    async with serving(_then(whole(POISON * 100), b"", 0.0)) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(f"{server.url}bad", max_bytes=10))
        assert result.outcome is Outcome.TOO_LARGE
        assert (await fetcher.fetch(FetchRequest(f"{server.url}0"))).body == b"/0"


async def test_hosts_do_not_share_connections() -> None:
    """Two names at one address and port are two sites: what one leaves behind cannot answer for the other."""
    async with serving(_then(whole(b"bad"), POISON, 0.0)) as server:
        place = f"127.0.0.1:{server.port}"
        async with fetching(resolve=(("one.test:80", place), ("two.test:80", place))) as fetcher:
            await fetcher.fetch(FetchRequest("http://one.test/bad"))
            assert (await fetcher.fetch(FetchRequest("http://two.test/x"))).body == b"/x"
            assert server.connections == 2
