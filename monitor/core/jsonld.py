"""Read the JSON-LD that news pages carry (schema.org), broken as it often is."""

import json
import re
from collections.abc import Iterator, Sequence
from html import unescape
from typing import Any

from lxml.html import HtmlElement

Node = dict[str, Any]

_LONGEST = 2 << 20  # characters of one script
_MOST_NODES = 500
_DEEPEST = 8
_WRAPPING = re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*;?\s*$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")
_SALVAGED = re.compile(
    r'"(@type|headline|datePublished|dateModified|inLanguage)"\s*:\s*"((?:[^"\\]|\\.)*)"(?=\s*[,}\]])'
)
_MEMBERS = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "hasPart", "liveBlogUpdate")
_REFERRING = ("author", "creator", "publisher")


def read_nodes(root: HtmlElement) -> tuple[Node, ...]:
    """Return every JSON-LD object of a page in page order, those in lists and @graph included; none raises.

    A script that is no JSON even after repair (comment wrapping, trailing commas, raw control characters) still
    gives one object of the plain strings found in it.
    """
    nodes: list[Node] = []
    for script in root.iter("script"):
        if "ld+json" in (script.get("type") or "").lower() and script.text:
            nodes.extend(_walk(_load(script.text[:_LONGEST]), 0))
    return tuple(nodes[:_MOST_NODES])


def article_node(nodes: Sequence[Node], url: str) -> Node:
    """Return the object that describes the article at `url`, or an empty one.

    Among objects with an article type, the one naming this URL goes first, then the first with a headline: teasers
    of other articles are marked up as articles too. Its people and publisher are filled in where they only name
    another object of the page (`{"@id": "#ann"}`).
    """
    articles = [node for node in nodes if is_article(node)]
    named = [node for node in articles if url in _addresses(node)]
    with_headline = [node for node in articles if strings(node.get("headline"))]
    article = next(iter(named + with_headline + articles), {})
    return article | {key: _filled(article[key], nodes) for key in _REFERRING if key in article}


def is_article(node: Node) -> bool:
    """Say whether an object's type is an article of some kind (schema.org names end in Article or Posting)."""
    return any(kind.endswith(("Article", "Posting", "Report")) for kind in strings(node.get("@type")))


def strings(value: Any) -> tuple[str, ...]:
    """Return the non-empty strings of a value that may be one, a list, or an object with @value or name."""
    if isinstance(value, str):
        return (value,) if value.strip() else ()
    if isinstance(value, list):
        return tuple(text for item in value[:_MOST_NODES] if not isinstance(item, list) for text in strings(item))
    if isinstance(value, dict):
        return strings(value.get("@value")) or _plain(value.get("name"))
    return ()


def first(value: Any) -> str | None:
    """Return the first string of a value, or None."""
    return next(iter(strings(value)), None)


def _plain(value: Any) -> tuple[str, ...]:
    return tuple(item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str) and item)


def _filled(value: Any, nodes: Sequence[Node]) -> Any:
    """Return a value with the objects of the page that it only refers to, one level deep."""
    if isinstance(value, list):
        return [_filled(item, nodes) if isinstance(item, dict) else item for item in value[:_MOST_NODES]]
    if not isinstance(value, dict) or strings(value) or not isinstance(value.get("@id"), str):
        return value
    return next((node for node in nodes if node.get("@id") == value["@id"] and strings(node)), value)


def _addresses(node: Node) -> tuple[str, ...]:
    page = node.get("mainEntityOfPage")
    own = page.get("@id") if isinstance(page, dict) else page
    return (*strings(node.get("url")), *strings(own), *strings(node.get("@id")))


def _load(script: str) -> Any:
    unwrapped = _WRAPPING.sub("", script).strip()
    for text in (unwrapped, _TRAILING_COMMA.sub("", unwrapped), unescape(unwrapped)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue  # the next repair, or the salvage below, is the answer to it
    return _salvage(unwrapped)


def _salvage(text: str) -> Node:
    node: Node = {}
    for key, raw in _SALVAGED.findall(text):
        try:
            node.setdefault(key, json.loads(f'"{raw}"', strict=False))
        except ValueError:
            node.setdefault(key, raw)
    return node


def _walk(value: Any, depth: int) -> Iterator[Node]:
    if depth > _DEEPEST:
        return
    if isinstance(value, list):
        for item in value[:_MOST_NODES]:
            yield from _walk(item, depth + 1)
    elif isinstance(value, dict):
        yield value
        for key in _MEMBERS:
            yield from _walk(value.get(key), depth + 1)
