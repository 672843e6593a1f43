"""Find a calendar day in folded text: year-first, by month name, or all numbers where that is not a guess."""

import calendar
import re
from dataclasses import dataclass

from monitor.core.date_words import MONTH, month_number

# The years a news text can be from. Hijri (1443) and Buddhist (2565) years fall outside, and so are not misread.
YEARS = range(1900, 2200)

# Languages whose press writes day before month in numbers. English is not here: it does both.
_DAY_FIRST = frozenset({"ar", "de", "es", "fr", "id", "it", "ms", "nl", "pl", "pt", "ro", "ru", "tr", "uk", "ur", "vi"})
_DAY_FIRST_ENGLISH = frozenset({"en-au", "en-gb", "en-ie", "en-in", "en-nz"})
_MONTH_FIRST = frozenset({"en-us"})

_DAY = r"(?<![\d.:/])(?P<day>\d{1,2})(?:er|st|nd|rd|th|[.º°ª])?"
_LINK = r"[\s\-/,،.]*(?:(?:de|del|of|من|nam|год)\s+)?"
_YEAR = r"(?P<year>\d{4}|\d{2}(?![:h.]\d))(?!\d)"
_YEAR4 = r"(?P<year>\d{4})(?!\d)"

_WITH_YEAR = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<year>\d{4})\s?(?P<sep>[-/.])\s?(?P<month>\d{1,2})\s?(?P=sep)\s?(?P<day>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})(?=t\d|\s|$)",
        r"(?<!\d)(?P<year>\d{4})\s?[年년]\s?(?P<month>\d{1,2})\s?[月월]\s?(?P<day>\d{1,2})\s?[日일]?",
        rf"{_DAY}{_LINK}{MONTH}{_LINK}{_YEAR}",
        rf"{MONTH}[\s,.\-]*(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s,،\-]+{_YEAR4}",
        rf"(?<!\d)(?P<year>\d{{4}})[\s\-/,]+{MONTH}[\s\-/,]+(?P<day>\d{{1,2}})(?![\d:])",
        r"(?<![\d.:/])(?P<first>\d{1,2})\s?(?P<sep>[-/.])\s?(?P<second>\d{1,2})\s?(?P=sep)\s?(?P<year>\d{4})(?!\d)",
    )
)
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


def find_full_day(folded: str, language: str | None) -> Day | None:
    """Return the earliest day with its year, or None. Two-digit years are read as RFC 5322 section 4.3 says."""
    found = (_first(pattern, folded, language) for pattern in _WITH_YEAR)
    return min((day for day in found if day), key=lambda day: day.start, default=None)


def find_day(folded: str, language: str | None) -> Day | None:
    """Return the earliest day, with its year where one is given, or None; a day with a year wins over one without."""
    if full := find_full_day(folded, language):
        return full
    found = (_first(pattern, folded, language) for pattern in _WITHOUT_YEAR)
    return next((day for day in found if day), None)


def _first(pattern: re.Pattern[str], folded: str, language: str | None) -> Day | None:
    return next((day for match in pattern.finditer(folded) if (day := _day_of(match, language))), None)


def _day_of(match: re.Match[str], language: str | None) -> Day | None:
    groups = match.groupdict()
    order = _numeric(groups, language) if "first" in groups else _named(groups)
    if order is None:
        return None
    month, day = order
    year = _year(groups["year"]) if groups.get("year") else None
    if not is_day(year, month, day):
        return None
    return Day(year, month, day, match.start(), match.end())


def _named(groups: dict[str, str | None]) -> tuple[int, int]:
    if word := groups.get("word"):
        return month_number(word), int(groups["day"] or 0)
    return int(groups.get("month") or groups.get("nth") or 0), int(groups["day"] or 0)


def _numeric(groups: dict[str, str | None], language: str | None) -> tuple[int, int] | None:
    """Return month and day when the numbers (13 or more) or the language's convention leave no doubt."""
    first, second = int(groups["first"] or 0), int(groups["second"] or 0)
    if first > 12 or first == second:
        return second, first
    if second > 12:
        return first, second
    tag = (language or "").lower().replace("_", "-")
    if tag in _MONTH_FIRST:
        return first, second
    return (second, first) if tag in _DAY_FIRST_ENGLISH or tag.split("-")[0] in _DAY_FIRST else None


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
