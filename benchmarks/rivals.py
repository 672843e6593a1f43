"""How other programs space their polls, by their documentation and published sources; formulas, not code.

Each has one free parameter, `scale`, which makes it ask more rarely (above 1) or more often, so that all can be
compared at one number of requests. At 1 it is what the program does with its defaults.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

MINUTE, HOUR, DAY = 60.0, 3600.0, 86400.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What one poll saw: how many of the feed's items were new, and the dates of them all."""

    now: float
    new: int
    dates: Sequence[float]


@dataclass(slots=True)
class Fixed:
    """Every 60 minutes, whatever comes: what most readers do."""

    scale: float = 1.0

    def wait(self, seen: Seen) -> float:
        """Return the seconds to the next poll."""
        return self.scale * HOUR


@dataclass(slots=True)
class Miniflux:
    """Miniflux's entry_frequency: a week, divided by the entries of the last week, in [5 min, 24 h]."""

    scale: float = 1.0
    known: dict[float, None] = field(default_factory=dict)

    def wait(self, seen: Seen) -> float:
        """Return the seconds to the next poll."""
        self.known.update(dict.fromkeys(seen.dates))
        weekly = sum(1 for date in self.known if seen.now - date < 7 * DAY)
        return min(max(self.scale * 7 * DAY / weekly, 5 * MINUTE), DAY) if weekly else DAY


@dataclass(slots=True)
class MediaCloud:
    """Media Cloud's auto-adjust: 60 minutes less when under 33 % of the items are known, 10 more when over 67 % are.

    Between 10 minutes and 24 hours, from 6 hours. The free parameter is how much may be new: the band scales.
    """

    scale: float = 1.0
    interval: float = 6 * HOUR
    first: bool = True

    def wait(self, seen: Seen) -> float:
        """Return the seconds to the next poll."""
        share = seen.new / max(len(seen.dates), 1)
        if not self.first and share > 0.67 * self.scale:
            self.interval -= 60 * MINUTE
        elif not self.first and share <= 0.33 * self.scale:
            self.interval += 10 * MINUTE
        self.first = False
        self.interval = min(max(self.interval, 10 * MINUTE), DAY)
        return self.interval


@dataclass(slots=True)
class CommaFeed:
    """CommaFeed's empirical interval: half the average distance of the feed's entries, in [5 min, 1 h].

    After 7 days without an entry an hour, after 14 two, after 30 four. Scaled as a whole, bounds included.
    """

    scale: float = 1.0

    def wait(self, seen: Seen) -> float:
        """Return the seconds to the next poll."""
        return self.scale * self._interval(seen)

    def _interval(self, seen: Seen) -> float:
        quiet = seen.now - max(seen.dates, default=-1e9)
        for days, hours in ((30, 4), (14, 2), (7, 1)):
            if quiet >= days * DAY:
                return hours * HOUR
        average = (max(seen.dates) - min(seen.dates)) / max(len(seen.dates) - 1, 1)
        return min(max(average / 2, 5 * MINUTE), HOUR)


RIVALS = {"fixed": Fixed, "miniflux": Miniflux, "media cloud": MediaCloud, "commafeed": CommaFeed}
