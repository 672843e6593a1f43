"""Tell what a feed dropped from its middle, which is an editor's doing, from what fell off its end."""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from math import ceil

LEAST = 3  # older items that must still be there
SHARE = 0.25  # of the window in which items fall off as new ones come; a pinned old one or two change nothing
DATED = 0.8  # of the items, for the feed to say anything by its dates
UNORDERED = 0.2  # of neighbours that may stand the other way round
FEW = 2  # taken down at once; what drops more has another reason


def dropped_since(dates: Sequence[datetime | None]) -> datetime | None:
    """Return the time after which whatever a feed tells of no more was dropped from its middle, or None.

    `dates` are those of its items, in its order. A feed shows its newest items, so what leaves it is its oldest: one
    that leaves while a quarter of the feed is older, and three items at least, was taken out. Nothing can be told of
    feeds without dates, nor of those in another order (best read, at random), from which items leave anywhere.
    """
    known = [date for date in dates if date is not None]
    if len(known) < max(DATED * len(dates), LEAST + 1) or not _in_order(known):
        return None
    older = max(LEAST, ceil(SHARE * len(known)))
    return sorted(known)[older - 1] if older < len(known) else None


def _in_order(dates: Sequence[datetime]) -> bool:
    pairs = list(pairwise(dates))
    rising, falling = sum(one < other for one, other in pairs), sum(one > other for one, other in pairs)
    return min(rising, falling) <= UNORDERED * len(pairs)
