"""Read the dates that feeds, pages and files give. What cannot be read for certain is None, never a guess."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from monitor.core.date_grammar import Day, Order, find_day, is_day, numeric_order, order_of_language, undecided
from monitor.core.date_times import TimeOfDay, find_time, instant, offset, stated_zone
from monitor.core.date_words import HIJRI_MONTH, fold

_LONGEST = 200  # characters; no date is longer, and a paragraph is not a date

# The two standards, as most feeds write them: read at a third of the cost, and to the same result.
_RFC_822 = re.compile(
    r"(?:[a-z]{3,9}, ?)?(?P<day>\d\d?) (?P<name>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec) (?P<year>\d{4}) "
    r"(?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d))? "
    r"(?:(?P<utc>gmt|utc?|z)|(?P<sign>[+-])(?P<off_h>\d\d)(?P<off_m>\d\d))"
)
_ISO_8601 = re.compile(
    r"(?P<year>\d{4})-(?:(?P<month>\d\d)-(?P<day>\d\d)|w(?P<week>\d\d)-(?P<weekday>[1-7])|(?P<nth>\d{3}))"
    r"(?:[t ](?P<hour>\d\d)(?::(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,]\d{1,12})?)?|(?=z|[+-]))"
    r"(?:(?P<utc>z)|(?P<sign>[+-])(?P<off_h>\d\d)(?::?(?P<off_m>\d\d))?)?)?"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

_LONE_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_NUMBERED_WEEKDAY = re.compile(r"\b(?:thứ\s?[2-7]|T[2-7])(?![\d/.-])|\b[2-6](?:ª|a)?-?\s?feira\b", re.IGNORECASE)
# Years of the Islamic and the Iranian calendar: 13th to 15th century, in numbers or by an Islamic month.
_OTHER_CALENDAR = re.compile(
    rf"(?<!\d)(?:\d{{1,2}}\s+(?:من\s+)?{HIJRI_MONTH}(?:\s*[،,]?\s*(?:عام\s|سنة\s)?\s*1[2-5]\d\d(?!\d))?"
    r"|\d{1,2}([/-])\d{1,2}\1(?:1[3-5]\d\d)(?!\d)|1[3-5]\d\d([/-])\d{1,2}\2\d{1,2}(?!\d))(?:\s*ه(?!\w))?"
)
_HIJRI = re.compile(r"\d\s?ه(?!\w)")

# Where clocks that were never set begin: Unix, Excel and SQL Server, Macintosh, DOS and GPS.
_UNSET = (date(1970, 1, 1), date(1900, 1, 1), date(1904, 1, 1), date(1980, 1, 1), date(1980, 1, 6))
# The same of databases and languages whose year is none that `parse_date` reads: MySQL and PHP, .NET, Windows.
_UNSET_YEAR = re.compile(r"(?<![\d+:.])(?<![+-])(?:000[01]|1601|1899)(?!\d)|(?<!\d)-000[01]-\d|[^\W\d_] -0001(?!\d)")


@dataclass(frozen=True, slots=True)
class DatePolicy:
    """When a date is odd: more than `ahead` after now.

    A local time sent as UTC is at most 14 hours ahead; beyond a day it is a wrong year, a wrong month order, or an
    announcement.
    """

    ahead: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ZonedDate:
    """A date as read: the instant, and the offset from UTC that it was stated with (`+03:00`), None if with none."""

    at: datetime
    zone: str | None = None


DEFAULT = DatePolicy()


def read_date(raw: str, *, language: str | None = None) -> ZonedDate | None:
    """Read a date as `parse_date` does, and the zone that it states: an offset, or a name whose offset then is known.

    `Z` and `GMT` are `+00:00`; `-00:00` states none (RFC 5322 section 3.3).
    """
    at, time = _read(raw, language, None)
    return None if at is None else ZonedDate(at, stated_zone(at, time))


def parse_date(raw: str, *, language: str | None = None, order: Order | None = None) -> datetime | None:
    """Read a date as written and return it as an aware UTC datetime in whole seconds, or None.

    Reads RFC 822 / 5322 with its common faults (no seconds, named zones, two-digit years, a wrong weekday), ISO 8601
    (calendar, week and ordinal dates), and day, month name and year in English, French, Spanish, Portuguese,
    Indonesian, Russian, Arabic (all month systems), Vietnamese, German, Italian and Turkish, with their zones.
    All-number dates that are not year-first are read when a number above 12 settles the order, else by `order` (what
    the other dates of the feed prove, see `order_of`), else by the one convention `language` (BCP 47) has.
    Without a zone, or with a name nobody defines, the time is taken as UTC (RFC 5322 section 4.3: such a zone says
    nothing); without a time, it is midnight UTC. Of a date in two calendars the Gregorian one is read.
    A date without its year, two dates, a bare month, a date in another calendar alone, or words relative to now are
    None.
    """
    return _read(raw, language, order)[0]


_Read = tuple[datetime | None, TimeOfDay | None]


def _read(raw: str, language: str | None, order: Order | None) -> _Read:
    if len(raw) > _LONGEST:
        return None, None
    text = raw.strip()
    if text.isascii() and (match := _RFC_822.fullmatch(text.lower()) or _ISO_8601.fullmatch(text.lower())):
        return _standard({name: value for name, value in match.groupdict().items() if value})
    folded = _OTHER_CALENDAR.sub(" ", " ".join(fold(_NUMBERED_WEEKDAY.sub(" ", text))[0].split()))
    day = find_day(folded, order or order_of_language(language))
    if day is None or _HIJRI.search(folded):
        return None, None
    return _at(day, folded[: day.start] + " " + folded[day.end :])


def order_of(raws: Iterable[str]) -> Order | None:
    """Return the order of day and month that all-number dates of one feed prove, or None.

    Proof is a number above 12 (`25/04/2026` is day first). Dates that prove both orders prove nothing.
    """
    proved = {order for raw in raws if len(raw) <= _LONGEST and (order := numeric_order(fold(raw)[0]))}
    return proved.pop() if len(proved) == 1 else None


def flag_date(at: datetime | None, raw: str | None, now: datetime | None, policy: DatePolicy = DEFAULT) -> str | None:
    """Say what is odd about a date that was read as `at` from `raw`: "future", "epoch", "ambiguous", or None.

    "future" is later than the policy allows (None for `now` asks nothing); "epoch" is within a day of where an unset
    clock begins (1970-01-01 and its like, year 0 and 1), to which local time moves it; "ambiguous" was not read, since
    nothing settles the order of its numbers.
    """
    if at is not None:
        if now is not None and at > now + policy.ahead:
            return "future"
        return "epoch" if any(abs(at.date() - start) <= timedelta(days=1) for start in _UNSET) else None
    folded = fold(raw[:_LONGEST])[0] if raw else ""
    if _UNSET_YEAR.search(folded):
        return "epoch"
    return "ambiguous" if undecided(folded) else None


def _standard(said: dict[str, str]) -> _Read:
    day = _standard_day(said)
    if day is None or not is_day(day.year, day.month, day.day):
        return None, None
    if "hour" not in said:
        return instant(day.year, day.month, day.day, None), None
    east = timedelta() if "utc" in said else offset(said.get("sign"), said.get("off_h"), said.get("off_m"))
    time = TimeOfDay(int(said["hour"]), int(said.get("minute", 0)), int(said.get("second", 0)), east)
    return instant(day.year, day.month, day.day, time), time


def _standard_day(said: dict[str, str]) -> date | None:
    year = int(said["year"])
    try:
        if week := said.get("week"):
            return date.fromisocalendar(year, int(week), int(said["weekday"]))
        if nth := said.get("nth"):
            day = date(year, 1, 1) + timedelta(days=int(nth) - 1)
            return day if day.year == year else None
        month = said.get("month") or _MONTHS.index(said["name"]) + 1
        return date(year, int(month), int(said["day"]))
    except (ValueError, OverflowError):
        return None


def _at(day: Day, rest: str) -> _Read:
    """Put day and time together; digits left over mean that this was something else."""
    time = find_time(rest)
    if time:
        rest = rest[: time.start] + " " + rest[time.end :]
    year = day.year
    if year is None and (lone := _LONE_YEAR.search(rest)):  # `Fri Jan 28 10:15:00 2022`
        year = int(lone[1])
        rest = rest[: lone.start()] + rest[lone.end() :]
    if year is None or not is_day(year, day.month, day.day) or any(char.isdigit() for char in rest):
        return None, None
    return instant(year, day.month, day.day, time), time
