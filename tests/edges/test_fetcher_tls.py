"""Servers that say who they are."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from monitor.edges.clock import FixedClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.errors import ConfigError
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.fetching import NOW, fetching
from tests.edges.loopback import Handler, Loopback, by_path, saying, serving, whole


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def secure(authority: trustme.CA, name: str = "news.test") -> AsyncIterator[tuple[str, str]]:
    """Run a TLS server with a certificate for a name; give the `resolve` pair that leads to it."""
    async with over_tls(authority, name, saying(whole(b"over tls"))) as server:
        yield ("news.test:443", f"127.0.0.1:{server.port}")


@asynccontextmanager
async def over_tls(authority: trustme.CA, name: str, handler: Handler) -> AsyncIterator[Loopback]:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    async with serving(handler, tls=context) as server:
        yield server


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    return str(tmp_path / "ca.pem")


async def test_tls_by_a_known_authority(authority: trustme.CA, tmp_path: Path) -> None:
    """Certificates of an authority in `ca_file` are trusted."""
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    async with secure(authority) as place, fetching(resolve=(place,), ca_file=str(ca_file)) as fetcher:
        result = await fetcher.fetch(FetchRequest("https://news.test/"))
    assert (result.outcome, result.body) == (Outcome.OK, b"over tls")
    assert result.hops[0].ip == "127.0.0.1"


async def test_tls_by_an_unknown_authority(authority: trustme.CA) -> None:
    """A certificate that nobody vouches for is a TLS_ERROR that says why, and nothing is fetched."""
    async with secure(authority) as place, fetching(resolve=(place,)) as fetcher:
        result = await fetcher.fetch(FetchRequest("https://news.test/"))
    assert (result.outcome, result.hops) == (Outcome.TLS_ERROR, ())
    assert "certificate" in str(result.detail) or "issuer" in str(result.detail)


async def test_tls_for_another_name(authority: trustme.CA, tmp_path: Path) -> None:
    """A certificate of another site is a TLS_ERROR."""
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    async with secure(authority, "other.test") as place, fetching(resolve=(place,), ca_file=str(ca_file)) as fetcher:
        result = await fetcher.fetch(FetchRequest("https://news.test/"))
    assert result.outcome is Outcome.TLS_ERROR


async def test_tls_unverified_on_request(authority: trustme.CA) -> None:
    """`insecure_tls` fetches from anybody."""
    async with secure(authority) as place, fetching(resolve=(place,)) as fetcher:
        result = await fetcher.fetch(FetchRequest("https://news.test/", insecure_tls=True))
    assert result.outcome is Outcome.OK


async def test_three_requests_need_one_handshake(authority: trustme.CA, ca_file: str) -> None:
    """A connection is used again within a visit, over TLS too, and after a redirect."""
    answers = {"/": whole(b"", "Location: /b", status="302 Found"), "/b": whole(b"there")}
    async with over_tls(authority, "news.test", by_path(answers)) as server:
        place = ("news.test:443", f"127.0.0.1:{server.port}")
        async with fetching(resolve=(place,), ca_file=ca_file) as fetcher:
            for path in ("", "b", "b"):
                assert (await fetcher.fetch(FetchRequest(f"https://news.test/{path}"))).outcome is Outcome.OK
        assert (len(server.heads), server.connections) == (4, 1)


@pytest.mark.parametrize("order", [(True, False, True), (False, True, False)])
async def test_unverified_connections_are_nobody_elses(authority: trustme.CA, order: tuple[bool, ...]) -> None:
    """What was connected without asking who it is serves no request that asks."""
    async with over_tls(authority, "news.test", saying(whole(b"over tls"))) as server:
        place = ("news.test:443", f"127.0.0.1:{server.port}")
        async with fetching(resolve=(place,)) as fetcher:
            for insecure in order:
                result = await fetcher.fetch(FetchRequest("https://news.test/", insecure_tls=insecure))
                assert result.outcome is (Outcome.OK if insecure else Outcome.TLS_ERROR)


@pytest.mark.parametrize("to", ["https://other.test/", "https://news.test:8443/"])
async def test_trust_ends_where_the_host_ends(authority: trustme.CA, to: str) -> None:
    """That a source's certificate is not verified says nothing of the host it leads to, nor of another port."""
    answer = whole(b"", f"Location: {to}", status="302 Found")
    async with over_tls(authority, "news.test", saying(answer)) as server:
        there = f"127.0.0.1:{server.port}"
        resolve = tuple((name, there) for name in ("news.test:443", "other.test:443", "news.test:8443"))
        async with fetching(resolve=resolve) as fetcher:
            result = await fetcher.fetch(FetchRequest("https://news.test/", insecure_tls=True))
    assert (result.outcome, len(result.hops)) == (Outcome.TLS_ERROR, 1)


async def test_tls_with_a_server_that_speaks_none() -> None:
    """Plain HTTP where TLS is expected is a TLS_ERROR."""

    def plain(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(whole(b"plain"))
        writer.close()

    async with await asyncio.start_server(plain, "127.0.0.1", 0) as server, fetching() as fetcher:
        port = server.sockets[0].getsockname()[1]
        result = await fetcher.fetch(FetchRequest(f"https://127.0.0.1:{port}/"))
    assert (result.outcome, result.hops) == (Outcome.TLS_ERROR, ())


@pytest.mark.parametrize("content", [None, "not a certificate"])
def test_a_useless_ca_file_is_said(tmp_path: Path, content: str | None) -> None:
    """A missing or empty file of authorities stops the start, with the file named."""
    ca_file = tmp_path / "ca.pem"
    if content is not None:
        ca_file.write_text(content)
    with pytest.raises(ConfigError, match=r"ca\.pem holds no certificates"):
        HttpFetcher(FetchPolicy("t", ca_file=str(ca_file)), FixedClock(NOW))
