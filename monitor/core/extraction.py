"""Extract the article from a page: trafilatura for the text, our own reading for everything beside it."""

from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from monitor.core.article_text import PROGRAM, ArticleText, TextPolicy, article_text, fast_text
from monitor.core.charset import decode_html
from monitor.core.htmltree import ParsedPage, parse_html, text_of
from monitor.core.jsonld import Node, article_node, first, read_nodes
from monitor.core.metadata import Metadata, read_metadata
from monitor.core.page_bounds import MOST_TAGS, bare_page, stream_safe
from monitor.core.quality import PageFacts, challenge_mark, judge, no_page
from monitor.core.titles import Headline, same_title, vote_title
from monitor.core.urls import site_of
from monitor.interfaces import Extraction, ReadRequest
from monitor.model import Quality

_WALL_LENGTH = 2000  # characters; no bot wall says more, and the search takes 5 ms on a large page


@dataclass(frozen=True, slots=True)
class ExtractionPolicy(TextPolicy):
    """How an article is read; see `TextPolicy` for its text.

    A text of more than `longest` characters is no article (a novel has half a million), and comparing it would cost
    the archive seconds. The cheaper mode looks at `cheap_length` characters and `cheap_tags` tags of the source.
    """

    longest: int = 2_000_000
    cheap_length: int = 3_000_000
    cheap_tags: int = 30_000


DEFAULT = ExtractionPolicy()


def extract_article(request: ReadRequest, policy: ExtractionPolicy = DEFAULT) -> Extraction:
    """Extract the article in `request.body`. The same request gives the same extraction in any process and order.

    The text is trafilatura's plain text: one line a paragraph, list item or table row, separated by newlines, NFC,
    without comments; its first line is left out when it only repeats the headline. Options are pinned and named in
    `extractor`: `text=default`, `text=recall` when the default found little on a page with much paragraph text,
    `text=fast` when the page has so many blocks that the default would take minutes; `tree=flat` when inline tags
    were taken out of a page nested too deeply. Headline, dates, byline, canonical URL and language come from
    `vote_title` and `read_metadata`; the hint `feed_title` has a voice in the vote. Never raises for bad bytes: a
    page without an element is EMPTY, as are a PDF, a picture and other bytes that are no text.

    With `request.cheap`, and for a page of more than 200,000 tags, `text=cheap`: the start of the page without its
    attributes, `text=fast`, the headline of `<h1>`, `<title>` and feed, and no metadata. Such a text would fake an
    edit beside one read in full, so it is FAILED with the text in it where it would be COMPLETE.
    """
    source = decode_html(request.body, request.content_type)
    if what := no_page(request.body, source):
        return Extraction("", None, Quality.EMPTY, f"{PROGRAM} text=none", f"the answer is {what}, not a page")
    if request.cheap:
        return _extract_cheaply(request, source, "read in the cheaper mode, which is not compared", policy)
    if source.count("<") > MOST_TAGS:
        return _extract_cheaply(request, source, f"more than {MOST_TAGS} tags; only the start was read", policy)
    page = parse_html(source)
    return _extract(request, source, page, policy) if page else _nothing()


def _nothing() -> Extraction:
    quality, reason = judge("", None, PageFacts())
    return Extraction("", None, quality, f"{PROGRAM} text=none", reason)


def _extract(request: ReadRequest, source: str, page: ParsedPage, policy: ExtractionPolicy) -> Extraction:
    article = article_node(read_nodes(page.root), request.url)
    found = _text(page, policy)
    data = read_metadata(page.root, article, request.url, found.text, now=request.now)
    headline = vote_title(
        page.root, article, hint=dict(request.hints).get("feed_title"), site_names=_site_names(request, article, data)
    )
    extracted = _judged(found, headline, source, page, policy)
    return replace(
        extracted,
        language=data.language,
        byline=data.byline,
        published_at=data.published_at,
        published_raw=data.published_raw,
        published_source=data.published_source,
        modified_at=data.modified_at,
        canonical_url=data.canonical_url,
        site_name=data.site_name,
    )


def _site_names(request: ReadRequest, article: Node, data: Metadata) -> tuple[str, ...]:
    """Return the names the outlet may sign titles with: its own, the hint `outlet`, its domain, the domain's label."""
    site = site_of(request.url)
    said = (data.site_name, first(article.get("publisher")), dict(request.hints).get("outlet"))
    return (*(name for name in said if name), site, site.split(".", maxsplit=1)[0])


def _extract_cheaply(request: ReadRequest, source: str, why: str, policy: ExtractionPolicy) -> Extraction:
    page = parse_html(bare_page(source, policy.cheap_tags, policy.cheap_length))
    if page is None:
        return _nothing()
    text = ArticleText("" if page.too_deep else fast_text(page.root).text, "cheap")
    headline = vote_title(page.root, {}, hint=dict(request.hints).get("feed_title"))
    found = _judged(text, headline, source, page, policy)
    doubted = found.quality is Quality.COMPLETE
    return replace(found, quality=Quality.FAILED, quality_reason=why) if doubted else found


def _text(page: ParsedPage, policy: ExtractionPolicy) -> ArticleText:
    """Return the article's text; of a tree that is not whole none, since it takes up to a minute and says nothing."""
    return ArticleText("", "none") if page.too_deep else article_text(page.root, policy)


def _judged(
    found: ArticleText, headline: Headline, source: str, page: ParsedPage, policy: ExtractionPolicy
) -> Extraction:
    """Return what was found as an extraction with its quality, without the page's metadata."""
    whole = stream_safe(_without_headline(found.text, headline.text))
    text = whole[: policy.longest]
    challenge = challenge_mark(source) if len(text) < _WALL_LENGTH else None
    quality, reason = judge(text, headline.text, PageFacts(_page_title(page.root), challenge, page.too_deep))
    if len(whole) > policy.longest and quality is Quality.COMPLETE:
        quality, reason = Quality.FAILED, f"a text of {len(whole)} characters is no article"
    extractor = f"{PROGRAM} text={found.mode}{' tree=flat' if page.flattened else ''}"
    return Extraction(text, headline.text, quality, extractor, reason, headline.source)


def _without_headline(text: str, title: str | None) -> str:
    opening, _, rest = text.partition("\n")
    return rest.lstrip("\n") if title and same_title(opening, title) else text


def _page_title(root: HtmlElement) -> str | None:
    return next((text_of(element) for element in root.iterfind("./head/title")), None)
