"""Pages of articles as five kinds of content systems make them."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from benchmarks.changes.edits import State
from benchmarks.changes.furniture import Piece
from benchmarks.changes.languages import Language
from benchmarks.changes.outlets import Outlet

TOP = frozenset({"views", "updated", "comments"})
END = frozenset({"tags", "share", "subscribe"})
RIGHT_TO_LEFT = frozenset({"ar", "ur"})


@dataclass(frozen=True, slots=True)
class Page:
    """What goes into a template: the article as it is shown, and the furniture inside and beside it."""

    outlet: Outlet
    spoken: Language
    shown: State
    modified: datetime
    inside: Sequence[Piece]
    beside: Sequence[Piece]
    nonce: int

    @property
    def blocks(self) -> str:
        """Return the paragraphs with the furniture that stands between them."""
        paragraphs = [f"<p>{escape(one, quote=False)}</p>" for one in self.shown.paragraphs]
        top = [_block(one, "b1") for one in self.inside if one.kind in TOP]
        end = [_block(one, "b3") for one in self.inside if one.kind in END]
        middle = [_block(one, "b2") for one in self.inside if one.kind not in TOP | END]
        half = (len(paragraphs) + 1) // 2
        return "\n".join([*top, *paragraphs[:half], *middle, *paragraphs[half:], *end])

    @property
    def aside(self) -> str:
        """Return what stands around the article."""
        return "\n".join(_block(one, "side") for one in self.beside)


def render(look: str, page: Page) -> str:
    """Return the whole page, with its numbers used once, which no two answers share."""
    code = page.spoken.code
    way = ' dir="rtl"' if code in RIGHT_TO_LEFT else ""
    body = _BODIES[look](page)
    return (
        f'<!DOCTYPE html>\n<html lang="{code}"{way}>\n<head>\n{{charset}}\n{_head(look, page)}\n'
        f'<script nonce="{page.nonce:08x}">var t={page.nonce};</script>\n</head>\n<body>\n'
        f'<div id="nav"><a href="/">{escape(page.outlet.name)}</a> <a href="/about">&#8505;</a></div>\n{body}\n'
        f'<div id="foot">&copy; 2026 {escape(page.outlet.name)}</div>\n</body>\n</html>\n'
    )


def _head(look: str, page: Page) -> str:
    title, name = escape(page.shown.headline), escape(page.outlet.name)
    lines = [f"<title>{title} {'|' if look in ('wordpress', 'drupal') else '-'} {name}</title>"]
    if look != "table":
        lines.append(f'<meta property="og:title" content="{title}"><meta property="og:type" content="article">')
        lines.append(f'<link rel="canonical" href="{_address(page)}">')
    if look in ("wordpress", "clean"):
        lines.append(f'<script type="application/ld+json">{_data(page)}</script>')
    if look == "drupal":
        lines.append(f'<meta property="article:published_time" content="{page.shown.published.isoformat()}">')
    return "\n".join(lines)


def _data(page: Page) -> str:
    shown = page.shown
    return json.dumps(
        {
            "@context": "https://schema.org",
            "@type": "NewsArticle",
            "headline": shown.headline,
            "mainEntityOfPage": _address(page),
            "datePublished": shown.published.isoformat(),
            "dateModified": page.modified.isoformat(),
            "author": {"@type": "Person", "name": shown.byline},
            "publisher": {"@type": "Organization", "name": page.outlet.name},
        },
        ensure_ascii=page.outlet.encodings[0][0] != "utf-8",
    )


def _address(page: Page) -> str:
    return f"http://{page.outlet.host}{page.shown.path}"


def _by(page: Page) -> str:
    return f"{page.spoken.labels['by']} {escape(page.shown.byline)}"


def _time(page: Page, hours: int = 0) -> str:
    at = page.shown.published + timedelta(hours=hours)
    return f'<time datetime="{page.shown.published.isoformat()}">{at:%d.%m.%Y %H:%M}</time>'


def _clean(page: Page) -> str:
    return (
        f'<main><article><header><h1>{escape(page.shown.headline)}</h1><p class="byline"><span class="author">'
        f"{_by(page)}</span> {_time(page)}</p></header>\n{page.blocks}\n</article></main>\n<aside>{page.aside}</aside>"
    )


def _soup(page: Page) -> str:
    return (
        f'<div class="wrap"><div class="w1"><div class="w2"><h1 class="t1">{escape(page.shown.headline)}</h1>'
        f'<div class="d1"><span class="author">{_by(page)}</span> <span>{_time(page)}</span></div><div class="c12">\n'
        f'{page.blocks}\n</div></div></div><div class="w3">{page.aside}</div></div>'
    )


def _table(page: Page) -> str:
    return (
        f'<table width="100%"><tr><td width="160" valign="top">{page.aside}</td><td valign="top">'
        f'<h1>{escape(page.shown.headline)}</h1><small><span class="author">{_by(page)}</span> {_time(page)}</small>\n'
        f"<div>{page.blocks}</div></td></tr></table>"
    )


def _wordpress(page: Page) -> str:
    return (
        f'<div id="primary" class="content-area"><main><article class="post type-post hentry"><header '
        f'class="entry-header"><h1 class="entry-title">{escape(page.shown.headline)}</h1><div class="entry-meta">'
        f'{_time(page)} <span class="author vcard">{_by(page)}</span></div></header><div class="entry-content">\n'
        f'{page.blocks}\n</div></article></main></div><div id="secondary" class="widget-area">{page.aside}</div>'
    )


def _drupal(page: Page) -> str:
    return (
        f'<div class="region region-content"><article class="node node--type-article"><h1 class="page-title">'
        f"<span>{escape(page.shown.headline)}</span></h1><div class='node__submitted'><span class='author'>{_by(page)}"
        f"</span> {_time(page)}</div><div class='node__content'><div class='field field--name-body'>\n{page.blocks}\n"
        f"</div></div></article></div><div class='region region-sidebar'>{page.aside}</div>"
    )


_BODIES = {"clean": _clean, "soup": _soup, "table": _table, "wordpress": _wordpress, "drupal": _drupal}


def _block(one: Piece, style: str) -> str:
    lines = [escape(line, quote=False) for line in one.lines]
    if not lines:
        return ""
    if one.links:
        items = "".join(f'<li><a href="/go/{number}">{line}</a></li>' for number, line in enumerate(lines))
        return f'<ul class="{style}">{items}</ul>'
    return "".join(f'<p class="{style}">{line}</p>' for line in lines)
