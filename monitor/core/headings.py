"""Read the h1 elements of a page: what each shows, and what it says without a kicker set inside it."""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml.etree import iterwalk
from lxml.html import HtmlElement

from monitor.core.htmltree import squeeze

_MOST = 5  # layouts use h1 for logos and teasers too
_MOST_PARTS = 4  # children of a heading that may be its kicker
_BREAKS = frozenset(("br", "div", "p", "li", "ul", "h2", "h3", "h4", "h5", "h6", "hr", "section", "header", "figure"))
_BOXES = frozenset(("span", "small", "a", "label"))  # side by side without white space, layouts set them apart
_UNSEEN = frozenset(("script", "style", "template", "svg", "noscript"))
_ARTICLE = ("article", "main")


@dataclass(frozen=True, slots=True)
class Heading:
    """What an h1 shows. `variants` is that without one of its child elements, and each of them alone.

    `inside`: it stands in an `article` or `main` element.
    """

    text: str
    inside: bool = False
    variants: tuple[str, ...] = ()


def read_headings(root: HtmlElement) -> tuple[Heading, ...]:
    """Return the h1 elements that show something, of the first five."""
    found: list[Heading] = []
    for element in root.iter("h1"):
        if text := _shown(element):
            inside = next(element.iterancestors(*_ARTICLE), None) is not None
            found.append(Heading(text, inside, tuple(dict.fromkeys(_variants(element, text)))))
        if len(found) == _MOST:
            break
    return tuple(found)


def _variants(element: HtmlElement, text: str) -> Iterator[str]:
    """Yield what a heading says beside a kicker: `<h1><span>Live</span> Talks end</h1>` says `Talks end`."""
    for child in list(element)[:_MOST_PARTS]:
        part = _shown(child)
        if not part or part == text:
            continue
        if text.startswith(part):
            yield text[len(part) :].strip()
        if text.endswith(part):
            yield text[: -len(part)].strip()
        yield part


def _shown(element: HtmlElement) -> str:
    """Return what an element shows on one line, with a space wherever a reader sees one.

    `<br>` and blocks break lines, and so do neighbouring spans without a letter between them.
    """
    parts: list[str] = []
    unseen = 0
    for event, node in iterwalk(element, events=("start", "end")):
        hides = node.tag in _UNSEEN
        unseen += hides if event == "start" else -hides
        if event == "start":
            parts += (_gap(node, element), "" if unseen else node.text or "")
        elif node is not element:
            parts += (" " if node.tag in _BREAKS else "", "" if unseen else node.tail or "")
    return squeeze("".join(parts))


def _gap(node: HtmlElement, within: HtmlElement) -> str:
    if node is within:
        return ""
    before = node.getprevious()
    beside = node.tag in _BOXES and before is not None and before.tag in _BOXES and not before.tail
    return " " if beside or node.tag in _BREAKS else ""
