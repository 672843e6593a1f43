"""Read how often a feed asks to be polled."""

import re

_LONGEST = 366 * 86_400
_MINUTES = re.compile(r"\s*(\d{1,9})")
# First letters decide, because feeds write `hour`, `Hourly`, `dayly`, `weekley`.
_PERIODS = (("min", 60), ("h", 3_600), ("d", 86_400), ("w", 604_800), ("mo", 2_592_000), ("y", 31_536_000))


def ttl_seconds(ttl: str | None, period: str | None, frequency: str | None) -> int | None:
    """Return the publisher's lower bound between polls in seconds, or None when it says nothing that makes sense.

    `ttl` is in minutes (RSS 2.0) and counts before sy:updatePeriod / sy:updateFrequency (times a period, default 1;
    RSS 1.0 syndication module). Zero says nothing. At most a year.
    """
    asked = _number(ttl) * 60 or _period(period) // max(1, _number(frequency))
    return min(asked, _LONGEST) or None


def _number(text: str | None) -> int:
    match = _MINUTES.match(text or "")
    return int(match[1]) if match else 0


def _period(text: str | None) -> int:
    word = (text or "").strip().lower()
    return next((seconds for start, seconds in _PERIODS if word.startswith(start)), 0)
