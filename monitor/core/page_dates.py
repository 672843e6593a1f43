"""Find when an article says it was published and last changed: the most trustworthy place first."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from urllib.parse import urlsplit

from lxml.etree import XPath
from lxml.html import HtmlElement

from monitor.core.dates import DatePolicy, flag_date, read_date
from monitor.core.htmltree import Metas, squeeze, text_of
from monitor.core.jsonld import Node, strings

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
_URL_DATE = re.compile(r"[/-]((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?=[/-])")
_YEAR = re.compile(r"(?:19|20)\d\d")
_DATED = XPath(
    "//*[self::span or self::div or self::p or self::small or self::abbr or self::li]"
    "[contains(@class,'date') or contains(@class,'fecha') or contains(@class,'publish') or contains(@class,'time')]"
)
_AFTER_HEADLINE = XPath("(//article//h1 | //main//h1 | //h1)[1]/following::text()[normalize-space()]")
_FRAME = ("aside", "nav", "footer")  # a date there is that of another article, or of today
_UPDATED = re.compile(r"modif|updat|actuali[sz]|mise-a-jour|upd\b", re.IGNORECASE)
_TODAY = re.compile(r"today|hoy|aujourd|current|clock|now\b", re.IGNORECASE)
# Counted from the moment of reading: another at every load.
_RELATIVE = re.compile(
    r"\bago\b|\bil y a\b|\bhace\s+\S|\bhá\s+\S|\batrás\b|\bvor\s+\S+\s+(?:sek|min|stund|tag|woch|monat)|\bfa$"
    r"|\bgeleden\b|\blalu$|\btrước$|\bназад\b|\bönce\b|\bantaŭ\b|(?:^|\s)(?:منذ|قبل)\s|\bپیش$|\bپہلے$|\bपहले$"
    r"|前$|\s전$|\bjust now\b|\bà l['’]instant\b|\bahora mismo\b|\bbaru saja\b|\bvừa xong\b|\bтолько что\b|\bالآن\b"
    r"|\b(?:to|yester)day\b|\baujourd['’]hui\b|\bhier\b|\bhoy\b|\bayer\b|\bhoje\b|\bontem\b|\bhari ini\b|\bkemarin\b"
    r"|\bсегодня\b|\bвчера\b|\bhôm (?:nay|qua)\b|\bاليوم\b|\bأمس\b|\bheute\b|\bgestern\b|\bbugün\b|\bdün\b",
    re.IGNORECASE,
)
_LONGEST_DATE = 120  # characters of an element classed as a date
_LONGEST_LINE = 60  # characters of any line that is a date with a word or two; longer ones tell of something
_SAID = ("json-ld", "meta", "time")  # places that hold a date or nothing; the others are only looked through

_Claims = Iterable[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class StatedTime:
    """A time that a page states: when, as written, where (json-ld, meta, time, text, url), with which offset."""

    at: datetime | None = None
    raw: str | None = None
    source: str | None = None
    zone: str | None = None


NO_TIME = StatedTime()


@dataclass(frozen=True, slots=True)
class Believing:
    """What decides how a date is read and whether it is believed: the text's language, the present, the policy."""

    language: str | None
    now: datetime | None
    dates: DatePolicy


def read_published(root: HtmlElement, article: Node, metas: Metas, url: str, how: Believing) -> StatedTime:
    """Return when the article at `url` was published, by the first place that gives a date to believe.

    The places: JSON-LD datePublished; the publication metas; `time` elements; elements whose class names a date; the
    lines after the headline; the date in the URL. When none gives a date, `raw` is the first that claimed to be one;
    never one that counts back from now ("3 minutes ago").
    """
    return _first_believed(_published(root, article, metas, url), how)


def read_modified(root: HtmlElement, article: Node, metas: Metas, how: Believing) -> StatedTime:
    """Return when the article was last changed: by JSON-LD dateModified, the metas, `time` elements marked so."""
    return _first_believed(_modified(root, article, metas), how)


def _first_believed(claims: _Claims, how: Believing) -> StatedTime:
    unread = NO_TIME
    for source, raw in claims:
        found = read_date(raw, language=how.language)
        if found and flag_date(found.at, raw, how.now, how.dates) is None:
            return StatedTime(found.at, raw, source, found.zone)
        if unread.raw is None and source in _SAID and not _RELATIVE.search(raw):
            unread = StatedTime(None, raw, source)
    return unread


def _published(root: HtmlElement, article: Node, metas: Metas, url: str) -> Iterator[tuple[str, str]]:
    yield from (("json-ld", raw) for raw in strings(article.get("datePublished") or article.get("dateCreated")))
    yield from (("meta", metas.firsts[name]) for name in _PUBLISHED if name in metas.firsts)
    yield from (("time", raw) for raw in _times(root))
    yield from (("text", text) for text in _dated_texts(root))
    if found := _URL_DATE.search(urlsplit(url).path):
        yield "url", "-".join(found.groups())


def _modified(root: HtmlElement, article: Node, metas: Metas) -> Iterator[tuple[str, str]]:
    yield from (("json-ld", raw) for raw in strings(article.get("dateModified")))
    yield from (("meta", metas.firsts[name]) for name in _MODIFIED if name in metas.firsts)
    yield from (("time", _said(element)) for element in root.iter("time") if _tells_update(element) and _said(element))


def _times(root: HtmlElement) -> Iterator[str]:
    """Yield the values of `time` elements: those marked as publication first, then those in the article, then all."""
    times = [element for element in root.iter("time") if not _tells_update(element) and not _framed(element)]
    marked = [t for t in times if t.get("pubdate") is not None or t.get("itemprop") == "datePublished"]
    inside = [t for t in times if next(t.iterancestors("article", "main"), None) is not None]
    yield from filter(None, (_said(element) for element in dict.fromkeys(marked + inside + times[:3])))


def _said(element: HtmlElement) -> str:
    return squeeze(element.get("datetime")) or text_of(element)


def _tells_update(element: HtmlElement) -> bool:
    return element.get("itemprop") == "dateModified" or _UPDATED.search(element.get("class") or "") is not None


def _framed(element: HtmlElement) -> bool:
    return next(element.iterancestors(*_FRAME), None) is not None


def _dated_texts(root: HtmlElement) -> Iterator[str]:
    """Yield short texts with a year: in elements classed as dates, then in the dozen lines after the headline."""
    found = (element for element in cast(list[HtmlElement], _DATED(root))[:20] if _of_article(element))
    classed = (text_of(element) for element in found)
    nearby = (squeeze(text) for text in cast(list[str], _AFTER_HEADLINE(root))[:12])
    for texts, longest in ((classed, _LONGEST_DATE), (nearby, _LONGEST_LINE)):
        yield from (text for text in texts if len(text) <= longest and _YEAR.search(text))


def _of_article(element: HtmlElement) -> bool:
    """Say whether an element classed as a date may be the article's: not the clock in the page's head."""
    named = element.get("class") or ""
    return not (_TODAY.search(named) or _UPDATED.search(named) or _framed(element))
