"""Find the text of an article in the tree of its page: trafilatura, with pinned options."""

from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

import trafilatura
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
# Not used without trafilatura's metadata pass; its default would ask the clock.
_DATES: dict[str, Any] = {"original_date": True, "extensive_search": True, "max_date": "2100-01-01"}


@dataclass(frozen=True, slots=True)
class TextPolicy:
    """When a text is poor, in characters: under `short`, and under `share` of what the page has in paragraphs.

    A paragraph counts from `paragraph` characters on. The second try is kept when it is `gain` times as long. With
    more than `blocks` blocks, trafilatura goes without its fallbacks: jusText compares every block with all others
    (2 s for 3,000 blocks, 10 s for 6,000, minutes for a table of 10,000 rows).
    """

    short: int = 1500
    share: float = 0.4
    paragraph: int = 60
    gain: float = 1.5
    blocks: int = 5_000


@dataclass(frozen=True, slots=True)
class ArticleText:
    """A text, and the way it was found: default, recall or fast."""

    text: str
    mode: str


def article_text(root: HtmlElement, policy: TextPolicy) -> ArticleText:
    """Return the text of the article in a tree, which stays as it is. The same tree gives the same text."""
    if _many_blocks(root, policy.blocks):
        return fast_text(root)
    text = _run(root, "default")
    if len(text) >= policy.short or len(text) >= policy.share * _paragraph_length(root, policy.paragraph):
        return ArticleText(text, "default")
    again = _run(root, "recall")
    return ArticleText(again, "recall") if len(again) > policy.gain * len(text) else ArticleText(text, "default")


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
    return Options(
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


def _many_blocks(root: HtmlElement, most: int) -> bool:
    return next(islice(root.iter(*_BLOCKS), most, None), None) is not None


def _paragraph_length(root: HtmlElement, shortest: int) -> int:
    """Count the characters in the paragraphs of a page that look like prose, outside of its frame."""
    texts = (text_of(p) for p in root.iter("p") if next(p.iterancestors(*_ASIDE), None) is None)
    return sum(len(text) for text in texts if len(text) >= shortest)
