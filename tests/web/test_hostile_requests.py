"""Requests that no honest client sends: for other servers, from pages elsewhere, with garbled bodies."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from monitor import Archive
from monitor.model import TokenScope
from monitor.web import routes
from monitor.web.routes import Access
from tests.web.asking import Client, serving
from tests.web.blank import PUBLIC, blank_archive
from tests.web.test_guard import _send


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    async with blank_archive(tmp_path) as opened:
        yield opened


@pytest.fixture
async def client(archive: Archive) -> AsyncIterator[Client]:
    also = lambda app: routes.add(app, "POST", "/try/x", _send, Access.WRITE)  # noqa: E731
    async with serving(archive, also) as opened:
        yield opened


async def test_an_address_of_somebody_else_is_not_ours(client: Client) -> None:
    """Whatever Host says: links and feeds would name the other (RFC 9112, 3.2.2). Of ours one may ask in full."""
    ours = f"127.0.0.1:{client.port}"
    for target, status in (("http://evil.example/login", 421), (f"http://{ours}/login", 200)):
        assert (await _raw(client, f"GET {target} HTTP/1.1\r\nHost: {ours}\r\nConnection: close\r\n\r\n"))[0] == status


async def _raw(client: Client, sent: str) -> tuple[int, str]:
    """Send what no client would; return the status and the answer, which ends the connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(sent.encode("latin-1"))
    said = (await reader.read()).decode()
    writer.close()
    return int(said.split()[1]), said


@pytest.mark.parametrize(
    ("site", "mode", "dest", "status"),
    [
        ("cross-site", "no-cors", "image", 403),
        ("same-site", "cors", "empty", 403),
        ("cross-site", "navigate", "iframe", 403),
        ("cross-site", "navigate", "document", 200),
        ("same-origin", "no-cors", "style", 200),
        ("none", "navigate", "document", 200),
    ],
)
async def test_a_page_elsewhere_embeds_nothing(client: Client, site: str, mode: str, dest: str, status: int) -> None:
    """It would have us work, and take the time of it; whoever follows a link is let in."""
    said = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
    assert (await client.get("/login", headers=said)).status == status


async def test_whoever_is_asked_to_log_in_is_led_nowhere_else(tmp_path: Path) -> None:
    """By no link of that page, whatever address it stands at."""
    async with blank_archive(tmp_path, public_url=PUBLIC) as archive, serving(archive) as client:
        asked = "Host: archive.example\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
        status, text = await _raw(client, f"GET //evil.example/ HTTP/1.1\r\n{asked}")
        assert (status, "evil.example" in text) == (401, False)


async def test_a_body_that_is_garbled_is_no_bug_of_ours(client: Client, archive: Archive) -> None:
    write = (await archive.tokens.create("all", TokenScope.WRITE)).secret
    with capture_logs() as logs:
        garbled = f"Authorization: Bearer {write}\r\nContent-Encoding: gzip\r\nContent-Length: 5\r\n\r\nhello"
        assert (await _raw(client, f"POST /try/x HTTP/1.1\r\nHost: 127.0.0.1:{client.port}\r\n{garbled}"))[0] == 400
    assert "request.failed" not in {one["event"] for one in logs}
