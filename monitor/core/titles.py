"""Find the headline of an article page by a vote of the places that name it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import unescape

from lxml.html import HtmlElement

from monitor.core.htmltree import meta, squeeze, text_of
from monitor.core.jsonld import Node, first
from monitor.core.markup import title_text

_SEPARATOR = re.compile(r"\s*(?:::|[-–—|·•»«›_/])\s*|\s*:\s+")  # a cut needs a known name or a rival beside it
_ELLIPSIS = re.compile(r"\s*(?:…|\.\.\.|\[…\]|\[\.\.\.\])$")
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": ""})
_NOTHING = frozenset({"", "null", "undefined", "untitled", "untitled document", "home", "none"})
_ARTICLE = ("article", "main")


@dataclass(frozen=True, slots=True)
class TitlePolicy:
    """What each place weighs, and from how many characters a headline may have been cut without a sign of it.

    The page's own headline and its JSON-LD are written for this article; og and twitter are often reworded for
    sharing and copy each other; the feed and `<title>` confirm. JSON-LD headlines are cut at 110 characters, the
    limit Google set for them.
    """

    weights: tuple[tuple[str, int], ...] = (
        ("json-ld", 3),
        ("og", 2),
        ("h1", 4),
        ("feed", 2),
        ("title", 2),
        ("twitter", 1),
    )
    stray_h1: int = 2  # an h1 outside article and main while there are several
    silent_cut: int = 100


@dataclass(frozen=True, slots=True)
class Headline:
    """A headline and the place it was taken from: json-ld, og, h1, feed, title or twitter; both None if none."""

    text: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class _Claim:
    source: str
    text: str
    weight: int


DEFAULT = TitlePolicy()


def vote_title(
    root: HtmlElement,
    article: Node,
    *,
    hint: str | None = None,
    site_names: Iterable[str] = (),
    policy: TitlePolicy = DEFAULT,
) -> Headline:
    """Return the headline most places agree on.

    The places are the JSON-LD headline, og:title, h1, the feed's title (`hint`), `<title>` and twitter:title. Each is
    put on one line with entities resolved and the outlet's name taken off; what is only the outlet's name has no
    voice. Places that say the same (case, quotes and dashes aside; digits always count) add their weights, a
    truncated one adds its weight to the longer one it begins. The heaviest wins; on a tie, the page's own h1, then
    the order above. The winner is spelt as the first agreeing place in that order spells it.
    """
    sites = {_key(name) for name in site_names} - {""}
    claims = _without_outlet(list(_claims(root, article, hint, policy)), sites)
    groups = _groups(claims, policy)
    if not groups:
        return Headline(None, None)
    best = max(groups, key=_weight)
    spelt = next((claim for claim in best if not claim.text.isupper()), best[0])
    return Headline(spelt.text, spelt.source)


def _weight(group: list[_Claim]) -> tuple[int, bool]:
    places = {claim.source: claim.weight for claim in group}
    return sum(places.values()), "h1" in places


def normalise_title(raw: str | None) -> str:
    """Return a title as a line of plain text: entities resolved twice (CMSs escape twice), NFC, no direction marks."""
    return squeeze(unicodedata.normalize("NFC", title_text(unescape(raw or "")) or ""))


def same_title(left: str, right: str) -> bool:
    """Say whether two titles differ in case, quotes, dashes and a final full stop at most."""
    return _key(left) == _key(right)


def _key(text: str) -> str:
    folded = normalise_title(text).translate(_TYPOGRAPHY).casefold()
    return " ".join(folded.replace('" ', '"').replace(' "', '"').split()).rstrip(".")


def _claims(root: HtmlElement, article: Node, hint: str | None, policy: TitlePolicy) -> Iterator[_Claim]:
    headings = _headings(root, policy)
    said = {
        "json-ld": first(article.get("headline")) or first(article.get("name")),
        "og": meta(root, "og:title"),
        "feed": hint,
        "title": next((text_of(element) for element in root.iterfind("./head/title")), None),
        "twitter": meta(root, "twitter:title"),
    }
    for source, weight in policy.weights:
        if source == "h1":
            yield from headings
        elif normalise_title(said[source]).casefold() not in _NOTHING:
            yield _Claim(source, normalise_title(said[source]), weight)


def _headings(root: HtmlElement, policy: TitlePolicy) -> list[_Claim]:
    """Return the h1 elements that show something, first five: layouts use h1 for logos and teasers too."""
    shown = [(element, text_of(element)) for element in list(root.iter("h1"))[:5]]
    shown = [(element, text) for element, text in shown if text.casefold() not in _NOTHING]
    full = dict(policy.weights)["h1"]
    return [
        _Claim("h1", normalise_title(text), full if len(shown) == 1 or _inside(element) else policy.stray_h1)
        for element, text in shown
    ]


def _inside(element: HtmlElement) -> bool:
    return next(element.iterancestors(*_ARTICLE), None) is not None


def _without_outlet(claims: list[_Claim], sites: set[str]) -> list[_Claim]:
    """Take the outlet's name off every claim, and drop the claims that are nothing else."""
    names = sites | _logos(claims, sites)
    rivals = {_key(claim.text) for claim in claims if claim.source != "title"} - names
    trimmed = [_Claim(c.source, _trim(c, names, rivals), c.weight) for c in claims if not _is_name(c.text, names)]
    return [claim for claim in trimmed if claim.text]


def _logos(claims: list[_Claim], sites: set[str]) -> set[str]:
    """Return the h1 that are the outlet's logo: the shorter end of `<title>`, said nowhere else."""
    said = {_key(claim.text) for claim in claims if claim.source not in ("h1", "title")}
    logos = {_key(claim.text) for claim in claims if claim.source == "h1"} - said
    ends = (end for claim in claims if claim.source == "title" for end in _ends(claim.text))
    return {
        _key(end) for end, rest in ends if _key(end) in logos and len(end) < len(rest) and not _is_name(rest, sites)
    }


def _ends(title: str) -> Iterator[tuple[str, str]]:
    """Yield every end of a title that a separator sets off, with the rest of it."""
    for cut in _SEPARATOR.finditer(title):
        head, tail = title[: cut.start()], title[cut.end() :]
        yield head, tail
        yield tail, head


def _trim(claim: _Claim, names: set[str], rivals: set[str]) -> str:
    if claim.source == "title":
        for piece in _pieces(claim.text):
            if _key(piece) in rivals and 3 * len(piece) >= len(claim.text):  # a section's name is no headline
                return piece
    return _strip_names(claim.text, names)


def _pieces(text: str) -> Iterator[str]:
    """Yield what is left of a title when whole segments are cut from its end, then from its start; longest first."""
    cuts = list(_SEPARATOR.finditer(text))
    yield text
    yield from (text[: cut.start()].strip() for cut in reversed(cuts))
    yield from (text[cut.end() :].strip() for cut in cuts)


def _strip_names(text: str, names: set[str]) -> str:
    """Take names off the end and the start of a text, until none is left there."""
    while (shorter := _strip_one(text, names)) != text:
        text = shorter
    return text


def _strip_one(text: str, names: set[str]) -> str:
    cuts = list(_SEPARATOR.finditer(text))
    heads = (text[: cut.start()].strip() for cut in cuts if _is_name(text[cut.end() :], names))
    tails = (text[cut.end() :].strip() for cut in cuts if _is_name(text[: cut.start()], names))
    return next((piece for piece in (*heads, *tails) if piece), text)


def _is_name(text: str, names: set[str]) -> bool:
    """Say whether a text is one of the names, written together (`radiohc`) or not."""
    key = _key(text)
    return key in names or key.replace(" ", "") in names


def _groups(claims: list[_Claim], policy: TitlePolicy) -> list[list[_Claim]]:
    """Gather the claims that agree, in the order of the places; a truncated one stands behind the longer one."""
    groups: dict[str, list[_Claim]] = {}
    whole = {_key(claim.text) for claim in claims if not _ELLIPSIS.search(claim.text)}
    for claim in claims:
        longer = _longer(claim.text, whole, policy)
        groups.setdefault(longer or _key(claim.text), []).append(claim)
    return [_spelling_first(key, group) for key, group in groups.items()]


def _longer(text: str, whole: set[str], policy: TitlePolicy) -> str | None:
    stem = _key(_ELLIPSIS.sub("", text))
    if not _ELLIPSIS.search(text) and len(text) < policy.silent_cut:
        return None
    return max((key for key in whole if stem and key.startswith(stem) and key != stem), key=len, default=None)


def _spelling_first(key: str, group: list[_Claim]) -> list[_Claim]:
    return sorted(group, key=lambda claim: _key(claim.text) != key)
