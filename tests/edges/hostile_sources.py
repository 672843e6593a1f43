"""Feeds, sitemaps and pages of links made to kill, stall or fool their reader."""

import gzip
from collections.abc import Callable, Iterator

from monitor.interfaces import Task
from tests.edges.hostile_pages import ARTICLE, hidden_attributes, html, laughs, nested, numbered

RSS = '<rss version="2.0"><channel><title>Bell</title><link>https://bell.example/</link>'
ITEM = "<item><title>Bridge</title><link>https://bell.example/1</link><guid>1</guid></item>"
SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def feed(inside: str, prolog: str = "") -> str:
    """An RSS feed with that inside its channel."""
    return f'<?xml version="1.0"?>{prolog}{RSS}{inside}</channel></rss>'


def sources() -> Iterator[tuple[str, Task, Callable[[], str | bytes], str]]:
    """Name, task, maker and content type of hostile feeds, sitemaps, listings and pages to look at."""
    xml = "application/xml"
    space = f"<urlset {SPACE}>"
    url = "<url><loc>https://bell.example/2026/11/05/story-#</loc><lastmod>2026-11-05</lastmod></url>"
    feeds: dict[str, Callable[[], str | bytes]] = {
        "feed-items-20000": lambda: feed(numbered(ITEM.replace("1", "#"), 20_000)),
        "feed-item-10MB": lambda: feed(f"<item><title>x</title><link>/1</link><description>{'word ' * 2_000_000}"),
        "feed-laughs": lambda: feed("<item><title>&l9;</title><link>/1</link></item>", laughs("rss")),
        "feed-entity-quadratic": lambda: feed(
            f"<item><title>{'&a;' * 100_000}</title><link>/1</link></item>",
            f"<!DOCTYPE rss [<!ENTITY a '{'x' * 100_000}'>]>",
        ),
        "feed-external-entity": lambda: feed(
            "<item><title>&x;</title><link>/1</link></item>", "<!DOCTYPE rss [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
        ),
        "feed-external-dtd": lambda: feed(ITEM, "<!DOCTYPE rss SYSTEM 'http://127.0.0.1:1/rss.dtd'>"),
        "feed-attributes": lambda: feed("<item " + numbered("a#='1' ", 40_000) + "><title>x</title></item>"),
        "feed-attributes-4000-in-60": lambda: feed(
            "<item " + numbered("a#='1' ", 4_000) + "><title>x</title></item>" * 60
        ),
        "feed-namespaces": lambda: feed("<item " + numbered("xmlns:n#='u#' ", 5_000) + "><n1:a>x</n1:a></item>"),
        "feed-deep": lambda: feed("<item>" + "<description>" * 20_000),
        "feed-div-deep": lambda: feed("<item><description type='xhtml'>" + "<div>" * 40_000),
        "feed-categories": lambda: feed(f"<item><link>/1</link>{numbered('<category>c#</category>', 20_000)}</item>"),
        "feed-links": lambda: feed(f"<item>{numbered('<link>/#</link>', 40_000)}</item>"),
        "feed-enclosures": lambda: feed(
            "<item><link>/1</link>" + numbered("<enclosure url='/#'/>", 30_000) + "</item>"
        ),
        "feed-authors": lambda: feed(f"<item><link>/1</link>{'<author>a@b.example (x)</author>' * 30_000}</item>"),
        "feed-dates": lambda: feed(f"<item><link>/1</link><pubDate>{'Mon, 01 ' * 50_000}</pubDate></item>"),
        "feed-dates-many": lambda: feed(
            numbered(f"<item><link>/#</link><pubDate>{'12:' * 60}</pubDate></item>", 1_000)
        ),
        "feed-links-strange": lambda: feed(
            numbered(f"<item><link>https://{'a.' * 2_000}x/{'%25' * 500}#</link></item>", 500)
        ),
        "feed-links-dots": lambda: feed(numbered(f"<item><link>/{'../' * 3_000}#</link></item>", 500)),
        "feed-titles-angle": lambda: feed(f"<item><title>{'&lt;' * 200_000}</title><link>/1</link></item>"),
        "feed-titles-tags": lambda: feed(f"<item><title><![CDATA[{'<b ' * 300_000}]]></title><link>/1</link></item>"),
        "feed-scripts": lambda: feed(
            f"<item><link>/1</link><description><![CDATA[{'<script ' * 100_000}]]></description></item>"
        ),
        "feed-scripts-many": lambda: feed(
            numbered(f"<item><link>/#</link><description><![CDATA[{'<style>' * 7_000}]]></description></item>", 100)
        ),
        "feed-ampersands": lambda: feed(f"<item><title>{'&' * 300_000}</title><link>/1</link></item>"),
        "feed-comment-openings": lambda: feed("<!--" * 200_000),
        "feed-cdata-openings": lambda: feed("<item><title>" + "<![CDATA[" * 100_000),
        "feed-declarations": lambda: feed("<!DOCTYPE " * 100_000),
        "feed-tag-open": lambda: feed("<item " * 100_000),
        "feed-quotes": lambda: feed("<item a='" * 100_000),
        "feed-base": lambda: feed(numbered(f"<item xml:base='{'a/' * 1_000}'><link>#</link></item>", 500)),
        "feed-geo": lambda: feed(
            "<item xmlns:g='http://www.opengis.net/gml'><link>/1</link><g:posList>" + "1 " * 500_000
        ),
        "feed-opml": lambda: f"<?xml version='1.0'?>{laughs('opml')}<opml><body><outline text='&l9;'/></body></opml>",
        "feed-atom-xhtml": lambda: (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><content type='xhtml'>" + "<div><p>x</p>" * 20_000
        ),
        "feed-rdf": lambda: "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>" + "<item>" * 4_900,
        "feed-base64": lambda: (
            "<feed xmlns='http://www.w3.org/2005/Atom'><entry><link href='/1'/><content type='image/png'>"
            + "A" * 5_000_000
        ),
        "feed-gzip-bomb": lambda: gzip.compress(feed(ITEM).encode() + b"\0" * 60_000_000, 1),
        "json-deep": lambda: '{"version":"https://jsonfeed.org/version/1.1","items":' + "[" * 100_000,
        "json-objects-deep": lambda: '{"items":[{"a":' * 50_000,
        "json-huge-numbers": lambda: '{"version":"1","items":[{"id":' + "9" * 1_000_000 + ',"url":"/1"}]}',
        "json-infinite": lambda: '{"version":"1","items":[{"id":1e999999,"url":"/1"},{"id":-Infinity,"url":"/2"}]}',
        "json-not-a-number": lambda: '{"version":"1","title":NaN,"items":[{"id":NaN,"url":"/1"}]}',
        "json-surrogates": lambda: '{"version":"1","items":[{"id":"\\ud800","title":"\\udfff","url":"/\\ud800"}]}',
        "json-items-500000": lambda: '{"version":"1","items":[' + '{"url":"/1"},' * 500_000 + "{}]}",
    }
    yield from ((name, Task.FEED, make, xml) for name, make in feeds.items())
    sitemaps: dict[str, Callable[[], str | bytes]] = {
        "sitemap-15000": lambda: f"{space}{numbered(url, 15_000)}</urlset>",
        "sitemap-100000": lambda: f"{space}{'<url><loc>/a</loc></url>' * 100_000}</urlset>",
        "sitemap-laughs": lambda: f"{laughs('urlset')}{space}<url><loc>&l9;</loc></url></urlset>",
        "sitemap-external": lambda: (
            f"<!DOCTYPE urlset SYSTEM 'file:///etc/passwd'>{space}{url.replace('#', '1')}</urlset>"
        ),
        "sitemap-gzip-bomb": lambda: gzip.compress(space.encode() + b" " * 60_000_000, 1),
        "sitemap-gzip-of-urls": lambda: gzip.compress(space.encode() + b"<url><loc>/a</loc></url>" * 500_000, 1),
        "sitemap-deep": lambda: space + "<url>" * 500_000,
        "sitemap-attributes": lambda: space + "<url " + numbered("a#='1' ", 60_000) + "><loc>/1</loc></url></urlset>",
        "sitemap-images": lambda: f"{space}<url><loc>/1</loc>{'<image><loc>/i</loc></image>' * 80_000}</url></urlset>",
        "sitemap-one-loc-20MB": lambda: (
            f"{space}<url><loc>https://bell.example/{'a' * 20_000_000}</loc></url></urlset>"
        ),
        "sitemap-junk-4MB": lambda: f"{space}{'<junk>x</junk>' * 300_000}</urlset>",
        "sitemap-dates": lambda: space + numbered(f"<url><loc>/#</loc><lastmod>{'9-' * 90}</lastmod></url>", 3_000),
        "sitemap-index-15000": lambda: (
            f"<sitemapindex {SPACE}>{numbered('<sitemap><loc>/s#.xml</loc></sitemap>', 15_000)}</sitemapindex>"
        ),
        "sitemap-lines": lambda: numbered("https://bell.example/2026/11/05/story-#\n", 200_000),
        "sitemap-prefixes": lambda: f"{space}<url>{numbered('<n#:a>x</n#:a>', 50_000)}</url></urlset>",
    }
    yield from ((name, Task.SITEMAP, make, xml) for name, make in sitemaps.items())
    link = (
        "<div class=card><h2><a href='/2026/11/05/story-about-bridge-#'>A story about the bridge, part #</a></h2></div>"
    )
    listings: dict[str, Callable[[], str | bytes]] = {
        "listing-links-100000": lambda: html(numbered(link, 100_000)),
        "listing-one-card": lambda: html(f"<div>{numbered(link, 4_000)}{'<time>x</time>' * 30_000}</div>"),
        "listing-anchors-nested": lambda: html(numbered("<a href='/2026/11/05/story-about-#'>A story of it", 5_000)),
        "listing-anchor-block": lambda: html(
            f"<a href='/2026/11/05/story-about-it'>{'<div class=date>x</div>' * 100_000}</a>" + numbered(link, 10)
        ),
        "listing-same-anchor": lambda: html(
            "<div><a href='/2026/11/05/story-about-bridge'>A story about the bridge</a></div>" * 5_000
        ),
        "listing-one-link-wide": lambda: html(
            f"<div><a href='/2026/11/05/story-about-bridge'>It</a>{'<p class=x>y</p>' * 100_000}</div>"
        ),
        "listing-same-anchor-wide": lambda: html(
            "<section>" + "<a href='/2026/11/05/story-about-bridge'>It</a>" * 4_900 + "<p class=x>y</p>" * 20_000
        ),
        "listing-attributes-hidden": lambda: html(f"<p {hidden_attributes(95_000)}>x</p>{numbered(link, 20)}"),
        "listing-attributes": lambda: html(numbered(link, 20) + f"<a {numbered('a#=1 ', 40_000)}>x</a>"),
        "listing-classes": lambda: html(
            f"<div class='{'site-main-' * 5}x {'menu' * 14}'>{numbered(link, 3)}</div>" * 900
        ),
        "listing-deep": lambda: nested("div", 1_500, numbered(link, 500)),
        "listing-unclosed": lambda: html("<div><ul><li>" * 600 + numbered(link, 500)),
        "listing-urls-long": lambda: html(numbered(f"<a href='/{'a-' * 3_000}#'>Some story title here</a>", 2_000)),
        "listing-titles-1MB": lambda: html(f"<a href='/2026/11/05/story-about-it'>{'Title of it ' * 90_000}</a>" * 4),
    }
    yield from ((name, Task.LISTING, make, "text/html") for name, make in listings.items())
    found: dict[str, Callable[[], str | bytes]] = {
        "page-links-10000": lambda: html(ARTICLE, numbered("<link rel=alternate type=text/xml href=/rss/#>", 10_000)),
        "page-anchors-10000": lambda: html(numbered("<p><a href='/feed/#'>RSS</a></p>", 10_000)),
        "page-paragraph-links": lambda: html("<p>" * 50 + f"<p>{'<a href=/x>long words</a>' * 10_000}</p>"),
        "page-attributes": lambda: html(ARTICLE, f"<link {numbered('a#=1 ', 40_000)}>"),
        "page-tables": lambda: html("<table><tr><td>x</table>" * 16_000 + ARTICLE),
        "page-deep": lambda: nested("div", 1_900),
        "page-paragraphs-nested": lambda: html("<object><p>long words of a paragraph " * 400),
    }
    yield from ((name, Task.PAGE, make, "text/html") for name, make in found.items())
