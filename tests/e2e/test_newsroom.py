"""The newsroom behaves like a small web of news outlets, as of the time its clock tells."""

import json
import tomllib
from pathlib import Path

import pytest
import trafilatura
from aiohttp import ClientSession
from lxml import html

from monitor.edges.clock import drive
from tests.newsroom.client import Got, get, room_session
from tests.newsroom.days import at
from tests.newsroom.history import Moment
from tests.newsroom.process import newsroom_process
from tests.newsroom.room import Newsroom, RoomInfo
from tests.newsroom.settings import OUTLETS, config_toml
from tests.newsroom.sites import read_sites

pytest_plugins = ["tests.newsroom.fixtures"]

SITES = {site.key: site for site in read_sites()}


async def status(session: ClientSession, url: str) -> int:
    """Return the status of a URL."""
    return (await get(session, url)).status


def found(page: html.HtmlElement, path: str) -> list[str]:
    """Return the attributes an XPath finds."""
    values = page.xpath(path)
    assert isinstance(values, list)
    return [str(value) for value in values]


def linked(page: str) -> set[str]:
    """Return what a page links to."""
    return set(found(html.document_fromstring(page), "//a/@href"))


def extracted(page: str) -> list[str]:
    """Return what trafilatura reads in a page, by line."""
    return (trafilatura.extract(page) or "").split("\n")


@pytest.mark.parametrize("key", SITES)
async def test_every_outlet_has_a_front_page_with_sections_and_articles(
    key: str, newsroom: Newsroom, newsroom_clock: Path, newsroom_session: ClientSession
) -> None:
    """The front page names each section that has articles and links every one of the newest; so do section pages."""
    drive(newsroom_clock, at(18, 17))
    site = SITES[key]
    links = linked((await get(newsroom_session, site.origin + site.home)).text)
    for section in site.sections:
        listed = linked((await get(newsroom_session, site.origin + site.listing_path(section))).text)
        own = [story for story in newsroom.desk(key).stories if story.text.section == section]
        shown = {story.path_at(at(18, 17)) for story in own if (now := story.at(at(18, 17))) and now.status == 200}
        assert shown
        assert {site.listing_path(section), *shown} <= links
        assert shown <= listed


async def test_hosts_lead_to_their_canonical_form(newsroom_session: ClientSession) -> None:
    """The bare host leads to www, http leads to https, `/` to the language's home."""
    bare = await get(newsroom_session, "http://radio-mareverte.example/fr/culture/")
    assert (bare.status, bare.headers["Location"]) == (301, "http://www.radio-mareverte.example/fr/culture/")
    plain = await get(newsroom_session, "http://marsat.example/ar/atom.xml")
    assert (plain.status, plain.headers["Location"]) == (301, "https://marsat.example/ar/atom.xml")
    root = await get(newsroom_session, "http://www.radio-mareverte.example/")
    assert (root.status, root.headers["Location"]) == (302, "http://www.radio-mareverte.example/fr/")


async def test_robots_differ(newsroom_session: ClientSession) -> None:
    """One asks for a delay, one forbids a section that its listing shows, one has none, one names a sitemap."""
    texts = {key: await get(newsroom_session, f"{site.origin}/robots.txt") for key, site in SITES.items()}
    assert "Crawl-delay: 2" in texts["mareverte"].text
    assert texts["difaf"].status == 404
    assert "Sitemap: http://bensong.example/sitemap.xml" in texts["bensong"].text
    assert "Disallow: /edicion-impresa/" in texts["sotavento"].text
    listing = (await get(newsroom_session, "http://diariosotavento.example/ultimas-noticias")).text
    assert 'href="/edicion-impresa/memoria-del-puerto' in listing


async def test_pages_hold_what_the_truth_says(
    newsroom: Newsroom, newsroom_clock: Path, newsroom_session: ClientSession
) -> None:
    """At any time each URL answers with the status, title and text that the truth has for it."""
    for now in (at(16, 6), at(16, 9, 45), at(16, 16, 10), at(17, 12, 30), at(18, 8), at(18, 23)):
        drive(newsroom_clock, now)
        for where, said in newsroom.truth(now).items():
            answer = await get(newsroom_session, where)
            assert answer.status == said[-1].status, (now, where)
            if answer.status == 200:
                assert_says(answer, said[-1])


def assert_says(answer: Got, moment: Moment) -> None:
    """Check that a page shows a title and exactly these paragraphs in this order."""
    page = html.document_fromstring(answer.text)
    shown = ["".join(map(str, part.itertext())) for part in page.iter("p")]
    assert [part for part in shown if part in moment.paragraphs] == list(moment.paragraphs)
    assert page.findtext(".//h1") == moment.title


@pytest.mark.parametrize("key", SITES)
async def test_trafilatura_reads_every_article_whole_and_steadily(
    key: str, newsroom: Newsroom, newsroom_clock: Path, newsroom_session: ClientSession
) -> None:
    """The text of each page is the article's own, paragraph by paragraph, on every load, though the bytes differ.

    Diario Sotavento's carries its headline too, since its template has no class that tells the body apart.
    """
    for story in newsroom.desk(key).stories:
        drive(newsroom_clock, story.published_at)
        loads = [await get(newsroom_session, story.site.origin + story.path) for _ in range(2)]
        pages = [load.text for load in loads]
        assert pages[0] != pages[1]
        read = extracted(pages[0])
        assert read == extracted(pages[1]), story.path
        assert read[1:] == list(story.text.paragraphs) if key == "sotavento" else read == list(story.text.paragraphs)


async def test_pages_name_title_date_and_address(
    newsroom: Newsroom, newsroom_clock: Path, newsroom_session: ClientSession
) -> None:
    """JSON-LD, og: tags, the canonical link and the time element agree with the truth."""
    drive(newsroom_clock, at(16, 12))
    where = newsroom.url("difaf", "mawsim-al-tumur")
    page = html.document_fromstring((await get(newsroom_session, where)).text)
    title = newsroom.truth(at(16, 12))[where][-1].title
    data = json.loads(page.findtext(".//script[@type='application/ld+json']") or "")
    assert (data["headline"], data["datePublished"]) == (title, "2026-11-16T11:25:00+03:00")
    assert found(page, "//link[@rel='canonical']/@href") == [where]
    assert found(page, "//meta[@property='og:title']/@content") == [title]
    assert found(page, "//time/@datetime")[0] == data["datePublished"]
    assert found(page, "/html/@dir") == ["rtl"]


async def test_one_outlet_s_articles_answer_conditional_requests(
    newsroom_clock: Path, newsroom: Newsroom, newsroom_session: ClientSession
) -> None:
    """Северный причал sends Last-Modified with articles and means it."""
    drive(newsroom_clock, at(16, 12))
    where = newsroom.url("prichal", "shtormovoe-preduprezhdenie")
    since = (await get(newsroom_session, where)).headers["Last-Modified"]
    assert (await get(newsroom_session, where, If_Modified_Since=since)).status == 304
    drive(newsroom_clock, at(16, 18))
    assert (await get(newsroom_session, where, If_Modified_Since=since)).status == 200


async def test_an_article_appears_when_it_is_published(
    newsroom_clock: Path, newsroom: Newsroom, newsroom_session: ClientSession
) -> None:
    """Before its time a URL is unknown."""
    where = newsroom.url("litoral", "tormenta-costa-norte")
    assert await status(newsroom_session, where) == 404
    drive(newsroom_clock, at(16, 6, 5))
    assert await status(newsroom_session, where) == 200


@pytest.mark.parametrize(
    ("key", "slug", "story"),
    [
        (
            "prichal",
            "urozhay-klyukvy",
            [((16, 15, 59), 200), ((16, 16, 0), 404), ((16, 16, 19), 404), ((16, 16, 20), 200)],
        ),
        ("litoral", "cosecha-cacao-valle-alto", [((17, 11, 59), 200), ((17, 12, 0), 404), ((18, 23, 0), 404)]),
        ("bensong", "cang-cua-sen-mo-rong", [((17, 9, 59), 200), ((17, 10, 0), 410)]),
        ("difaf", "suq-al-samak", [((17, 8, 0), 404), ((18, 9, 30), 200)]),
        ("bensong", "trieu-cuong-cua-sen", [((17, 5, 59), 200), ((17, 6, 0), 301)]),
        ("marsat", "mathaf-al-bahr", [((18, 6, 59), 200), ((18, 7, 0), 302)]),
    ],
)
async def test_articles_go_and_come_back(
    key: str,
    slug: str,
    story: list[tuple[tuple[int, int, int], int]],
    newsroom: Newsroom,
    newsroom_clock: Path,
    newsroom_session: ClientSession,
) -> None:
    """A glitch lasts 20 minutes; takedowns stay; what is restored is back; moves and soft 404s redirect."""
    for when, answer in story:
        drive(newsroom_clock, at(*when))
        assert await status(newsroom_session, newsroom.url(key, slug)) == answer, when


async def test_a_moved_article_answers_at_its_new_address(
    newsroom: Newsroom, newsroom_clock: Path, newsroom_session: ClientSession
) -> None:
    """The old URL leads to the new one, which was unknown before; a soft 404 leads to the front page."""
    new = "http://bensong.example/cua-sen-ngap-vi-trieu-cuong-post71836.html"
    assert await status(newsroom_session, new) == 404
    drive(newsroom_clock, at(18, 8))
    old = await get(newsroom_session, newsroom.url("bensong", "trieu-cuong-cua-sen"))
    assert old.headers["Location"] == new
    assert await status(newsroom_session, new) == 200
    assert [moment.status for moment in newsroom.truth(at(18, 8))[new]] == [200]
    soft = await get(newsroom_session, newsroom.url("marsat", "mathaf-al-bahr"))
    assert soft.headers["Location"] == "https://marsat.example/"


async def test_an_outage_asks_to_come_back_later(newsroom_clock: Path, newsroom_session: ClientSession) -> None:
    """For two hours everything of one outlet answers 503 with Retry-After; the others go on."""
    drive(newsroom_clock, at(17, 14))
    for path in ("/", "/robots.txt", "/feed.json", "/berita/90412/kerja-sama-perikanan"):
        answer = await get(newsroom_session, SITES["muara"].origin + path)
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1800")
    assert await status(newsroom_session, SITES["prichal"].feed_url) == 200
    drive(newsroom_clock, at(17, 15))
    assert await status(newsroom_session, SITES["muara"].feed_url) == 200


async def test_a_feed_turns_into_a_page_for_an_hour(newsroom_clock: Path, newsroom_session: ClientSession) -> None:
    """Under the feed's address comes HTML with status 200."""
    drive(newsroom_clock, at(17, 18, 30))
    broken = await get(newsroom_session, SITES["mareverte"].feed_url)
    assert (broken.status, broken.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    drive(newsroom_clock, at(17, 19))
    assert (
        (await get(newsroom_session, SITES["mareverte"].feed_url))
        .headers["Content-Type"]
        .startswith("application/rss+xml")
    )


async def test_the_log_tells_who_asked_for_what(
    newsroom: Newsroom, newsroom_clock: Path, newsroom_session: ClientSession
) -> None:
    """Each request is kept with its simulated time, agent and whether it was conditional."""
    await get(newsroom_session, SITES["marsat"].feed_url, User_Agent="one")
    drive(newsroom_clock, at(16, 7))
    await get(newsroom_session, SITES["marsat"].feed_url + "?x=1", User_Agent="two", If_None_Match='"no"')
    first, second = newsroom.requests
    assert (first.host, first.scheme, first.user_agent, first.conditional) == ("marsat.example", "https", "one", False)
    assert (second.at, second.path, second.status, second.conditional) == (at(16, 7), "/ar/atom.xml?x=1", 200, True)


async def test_it_runs_as_a_process_and_speaks_for_itself(newsroom_apart: RoomInfo, newsroom_clock: Path) -> None:
    """As a process it serves the same, follows the clock file, and tells its log and the truth on its own host."""
    drive(newsroom_clock, at(16, 12))
    async with room_session(newsroom_apart) as session:
        assert await status(session, "http://www.agencialitoral.example/2026/11/16/tormenta-costa-norte/") == 200
        log = json.loads((await get(session, "http://newsroom.example/log")).body)
        told = json.loads((await get(session, "http://newsroom.example/truth")).body)
    assert [(line["host"], line["status"]) for line in log] == [("www.agencialitoral.example", 200)]
    assert [m["why"] for m in told["http://www.agencialitoral.example/2026/11/16/tormenta-costa-norte/"]] == [
        "publish",
        "correction",
    ]


def test_a_process_without_a_clock_says_so(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A missing clock file ends the process before it serves anything."""
    with pytest.raises(RuntimeError, match="before it was ready"), newsroom_process(tmp_path / "none", tmp_path):
        pass
    assert "is no clock" in capfd.readouterr().err


def test_the_configuration_leads_the_monitor_here(tmp_path: Path) -> None:
    """The written TOML maps the hosts, names the CA and the clock, and lists the outlets."""
    info = RoomInfo(1, 2, str(tmp_path / "ca.pem"), {"marsat.example:443": "127.0.0.1:2"})
    settings = tomllib.loads(config_toml(tmp_path / "data", info, tmp_path / "clock.json"))
    assert settings["fetch"]["resolve"] == info.resolve
    assert settings["fetch"]["ca_file"] == info.ca_file
    assert settings["daemon"]["clock_file"] == str(tmp_path / "clock.json")
    assert settings["corpus"]["outlets"] == [str(OUTLETS)]


def test_the_outlet_file_knows_every_site() -> None:
    """Each site's host belongs to a domain of the outlet file, which names its home page."""
    outlets = tomllib.loads(OUTLETS.read_text(encoding="utf-8"))["outlet"]
    domains = {domain for outlet in outlets for domain in outlet["domains"]}
    homes = {home for outlet in outlets for home in outlet["homes"].values()}
    assert domains == {site.host.removeprefix("www.") for site in SITES.values()}
    assert homes == {site.origin + site.home for site in SITES.values()}


def test_every_host_is_in_the_map(newsroom: Newsroom) -> None:
    """Both ports of each host lead to the newsroom, its own host included."""
    hosts = {host for site in SITES.values() for host in (site.host, *site.other_hosts)} | {"newsroom.example"}
    assert newsroom.resolve.keys() == {f"{host}:{port}" for host in hosts for port in (80, 443)}
