"""Find out what is at a URL, and which sources it points to."""

from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from monitor.core.charset import decode_xml
from monitor.core.feed_links import generator, named_feeds
from monitor.core.feeds import parse_feed
from monitor.core.inflate import inflate
from monitor.core.listing import article_links
from monitor.core.page_kind import MANY_LINKS, PageKind, page_kind
from monitor.core.pages import Page, language_in_url, open_page
from monitor.core.sitemaps import parse_sitemap
from monitor.core.sniff import FEEDS, SITEMAPS, Form, sniff
from monitor.core.urls import canonical_url, join
from monitor.core.wording import counted
from monitor.interfaces import Candidate, FeedItem, PageReading, ParsedFeed, ReadRequest
from monitor.model import SourceKind

MAX_CANDIDATES = 60

_SNIFFED_BYTES = 262_144
_WELL_KNOWN = ("/feed/", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml", "/feed", "/rss/")
_WELL_KNOWN_SITEMAPS = ("/sitemap_news.xml", "/news-sitemap.xml", "/sitemap-news.xml", "/news_sitemap.xml")
_UNTRIED = "well-known path, not yet tried"


def read_page(request: ReadRequest) -> PageReading:
    """Say what is at a URL: a feed, a sitemap, a page listing articles, or one page; and which sources it names.

    The content decides, whatever the server calls it. Candidates come best first: feeds the page names, in its own
    language and section before others; the page itself as a listing when it links eight articles; well-known paths
    nobody has tried; feeds of comments. A feed or sitemap is its own only candidate. Never raises for bad bytes.
    """
    body, _ = inflate(request.body[:_SNIFFED_BYTES], _SNIFFED_BYTES)
    form = sniff(decode_xml(body, request.content_type)).form
    if form in FEEDS or form is Form.JSON:
        return _of_source(request.url, parse_feed(request))
    if form in SITEMAPS or form is Form.TEXT:
        parsed = parse_sitemap(request)
        if form in SITEMAPS or parsed.items:
            return _of_source(request.url, parsed)
    page = open_page(request) if form is not Form.EMPTY else None
    return _of_html(page) if page else PageReading(SourceKind.PAGE, "the answer is empty")


def robots_sitemaps(text: str, base: str) -> tuple[Candidate, ...]:
    """Return the sitemaps a robots.txt names, those with "news" in the address first, each once.

    `base` is the robots.txt's own address; relative addresses occur although sitemaps.org asks for full ones.
    """
    values = (line.partition(":") for line in text.lstrip("\ufeff").splitlines())
    named = (value.split("#")[0] for field, _, value in values if field.strip().lower() == "sitemap")
    urls = dict.fromkeys(url for value in named if (url := join(base, value)))
    candidates = [Candidate(url, SourceKind.SITEMAP, _sitemap_score(url), "named in robots.txt") for url in urls]
    return tuple(sorted(candidates, key=lambda candidate: -candidate.score)[:MAX_CANDIDATES])


def _sitemap_score(url: str) -> float:
    return 0.75 if "news" in urlsplit(url).path.lower() else 0.45


def _of_source(url: str, parsed: ParsedFeed) -> PageReading:
    """Describe a URL that is a feed or sitemap itself; JSON that is none is just a page."""
    what = f"a sitemap ({parsed.format})" if parsed.kind is SourceKind.SITEMAP else f"a feed ({parsed.format})"
    if parsed.problem and not parsed.items and parsed.format in {"json", "unknown"}:
        return PageReading(SourceKind.PAGE, parsed.problem)
    size = counted(len(parsed.parts), "part") if parsed.parts else counted(len(parsed.items), "item")
    reason = f"{what} with {size}" + (f"; {parsed.problem}" if parsed.problem else "")
    itself = Candidate(url, parsed.kind, 1.0, reason, parsed.title, parsed.language)
    return PageReading(parsed.kind, reason, parsed.title, parsed.language, (itself,))


def _of_html(page: Page) -> PageReading:
    links = article_links(page)
    judged = page_kind(page, links)
    candidates = _best([*named_feeds(page), *_itself(page, judged, links), *_well_known(page)])
    return PageReading(judged.kind, judged.reason, page.title, page.language, candidates, links)


def _itself(page: Page, judged: PageKind, links: tuple[FeedItem, ...]) -> Iterator[Candidate]:
    if judged.kind is SourceKind.LISTING and len(links) >= MANY_LINKS:
        reason = f"the page itself links {counted(len(links), 'article')}"
        yield Candidate(page.url, SourceKind.LISTING, 0.4, reason, page.title, page.language)


def _well_known(page: Page) -> Iterator[Candidate]:
    """Yield paths where sites of all kinds have feeds, under the page's language first."""
    made_by_wordpress = "wordpress" in generator(page)
    prefixes = [f"/{_edition(page.url)}", ""] if _edition(page.url) else [""]
    for prefix in prefixes:
        for place, path in enumerate((*_WELL_KNOWN, *_WELL_KNOWN_SITEMAPS)):
            kind = SourceKind.SITEMAP if path in _WELL_KNOWN_SITEMAPS else SourceKind.FEED
            wordpress = path == "/feed/" and made_by_wordpress
            score = (0.3 if wordpress else 0.2) + (0.02 if prefix else 0.0) - place * 0.005
            reason = f"{_UNTRIED}; WordPress has its feed there" if wordpress else _UNTRIED
            if url := join(page.url, f"{prefix}{path}"):
                yield Candidate(url, kind, round(score, 3), reason, language=language_in_url(url))


def _edition(url: str) -> str:
    """Return the first path segment when it names a language edition (`fr`), else nothing."""
    first = urlsplit(url).path.split("/")[1:2]
    return first[0] if first and language_in_url(f"https://x.invalid/{first[0]}/") else ""


def _best(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Sort by score, keeping each address once; equal scores stay in page order."""
    best: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=lambda candidate: -candidate.score):
        best.setdefault(canonical_url(candidate.url), candidate)
    return tuple(best.values())[:MAX_CANDIDATES]
