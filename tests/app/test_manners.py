"""What a strict site owner checks in the access log: the newsroom's, over simulated days.

Each test states one rule. The norm of site owners: at most one conditional poll an hour unless the feed asks for more,
one unconditional a day, and every wish that a server can express in HTTP or in its feed is heeded.
"""

import asyncio
import pickle
from collections.abc import Iterable
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise
from pathlib import Path

import pytest

from monitor import Archive
from monitor.edges.clock import drive
from monitor.model import Source, SourceState
from tests.app.rig import ReadHere, Rig, add, play_until
from tests.newsroom import wire
from tests.newsroom.days import MORNING, at
from tests.newsroom.replies import Asked, Turn
from tests.newsroom.room import Newsroom, Request
from tests.newsroom.wire import Reply
from tests.once import once

pytest_plugins = ["tests.newsroom.fixtures"]
pytestmark = pytest.mark.timeout(600)  # whoever needs the two days waits while another process makes them

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LITORAL = "http://www.agencialitoral.example/feed/"  # ETag and Last-Modified
MAREVERTE = "http://www.radio-mareverte.example/fr/rss.xml"  # Crawl-delay 2
MARSAT = "https://marsat.example/ar/atom.xml"  # max-age 600
MUARA = "http://kabarmuara.example/feed.json"  # max-age 900
DIFAF = "http://difaf-alyawm.example/rdf.xml"  # Last-Modified only
FEEDS = (LITORAL, MAREVERTE, MARSAT, MUARA, DIFAF)


def asked_for(log: Newsroom | Iterable[Request], url: str) -> list[Request]:
    """Return the requests for a URL, in order."""
    lines = log.requests if isinstance(log, Newsroom) else log
    return [line for line in lines if f"{line.scheme}://{line.host}{line.path}" == url]


def gaps(lines: Iterable[Request]) -> list[timedelta]:
    return [after.at - before.at for before, after in pairwise(lines)]


async def watch(archive: Archive, newsroom: Newsroom, *urls: str, **options: object) -> None:
    """Add sources, and forget what was asked to find out what they are."""
    for url in urls:
        assert (await add(archive, url, **options)).status == "added"
    newsroom.requests.clear()


async def only_source(archive: Archive) -> Source:
    (one,) = await archive.sources()
    return one


def answering(status: int, **headers: str) -> Turn:
    """Return what answers every request with a status."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda asked, reply: Reply(status, b"", named)


@pytest.fixture(scope="module")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> list[Request]:
    """The access log of two days of all feeds, from their adding on, with a round every quarter of an hour."""

    def make(folder: Path) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
            (folder / "log").write_bytes(pickle.dumps(asyncio.run(_two_days(folder))))

    log: list[Request] = pickle.loads((once(tmp_path_factory, "two-days", make) / "log").read_bytes())
    return log


async def _two_days(folder: Path) -> list[Request]:
    clock = folder / "clock.json"
    drive(clock, MORNING)
    async with Newsroom.start(clock, folder) as newsroom:
        rig = Rig(folder, clock, newsroom.info)
        async with rig.open() as archive:
            for url in FEEDS:
                assert (await add(archive, url)).status == "added"
            await play_until(rig, archive, MORNING, MORNING + 2 * DAY, timedelta(minutes=15))
        return newsroom.requests


def test_every_poll_is_conditional_but_one_a_day(two_days: list[Request]) -> None:
    """Rules 1 and 2: validators are always sent back as given; one full request in 24 hours checks on liars."""
    for url in FEEDS:
        lines = asked_for(two_days, url)[1:]  # the first found out what it is
        assert len(lines) > 10
        if url == MUARA:  # which gives no validators
            continue
        full = [line for line in lines if not line.conditional]
        assert len(full) <= 3, url  # the first of all, and one a day
        assert all(gap >= DAY for gap in gaps(full)), url
        assert [line for line in lines if line.status == 304], url


async def test_validators_go_back_as_they_came(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 3: an ETag is opaque: quotes and the weak mark included; a 304 may bring a new one."""
    tags: list[str] = []

    def tagged(asked: Asked, reply: Reply) -> Reply:
        tags.append(asked.headers.get("if-none-match", ""))
        new = f'W/"fresh-{len(tags)}"'
        return Reply(304, b"", {"ETag": new}) if tags[-1] else Reply(200, reply.body, {**reply.headers, "ETag": new})

    newsroom.desk("litoral").instead["/feed/"] = tagged
    await watch(archive, newsroom, LITORAL, every_s=3600)
    tags.clear()
    await play_until(rig, archive, MORNING, MORNING + 3 * HOUR, HOUR)
    assert tags == ["", 'W/"fresh-1"', 'W/"fresh-2"', 'W/"fresh-3"']


async def test_max_age_is_a_lower_bound(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 4: what is fresh is not asked for again, also when a 304 said so."""
    await watch(archive, newsroom, MARSAT, MUARA)
    await play_until(rig, archive, MORNING, MORNING + 12 * HOUR, timedelta(minutes=3))
    assert min(gaps(asked_for(newsroom, MARSAT))) >= timedelta(seconds=600)
    assert min(gaps(asked_for(newsroom, MUARA))) >= timedelta(seconds=900)


async def test_what_a_feed_asks_for_holds_after_a_304_as_well(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 5: ttl stands in a body that is read rarely."""

    def slow(asked: Asked, reply: Reply) -> Reply:
        return Reply(200, reply.body.replace(b"<ttl>15</ttl>", b"<ttl>180</ttl>"), reply.headers)

    newsroom.desk("litoral").instead["/feed/"] = slow
    await watch(archive, newsroom, LITORAL)
    await play_until(rig, archive, MORNING, MORNING + 15 * HOUR, timedelta(minutes=5))
    lines = asked_for(newsroom, LITORAL)
    assert len(lines) >= 4
    assert any(line.status == 304 for line in lines)
    assert min(gaps(lines)) >= timedelta(minutes=180)


async def test_skipped_hours_are_skipped(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 6: RSS 2.0 skipHours, in GMT."""
    skipped = b"<skipHours>" + b"".join(b"<hour>%d</hour>" % hour for hour in range(9, 15)) + b"</skipHours>"

    def quiet(asked: Asked, reply: Reply) -> Reply:
        return Reply(200, reply.body.replace(b"<channel>", b"<channel>" + skipped), reply.headers)

    newsroom.desk("litoral").instead["/feed/"] = quiet
    await watch(archive, newsroom, LITORAL)
    await play_until(rig, archive, MORNING, MORNING + 14 * HOUR, timedelta(minutes=5))
    times = [line.at for line in asked_for(newsroom, LITORAL)]
    late = timedelta(minutes=5)  # ticks are five minutes apart, so a plan for 08:59 is carried out at 09:00
    assert not [time for time in times if at(16, 9) + late <= time < at(16, 15)]
    assert [time for time in times if time < at(16, 9)]
    assert [time for time in times if time >= at(16, 15)]


async def test_retry_after_in_seconds_silences_the_whole_host(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 7: after a 429 nothing on that host is asked before its time, articles included; and it is counted."""
    await watch(archive, newsroom, LITORAL, every_s=1800)
    await play_until(rig, archive, MORNING, MORNING + HOUR, timedelta(minutes=10))
    newsroom.desk("litoral").instead["/feed/"] = answering(429, Retry_After="7200")
    await play_until(rig, archive, MORNING + HOUR, MORNING + 5 * HOUR, timedelta(minutes=10))
    lines = [line for line in newsroom.requests if line.host == "www.agencialitoral.example"]
    said = [line.at for line in lines if line.status == 429]
    assert len(said) >= 2
    for time in said:
        assert not [line for line in lines if time < line.at < time + timedelta(seconds=7200)]
    view = await archive.source_view(1)
    assert view.host.asked_for_patience == len(said)


async def test_retry_after_as_a_date_is_read_by_the_servers_clock(
    rig: Rig, archive: Archive, newsroom: Newsroom
) -> None:
    """Rule 8: its clock is three hours slow; "in an hour" by that clock is an hour."""

    def busy(asked: Asked, reply: Reply) -> Reply:
        clock = newsroom.clock.now() - 3 * HOUR
        stamps = {
            "Date": format_datetime(clock, usegmt=True),
            "Retry-After": format_datetime(clock + HOUR, usegmt=True),
        }
        return Reply(503, b"", stamps)

    await watch(archive, newsroom, LITORAL, every_s=600)
    newsroom.desk("litoral").instead["/feed/"] = busy
    await play_until(rig, archive, MORNING, MORNING + 6 * HOUR, timedelta(minutes=10))
    assert min(gaps(asked_for(newsroom, LITORAL))) >= HOUR
    assert len(asked_for(newsroom, LITORAL)) >= 4


async def test_a_permanent_redirect_is_adopted_after_days(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 9: not at once, since servers take theirs back; then the old address is asked no more."""
    desk = newsroom.desk("litoral")
    await watch(archive, newsroom, LITORAL, every_s=3600)
    moved = "http://www.agencialitoral.example/rss/portada.xml"
    desk.instead["/rss/portada.xml"] = lambda asked, reply: desk._find(
        Asked("http", asked.host, "/feed/", {}), newsroom.clock.now()
    )
    desk.instead["/feed/"] = lambda asked, reply: wire.redirect(301, moved)
    await play_until(rig, archive, MORNING, MORNING + DAY, HOUR)
    assert (await only_source(archive)).url == LITORAL
    await play_until(rig, archive, MORNING + DAY, MORNING + 8 * DAY, 2 * HOUR)
    source = await only_source(archive)
    assert source.url == moved
    old = asked_for(newsroom, LITORAL)
    assert timedelta(days=2) < old[-1].at - MORNING < timedelta(days=7)
    assert asked_for(newsroom, moved)[-1].at > MORNING + timedelta(days=7, hours=20)
    assert source.failures == 0


async def test_a_temporary_redirect_is_never_adopted(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 10."""
    desk = newsroom.desk("litoral")
    await watch(archive, newsroom, LITORAL, every_s=3600)
    desk.instead["/feed/"] = lambda asked, reply: wire.redirect(302, MUARA)
    await play_until(rig, archive, MORNING, MORNING + 8 * DAY, 4 * HOUR)
    assert (await only_source(archive)).url == LITORAL


async def test_a_410_pauses_the_source_and_says_so(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 11: gone is meant; no request follows until somebody resumes it."""
    await watch(archive, newsroom, LITORAL, every_s=3600)
    newsroom.desk("litoral").instead["/feed/"] = answering(410)
    await play_until(rig, archive, MORNING, MORNING + 2 * DAY, HOUR)
    lines = asked_for(newsroom, LITORAL)
    assert 1 <= len(lines) <= 4
    source = await only_source(archive)
    assert source.state is SourceState.PAUSED
    assert "410" in (source.state_reason or "")
    del newsroom.desk("litoral").instead["/feed/"]
    await archive.resume(source.id)
    await play_until(rig, archive, MORNING + 2 * DAY, MORNING + 3 * DAY, HOUR)
    assert asked_for(newsroom, LITORAL)[-1].status in (200, 304)


async def test_errors_slow_a_source_down_and_never_stop_it(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 12: ever longer gaps, at most a day; the first good answer ends it."""
    failing = (
        (LITORAL, "litoral", "/feed/", 403),
        (MARSAT, "marsat", "/ar/atom.xml", 404),
        (DIFAF, "difaf", "/rdf.xml", 500),
    )
    await watch(archive, newsroom, *(url for url, *_ in failing))
    for _, key, path, status in failing:
        newsroom.desk(key).instead[path] = answering(status)
    await play_until(rig, archive, MORNING, MORNING + 6 * DAY, timedelta(minutes=30))
    for url, _, _, status in failing:
        lines = asked_for(newsroom, url)
        assert {line.status for line in lines} == {status}
        waited = gaps(lines)
        assert len(waited) >= 6
        assert waited[-1] >= 4 * waited[0]
        assert max(waited) <= DAY + 3 * HOUR  # jitter is off; ticks are half an hour apart
    assert {source.state for source in await archive.sources()} == {SourceState.ACTIVE}


async def test_a_restart_asks_nothing_again(rig: Rig, newsroom: Newsroom) -> None:
    """Rule 13: what is planned is in the database, and so are robots.txt and the host's next turn."""
    async with rig.open() as archive:
        await watch(archive, newsroom, *FEEDS)
        await play_until(rig, archive, MORNING, MORNING + HOUR, HOUR)
    before = len(newsroom.requests)
    for _ in range(5):
        async with rig.open() as archive:
            await archive.tick()
    assert len(newsroom.requests) == before


async def test_two_workers_do_not_ask_twice(rig: Rig, newsroom: Newsroom) -> None:
    """Rule 14: two programs on one archive share the work."""
    async with rig.open() as one, rig.open() as two:
        urls = [url for url in FEEDS if url != MAREVERTE]  # which asks for two seconds that a standing clock lacks
        await watch(one, newsroom, *urls, every_s=3600)
        for hour in range(6):
            await play_until(rig, one, MORNING + hour * HOUR, MORNING + hour * HOUR, HOUR)
            await two.tick()
    for url in urls:
        assert len(asked_for(newsroom, url)) == 6


def test_robots_txt_comes_first_and_once_a_day(two_days: list[Request]) -> None:
    """Rule 15."""
    for host in {line.host for line in two_days}:
        lines = [line for line in two_days if line.host == host]
        robots = [line for line in lines if line.path == "/robots.txt"]
        assert lines[0].path == "/robots.txt", host
        assert len({line.at for line in robots}) <= 3, host
        assert all(gap >= DAY for gap in gaps(robots) if gap), host


async def test_what_robots_txt_forbids_is_not_asked_for(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 16: nor is it by way of a link, a section or a redirect."""
    desk = newsroom.desk("sotavento")
    await watch(archive, newsroom, "http://diariosotavento.example/ultimas-noticias")
    await play_until(rig, archive, MORNING, MORNING + DAY, HOUR)
    asked = [line.path for line in newsroom.requests if line.host == desk.site.host]
    assert len(asked) > 10
    assert not [path for path in asked if path.startswith("/edicion-impresa/")]


def test_every_request_says_who_asks(two_days: list[Request]) -> None:
    """Rule 17: one honest name with a contact, also for robots.txt; no cookies, no Referer, nothing but GET."""
    (agent,) = {line.user_agent for line in two_days}
    assert agent.startswith("Monitor/")
    assert "+https://newsroom.example/contact" in agent
    assert {line.method for line in two_days} == {"GET"}
    assert not [line for line in two_days if {"cookie", "referer"} & line.headers.keys()]
    assert all("gzip" in line.headers["accept-encoding"] for line in two_days)


async def test_an_article_is_not_fetched_because_the_feed_names_it_again(
    rig: Rig, archive: Archive, newsroom: Newsroom
) -> None:
    """Rule 18: its rechecks follow its own ladder, a handful in the first day."""
    await watch(archive, newsroom, LITORAL, every_s=900)
    await play_until(rig, archive, MORNING, MORNING + DAY, timedelta(minutes=15))
    polls = len(asked_for(newsroom, LITORAL))
    articles: dict[str, int] = {}
    for line in newsroom.requests:
        if line.path not in ("/feed/", "/robots.txt"):
            articles[line.path] = articles.get(line.path, 0) + 1
    assert polls > 90
    assert articles
    assert max(articles.values()) <= 14


async def test_a_delta_is_asked_for_and_taken(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 19: `A-IM: feed` (RFC 3229) goes with validators only; a 226 brings what is new and loses nothing."""

    def manipulated(asked: Asked, reply: Reply) -> Reply:
        if asked.headers.get("a-im") != "feed" or asked.headers.get("if-none-match") == reply.headers["ETag"]:
            return reply
        newest = reply.body.partition(b"</item>")[0] + b"</item></channel></rss>"
        return Reply(226, newest, {**reply.headers, "IM": "feed"})

    newsroom.desk("litoral").instead["/feed/"] = manipulated
    await watch(archive, newsroom, LITORAL, every_s=600)
    await play_until(rig, archive, MORNING, MORNING + DAY, timedelta(minutes=10))
    lines = asked_for(newsroom, LITORAL)
    assert all(("a-im" in line.headers) == line.conditional for line in lines)
    assert sum(line.status == 226 for line in lines) >= 3
    source = await only_source(archive)
    assert source.failures == 0
    told = {story.url for story in newsroom.desk("litoral").stories if story.at(MORNING + DAY - HOUR)}
    assert told
    assert told <= {one.url for one in await archive.documents()} | {
        one.url for one in await archive.documents() if one.moved_to
    } | _gone(newsroom)


def _gone(newsroom: Newsroom) -> set[str]:
    """Return the stories that had left the feed's window, or the site, before anybody looked."""
    desk = newsroom.desk("litoral")
    return {story.url for story in desk.stories if (first := story.moments[0].at) < MORNING - DAY or first > at(17, 5)}


async def test_a_server_that_lies_is_found_out(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Rule 20: the same ETag for ever; the daily full request shows it, it is counted and shown, and trust is gone."""

    def lying(asked: Asked, reply: Reply) -> Reply:
        return Reply(200, reply.body, {"Content-Type": reply.headers["Content-Type"], "ETag": '"always"'})

    newsroom.desk("litoral").instead["/feed/"] = lying
    await watch(archive, newsroom, LITORAL, every_s=1800)
    await play_until(rig, archive, MORNING, MORNING + 2 * DAY, timedelta(minutes=30))
    source = await only_source(archive)
    assert source.lies >= 1
    lines = asked_for(newsroom, LITORAL)
    found_out = next(line.at for line in lines[1:] if not line.conditional)
    assert found_out - MORNING <= DAY + HOUR
    later = [line for line in lines if line.at > found_out + HOUR]
    assert sum(not line.conditional for line in later) > len(later) / 2


def test_requests_are_spread_over_the_day(two_days: list[Request]) -> None:
    """Rule 21: an adaptive source is asked about once an hour, not by the minute."""
    for url in FEEDS:
        lines = [line for line in asked_for(two_days, url) if line.at >= MORNING + HOUR]
        assert len(lines) <= 2 * 47, url
