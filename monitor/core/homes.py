"""Propose what to watch from what texts cite: outlets' home pages, and the fronts of the sites of cited URLs."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from monitor.core.cited_urls import host_in
from monitor.core.outlets import Registry
from monitor.model import Citation, Outlet, SourceKind

_BELIEVED = 0.5  # confidence below which a citation proposes nothing

# A first path segment that names a language edition: `/fr/`, `/en-US/`, `/pt_br/`, `/ar.html` is none.
_EDITION = re.compile(r"/(?P<language>[a-z]{2})(?:[-_][A-Za-z]{2,4})?(?:/|$)")
_EDITIONS = frozenset(
    {"ar", "bg", "cn", "cs", "de", "el", "en", "eo", "es", "fa", "fr", "he", "hi", "id", "it", "ja", "jp", "km", "ko"}
    | {"kr", "lo", "ms", "nl", "pl", "pt", "ro", "ru", "sr", "sw", "th", "tr", "uk", "ur", "vi", "vn", "zh"}
)
# Sites where everybody publishes: an address there says nothing about whose front page to watch.
_SHARED_SITES = re.compile(
    r"(?:^|\.)(?:facebook|twitter|x|youtube|instagram|tiktok|linkedin|wordpress|blogspot|medium|google|telegram|vk|ok|"
    r"whatsapp|wikipedia|archive|bit|goo|t)\.(?:com|org|ru|me|ly|gl|be|co|is)$|(?:^|\.)youtu\.be$"
)


# Addresses without a name, and names without a domain: nothing that can be watched from outside.
_NO_SITE = re.compile(r"^[\d.]+$|:|^[^.]+$|\.(?:local|localhost|internal|invalid|test)$|[^\w.-]")


@dataclass(frozen=True, slots=True)
class ProposedSource:
    """A page worth watching. `count` is how many citations lead to it; `kind` is None where discovery has to tell."""

    url: str
    outlet: str | None
    language: str | None
    reason: str
    count: int
    kind: SourceKind | None = None


def propose_homes(
    citations: Iterable[Citation], registry: Registry, language: str | None
) -> tuple[ProposedSource, ...]:
    """Return a proposal for each outlet and site cited with confidence 0.5 or more, most cited first.

    An outlet's home is the one in `language` (BCP 47, the language of the citing text), else its first. A URL leads to
    the outlet's home above it, else to the front of its language edition (`/fr`), else to its site. `kind` is LISTING
    for an outlet of which no feed is known.
    """
    found = [(home, citation) for citation in citations if (home := _home(citation, registry, language))]
    counts = Counter(_identity(home.url) for home, _ in found)
    kinds: dict[str, Counter[str]] = {}
    for home, citation in found:
        kinds.setdefault(_identity(home.url), Counter())[citation.kind.value.replace("_", " ")] += 1
    first = {_identity(home.url): home for home, _ in reversed(found)}
    proposals = [replace(home, count=counts[key], reason=_reason(kinds[key])) for key, home in first.items()]
    return _most_cited_first(proposals)


def merge_proposals(groups: Iterable[Iterable[ProposedSource]]) -> tuple[ProposedSource, ...]:
    """Merge the proposals of many texts: one for each page, its counts added up, most cited first."""
    merged: dict[str, ProposedSource] = {}
    texts: Counter[str] = Counter()
    for group in groups:
        for proposal in group:
            key = _identity(proposal.url)
            texts[key] += 1
            before = merged.get(key)
            merged[key] = replace(before, count=before.count + proposal.count) if before else proposal
    return _most_cited_first(
        replace(proposal, reason=_reason_of_many(proposal, texts[key])) for key, proposal in merged.items()
    )


def _home(citation: Citation, registry: Registry, language: str | None) -> ProposedSource | None:
    if citation.confidence < _BELIEVED:
        return None
    outlet = registry.get(citation.outlet) if citation.outlet else None
    if citation.url:
        return _home_of_url(citation.url, outlet)
    return _home_of_outlet(outlet, language) if outlet and outlet.homes else None


def _home_of_outlet(outlet: Outlet, language: str | None) -> ProposedSource:
    primary = (language or "").split("-")[0].lower()
    home_language, url = next((home for home in outlet.homes if home[0] == primary), outlet.homes[0])
    return ProposedSource(url, outlet.key, home_language, "", 0, None if outlet.feeds else SourceKind.LISTING)


def _home_of_url(url: str, outlet: Outlet | None) -> ProposedSource | None:
    host = host_in(url)
    if host is None or _SHARED_SITES.search(host) or _NO_SITE.search(host):
        return None
    for language, home in sorted(outlet.homes if outlet else (), key=lambda pair: -len(pair[1])):
        if urlsplit(home).path.strip("/") and _identity(url).startswith(_identity(home) + "/"):
            return _home_of_outlet(outlet, language) if outlet else None
    parts = urlsplit(url)
    root = f"{parts.scheme.lower()}://{parts.netloc.rpartition('@')[2].lower()}"
    edition = _EDITION.match(parts.path)
    key = outlet.key if outlet else None
    if edition and edition["language"] in _EDITIONS:
        if outlet and edition["language"] in dict(outlet.homes):
            return _home_of_outlet(outlet, edition["language"])
        return ProposedSource(root + edition[0].rstrip("/"), key, edition["language"], "", 0)
    return ProposedSource(root + "/", key, _language_of_root(outlet, root), "", 0)


def _language_of_root(outlet: Outlet | None, root: str) -> str | None:
    homes = outlet.homes if outlet else ()
    return next((language for language, home in homes if _identity(home) == _identity(root)), None)


def _identity(url: str) -> str:
    """Return what makes two addresses one page here: without scheme, `www.` and a trailing slash."""
    return url.partition("://")[2].lower().removeprefix("www.").rstrip("/")


def _reason(kinds: Counter[str]) -> str:
    return "cited as " + ", ".join(f"{kind} ({count})" if count > 1 else kind for kind, count in kinds.most_common())


def _reason_of_many(proposal: ProposedSource, texts: int) -> str:
    return proposal.reason if texts == 1 else f"cited {proposal.count} times in {texts} texts"


def _most_cited_first(proposals: Iterable[ProposedSource]) -> tuple[ProposedSource, ...]:
    return tuple(sorted(proposals, key=lambda proposal: (-proposal.count, proposal.url)))
