"""What a page says about itself is read from the place that is trusted most, and believed within reason."""

import json
from datetime import UTC, datetime

import pytest

from monitor.core.bylines import Byline
from monitor.core.htmltree import parse_html
from monitor.core.jsonld import article_node, read_nodes
from monitor.core.metadata import Metadata, choose_language, read_metadata
from monitor.core.page_dates import NO_TIME, StatedTime

URL = "https://www.dailybell.example/world/cabinet-resigns"
ENGLISH = (
    "The cabinet resigned on Tuesday after a vote in the assembly. Ministers will stay until a new one is named. " * 4
)
FRENCH = "Le gouvernement a démissionné mardi après un vote de l'assemblée. Les ministres restent en fonction. " * 4


def read(head: str = "", body: str = "", *, url: str = URL, text: str = "", now: datetime | None = None) -> Metadata:
    """The metadata of a page with that head and body."""
    page = parse_html(f"<html lang='en'><head>{head}</head><body>{body}</body></html>")
    assert page
    nodes = read_nodes(page.root)
    return read_metadata(page.root, article_node(nodes, url), url, text, nodes=nodes, now=now)


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
    assert found.published.at == datetime(2026, 11, 5, 8, 15, tzinfo=UTC)
    assert (found.published.raw, found.published.source) == ("2026-11-05T10:15:00+02:00", "json-ld")


def test_hostile_json_ld_is_survived() -> None:
    """Nesting without end, wrong types and no JSON at all give nothing."""
    assert read(ld("[" * 50_000)).published.at is None
    assert read(ld({"@type": "Article", "datePublished": {"a": [1]}, "author": 5, "headline": []})).byline.names is None
    assert read(ld("null")).published.at is None


def test_a_teaser_marked_up_as_article_does_not_date_the_page() -> None:
    """The object that names this URL goes first."""
    teaser = {"@type": "NewsArticle", "headline": "Old", "datePublished": "2020-01-01", "url": "https://x.example/old"}
    own = {**ARTICLE, "mainEntityOfPage": {"@type": "WebPage", "@id": URL}}
    assert read(ld([teaser, own])).published.at == datetime(2026, 11, 5, 8, 15, tzinfo=UTC)


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
    assert (found.published.at, found.published.source) == (datetime(2026, 11, 5, 8, 15, tzinfo=UTC), source)


def test_the_url_dates_an_article_that_nothing_else_dates() -> None:
    """To the day."""
    found = read(url="https://dailybell.example/2026/11/05/cabinet.html")
    assert found.published.at == datetime(2026, 11, 5, tzinfo=UTC)
    assert (found.published.raw, found.published.source) == ("2026-11-05", "url")
    assert read(url="https://dailybell.example/20261105123/x").published.at is None


def test_a_date_in_the_future_is_passed_over() -> None:
    """A wrong clock or a number read as a year does not date the article; the next place does."""
    head = (
        '<meta property="article:published_time" content="2042-01-01T00:00:00Z"><meta name="date" content="2026-11-05">'
    )
    now = datetime(2026, 11, 6, tzinfo=UTC)
    assert read(head, now=now).published.at == datetime(2026, 11, 5, tzinfo=UTC)


def test_a_clock_that_was_never_set_does_not_date_an_article() -> None:
    """1970 is passed over with and without a clock of our own; it stays on record when no place says better."""
    unset = '<meta property="article:published_time" content="1970-01-01T00:00:00Z">'
    assert read(unset + '<meta name="date" content="2026-11-05">').published.at == datetime(2026, 11, 5, tzinfo=UTC)
    assert read(unset).published.at is None
    assert read(unset).published.raw == "1970-01-01T00:00:00Z"
    assert read('<meta property="article:modified_time" content="1970-01-01T00:00:00Z">').modified.at is None


def test_an_unreadable_date_is_kept_raw() -> None:
    """What the page said stays on record."""
    found = read('<meta property="article:published_time" content="the other day">')
    assert (found.published.at, found.published.raw, found.published.source) == (None, "the other day", "meta")


def test_the_modification_time_is_read() -> None:
    """From JSON-LD, then the metas."""
    when = datetime(2026, 11, 6, 9, 0, tzinfo=UTC)
    assert read('<meta property="article:modified_time" content="2026-11-06T09:00:00Z">').modified.at == when
    assert read(ld({**ARTICLE, "dateModified": "2026-11-06T09:00:00Z"})).modified.at == when


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
    assert read(head, body).byline.names == byline


@pytest.mark.parametrize(
    ("head", "body", "source"),
    [
        (ld({**ARTICLE, "author": "Ann Lee"}) + '<meta name="author" content="Bo Ek">', "", "json-ld"),
        (
            ld([{**ARTICLE, "author": {"@id": "#ann"}}, {"@type": "Person", "@id": "#ann", "name": "Ann Lee"}]),
            "",
            "json-ld",
        ),
        ('<meta name="author" content="Ann Lee">', '<a rel="author">Bo Ek</a>', "meta"),
        ("", '<a rel="author noopener" href="/a">Ann Lee</a><span itemprop="author">Bo Ek</span>', "rel"),
        ("", '<div itemprop="author" itemscope><meta itemprop="name" content="Ann Lee"></div>', "itemprop"),
        ("", '<div itemprop="author"><b itemprop="name">Ann Lee</b> Correspondent</div>', "itemprop"),
        ("", '<p class="article-byline">By Ann Lee | 5 November 2026</p>', "class"),
        ("", '<p class="nota-autor">Por Ann Lee</p>', "class"),
    ],
)
def test_the_byline_tells_where_it_stood(head: str, body: str, source: str) -> None:
    """The place trusted most goes first; people that JSON-LD only refers to are looked up."""
    assert read(head, body).byline == Byline("Ann Lee", source)


@pytest.mark.parametrize(
    "body",
    [
        '<aside><span class="author">Bo Ek</span></aside>',
        '<p class="authoritative">Bo Ek</p>',
        '<p class="byline">A sentence of the article that only happens to be classed like this, with many words</p>',
        '<form class="author">Log in</form>',
        '<p class="author-date">5 November 2026</p>',
    ],
)
def test_what_is_no_byline_is_not_taken_for_one(body: str) -> None:
    """Authors of teasers, class names that only begin alike, prose and dates."""
    assert read("", body).byline.names is None


@pytest.mark.parametrize(
    ("raw", "zone"),
    [
        ("2026-11-05T10:15:00+03:00", "+03:00"),
        ("2026-11-05T10:15:00-0430", "-04:30"),
        ("2026-11-05T10:15:00Z", "+00:00"),
        ("Thu, 05 Nov 2026 10:15:00 GMT", "+00:00"),
        ("Thu, 05 Nov 2026 10:15:00 -0000", None),
        ("2026-11-05T10:15:00", None),
        ("2026-11-05", None),
        ("5 ноября 2026, 10:15 мск", "+03:00"),
        ("5 November 2026 10:15 WIB", "+07:00"),
        ("5 July 2026 23:30 EDT", "-04:00"),
    ],
)
def test_dates_keep_the_zone_they_were_stated_with(raw: str, zone: str | None) -> None:
    """As an offset; what states none has none (RFC 5322 section 3.3 for -0000)."""
    found = read(f'<meta name="date" content="{raw}"><meta property="article:modified_time" content="{raw}">')
    assert found.published.at is not None
    assert (found.published.zone, found.published.raw) == (zone, raw)
    assert found.modified == found.published


RELATIVE = (
    "3 minutes ago",
    "il y a 5 minutes",
    "hace 2 horas",
    "há 3 horas",
    "3 horas atrás",
    "منذ 3 دقائق",
    "قبل ساعتين",
    "3 menit yang lalu",
    "5 phút trước",
    "5 минут назад",
    "vor 5 Minuten",
    "3 dakika önce",
    "5分前",
    "just now",
    "today, 10:15",
    "Aujourd'hui à 10:15",
    "сегодня, 10:15",
    "اليوم 10:15",
)


@pytest.mark.parametrize("raw", RELATIVE)
def test_times_relative_to_now_date_nothing(raw: str) -> None:
    """Not even as what was said: it is another at every load."""
    for head, body in (
        (ld({**ARTICLE, "datePublished": raw, "dateModified": raw}), ""),
        (f'<meta name="date" content="{raw}"><meta name="lastmod" content="{raw}">', ""),
        ("", f'<article><h1>Cabinet resigns</h1><time>{raw}</time><p class="date">{raw}</p></article>'),
    ):
        found = read(head, body)
        assert (found.published, found.modified) == (NO_TIME, NO_TIME)


@pytest.mark.parametrize(
    "body",
    [
        '<aside><time datetime="2026-11-01">x</time></aside>',
        '<footer><span class="date">1 November 2026</span></footer>',
        '<div class="fecha-hoy">1 November 2026</div>',
        '<span class="current-date">1 November 2026</span>',
        '<article><time itemprop="dateModified" datetime="2026-11-01">x</time></article>',
        '<article><time class="updated" datetime="2026-11-01">x</time></article>',
    ],
)
def test_other_dates_on_the_page_do_not_date_the_article(body: str) -> None:
    """Those of teasers, of today, of the last change."""
    assert read("", body).published.at is None


def test_a_time_marked_as_update_is_the_modification_time() -> None:
    """Where neither JSON-LD nor a meta says it."""
    found = read("", '<article><time class="entry-updated" datetime="2026-11-06T09:00+01:00">x</time></article>')
    when = datetime(2026, 11, 6, 8, tzinfo=UTC)
    assert found.modified == StatedTime(when, "2026-11-06T09:00+01:00", "time", "+01:00")
    assert read(ld({**ARTICLE, "dateModified": "2026-11-06"})).modified.source == "json-ld"
    assert read('<meta name="lastmod" content="2026-11-06">').modified.source == "meta"


TRAIL = [
    {"@type": "ListItem", "position": 1, "name": "Home", "item": "https://www.dailybell.example/"},
    {"@type": "ListItem", "position": 2, "item": {"@id": "https://www.dailybell.example/world", "name": "World"}},
    {"@type": "ListItem", "position": 3, "name": "Cabinet resigns"},
]


@pytest.mark.parametrize(
    ("head", "body", "section"),
    [
        (ld({**ARTICLE, "articleSection": "World"}) + '<meta property="article:section" content="News">', "", "World"),
        (ld({**ARTICLE, "articleSection": ["World", "Politics"]}), "", "World"),
        ('<meta property="article:section" content=" World ">', "", "World"),
        (ld([ARTICLE, {"@type": "BreadcrumbList", "itemListElement": TRAIL}]), "", "World"),
        (ld({"@type": "BreadcrumbList", "itemListElement": "none"}), "", None),
        (ld({"@type": "BreadcrumbList", "itemListElement": [5, {"item": 5, "name": {}}]}), "", None),
        ("", '<ul class="breadcrumbs"><li><a href="/">Home</a><li><a href="/world">World</a></ul>', "World"),
        ("", f'<nav class="Breadcrumb"><a href="/">Home</a> <a href="{URL}">Cabinet resigns</a></nav>', None),
        ("", "", None),
        (f'<meta property="article:section" content="{"x" * 300}">', "", None),
    ],
)
def test_the_section_is_read(head: str, body: str, section: str | None) -> None:
    """From JSON-LD, metas, and trails of breadcrumbs: not the front page, not the article itself."""
    assert read(head, body).section == section


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
