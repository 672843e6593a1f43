"""Find where the lines of an extracted text stand in the tree of its page."""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from itertools import islice
from typing import Any, cast

from lxml.etree import XPath, iterwalk
from lxml.html import HtmlElement

from monitor.core.htmltree import squeeze

_TEXTS = XPath("//text()[normalize-space()]")
_BULLET = re.compile(r"^(?:[-–—•*·]\s+)+")
_INLINE = frozenset(
    """a abbr b bdi bdo big cite code em font i ins kbd label mark nobr q s small span strong sub sup time tt u var
    wbr""".split()  # noqa: SIM905  thirty quoted names read worse
)
_UNSEEN = frozenset({"script", "style", "title", "template", "noscript", "option", "textarea"})
_HEADLINE = 200  # characters without spaces
_START = 40  # characters of a text that are compared with the starts of lines
_LONGEST = 4_000  # characters of a line that is looked for; longer ones are prose wherever they stand
_MOST_TEXTS = 5_000  # looked at closely; a page made to stall could have a hundred thousand alike
_MOST_PLACES = 20  # of one line; "Share" may stand under every comment
_MOST_PARTS = 400  # texts of one line
_MOST_IN_ROW = 80  # links in one row
_LONGEST_KNOWN = 24  # characters of a word that is remembered
_DEEPEST = 20  # levels above a text at which its link is looked for


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands on its own: the innermost element around it, and what of it is in no link.

    `unlinked` is None when no word of the line is linked to another page, or the line is too long for a headline.
    """

    element: HtmlElement
    unlinked: str | None


def plain_line(line: str) -> str:
    """Return a line without the bullet that extraction puts before list items, on one line."""
    return _BULLET.sub("", squeeze(line))


def find_places(root: HtmlElement, lines: Sequence[str]) -> dict[str, tuple[Place, ...]]:
    """Return for each line (as `plain_line` gives it) the places where it makes up a whole block or run of its own.

    A word inside of a paragraph is no place of the line that is that word. One pass over the texts of the tree, of
    which at most 5,000 are looked at closely.
    """
    wanted = {bare: line for line in lines if len(bare := _bare(line)) <= _LONGEST}
    found: dict[str, list[Place]] = {line: [] for line in lines}
    for node in islice(_beginnings(root, wanted), _MOST_TEXTS):
        for bare, place in _places(node):
            if bare in wanted:
                if len(found[wanted[bare]]) < _MOST_PLACES:
                    found[wanted[bare]].append(place())
                break
    return {line: tuple(dict.fromkeys(places)) for line, places in found.items()}


def _beginnings(root: HtmlElement, wanted: Mapping[str, str]) -> Iterator[Any]:
    """Yield the texts of a tree that one of the lines may begin with."""
    openings, ordered = {_opening(next(iter(line.split(None, 1)), "")) for line in wanted.values()}, sorted(wanted)
    for node in cast(Iterable[Any], _TEXTS(root)):
        words = node.split(None, 1)  # not by a function: there are a thousand texts on a page
        first = words[0] if words else ""
        if (first if first.isascii() else _opening(first)) in openings:
            start = _bare(node[:_START])
            at = bisect_left(ordered, start)
            if at < len(ordered) and ordered[at].startswith(start):
                yield node


def _opening(word: str) -> str:
    return _known(word) if len(word) <= _LONGEST_KNOWN else _bare(word)


def _bare(text: str) -> str:
    """Return text without white space and invisible marks: extraction spaces inline elements in its own way."""
    plain = "".join(text.split())
    return plain if plain.isascii() else unicodedata.normalize("NFC", squeeze(plain))


_known = lru_cache(maxsize=4_096)(_bare)  # every menu entry of an outlet begins with the same words as yesterday


def _places(node: Any) -> Iterator[tuple[str, Callable[[], Place]]]:
    """Yield what shows where a text node begins a block, a run between breaks or a link in a row, with its place."""
    parent = node.getparent()
    if parent is None or parent.tag in _UNSEEN:
        return
    if node.is_tail:
        container = parent.getparent()
        if container is not None:
            yield from _run_from(container, parent)
        return
    inner, element = None, parent
    while element.tag in _INLINE and _opens(element):
        inner, element = element, element.getparent()
    if element.tag not in _INLINE:
        yield from _block(element, inner)
    else:
        inner = element
        yield from _run_from(element.getparent(), element.getprevious())
    if inner is not None and _in_row(inner):
        yield _shown(inner), partial(Place, inner, "")


def _block(element: HtmlElement, inner: HtmlElement | None) -> Iterator[tuple[str, Callable[[], Place]]]:
    """Yield what shows of a block that begins with a text or with an inline element: all of it, and its first run."""
    if element.tag != "body":
        shown = _shown(element)
        yield shown, partial(_whole, element, len(shown))
    yield from _run_from(element, None if inner is None else inner.getprevious())


def _opens(element: HtmlElement) -> bool:
    """Say whether nothing is shown before an inline element in its parent; a picture may be."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None or (parent.text or "").strip():
        return False
    if before is None:
        return True
    shows = _has_child(before) or before.text or before.tag not in _INLINE or (before.tail or "").strip()
    return not shows and before.getprevious() is None


def _has_child(element: HtmlElement) -> bool:
    return next(iter(element), None) is not None


def _shown(element: HtmlElement) -> str:
    """Return what an element shows, without white space; a little more than the longest line at the most."""
    parts, length = [], 0
    for text in islice(element.itertext(), _MOST_PARTS):
        parts.append("".join(text.split()))
        length += len(parts[-1])
        if length > _LONGEST:
            break
    return _bare("".join(parts))


def _whole(element: HtmlElement, length: int) -> Place:
    return Place(element, _unlinked(element) if length <= _HEADLINE else None)


def _in_row(element: HtmlElement) -> bool:
    """Say whether an inline element is one of a row of links with nothing but signs between them."""
    parent = element.getparent()
    if parent is None or next(islice(parent, _MOST_IN_ROW, None), None) is not None:  # its len() counts them all
        return False
    rest = _unlinked(parent)
    return rest is not None and not any(sign.isalnum() for sign in rest)


def _run_from(container: HtmlElement, previous: HtmlElement | None) -> Iterator[tuple[str, Callable[[], Place]]]:
    """Yield the run of inline content after `previous`, from one break to the next, with its place."""
    if previous is not None and previous.tag in _INLINE and (_has_child(previous) or previous.text):
        return
    texts = list(islice(_inline(container, previous), _MOST_PARTS))
    unlinked = squeeze("".join(text for text, linked in texts if not linked))
    place = Place(container, unlinked if any(linked for _, linked in texts) else None)
    yield _bare("".join(text for text, _ in texts)), lambda: place


def _inline(container: HtmlElement, previous: HtmlElement | None) -> Iterator[tuple[str, bool]]:
    """Yield the texts after a child up to the next break or block, each with whether it is linked."""
    inside = _in_link(container)
    yield (container.text if previous is None else previous.tail) or "", inside
    child = next(iter(container), None) if previous is None else previous.getnext()
    while child is not None and child.tag in _INLINE:
        yield from ((text, linked or inside) for text, linked in _linked_texts(child))
        yield child.tail or "", inside
        child = child.getnext()


def _unlinked(element: HtmlElement) -> str | None:
    """Return the text of an element that is in no link, or None when none of it is linked to another page."""
    if _in_link(element):
        return ""
    texts = list(islice(_linked_texts(element), _MOST_PARTS))
    if not any(linked and text.strip() for text, linked in texts):
        return None
    return squeeze("".join(text for text, linked in texts if not linked))


def _linked_texts(element: HtmlElement) -> Iterator[tuple[str, bool]]:
    """Yield the texts of an element in their order, each with whether it is in a link within it."""
    links = 0
    for event, node in iterwalk(element, events=("start", "end")):
        if event == "start":
            links += _is_link(node)
            yield node.text or "", links > 0
        else:
            links -= _is_link(node)
            yield (node.tail or "") if node is not element else "", links > 0


def _in_link(element: HtmlElement) -> bool:
    return _is_link(element) or any(_is_link(one) for one in islice(element.iterancestors(), _DEEPEST))


def _is_link(element: HtmlElement) -> bool:
    """Say whether an element links to another page; a link into the page itself is an entry's own."""
    return element.tag == "a" and not (element.get("href") or "#").startswith("#")
