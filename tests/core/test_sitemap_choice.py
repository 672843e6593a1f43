"""Sitemaps: of much only what can be news is taken, and a date says no more than it means."""

import codecs
import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.sitemap_order import Part, from_both_ends, in_reading_order, is_news_address
from monitor.core.sitemaps import articles, as_news, news_first, parse_sitemap, parts_to_read
from monitor.interfaces import ParsedFeed, ReadRequest, Task
from monitor.model import SourceKind
from tests.core.test_sitemaps import NS, news, urlset

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
AT = "https://outlet.example"


def read(body: str | bytes, now: datetime | None = NOW) -> ParsedFeed:
    """Parse a sitemap at a time."""
    raw = body.encode() if isinstance(body, str) else body
    return parse_sitemap(ReadRequest(Task.SITEMAP, f"{AT}/sitemap.xml", raw, "application/xml", now))


def entry(path: str, lastmod: str | None = None) -> str:
    """Write an entry of a plain sitemap."""
    date = f"<lastmod>{lastmod}</lastmod>" if lastmod else ""
    return f"<url><loc>{AT}{path}</loc>{date}</url>"


def days_ago(days: int) -> str:
    """Write the day so many days before now."""
    return (NOW - timedelta(days=days)).date().isoformat()


def paths(sitemap: ParsedFeed) -> list[str]:
    """Return the paths of the items."""
    return [item.url.removeprefix(AT) for item in sitemap.items]


def test_lastmod_is_no_publication_date() -> None:
    """It is kept as written, with where it stood; only the news tag says when an article appeared."""
    (plain,) = read(urlset(entry("/a", "2026-11-20T08:00:00Z"))).items
    assert (plain.raw_date, plain.date_source, plain.published_at) == ("2026-11-20T08:00:00Z", "lastmod", None)
    (told,) = read(news()).items
    assert (told.date_source, told.published_at) == ("news:publication_date", datetime(2026, 3, 1, 5, tzinfo=UTC))
    (bare,) = read(urlset(entry("/a"))).items
    assert (bare.raw_date, bare.date_source, bare.date_flag) == (None, None, None)


def test_of_a_whole_site_the_last_month_is_taken() -> None:
    """The archive of years is no news; of a site that writes seldom a hundred pages are taken all the same."""
    busy = [entry(f"/new-{n}", days_ago(n % 20)) for n in range(300)] + [
        entry(f"/old-{n}", days_ago(400)) for n in range(900)
    ]
    assert {path.rpartition("-")[0] for path in paths(read(urlset("".join(reversed(busy)))))} == {"/new"}
    quiet = [entry(f"/old-{n}", days_ago(400 + n)) for n in range(900)]
    assert sorted(paths(read(urlset("".join(quiet))))) == sorted(f"/old-{n}" for n in range(100))
    assert len(read(urlset("".join(quiet)), now=None).items) == 900


def test_a_date_ahead_does_not_lead_for_ever() -> None:
    """A page dated 2062 is flagged and counts as undated."""
    entries = [entry(f"/now-{n}", days_ago(1)) for n in range(1000)]
    sitemap = read(urlset(entry("/odd", "2062-11-20") + "".join(entries)))
    assert "/odd" not in paths(sitemap)
    (odd,) = read(urlset(entry("/odd", "2062-11-20"))).items
    assert odd.date_flag == "future"


def test_where_nothing_is_dated_both_ends_are_taken() -> None:
    """The newest stand at one of them."""
    sitemap = read("\n".join(f"{AT}/page-{n}" for n in range(5000)))
    assert sitemap.format == "text-sitemap"
    assert set(paths(sitemap)) == {f"/page-{n}" for n in (*range(500), *range(4500, 5000))}


def test_a_short_sitemap_stays_as_it_is() -> None:
    """In its order, whatever its dates."""
    order = ["/b", "/a", "/c"]
    assert paths(read(urlset("".join(entry(path, days_ago(1000)) for path in order)))) == order


@pytest.mark.parametrize(
    "body",
    [
        codecs.BOM_UTF8 + urlset(entry("/a")).encode(),
        urlset(entry("/a")).replace("UTF-8", "UTF-16").encode("utf-16"),
        b"\r\n\n" + urlset(entry("/a")).encode(),
        b"<br /><b>Warning</b>: something in /var/www on line 3<br />" + urlset(entry("/a")).encode(),
        urlset(entry("/a")).replace(NS, "https://www.google.com/schemas/sitemap/0.84").encode(),
        urlset(entry("/a")).replace("<urlset", "<sm:urlset").replace("</urlset", "</sm:urlset").encode(),
        urlset(entry("/a")).replace("</urlset>", "").encode(),
        urlset(entry("/a") + "<url><loc>/b & c</loc>").encode()[:-20],
        gzip.compress(urlset(entry("/a")).encode(), mtime=0),
        gzip.compress(gzip.compress(urlset(entry("/a")).encode(), mtime=0), mtime=0),
        f"<sitemapindex xmlns='{NS}'>{entry('/a')}</sitemapindex>".encode(),
    ],
    ids=["bom", "utf-16", "blank lines", "a warning before", "old namespace", "undeclared prefix", "no end", "broken",
         "gzip", "gzip twice", "index of pages"],
)  # fmt: skip
def test_sitemaps_are_read_however_they_come(body: bytes) -> None:
    """Behind junk, cut off, packed, in another namespace or under the wrong name."""
    assert paths(read(body))[:1] == ["/a"]


@pytest.mark.parametrize(
    "body", ["<!DOCTYPE html><html><body><h1>503</h1></body></html>", "<html><a href='/x'>x</a></html>"]
)
def test_an_error_page_instead_is_said(body: str) -> None:
    """It is a problem and not a quiet day."""
    assert read(body).problem == "this is an HTML page, not a sitemap"


def test_feeds_are_sitemaps_too() -> None:
    """RSS and Atom named as sitemaps are read as feeds, with their dates; all their items are articles."""
    item = "<item><title>A storm</title><link>/a</link><pubDate>Fri, 20 Nov 2026 08:00:00 GMT</pubDate></item>"
    sitemap = read(f'<rss version="2.0"><channel><title>Outlet</title>{item}</channel></rss>')
    assert (sitemap.kind, sitemap.format, sitemap.problem) == (SourceKind.FEED, "rss20", None)
    assert [(one.title, one.published_at) for one in articles(sitemap)] == [
        ("A storm", datetime(2026, 11, 20, 8, tzinfo=UTC))
    ]
    packed = read(gzip.compress(f'<rss version="2.0"><channel>{item}</channel></rss>'.encode()))
    assert len(packed.items) == 1


def test_pages_and_parts_in_one_file_are_both_read() -> None:
    """Some programs write everything into one."""
    part = f"<sitemap><loc>{AT}/sitemap-2.xml</loc></sitemap>"
    sitemap = read(urlset(entry("/a") + part))
    assert (paths(sitemap), sitemap.parts, sitemap.problem) == (["/a"], (f"{AT}/sitemap-2.xml",), None)


def test_what_is_offered_as_news_has_news_tags() -> None:
    """A plain list of pages under the name of a news sitemap is refused, with the reason."""
    plain = as_news(read(urlset(entry("/a-story-of-the-day"))))
    assert (plain.items, "no entry carries news tags" in (plain.problem or "")) == ((), True)
    assert as_news(read(news())) == read(news())
    index = read(f"<sitemapindex><sitemap><loc>{AT}/a.xml</loc></sitemap></sitemapindex>")
    assert as_news(index) == index


def test_of_a_plain_sitemap_articles_are_the_pages_that_look_like_one() -> None:
    """Sections, tags and the imprint are in it as well; a news sitemap holds articles only."""
    pages = urlset(entry("/sport/") + entry("/tag/storm") + entry("/2026/11/20/storm-hits-the-coast"))
    assert [item.url for item in articles(read(pages))] == [f"{AT}/2026/11/20/storm-hits-the-coast"]
    assert len(articles(read(news()))) == 1


def order(*parts: tuple[str, str | None]) -> list[str]:
    """Return the names of an index's parts in reading order."""
    index = "".join(
        f"<sitemap><loc>{AT}/{name}</loc>{f'<lastmod>{day}</lastmod>' if day else ''}</sitemap>" for name, day in parts
    )
    sitemap = read(f"<sitemapindex xmlns='{NS}'>{index}</sitemapindex>")
    return [part.removeprefix(f"{AT}/") for part in sitemap.parts]


def test_parts_are_read_newest_first_and_news_before_all() -> None:
    """Whatever else was touched later; those of categories, tags, authors and images last."""
    assert order(
        ("category-sitemap.xml", "2026-11-21"),
        ("post-sitemap1.xml", "2024-01-01"),
        ("post_tag-sitemap.xml", "2026-11-21"),
        ("post-sitemap2.xml", "2026-11-21"),
        ("author-sitemap.xml", "2026-11-21"),
        ("sitemap-news.xml", None),
        ("newsletter-sitemap.xml", "2025-01-01"),
    )[:4] == ["sitemap-news.xml", "post-sitemap2.xml", "newsletter-sitemap.xml", "post-sitemap1.xml"]


def test_dates_in_the_address_count_where_there_is_no_lastmod() -> None:
    """Months in the name, days in the query."""
    assert order(("sitemap-2025-12.xml", None), ("sitemap-2026-11.xml", None), ("sitemap-2026-02.xml", None)) == [
        "sitemap-2026-11.xml",
        "sitemap-2026-02.xml",
        "sitemap-2025-12.xml",
    ]
    days = [f"sitemap.xml?yyyy=2026&amp;mm=11&amp;dd={day:02}" for day in (19, 21, 20)]
    assert [name[-2:] for name in order(*((day, None) for day in days))] == ["21", "20", "19"]


def test_parts_of_one_date_are_read_from_both_ends() -> None:
    """WordPress adds at the end, others at the beginning; three parts a poll see either."""
    assert order(*((f"posts-{n}.xml", None) for n in range(1, 6))) == [f"posts-{n}.xml" for n in (5, 1, 4, 2, 3)]


def test_news_parts_are_told_by_their_address() -> None:
    """Where there are none, all are read."""
    assert is_news_address(f"{AT}/googlenews.xml")
    assert not is_news_address(f"{AT}/newsletter.xml")
    assert news_first((f"{AT}/a.xml", f"{AT}/news.xml")) == (f"{AT}/news.xml",)
    assert news_first((f"{AT}/a.xml",)) == (f"{AT}/a.xml",)


@given(st.lists(st.integers()), st.integers(0, 30))
def test_both_ends_in_turn_give_each_once(found: list[int], most: int) -> None:
    """As many as are asked for, or all."""
    taken = from_both_ends(list(enumerate(found)), most)
    assert len(set(taken)) == len(taken) == min(most, len(found))


@given(st.lists(st.tuples(st.text("abcnewsptag-/0123456789", max_size=12), st.none() | st.datetimes())))
def test_no_part_is_lost(parts: list[tuple[str, datetime | None]]) -> None:
    """Ordering keeps each as often as it was named."""
    given_parts = [Part(f"{AT}/{path}", day.replace(tzinfo=UTC) if day else None) for path, day in parts]
    assert sorted(part.url for part in in_reading_order(given_parts)) == sorted(part.url for part in given_parts)


DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.mark.parametrize(
    ("changed", "read", "wanted"),
    [
        (None, None, True),  # never read, and among the first
        (None, NOW - HOUR, True),  # nothing is known of it
        (NOW - 3 * HOUR, NOW - HOUR, False),  # older than our last look
        (NOW - HOUR / 2, NOW - HOUR, True),
        (NOW.replace(hour=0, minute=0), NOW - HOUR, True),  # a mere date: some time of that day
        (NOW.replace(hour=0, minute=0) - 2 * DAY, NOW - HOUR, False),
        (NOW - 90 * DAY, NOW - 2 * DAY, True),  # it may stand still: once a day
    ],
)
def test_a_part_is_read_when_it_may_have_changed(changed: datetime | None, read: datetime | None, wanted: bool) -> None:
    assert bool(parts_to_read([("a.xml", changed, read)], NOW - 9 * DAY, NOW, DAY)) is wanted


def test_parts_beyond_the_first_are_read_when_they_changed_while_watched() -> None:
    """An archive of years is not fetched; twelve at most at a time, those never read first."""
    old = [(f"{number}.xml", NOW - 900 * DAY, None) for number in range(9)]
    assert parts_to_read(old, NOW - DAY, NOW, DAY) == ("0.xml", "1.xml", "2.xml")
    new = [(f"{number}.xml", NOW - HOUR, NOW - DAY if number % 2 else None) for number in range(20)]
    todo = parts_to_read(new, NOW - DAY, NOW, DAY)
    assert len(todo) == 12
    assert todo[:10] == tuple(f"{number}.xml" for number in range(0, 20, 2))
