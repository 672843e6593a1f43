"""Decide which captures are kept no longer: how long each kind is kept, and what holds one beyond that.

docs/retention.md is its text.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.model import Capture, Change, ChangeKind

DAY_S = 86_400.0

# What is of state, and of no text; its captures are those at which it was seen.
_AWAY = (ChangeKind.REMOVED, ChangeKind.MOVED)
_OF_STATE = (*_AWAY, ChangeKind.RESTORED, ChangeKind.RETITLED)


class KeptAs(StrEnum):
    """What a capture is kept as; `[retention]` has an option for each."""

    ROBOTS = "robots"
    SOURCES = "sources"
    UNCHANGED = "unchanged"
    ARTICLES = "articles"


@dataclass(frozen=True, slots=True)
class RetentionPolicy:
    """How many seconds each kind is kept, None for ever.

    `patience_s` and `share` are for a run that need not be exact: a file is left until one of its captures is overdue
    by that long, or until that share of its bytes is; to write a file anew for every capture is work without end.
    """

    robots_s: float | None = None
    sources_s: float | None = None
    unchanged_s: float | None = None
    articles_s: float | None = None
    patience_s: float = 7 * DAY_S
    share: float = 0.25

    def seconds(self, kind: KeptAs) -> float | None:
        """Return how long a kind is kept."""
        times = {
            KeptAs.ROBOTS: self.robots_s,
            KeptAs.SOURCES: self.sources_s,
            KeptAs.UNCHANGED: self.unchanged_s,
            KeptAs.ARTICLES: self.articles_s,
        }
        return times[kind]


@dataclass(frozen=True, slots=True)
class Held:
    """The captures of one fetch, redirects included: they stay and go together. `bytes` is what they take in `file`.

    `digest` is the payload's where the last of them is a response, None for a revisit. `retain_s` is what was said of
    its source.
    """

    capture_ids: tuple[int, ...]
    kind: KeptAs
    captured_at: datetime
    digest: str | None
    file: str
    bytes: int
    retain_s: float | None = None


@dataclass(frozen=True, slots=True)
class Repeat:
    """A revisit: of which payload, and when."""

    capture_id: int
    digest: str
    captured_at: datetime


def expires_at(held: Held, policy: RetentionPolicy) -> datetime | None:
    """Return when something is kept no longer, None for never. What was said of its source wins, save for robots."""
    of_kind = policy.seconds(held.kind)
    seconds = of_kind if held.retain_s is None or held.kind is KeptAs.ROBOTS else held.retain_s
    return None if seconds is None else held.captured_at + timedelta(seconds=seconds)


def due(
    found: Iterable[Held],
    repeats: Sequence[Repeat],
    policy: RetentionPolicy,
    now: datetime,
    lengths: Mapping[str, int] | None = None,
) -> tuple[Held, ...]:
    """Return what is kept no longer, oldest first.

    A response stays as long as one of the revisits that repeat its payload (`repeats`, all of them): without it they
    show nothing. With the `lengths` of files, in bytes, those of which too little is due are left for later.
    """
    overdue = {one: now - at for one in found if (at := expires_at(one, policy)) is not None and at <= now}
    if lengths is not None:
        files = _worth_it(overdue, policy, lengths)
        overdue = {one: by for one, by in overdue.items() if one.file in files}
    going = {number for one in overdue for number in one.capture_ids}
    last: dict[str, datetime] = {}
    for repeat in repeats:
        if repeat.capture_id not in going:
            last[repeat.digest] = max(repeat.captured_at, last.get(repeat.digest, repeat.captured_at))
    return tuple(sorted((one for one in overdue if not _is_repeated(one, last)), key=lambda one: one.captured_at))


def _is_repeated(one: Held, last: Mapping[str, datetime]) -> bool:
    """Say whether a revisit that stays repeats this; of several equal responses, each may be the one it means."""
    return one.digest is not None and one.digest in last and last[one.digest] >= one.captured_at


def _worth_it(overdue: Mapping[Held, timedelta], policy: RetentionPolicy, lengths: Mapping[str, int]) -> set[str]:
    size, by = defaultdict[str, int](int), defaultdict[str, timedelta](timedelta)
    for one, late in overdue.items():
        size[one.file] += one.bytes
        by[one.file] = max(by[one.file], late)
    patience = timedelta(seconds=policy.patience_s)
    return {file for file in size if by[file] >= patience or size[file] >= policy.share * lengths.get(file, 0)}


def telling(captures: Sequence[Capture], changes: Sequence[Change]) -> frozenset[int]:
    """Return the numbers of those of a document's captures that are behind a text or show a state.

    Behind a text are the first response that had it and the last; behind a document that went, all that showed no text
    in the row of checks that ended it; behind one that came back or moved, the capture of that check. Both in any
    order.
    """
    ordered = sorted(captures, key=lambda one: (one.captured_at, one.id))
    told = {one.id for one in _of_texts(ordered)}
    for change in changes:
        if change.kind in _OF_STATE:
            told |= {one.id for one in _at_change(ordered, change)}
    return frozenset(told)


def _of_texts(ordered: Sequence[Capture]) -> Iterable[Capture]:
    first: dict[int, Capture] = {}
    last: dict[int, Capture] = {}
    any_kind: dict[int, Capture] = {}
    for one in ordered:
        if one.revision_id is None:
            continue
        any_kind.setdefault(one.revision_id, one)
        if one.record_type == "response":
            first.setdefault(one.revision_id, one)
            last[one.revision_id] = one
    return (*first.values(), *last.values(), *any_kind.values())


def _at_change(ordered: Sequence[Capture], change: Change) -> Iterable[Capture]:
    """Return the captures by which a state was seen: the last before it was recorded.

    Of one that went away also those before it that showed no text: each of them may have been a miss that counted.
    """
    until = [one for one in ordered if one.captured_at <= change.at]
    shown = until[-1:]
    if change.kind not in _AWAY:
        return shown
    for one in reversed(until[:-1]):
        if one.revision_id is not None:
            break
        shown.append(one)
    return shown
