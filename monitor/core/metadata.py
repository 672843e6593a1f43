"""Read what an article page says about itself: dates, author, section, canonical address, outlet and language."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from lxml.html import HtmlElement

from monitor.core.bylines import UNSIGNED, Byline, read_byline
from monitor.core.canonical import believed_canonical
from monitor.core.dates import DEFAULT as DEFAULT_DATES
from monitor.core.dates import DatePolicy
from monitor.core.htmltree import Metas, read_metas
from monitor.core.jsonld import Node, first
from monitor.core.language import identify
from monitor.core.page_dates import NO_TIME, Believing, StatedTime, read_modified, read_published
from monitor.core.page_sections import read_section
from monitor.core.urls import canonical_url, join

_SITE = ("og:site_name", "application-name", "apple-mobile-web-app-title")


@dataclass(frozen=True, slots=True)
class MetadataPolicy:
    """What is believed: no date that is odd by `dates`; the text's language from `long_text` characters on."""

    dates: DatePolicy = DEFAULT_DATES
    long_text: int = 200


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page says about itself; the times and the byline with the place that they were read from."""

    published: StatedTime = NO_TIME
    modified: StatedTime = NO_TIME
    byline: Byline = UNSIGNED
    section: str | None = None
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
    nodes: Sequence[Node] = (),
    now: datetime | None = None,
    metas: Metas | None = None,
    policy: MetadataPolicy = DEFAULT,
) -> Metadata:
    """Read the metadata of the article at `url`, whose extracted text is `text` and JSON-LD object `article`.

    `nodes` are all JSON-LD objects of the page, `metas` its meta elements where they were read already. Dates of a
    clock that was never set are passed over, with `now` those too far in the future as well. The places looked at are
    those of `read_published`, `read_modified`, `read_byline` and `read_section`.
    """
    metas = metas or read_metas(root)
    language = choose_language(declared_language(root, article, metas), text, policy=policy)
    how = Believing(language, now, policy.dates)
    return Metadata(
        published=read_published(root, article, metas, url, how),
        modified=read_modified(root, article, metas, how),
        byline=read_byline(root, article, metas),
        section=read_section(root, article, nodes, metas, url),
        canonical_url=read_canonical(root, url),
        site_name=metas.first(*_SITE) or first(article.get("publisher")),
        language=language,
    )


def declared_language(root: HtmlElement, article: Node, metas: Metas) -> str | None:
    """Return the primary language subtag (BCP 47, lower case) a page declares: html lang, inLanguage, og:locale."""
    said = (root.get("lang") or root.get("xml:lang"), first(article.get("inLanguage")), metas.first("og:locale"))
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


def read_canonical(root: HtmlElement, url: str) -> str | None:
    """Return the canonical URL a page names, when it can be believed (`believed_canonical`); not of several."""
    hrefs = (link.get("href") for link in root.iter("link") if "canonical" in (link.get("rel") or "").lower().split())
    base = next((join(url, element.get("href") or "") for element in root.iter("base")), None) or url
    named = {canonical_url(target) for href in hrefs if href and (target := join(base, href))}
    return believed_canonical(url, named.pop()) if len(named) == 1 else None
