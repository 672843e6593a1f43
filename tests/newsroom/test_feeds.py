"""Feeds and sitemaps tell of the articles, each in its own manner, and answer conditional requests truly."""

import json
from pathlib import Path

import feedparser
import pytest
from aiohttp import ClientSession

from monitor.edges.clock import drive
from tests.newsroom.client import get
from tests.newsroom.days import at
from tests.newsroom.room import Newsroom
from tests.newsroom.sites import read_sites

pytest_plugins = ["tests.newsroom.fixtures"]

SITES = {site.key: site for site in read_sites()}


@pytest.mark.parametrize("key", ["mareverte", "marsat", "difaf", "litoral", "prichal"])
async def test_feeds_tell_of_the_articles(
    key: str, newsroom_clock: Path, newsroom: Newsroom, newsroom_session: ClientSession
) -> None:
    """A feed reader finds every live article with its title, URL and date, whatever format and encoding."""
    drive(newsroom_clock, at(18, 17))
    answer = await get(newsroom_session, SITES[key].feed_url)
    parsed = feedparser.parse(answer.body, response_headers={"content-type": answer.headers["Content-Type"]})
    assert not parsed.bozo, parsed.get("bozo_exception")
    told = {entry.link.partition("?")[0]: entry.title for entry in parsed.entries}
    live = {where: said[-1].title for where, said in newsroom.truth(at(18, 17)).items() if said[-1].status == 200}
    assert told == {where: title for where, title in live.items() if where.startswith(SITES[key].origin)}
    assert all(entry.get("published") or entry.get("updated") for entry in parsed.entries)


async def test_the_json_feed_carries_the_texts(
    newsroom_clock: Path, newsroom: Newsroom, newsroom_session: ClientSession
) -> None:
    """The JSON Feed has the whole text of each article."""
    drive(newsroom_clock, at(16, 12))
    feed = json.loads((await get(newsroom_session, SITES["muara"].feed_url)).body)
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    said = newsroom.truth(at(16, 12))
    assert {item["content_text"].replace("\n\n", "\n") for item in feed["items"]} == {
        said[item["url"]][-1].body for item in feed["items"]
    }
    assert len(feed["items"]) == 3


async def test_the_news_sitemap_holds_two_days(newsroom_clock: Path, newsroom_session: ClientSession) -> None:
    """The index leads to a news sitemap, which drops articles after two days."""
    drive(newsroom_clock, at(18, 12))
    index = (await get(newsroom_session, "http://bensong.example/sitemap.xml")).text
    assert SITES["bensong"].feed_url in index
    sitemap = (await get(newsroom_session, SITES["bensong"].feed_url)).text
    assert "lang-nghe-chieu" in sitemap
    assert "<news:publication_date>2026-11-18T13:45:00+07:00" in sitemap
    assert "vu-lua-mua" not in sitemap


@pytest.mark.parametrize(
    ("key", "validators"),
    [
        ("mareverte", {"ETag", "Last-Modified"}),
        ("marsat", {"ETag"}),
        ("difaf", {"Last-Modified"}),
        ("muara", set()),
        ("litoral", {"ETag", "Last-Modified"}),
        ("prichal", {"ETag"}),
        ("bensong", {"Last-Modified"}),
    ],
)
async def test_feeds_answer_304_until_something_changes(
    key: str, validators: set[str], newsroom_clock: Path, newsroom_session: ClientSession
) -> None:
    """Each validator a feed sends gets a 304 back, until the next article; without validators there is no 304."""
    asking = {"ETag": "If_None_Match", "Last-Modified": "If_Modified_Since"}
    drive(newsroom_clock, at(16, 12))
    first = await get(newsroom_session, SITES[key].feed_url)
    assert validators == {name for name in asking if name in first.headers}
    for name in validators:
        same = await get(newsroom_session, SITES[key].feed_url, **{asking[name]: first.headers[name]})
        assert (same.status, same.body, same.headers[name]) == (304, b"", first.headers[name])
    drive(newsroom_clock, at(17, 12))
    for name in validators:
        assert (await get(newsroom_session, SITES[key].feed_url, **{asking[name]: first.headers[name]})).status == 200


async def test_validators_are_strong_or_weak_and_some_feeds_name_an_age(newsroom_session: ClientSession) -> None:
    """Both forms of ETag occur; Cache-Control says how long a feed holds."""
    strong, weak = (
        await get(newsroom_session, SITES["prichal"].feed_url),
        await get(newsroom_session, SITES["marsat"].feed_url),
    )
    assert strong.headers["ETag"].startswith('"')
    assert weak.headers["ETag"].startswith('W/"')
    assert strong.headers["Cache-Control"] == "public, max-age=300"


@pytest.mark.parametrize(("key", "coding"), [("mareverte", "gzip"), ("marsat", "br"), ("litoral", None)])
async def test_some_outlets_compress(key: str, coding: str | None, newsroom_session: ClientSession) -> None:
    """One sends gzip, one brotli, the others nothing; and only to those who accept it."""
    packed = await get(newsroom_session, SITES[key].feed_url, Accept_Encoding="gzip, br")
    plain = await get(newsroom_session, SITES[key].feed_url, Accept_Encoding="identity")
    assert packed.headers.get("Content-Encoding") == coding
    assert "Content-Encoding" not in plain.headers
    assert packed.body == plain.body
