"""Redirects are followed by hand: counted, checked and kept."""

import asyncio

import pytest

from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.fetching import TEXT, fetching, get
from tests.edges.loopback import by_path, head, serving, whole

MOVED = "301 Moved Permanently"
FOUND = "302 Found"


async def test_redirects_are_followed_and_kept() -> None:
    """Each hop is there with its status, its head and its body; the body of the fetch is the last one's."""
    answers = {
        "/": whole(b"this way", "Location: /b?c=d", status=FOUND),
        "/b?c=d": whole(b"that way", "Location: e", status="303 See Other"),
        "/e": whole(TEXT),
    }
    result = await get(by_path(answers))
    assert (result.outcome, result.status, result.body) == (Outcome.OK, 200, TEXT)
    assert [hop.status for hop in result.hops] == [302, 303, 200]
    assert [hop.raw_body for hop in result.hops] == [b"this way", b"that way", TEXT]
    assert result.final_url == result.hops[-1].url == result.request.url + "e"
    assert result.permanent_url is None


@pytest.mark.parametrize(
    ("statuses", "permanent"),
    [([301], True), ([308], True), ([301, 308], True), ([301, 302], False), ([302, 301], False), ([307], False)],
)
async def test_an_unbroken_permanent_chain_is_told(statuses: list[int], permanent: bool) -> None:
    """Only 301 and 308 all the way mean that the page has moved for good."""
    answers = {f"/{n or ''}": whole(b"", f"Location: /{n + 1}", status=f"{s} Go") for n, s in enumerate(statuses)}
    answers[f"/{len(statuses)}"] = whole(b"there")
    result = await get(by_path(answers))
    assert result.body == b"there"
    assert result.permanent_url == (result.final_url if permanent else None)


async def test_moved_to_nowhere_is_not_moved() -> None:
    """A permanent redirect to a 404 is a 404."""
    result = await get(by_path({"/": whole(b"", "Location: /gone", status=MOVED)}))
    assert (result.outcome, result.permanent_url) == (Outcome.NOT_FOUND, None)


@pytest.mark.parametrize(
    "answers",
    [
        {"/": whole(b"", "Location: /", status=FOUND)},
        {"/": whole(b"", "Location: /b", status=FOUND), "/b": whole(b"", "Location: /#part", status=MOVED)},
        {"/": whole(b"", status=FOUND)},
        {"/": whole(b"", "Location: ", status=FOUND)},
        {"/": whole(b"", status="300 Multiple Choices")},
        {"/": whole(b"", "Location: /b", status="305 Use Proxy")},
    ],
)
async def test_redirects_that_lead_nowhere(answers: dict[str, bytes]) -> None:
    """A loop, no target and a retired status are REDIRECT_ERROR, with the hops so far."""
    result = await get(by_path(answers))
    assert (result.outcome, len(result.hops)) == (Outcome.REDIRECT_ERROR, len(answers))
    assert result.status == result.hops[-1].status


@pytest.mark.parametrize("limit", [0, 3])
async def test_redirects_are_counted(limit: int) -> None:
    """An endless staircase ends at the limit."""

    async def stairs(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(whole(b"", f"Location: {path}x", status=FOUND))

    result = await get(stairs, policy={"max_redirects": limit})
    assert (result.outcome, len(result.hops)) == (Outcome.REDIRECT_ERROR, limit + 1)


@pytest.mark.parametrize("location", ["/خبر?x=é".encode(), b"/%D8%AE%D8%A8%D8%B1?x=%C3%A9"])
async def test_a_location_that_is_not_ascii_is_followed(location: bytes) -> None:
    """Servers send UTF-8 as it is; browsers follow, and so do we."""
    answers = {"/": head(FOUND, b"Location: " + location, "Content-Length: 0")}
    answers["/%D8%AE%D8%A8%D8%B1?x=%C3%A9"] = whole(b"there")
    assert (await get(by_path(answers))).body == b"there"


async def test_a_latin_1_location_is_followed() -> None:
    """Where it is not UTF-8 it is Latin-1."""
    answers = {"/": head(FOUND, b"Location: /caf\xe9", "Content-Length: 0"), "/caf%C3%A9": whole(b"there")}
    assert (await get(by_path(answers))).body == b"there"


async def test_an_endless_redirect_body_is_not_waited_for() -> None:
    """The body of a redirect is cut at its cap, and the redirect followed."""
    endless = head(FOUND, "Location: /b", "Content-Length: 10000000") + bytes(200_000)
    result = await get(by_path({"/": endless, "/b": whole(b"there")}))
    assert (result.outcome, result.body) == (Outcome.OK, b"there")
    assert (result.hops[0].truncated, len(result.hops[0].raw_body)) == ("length", 65_536)


@pytest.mark.parametrize(
    ("target", "carried"),
    [("http://news.test/b", True), ("http://other.test/b", False), ("http://news.test:8080/b", False)],
)
async def test_own_headers_stay_with_their_host(target: str, carried: bool) -> None:
    """A key for one host is not shown to another, nor to another port; validators and User-Agent go along."""
    answers = {"/": whole(b"", f"Location: {target}", status=FOUND), "/b": whole(b"there")}
    async with serving(by_path(answers)) as server:
        there = f"127.0.0.1:{server.port}"
        resolve = (("news.test:80", there), ("other.test:80", there), ("news.test:8080", there))
        async with fetching(resolve=resolve, allow_private=()) as fetcher:
            own = (("Authorization", "Bearer key"), ("Cookie", "a=1"))
            result = await fetcher.fetch(FetchRequest("http://news.test/", headers=own, etag='"1"'))
        assert result.body == b"there"
        assert server.sent("authorization", 0) == ["Bearer key"]
        assert server.sent("authorization", 1) == (["Bearer key"] if carried else [])
        assert server.sent("cookie", 1) == (["a=1"] if carried else [])
        assert server.sent("if-none-match", 1) == ['"1"']
        assert server.sent("user-agent", 1) == ["monitor-test/1"]


@pytest.mark.parametrize(("status", "permanent"), [(MOVED, True), ("308 Permanent Redirect", True), (FOUND, False)])
async def test_a_redirect_that_is_not_admitted_is_told_and_not_followed(status: str, permanent: bool) -> None:
    """The target is given and never asked; the hops so far are kept, and the last of them is the answer."""
    answers = {"/": whole(b"1", "Location: /b", status=MOVED), "/b": whole(b"2", "Location: /c#part", status=status)}
    asked: list[str] = []

    def admit(target: str) -> str | None:
        asked.append(target)
        return "another turn" if target.endswith("/c") else None

    async with serving(by_path(answers)) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url), admit)
        assert len(server.heads) == 2
    target = server.url + "c"
    assert asked == [server.url + "b", target]
    assert (result.outcome, result.detail, result.redirect_url) == (Outcome.REDIRECTED, "another turn", target)
    assert [hop.status for hop in result.hops] == [301, int(status[:3])]
    assert (result.final_url, result.status, result.body) == (server.url + "b", result.hops[1].status, b"")
    assert result.permanent_url == (target if permanent else None)


@pytest.mark.parametrize(
    ("location", "outcome"),
    [("/", Outcome.REDIRECT_ERROR), ("ftp://x.test/", Outcome.REFUSED), ("", Outcome.REDIRECT_ERROR)],
)
async def test_nobody_is_asked_about_a_redirect_that_leads_nowhere(location: str, outcome: Outcome) -> None:
    """Loops and targets that are none are errors whoever would admit them."""
    answer = by_path({"/": whole(b"", f"Location: {location}", status=FOUND)})
    async with serving(answer) as server, fetching() as fetcher:
        result = await fetcher.fetch(FetchRequest(server.url), lambda target: pytest.fail(target))
    assert (result.outcome, result.redirect_url) == (outcome, None)
