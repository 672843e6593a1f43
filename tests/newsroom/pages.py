"""Write an outlet's pages from its template: the front page, sections, articles."""

import json
from collections.abc import Iterable
from functools import cache
from html import escape
from pathlib import Path
from string import Template

from tests.newsroom.edition import Edition, Item
from tests.newsroom.feeds import TYPES
from tests.newsroom.furniture import Furniture
from tests.newsroom.sites import Site

FOLDER = Path(__file__).parent / "templates"
FRONT = 6  # teasers of a section on the front page
LISTED = 40  # teasers on a section's page


def front_page(shown: Edition, furniture: Furniture) -> str:
    """Write the front page: every section with its newest articles."""
    site = shown.site
    blocks = (_block(site, key, shown.section(key)[:FRONT]) for key in site.sections if shown.section(key))
    return _page(site, site.front, _head(site, site.home), "\n".join(blocks), furniture)


def section_page(shown: Edition, section: str, furniture: Furniture) -> str:
    """Write the page of one section."""
    site = shown.site
    main = _block(site, section, shown.section(section)[:LISTED])
    return _page(site, site.sections[section], _head(site, site.listing_path(section)), main, furniture)


def latest_page(shown: Edition, furniture: Furniture) -> str:
    """Write the listing of all sections, the newest first."""
    site = shown.site
    main = "\n".join(_teaser(item) for item in shown.items[:LISTED])
    return _page(site, site.front, _head(site, site.latest), main, furniture)


def article_page(item: Item, furniture: Furniture) -> str:
    """Write an article."""
    values = _values(item) | furniture.values
    values["body"] = "\n".join(f"<p>{escape(part, quote=False)}</p>" for part in item.paragraphs)
    values["related"] = _lines(other for other in furniture.related if other.path != item.path)
    main = _part(item.site.key, "article").substitute(values)
    return _page(item.site, item.title, _article_head(item), main, furniture)


def _page(site: Site, title: str, head: str, main: str, furniture: Furniture) -> str:
    own = {"title": escape(title, quote=False), "head": head, "main": main, "mostread": _lines(furniture.mostread)}
    return _part(site.key, "shell").substitute(furniture.values | own)


def _block(site: Site, section: str, items: Iterable[Item]) -> str:
    return _part(site.key, "block").substitute(
        section=escape(site.sections[section]),
        section_url=site.listing_path(section),
        teasers="\n".join(_teaser(item) for item in items),
    )


def _teaser(item: Item) -> str:
    return _part(item.site.key, "teaser").substitute(_values(item))


def _lines(items: Iterable[Item]) -> str:
    return "\n".join(_part(item.site.key, "line").substitute(_values(item)) for item in items)


def _values(item: Item) -> dict[str, str]:
    site = item.site
    return {
        "url": item.path,
        "title": escape(item.title, quote=False),
        "lede": escape(item.lede, quote=False),
        "section": escape(site.sections[item.section]),
        "section_url": site.listing_path(item.section),
        "number": str(item.number),
        "author": escape(item.author),
        "caption": escape(item.caption, quote=False),
        "credit": escape(item.credit, quote=False),
        "image": _image(item),
        "iso": site.local(item.published_at).isoformat(),
        "date": site.written(item.published_at),
    }


def _head(site: Site, path: str) -> str:
    lines = [f'<link rel="canonical" href="{site.origin}{path}">', _meta("property", "og:site_name", site.name)]
    if site.feed and site.feed.kind != "news-sitemap":
        kind = TYPES[site.feed.kind].replace("text/xml", "application/rss+xml")
        title = escape(site.name)
        lines.append(f'<link rel="alternate" type="{kind}" title="{title}" href="{site.feed.path}">')
    return "\n".join(lines)


def _article_head(item: Item) -> str:
    named = {"description": item.lede, "author": item.author}
    graph = {
        "og:type": "article",
        "og:title": item.title,
        "og:description": item.lede,
        "og:url": item.url,
        "og:image": item.site.origin + _image(item),
        "article:published_time": item.site.local(item.published_at).isoformat(),
        "article:modified_time": item.site.local(item.modified_at).isoformat(),
        "article:section": item.site.sections[item.section],
    }
    lines = [_meta("name", name, value) for name, value in named.items()]
    lines += [_meta("property", name, value) for name, value in graph.items()]
    return "\n".join([_head(item.site, item.path), *lines, _linked_data(item)])


def _linked_data(item: Item) -> str:
    site = item.site
    value = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": item.title,
        "datePublished": site.local(item.published_at).isoformat(),
        "dateModified": site.local(item.modified_at).isoformat(),
        "inLanguage": site.language,
        "mainEntityOfPage": item.url,
        "image": [site.origin + _image(item)],
        "author": {"@type": "Person", "name": item.author},
        "publisher": {"@type": "NewsMediaOrganization", "name": site.name},
    }
    text = json.dumps(value, ensure_ascii=False).replace("</", "<\\/")
    return f'<script type="application/ld+json">{text}</script>'


def _meta(attribute: str, name: str, value: str) -> str:
    return f'<meta {attribute}="{name}" content="{escape(value)}">'


def _image(item: Item) -> str:
    return f"/images/{item.published_at:%Y/%m}/{item.number}.jpg"


@cache
def _part(key: str, name: str) -> Template:
    """Return a part of a site's template; parts begin at lines like `<!--@ shell -->`."""
    parts = (FOLDER / f"{key}.html").read_text(encoding="utf-8").split("<!--@ ")[1:]
    named = dict(part.split(" -->\n", 1) for part in parts)
    return Template(named[name].rstrip("\n"))
