"""Order the texts of a document in time, and find the place of one that comes to light later."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.model import Change, Origin, Revision


@dataclass(frozen=True, slots=True)
class Stand:
    """A stretch of time in which one text was seen: `since` its first sighting, `until` its last before another text.

    `text` is the number of the first revision that holds it: other readings of the same bytes are the same text. A
    saved text stands before all others, since nobody knows when its page had it: then both are None until it is seen.
    `change` is the number of the change that it began with.
    """

    text: int
    since: datetime | None
    until: datetime | None
    change: int | None = None


def first_readings(revisions: Iterable[Revision]) -> dict[int, int]:
    """Return, for each revision by number, which revision is the first reading of the same bytes: mostly itself."""
    of = {one.number: one.reextracts for one in revisions}
    return {number: _first(of, number) for number in of}


def _first(of: dict[int, int | None], number: int) -> int:
    passed = {number}
    while (earlier := of.get(number)) is not None and earlier in of and earlier not in passed:
        passed.add(earlier)
        number = earlier
    return number


def steps_of(changes: Iterable[Change], first: dict[int, int]) -> list[Change]:
    """Return the changes that led from one text to another, in the order of time."""
    steps = (one for one in changes if one.from_revision in first and one.to_revision in first)
    between = (one for one in steps if first[one.from_revision or 0] != first[one.to_revision or 0])
    return sorted(between, key=lambda one: (one.at, one.id))


def stands_of(revisions: Sequence[Revision], changes: Iterable[Change], current: int | None) -> tuple[Stand, ...]:
    """Return the texts of a document in the order of time; `current` is the id of the revision that stands now."""
    first = first_readings(revisions)
    steps = steps_of(changes, first)
    begun = steps[0].from_revision if steps else next((one.number for one in revisions if one.id == current), None)
    if begun is None:
        return ()
    texts = [first[begun], *(first[one.to_revision or 0] for one in steps)]
    readings = [[one for one in revisions if first[one.number] == text] for text in (texts[0], texts[-1])]
    saved = any(one.origin is Origin.CORPUS for one in readings[0])
    starts = [None if saved else min(one.first_seen_at for one in readings[0]), *(one.at for one in steps)]
    ended = None if saved and not steps else max(one.last_seen_at for one in readings[1])
    ends = [*(one.earlier_seen_at for one in steps), ended]
    ids = [None, *(one.id for one in steps)]
    rows = zip(texts, starts, ends, ids, [*starts[1:], None], strict=True)
    return tuple(Stand(text, since, _end(since, until, after), change) for text, since, until, change, after in rows)


def _end(since: datetime | None, until: datetime | None, after: datetime | None) -> datetime | None:
    """Return when a text was seen last in a row: not before it was seen first, nor after the next one was."""
    if until is None or since is None:
        return until or since
    return max(since, min(until, after) if after else until)


def place_of(stands: Sequence[Stand], at: datetime) -> int:
    """Return the index of the text that stood last at a time, -1 where that is before all of them."""
    return sum(one.since is None or one.since <= at for one in stands) - 1


def with_sighting(
    stands: tuple[Stand, ...], text: int, at: datetime, seen: Iterable[datetime] = ()
) -> tuple[Stand, ...]:
    """Return the texts in the order of time once this one was seen at that time, too.

    A text that stands there is seen longer, the next one sooner; else it gets a place of its own. Where another text
    was seen before and after it, that one stood twice: `seen` tells when it was seen. The change numbers stay with the
    beginnings that they had.
    """
    place = place_of(stands, at)
    before, after = stands[: place + 1], stands[place + 1 :]
    new = Stand(text, at, at)
    if before and before[-1].text == text:
        last = before[-1]
        return (*before[:-1], replace(last, until=max(at, last.until or at)), *after)
    if before and before[-1].until is not None and at <= before[-1].until:
        return (*before[:-1], *_split(before[-1], new, at, seen), *after)
    if after and after[0].text == text:
        return (*before, replace(after[0], since=at), *after[1:])
    return (*before, new, *after)


def _split(stood: Stand, new: Stand, at: datetime, seen: Iterable[datetime]) -> tuple[Stand, Stand, Stand]:
    """Part a text's time by another's; it was seen at both ends, and at the times given."""
    times = sorted(seen)
    begun, ended = stood.since, stood.until
    assert ended is not None
    earlier = [one for one in times if one < at and (begun is None or one >= begun)]
    later = [one for one in times if at < one <= ended]
    last = earlier[-1] if earlier else begun
    again = later[0] if later else ended
    return replace(stood, until=last), new, Stand(stood.text, again, ended)
