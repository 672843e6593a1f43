"""The door for hubs: one kind of address, and a bound on everything."""

import asyncio
import gzip
import logging
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from io import BytesIO

import aiohttp
import pytest

from monitor.core.websub import Reply, SignatureCheck
from monitor.edges.push import MOST_BODY, PushDoor
from monitor.errors import ConfigError, DatabaseBusyError
from tests.edges.hub import free_port, signature

TOKEN = "a-token-of-somebody-0123456789"
SECRET = "a secret"


@dataclass
class Recorder:
    """Callbacks that know one token and remember what they were asked; `raises` goes wrong instead."""

    verified: list[Mapping[str, str]] = field(default_factory=list)
    received: list[str | None] = field(default_factory=list)
    raises: Exception | None = None
    hold: asyncio.Event | None = None

    async def verify(self, token: str, query: Mapping[str, str]) -> Reply:
        if self.raises:
            raise self.raises
        if self.hold:
            await self.hold.wait()
        if token != TOKEN:
            return Reply(404)
        self.verified.append(query)
        return Reply(200, query.get("hub.challenge", "").encode())

    async def open(self, token: str, signature: str | None) -> SignatureCheck | Reply:
        return SignatureCheck(SECRET, signature) if token == TOKEN else Reply(410)

    async def receive(self, token: str, problem: str | None) -> Reply:
        self.received.append(problem)
        return Reply(202)


@dataclass
class Opened:
    """A door and where it is."""

    callbacks: Recorder
    port: int
    door: PushDoor

    def at(self, path: str = f"/push/{TOKEN}") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    async def ask(self, method: str, path: str = f"/push/{TOKEN}", **kwargs: object) -> tuple[int, bytes]:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, self.at(path), **kwargs) as response,  # type: ignore[arg-type]
        ):
            return response.status, await response.read()

    async def push(self, body: object, header: str | None, **headers: str) -> int:
        signed = {"X-Hub-Signature": header} if header is not None else {}
        return (await self.ask("POST", data=body, headers=headers | signed))[0]

    async def raw(self, sent: bytes) -> bytes:
        """Send bytes, and return all that comes until the connection ends."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(sent)
        try:
            return await asyncio.wait_for(reader.read(), 5)
        except ConnectionError:
            return b""
        finally:
            writer.transport.abort()


@asynccontextmanager
async def opened(url: str = "https://monitor.example/push", **bounds: float) -> AsyncIterator[Opened]:
    callbacks, port = Recorder(), free_port()
    door = PushDoor(callbacks, url, f"127.0.0.1:{port}", **bounds)
    await door.start()
    try:
        yield Opened(callbacks, port, door)
    finally:
        await door.stop()


@pytest.fixture
async def door() -> AsyncIterator[Opened]:
    async with opened() as one:
        yield one


async def test_a_verification_reaches_the_callbacks_and_its_answer_the_hub(door: Opened) -> None:
    query = {"hub.mode": "subscribe", "hub.challenge": "<script>", "hub.topic": "https://news.example/?a=1&b=é"}
    async with aiohttp.ClientSession() as session, session.get(door.at(), params=query) as response:
        assert (response.status, await response.read()) == (200, b"<script>")
        assert response.headers["Content-Type"] == "application/octet-stream"
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Server"] == "Monitor"
    assert door.callbacks.verified == [query]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/"),
        ("GET", f"/{TOKEN}"),
        ("GET", "/push"),
        ("GET", "/push/"),
        ("GET", f"/push/{TOKEN}/"),
        ("GET", f"/push/x/{TOKEN}"),
        ("GET", "/push/short"),
        ("GET", "/push/" + "x" * 65),
        ("GET", f"/push/..%2f{TOKEN}"),
        ("GET", "/push/a-token-of-nobody-at-all-00000"),
        ("POST", "/push/a%00token-of-somebody-0123456789"),
        ("PUT", f"/push/{TOKEN}"),
        ("HEAD", f"/push/{TOKEN}"),
        ("DELETE", f"/push/{TOKEN}"),
        ("OPTIONS", f"/push/{TOKEN}"),
        ("PROPFIND", f"/push/{TOKEN}"),
    ],
)
async def test_there_is_no_other_address(door: Opened, method: str, path: str) -> None:
    """And nothing is said of why."""
    assert await door.ask(method, path) == (404, b"")
    assert door.callbacks.verified == []
    assert door.callbacks.received == []


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://monitor.example", f"/{TOKEN}"),
        ("https://monitor.example/", f"/{TOKEN}"),
        ("https://monitor.example/a/push/", f"/a/push/{TOKEN}"),
        ("https://monitor.example/n%C3%A9", f"/n%C3%A9/{TOKEN}"),
    ],
)
async def test_the_addresses_lie_below_the_public_one(url: str, path: str) -> None:
    async with opened(url) as one:
        assert (await one.ask("GET", path))[0] == 200


async def test_a_push_is_received_with_its_signature_judged(door: Opened) -> None:
    body = b"<feed/>" * 10_000
    assert await door.push(body, signature(body, SECRET)) == 202
    assert await door.push(body, signature(body, "another")) == 202
    assert await door.push(body, None) == 202
    assert door.callbacks.received == [None, "its signature is wrong", "it is not signed"]


async def test_a_chunked_push_is_received(door: Opened) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        for number in range(50):
            yield b"%d" % number * 100

    body = b"".join([chunk async for chunk in chunks()])
    assert await door.push(chunks(), signature(body, SECRET, "sha1")) == 202
    assert door.callbacks.received == [None]


async def test_the_signature_is_of_the_bytes_that_were_sent(door: Opened) -> None:
    """Nothing is unpacked: a bomb stays as small as it came."""
    packed = gzip.compress(bytes(20_000_000))
    header = {"Content-Encoding": "gzip"}
    assert await door.push(packed, signature(packed, SECRET), **header) == 202
    assert door.callbacks.received == [None]


async def test_a_push_that_nobody_wants_is_refused_before_its_body_is_read(door: Opened) -> None:
    head = b"POST /push/a-token-of-nobody-at-all-00000 HTTP/1.1\r\nHost: x\r\nContent-Length: 4000000\r\n\r\n"
    assert (await door.raw(head)).startswith(b"HTTP/1.1 410 ")
    assert door.callbacks.received == []


async def test_a_push_that_is_too_large_is_refused(door: Opened) -> None:
    body = bytes(MOST_BODY)
    assert await door.push(BytesIO(body), signature(body, SECRET)) == 202
    body += b"x"
    assert await door.push(BytesIO(body), signature(body, SECRET)) == 413
    assert door.callbacks.received == [None]


async def test_a_body_that_drips_is_given_up() -> None:
    async with opened(body_s=0.2) as one:
        head = f"POST /push/{TOKEN} HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc".encode()
        assert (await one.raw(head)).startswith(b"HTTP/1.1 408 ")
        assert one.callbacks.received == []


async def test_a_hub_that_leaves_in_the_middle_is_no_push(door: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    """And no fault of ours."""
    for sent in (b"Content-Length: 9\r\n\r\nabc", b"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nzz\r\n"):
        _, writer = await asyncio.open_connection("127.0.0.1", door.port)
        writer.write(f"POST /push/{TOKEN} HTTP/1.1\r\nHost: x\r\n".encode() + sent)
        await writer.drain()
        await asyncio.sleep(0.1)
        writer.close()
    await asyncio.sleep(0.1)
    assert door.callbacks.received == []
    assert "push.crashed" not in "".join(capsys.readouterr())


async def test_a_connection_does_not_live_for_ever() -> None:
    """Not one that is silent, nor one that sends its head drop by drop."""
    async with opened(lifetime_s=0.3) as one:
        assert await one.raw(b"") == b""
        reader, writer = await asyncio.open_connection("127.0.0.1", one.port)
        end = asyncio.create_task(reader.read())
        for _ in range(100):
            writer.write(b"a")
            await asyncio.sleep(0.02)
            if end.done():
                break
        assert end.done()
        assert isinstance(end.exception(), ConnectionError | None)
        writer.transport.abort()
        assert (await one.ask("GET"))[0] == 200


async def test_only_so_many_are_served_at_a_time(door: Opened) -> None:
    """The others are told to come back; connections beyond those are not taken."""
    door.callbacks.hold = asyncio.Event()
    statuses = []
    for number, ask in enumerate(asyncio.as_completed([door.ask("GET") for _ in range(40)])):
        if number == 8:
            door.callbacks.hold.set()
        statuses.append((await ask)[0])
    assert (statuses.count(503), statuses.count(200)) == (8, 32)
    assert (await door.ask("GET"))[0] == 200


async def test_only_so_many_connections_are_held(door: Opened) -> None:
    held = [await asyncio.open_connection("127.0.0.1", door.port) for _ in range(128)]
    await asyncio.sleep(0.05)
    assert await door.raw(b"GET / HTTP/1.1\r\n\r\n") == b""
    for _, writer in held:
        writer.transport.abort()
    await asyncio.sleep(0.05)
    assert (await door.ask("GET"))[0] == 200


async def test_what_is_no_http_is_refused_without_a_word_in_the_log(
    door: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        for sent in (
            b"\x16\x03\x01\x02\x00\x01\x00",
            b"GET\r\n\r\n",
            b"GET / HTTP/9.9\r\n\r\n",
            b"A" * 20_000 + b"\r\n",
        ):
            assert b" 200 " not in await door.raw(sent + b"\r\n\r\n")
    assert caplog.records == []


async def test_a_busy_database_asks_hubs_to_come_back(door: Opened, capsys: pytest.CaptureFixture[str]) -> None:
    door.callbacks.raises = DatabaseBusyError("held by somebody")
    assert await door.ask("GET") == (503, b"")
    assert "push.postponed" in capsys.readouterr().out


async def test_a_fault_of_ours_is_told_in_the_log_and_not_to_strangers(
    door: Opened, capsys: pytest.CaptureFixture[str]
) -> None:
    door.callbacks.raises = RuntimeError("a bug")
    assert await door.ask("GET") == (500, b"")
    told = capsys.readouterr().out
    assert "push.crashed" in told
    assert "a bug" in told


async def test_an_address_that_is_taken_is_a_mistake_in_the_configuration(door: Opened) -> None:
    second = PushDoor(Recorder(), "https://monitor.example/push", f"127.0.0.1:{door.port}")
    with pytest.raises(ConfigError, match=r"push.listen: cannot listen at 127.0.0.1"):
        await second.start()
    await second.stop()


async def test_a_door_that_was_closed_can_be_opened_again(door: Opened) -> None:
    await door.door.stop()
    with pytest.raises(aiohttp.ClientConnectorError):
        await door.ask("GET")
    await door.door.start()
    assert (await door.ask("GET"))[0] == 200
