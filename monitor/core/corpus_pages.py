"""Read a saved HTML page by the extraction that live pages go through, so that the two can be compared."""

from dataclasses import replace

from monitor.core.cited_urls import host_in
from monitor.core.extraction import extract_article
from monitor.core.htmltree import meta, parse_html
from monitor.interfaces import Extraction, ReadRequest, Task

_NOWHERE = "https://page.invalid/"  # RFC 2606: stands for the address of a page that does not give its own


def read_page(source: str) -> Extraction:
    """Extract the article of a decoded page; `canonical_url` is the address it states (canonical link or og:url).

    Deterministic, and asks no clock. Hostile markup can take long: give it untrusted pages in a worker only.
    """
    url = _stated_url(source)
    request = ReadRequest(Task.ARTICLE, url or _NOWHERE, source.encode("utf-8", "replace"), "text/html; charset=utf-8")
    extraction = extract_article(request)
    return replace(extraction, canonical_url=extraction.canonical_url or url)


def _stated_url(source: str) -> str | None:
    page = parse_html(source)
    if page is None:
        return None
    links = page.root.iterfind(".//link[@href]")
    canonical = [link.get("href") or "" for link in links if "canonical" in (link.get("rel") or "").lower().split()]
    stated = (*canonical, meta(page.root, "og:url") or "")
    return next(
        (url.strip() for url in stated if url.lower().strip().startswith("http") and host_in(url.strip())), None
    )
