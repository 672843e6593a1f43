"""Find out what is at a URL, and which sources it points to."""

from collections.abc import Iterable, Iterator

from monitor.core.charset import decode_html, decode_xml
from monitor.core.feed_links import named_feeds
from monitor.core.feed_ranking import Wanted
from monitor.core.feeds import parse_feed
from monitor.core.htmltree import squeeze
from monitor.core.inflate import inflate
from monitor.core.known_paths import well_known
from monitor.core.listing import article_links
from monitor.core.page_kind import MANY_LINKS, PageKind, page_kind
from monitor.core.pages import Page, open_page
from monitor.core.quality import PageFacts, challenge_mark, judge
from monitor.core.sitemap_order import is_news_address
from monitor.core.sitemaps import parse_sitemap
from monitor.core.sniff import FEEDS, SITEMAPS, Form, sniff
from monitor.core.urls import canonical_url, join
from monitor.interfaces import Candidate, FeedItem, PageReading, ParsedFeed, ReadRequest
from monitor.model import Quality, SourceKind
from monitor.wording import counted

MAX_CANDIDATES = 1_000  # the longest page of feeds that we know of names 200
NO_ANSWER = "not what was asked for: "  # how the reason of a bot wall's or an error page's reading begins

_SNIFFED_BYTES = 262_144
_WALL_ELEMENTS = 500  # a challenge or an apology is a small page


def read_page(request: ReadRequest) -> PageReading:
    """Say what is at a URL: a feed, a sitemap, a page listing articles, or one page; and which sources it names.

    The content decides, whatever the server calls it. Candidates come best first: feeds the page names, in its own
    language and section before others; the page itself as a listing when it links eight articles; well-known paths
    nobody has tried; feeds of comments. A feed or sitemap is its own only candidate. The page of a bot wall or of an
    error, which came instead of what was asked for, has none, and a reason that begins with `NO_ANSWER`. Never raises
    for bad bytes.

    The hints `wanted` and `wanted_language` name another page that sources are looked for: this one is a page of
    feeds that it led to ("RSS" leads to one on many sites), and its feeds are ranked for that page.
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
    if page is None:
        return PageReading(SourceKind.PAGE, "the answer is empty")
    if why := _no_answer(page, request):
        return PageReading(SourceKind.PAGE, f"{NO_ANSWER}{why}", page.title, page.language)
    return _of_html(page, dict(request.hints))


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
    return 0.75 if is_news_address(url) else 0.45


def _of_source(url: str, parsed: ParsedFeed) -> PageReading:
    """Describe a URL that is a feed or sitemap itself; JSON that is none is just a page."""
    what = f"a sitemap ({parsed.format})" if parsed.kind is SourceKind.SITEMAP else f"a feed ({parsed.format})"
    if parsed.problem and not parsed.items and parsed.format in {"json", "unknown"}:
        return PageReading(SourceKind.PAGE, parsed.problem)
    size = counted(len(parsed.parts), "part") if parsed.parts else counted(len(parsed.items), "item")
    reason = f"{what} with {size}" + (f"; {parsed.problem}" if parsed.problem else "")
    itself = Candidate(url, parsed.kind, 1.0, reason, parsed.title, parsed.language)
    return PageReading(parsed.kind, reason, parsed.title, parsed.language, (itself,))


def _no_answer(page: Page, request: ReadRequest) -> str | None:
    """Say what came instead of the page, or None. Only small pages are judged: of a long one the words are its own."""
    if sum(1 for _, _ in zip(page.root.iter(), range(_WALL_ELEMENTS), strict=False)) == _WALL_ELEMENTS:
        return None
    mark = challenge_mark(decode_html(request.body[:_SNIFFED_BYTES], request.content_type))
    quality, why = judge(_shown(page), None, PageFacts(page.title, mark))
    names = {Quality.BOT_WALL: "a bot wall", Quality.SOFT_404: "an error page"}
    return f"{names[quality]} ({why})" if quality in names else None


def _shown(page: Page) -> str:
    """Return what a page shows, that of `noscript` with it: walls speak there."""
    hidden = {"script", "style", "head", "title", "template"}
    return " ".join(
        squeeze(text)
        for element in page.root.iter("*")
        for text in (element.text if element.tag not in hidden else None, element.tail)
        if text and text.strip()
    )


def _of_html(page: Page, hints: dict[str, str]) -> PageReading:
    links = article_links(page)
    judged = page_kind(page, links)
    is_listing = judged.kind is SourceKind.LISTING
    wanted = Wanted(page.url, page.language, is_article=not is_listing)
    if elsewhere := hints.get("wanted"):
        wanted = Wanted(elsewhere, hints.get("wanted_language") or page.language)
    found = best([*named_feeds(page, wanted), *_itself(page, judged, links), *well_known(page, is_listing=is_listing)])
    return PageReading(judged.kind, judged.reason, page.title, page.language, found, links)


def _itself(page: Page, judged: PageKind, links: tuple[FeedItem, ...]) -> Iterator[Candidate]:
    if judged.kind is SourceKind.LISTING and len(links) >= MANY_LINKS:
        reason = f"the page itself links {counted(len(links), 'article')}"
        yield Candidate(page.url, SourceKind.LISTING, 0.4, reason, page.title, page.language)


def best(candidates: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Sort by score, keeping each address once; equal scores stay in page order."""
    kept: dict[str, Candidate] = {}
    for candidate in sorted(candidates, key=lambda candidate: -candidate.score):
        kept.setdefault(canonical_url(candidate.url), candidate)
    return tuple(kept.values())[:MAX_CANDIDATES]
