"""Where the daemon listens, to whom it opens, and how much of it a client can hold."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, web
from structlog.testing import capture_logs

from monitor import Archive
from monitor.errors import ConfigError
from monitor.web import connections, server
from monitor.web.connections import Connections
from monitor.web.server import WebServer
from tests.web.asking import free_port
from tests.web.blank import PUBLIC, bearer, blank_archive


@asynccontextmanager
async def served(archive: Archive) -> AsyncIterator[str]:
    """Let an archive be served as the daemon does; yield the address."""
    opened = WebServer(archive)
    await opened.start()
    try:
        yield f"http://{archive.settings.web.listen}"
    finally:
        await opened.stop()


@pytest.mark.parametrize(
    ("listen", "web"),
    [
        ("127.0.0.1", {"public_url": PUBLIC}),
        ("127.0.0.1", {"hosts": ["archive.example"]}),
        ("0.0.0.0", {"hosts": ["archive.lan"]}),
    ],
)
async def test_what_others_reach_is_not_opened_without_a_token(
    tmp_path: Path, listen: str, web: dict[str, object]
) -> None:
    """The daemon refuses to start and says what to do; a token that has ended is none."""
    async with blank_archive(tmp_path, listen=f"{listen}:{free_port()}", **web) as archive:
        for _ in range(2):
            with pytest.raises(ConfigError, match="there is no token") as caught:
                await WebServer(archive).start()
            assert "monitor token create NAME" in str(caught.value.hint)
            await archive.tokens.create("ended")
            await archive.tokens.revoke("ended")
        await archive.tokens.create("screen")
        with capture_logs() as logs:
            async with served(archive):
                pass
        assert ("web.unencrypted" in {one["event"] for one in logs}) is (listen == "0.0.0.0")


async def test_on_this_machine_alone_it_is_open(tmp_path: Path) -> None:
    async with blank_archive(tmp_path, listen=f"127.0.0.1:{free_port()}") as archive:
        async with served(archive) as address, ClientSession() as session:
            assert (await session.get(f"{address}/login")).status == 200
            assert (await session.get(f"{address}/timegate/http://one.example/")).status == 404
        with pytest.raises(OSError, match="onnect"):
            socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2])))


async def test_elsewhere_a_token_opens_it(tmp_path: Path) -> None:
    """Over the network, to whoever asks by its name."""
    port = free_port()
    async with blank_archive(tmp_path, listen=f"0.0.0.0:{port}", hosts=["archive.lan"]) as archive:
        secret = (await archive.tokens.create("screen")).secret
        async with served(archive), ClientSession(headers={"Host": "archive.lan"}) as session:
            there = f"http://127.0.0.1:{port}/timegate/http://one.example/"
            assert (await session.get(there)).status == 401
            assert (await session.get(there, headers=bearer(secret))).status == 404


@pytest.mark.parametrize(
    ("listen", "web", "address"),
    [
        ("127.0.0.1", {}, "http://127.0.0.1:{port}/"),
        ("0.0.0.0", {"hosts": ["archive.lan", "10.0.0.5"]}, "http://archive.lan:{port}/"),
        ("0.0.0.0", {"hosts": ["archive.lan:80"]}, "http://archive.lan:80/"),
        ("0.0.0.0", {"hosts": ["archive.lan"], "public_url": PUBLIC}, f"{PUBLIC}/"),
    ],
)
async def test_the_log_tells_an_address_that_people_can_use(
    tmp_path: Path, listen: str, web: dict[str, object], address: str
) -> None:
    port = free_port()
    async with blank_archive(tmp_path, listen=f"{listen}:{port}", **web) as archive:
        await archive.tokens.create("screen")
        with capture_logs() as logs:
            async with served(archive):
                pass
    assert [one["url"] for one in logs if one["event"] == "web.started"] == [address.format(port=port)]


async def test_without_an_address_nothing_is_served(tmp_path: Path) -> None:
    async with blank_archive(tmp_path) as archive:
        opened = WebServer(archive)
        await opened.start()
        await opened.stop()


async def test_an_address_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as held:
        listen = f"127.0.0.1:{held.getsockname()[1]}"
        async with blank_archive(tmp_path, listen=listen) as archive:
            with pytest.raises(ConfigError, match=f"{listen} cannot be had"):
                await WebServer(archive).start()


async def test_an_address_without_a_name_is_refused(tmp_path: Path) -> None:
    async with blank_archive(tmp_path, listen="0.0.0.0:8474") as archive:
        with pytest.raises(ConfigError, match="by which name"):
            await WebServer(archive).start()


async def test_who_does_not_end_a_request_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head that drips is given up in the time an idle connection has."""
    monkeypatch.setattr(server, "KEEPALIVE_S", 0.1)
    async with blank_archive(tmp_path, listen=f"127.0.0.1:{free_port()}") as archive, served(archive) as address:
        reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
        writer.write(b"GET / HTTP/1.1\r\nHost: ")
        async with asyncio.timeout(3):
            assert await reader.read() == b""
        writer.close()


async def test_heads_are_bounded(tmp_path: Path) -> None:
    """In the length of a line, of a header, and in their number."""
    async with blank_archive(tmp_path, listen=f"127.0.0.1:{free_port()}") as archive, served(archive) as address:
        heads = (
            f"GET /{'a' * 9_000}",
            "GET /\r\nX: " + "a" * 9_000,
            "GET /" + "".join(f"\r\nX{n}: 1" for n in range(99)),
        )
        for head in heads:
            first, _, rest = head.partition("\r\n")
            reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
            writer.write(f"{first} HTTP/1.1\r\nHost: a\r\n{rest}\r\n\r\n".encode())
            assert (await reader.readline()).split()[1] == b"400"
            writer.close()


async def test_what_is_no_http_is_answered_and_not_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Its bytes may be a token, and whoever sends them could fill the log."""
    async with blank_archive(tmp_path, listen=f"127.0.0.1:{free_port()}") as archive, served(archive) as address:
        for head in ("Authorization: Bearer \0", "Content-Length: 1\r\nContent-Length: 2", "Host: a\r\nHost: b"):
            reader, writer = await asyncio.open_connection("127.0.0.1", int(address.rpartition(":")[2]))
            writer.write(f"GET / HTTP/1.1\r\n{head}\r\n\r\n".encode())
            assert (await reader.readline()).split()[1] == b"400"
            writer.close()
    assert caplog.records == []


async def test_connections_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One too many is closed; as soon as another ends there is room again."""
    monkeypatch.setattr(Connections.__init__, "__defaults__", (2,))
    async with blank_archive(tmp_path, listen=f"127.0.0.1:{free_port()}") as archive, served(archive) as address:
        port = int(address.rpartition(":")[2])
        held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        await asyncio.sleep(0.05)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        async with asyncio.timeout(3):
            assert await reader.read() == b""
        writer.close()
        for _, one in held:
            one.close()
        await asyncio.sleep(0.05)
        async with ClientSession() as session:
            assert (await session.get(f"{address}/login")).status == 200


async def test_who_takes_nothing_of_an_answer_is_left() -> None:
    """Who takes it slowly is not."""

    async def large(request: web.Request) -> web.Response:
        return web.Response(body=b"x" * 40_000_000)

    app = web.Application()
    app.router.add_get("/", large)
    runner = web.AppRunner(app)
    await runner.setup()
    assert runner.server is not None
    watched = Connections(runner.server)
    listening = await asyncio.get_running_loop().create_server(watched, "127.0.0.1", 0)
    port = listening.sockets[0].getsockname()[1]
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1000)
    writer.write(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
    await reader.readline()
    for _ in range(2 * connections.STUCK_LOOKS):
        await reader.readexactly(1_000_000)
        watched.look()
    assert len(runner.server.connections) == 1
    await asyncio.sleep(0.1)
    for _ in range(connections.STUCK_LOOKS + 1):
        watched.look()
    await asyncio.sleep(0.05)
    assert runner.server.connections == []
    writer.close()
    listening.close()
    await runner.cleanup()
