"""Asking hubs: one guarded POST, https where it can be had, redirects as far as WebSub has them."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trustme

from monitor.edges.clock import FixedClock
from monitor.edges.guard import Guard
from monitor.edges.hub import HubAnswer, HubClient
from tests.edges.fetching import NOW
from tests.edges.hub import Hub, free_port
from tests.edges.loopback import by_path, head, saying, serving, whole

FORM = {"hub.mode": "subscribe", "hub.topic": "https://news.example/?q=é&b", "hub.callback": "http://127.0.0.1:9/x"}
LOOPBACK = ("127.0.0.0/8",)


@asynccontextmanager
async def client(
    private: tuple[str, ...] = LOOPBACK, resolve: tuple[tuple[str, str], ...] = (), ca_file: str | None = None
) -> AsyncIterator[HubClient]:
    made = HubClient(Guard(private, resolve), FixedClock(NOW), "monitor-test/1", ca_file)
    try:
        yield made
    finally:
        await made.close()


async def ask(url: str, private: tuple[str, ...] = LOOPBACK) -> HubAnswer:
    async with client(private) as one:
        return await one.ask(url, FORM)


async def test_a_hub_gets_a_form_and_learns_who_asks() -> None:
    async with Hub.start() as hub:
        hub.silent = True
        answer = await ask(hub.url)
    assert (answer, answer.accepted) == (HubAnswer(202), True)
    assert hub.asked == [FORM]
    assert hub.agents == ["monitor-test/1"]


async def test_what_a_hub_does_not_take_is_told_in_its_words() -> None:
    """In one line, without anything that could act on a terminal."""
    async with Hub.start() as hub:
        hub.status, hub.says = 422, "the topic\nis \x1b[31m unknown" + "x" * 9_000
        answer = await ask(hub.url)
    assert (answer.status, answer.accepted, answer.troubled, answer.retry_after) == (422, False, False, None)
    assert str(answer.detail).startswith("the hub answered 422: the topic is [31m unknownxxx")
    assert len(str(answer.detail)) <= 300


@pytest.mark.parametrize("status", [429, 503])
async def test_a_hub_in_trouble_says_until_when(status: int) -> None:
    async with Hub.start() as hub:
        hub.status, hub.headers = status, {"Retry-After": "7200"}
        answer = await ask(hub.url)
    assert answer.troubled
    assert answer.retry_after is not None
    assert (answer.retry_after - NOW).total_seconds() == 7200


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://127.0.0.1:{port}/", "not a public address"),
        ("http://localhost:{port}/", "not a public address"),
        ("http://[::ffff:127.0.0.1]:{port}/", "not a public address"),
        ("ftp://hub.example/", "scheme"),
        ("http://hub.example:25/", "port"),
        ("not a url", ""),
    ],
)
async def test_a_publisher_cannot_send_us_into_a_private_network(url: str, why: str) -> None:
    async with Hub.start() as hub:
        answer = await ask(url.format(port=hub.port), private=())
        assert hub.asked == []
    assert (answer.status, answer.accepted, answer.troubled) == (None, False, True)
    assert why in str(answer.detail)


async def test_a_redirect_to_another_hub_is_followed() -> None:
    """5.1.2: by 307 or 308, and the form goes along."""
    async with Hub.start() as hub:
        hub.silent = True
        answers = {
            "/": head("308 Gone Elsewhere", f"Location: {hub.url}second", "Content-Length: 0", "Connection: close")
        }
        async with serving(by_path(answers)) as old:
            assert (await ask(old.url)).accepted
    assert hub.asked == [FORM]


async def test_a_redirect_does_not_lead_past_the_guard() -> None:
    async with Hub.start() as hub:
        there = head("307 Over There", f"Location: http://127.0.0.2:{hub.port}/", "Content-Length: 0")
        async with serving(saying(there)) as old:
            answer = await ask(old.url, private=("127.0.0.1/32",))
    assert "127.0.0.2 is not a public address" in str(answer.detail)
    assert hub.asked == []


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other"])
async def test_other_redirects_are_no_answer_of_a_hub(status: str) -> None:
    async with serving(saying(head(status, "Location: /x", "Content-Length: 0"))) as old:
        answer = await ask(old.url)
    assert (answer.status, answer.accepted) == (int(status[:3]), False)
    assert len(old.heads) == 1


async def test_redirects_in_a_ring_end() -> None:
    async with serving(saying(head("307 Again", "Location: /", "Content-Length: 0"))) as ring:
        answer = await ask(ring.url)
    assert answer.detail == "more than 3 redirects"
    assert len(ring.heads) == 4


async def test_a_redirect_without_a_place_is_a_dead_end() -> None:
    async with serving(saying(head("307 Nowhere", "Content-Length: 0"))) as old:
        assert (await ask(old.url)).detail == "the hub's redirect names no place to go"


async def test_a_hub_that_is_down_is_in_trouble() -> None:
    answer = await ask(f"http://127.0.0.1:{free_port()}/")
    assert (answer.status, answer.troubled) == (None, True)
    assert answer.detail


async def test_a_hub_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("monitor.edges.hub._PATIENCE_S", 0.3)
    async with serving(saying(b"")) as mute:
        assert (await ask(mute.url)).detail == "no answer in time"


async def test_https_is_asked_first_where_http_is_advertised(tmp_path: Path) -> None:
    """8.2. The form is sent once, and not in the clear."""
    authority, ca_file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("hub.test").configure_cert(tls)
    accepted = saying(whole(b"", status="202 Accepted"))
    async with serving(accepted, tls=tls) as secure, serving(accepted) as plain:
        resolve = (("hub.test:443", f"127.0.0.1:{secure.port}"), ("hub.test:80", f"127.0.0.1:{plain.port}"))
        async with client((), resolve, str(ca_file)) as one:
            assert (await one.ask("http://hub.test/", FORM)).accepted
    assert (len(secure.heads), len(plain.heads)) == (1, 0)


async def test_a_hub_without_https_is_asked_plainly() -> None:
    async with serving(saying(whole(b"", status="202 Accepted"))) as plain:
        resolve = (("hub.test:443", f"127.0.0.1:{free_port()}"), ("hub.test:80", f"127.0.0.1:{plain.port}"))
        async with client((), resolve) as one:
            assert (await one.ask("http://hub.test/", FORM)).accepted
            assert not (await one.ask("https://hub.test/", FORM)).accepted
    assert len(plain.heads) == 1
    assert plain.sent("Content-Type") == ["application/x-www-form-urlencoded"]
    assert plain.sent("Authorization") == plain.sent("Cookie") == []


async def test_the_form_is_not_led_from_https_into_the_clear(tmp_path: Path) -> None:
    authority, ca_file = trustme.CA(), tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(ca_file))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("hub.test").configure_cert(tls)
    async with Hub.start() as hub:
        down = saying(head("307 Down", f"Location: {hub.url}", "Content-Length: 0"))
        async with (
            serving(down, tls=tls) as secure,
            client(LOOPBACK, (("hub.test:443", f"127.0.0.1:{secure.port}"),), str(ca_file)) as one,
        ):
            answer = await one.ask("https://hub.test/", FORM)
    assert "https to http" in str(answer.detail)
    assert hub.asked == []
