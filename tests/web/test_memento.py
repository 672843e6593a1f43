"""Memento over the archive (RFC 7089): what others may ask, and what they never get."""

from collections.abc import AsyncIterator
from gzip import compress

import pytest

from monitor import Archive
from tests.app.rig import Rig, add, play
from tests.app.website import Page, Website, article, rss
from tests.newsroom.days import at
from tests.web.asking import Client, get, links, serving, timemap

pytest_plugins = ["tests.newsroom.fixtures"]

FEED, STORY = "http://one.example/feed", "http://one.example/2026/11/16/harbour?page=1&lang=fr"


@pytest.fixture
async def kept(site_rig: Rig, watcher: Archive, website: Website) -> Archive:
    """An archive of one story: read at 7, unchanged at 8, edited by 10."""
    first = Page(compress(article("Ships")), headers={"Content-Encoding": "gzip", "X-Town": "Port"})
    website.pages |= {FEED: rss((STORY.replace("&", "&amp;"), "Ships")), STORY: first}
    site_rig.at(at(16, 7))
    await add(watcher, FEED)
    await play(site_rig, watcher, at(16, 7), at(16, 8))
    website.pages[STORY] = Page(article("Ships", 21))
    await play(site_rig, watcher, at(16, 10))
    return watcher


@pytest.fixture
async def client(kept: Archive) -> AsyncIterator[Client]:
    """A client of the web server."""
    async with serving(kept) as opened:
        yield opened


async def test_the_timegate_leads_to_the_memento_nearest_to_the_time_asked_for(client: Client) -> None:
    for asked, hour in (("Mon, 16 Nov 2026 07:10:00 GMT", 7), ("Tue, 17 Nov 2026 00:00:00 GMT", 10)):
        answer = await get(client, f"/timegate/{STORY}", Accept_Datetime=asked)
        assert answer.status == 302
        assert answer.headers["Vary"] == "accept-datetime"
        assert f"/memento/20261116{hour:02}" in answer.headers["Location"]
        assert answer.headers["Location"].endswith(STORY)
        found = links(answer.headers["Link"])
        assert found["original"] == [STORY]
        assert {"timemap", "timegate", "first", "last", "memento"} <= set(found)


async def test_without_a_time_the_timegate_leads_to_the_newest(client: Client) -> None:
    answer = await get(client, f"/timegate/{STORY}")
    assert "/memento/2026111610" in answer.headers["Location"]


@pytest.mark.parametrize("written", [STORY.replace("http", "HTTP"), STORY.replace("//", "/"), STORY.split("//")[1]])
async def test_a_url_is_known_however_its_scheme_is_written(client: Client, written: str) -> None:
    assert (await get(client, f"/timegate/{written}")).status == 302


async def test_both_timemaps_tell_of_every_capture(client: Client) -> None:
    """In order, the first and the last marked as such."""
    link = await (await get(client, f"/timemap/link/{STORY}")).text()
    found = links(link)
    told = await timemap(client, STORY)
    assert [one["uri"] for one in told["mementos"]["list"]] == found["memento"]
    assert len(found["memento"]) == 3
    assert (found["first"], found["last"]) == (found["memento"][:1], found["memento"][-1:])
    assert 'from="Mon, 16 Nov 2026 07:' in link


async def test_a_memento_is_the_page_as_it_was(client: Client) -> None:
    """Each of the captures, the revisit as well; the body is decoded, and nothing claims that it is coded."""
    told = await timemap(client, STORY)
    bodies = []
    for one in told["mementos"]["list"]:
        answer = await get(client, one["uri"])
        assert answer.status == 200
        assert answer.headers["Memento-Datetime"].startswith("Mon, 16 Nov 2026")
        assert "Content-Encoding" not in answer.headers
        bodies.append(await answer.read())
    assert bodies == [article("Ships"), article("Ships"), article("Ships", 21)]


async def test_what_a_page_said_is_told_under_another_name(client: Client) -> None:
    answer = await get(client, f"/memento/20261116070000/{STORY}")
    if answer.status == 302:
        answer = await get(client, answer.headers["Location"])
    assert answer.headers["X-Archive-Orig-X-Town"] == "Port"
    assert answer.headers["X-Archive-Orig-Status"] == "200"
    assert answer.content_type == "text/html"


async def test_an_archived_page_is_saved_and_never_shown_as_ours(client: Client) -> None:
    """Whatever it contains: no script of it runs on the address of the archive."""
    answer = await client.get(f"/memento/20261116070000/{STORY}")
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/timegate/http://nobody.example/", {}, 404),
        ("/timemap/link/http://nobody.example/", {}, 404),
        ("/memento/20261116070000/http://nobody.example/", {}, 404),
        ("/memento/20269999999999/" + STORY, {}, 400),
        ("/memento/202611160700001234567/" + STORY.replace("one", "no"), {}, 404),
        ("/timemap/link/20269999999999/" + STORY, {}, 400),
        ("/timegate/" + STORY, {"Accept_Datetime": "yesterday"}, 400),
        ("/timegate/" + STORY, {"Accept_Datetime": "Mon, 16 Nov 99999999999999 12:00:00 GMT"}, 400),
        ("/timegate/" + STORY, {"Accept_Datetime": "Fri, 31 Dec 9999 23:59:59 -2359"}, 400),
        ("/elsewhere", {}, 404),
        ("/timegate/" + STORY, {"Host": "evil.example"}, 421),
    ],
)
async def test_what_cannot_be_answered_is_said_plainly(
    client: Client, path: str, headers: dict[str, str], status: int
) -> None:
    answer = await get(client, path, **headers)
    assert answer.status == status
    assert answer.content_type == "text/plain"
    assert answer.headers["Content-Security-Policy"].startswith("sandbox")


@pytest.mark.parametrize(("wanted_as", "status"), [("document", 200), ("empty", 200), ("script", 403), ("iframe", 403)])
async def test_no_page_is_made_of_what_was_archived(client: Client, wanted_as: str, status: int) -> None:
    """A browser says what it wants something for (Fetch Metadata): a script of another site stays no script of ours."""
    newest = (await get(client, f"/timegate/{STORY}")).headers["Location"]
    assert (await get(client, newest, Sec_Fetch_Dest=wanted_as)).status == status


async def test_nothing_is_changed_by_asking(client: Client) -> None:
    assert (await client.post(f"/timegate/{STORY}")).status == 405


async def test_altered_evidence_is_served_to_nobody(client: Client, site_rig: Rig) -> None:
    """A bit turned in the file makes an error, not another page."""
    for path in site_rig.settings.evidence_dir.glob("*.warc*"):
        data = bytearray(path.read_bytes())
        data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
        path.write_bytes(data)
    told = await timemap(client, STORY)
    last = told["mementos"]["last"]["uri"]
    answer = await get(client, last)
    assert answer.status == 502
