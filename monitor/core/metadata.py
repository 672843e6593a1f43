"""Read what an article page says about itself: dates, author, canonical address, outlet and language."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.core.canonical import believed_canonical
from monitor.core.dates import DEFAULT as DEFAULT_DATES
from monitor.core.dates import DatePolicy, flag_date, parse_date
from monitor.core.htmltree import meta, metas, squeeze, text_of
from monitor.core.jsonld import Node, first, strings
from monitor.core.language import identify
from monitor.core.urls import canonical_url, join

_PUBLISHED = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "published_time",
    "publication_date",
    "publishdate",
    "publish-date",
    "pubdate",
    "parsely-pub-date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
    "mediator_published_time",
    "article.published",
    "dc.date.issued",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "datecreated",
    "date",
)
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "dcterms.modified", "lastmod", "last-modified")
_AUTHORS = ("author", "article:author", "byl", "dc.creator", "dcterms.creator", "parsely-author", "sailthru.author")
_SITE = ("og:site_name", "application-name", "apple-mobile-web-app-title")
_URL_DATE = re.compile(r"[/-]((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/-])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_BY = re.compile(r"^(?:by|par|por|oleh|von|di|автор:?|tác giả:?|بقلم:?|penulis:?)\s+", re.IGNORECASE)
_DATED = XPath(
    "//*[self::span or self::div or self::p or self::small or self::abbr or self::li]"
    "[contains(@class,'date') or contains(@class,'fecha') or contains(@class,'publish') or contains(@class,'time')]"
)
_AFTER_HEADLINE = XPath("(//article//h1 | //main//h1 | //h1)[1]/following::text()[normalize-space()]")
_LONGEST_DATE = 120  # characters of an element classed as a date
_LONGEST_LINE = 60  # characters of any line that is a date with a word or two; longer ones tell of something
_SAID = ("json-ld", "meta", "time")  # places that hold a date or nothing; the others are only looked through
_BYLINE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class MetadataPolicy:
    """What is believed: no date that is odd by `dates`; the text's language from `long_text` characters on."""

    dates: DatePolicy = DEFAULT_DATES
    long_text: int = 200


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself; `published_source` names the place the raw date was read from."""

    published_at: datetime | None = None
    published_raw: str | None = None
    published_source: str | None = None
    modified_at: datetime | None = None
    byline: str | None = None
    canonical_url: str | None = None
    site_name: str | None = None
    language: str | None = None


DEFAULT = MetadataPolicy()


def read_metadata(
    root: HtmlElement,
    article: Node,
    url: str,
    text: str,
    *,
    now: datetime | None = None,
    policy: MetadataPolicy = DEFAULT,
) -> Metadata:
    """Read the metadata of the article at `url`, whose extracted text is `text` and JSON-LD object `article`.

    The publication date is the first readable one of: JSON-LD datePublished; the publication metas; `time` elements;
    elements whose class names a date; the lines after the headline; the date in the URL. Dates of a clock that was
    never set are passed over, with `now` those too far in the future as well. When no place gives a date,
    `published_raw` is the first that claimed to be one.
    """
    language = choose_language(declared_language(root, article), text, policy=policy)
    published = _published(root, article, url, language, now, policy.dates)
    return Metadata(
        published_at=published[0],
        published_raw=published[1],
        published_source=published[2],
        modified_at=_modified(root, article, language, now, policy.dates),
        byline=read_byline(root, article),
        canonical_url=read_canonical(root, url),
        site_name=meta(root, *_SITE) or first(article.get("publisher")),
        language=language,
    )


def declared_language(root: HtmlElement, article: Node) -> str | None:
    """Return the primary language subtag (BCP 47, lower case) a page declares: html lang, inLanguage, og:locale."""
    said = (root.get("lang") or root.get("xml:lang"), first(article.get("inLanguage")), meta(root, "og:locale"))
    for value in said:
        subtag = re.split(r"[-_]", (value or "").strip())[0].lower()
        if re.fullmatch(r"[a-z]{2,3}", subtag) and subtag not in ("und", "mul", "zxx"):
            return subtag
    return None


def choose_language(declared: str | None, text: str, *, policy: MetadataPolicy = DEFAULT) -> str | None:
    """Return the text's own language when the text is long enough to tell, else the declared one.

    Templates declare the language of the site and are wrong for its other editions; a short text is easily mistaken.
    """
    if declared and len(text) < policy.long_text:
        return declared
    return (identify(text) if text else None) or declared


def read_byline(root: HtmlElement, article: Node) -> str | None:
    """Return the authors' names joined by a comma, from JSON-LD, author metas, rel=author or itemprop=author."""
    tagged = (
        text_of(element)
        for element in root.iter("a", "span", "address", "p", "div")
        if "author" in (element.get("rel") or "").split() or element.get("itemprop") == "author"
    )
    named = [content for wanted in _AUTHORS for name, content in metas(root) if name == wanted]
    for names in (strings(article.get("author")), strings(article.get("creator")), named, tagged):
        if byline := _joined(names):
            return byline
    return None


def read_canonical(root: HtmlElement, url: str) -> str | None:
    """Return the canonical URL a page names, when it can be believed (`believed_canonical`); not of several."""
    hrefs = (link.get("href") for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    base = next((join(url, element.get("href") or "") for element in root.iter("base")), None) or url
    named = {canonical_url(target) for href in hrefs if href and (target := join(base, href))}
    return believed_canonical(url, named.pop()) if len(named) == 1 else None


def _joined(names: Iterable[str]) -> str | None:
    cleaned = (_BY.sub("", squeeze(name)).strip(" ,;") for name in names)
    kept = dict.fromkeys(name for name in cleaned if name and not name.startswith(("http://", "https://", "@", "/")))
    return ", ".join(kept)[:_BYLINE_LIMIT].rstrip(", ") or None


Dated = tuple[datetime | None, str | None, str | None]


def _published(
    root: HtmlElement, article: Node, url: str, language: str | None, now: datetime | None, policy: DatePolicy
) -> Dated:
    unread: Dated = (None, None, None)
    for source, raw in _date_claims(root, article, url):
        at = parse_date(raw, language=language)
        if at and flag_date(at, raw, now, policy) is None:
            return at, raw, source
        if unread == (None, None, None) and source in _SAID:
            unread = (None, raw, source)
    return unread


def _modified(
    root: HtmlElement, article: Node, language: str | None, now: datetime | None, policy: DatePolicy
) -> datetime | None:
    said = [*strings(article.get("dateModified")), *(meta(root, name) or "" for name in _MODIFIED)]
    read = ((parse_date(raw, language=language), raw) for raw in said if raw)
    return next((at for at, raw in read if at and flag_date(at, raw, now, policy) is None), None)


def _date_claims(root: HtmlElement, article: Node, url: str) -> Iterator[tuple[str, str]]:
    """Yield where and how dates are written on a page, the most trustworthy place first."""
    yield from (("json-ld", raw) for raw in strings(article.get("datePublished") or article.get("dateCreated")))
    said = dict(reversed(list(metas(root))))
    yield from (("meta", said[name]) for name in _PUBLISHED if name in said)
    yield from (("time", raw) for raw in _times(root))
    yield from (("text", text) for text in _dated_texts(root))
    if found := _URL_DATE.search(urlsplit(url).path):
        yield "url", "-".join(found.groups())


def _times(root: HtmlElement) -> Iterator[str]:
    """Yield the values of `time` elements: those marked as publication first, then those in the article, then all."""
    times = list(root.iter("time"))
    marked = [t for t in times if t.get("pubdate") is not None or t.get("itemprop") == "datePublished"]
    inside = [t for t in times if next(t.iterancestors("article", "main"), None) is not None]
    for element in dict.fromkeys(marked + inside + times[:3]):
        if raw := squeeze(element.get("datetime")) or text_of(element):
            yield raw


def _dated_texts(root: HtmlElement) -> Iterator[str]:
    """Yield short texts with a year: in elements classed as dates, then in the dozen lines after the headline."""
    classed = (text_of(element) for element in cast(list[HtmlElement], _DATED(root))[:20])
    nearby = (squeeze(text) for text in cast(list[str], _AFTER_HEADLINE(root))[:12])
    for texts, longest in ((classed, _LONGEST_DATE), (nearby, _LONGEST_LINE)):
        yield from (text for text in texts if len(text) <= longest and _YEAR.search(text))
