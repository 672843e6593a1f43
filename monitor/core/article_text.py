"""Find the text of an article in the tree of its page: trafilatura, with pinned options."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, cast

import trafilatura
from lxml.etree import XPath
from lxml.html import HtmlElement
from trafilatura.settings import Extractor as Options

from monitor.core.htmltree import text_of

PROGRAM = f"trafilatura/{trafilatura.__version__}"

_ASIDE = ("nav", "header", "footer", "aside", "form", "noscript", "template", "button", "dialog", "figcaption")
# What jusText makes a paragraph of its own.
_BLOCKS = tuple(
    """p div li td th tr caption dd dt dl h1 h2 h3 h4 h5 h6 blockquote pre form fieldset legend table tbody thead tfoot
    ul ol option select textarea optgroup center body col colgroup br""".split()  # noqa: SIM905  forty quoted names read worse
)
_ELEMENTS = XPath("count(//*)")
_SHOWN = XPath(
    "//body//text()[not(ancestor::script or ancestor::style or ancestor::aside or ancestor::footer or ancestor::svg"
    " or ancestor::template)]",
    smart_strings=False,
)
# trafilatura tries again by itself where `focus` is "balanced", by lines of its own, which nothing can move; it asks
# for "recall" and "precision" beside. Any other word is the default without that second try; with it is `wide`.
_NO_SECOND_TRY = "steady"
_LEAST = 20  # characters that are an article to the mode `brief`
# Not used without trafilatura's metadata pass; its default would ask the clock.
_DATES: dict[str, Any] = {"original_date": True, "extensive_search": True, "max_date": "2100-01-01"}


@dataclass(frozen=True, slots=True)
class TextPolicy:
    """When a text is poor and another way is tried. Lengths are in characters.

    It covers too little of its page under `brief` and under `page_share` of all that the page says: trafilatura's own
    lines for a second try of its own. It is poor under `short` and under `share` of what stands in paragraphs, of
    `paragraph` characters or more; then the recall mode's text is kept when it is `gain` times as long.
    With more than `blocks` blocks, trafilatura goes without its fallbacks: jusText compares every block with all others
    (2 s for 3,000 blocks, 10 s for 6,000, minutes for a table of 10,000 rows).

    Of less than 250 characters trafilatura makes no article: it takes the whole page instead, on one line. Asked to put
    up with less (mode `brief`), which is tried for texts under `flash` of less than `dump` line ends, it keeps to the
    article; that text is taken from `whole` of the other on, or from `most` of what stands in paragraphs.

    What decided for one way before has to be beyond its line by `margin` before another way is taken: the frame of
    a page changes with every load, and a text that goes back and forth between two ways of reading looks like an edit.
    """

    short: int = 1500
    share: float = 0.4
    paragraph: int = 60
    gain: float = 1.5
    blocks: int = 5_000
    brief: int = 3_000
    page_share: float = 0.2
    margin: float = 0.25
    flash: int = 3_000
    dump: int = 3
    whole: float = 0.4
    most: float = 0.6


@dataclass(frozen=True, slots=True)
class ArticleText:
    """A text, and the way it was found: default, brief, wide, recall, fast, cheap or none."""

    text: str
    mode: str


def article_text(root: HtmlElement, policy: TextPolicy, before: str | None = None) -> ArticleText:
    """Return the text of the article in a tree, which stays as it is. The same arguments give the same text.

    `before` is the mode that found this document's text last time; it is kept while its text is not clearly poor.
    """
    lines = _firm(policy, before)
    if _many_blocks(root, lines.blocks):
        return fast_text(root)
    if before == "recall":
        kept = _run(root, "recall")
        if not _poor(kept, root, lines):
            return ArticleText(kept, "recall")
    found = _covering(root, lines)
    if not _poor(found.text, root, lines):
        return found
    again = _run(root, "recall")
    return ArticleText(again, "recall") if len(again) > lines.gain * len(found.text) else found


def _firm(policy: TextPolicy, before: str | None) -> TextPolicy:
    """Return the policy with its lines moved away from where the document stood before."""
    less, more = 1 - policy.margin, 1 + policy.margin
    blocks = int(policy.blocks * (less if before == "fast" else more)) if before else policy.blocks
    firm = replace(policy, blocks=blocks)
    if before in ("default", "wide", "recall"):  # not so easily in need of another try
        firm = replace(firm, short=int(policy.short * less), share=policy.share * less, gain=policy.gain * more)
    if before == "brief":
        firm = replace(firm, whole=policy.whole * less, most=policy.most * less)
    if before == "default":
        firm = replace(firm, whole=policy.whole * more, most=policy.most * more)
        firm = replace(firm, brief=int(policy.brief * less), page_share=policy.page_share * less)
    return firm


def _covering(root: HtmlElement, lines: TextPolicy) -> ArticleText:
    """Return the default's text, or what trafilatura's second try finds where it covers too little of the page."""
    text = _run(root, "default")
    if _is_dump(text, lines) and (short := _run(root, "brief")) != text and _will_do(short, text, root, lines):
        return ArticleText(short, "brief")
    if not 0 < len(text) < lines.brief or len(text) >= lines.page_share * _page_length(root):
        return ArticleText(text, "default")
    wide = _run(root, "wide")
    return ArticleText(text, "default") if wide == text else ArticleText(wide, "wide")


def _is_dump(text: str, lines: TextPolicy) -> bool:
    """Say whether a text may be all that its page says, on few lines."""
    return 0 < len(text) < lines.flash and text.count("\n") < lines.dump


def _will_do(short: str, text: str, root: HtmlElement, lines: TextPolicy) -> bool:
    """Say whether the shorter text is the article: a good part of the page, or most of what stands in paragraphs."""
    if len(short) >= lines.whole * len(text):
        return True
    return len(short) >= lines.most * _paragraph_length(root, lines.paragraph) > 0


def _page_length(root: HtmlElement) -> int:
    """Count the characters a page shows outside of asides and footers: near trafilatura's measure, at a tenth of it."""
    return sum(len(text.strip()) for text in cast(list[str], _SHOWN(root)))


def _poor(text: str, root: HtmlElement, lines: TextPolicy) -> bool:
    return len(text) < lines.short and len(text) < lines.share * _paragraph_length(root, lines.paragraph)


def fast_text(root: HtmlElement) -> ArticleText:
    """Return the text trafilatura finds without its fallbacks, in time that grows with the size of the tree."""
    return ArticleText(_run(root, "fast"), "fast")


def _run(root: HtmlElement, mode: str) -> str:
    """Run trafilatura on a copy of the tree (it makes one itself)."""
    return trafilatura.extract(root, options=_options(mode)) or ""


@cache
def _options(mode: str) -> Options:
    """Return the pinned options; trafilatura copies them before it changes any.

    No language filter: it takes F1 from .950 to .475. No deduplication: its cache is state between pages.
    """
    options = Options(
        output_format="txt",
        fast=mode == "fast",
        recall=mode == "recall",
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
    if mode in ("default", "brief"):
        options.focus = _NO_SECOND_TRY
    if mode == "brief":
        options.min_extracted_size = _LEAST
    return options


def _many_blocks(root: HtmlElement, most: int) -> bool:
    if cast(float, _ELEMENTS(root)) <= most:
        return False
    return next(islice(root.iter(*_BLOCKS), most, None), None) is not None


def _paragraph_length(root: HtmlElement, shortest: int) -> int:
    """Count the characters in the paragraphs of a page that look like prose, outside of its frame."""
    texts = (text_of(p) for p in root.iter("p") if next(p.iterancestors(*_ASIDE), None) is None)
    return sum(len(text) for text in texts if len(text) >= shortest)
