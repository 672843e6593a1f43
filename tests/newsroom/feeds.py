"""Write feeds and sitemaps by hand, each in the manner of the programs that newspapers use."""

import json
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from email.utils import format_datetime
from html import escape

from tests.newsroom.edition import Edition, Item
from tests.newsroom.sites import Feed, Site

WINDOW = 20  # items in a feed
NEWS_AGE = timedelta(days=2)  # how long an article stays in a news sitemap

TYPES = {
    "rss20": "application/rss+xml",
    "rss20-summary": "text/xml",
    "atom10": "application/atom+xml",
    "rss10": "application/rdf+xml",
    "json11": "application/feed+json",
    "news-sitemap": "application/xml",
}


def feed(shown: Edition, kept: Feed, now: datetime) -> str:
    """Write a site's feed as a document of text, in the format its `kind` names."""
    return _WRITERS[kept.kind](shown, kept, now)


def sitemap_index(site: Site, paths: Iterable[str]) -> str:
    """Write an index of sitemaps."""
    rows = "".join(f"  <sitemap><loc>{site.origin}{path}</loc></sitemap>\n" for path in paths)
    return f'{_xml(site)}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</sitemapindex>\n'


def sections_sitemap(site: Site) -> str:
    """Write the sitemap of a site's section pages: no news in it."""
    urls = (site.origin + site.listing_path(section) for section in site.sections)
    rows = "".join(f"  <url><loc>{url}</loc><changefreq>hourly</changefreq></url>\n" for url in urls)
    return f'{_xml(site)}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</urlset>\n'


def _rss20(shown: Edition, kept: Feed, now: datetime, full: bool = True) -> str:
    site = shown.site
    built = _rfc822(site, shown.modified_at or now)
    namespaces = ' xmlns:content="http://purl.org/rss/1.0/modules/content/"' if full else ""
    rows = "".join(_rss20_item(row, kept, full) for row in shown.items[:WINDOW])
    return (
        f'{_xml(site)}<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"{namespaces}>\n<channel>\n'
        f"<title>{escape(site.name)}</title>\n<link>{site.origin}{site.home}</link>\n"
        f"<description>{escape(site.name)}</description>\n<language>{site.language}</language>\n"
        f"<lastBuildDate>{built}</lastBuildDate>\n<ttl>15</ttl>\n{rows}</channel>\n</rss>\n"
    )


def _rss20_item(row: Item, kept: Feed, full: bool) -> str:
    html = "".join(f"<p>{escape(part, quote=False)}</p>" for part in row.paragraphs)
    content = f"<content:encoded><![CDATA[{html}]]></content:encoded>\n" if full else ""
    title = f"<![CDATA[{row.title}]]>" if full else escape(row.title, quote=False)
    return (
        f"<item>\n<title>{title}</title>\n<link>{row.url}{escape(kept.tracking)}</link>\n"
        f'<guid isPermaLink="true">{row.url}</guid>\n<dc:creator>{escape(row.author)}</dc:creator>\n'
        f"<category>{escape(row.site.sections[row.section])}</category>\n"
        f"<pubDate>{_rfc822(row.site, row.published_at)}</pubDate>\n"
        f"<description>{escape(row.lede, quote=False)}</description>\n{content}</item>\n"
    )


def _rss20_summary(shown: Edition, kept: Feed, now: datetime) -> str:
    return _rss20(shown, kept, now, full=False)


def _atom10(shown: Edition, kept: Feed, now: datetime) -> str:
    site = shown.site
    rows = "".join(_atom10_entry(row) for row in shown.items[:WINDOW])
    return (
        f'{_xml(site)}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{site.language}">\n'
        f"<id>{site.origin}/</id>\n<title>{escape(site.name)}</title>\n"
        f'<link rel="self" href="{site.origin}{kept.path}"/>\n<link href="{site.origin}{site.home}"/>\n'
        f"<updated>{_iso(site, shown.modified_at or now)}</updated>\n{rows}</feed>\n"
    )


def _atom10_entry(row: Item) -> str:
    html = "".join(f"<p>{escape(part, quote=False)}</p>" for part in row.paragraphs)
    return (
        f"<entry>\n<id>tag:{row.site.host},{row.published_at:%Y}:{row.number}</id>\n"
        f'<title>{escape(row.title, quote=False)}</title>\n<link rel="alternate" type="text/html" href="{row.url}"/>\n'
        f"<published>{_iso(row.site, row.published_at)}</published>\n"
        f"<updated>{_iso(row.site, row.modified_at)}</updated>\n<author><name>{escape(row.author)}</name></author>\n"
        f'<summary>{escape(row.lede, quote=False)}</summary>\n<content type="html">{escape(html)}</content>\n</entry>\n'
    )


def _rss10(shown: Edition, kept: Feed, now: datetime) -> str:
    site, rows = shown.site, shown.items[:WINDOW]
    listed = "".join(f'<rdf:li rdf:resource="{row.url}"/>' for row in rows)
    return (
        f'{_xml(site)}<rdf:RDF xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"'
        ' xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'<channel rdf:about="{site.origin}{kept.path}">\n<title>{escape(site.name)}</title>\n'
        f"<link>{site.origin}{site.home}</link>\n<description>{escape(site.name)}</description>\n"
        f"<dc:language>{site.language}</dc:language>\n<dc:date>{_iso(site, shown.modified_at or now)}</dc:date>\n"
        f"<items><rdf:Seq>{listed}</rdf:Seq></items>\n</channel>\n{''.join(map(_rss10_item, rows))}</rdf:RDF>\n"
    )


def _rss10_item(row: Item) -> str:
    return (
        f'<item rdf:about="{row.url}">\n<title>{escape(row.title, quote=False)}</title>\n<link>{row.url}</link>\n'
        f"<description>{escape(row.lede, quote=False)}</description>\n"
        f"<dc:creator>{escape(row.author)}</dc:creator>\n"
        f"<dc:date>{_iso(row.site, row.published_at)}</dc:date>\n</item>\n"
    )


def _json11(shown: Edition, kept: Feed, now: datetime) -> str:
    site = shown.site
    value = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": site.name,
        "home_page_url": site.origin + site.home,
        "feed_url": site.origin + kept.path,
        "language": site.language,
        "items": [_json11_item(row) for row in shown.items[:WINDOW]],
    }
    return json.dumps(value, ensure_ascii=False, indent=1)


def _json11_item(row: Item) -> dict[str, object]:
    return {
        "id": str(row.number),
        "url": row.url,
        "title": row.title,
        "summary": row.lede,
        "content_text": "\n\n".join(row.paragraphs),
        "date_published": _iso(row.site, row.published_at),
        "date_modified": _iso(row.site, row.modified_at),
        "authors": [{"name": row.author}],
        "tags": [row.site.sections[row.section]],
    }


def _news_sitemap(shown: Edition, kept: Feed, now: datetime) -> str:
    rows = "".join(_news_row(row) for row in shown.items if now - row.published_at <= NEWS_AGE)
    return (
        f'{_xml(shown.site)}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:news="http://www.google.com/schemas/sitemap-news/0.9">\n{rows}</urlset>\n'
    )


def _news_row(row: Item) -> str:
    return (
        f"<url>\n<loc>{row.url}</loc>\n<news:news>\n<news:publication><news:name>{escape(row.site.name)}</news:name>"
        f"<news:language>{row.site.language}</news:language></news:publication>\n"
        f"<news:publication_date>{_iso(row.site, row.published_at)}</news:publication_date>\n"
        f"<news:title>{escape(row.title, quote=False)}</news:title>\n</news:news>\n</url>\n"
    )


def _xml(site: Site) -> str:
    return f'<?xml version="1.0" encoding="{site.charset}"?>\n'


def _iso(site: Site, at: datetime) -> str:
    return site.local(at).isoformat(timespec="seconds")


def _rfc822(site: Site, at: datetime) -> str:
    return format_datetime(site.local(at))


_WRITERS: dict[str, Callable[[Edition, Feed, datetime], str]] = {
    "rss20": _rss20,
    "rss20-summary": _rss20_summary,
    "atom10": _atom10,
    "rss10": _rss10,
    "json11": _json11,
    "news-sitemap": _news_sitemap,
}
