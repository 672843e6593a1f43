"""Extract the article from a page: trafilatura for the text, our own reading for everything beside it."""

from dataclasses import dataclass, field, replace

from lxml.html import HtmlElement

from monitor.core.article_text import PROGRAM, ArticleText, TextPolicy, article_text, fast_text
from monitor.core.asides import page_asides
from monitor.core.charset import decode_html
from monitor.core.extractors import extractor_name
from monitor.core.htmltree import Metas, ParsedPage, parse_html, read_metas, text_of
from monitor.core.jsonld import Node, article_node, first, read_nodes
from monitor.core.layout_tables import open_layout_tables
from monitor.core.metadata import Metadata, read_metadata
from monitor.core.page_bounds import MOST_TAGS, bare_page, stream_safe
from monitor.core.page_facts import ended, page_facts
from monitor.core.page_faults import PageFacts
from monitor.core.quality import judge, no_page
from monitor.core.title_names import same_title
from monitor.core.titles import Headline, vote_title
from monitor.core.urls import site_of
from monitor.interfaces import Extraction, ReadRequest
from monitor.model import Quality


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
    `extractor`: `text=default`; `text=wide` where that covers too little of the page, and trafilatura's second try
    found more; `text=recall` when the default found little on a page with much paragraph text; `text=fast` when the
    page has so many blocks that the default would take minutes; `tree=flat` when inline tags were taken out of a page
    nested too deeply. The hint `mode` (what `mode_of` says of the reading before) is kept as long as its text is not
    clearly poor: see `TextPolicy.margin`.
    Headline, dates, byline, section, canonical URL and language come from `vote_title` and `read_metadata`; the hint
    `feed_title` has a voice in the vote, `outlet` and every `title_rest` are taken off headlines. `asides` are those
    lines of the text that `page_asides` calls no part of the article; they stay in it. Never raises for bad
    bytes: a page without an element is EMPTY, as are a PDF, a picture and other bytes that are no text.

    With `request.cheap`, and for a page of more than 200,000 tags, `text=cheap`: the start of the page without its
    attributes, `text=fast`, the headline of `<h1>`, `<title>` and feed, and no metadata. Such a text would fake an
    edit beside one read in full, so it is FAILED with the text in it where it would be COMPLETE.
    """
    source = decode_html(request.body, request.content_type)
    if what := no_page(request.body, source):
        return Extraction("", None, Quality.EMPTY, extractor_name(PROGRAM, "none"), f"the answer is {what}, not a page")
    if request.cheap:
        return _extract_cheaply(request, source, "read in the cheaper mode, which is not compared", policy)
    if source.count("<") > MOST_TAGS:
        return _extract_cheaply(request, source, f"more than {MOST_TAGS} tags; only the start was read", policy)
    page = parse_html(source)
    return _extract(request, source, page, policy) if page else _nothing()


def _nothing() -> Extraction:
    quality, reason = judge("", None, PageFacts())
    return Extraction("", None, quality, extractor_name(PROGRAM, "none"), reason)


def _extract(request: ReadRequest, source: str, page: ParsedPage, policy: ExtractionPolicy) -> Extraction:
    open_layout_tables(page.root)
    known, said = _Hints.of(request), _Said(read_nodes(page.root), read_metas(page.root))
    article = article_node(said.nodes, request.url)
    found = _text(page, policy, known.mode)
    data = read_metadata(
        page.root, article, request.url, found.text, nodes=said.nodes, metas=said.metas, now=request.now
    )
    headline = vote_title(
        page.root,
        article,
        hint=known.feed_title,
        site_names=_site_names(request.url, known.outlet, article, data),
        title_rests=known.title_rests,
        section=data.section,
        metas=said.metas,
    )
    judged = replace(_judged(found, headline, source, page, said, policy), ended=ended(source))
    return _with_data(judged, data, page.root)


def _with_data(extracted: Extraction, data: Metadata, root: HtmlElement) -> Extraction:
    byline, published, section = data.byline.names, data.published.raw, data.section
    return replace(
        extracted,
        asides=page_asides(root, extracted.text, byline=byline, published_raw=published, section=section),
        language=data.language,
        byline=byline,
        byline_source=data.byline.source,
        published_at=data.published.at,
        published_raw=published,
        published_source=data.published.source,
        published_zone=data.published.zone,
        modified_at=data.modified.at,
        modified_raw=data.modified.raw,
        modified_source=data.modified.source,
        modified_zone=data.modified.zone,
        section=section,
        canonical_url=data.canonical_url,
        site_name=data.site_name,
    )


@dataclass(frozen=True, slots=True)
class _Said:
    """What a page says of itself in markup for machines: its JSON-LD objects and its metas."""

    nodes: tuple[Node, ...] = ()
    metas: Metas = field(default_factory=Metas)


@dataclass(frozen=True, slots=True)
class _Hints:
    """What is known beforehand of an article, out of a request's hints."""

    feed_title: str | None = None
    outlet: str | None = None
    mode: str | None = None
    title_rests: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: ReadRequest) -> "_Hints":
        known = dict(request.hints)
        rests = tuple(value for name, value in request.hints if name == "title_rest")
        return cls(known.get("feed_title"), known.get("outlet"), known.get("mode"), rests)


def _site_names(url: str, outlet: str | None, article: Node, data: Metadata) -> tuple[str, ...]:
    """Return the names the outlet may sign titles with: its own, the hint `outlet`, its domain, the domain's label."""
    site = site_of(url)
    said = (data.site_name, first(article.get("publisher")), outlet)
    return (*(name for name in said if name), site, site.split(".", maxsplit=1)[0])


def _extract_cheaply(request: ReadRequest, source: str, why: str, policy: ExtractionPolicy) -> Extraction:
    page = parse_html(bare_page(source, policy.cheap_tags, policy.cheap_length))
    if page is None:
        return _nothing()
    text = ArticleText("" if page.too_deep else fast_text(page.root).text, "cheap")
    headline = vote_title(page.root, {}, hint=_Hints.of(request).feed_title)
    found = _judged(text, headline, source, page, _Said(), policy)
    doubted = found.quality in (Quality.COMPLETE, Quality.EMPTY)  # where little was read, little found says nothing
    return replace(found, quality=Quality.FAILED, quality_reason=why) if doubted else found


def _text(page: ParsedPage, policy: ExtractionPolicy, before: str | None) -> ArticleText:
    """Return the article's text; of a tree that is not whole none, since it takes up to a minute and says nothing."""
    return ArticleText("", "none") if page.too_deep else article_text(page.root, policy, before)


def _judged(
    found: ArticleText, headline: Headline, source: str, page: ParsedPage, said: "_Said", policy: ExtractionPolicy
) -> Extraction:
    """Return what was found as an extraction with its quality, without the page's metadata."""
    whole = stream_safe(_without_headline(found.text, headline.text))
    text = whole[: policy.longest]
    facts = page_facts(
        page.root,
        source,
        text,
        nodes=said.nodes,
        metas=said.metas,
        page_title=_page_title(page.root),
        too_deep=page.too_deep,
    )
    quality, reason = judge(text, headline.text, facts)
    if len(whole) > policy.longest and quality is Quality.COMPLETE:
        quality, reason = Quality.FAILED, f"a text of {len(whole)} characters is no article"
    extractor = extractor_name(PROGRAM, found.mode, flattened=page.flattened)
    return Extraction(text, headline.text, quality, extractor, reason, headline.source, title_rest=headline.rest)


def _without_headline(text: str, title: str | None) -> str:
    opening, _, rest = text.partition("\n")
    return rest.lstrip("\n") if title and same_title(opening, title) else text


def _page_title(root: HtmlElement) -> str | None:
    return next((text_of(element) for element in root.iterfind("./head/title")), None)
