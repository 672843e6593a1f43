"""Discovery: on pages of many makes the feed that suits the page given comes first, and nothing is dropped."""

from dataclasses import dataclass

import pytest

from monitor.core.discovery import NO_ANSWER, read_page
from monitor.core.feed_ranking import LAST, Wanted, directories, suited
from monitor.interfaces import Candidate, PageReading, ReadRequest, Task
from monitor.model import SourceKind

STORIES = "".join(
    f'<div class="card"><h3><a href="/2026/11/16/story-{n}-of-the-day">Story number {n} of this long day</a></h3></div>'
    for n in range(10)
)


@dataclass(frozen=True, slots=True)
class Site:
    """A page of some make, and which candidates come first for it; `last` come at the very end."""

    name: str
    url: str
    html: str
    first: tuple[str, ...]
    last: tuple[str, ...] = ()


def link(href: str, title: str = "", media: str = "application/rss+xml", more: str = "") -> str:
    """Write a link element."""
    return f'<link rel="alternate" type="{media}" title="{title}" href="{href}"{more}>'


SITES = (
    Site(
        "wordpress section",
        "https://faro.example/seccion/puertos/",
        '<html lang="es-CU"><head><meta name="generator" content="WordPress 6.9">'
        + link("/feed/", "El Faro » Feed")
        + link("/comments/feed/", "El Faro » Feed de los comentarios")
        + link("/seccion/puertos/feed/", "El Faro » Puertos Feed de la categoría")
        + link("/wp-json/oembed/1.0/embed?url=x&format=xml", "oEmbed", "text/xml+oembed")
        + "</head><body>"
        + STORIES,
        ("/seccion/puertos/feed/", "/feed/"),
        ("/comments/feed/",),
    ),
    Site(
        "wordpress section that names only the site's feed",
        "https://muelle.example/category/cultura/",
        '<html lang="es"><head><script src="https://cdn.example/wp-includes/js/x.js"></script>'
        + link("/feed/")
        + "</head><body>"
        + STORIES,
        ("/feed/", "/category/cultura/feed/"),
    ),
    Site(
        "article with a feed of comments",
        "https://faro.example/2026/11/16/la-flota-pesquera-vuelve-a-puerto/",
        '<html lang="es"><head><meta property="og:type" content="article">'
        + '<meta name="generator" content="WordPress 6.9">'
        + link("/2026/11/16/la-flota-pesquera-vuelve-a-puerto/feed/", "El Faro » La flota")
        + link("/feed/", "El Faro » Feed")
        + "</head><body><p>Una noticia.</p>",
        ("/feed/",),
        ("/2026/11/16/la-flota-pesquera-vuelve-a-puerto/feed/",),
    ),
    Site(
        "french section of a site in many languages",
        "https://monde.example/fr/section/afrique",
        '<html lang="fr"><head>'
        + link("/rss", "All news")
        + link("/en/rss/africa", "Africa", more=' hreflang="en"')
        + link("/fr/rss", "À la une")
        + link("/fr/rss/afrique", "Afrique")
        + link("/ar/rss", "أفريقيا")
        + "</head><body>"
        + STORIES,
        ("/fr/rss/afrique", "/fr/rss", "/rss"),
        ("/ar/rss", "/en/rss/africa"),
    ),
    Site(
        "misspelt types and relations",
        "https://tippfehler.example/",
        '<html lang="de"><head><link rel="altnernate" type="application/rss+xml" href="/rss1.xml">'
        '<link rel="alternate" type="application/rss" href="/rss2.xml"><link rel="alternate" href="/rss.xml">'
        '<link rel="alternate" type="application/rss-xml" href="/rss3.xml"></head><body>',
        ("/rss1.xml", "/rss2.xml", "/rss3.xml", "/rss.xml"),
    ),
    Site(
        "icons without words",
        "https://simge.example/",
        '<html lang="tr"><body><footer><a href="/abone"><i class="fa fa-rss"></i></a>'
        '<a href="/besle"><img src="/img/rss_icon.png" alt=""></a><a href="/rss-nedir">RSS nedir?</a></footer>',
        ("/abone", "/besle", "/rss-nedir"),
    ),
    Site(
        "anchors in arabic",
        "https://marfaa.example/",
        '<html lang="ar" dir="rtl"><body><a href="/khalasat">خلاصات</a><a href="/rss.aspx">آر إس إس</a>',
        ("/rss.aspx", "/khalasat"),
    ),
    Site(
        "a feed service on another host",
        "https://quay.example/",
        '<html lang="en"><head>'
        + link("https://feeds.feedburner.com/quay", "The Quay")
        + link("https://quay.example/podcast.xml", "The Quay podcast")
        + '</head><body><a href="https://feeds2.feedpress.me/quay">Follow</a><a href="https://reader.example/rss">RSS</a>',
        ("https://feeds.feedburner.com/quay", "https://feeds2.feedpress.me/quay", "/podcast.xml"),
    ),
    Site(
        "vietnamese section told by the titles of numbered feeds",
        "https://baocang.example/the-gioi/",
        '<html lang="vi"><body>'
        + "".join(
            f'<a href="/rss/{n}.rss">{name}</a>' for n, name in [(1, "Trang chủ"), (7, "Thể thao"), (12, "Thế giới")]
        )
        + STORIES,
        ("/rss/12.rss", "/rss/1.rss"),
    ),
    Site(
        "languages named in titles",
        "https://ecos.example/es/",
        '<html lang="es"><body><a href="/syndication/1.xml?rss">RSS English</a>'
        '<a href="/syndication/2.xml?rss">RSS Español</a><a href="/syndication/3.xml?rss">RSS Русский</a>',
        ("/syndication/2.xml?rss",),
        ("/syndication/1.xml?rss", "/syndication/3.xml?rss"),
    ),
    Site(
        "front page with general and section feeds",
        "https://vestnik.example/",
        '<html lang="ru"><head>'
        + link("/rss/sport.xml", "Спорт")
        + link("/rss/all.xml", "Все новости")
        + link("/rss/economics.xml", "Экономика")
        + "</head><body>"
        + STORIES,
        ("/rss/all.xml",),
    ),
    Site(
        "json feed and a manifest, on a host whose name is one",
        "https://ilmanifesto.example/",
        '<html lang="it"><head><link rel="manifest" href="/manifest.json" type="application/json">'
        + link("/feed.json", media="application/feed+json")
        + '</head><body><a href="https://ilmanifesto.example/rss/">rss</a>',
        ("/feed.json", "/rss/"),
    ),
    Site(
        "feed scheme on an http page",
        "http://old.example/",
        '<html><body><a href="feed://old.example/news.rss">Subscribe</a><a href="feed:http://old.example/b.rss">Blog</a>',
        ("/news.rss", "/b.rss"),
    ),
)  # fmt: skip


def read(site: Site) -> PageReading:
    """Read what is at a page."""
    return read_page(ReadRequest(Task.PAGE, site.url, site.html.encode(), "text/html; charset=utf-8"))


def tails(site: Site, candidates: tuple[Candidate, ...]) -> list[str]:
    """Return the addresses of what the page names, without its own host; guesses and the page itself left out."""
    host = site.url.split("/")[2]
    told = [one for one in candidates if "well-known" not in one.reason or "each section" in one.reason]
    named = [one.url for one in told if one.kind is not SourceKind.LISTING]
    return [url.partition(f"//{host}")[2] if f"//{host}/" in url else url for url in named]


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
def test_what_suits_the_page_comes_first(site: Site) -> None:
    """By its language and section; feeds of comments, of one article and in other languages come last."""
    found = tails(site, read(site).candidates)
    assert found[: len(site.first)] == list(site.first)
    assert set(found[len(found) - len(site.last) :]) == set(site.last)


def test_the_feed_of_one_article_is_never_watched_for_it() -> None:
    """Nor is that of comments; the reason says what it is."""
    scores = {one.url: (one.score, one.reason) for one in read(SITES[2]).candidates}
    score, reason = scores[SITES[2].url + "feed/"]
    assert score == LAST
    assert "the feed of one article" in reason


def test_of_a_page_of_two_hundred_feeds_all_are_told() -> None:
    """Ranked by the page that a person gave, which led here; none is dropped."""
    names = [f"muc-{chr(97 + n // 20)}{chr(97 + n % 20)}" for n in range(199)]
    body = "".join(f'<li><a href="/rss/{name}.rss">{name}</a></li>' for name in [*names, "the-gioi"])
    html = f'<html lang="vi"><body><ul>{body}</ul></body></html>'.encode()
    hints = (("wanted", "https://bao.example/the-gioi/chau-a"), ("wanted_language", "vi"))
    reading = read_page(ReadRequest(Task.PAGE, "https://bao.example/rss", html, "text/html", hints=hints))
    named = [one.url for one in reading.candidates if "well-known" not in one.reason]
    assert named[0] == "https://bao.example/rss/the-gioi.rss"
    assert len(named) == 200


@pytest.mark.parametrize(
    ("html", "says"),
    [
        (
            "<html><head><title>Just a moment...</title></head><body><noscript>Enable JavaScript and cookies to"
            " continue</noscript><script>window._cf_chl_opt={};</script></body></html>",
            "a bot wall",
        ),
        (
            "<html><head><title>Access Denied</title></head><body>You don't have permission to access /</body>",
            "a bot wall",
        ),
        ("<html><head><title>404 Not Found</title></head><body><a href='/'>Home</a></body>", "an error page"),
    ],
)
def test_what_came_instead_of_the_page_is_said(html: str, says: str) -> None:
    """It names nothing, since it is not the page."""
    reading = read_page(ReadRequest(Task.PAGE, "https://outlet.example/", html.encode(), "text/html"))
    assert reading.reason.startswith(f"{NO_ANSWER}{says}")
    assert (reading.candidates, reading.article_links) == ((), ())


def test_a_front_page_with_words_of_a_wall_is_none() -> None:
    """An outlet reports on robots too."""
    story = "<p>“Access denied”, the screen said, and the robot stood still for the rest of the day.</p>" * 20
    html = f"<html><head><title>Access denied to the harbour</title></head><body>{story}{STORIES}</body></html>"
    reading = read_page(ReadRequest(Task.PAGE, "https://outlet.example/", html.encode(), "text/html"))
    assert reading.kind is SourceKind.LISTING


@pytest.mark.parametrize(
    ("head", "guess"),
    [
        ('<meta name="generator" content="Drupal 11">', "/rss.xml"),
        ('<meta name="generator" content="Joomla! - Open Source">', "/?format=feed&type=rss"),
        ('<link rel="stylesheet" href="/bitrix/css/main.css">', "/rss/"),
        ('<script src="/pf/dist/components/x.js"></script>', "/arc/outboundfeeds/rss/?outputType=xml"),
        ('<link rel="stylesheet" href="https://cdn.example/wp-content/themes/x.css">', "/feed/"),
        ('<meta name="generator" content="Hugo 0.150">', "/index.xml"),
    ],
)
def test_the_program_of_a_site_says_where_its_feed_is(head: str, guess: str) -> None:
    """By its name, or by the folders of its files."""
    html = f"<html><head>{head}</head><body></body></html>".encode()
    reading = read_page(ReadRequest(Task.PAGE, "https://outlet.example/", html, "text/html"))
    assert reading.candidates[0].url == f"https://outlet.example{guess}"
    assert "not yet tried" in reading.candidates[0].reason


@pytest.mark.parametrize(
    ("url", "sections"),
    [
        ("https://x.example/fr/section/monde", ["monde"]),
        ("https://x.example/rss/the-gioi-1231.rss", ["thegioi"]),
        ("https://x.example/en-US/feeds/all.rss", []),
        ("https://x.example/arc/outboundfeeds/rss/category/politica/", ["politica"]),
        ("https://x.example/", []),
        ("https://x.example/отдел/мир/rss", ["отдел", "мир"]),
    ],
)
def test_sections_are_read_out_of_addresses(url: str, sections: list[str]) -> None:
    """Languages, feed words, numbers and words for everything say nothing of a section."""
    assert directories(url) == sections


def test_a_podcast_suits_a_page_of_podcasts() -> None:
    """And no other."""
    podcast = Candidate("https://x.example/podcasts/harbour.xml", SourceKind.FEED, 0.85, "named", "Harbour podcast")
    elsewhere = suited(podcast, Wanted("https://x.example/"))
    assert elsewhere.score < 0.5
    assert "a podcast" in elsewhere.reason
    assert suited(podcast, Wanted("https://x.example/podcasts/")).score > 0.7
