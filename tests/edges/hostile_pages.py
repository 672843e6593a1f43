"""Pages made to kill, stall or fool their reader: each a few lines that write it, and what reading it may end in."""

import gzip
import json
import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from monitor.interfaces import ReadRequest, Task

STORY = (
    "The assembly of Rivertown voted on Tuesday for a bridge over the river, after a debate of nine hours.",
    "Building will begin in spring, take eighteen months, and cost 1.5 million crowns, the mayor said.",
    "Shopkeepers in the old town fear for their trade, while cyclists call the decision a long awaited one.",
)
PARAGRAPHS = "".join(f"<p>{sentence}</p>" for sentence in STORY)
ARTICLE = f"<article><h1>Rivertown builds a bridge</h1>{PARAGRAPHS}</article>"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One page: what it is to be read as, its bytes when asked for, and the label its server gives it."""

    name: str
    task: Task
    make: Callable[[], str | bytes]
    content_type: str

    def request(self) -> ReadRequest:
        """The page as it is sent to a worker."""
        made = self.make()
        body = made if isinstance(made, bytes) else made.encode()
        return ReadRequest(self.task, f"https://{self.name.lower()}.example/2026/11/05/x", body, self.content_type)


def html(body: str, head: str = "<title>Rivertown builds a bridge</title>") -> str:
    """A page with that body."""
    return f"<!DOCTYPE html><html lang='en'><head>{head}</head><body>{body}</body></html>"


def nested(tag: str, levels: int, inside: str = ARTICLE) -> str:
    """A page whose article lies that deep."""
    return html(f"<{tag}>" * levels + inside + f"</{tag}>" * levels)


def laughs(root: str) -> str:
    """A document type whose entity is three billion laughs."""
    lines = "".join(f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, 10))
    return f'<!DOCTYPE {root} [<!ENTITY l0 "lol">{lines}]>'


def numbered(text: str, count: int) -> str:
    """A text with its number, so many times."""
    return "".join(text.replace("#", str(n)) for n in range(count))


def ld(data: str) -> str:
    """An article with that JSON-LD."""
    return html(ARTICLE, f"<title>Bridge</title><script type='application/ld+json'>{data}</script>")


def cycle() -> str:
    """Objects that name each other as their parts."""
    nodes = [{"@id": f"#{n}", "@type": "NewsArticle", "hasPart": {"@id": f"#{(n + 1) % 9000}"}} for n in range(9000)]
    return json.dumps({"@context": "https://schema.org", "@graph": nodes})


def hidden_attributes(count: int) -> str:
    """Attributes of one tag, with angle brackets in quotes between them."""
    return " ".join(f'a{n}="<"' if n % 200 == 0 else f"a{n}=1" for n in range(count))


def png(side: int) -> bytes:
    """A picture that claims to be that wide and high."""
    head = b"IHDR" + struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + b"\0" * 100_000


def pages() -> Iterator[tuple[str, Callable[[], str | bytes], str]]:
    """Name, maker and content type of hostile pages to be read as articles."""
    plain = "text/html; charset=utf-8"
    made: dict[str, Callable[[], str | bytes]] = {
        # What the bounds do not see, since its angle brackets are in quotes: only killing ends it
        "attributes-hidden": lambda: html(f"<p {hidden_attributes(95_000)}>x</p>{ARTICLE}"),
        # What takes the parser, or those who walk its tree, time that grows with the square
        "attributes-40000-in-one-tag": lambda: html(f"<div {numbered('a#=1 ', 40_000)}>x</div>{ARTICLE}"),
        "attributes-3000-in-100-tags": lambda: html(f"<p {numbered('a#=1 ', 3_000)}>x</p>" * 100 + ARTICLE),
        "attributes-600-in-400-tags": lambda: html(f"<p {numbered('a#=1 ', 600)}>x</p>" * 400 + ARTICLE),
        "same-attribute-100000-times": lambda: html(f"<p {'class=x ' * 100_000}>x</p>{ARTICLE}"),
        "attributes-without-values": lambda: html(f"<p {numbered('a# ', 60_000)}>x</p>{ARTICLE}"),
        "attributes-between-slashes": lambda: html(f"<p {numbered('/a#', 60_000)}>x</p>{ARTICLE}"),
        "tables-16000-tiny": lambda: html("<table><tr><td>x</table>" * 16_000 + ARTICLE),
        "tables-in-tables": lambda: html("<table><tr><td>" * 2_000 + ARTICLE),
        "table-rows-15000": lambda: html("<table>" + "<tr><td>x<td>y" * 15_000 + f"</table>{ARTICLE}"),
        "table-cells-40000-in-a-row": lambda: html("<table><tr>" + "<td>x" * 40_000 + f"</table>{ARTICLE}"),
        "table-colspan-1e9": lambda: html("<table>" + "<tr><td colspan=1000000000 rowspan=9e9>x" * 2_000 + ARTICLE),
        "lists-in-lists": lambda: html("<ul><li>x" * 20_000 + ARTICLE),
        "list-items-20000": lambda: html(f"<ul>{'<li>item of a list' * 20_000}</ul>{ARTICLE}"),
        "definition-lists": lambda: html(f"<dl>{'<dt>x<dd>y' * 15_000}</dl>{ARTICLE}"),
        "blockquotes-in-blockquotes": lambda: nested("blockquote", 30_000),
        "deep-div-240": lambda: nested("div", 240),
        "deep-div-2500": lambda: nested("div", 2_500),
        "deep-div-1000000": lambda: nested("div", 1_000_000),
        "deep-span-1900": lambda: nested("span", 1_900),
        "deep-font-100000": lambda: nested("font", 100_000),
        "deep-table-900": lambda: nested("table", 900),
        "unclosed-bold-300": lambda: html("<b>" * 300 + ARTICLE),
        "unclosed-bold-in-paragraphs": lambda: html("<p><b><i>" * 30_000 + ARTICLE),
        "formatting-misnested": lambda: html("<b><i><u><p></b></i></u>" * 30_000 + ARTICLE),
        "unclosed-divs-200000": lambda: html("<div>" * 200_000 + ARTICLE),
        "closing-tags-1000000": lambda: html("</div></p></b>" * 333_000 + ARTICLE),
        "forms-in-forms": lambda: html("<form><input><select><option>" * 20_000 + ARTICLE),
        "svg-in-svg": lambda: html("<svg><foreignObject><math>" * 20_000 + ARTICLE),
        "custom-elements-10000": lambda: html(numbered("<x-#>y</x-#>", 10_000) + ARTICLE),
        "paragraphs-20000": lambda: html(f"<article>{numbered('<p>Sentence number # of it all.</p>', 20_000)}"),
        "paragraphs-empty-300000": lambda: html("<p></p>" * 300_000 + ARTICLE),
        "divs-with-text-30000": lambda: html("<div>some words here</div>" * 30_000 + ARTICLE),
        "spans-300000": lambda: html("<p>" + "<span>x</span>" * 300_000 + f"</p>{ARTICLE}"),
        "links-100000": lambda: html(f"<div>{numbered('<a href=/a/#>go #</a> ', 100_000)}</div>{ARTICLE}"),
        "breaks-1000000": lambda: html(f"<div>{'<br>' * 1_000_000}</div>{ARTICLE}"),
        "breaks-with-text-200000": lambda: html(f"<article><p>{'word<br>' * 200_000}</p></article>"),
        "rules-300000": lambda: html("<hr>" * 300_000 + ARTICLE),
        "headings-30000": lambda: html(numbered("<h1>Headline number #</h1>", 30_000) + ARTICLE),
        "articles-10000": lambda: html(numbered("<article><p>Words of number #.</p></article>", 10_000)),
        "quotes-30000": lambda: html("<q>x</q><blockquote>y</blockquote>" * 15_000 + ARTICLE),
        "code-10000": lambda: html("<pre><code>x</code></pre>" * 10_000 + ARTICLE),
        "images-15000": lambda: html("<figure><img src=x.jpg alt=y></figure>" * 15_000 + ARTICLE),
        "frames-50000": lambda: html("<iframe src=x></iframe><object></object>" * 25_000 + ARTICLE),
        # Heads
        "scripts-50000": lambda: html(ARTICLE, "<script>var a=1</script>" * 50_000),
        "metas-12000": lambda: html(ARTICLE, numbered("<meta name=n# content=c>", 12_000)),
        "metas-author-8000": lambda: html(ARTICLE, numbered("<meta name=author content='Name #'>", 8_000)),
        "links-canonical-8000": lambda: html(ARTICLE, numbered("<link rel=canonical href=/c/#>", 8_000)),
        "titles-30000": lambda: html(ARTICLE, numbered("<title>Title #</title>", 30_000)),
        "times-8000": lambda: html(numbered("<time datetime='on the #th'>x</time>", 8_000) + ARTICLE),
        "dates-classed-8000": lambda: html(numbered("<span class=date>2026 #</span>", 8_000) + ARTICLE),
        "title-of-separators": lambda: html(ARTICLE, f"<title>{'a - | :: ' * 20_000}</title>"),
        "title-open": lambda: f"<html><head><title>{'x ' * 500_000}",
        "og-title-1MB": lambda: html(ARTICLE, f"<meta property=og:title content='{'Bridge - ' * 110_000}'>"),
        "h1-1MB": lambda: html(f"<h1>{'Bridge | ' * 110_000}</h1>{ARTICLE}"),
        "canonical-1MB": lambda: html(ARTICLE, f"<link rel=canonical href='/{'a/../' * 200_000}'>"),
        "base-hostile": lambda: html(ARTICLE, f"<base href='//{'a.' * 100_000}example/[::'>"),
        # JSON-LD
        "json-ld-deep": lambda: ld('{"@graph":' * 100_000),
        "json-ld-arrays": lambda: ld("[" * 200_000 + "]" * 200_000),
        "json-ld-wide": lambda: ld("[" + '{"@type":"NewsArticle","headline":"x"},' * 100_000 + "{}]"),
        "json-ld-cyclic": lambda: ld(cycle()),
        "json-ld-commas": lambda: ld('{"@type":"NewsArticle"' + "," * 1_000_000),
        "json-ld-commas-spaced": lambda: ld('{"@type":"NewsArticle"' + ", " * 300_000),
        "json-ld-spaces-after-comma": lambda: ld('{"a":1,' + " " * 1_000_000 + "x"),
        "json-ld-backslashes": lambda: ld('{"headline":"' + "\\" * 1_000_000),
        "json-ld-headlines": lambda: ld('{"headline":"' * 80_000),
        "json-ld-huge-number": lambda: ld('{"@type":"NewsArticle","datePublished":' + "9" * 200_000 + "}"),
        "json-ld-8-scripts": lambda: html(ARTICLE, f"<script type='application/ld+json'>{cycle()}</script>" * 8),
        # Text
        "text-node-5MB": lambda: html(f"<article><p>{'The bridge was built of stone. ' * 170_000}</p></article>"),
        "word-1MB": lambda: html(f"<article><p>{'x' * 1_000_000}</p>{PARAGRAPHS}</article>"),
        "word-digits-1MB": lambda: html(f"<article><p>{'1' * 1_000_000}</p>{PARAGRAPHS}</article>"),
        "spaces-5MB": lambda: html(f"<article><p>a{' ' * 5_000_000}b</p>{PARAGRAPHS}</article>"),
        "newlines-2MB": lambda: html(f"<article><p>a{chr(10) * 2_000_000}b</p>{PARAGRAPHS}</article>"),
        "punctuation-1MB": lambda: html(f"<article><p>{'.,;:!?-–' * 110_000}</p>{PARAGRAPHS}</article>"),
        "zalgo": lambda: html(f"<article><p>{('B' + '̍̎̄̅̿̑' * 300) * 500}</p>{PARAGRAPHS}</article>"),
        "one-letter-1000000-marks": lambda: html(f"<article><p>B{'̖̍' * 500_000}</p>{PARAGRAPHS}</article>"),
        "bidi-flood": lambda: html(f"<article><h1>{'‮⁧' * 200_000}x</h1>{PARAGRAPHS}</article>"),
        "comment-5MB": lambda: html(f"<!--{'- x' * 1_700_000}-->{ARTICLE}"),
        "comments-300000": lambda: html("<!--x-->" * 300_000 + ARTICLE),
        "comment-unclosed": lambda: html(f"{ARTICLE}<!--{'<p>x' * 500_000}"),
        "comment-openings": lambda: html("<!--" * 500_000 + ARTICLE),
        "cdata": lambda: html(f"<![CDATA[{'<p>x]]' * 300_000}]]>{ARTICLE}"),
        "instructions": lambda: html("<?php echo 1 ?>" * 200_000 + ARTICLE),
        "doctype-5MB": lambda: f"<!DOCTYPE html [{'<!ENTITY a b>' * 400_000}]><html><body>{ARTICLE}",
        "doctypes": lambda: "<!DOCTYPE html>" * 200_000 + html(ARTICLE),
        "less-than-2MB": lambda: html("<" * 2_000_000 + ARTICLE),
        "tags-without-end": lambda: html("<a <b <c " * 300_000 + ARTICLE),
        "quote-without-end": lambda: html(f'<a href="{"x" * 3_000_000}'),
        "html-self-closed": lambda: "<html " + "a " * 1_000_000,
        "html-tags": lambda: "<html " * 300_000,
        "tag-name-1MB": lambda: html(f"<{'a' * 1_000_000}>x{ARTICLE}"),
        "class-1MB": lambda: html(f"<div class='{'comment footer ' * 70_000}'>{ARTICLE}</div>"),
        "classes-long-500": lambda: html(f"<div class='{'wide card ' * 300}'><p>words</p></div>" * 500 + ARTICLE),
        "data-uri-5MB": lambda: html(f"<img src='data:image/png;base64,{'iVBOR' * 1_000_000}'>{ARTICLE}"),
        "entities-500000": lambda: html(f"<p>{'&amp;&#65;&notanentity;' * 170_000}</p>{ARTICLE}"),
        "entity-numeric-huge": lambda: html(f"<p>&#{'9' * 1_000_000};&#x{'f' * 1_000_000};</p>{ARTICLE}"),
        "laughs-xhtml": lambda: f"<?xml version='1.0'?>{laughs('html')}<html><body>&l9;{ARTICLE}</body></html>",
        "external-entity": lambda: (
            "<!DOCTYPE html [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + html(f"<p>&x;</p>{ARTICLE}")
        ),
        "nulls": lambda: html("\0" * 1_000_000 + ARTICLE),
        "stylesheet-5MB": lambda: html(f"<style>{'a{b:c}' * 800_000}</style>{ARTICLE}"),
        "script-open": lambda: html(f"{ARTICLE}<script>{'</scrip' * 500_000}"),
        "textarea-open": lambda: html(f"{ARTICLE}<textarea>{'<p>x</p>' * 300_000}"),
        "plaintext": lambda: html(f"{ARTICLE}<plaintext>{'<p>x</p>' * 300_000}"),
        "noscript": lambda: html("<noscript>" * 50_000 + ARTICLE),
        "templates": lambda: html("<template>" * 50_000 + ARTICLE),
        "wall-words": lambda: html("Just a moment... checking your browser " * 50_000),
    }
    yield from ((name, make, plain) for name, make in made.items())
    encoded = html(ARTICLE)
    yield "utf16-without-mark", lambda: encoded.encode("utf-16-le"), "text/html"
    yield "utf16-declared-wrongly", lambda: encoded.encode(), "text/html; charset=utf-16"
    yield "utf32-declared-wrongly", lambda: encoded.encode() * 2_000, "text/html; charset=utf-32"
    yield "utf7", lambda: html("+ADw-script+AD4-" * 10_000 + ARTICLE), "text/html; charset=utf-7"
    yield "charset-idna", lambda: encoded.encode(), "text/html; charset=idna"
    yield "charset-zlib", lambda: zlib.compress(b"x" * 1_000_000), "text/html; charset=zlib"
    yield "charset-1MB", lambda: f"<meta charset={'x' * 1_000_000}>{encoded}", f"text/html; charset={'y' * 8_000}"
    yield "invalid-utf8", lambda: b"\xff\xc0\x80" * 300_000 + encoded.encode(), plain
    yield "iso2022", lambda: b"\x1b$B" * 300_000 + encoded.encode(), "text/html; charset=iso-2022-jp"
    yield "gzip-as-html", lambda: gzip.compress(encoded.encode()), plain
    yield "zip-as-html", lambda: b"PK\x03\x04" + bytes(range(256)) * 4_000, plain
    yield "png-as-html", lambda: png(100_000), plain
    yield "pdf-as-html", lambda: b"%PDF-1.7\n" + b"1 0 obj << /Type /Page >> endobj\n" * 30_000, plain
