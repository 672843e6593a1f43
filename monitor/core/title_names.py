"""Tell a headline from the names that outlets sign it with."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from html import unescape

from monitor.core.htmltree import squeeze
from monitor.core.markup import title_text

_BAR = r"::|[-–—|｜·•⋅»«›‹_/~]|(?<=\s)[<>](?=\s)"
_SEPARATOR = re.compile(rf"\s*(?:{_BAR})\s*|\s*[:：]\s+")  # a cut needs a known name or a rival beside it
_SECTION_SEPARATOR = re.compile(r"\s*[|｜·•»›]\s*|\s+[-–—]\s+")
_EDGE = re.compile(rf"^(?:\s|{_BAR}|[:：])+|(?:\s|{_BAR}|[:：])+$")
_TYPOGRAPHY = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": ""})
_ARTICLES = re.compile(r"^(?:the|le|la|les|el|los|las|il|lo|gli|der|die|das|o|os|as)\s+")
_BETWEEN = " … "  # in a title's rest, where the headline stood
_LONGEST = 1_000
_MOST_CUTS = 12  # separators looked at


@dataclass(frozen=True, slots=True)
class OutletNames:
    """The names an outlet signs titles with: keys (`title_key`), letters only, and whole rests of titles as keys."""

    keys: frozenset[str] = frozenset()
    letters: frozenset[str] = frozenset()
    rests: frozenset[str] = frozenset()

    def has(self, text: str) -> bool:
        """Say whether a text is one of the names, written together (`radiohc`), without accents or article, or not."""
        key = title_key(text)
        return key in self.keys or _letters(key) in self.letters


def outlet_names(names: Iterable[str], rests: Iterable[str] = ()) -> OutletNames:
    """Return the names of an outlet; `rests` are what its `<title>` is known to hold beside headlines (`title_rest`).

    Names given as part of a host (`dailybell`, `radio-bell`) match the name as a reader sees it.
    """
    parts = [part for rest in rests for part in rest.split(_BETWEEN.strip())]
    said = {title_key(name) for name in (*names, *(_EDGE.sub("", part) for part in parts))} - {""}
    letters = {_letters(key) for key in said} - {""}
    return OutletNames(frozenset(said), frozenset(letters), frozenset({title_key(part) for part in parts} - {""}))


def normalise_title(raw: str | None) -> str:
    """Return a title as a line of plain text: entities resolved twice (CMSs escape twice), NFC, no direction marks."""
    return squeeze(unicodedata.normalize("NFC", title_text(unescape(raw or "")) or ""))


def title_key(text: str) -> str:
    """Return what is equal for titles that differ in case, quotes, dashes and a final full stop at most.

    Looks at the first 1,000 characters; no title has more (`normalise_title`).
    """
    return _folded(text[:_LONGEST])


@lru_cache(maxsize=512)  # the vote asks several times for each piece of a title
def _folded(text: str) -> str:
    folded = normalise_title(text).translate(_TYPOGRAPHY).casefold()
    return " ".join(folded.replace('" ', '"').replace(' "', '"').split()).rstrip(".")


def same_title(left: str, right: str) -> bool:
    """Say whether two titles differ in case, quotes, dashes and a final full stop at most."""
    return title_key(left) == title_key(right)


def ends(title: str) -> Iterator[tuple[str, str]]:
    """Yield every end of a title that a separator sets off, with the rest of it."""
    for cut in _cuts(title):
        head, tail = title[: cut.start()], title[cut.end() :]
        yield head, tail
        yield tail, head


def pieces(title: str) -> Iterator[str]:
    """Yield what is left of a title when segments are cut from its end, from its start, from both; the whole first."""
    cuts = _cuts(title)
    yield title
    yield from (title[: cut.start()].strip() for cut in reversed(cuts))
    yield from (title[cut.end() :].strip() for cut in cuts)
    yield from (
        title[left.end() : right.start()].strip() for n, left in enumerate(cuts) for right in reversed(cuts[n + 1 :])
    )


def without_names(title: str, names: OutletNames) -> str:
    """Take names off the end and the start of a title until none is left there; a title is never left empty."""
    while (shorter := _without_one(title, names)) != title:
        title = shorter
    return title


def without_section(title: str, section: str | None) -> str:
    """Take the name of the article's section off the end of a title, when a bar or a spaced dash sets it off.

    Not off its start: `Iran: talks resume` is a headline of the section Iran.
    """
    cut = list(_SECTION_SEPARATOR.finditer(title))[-1:]
    named = section is not None and cut and same_title(title[cut[0].end() :], section)
    return title[: cut[0].start()].strip() or title if named else title


def title_rest(title: str, headline: str) -> str | None:
    """Return what a `<title>` holds beside its headline, with the separator: `| The Daily Bell`, `The Daily Bell :: …`.

    Where it stands on both sides, an ellipsis is between (`Bell: … - World`). None when there is nothing else, and
    when the headline is not in the title.
    """
    key = title_key(headline)
    if key == title_key(title):
        return None
    for start, end in _spans(title, headline):
        if title_key(title[start:end]) == key:
            return _BETWEEN.join(filter(None, (title[:start].strip(), title[end:].strip()))) or None
    return None


def _spans(title: str, headline: str) -> Iterator[tuple[int, int]]:
    """Yield where a headline can stand in a title: as it is spelt, then between separators, the longest first."""
    if (found := title.find(headline)) >= 0 and headline:
        yield found, found + len(headline)
    cuts = _cuts(title)
    starts, stops = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(title)]
    yield from sorted(
        ((start, stop) for start in starts for stop in stops if start < stop), key=lambda span: span[0] - span[1]
    )


def _cuts(title: str) -> list[re.Match[str]]:
    found = list(_SEPARATOR.finditer(title))
    return found if len(found) <= _MOST_CUTS else found[: _MOST_CUTS // 2] + found[-_MOST_CUTS // 2 :]


def _without_one(title: str, names: OutletNames) -> str:
    cuts = _cuts(title)
    heads = (title[: cut.start()].strip() for cut in cuts if names.has(title[cut.end() :]))
    tails = (title[cut.end() :].strip() for cut in cuts if names.has(title[: cut.start()]))
    return next((piece for piece in (*_without_rest(title, names.rests), *heads, *tails) if piece), title)


def _without_rest(title: str, rests: frozenset[str]) -> Iterator[str]:
    """Yield a title without what is known to be added to it, also where nothing known as a separator sets it off."""
    places = [found.start() for found in re.finditer(r"\s+|(?<=\w)\W", title)] if rests else []
    yield from (title[:place].strip() for place in places if title_key(title[place:]) in rests)
    yield from (title[place:].strip() for place in places if title_key(title[:place]) in rests)


@lru_cache(maxsize=256)
def _letters(key: str) -> str:
    """Return a name as it stands in host names: letters and digits without accents, marks, spaces and its article."""
    plain = unicodedata.normalize("NFKD", _ARTICLES.sub("", key))
    return "".join(sign for sign in plain if sign.isalnum())
