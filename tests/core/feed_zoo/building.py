"""Build feeds out of the parts: by chance, by hypothesis, or one of each kind."""

import re
from collections.abc import Callable
from typing import TypeVar

from tests.core.feed_zoo import parts

T = TypeVar("T")
Draw = Callable[[tuple[str, ...]], str]  # picks one of several

SHELLS = {
    "rss20": ('<rss version="2.0"{0}><channel><title>Outlet</title>', "</channel></rss>", "item"),
    "rss20-lang": ('<rss version="2.0" xml:lang="es_MX"{0}><channel><title>Outlet</title>', "</channel></rss>", "item"),
    "rss092": ('<rss version="0.92"{0}><channel><title>Outlet</title>', "</channel></rss>", "item"),
    "rss": ("<rss{0}><channel>", "<title>Outlet</title></channel></rss>", "item"),
    "rdf": (
        '<rdf:RDF xmlns="http://purl.org/rss/1.0/"{0}><channel rdf:about="/"><title>Outlet</title>',
        "</rdf:RDF>",
        "item",
    ),
    "atom10": ('<feed xmlns="http://www.w3.org/2005/Atom"{0}><title>Outlet</title>', "</feed>", "entry"),
    "atom10-lang": ('<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="ru"{0}>', "</feed>", "entry"),
    "atom03": ('<feed version="0.3" xmlns="http://purl.org/atom/ns#"{0}><title>Outlet</title>', "</feed>", "entry"),
}


def assemble(shell: str, head: list[str], items: list[list[str]], spaces: dict[str, str]) -> str:
    """Put a feed together, declaring the prefixes it uses (RSS 1.0 closes its channel before the items)."""
    start, end, element = SHELLS[shell]
    about = ' rdf:about="https://outlet.example/about"' if shell == "rdf" else ""
    body = "".join(head) + ("</channel>" if shell == "rdf" else "")
    body += "".join(
        f"<{element}{about if number % 2 else ''}>{''.join(item)}</{element}>" for number, item in enumerate(items)
    )
    used = {prefix for prefix in re.findall(r"[<\s/]([\w]+):", start + body) if prefix in spaces}
    declared = "".join(f' xmlns:{prefix}="{spaces[prefix]}"' for prefix in sorted(used))
    return start.format(declared) + body + end


def item_part(draw: Draw) -> str:
    """Return one piece of an item."""
    kind = draw(("text", "text", "address", "date", "whole"))
    if kind == "whole":
        return draw(parts.ITEM_WHOLE)
    names, values = {
        "text": (parts.ITEM_TEXTS, parts.TEXTS),
        "address": (parts.ITEM_ADDRESSES, parts.ADDRESSES),
        "date": (parts.ITEM_DATES, parts.DATES),
    }[kind]
    name = draw(names)
    return f"<{name}>{draw(values)}</{name}>"


def plain_item(draw: Draw) -> list[str]:
    """Return the pieces of an item that nothing is odd about."""
    link = draw(parts.ADDRESSES[:3])
    return [
        f"<title>{draw(parts.TEXTS[:1] + parts.TEXTS[3:6])}</title>",
        f"<link>{link}</link>",
        f"<guid>{link}</guid>",
    ]
