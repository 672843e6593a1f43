"""What a page says about itself is read from the place that is trusted most, and believed within reason."""

import json
from datetime import UTC, datetime

import pytest

from monitor.core.htmltree import parse_html
from monitor.core.jsonld import article_node, read_nodes
from monitor.core.metadata import Metadata, choose_language, read_metadata

URL = "https://www.dailybell.example/world/cabinet-resigns"
ENGLISH = (
    "The cabinet resigned on Tuesday after a vote in the assembly. Ministers will stay until a new one is named. " * 4
)
FRENCH = "Le gouvernement a démissionné mardi après un vote de l'assemblée. Les ministres restent en fonction. " * 4


def read(head: str = "", body: str = "", *, url: str = URL, text: str = "", now: datetime | None = None) -> Metadata:
    """The metadata of a page with that head and body."""
    page = parse_html(f"<html lang='en'><head>{head}</head><body>{body}</body></html>")
    assert page
    return read_metadata(page.root, article_node(read_nodes(page.root), url), url, text, now=now)


def ld(value: object) -> str:
    """A JSON-LD script."""
    return f'<script type="application/ld+json">{value if isinstance(value, str) else json.dumps(value)}</script>'


ARTICLE = {"@type": "NewsArticle", "headline": "Cabinet resigns", "datePublished": "2026-11-05T10:15:00+02:00"}


@pytest.mark.parametrize(
    "script",
    [
        ARTICLE,
        [{"@type": "WebSite", "name": "Bell"}, ARTICLE],
        {"@context": "https://schema.org", "@graph": [{"@type": "Organization"}, ARTICLE]},
        {"@type": "WebPage", "mainEntity": ARTICLE},
        {**ARTICLE, "@type": ["Article", "NewsArticle"]},
        "<!--" + json.dumps(ARTICLE) + "-->",
        "//<![CDATA[\n" + json.dumps(ARTICLE) + "\n//]]>",
        json.dumps(ARTICLE)[:-1] + ",}",
        json.dumps(ARTICLE).replace("Cabinet", "Cab\tinet"),
        '{"@type": "NewsArticle", "headline": "The "old" guard", "datePublished": "2026-11-05T10:15:00+02:00", }',
    ],
)
def test_the_date_is_read_from_every_form_of_json_ld(script: object) -> None:
    """Alone, in lists and graphs, wrapped in comments, and broken."""
    found = read(ld(script))
    assert found.published_at == datetime(2026, 11, 5, 8, 15, tzinfo=UTC)
    assert (found.published_raw, found.published_source) == ("2026-11-05T10:15:00+02:00", "json-ld")


def test_hostile_json_ld_is_survived() -> None:
    """Nesting without end, wrong types and no JSON at all give nothing."""
    assert read(ld("[" * 50_000)).published_at is None
    assert read(ld({"@type": "Article", "datePublished": {"a": [1]}, "author": 5, "headline": []})).byline is None
    assert read(ld("null")).published_at is None


def test_a_teaser_marked_up_as_article_does_not_date_the_page() -> None:
    """The object that names this URL goes first."""
    teaser = {"@type": "NewsArticle", "headline": "Old", "datePublished": "2020-01-01", "url": "https://x.example/old"}
    own = {**ARTICLE, "mainEntityOfPage": {"@type": "WebPage", "@id": URL}}
    assert read(ld([teaser, own])).published_at == datetime(2026, 11, 5, 8, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "body", "source"),
    [
        ('<meta property="article:published_time" content="2026-11-05T08:15:00Z">', "", "meta"),
        ('<meta itemprop="datePublished" content="2026-11-05T08:15:00Z">', "", "meta"),
        ('<meta name="DC.date.issued" content="2026-11-05T08:15:00Z">', "", "meta"),
        ('<meta name="parsely-pub-date" content="2026-11-05T08:15:00Z">', "", "meta"),
        ("", '<article><time datetime="2026-11-05T08:15:00Z">today</time></article>', "time"),
        ("", '<time datetime="2019-01-01">x</time><main><time datetime="2026-11-05T08:15Z"></time></main>', "time"),
        ("", '<span class="post-date">5 November 2026, 08:15 UTC</span>', "text"),
        ("", "<h1>Cabinet resigns</h1><p>5 November 2026, 08:15 UTC</p>", "text"),
    ],
)
def test_dates_are_found_where_pages_put_them(head: str, body: str, source: str) -> None:
    """Metas, time elements, elements classed as dates, and the line under the headline."""
    found = read(head, body)
    assert (found.published_at, found.published_source) == (datetime(2026, 11, 5, 8, 15, tzinfo=UTC), source)


def test_the_url_dates_an_article_that_nothing_else_dates() -> None:
    """To the day."""
    found = read(url="https://dailybell.example/2026/11/05/cabinet.html")
    assert found.published_at == datetime(2026, 11, 5, tzinfo=UTC)
    assert (found.published_raw, found.published_source) == ("2026-11-05", "url")
    assert read(url="https://dailybell.example/20261105123/x").published_at is None


def test_a_date_in_the_future_is_passed_over() -> None:
    """A wrong clock or a number read as a year does not date the article; the next place does."""
    head = (
        '<meta property="article:published_time" content="2042-01-01T00:00:00Z"><meta name="date" content="2026-11-05">'
    )
    now = datetime(2026, 11, 6, tzinfo=UTC)
    assert read(head, now=now).published_at == datetime(2026, 11, 5, tzinfo=UTC)


def test_a_clock_that_was_never_set_does_not_date_an_article() -> None:
    """1970 is passed over with and without a clock of our own; it stays on record when no place says better."""
    unset = '<meta property="article:published_time" content="1970-01-01T00:00:00Z">'
    assert read(unset + '<meta name="date" content="2026-11-05">').published_at == datetime(2026, 11, 5, tzinfo=UTC)
    assert read(unset).published_at is None
    assert read(unset).published_raw == "1970-01-01T00:00:00Z"
    assert read('<meta property="article:modified_time" content="1970-01-01T00:00:00Z">').modified_at is None


def test_an_unreadable_date_is_kept_raw() -> None:
    """What the page said stays on record."""
    found = read('<meta property="article:published_time" content="the other day">')
    assert (found.published_at, found.published_raw, found.published_source) == (None, "the other day", "meta")


def test_the_modification_time_is_read() -> None:
    """From JSON-LD, then the metas."""
    when = datetime(2026, 11, 6, 9, 0, tzinfo=UTC)
    assert read('<meta property="article:modified_time" content="2026-11-06T09:00:00Z">').modified_at == when
    assert read(ld({**ARTICLE, "dateModified": "2026-11-06T09:00:00Z"})).modified_at == when


@pytest.mark.parametrize(
    ("head", "body", "byline"),
    [
        (ld({**ARTICLE, "author": "Ann Lee"}), "", "Ann Lee"),
        (ld({**ARTICLE, "author": {"@type": "Person", "name": "Ann Lee"}}), "", "Ann Lee"),
        (ld({**ARTICLE, "author": [{"name": "Ann Lee"}, {"name": ["Bo Ek"]}, "Ann Lee"]}), "", "Ann Lee, Bo Ek"),
        ('<meta name="author" content="By Ann Lee">', "", "Ann Lee"),
        ('<meta property="article:author" content="https://social.example/ann">', "", None),
        ("", '<a rel="author" href="/a">Par Ann Lee</a>', "Ann Lee"),
        ("", '<span itemprop="author">Ann Lee</span>', "Ann Lee"),
        ("", "", None),
    ],
)
def test_the_byline_is_names(head: str, body: str, byline: str | None) -> None:
    """Every form of author, without addresses, without "By", each name once."""
    assert read(head, body).byline == byline


@pytest.mark.parametrize(
    ("links", "believed"),
    [
        ('<link rel="canonical" href="/world/cabinet-resigns?utm_source=x#top">', URL),
        ('<link rel="canonical" href="https://m.dailybell.example/w/1">', "https://m.dailybell.example/w/1"),
        ('<link rel="canonical" href="https://other.example/w/1">', None),
        ('<link rel="canonical" href="https://www.dailybell.example/">', None),
        ('<link rel="canonical" href="/a"><link rel="canonical" href="/b">', None),
        ('<link rel="canonical" href="javascript:alert(1)">', None),
        ('<link rel="canonical">', None),
        ('<base href="/world/"><link rel="canonical" href="cabinet-resigns">', URL),
        ("", None),
    ],
)
def test_a_canonical_url_is_believed_within_its_site(links: str, believed: str | None) -> None:
    """Not another domain, not the front page, not two that disagree."""
    assert read(links).canonical_url == believed


def test_the_outlets_name_comes_from_its_metas_or_publisher() -> None:
    """og:site_name first."""
    publisher = ld({**ARTICLE, "publisher": {"@type": "Organization", "name": "Bell Media"}})
    assert read(publisher).site_name == "Bell Media"
    assert read(publisher + '<meta property="og:site_name" content="The Daily Bell">').site_name == "The Daily Bell"


def test_the_texts_own_language_wins_when_it_is_long() -> None:
    """A template in English around a French article is a French article; a caption decides nothing."""
    assert choose_language("en", FRENCH) == "fr"
    assert choose_language("fr", FRENCH) == "fr"
    assert choose_language("en", "Le gouvernement") == "en"
    assert choose_language(None, ENGLISH) == "en"
    assert choose_language("vi", "") == "vi"
    assert choose_language(None, "") is None


def test_the_declared_language_is_its_primary_subtag() -> None:
    """en-GB is en."""
    assert read().language == "en"
    page = parse_html('<html lang="zh_Hant-TW"><body><p>x</p></body></html>')
    assert page
    assert read_metadata(page.root, {}, URL, "").language == "zh"
