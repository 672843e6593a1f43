"""Which snapshots of the archive are kept: the newest of each of the last hours, days, weeks, months and years."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime


@dataclass(frozen=True, slots=True)
class KeepPolicy:
    """Of how many hours, days, weeks (by ISO 8601), months and years a snapshot is kept, counted where there is one."""

    hourly: int = 0
    daily: int = 7
    weekly: int = 4
    monthly: int = 12
    yearly: int = 0


_SPANS: Mapping[str, Callable[[datetime], tuple[int, ...]]] = {
    "hourly": lambda at: (at.year, at.month, at.day, at.hour),
    "daily": lambda at: (at.year, at.month, at.day),
    "weekly": lambda at: tuple(at.isocalendar()[:2]),
    "monthly": lambda at: (at.year, at.month),
    "yearly": lambda at: (at.year,),
}


def to_keep(made: Iterable[datetime], policy: KeepPolicy) -> frozenset[datetime]:
    """Return which of the times that snapshots were made at are kept; the newest always is.

    Days without a snapshot do not count, so that an archive that rested, or a clock that jumped, costs none.
    """
    newest_first = sorted({at.astimezone(UTC) for at in made}, reverse=True)
    kept = set(newest_first[:1])
    for name, span in _SPANS.items():
        firsts: dict[tuple[int, ...], datetime] = {}
        for at in newest_first:
            firsts.setdefault(span(at), at)
        kept.update([*firsts.values()][: getattr(policy, name)])
    return frozenset(kept)
