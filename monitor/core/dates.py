"""Read the dates that feeds, pages and files give. What cannot be read for certain is None, never a guess."""

import re
from datetime import UTC, datetime, timedelta, timezone

from monitor.core.date_grammar import Day, find_day, is_day
from monitor.core.date_words import ZONES, fold

_LONGEST = 200  # characters; no date is longer, and a paragraph is not a date

_ZONE_NAMES = "|".join(re.escape(name) for name in sorted(ZONES, key=len, reverse=True))
_OFFSET = r"(?P<sign>[+-])(?P<off_h>\d{1,2}):?(?P<off_m>\d{2})?(?![\d:])"
_HALF = r"(?:[ap]\.?\s?m\b\.?|[صم](?!\w)|صباحا|مساء|ظهرا)"
_TIME = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2})\s?(?:(?::|h|\.|gio)\s?(?P<minute>\d{2})(?!\d)(?:[:.'m](?P<second>\d{2}))?"
    rf"(?:[.,]\d+)?'?|h(?!\w)|(?=\s?{_HALF}))\s?(?P<half>{_HALF})?"
    rf"\s*,?\s*(?:uhr|hrs|horas|hs)?\s?\(?(?:(?:utc|gmt)?\s?{_OFFSET}|(?P<zone>{_ZONE_NAMES})(?!\w))?\)?"
)
_COMPACT_TIME = re.compile(rf"\bt(?P<hour>\d{{2}})(?P<minute>\d{{2}})(?P<second>\d{{2}})?(?:z|{_OFFSET})?")
_LONE_YEAR = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_VIETNAMESE_WEEKDAY = re.compile(r"thứ\s?[2-7](?!\d)", re.IGNORECASE)
_HIJRI = re.compile(r"\d\s?هـ?(?!\w)")


def parse_date(raw: str, *, language: str | None = None) -> datetime | None:
    """Read a date as written and return it as an aware UTC datetime in whole seconds, or None.

    Reads RFC 822 / 5322 with its common faults (no seconds, named zones, two-digit years, a wrong weekday), ISO 8601
    (calendar dates, extended and basic), and day, month name and year in English, French, Spanish, Portuguese,
    Indonesian, Russian, Arabic (all month systems), Vietnamese, German, Italian and Turkish.
    All-number dates that are not year-first are read when a number above 12 settles the order, or when `language`
    (BCP 47) has one convention; otherwise None. Without a zone, or with a name nobody defines, the time is taken as
    UTC (RFC 5322 section 4.3: such a zone says nothing); without a time, it is midnight UTC.
    A date without its year, two dates, a bare month, or words relative to now are None.
    """
    if len(raw) > _LONGEST:
        return None
    folded, _ = fold(_VIETNAMESE_WEEKDAY.sub(" ", raw.strip()))
    day = find_day(folded, language)
    if day is None or _HIJRI.search(folded):
        return None
    return _at(day, folded[: day.start] + " " + folded[day.end :])


def _at(day: Day, rest: str) -> datetime | None:
    """Put day and time together; digits left over mean that this was something else."""
    time = _COMPACT_TIME.search(rest) or _TIME.search(rest)
    if time:
        rest = rest[: time.start()] + " " + rest[time.end() :]
    year = day.year
    if year is None and (lone := _LONE_YEAR.search(rest)):  # `Fri Jan 28 10:15:00 2022`
        year = int(lone[1])
        rest = rest[: lone.start()] + rest[lone.end() :]
    if year is None or not is_day(year, day.month, day.day) or any(char.isdigit() for char in rest):
        return None
    return _utc(year, day, time.groupdict() if time else {})


def _utc(year: int, day: Day, time: dict[str, str | None]) -> datetime | None:
    hour = _hour(int(time.get("hour") or 0), time.get("half"))
    second = min(int(time.get("second") or 0), 59)  # a leap second
    try:
        zone = timezone(_offset(time))
        local = datetime(year, day.month, day.day, hour, int(time.get("minute") or 0), second, tzinfo=zone)
    except ValueError:
        return None
    return local.astimezone(UTC)


def _hour(hour: int, half: str | None) -> int:
    """Return the hour of 24; 12 a.m. is midnight. An hour that is none stays one, for datetime to refuse."""
    if half is None or not 1 <= hour <= 12:
        return hour
    afternoon = half[0] in "pم" or half.startswith("ظ")
    return hour % 12 + (12 if afternoon else 0)


def _offset(time: dict[str, str | None]) -> timedelta:
    if name := time.get("zone"):
        return timedelta(hours=ZONES[name])
    size = timedelta(hours=int(time.get("off_h") or 0), minutes=int(time.get("off_m") or 0))
    return -size if time.get("sign") == "-" else size
