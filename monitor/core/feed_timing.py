"""Read how often a feed asks to be polled, and when not."""

import re
from itertools import islice

_LONGEST = 366 * 86_400
_MINUTES = re.compile(r"\s*(\d{1,9})")
# First letters decide, because feeds write `hour`, `Hourly`, `dayly`, `weekley`.
_PERIODS = (("min", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800), ("mo", 2_592_000), ("y", 31_536_000))
_SKIP_HOURS = re.compile(r"<(/?)skipHours\b[^<>]*>", re.IGNORECASE)
_SKIP_DAYS = re.compile(r"<(/?)skipDays\b[^<>]*>", re.IGNORECASE)
_LONGEST_BLOCK = 4_000  # characters; 24 hours take a tenth
_HOUR = re.compile(r"<hour\b[^<>]*>\s*(\d{1,2})\s*</hour\s*>", re.IGNORECASE)
_DAY = re.compile(r"<day\b[^<>]*>\s*([a-z]+)\s*</day\s*>", re.IGNORECASE)
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def ttl_seconds(ttl: str | None, period: str | None, frequency: str | None) -> int | None:
    """Return the publisher's lower bound between polls in seconds, or None when it says nothing that makes sense.

    `ttl` is in minutes (RSS 2.0) and counts before sy:updatePeriod / sy:updateFrequency (times a period, default 1;
    RSS 1.0 syndication module). Zero says nothing. At most a year.
    """
    asked = _number(ttl) * 60 or _period(period) // max(1, _number(frequency))
    return min(asked, _LONGEST) or None


def skip_hours(channel: str) -> tuple[int, ...]:
    """Return the hours (UTC, 0 to 23) in which a channel, given as text without its items, is not to be asked.

    RSS 2.0 counts from 0 to 23, RSS 0.91 from 1 to 24: 24 is 0. What is no hour is passed over; to skip all 24 is
    nonsense and skips none. Read from the text, since feedparser keeps only the last hour.
    """
    hours = {int(found[1]) % 24 for found in _inside(_SKIP_HOURS, _HOUR, channel) if int(found[1]) <= 24}
    return tuple(sorted(hours)) if len(hours) < 24 else ()


def skip_days(channel: str) -> tuple[int, ...]:
    """Return the days (0 is Monday) on which a channel is not to be asked, named in English; all seven skip none."""
    names = (found[1].lower() for found in _inside(_SKIP_DAYS, _DAY, channel))
    days = {_DAYS.index(name) for name in names if name in _DAYS}
    return tuple(sorted(days)) if len(days) < 7 else ()


def _inside(block: re.Pattern[str], part: re.Pattern[str], channel: str) -> list[re.Match[str]]:
    if "<skip" not in channel and "<SKIP" not in channel:
        return []
    marks = list(islice(block.finditer(channel), 2))
    if len(marks) < 2 or marks[0][1] or not marks[1][1]:
        return []
    return list(part.finditer(channel[marks[0].end() : marks[1].start()][:_LONGEST_BLOCK]))


def _number(text: str | None) -> int:
    match = _MINUTES.match(text or "")
    return int(match[1]) if match else 0


def _period(text: str | None) -> int:
    word = (text or "").strip().lower()
    return next((seconds for start, seconds in _PERIODS if word.startswith(start)), 0)
