"""Put what happened into words: one set of them for the terminal, the pages, the messages of alerts, and feeds."""

from collections.abc import Sequence
from enum import StrEnum

from monitor.durations import format_duration
from monitor.model import Alarm, AlarmKind, AlertAbout, AlertPace, Change, ChangeKind

NOTABLE = 0.3  # a name, a quotation or some thirty words changed
MAJOR = 0.6  # a number or a negation changed, or most of the text

KINDS = {
    ChangeKind.HEADLINE: "headline changed",
    ChangeKind.BODY: "text changed",
    ChangeKind.BOTH: "headline and text changed",
    ChangeKind.BYLINE: "byline or date changed",
    ChangeKind.VARIANT: "back to an earlier text",
    ChangeKind.FURNITURE: "no change of the article",
    ChangeKind.REEXTRACTED: "another reading",
    ChangeKind.REMOVED: "removed",
    ChangeKind.RESTORED: "restored",
    ChangeKind.MOVED: "moved",
    ChangeKind.RETITLED: "new address",
}
# What says nothing of the article has no weight.
NO_NEWS = frozenset({ChangeKind.FURNITURE, ChangeKind.REEXTRACTED})
REPLACED = frozenset({ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.VARIANT})
# What an alert tells of, one of it.
ABOUT = {AlertAbout.CHANGES: "change", AlertAbout.DOCUMENTS: "new document", AlertAbout.ALARMS: "alarm"}
ALARMS = {
    AlarmKind.SILENCE: "an outlet is silent",
    AlarmKind.FETCHING: "no fetch succeeds",
    AlarmKind.EXTRACTION: "articles cannot be read",
    AlarmKind.DISK: "the disk is filling up",
    AlarmKind.WORKER: "a worker is gone",
    AlarmKind.BACKUP: "no backup is made",
}
PACE = {AlertPace.AT_ONCE: "at once", AlertPace.HOURLY: "hourly", AlertPace.DAILY: "daily"}


class Weight(StrEnum):
    """How much a change matters."""

    MINOR = "minor"
    NOTABLE = "notable"
    MAJOR = "major"


def in_words(significance: float) -> Weight:
    """Return minor, notable or major for a significance from 0 to 1."""
    if significance < NOTABLE:
        return Weight.MINOR
    return Weight.NOTABLE if significance < MAJOR else Weight.MAJOR


def weight_of(change: Change) -> Weight | None:
    """Return how much a change matters; None for what is no change of the article."""
    return None if change.kind in NO_NEWS else in_words(change.significance)


def stood(change: Change) -> str:
    """Return how long the earlier text, or the page, had stood; nothing where that is not known, or is no text."""
    if not change.stood_s:
        return ""
    minutes = round(change.stood_s / 60)
    length = format_duration(60 * minutes or change.stood_s)
    if change.kind is ChangeKind.REMOVED:
        return f"it had stood {length}"
    return f"the earlier text had stood {length}" if change.kind in REPLACED else ""


def alarmed(one: Alarm) -> str:
    """Return an alarm in a few words: what is wrong, or no more, and with whom."""
    about = f": {one.subject}" if one.subject else ""
    return f"{'over: ' if one.ended_at else ''}{ALARMS[one.kind]}{about}"


def counted(count: int, noun: str, nouns: str | None = None) -> str:
    """Return `1 article`, `2 articles`; `nouns` is a plural that is not made with an s."""
    return f"{count:,} {noun if count == 1 else nouns or noun + 's'}"


def some(names: Sequence[str], most: int) -> str:
    """Return the first of some names, and how many more there are."""
    more = f" and {len(names) - most:,} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
