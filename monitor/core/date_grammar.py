"""Find a calendar day in folded text: year-first, by month name, or all numbers where that is not a guess."""

import calendar
import re
from dataclasses import dataclass
from typing import Literal

from monitor.core.date_words import MONTH, month_number

Order = Literal["dmy", "mdy"]  # how all-number dates that end in the year begin

# The years a news text can be from. Hijri (1443) and Buddhist (2565) years fall outside, and so are not misread.
YEARS = range(1900, 2200)

# Languages whose press writes day before month in numbers. English is not here: it does both.
_DAY_FIRST = frozenset({"ar", "de", "es", "fr", "id", "it", "ms", "nl", "pl", "pt", "ro", "ru", "tr", "uk", "ur", "vi"})
_DAY_FIRST_ENGLISH = frozenset({"en-au", "en-gb", "en-ie", "en-in", "en-nz"})
_MONTH_FIRST = frozenset({"en-us"})

_DAY = r"(?<![\d.:/])(?P<day>\d{1,2})(?:er|st|nd|rd|th|[oa](?!\w)|[.°])?"
_LINK = r"[\s\-/,،.]*(?:(?:de|del|of|من|nam|год)\s+)?"
_YEAR = r"(?P<year>\d{4}|\d{2}(?![:h.]\d))(?!\d)"
_YEAR4 = r"(?P<year>\d{4})(?!\d)"
_NUMBERS = r"(?<![\d.:/])(?P<first>\d{1,2})\s?(?P<sep>[-/.])\s?(?P<second>\d{1,2})\s?(?P=sep)\s?(?P<year>\d{4})(?!\d)"

_WITH_YEAR = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})\s?(?P<sep>[-/.])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=t\d|\s|$)",
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]?",
        rf"{_DAY}{_LINK}{MONTH}{_LINK}{_YEAR}",
        rf"{MONTH}[\s,.\-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,،\-]+{_YEAR4}",
        rf"(?<!\d)(?P<year>\d{{4}})[\s\-/,]+{MONTH}[\s\-/,]+(?P<day>\d{{1,2}})(?![\d:])",
        _NUMBERS,
    )
)
_SHORT_NUMBERS = re.compile(r"(?<![\d.:/-])(\d{1,2})([-/.])(\d{1,2})\2(\d{2})(?![\d:])")
_ALL_NUMBERS = _WITH_YEAR[-1]
_WITHOUT_YEAR = (
    re.compile(rf"{_DAY}{_LINK}{MONTH}"),
    re.compile(rf"{MONTH}[\s,.]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?![\d:])"),
)


@dataclass(frozen=True, slots=True)
class Day:
    """A calendar day and where it stands, in characters; `year` is None where none is given."""

    year: int | None
    month: int
    day: int
    start: int
    end: int


def find_full_day(folded: str, order: Order | None) -> Day | None:
    """Return the earliest day with its year, or None. Two-digit years are read as RFC 5322 section 4.3 says."""
    found = (_first(pattern, folded, order) for pattern in _WITH_YEAR)
    return min((day for day in found if day), key=lambda day: day.start, default=None)


def find_day(folded: str, order: Order | None) -> Day | None:
    """Return the earliest day, with its year where one is given, or None; a day with a year wins over one without."""
    if full := find_full_day(folded, order):
        return full
    found = (_first(pattern, folded, order) for pattern in _WITHOUT_YEAR)
    return next((day for day in found if day), None)


def _first(pattern: re.Pattern[str], folded: str, order: Order | None) -> Day | None:
    return next((day for match in pattern.finditer(folded) if (day := _day_of(match, order))), None)


def _day_of(match: re.Match[str], order: Order | None) -> Day | None:
    groups = match.groupdict()
    found = _numeric(groups, order) if "first" in groups else _named(groups)
    if found is None:
        return None
    month, day = found
    year = _year(groups["year"]) if groups.get("year") else None
    if not is_day(year, month, day):
        return None
    return Day(year, month, day, match.start(), match.end())


def _named(groups: dict[str, str | None]) -> tuple[int, int]:
    if word := groups.get("word"):
        return month_number(word), int(groups["day"] or 0)
    return int(groups.get("month") or groups.get("nth") or 0), int(groups["day"] or 0)


def order_of_language(language: str | None) -> Order | None:
    """Return how the press of a language (BCP 47) orders numbers, or None where it does both."""
    tag = (language or "").lower().replace("_", "-")
    if tag in _MONTH_FIRST:
        return "mdy"
    return "dmy" if tag in _DAY_FIRST_ENGLISH or tag.split("-")[0] in _DAY_FIRST else None


def numeric_order(folded: str) -> Order | None:
    """Return the order that an all-number date proves by a number above 12, or None."""
    return next((order for match in _ALL_NUMBERS.finditer(folded) if (order := _proved(match))), None)


def undecided(folded: str) -> bool:
    """Say whether there is an all-number date that could be two days, or that has two digits for every part."""
    could_be_two = (_could_be_two(match) for match in _ALL_NUMBERS.finditer(folded))
    return any(could_be_two) or any(_could_be_one(match) for match in _SHORT_NUMBERS.finditer(folded))


def _proved(match: re.Match[str]) -> Order | None:
    first, second, year = (int(match[name]) for name in ("first", "second", "year"))
    if first > 12 and is_day(year, second, first):
        return "dmy"
    return "mdy" if second > 12 and is_day(year, first, second) else None


def _could_be_two(match: re.Match[str]) -> bool:
    first, second, year = (int(match[name]) for name in ("first", "second", "year"))
    return first != second and is_day(year, first, second) and is_day(year, second, first)


def _could_be_one(short: re.Match[str]) -> bool:
    """Say whether two digits for every part make a day in some order; which part is the year is not known either."""
    one, two, three = short[1], short[3], short[4]
    orders = ((three, two, one), (three, one, two), (one, two, three))
    return any(is_day(_year(year), int(month), int(day)) for year, month, day in orders)


def _numeric(groups: dict[str, str | None], order: Order | None) -> tuple[int, int] | None:
    """Return month and day when the numbers (13 or more) or the order leave no doubt."""
    first, second = int(groups["first"] or 0), int(groups["second"] or 0)
    if first > 12 or first == second:
        return second, first
    if second > 12 or order == "mdy":
        return first, second
    return (second, first) if order == "dmy" else None


def _year(digits: str | None) -> int:
    number = int(digits or 0)
    if len(digits or "") > 2:
        return number
    return number + (2000 if number < 50 else 1900)


def is_day(year: int | None, month: int, day: int) -> bool:
    """Tell whether such a day exists in a year news can be from; 29 February does when no year is given."""
    if not 1 <= month <= 12 or (year is not None and year not in YEARS):
        return False
    return 1 <= day <= calendar.monthrange(year or 2000, month)[1]
