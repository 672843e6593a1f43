"""Durations as people write and read them."""

import re

from monitor.errors import UsageError

UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1, "ms": 0.001}
LONGEST_S = 100 * 365 * UNITS["d"]  # beyond it, dates computed from a duration leave the calendar

_NUMBER = r"([0-9]+(?:\.[0-9]+)?)"
_NAMES = {
    "w": "w|weeks?",
    "d": "d|days?",
    "h": "h|hrs?|hours?",
    "m": "m|mins?|minutes?",
    "s": "s|secs?|seconds?",
    "ms": "ms|milliseconds?",
}
_WRITTEN = re.compile(r"\s*".join(rf"(?:{_NUMBER}\s*(?:{names})(?![a-z]))?" for names in _NAMES.values()))
_HINT = 'write it like "45s", "15m", "1h30m" or "2d"; a bare number is seconds'


def parse_duration(given: str | float) -> float:
    """Return the seconds that a text such as `15m`, `1h30m`, `1 h 30 min`, `2d` or `90` stands for.

    Units run from large to small, each at most once: w, d, h, m (minutes), s, ms. A number is seconds.
    Raises UsageError for anything else, for a negative duration and for one beyond 100 years.
    """
    seconds = _seconds(given)
    if seconds is None or not 0 <= seconds <= LONGEST_S:
        raise UsageError(f"{given!r} is no duration", hint=_HINT)
    return seconds


def _seconds(given: object) -> float | None:
    if isinstance(given, int | float) and not isinstance(given, bool):
        return float(given)
    return _written(given.strip()) if isinstance(given, str) else None


def _written(text: str) -> float | None:
    if re.fullmatch(_NUMBER, text):
        return float(text)
    match = _WRITTEN.fullmatch(text) if text else None
    if match is None:
        return None
    return sum(
        (float(number) * unit for number, unit in zip(match.groups(), UNITS.values(), strict=True) if number), 0.0
    )


def format_duration(seconds: float) -> str:
    """Return a duration for people, in its two largest units: `45 s`, `2.5 s`, `1 h 30 min`, `2 d 3 h`.

    Rounded to the smaller unit shown; below 10 seconds to a tenth, below a tenth to a millisecond.
    `parse_duration` reads it back. A negative duration gets a minus sign.
    """
    if seconds < 0:
        return f"-{format_duration(-seconds)}"
    if seconds < 9.95:
        return f"{round(seconds, 1 if seconds >= 0.1 else 3):g} s"
    return " ".join(f"{count} {unit}" for count, unit in _counted(_rounded(seconds)) if count)


def _rounded(seconds: float) -> int:
    whole = round(seconds)
    if whole >= 3_600:
        whole = round(whole / 60) * 60
    if whole >= 86_400:
        whole = round(whole / 3_600) * 3_600
    return whole


def _counted(whole: int) -> tuple[tuple[int, str], ...]:
    minutes, s = divmod(whole, 60)
    hours, m = divmod(minutes, 60)
    d, h = divmod(hours, 24)
    return (d, "d"), (h, "h"), (m, "min"), (s, "s")
