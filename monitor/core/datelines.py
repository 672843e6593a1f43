"""Read datelines and wire credits: `MOSCÚ, 3 feb (Prensa Latina)`, `(AFP) -`, `/TASS/`, `МОСКВА, 28 янв — ТАСС`."""

import re
from collections.abc import Iterator, Sequence

from monitor.core.credits import stands_alone
from monitor.core.date_grammar import find_day
from monitor.core.date_words import fold
from monitor.core.lines import line_after, line_before
from monitor.core.outlet_names import NameMatch, names_within
from monitor.model import Citation, CitationKind

_BRACKETS = re.compile(r"[(\[（](?P<inside>[^()\[\]（）\n]{1,160})[)\]）]")
_SLASHES = re.compile(r"(?<![\w/:])/\s?(?P<inside>[^/\n]{2,40}?)\s?/(?![\w/])")
_LETTER = re.compile(r"[^\W\d_]")

_LONGEST_HEAD = 70  # characters before the credit in a dateline: place, country, weekday, date
_WORD = re.compile(r"[^\W\d_][\w.'’\-]*")
_SENTENCE = re.compile(r"[!?;؟:]|\.\s")
_DASH_BEFORE = re.compile(r"[-–—/]\s*$")
_DASH_AFTER = re.compile(r"\s*(?:[-–—]|\.\s?-|:)\s")
_END_AFTER = re.compile(r"\s*(?:[.:\-–—/]|$)")


def find_datelines(text: str, names: Sequence[NameMatch]) -> Iterator[Citation]:
    """Yield the outlets in datelines and wire credits, each of several with its own span.

    In brackets at the head of a line, after a place or a date, or at the end of a paragraph a credit is meant; a name
    in brackets inside a sentence is a mention, and for a bare one not even that when the words before it spell its
    letters (`Partido Liberal (PL)`).
    """
    for bracket in [*_BRACKETS.finditer(text), *_SLASHES.finditer(text)]:
        start, end = bracket.span("inside")
        items = [match for match in names_within(names, start, end) if stands_alone(text, match, start, end)]
        if items:
            yield from _credited(text, bracket, items)
    for match in names:
        yield from _dashed(text, match)


def _credited(text: str, bracket: re.Match[str], items: list[NameMatch]) -> Iterator[Citation]:
    kind, confidence = _standing(text, bracket)
    crowded = _other_letters(text, *bracket.span("inside"), items) > 25
    for match in items:
        if match.bare and (crowded or _spelt_before(text, bracket, match)):
            continue
        doubt = 0.1 if crowded or (match.bare and kind is CitationKind.MENTION) else 0.0
        yield _citation(text, match, kind, round(confidence - doubt, 2))


def _standing(text: str, bracket: re.Match[str]) -> tuple[CitationKind, float]:
    """Return what a credit in this place is, and how sure that is."""
    before, after = line_before(text, bracket.start()), line_after(text, bracket.end())
    dated = _without_day(bracket["inside"])[0]
    if not before.strip(" \t*_>"):
        return (CitationKind.DATELINE, 0.95) if dated else (CitationKind.WIRE_CREDIT, 0.9)
    if _is_place(before):
        return CitationKind.DATELINE, 0.95
    if bracket.re is _SLASHES or not _LETTER.search(after):
        return CitationKind.WIRE_CREDIT, 0.85
    return CitationKind.MENTION, 0.7


def _dashed(text: str, match: NameMatch) -> Iterator[Citation]:
    """Yield a name set off by a dash: after a place (`دمشق-سانا`), or opening its line (`AFP - …`)."""
    before, rest = line_before(text, match.start), line_after(text, match.end)
    if not before.strip(" \t*_>"):
        if (dash := _DASH_AFTER.match(rest)) and (":" not in dash[0] or not match.bare) and _LETTER.search(rest):
            yield _citation(text, match, CitationKind.WIRE_CREDIT, 0.8)
    elif (
        (dash := _DASH_BEFORE.search(before))
        and _is_place(before[: dash.start()])
        and (_END_AFTER.match(rest) or _tight(before))
    ):
        yield _citation(text, match, CitationKind.DATELINE, 0.85)


def _tight(before: str) -> bool:
    """Tell whether the dash stands between two words without white space, as Arabic agencies write `دمشق-سانا`."""
    return before[-2:-1].isalpha() and not before[-1:].isspace()


def _is_place(head: str) -> bool:
    """Tell whether the head of a line is a dateline's: few words, and a date among them or the look of a place."""
    day, undated = _without_day(head.strip(" \t*_>"))
    if not head.strip() or len(head) > _LONGEST_HEAD or _SENTENCE.search(undated):
        return False
    words = _WORD.findall(undated)
    if day:
        return len(words) <= 6
    caseless = all(word[0].isupper() == word[0].islower() for word in words)
    return 0 < len(words) <= (2 if caseless else 4) and all(not word[0].islower() or len(word) <= 2 for word in words)


def _without_day(head: str) -> tuple[bool, str]:
    """Tell whether there is a day in the text, and return the text without it."""
    folded, origins = fold(head)
    day = find_day(folded, None)
    return (True, head[: origins[day.start]] + head[origins[day.end] :]) if day else (False, head)


def _spelt_before(text: str, bracket: re.Match[str], match: NameMatch) -> bool:
    """Tell whether the words before the bracket are the long form of the letters in it, and not the outlet's name."""
    before = line_before(text, bracket.start()).rstrip()
    if any(before.endswith(name) for name in (match.outlet.name, *match.outlet.aliases)):
        return False
    letters = text[match.start : match.end].casefold()
    initials = "".join(word[0] for word in _WORD.findall(before)[-8:] if len(word) > 3 or word[0].isupper()).casefold()
    return letters.isalpha() and initials.endswith(letters)


def _other_letters(text: str, start: int, end: int, items: Sequence[NameMatch]) -> int:
    named = sum(len(_LETTER.findall(text[match.start : match.end])) for match in items)
    return len(_LETTER.findall(text[start:end])) - named


def _citation(text: str, match: NameMatch, kind: CitationKind, confidence: float) -> Citation:
    cited = text[match.start : match.end]
    return Citation(kind, cited, match.start, match.end, confidence, outlet=match.outlet.key)
