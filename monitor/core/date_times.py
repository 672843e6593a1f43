"""Find a time of day in folded text, with its half of the day and its zone, as news in eleven languages write them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from monitor.core.date_words import fold
from monitor.core.date_zones import ZONES, hours_east

_FARTHEST_WEST, _FARTHEST_EAST = timedelta(hours=-12), timedelta(hours=14)  # no clocks on earth are beyond


def _folded(*phrases: str) -> str:
    names = sorted({fold(phrase)[0] for phrase in phrases}, key=len, reverse=True)
    return "|".join(re.escape(name).replace(r"\ ", r"\s+") for name in names)


_MORNING = _folded(
    *("صباحاً", "صباح", "sáng", "SA", "утра", "pagi", "dini hari", "ÖÖ", "sabah", "madrugada", "de la madrugada"),
    *("de la mañana", "da manhã", "da madrugada", "del mattino", "di mattina", "du matin", "morgens"),
)
_AFTERNOON = _folded(
    *("مساء", "مساءً", "ظهراً", "بعد الظهر", "عصراً", "chiều", "trưa", "tối", "CH", "дня", "вечера", "siang", "sore"),
    *("petang", "ÖS", "de la tarde", "del mediodía", "da tarde", "del pomeriggio", "di sera", "de l'après-midi"),
    *("du soir", "nachmittags", "abends"),
)
# At night ten is in the evening, two in the morning, and twelve is midnight.
_NIGHT = _folded("ليلاً", "đêm", "ночи", "malam", "gece", "de la noche", "da noite", "di notte", "de la nuit")
_NOON = _folded("trưa")
_CJK = {"上午": "am", "午前": "am", "오전": "am", "下午": "pm", "午後": "pm", "오후": "pm", "晚上": "pm"}
_BEFORE = {fold(word)[0]: half for word, half in _CJK.items()}

# After the hour, except in Chinese, Japanese and Korean, where it stands before.
_HALF = (
    rf"(?:(?P<am>a\.?\s?m\b\.?|ص(?!\w)|(?:{_MORNING})(?!\w))|(?P<pm>p\.?\s?m\b\.?|م(?!\w)|(?:{_AFTERNOON})(?!\w))"
    rf"|(?P<night>(?:{_NIGHT})(?!\w)))"
)
_ANY_HALF = re.sub(r"\?P<\w+>", "?:", _HALF)
_HOUR_WORD = r"(?:h|uhr|gio|ч|heures?|horas?|ore)"

_CLAUSE = r"(?=\s*(?:$|[)\],;|\-–]))"  # two letters are a zone at the end only: `10:15 et 12:30` is French
_TWO_LETTERS = sorted(name for name in ZONES if len(name) == 2 and name.isascii())
_SHORT = "|".join(_TWO_LETTERS)
_LONG = "|".join(
    re.escape(name).replace(r"\ ", r"\s+") for name in sorted(ZONES, key=len, reverse=True) if name not in _TWO_LETTERS
)
_OF = (
    r"(?:(?:بتوقيت|توقيت|по|время|heure|hora|horario|ora|gio|waktu|saat|saati|time|zeit|de|di|do|del|d['’])\s*)"
    r"{0,3}(?:(?:time|zeit)\s)?"
)
_OFFSET = r"(?P<sign>[+-])(?P<off_h>\d{1,2}):?(?P<off_m>\d{2})?(?![\d:])"
_ZONE = (
    rf"(?:(?:utc|gmt)?\s?{_OFFSET}"
    rf"|{_OF}(?P<zone>{_LONG}|(?:{_SHORT}){_CLAUSE})(?!\w)(?:\s?\((?:utc|gmt)\s?[+-]\d{{1,2}}(?::?\d{{2}})?\))?)"
)
_TIME = re.compile(
    rf"(?<![\d:])(?P<hour>\d{{1,2}})\s?(?:(?::|\.|{_HOUR_WORD}(?![^\W\d_])\.?)\s?(?P<minute>\d{{2}})(?!\d)"
    rf"(?:[:.'m](?P<second>\d{{2}})(?!\d))?(?:[.,]\d+)?'?|{_HOUR_WORD}(?!\w)|(?=\s?{_ANY_HALF}))"
    rf"\s?(?:phut|мин|min|minutes?|minutos?)?\.?\s?{_HALF}?"
    rf"\s*,?\s*(?:(?:uhr|hrs|horas|hs|h)(?!\w))?\s?\(?{_ZONE}?\)?"
)
_COMPACT = re.compile(rf"\bt(?P<hour>\d{{2}})(?P<minute>\d{{2}})?(?P<second>\d{{2}})?(?![\d:])(?:z|{_OFFSET})?")


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time as written, and where it stands. `offset` is east of UTC; `zone` a name of date_zones; else neither."""

    hour: int
    minute: int
    second: int
    offset: timedelta | None = None
    zone: str | None = None
    start: int = 0
    end: int = 0


def find_time(folded: str) -> TimeOfDay | None:
    """Return the first time of day, or None. Numbers that no clock shows are left for `instant` to refuse."""
    match = _COMPACT.search(folded) or _TIME.search(folded)
    if match is None:
        return None
    groups = match.groupdict()
    return TimeOfDay(
        hour=_hour(int(groups["hour"] or 0), groups, folded[: match.start()]),
        minute=int(groups["minute"] or 0),
        second=int(groups["second"] or 0),
        offset=offset(groups.get("sign"), groups.get("off_h"), groups.get("off_m")),
        zone=" ".join(name.split()) if (name := groups.get("zone")) else None,
        start=match.start(),
        end=match.end(),
    )


def instant(year: int, month: int, day: int, time: TimeOfDay | None) -> datetime | None:
    """Return day and time as an aware UTC datetime; without a time midnight, without a zone UTC.

    24:00 is the end of the day (ISO 8601 section 4.2.3 of 2004), a leap second the second before it. None for a day
    or a time that is none, and an offset that is kept nowhere.
    """
    if time is None:
        return datetime(year, month, day, tzinfo=UTC)
    late = (time.hour, time.minute, time.second) == (24, 0, 0)
    try:
        local = datetime(  # noqa: DTZ001 - its zone is taken off in the next line
            year, month, day, 0 if late else time.hour, time.minute, 59 if time.second == 60 else time.second
        )
        at = local + timedelta(days=late) - _east(local, time)
    except (ValueError, OverflowError):
        return None
    return at.replace(tzinfo=UTC)


def offset(sign: str | None, hours: str | None, minutes: str | None) -> timedelta | None:
    """Return the offset of those digits, one too large for `instant` when the minutes are none; None without a sign.

    `-00:00` says that the zone is not known (RFC 5322 section 3.3, RFC 3339 section 4.3): None.
    """
    if sign is None:
        return None
    size = timedelta(hours=int(hours or 0), minutes=int(minutes or 0)) if int(minutes or 0) < 60 else timedelta.max
    return (-size or None) if sign == "-" else size


def stated_zone(at: datetime, time: TimeOfDay | None) -> str | None:
    """Return the offset from UTC that a time was stated with, as `+03:00`; `at` is the instant read from it.

    None when it stated none. The offset of a named zone is what its clocks had then.
    """
    if time is None or (time.offset is None and time.zone is None):
        return None
    minutes = (time.hour * 60 + time.minute - at.hour * 60 - at.minute) % 1440
    east = minutes - 1440 if minutes > _FARTHEST_EAST.total_seconds() / 60 else minutes
    if time.offset is not None:  # also where day and night are two: -12:00
        east = int(time.offset.total_seconds() / 60)
    return f"{'-' if east < 0 else '+'}{abs(east) // 60:02}:{abs(east) % 60:02}"


def _east(local: datetime, time: TimeOfDay) -> timedelta:
    if time.zone is not None:
        return timedelta(hours=hours_east(time.zone, local))
    east = time.offset or timedelta()
    if not _FARTHEST_WEST <= east <= _FARTHEST_EAST:
        raise ValueError("no clock is that far from UTC")
    return east


def _hour(hour: int, groups: dict[str, str | None], before: str) -> int:
    """Return the hour of 24; 12 a.m. is midnight. Hours beyond 12 are of 24 already, whatever stands beside them."""
    half = next((name for name in ("am", "pm", "night") if groups.get(name)), None) or _half_before(before)
    if half is None or hour > 12:
        return hour
    if half == "night":
        return hour % 12 if hour < 6 or hour == 12 else hour + 12
    if half == "pm" and hour == 11 and _NOON in (groups.get("pm") or ""):
        return hour  # eleven at noon is before it
    return hour % 12 + (12 if half == "pm" else 0)


def _half_before(before: str) -> str | None:
    return next((half for word, half in _BEFORE.items() if before.rstrip().endswith(word)), None)
