"""Tell whether a page says something else of its author or date."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from monitor.core.typography import normalise
from monitor.interfaces import Extraction
from monitor.model import Revision

RESTATED = 0.1  # what a new byline or date weighs: it tells of the article, and is none of it
NO_DIFFERENCE = timedelta(minutes=1)  # places state seconds or leave them out
FARTHEST_ZONES = timedelta(hours=26)  # between +14:00 and -12:00
LATELY = 8  # restatements, the newest, in which one that was told before is looked for
SWINGS = ", going back and forth"

_BETWEEN_NAMES = re.compile(r"\s*(?:[,;/&|،]|\s(?:and|et|y|e|und|dan|и|và)\s|\sو\s?)\s*")
_ZONE = re.compile(r"([+-])(\d\d):?(\d\d)")


@dataclass(frozen=True, slots=True)
class Stated:
    """What a page states of its author and date, and where that was read."""

    byline: str | None = None
    byline_source: str | None = None
    published_at: datetime | None = None
    published_source: str | None = None
    published_zone: str | None = None

    @classmethod
    def of(cls, one: Revision | Extraction) -> Self:
        """Return what a revision or an extraction states."""
        return cls(one.byline, one.byline_source, one.published_at, one.published_source, one.published_zone)


def restated(before: Stated, after: Stated) -> str | None:
    """Return in words what is stated otherwise, None when nothing is, or when that is not certain.

    Uncertain is whatever was read in another place than before, or is stated on one side only; names in another order,
    case or spelling of their first names; a date that has a time on one side only; and times that only another or an
    unstated zone may tell apart.
    """
    told = (_byline(before, after), _date(before, after))
    return "; ".join(part for part in told if part) or None


def worth_telling(told: str, earlier: Sequence[str]) -> str | None:
    """Return what to tell of a restatement, None when nothing; `earlier` is what was told of others, newest first.

    What was told lately in the same words goes back and forth (two authors in turn, two caches that disagree), which is
    told once. What is told then is true until something else is told.
    """
    lately = earlier[:LATELY]
    if told not in lately:
        return told
    return None if any(one.endswith(SWINGS) for one in lately) else f"{told}{SWINGS}"


def _byline(before: Stated, after: Stated) -> str | None:
    if not before.byline or not after.byline or before.byline_source != after.byline_source:
        return None
    old, new = _names(before.byline), _names(after.byline)
    if len(old) == len(new) and all(any(_same_person(one, other) for other in new) for one in old):
        return None
    return f"byline: {before.byline} → {after.byline}"


def _names(byline: str) -> list[list[str]]:
    plain = normalise(byline).casefold().replace(".", " ")
    return [name.split() for name in _BETWEEN_NAMES.split(plain) if name.strip()]


def _same_person(one: list[str], other: list[str]) -> bool:
    """Tell names of the same words, in any order, or of one last name with initials for the others."""
    if not one or not other:
        return False
    if sorted(one) == sorted(other):
        return True
    initials = one[0][0] == other[0][0] and (len(one[0]) == 1 or len(other[0]) == 1)
    return len(one) > 1 and len(other) > 1 and one[-1] == other[-1] and initials


def _date(before: Stated, after: Stated) -> str | None:
    old, new = before.published_at, after.published_at
    if old is None or new is None or before.published_source != after.published_source:
        return None
    here, there = _wall(old, before.published_zone), _wall(new, after.published_zone)
    if abs(new - old) < NO_DIFFERENCE or _may_be_one(old, new, here, there, before, after):
        return None
    zones = {before.published_zone, after.published_zone}
    shown = [
        f"{wall:%Y-%m-%d %H:%M}{f' {zone}' if zone and len(zones) > 1 else ''}"
        for wall, zone in ((here, before.published_zone), (there, after.published_zone))
    ]
    return f"dated {shown[0]} → {shown[1]}"


def _may_be_one(old: datetime, new: datetime, here: datetime, there: datetime, before: Stated, after: Stated) -> bool:
    """Tell two dates that may be one: a day without a time, or one clock time read in two zones."""
    days_only = any(not (wall.hour or wall.minute or wall.second) for wall in (here, there))
    if days_only and here.date() == there.date():
        return True
    if before.published_zone == after.published_zone:
        return False
    if here == there:
        return True
    unstated = before.published_zone is None or after.published_zone is None
    return unstated and abs(new - old) <= FARTHEST_ZONES and (new - old) % timedelta(minutes=15) == timedelta(0)


def _wall(at: datetime, zone: str | None) -> datetime:
    """Return the clock time as it was stated, without a zone."""
    found = _ZONE.fullmatch(zone or "")
    offset = timedelta(hours=int(found[2]), minutes=int(found[3])) if found else timedelta(0)
    return at.replace(tzinfo=None) + (-offset if found and found[1] == "-" else offset)
