"""Find the headline of an article page by a vote of the places that name it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from lxml.html import HtmlElement

from monitor.core.headings import Heading, read_headings
from monitor.core.htmltree import Metas, read_metas, text_of
from monitor.core.jsonld import Node, first
from monitor.core.title_names import (
    OutletNames,
    ends,
    normalise_title,
    outlet_names,
    pieces,
    title_key,
    title_rest,
    without_names,
    without_section,
)

_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])$")
_NOTHING = frozenset({"", "null", "undefined", "untitled", "untitled document", "home", "none"})


@dataclass(frozen=True, slots=True)
class TitlePolicy:
    """What each place weighs, and from how many characters a headline may have been cut without a sign of it.

    The page's own headline, its JSON-LD and `<title>` are written for this article, each with a fault of its own (logos
    and sections in h1, stale data, wordings for search engines); og and twitter are often reworded for sharing and copy
    each other; the feed is of an earlier hour. tests/core/test_title_weights.py argues for the
    numbers. JSON-LD headlines are cut at 110 characters, the limit Google set for them.
    """

    weights: tuple[tuple[str, int], ...] = (
        ("json-ld", 3),
        ("og", 2),
        ("h1", 3),
        ("feed", 2),
        ("title", 3),
        ("twitter", 1),
    )
    stray_h1: int = 2  # an h1 outside article and main while there are several
    silent_cut: int = 100


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline and the place it was taken from: json-ld, og, h1, feed, title or twitter; both None if none.

    `rest` is what `<title>` holds beside it (see `title_rest`).
    """

    text: str | None
    source: str | None
    rest: str | None = None


@dataclass(frozen=True, slots=True)
class _Claim:
    source: str
    text: str
    weight: int
    variants: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        return title_key(self.text)


DEFAULT = TitlePolicy()


def vote_title(
    root: HtmlElement,
    article: Node,
    *,
    hint: str | None = None,
    site_names: Iterable[str] = (),
    title_rests: Iterable[str] = (),
    section: str | None = None,
    metas: Metas | None = None,
    policy: TitlePolicy = DEFAULT,
) -> Headline:
    """Return the headline most places agree on.

    The places are the JSON-LD headline, og:title, h1, the feed's title (`hint`), `<title>` and twitter:title. Each is
    put on one line with entities resolved and the outlet's name taken off (`site_names`, and `title_rests`, what the
    outlet is known to add to `<title>`); what is only the outlet's name has no voice. The `section` goes off the end of
    `<title>`. An h1 that another place confirms but for a kicker set inside it loses the kicker.
    Places that say the same (case, quotes and dashes aside; digits always count) add their weights, a truncated one
    adds its weight to the longer one it begins. The heaviest wins; on a tie, the page's own h1, then the order above.
    The winner is spelt as the first agreeing place in that order spells it.
    """
    title = _page_title(root)
    claims = list(_claims(root, article, hint, title, metas or read_metas(root), policy))
    groups = _groups(_without_outlet(claims, outlet_names(site_names, title_rests), section), policy)
    if not groups:
        return Headline(None, None)
    best = max(groups, key=_weight)
    spelt = next((claim for claim in best if not claim.text.isupper()), best[0])
    return Headline(spelt.text, spelt.source, title_rest(title, spelt.text))


def _weight(group: list[_Claim]) -> tuple[int, bool]:
    places = {claim.source: claim.weight for claim in group}
    return sum(places.values()), "h1" in places


def _page_title(root: HtmlElement) -> str:
    return normalise_title(next((text_of(element) for element in root.iterfind("./head/title")), None))


def _claims(
    root: HtmlElement, article: Node, hint: str | None, title: str, metas: Metas, policy: TitlePolicy
) -> Iterator[_Claim]:
    said = {
        "json-ld": first(article.get("headline")) or first(article.get("name")),
        "og": metas.first("og:title"),
        "feed": hint,
        "title": title,
        "twitter": metas.first("twitter:title"),
    }
    for source, weight in policy.weights:
        if source == "h1":
            yield from _headings(read_headings(root), weight, policy)
        elif (text := normalise_title(said[source])).casefold() not in _NOTHING:
            yield _Claim(source, text, weight)


def _headings(found: tuple[Heading, ...], weight: int, policy: TitlePolicy) -> Iterator[_Claim]:
    shown = [heading for heading in found if heading.text.casefold() not in _NOTHING]
    for heading in shown:
        counts = weight if len(shown) == 1 or heading.inside else policy.stray_h1
        yield _Claim("h1", normalise_title(heading.text), counts, tuple(map(normalise_title, heading.variants)))


def _without_outlet(claims: list[_Claim], names: OutletNames, section: str | None) -> list[_Claim]:
    """Take the outlet's name off every claim, and drop the claims that are nothing else."""
    names = replace(names, keys=names.keys | _logos(claims, names))
    named = [claim for claim in claims if not names.has(claim.text)]
    rivals = {claim.key for claim in named if claim.source != "title"}
    trimmed = (_trimmed(claim, names, rivals, section) for claim in named)
    said = [replace(claim, text=text) for claim, text in trimmed if text]
    return [_without_kicker(claim, said) if claim.variants else claim for claim in said]


def _logos(claims: list[_Claim], names: OutletNames) -> set[str]:
    """Return the h1 that are the outlet's logo: the shorter end of `<title>`, said nowhere else."""
    logos = {claim.key for claim in claims if claim.source == "h1"}
    logos -= {claim.key for claim in claims if claim.source not in ("h1", "title")}
    said = (end for claim in claims if claim.source == "title" and logos for end in ends(claim.text))
    short = ((title_key(end), rest) for end, rest in said if len(end) < len(rest))
    return {key for key, rest in short if key in logos and not names.has(rest)}


def _trimmed(claim: _Claim, names: OutletNames, rivals: set[str], section: str | None) -> tuple[_Claim, str]:
    if claim.source != "title":
        return claim, without_names(claim.text, names)
    for piece in pieces(claim.text):
        if title_key(piece) in rivals and 3 * len(piece) >= len(claim.text):  # a section's name is no headline
            return claim, piece
    return claim, without_section(without_names(claim.text, names), section)


def _without_kicker(claim: _Claim, said: list[_Claim]) -> _Claim:
    """Return a heading without what is set apart inside it, when that is what another place says."""
    others = {other.key for other in said if other.source != "h1"}
    if claim.key in others:
        return claim
    plain = next((text for text in claim.variants if title_key(text) in others), None)
    return replace(claim, text=plain) if plain else claim


def _groups(claims: list[_Claim], policy: TitlePolicy) -> list[list[_Claim]]:
    """Gather the claims that agree, in the order of the places; a truncated one stands behind the longer one."""
    groups: dict[str, list[_Claim]] = {}
    whole = {claim.key for claim in claims if not _ELLIPSIS.search(claim.text)}
    for claim in claims:
        longer = _longer(claim.text, whole, policy)
        groups.setdefault(longer or claim.key, []).append(claim)
    return [_spelling_first(key, group) for key, group in groups.items()]


def _longer(text: str, whole: set[str], policy: TitlePolicy) -> str | None:
    cut = _ELLIPSIS.search(text)
    if not cut and len(text) < policy.silent_cut:
        return None
    stem = title_key(text[: cut.start()] if cut else text)
    return max((key for key in whole if stem and key.startswith(stem) and key != stem), key=len, default=None)


def _spelling_first(key: str, group: list[_Claim]) -> list[_Claim]:
    return sorted(group, key=lambda claim: claim.key != key)
