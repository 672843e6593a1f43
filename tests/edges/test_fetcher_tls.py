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
from tests.edges.loopback import saying, serving, whole


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@asynccontextmanager
async def secure(authority: trustme.CA, name: str = "news.test") -> AsyncIterator[tuple[str, str]]:
    """Run a TLS server with a certificate for a name; give the `resolve` pair that leads to it."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(name).configure_cert(context)
    async with serving(saying(whole(b"over tls")), tls=context) as server:
        yield ("news.test:443", f"127.0.0.1:{server.port}")


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
    async with secure(authority) as place, fetching(resolve=(place,), insecure_tls=True) as fetcher:
        assert (await fetcher.fetch(FetchRequest("https://news.test/"))).outcome is Outcome.OK


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
