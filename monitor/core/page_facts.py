"""Collect what a page shows beside its text that tells whether the text is the whole article."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import cast

from lxml.html import HtmlElement

from monitor.core.htmltree import Metas, squeeze, text_of
from monitor.core.jsonld import Node, is_article, strings
from monitor.core.page_faults import PageFacts
from monitor.core.quality import challenge_mark
from monitor.core.teasers import paywall_sentence
from monitor.core.text_size import size

_WALL_LENGTH = 2_000  # characters of text; no bot wall says more, and the search takes 5 ms on a large page
_TEASER_LENGTH = 2_500  # characters; longer texts are not asked whether a box beside them sells the rest
_BOX_LENGTH = 800  # characters of such a box
_MOST_BOXES, _MOST_TEXTS, _LEVELS = 40, 200, 40  # looked at; a page made to stall has thousands in each other
_SELECTOR = re.compile(r"([.#])(-?[_a-zA-Z][\w-]*)\s*$")
_BOXES = ("div", "section", "aside", "p", "form")
_BOX_CLASS = re.compile(r"wall|subscri|premium|abonn|suscri|locked|teaser")
_OVERLAY = re.compile(r"overlay|modal|popup|pop-up|dialog|lightbox|sticky|snackbar|toast|meter", re.IGNORECASE)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NO = ("false", "no", "0", "http://schema.org/false", "https://schema.org/false")

# Elements whose end may be left out (HTML, optional tags), or that have none.
_LAST_TAG = re.compile(r"</?([a-zA-Z][^\s/<>]*)[^<>]*>\s*$")
_RAW = re.compile(r"<(/?)(script|style|textarea|title)\b", re.IGNORECASE)
_PARTS = ("div", "article", "main", "section", "table", "ul", "a", "span")
_INLINE_ENDS = frozenset("a abbr b cite code em font i mark q s small span strong sub sup u".split())  # noqa: SIM905
_VOID = frozenset("area br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
_END_LENGTH = 50_000  # characters from the end in which the end of the page is looked for


def page_facts(
    root: HtmlElement,
    source: str,
    text: str,
    *,
    nodes: Sequence[Node],
    metas: Metas,
    page_title: str | None,
    too_deep: bool = False,
) -> PageFacts:
    """Collect for `judge` what a page shows beside its `text`: `source` is it decoded, `nodes` its JSON-LD objects.

    About 0.1 ms for a text of ordinary length; 0.5 ms more for a short one, which is looked at more closely.
    """
    short = len(text) < _WALL_LENGTH
    selling, overlaid = _selling(root) if len(text) < _TEASER_LENGTH else (None, False)
    return PageFacts(
        page_title=page_title,
        challenge=challenge_mark(source) if short else None,
        too_deep=too_deep,
        broken=broken_off(source),
        article=_is_dated_article(metas, nodes),
        free=_free(nodes),
        paid_words=_paid_words(root, nodes, text),
        stated_words=_stated_words(nodes),
        selling=selling,
        overlaid=overlaid,
        password=short and _has_password(root),
    )


def broken_off(source: str) -> str | None:
    """Say in words how a page's source breaks off, or return None when it ends as pages do.

    Honest pages leave out `</body>` and `</html>`; those end in a tag that closes a block or has no end. A page
    broken off ends inside a tag, in a script that is not closed, or in the text of an element that has to be.
    """
    end = source[-_END_LENGTH:].rstrip("\x00 \t\r\n")
    lowered = end.lower()
    if ended(source) or not _is_document(source):
        return None
    if lowered.rfind("<!--") > lowered.rfind("-->"):
        return "the page breaks off in a comment"
    raw = _raw_open(lowered)
    if raw:
        return f"the page breaks off in <{raw}>"
    if lowered.rfind("<") > lowered.rfind(">"):
        return "the page breaks off inside a tag"
    return _broken_text(source, end)


def ended(source: str) -> bool:
    """Say whether a page has the end tag of its body."""
    lowered = source[-_END_LENGTH:].lower()
    return "</html" in lowered or "</body" in lowered


def _is_document(source: str) -> bool:
    head = source[:20_000].lower()
    return "<body" in head or "<html" in head or "<!doctype" in head


def _raw_open(lowered: str) -> str | None:
    """Return the element at the end whose content is no markup, when it is not closed."""
    tags = [(found[1], found[2]) for found in _RAW.finditer(lowered)]
    return tags[-1][1] if tags and not tags[-1][0] else None


def _broken_text(source: str, end: str) -> str | None:
    tag = _LAST_TAG.search(end)
    if tag is not None and tag[1].lower() not in _INLINE_ENDS:
        opening = not tag[0].startswith("</") and tag[1].lower() not in _VOID and not tag[0].rstrip().endswith("/>")
        return f"the page breaks off after <{tag[1].lower()}>" if opening and tag[1].lower() in _PARTS else None
    lowered = source.lower()
    parts = (part for part in _PARTS if len(re.findall(rf"<{part}[\s>]", lowered)) > lowered.count(f"</{part}>"))
    left_open = next(parts, None)
    return f"the page breaks off in the text, with <{left_open}> open" if left_open else None


def _is_dated_article(metas: Metas, nodes: Sequence[Node]) -> bool:
    """Say whether the page says of itself that it is an article, with a date: walls and error pages do not."""
    if any(is_article(node) and strings(node.get("datePublished")) for node in nodes):
        return True
    return metas.first("article:published_time", "datepublished") is not None


def _free(nodes: Sequence[Node]) -> bool | None:
    """Return what the page says of free access (schema.org isAccessibleForFree), None for nothing; a no is stronger."""
    said = [_is_free(node["isAccessibleForFree"]) for node in nodes if "isAccessibleForFree" in node]
    return all(said) if said else None


def _is_free(value: object) -> bool:
    return value is not False and str(value).strip().lower() not in _NO


def _paid_words(root: HtmlElement, nodes: Sequence[Node], text: str) -> int | None:
    """Count the words of `text` that stand in what JSON-LD calls the paid part; None when it names none."""
    names = [name for node in nodes if not _is_free(node.get("isAccessibleForFree")) for name in _selectors(node)]
    if not names:
        return None
    found = (element for sign, name in names[:_MOST_BOXES] for element in _selected(root, sign, name)[:_MOST_BOXES])
    shown = dict.fromkeys(islice((line for element in found for line in _paragraphs(element)), _MOST_TEXTS))
    return sum(size(line) for line in shown if line in text and paywall_sentence(line) is None)


def _selectors(node: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for selector in strings(node.get("cssSelector")):
        for part in selector.split(","):
            if named := _SELECTOR.search(part):
                yield named[1], named[2]


def _selected(root: HtmlElement, sign: str, name: str) -> list[HtmlElement]:
    wanted = "contains(concat(' ', normalize-space(@class), ' '), $name)" if sign == "." else "@id=$name"
    return cast(list[HtmlElement], root.xpath(f"//*[{wanted}]", name=f" {name} " if sign == "." else name))


def _paragraphs(element: HtmlElement) -> Iterator[str]:
    inner = list(islice(element.iter("p", "li", "blockquote", "h2", "h3"), _MOST_TEXTS))
    return map(text_of, inner or [element])


def _stated_words(nodes: Sequence[Node]) -> int | None:
    said = (str(node.get("wordCount")) for node in nodes if is_article(node) and node.get("wordCount"))
    return next((int(count) for count in said if count.isdecimal() and len(count) < 7), None)


def _selling(root: HtmlElement) -> tuple[str | None, bool]:
    """Return what a visible box of the page says that sells the rest, and whether only an overlay does."""
    overlaid = None
    for box in islice(filter(_may_sell, root.iter(*_BOXES)), _MOST_BOXES):
        said = None if _is_hidden(box) else _sold(box)
        if said and not _is_overlay(box):
            return said, False
        overlaid = overlaid or said
    return overlaid, overlaid is not None


def _may_sell(element: HtmlElement) -> bool:
    """Say whether class or id promise a box that sells; asked of each in turn, for XPath asks one class eight times."""
    return _BOX_CLASS.search(element.get("class") or "") is not None or "wall" in (element.get("id") or "")


def _has_password(root: HtmlElement) -> bool:
    return any(field.get("type") == "password" for field in root.iter("input"))


def _sold(box: HtmlElement) -> str | None:
    shown = squeeze("".join(islice(box.itertext(), _MOST_TEXTS)))
    return paywall_sentence(shown) if len(shown) <= _BOX_LENGTH else None


def _is_hidden(element: HtmlElement) -> bool:
    return any(
        one.get("hidden") is not None or one.get("aria-hidden") == "true" or _HIDDEN.search(one.get("style") or "")
        for one in _around(element)
    )


def _is_overlay(element: HtmlElement) -> bool:
    return any(
        one.tag == "dialog"
        or _OVERLAY.search(f"{one.get('class') or ''} {one.get('id') or ''} {one.get('role') or ''}")
        for one in _around(element)
    )


def _around(element: HtmlElement) -> Iterator[HtmlElement]:
    return islice(chain((element,), element.iterancestors()), _LEVELS)
