"""Extract the article from a page: trafilatura for the text, our own reading for everything beside it."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import trafilatura
from lxml.html import HtmlElement
from trafilatura.settings import Extractor as Options

from monitor.core.charset import decode_html
from monitor.core.htmltree import ParsedPage, parse_html, text_of
from monitor.core.jsonld import Node, article_node, first, read_nodes
from monitor.core.metadata import Metadata, read_metadata
from monitor.core.quality import PageFacts, challenge_mark, judge
from monitor.core.titles import same_title, vote_title
from monitor.core.urls import site_of
from monitor.interfaces import Extraction, ReadRequest

_PROGRAM = f"trafilatura/{trafilatura.__version__}"
_ASIDE = ("nav", "header", "footer", "aside", "form", "noscript", "template", "button", "dialog", "figcaption")
_WALL_LENGTH = 2000  # characters; no bot wall says more, and the search takes 5 ms on a large page
# Not used without trafilatura's metadata pass; its default would ask the clock.
_DATES: dict[str, Any] = {"original_date": True, "extensive_search": True, "max_date": "2100-01-01"}


@dataclass(frozen=True, slots=True)
class ExtractionPolicy:
    """When a text is poor, in characters: under `short`, and under `share` of what the page has in paragraphs.

    A paragraph counts from `paragraph` characters on. The second try is kept when it is `gain` times as long.
    """

    short: int = 1500
    share: float = 0.4
    paragraph: int = 60
    gain: float = 1.5


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    mode: str


DEFAULT = ExtractionPolicy()


def extract_article(request: ReadRequest, policy: ExtractionPolicy = DEFAULT) -> Extraction:
    """Extract the article in `request.body`. The same request gives the same extraction in any process and order.

    The text is trafilatura's plain text: one line a paragraph, list item or table row, separated by newlines, NFC,
    without comments; its first line is left out when it only repeats the headline. Options are pinned and named in
    `extractor`: `text=default`, or `text=recall` when the default found little on a page with much paragraph text;
    `tree=flat` when inline tags were taken out of a page nested too deeply. Headline, dates, byline, canonical URL and
    language come from `vote_title` and `read_metadata`; the hint `feed_title` has a voice in the vote. Never raises
    for bad bytes: a page without an element is EMPTY.
    """
    source = decode_html(request.body, request.content_type)
    page = parse_html(source)
    if page is None:
        quality, reason = judge("", None, PageFacts())
        return Extraction("", None, quality, f"{_PROGRAM} text=none", reason)
    return _extract(request, source, page, policy)


def _extract(request: ReadRequest, source: str, page: ParsedPage, policy: ExtractionPolicy) -> Extraction:
    article = article_node(read_nodes(page.root), request.url)
    found = _text(page.root, policy)
    data = read_metadata(page.root, article, request.url, found.text, now=request.now)
    headline = vote_title(
        page.root, article, hint=dict(request.hints).get("feed_title"), site_names=_site_names(request, article, data)
    )
    text = _without_headline(found.text, headline.text)
    challenge = challenge_mark(source) if len(text) < _WALL_LENGTH else None
    facts = PageFacts(_page_title(page.root), challenge, page.too_deep)
    quality, reason = judge(text, headline.text, facts)
    extractor = f"{_PROGRAM} text={found.mode}{' tree=flat' if page.flattened else ''}"
    return Extraction(
        text=text,
        title=headline.text,
        quality=quality,
        extractor=extractor,
        quality_reason=reason,
        title_source=headline.source,
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


def _text(root: HtmlElement, policy: ExtractionPolicy) -> _Text:
    text = _run(root, recall=False)
    if len(text) >= policy.short:
        return _Text(text, "default")
    if len(text) >= policy.share * _paragraph_length(root, policy.paragraph):
        return _Text(text, "default")
    again = _run(root, recall=True)
    return _Text(again, "recall") if len(again) > policy.gain * len(text) else _Text(text, "default")


def _run(root: HtmlElement, *, recall: bool) -> str:
    """Run trafilatura on a copy of the tree (it makes one itself)."""
    return trafilatura.extract(root, options=_options(recall)) or ""


@cache
def _options(recall: bool) -> Options:
    """Return the pinned options; trafilatura copies them before it changes any.

    No language filter: it takes F1 from .950 to .475. No deduplication: its cache is state between pages.
    """
    return Options(
        output_format="txt",
        recall=recall,
        comments=False,
        tables=True,
        formatting=False,
        links=False,
        images=False,
        dedup=False,
        lang=None,
        with_metadata=False,
        date_params=_DATES,
    )


def _paragraph_length(root: HtmlElement, shortest: int) -> int:
    """Count the characters in the paragraphs of a page that look like prose, outside of its frame."""
    texts = (text_of(p) for p in root.iter("p") if next(p.iterancestors(*_ASIDE), None) is None)
    return sum(len(text) for text in texts if len(text) >= shortest)


def _without_headline(text: str, title: str | None) -> str:
    opening, _, rest = text.partition("\n")
    return rest.lstrip("\n") if title and same_title(opening, title) else text


def _page_title(root: HtmlElement) -> str | None:
    return next((text_of(element) for element in root.iterfind("./head/title")), None)
