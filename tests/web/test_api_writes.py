"""What the API changes: sources, by who has a token to write, as often as it is asked."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from monitor import Archive
from monitor.answers import VisitReport
from monitor.errors import MonitorError, NotFoundError
from monitor.model import TokenScope
from monitor.web import api_writes
from monitor.web.api_routes import BASE
from monitor.web.under_way import UnderWay
from tests.app.rig import Rig
from tests.app.website import Page, Website, article, rss
from tests.newsroom.days import at
from tests.web.asking import Client, serving
from tests.web.asking_api import told, type_of
from tests.web.blank import bearer

pytest_plugins = ["tests.newsroom.fixtures"]

FEED, STORY = "http://one.example/feed", "http://one.example/2026/11/16/harbour"
SOURCES = f"{BASE}/sources"


@pytest.fixture
async def archive(site_rig: Rig, watcher: Archive, website: Website) -> Archive:
    """An archive that watches nothing yet, and a site with one story."""
    site_rig.at(at(16, 7))
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    return watcher


@pytest.fixture
async def client(archive: Archive) -> AsyncIterator[Client]:
    """A client with a token to write."""
    secret = (await archive.tokens.create("writer", TokenScope.WRITE)).secret
    async with serving(archive) as opened:
        opened.session.headers.update(bearer(secret))
        yield opened


async def post(client: Client, path: str, status: int, body: object = None) -> Any:
    """Send JSON, or nothing; return what is told."""
    return await told(await client.post(f"{SOURCES}{path}", json=body), status)


async def test_a_source_is_added_once(client: Client, archive: Archive) -> None:
    """201 with its place; the same again is 200, and changes nothing."""
    answer = await client.post(SOURCES, json={"url": FEED, "tags": ["sea"], "headers": ["Cookie: hush-1"]})
    report = await told(answer, 201)
    type_of("addSource").validate_python(report)
    assert answer.headers["Location"] == f"{SOURCES}/1"
    assert (report["status"], report["source"]["tags"]) == ("added", ["sea"])
    assert "hush-1" not in await answer.text()
    again = await client.post(SOURCES, json={"url": FEED, "tags": ["land"]})
    assert (await told(again, 200))["status"] == "known"
    assert again.headers["Location"] == f"{SOURCES}/1"
    assert [one.tags for one in await archive.sources()] == [("sea",)]
    assert (await told(await client.get(f"{SOURCES}/1"), 200))["view"]["source"]["url"] == FEED


async def test_what_is_no_source_is_refused_with_the_report(client: Client, archive: Archive) -> None:
    """422 says why, and what can be done about it; a private address is not even asked."""
    problem = await post(client, "", 422, {"url": "http://one.example/nothing"})
    assert problem["report"]["status"] == "refused"
    assert problem["detail"] == problem["report"]["reason"]
    assert "not a public address" in (await post(client, "", 422, {"url": "http://10.0.0.1/feed"}))["detail"]
    assert (await post(client, "", 422, {"url": FEED, "cron": "x"}))["detail"]
    assert "exclude" in (await post(client, "", 422, {"url": FEED, "cron": "0 6 * * *", "every_s": 60}))["detail"]
    assert await archive.sources() == ()


BODIES: list[tuple[object, str]] = [
    ({}, "url"),
    ({"url": 1}, "url"),
    ({"url": "one.example"}, "url"),
    ({"url": "http://one.example/\x00"}, "url"),
    ({"url": "http://one.example/" + "a" * 2000}, "url"),
    ({"url": FEED, "kin": "feed"}, "kin"),
    ({"url": FEED, "kind": "feeds"}, "kind"),
    ({"url": FEED, "every_s": "60"}, "every_s"),
    ({"url": FEED, "every_s": 0}, "every_s"),
    ({"url": FEED, "every_s": 1e30}, "every_s"),
    ({"url": FEED, "tags": "sea"}, "tags"),
    ({"url": FEED, "tags": ["a"] * 51}, "tags"),
    ({"url": FEED, "headers": ["Cookie: hush-1\r\nHost: x"]}, "headers.0"),
    ({"url": FEED, "proxy": "ftp://hush-1@proxy.example"}, "proxy"),
    ({"url": FEED, "force": 1}, "force"),
    ([], "the body"),
    (None, "the body"),
]


async def test_a_body_that_is_none_is_refused_by_what_is_wrong_with_it(client: Client, archive: Archive) -> None:
    """Its form is strict, nothing unknown is passed over, and what was sent is not repeated: it may be a secret."""
    for body, named in BODIES:
        problem = await post(client, "", 400, body) if body is not None else await _raw(client, b"null", 400)
        assert named in problem["hint"], body
        assert "hush-1" not in json.dumps(problem)
    for raw in (b"{", b"\xff", b'{"url": "\\ud800"}', b"[" * 100_000, b'{"url": NaN}'):
        await _raw(client, raw, 400)
    assert (await _raw(client, b"{}", 415, "text/plain"))["hint"] == "send application/json"
    await _raw(client, b" " * 300_000, 413)
    assert await archive.sources() == ()


async def _raw(client: Client, body: bytes, status: int, kind: str = "application/json") -> Any:
    return await told(await client.post(SOURCES, data=body, headers={"Content-Type": kind}), status)


async def test_a_source_is_paused_resumed_and_forgotten(client: Client) -> None:
    """Each as often as it is asked; what was forgotten is not there."""
    await post(client, "", 201, {"url": FEED})
    for _ in range(2):
        paused = await post(client, "/1/pause", 200, {"reason": "too loud"})
        assert (paused["state"], paused["state_reason"]) == ("paused", "too loud")
    assert (await told(await client.post(f"{SOURCES}/1/pause"), 200))["state_reason"]
    for _ in range(2):
        answer = await client.post(f"{SOURCES}/1/resume", headers={"If-None-Match": "*"})
        assert (await told(answer, 200))["state"] == "active"
    type_of("pauseSource").validate_python(paused)
    assert (await told(await client.delete(f"{SOURCES}/1"), 200))["state"] == "removed"
    await told(await client.delete(f"{SOURCES}/1"), 404)
    for verb in ("pause", "resume", "check"):
        await post(client, f"/1/{verb}", 404)
        await post(client, f"/{10**30}/{verb}", 404)
    await post(client, "/1/pause", 400, {"reason": 1})
    await post(client, "/1/pause", 400, {"why": "x"})


async def test_a_check_tells_what_it_found(client: Client) -> None:
    """Every decision in words, of the source and of what it told of."""
    await post(client, "", 201, {"url": FEED})
    report = await post(client, "/1/check", 200)
    type_of("checkSource").validate_python(report)
    assert (report["source_id"], report["done"]) == (1, True)
    assert [(one["what"], one["url"]) for one in report["visits"]] == [("source", FEED), ("document", STORY)]
    assert all(one["steps"] for one in report["visits"])


async def test_what_takes_long_goes_on_after_the_answer(
    client: Client, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """202; to ask the same meanwhile starts nothing new."""
    await post(client, "", 201, {"url": FEED})
    begun, go = 0, asyncio.Event()

    async def check(_: Archive, which: int) -> tuple[VisitReport, ...]:
        nonlocal begun
        begun += 1
        await go.wait()
        return ()

    monkeypatch.setattr(Archive, "check", check)
    monkeypatch.setattr(api_writes, "WAIT_S", 0.01)
    for _ in range(2):
        answer = await client.post(f"{SOURCES}/1/check")
        assert await told(answer, 202) == {"source_id": 1, "done": False, "visits": []}
        assert answer.headers["Location"] == f"{SOURCES}/1"
    assert begun == 1
    go.set()
    monkeypatch.setattr(api_writes, "WAIT_S", 20)
    assert (await post(client, "/1/check", 200))["done"]


async def test_a_host_that_another_process_visits_is_a_conflict(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def held(*_: object) -> None:
        raise MonitorError("another process is visiting one.example", hint="try again in a minute")

    monkeypatch.setattr(Archive, "check", held)
    await post(client, "", 201, {"url": FEED})
    assert (await post(client, "/1/check", 409))["hint"] == "try again in a minute"


async def test_nothing_is_changed_without_a_token_to_write(client: Client, archive: Archive) -> None:
    """Nor by GET."""
    reader = (await archive.tokens.create("reader")).secret
    for headers, status in (({"Authorization": "Bearer mon_no"}, 401), (bearer(reader), 403)):
        answer = await client.post(SOURCES, json={"url": FEED}, headers=headers)
        await told(answer, status)
    await told(await client.get(f"{SOURCES}/1/pause"), 405)
    assert await archive.sources() == ()


async def test_work_under_way_ends_with_the_server() -> None:
    """Whoever asks again gets something new, also after a failure."""
    under_way, ended = UnderWay(), asyncio.Event()

    async def linger() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    await under_way.join("a", linger, 0.0)
    assert not ended.is_set()
    await under_way.close()
    assert ended.is_set()

    async def fail() -> int:
        raise NotFoundError("no")

    for _ in range(2):
        with pytest.raises(NotFoundError):
            await under_way.join("b", fail, 1.0)
