"""Tell what is said again and again the first time, and then ever more seldom, with how often it was said meanwhile.

A database that another program holds says so every second, a disk that is full at every visit. Warnings and errors
that are the same but for their figures are told at once, and again after a minute, after four more, after sixteen, and
so on up to six hours; what was not said for six hours is new. News (`info`) is never held back,
nor is the answer to somebody who had the configuration read anew. What is held back at the end is told then.
"""

import re
from collections import OrderedDict
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from functools import partial
from logging import WARNING, Filter, LogRecord, getLogger
from time import monotonic

import structlog
from structlog.types import EventDict

FIRST_PAUSE_S = 60.0
GROWTH = 4.0
LONGEST_PAUSE_S = 21_600.0
MOST = 2_000  # things remembered; what was said longest ago is forgotten first, and told again
_HELD_BACK = frozenset({"warning", "error", "critical", "exception"})
# Answers to what a person did just now, who looks for them in the log.
_ANSWERS = frozenset({"config.refused"})
_FIGURES = re.compile(r"\b0x[0-9a-f]+\b|\d+")
# What differs from time to time and means the same; numbers are left out unless they name something.
_PASSING = frozenset({"hint", "free", "least", "timestamp", "level"})
_NAMING = frozenset({"id", "document", "revision", "source", "alert", "seal"})
_LONG = 500  # characters of a field; more of them tell nothing apart


# Tells once more what was held back: how often it was said before that, untold, and how many seconds ago it was.
Again = Callable[[int, int], None]


@dataclass(slots=True)
class _Said:
    """When something was told last and said last, how long it is held back, and how often it was since."""

    told_at: float
    said_at: float
    pause_s: float = FIRST_PAUSE_S
    untold: int = 0
    again: Again | None = None


class Repeats:
    """What has been said, in bounded memory. Times are in seconds of a clock that never goes back."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._said: OrderedDict[Hashable, _Said] = OrderedDict()

    def __len__(self) -> int:
        """Return how many things are remembered."""
        return len(self._said)

    def hear(self, key: Hashable, now: float, again: Again | None = None) -> int | None:
        """Return how often it was said untold when it is to be told now (0 the first time), None to hold it back.

        What is held back is told by `again` when `end` is called before it is told otherwise.
        """
        known = self._said.get(key)
        if known is None or now - known.said_at > LONGEST_PAUSE_S:
            self._remember(key, _Said(now, now))
            return 0
        self._said.move_to_end(key)
        known.said_at = now
        if now - known.told_at < known.pause_s:
            known.untold, known.again = known.untold + 1, again
            return None
        untold = known.untold
        pause = min(known.pause_s * GROWTH, LONGEST_PAUSE_S)
        known.told_at, known.pause_s, known.untold = now, pause, 0
        return untold

    def end(self, now: float) -> None:
        """Tell what is held back, and forget everything: each by its last saying, so that none is missing in a sum."""
        held = [one for one in self._said.values() if one.untold and one.again is not None]
        self._said.clear()
        for one in held:
            if one.again is not None:
                one.again(one.untold - 1, round(now - one.said_at))

    def _remember(self, key: Hashable, said: _Said) -> None:
        self._said[key] = said
        self._said.move_to_end(key)
        if len(self._said) > self._most:
            self._said.popitem(last=False)


class HoldBack:
    """The processor of structlog that holds back repetitions; `repeated` is added to what is told after some."""

    def __init__(self, repeats: Repeats, now: Callable[[], float] = monotonic) -> None:
        self._repeats = repeats
        self._now = now

    def __call__(self, _logger: object, method: str, event: EventDict) -> EventDict:
        """Let an event through, or raise DropEvent."""
        if method not in _HELD_BACK or event.get("event") in _ANSWERS:
            return event
        # Without its traceback, which would keep alive what its frames hold.
        again = partial(_say_again, method, {name: value for name, value in event.items() if name != "exc_info"})
        untold = self._repeats.hear(key_of(event), self._now(), again)
        if untold is None:
            raise structlog.DropEvent
        if untold:
            event["repeated"] = untold
        return event


class HoldBackLibraries(Filter):
    """The same for what the libraries log: by logger and message, before its arguments are put in."""

    def __init__(self, repeats: Repeats, now: Callable[[], float] = monotonic) -> None:
        super().__init__()
        self._repeats = repeats
        self._now = now

    def filter(self, record: LogRecord) -> bool:
        """Say whether to tell a record; one that was said untold meanwhile says how often."""
        if record.levelno < WARNING:
            return True
        fault = record.exc_info[0] if record.exc_info else None
        again = partial(_log_again, record.name, record.levelno, record.getMessage())
        untold = self._repeats.hear((record.name, _same(str(record.msg)), fault), self._now(), again)
        if untold:
            record.msg, record.args = f"{record.getMessage()} (and {untold} times more since it was last told)", None
        return untold is not None


def _say_again(method: str, event: Mapping[str, object], untold: int, ago_s: int) -> None:
    """Tell an event that was held back, as it was said."""
    fields = {name: value for name, value in event.items() if name != "event"}
    more = {"repeated": untold} if untold else {}
    say = getattr(structlog.get_logger("monitor"), "error" if method == "exception" else method)
    say(event.get("event"), **fields, **more, ago_s=ago_s)


def _log_again(name: str, level: int, message: str, untold: int, ago_s: int) -> None:
    times = f"and {untold} times more since it was last told, " if untold else ""
    getLogger(name).log(level, "%s (%sthe last %d s ago)", message, times, ago_s)


def key_of(event: Mapping[str, object]) -> Hashable:
    """Return what makes two events the same: all they name, without figures and passing words."""
    parts = [(name, _named(name, value)) for name, value in event.items() if name not in _PASSING]
    return tuple(sorted((name, part) for name, part in parts if part is not None))


def _named(name: str, value: object) -> str | None:
    if name == "exc_info":
        return type(value).__name__ if isinstance(value, BaseException) else "fault"
    if name == "error":
        return _same(str(value))
    if isinstance(value, str) or name in _NAMING:
        return str(value)[:_LONG]
    return None


def _same(text: str) -> str:
    return _FIGURES.sub("0", text[:_LONG])
