"""Put a change into words: what it did, how large it is, when it happened, how sure that is."""

from datetime import datetime

from monitor.answers import ChangeView
from monitor.cli.text import plural
from monitor.cli.times import moment, relative
from monitor.model import Change, ChangeKind, Standing
from monitor.wording import KINDS

# What is shown on request only, in words for one and for several.
HIDDEN = {
    ChangeKind.FURNITURE: ("change of furniture only", "changes of furniture only"),
    ChangeKind.REEXTRACTED: ("new reading by another extractor", "new readings by another extractor"),
}


def size(change: Change) -> str:
    """Return how much came, went and was moved: `+2 -21 words, +1 -2 sentences, 17 words moved`."""
    counted = (
        _came_and_went(change.words_added, change.words_removed, "words"),
        _came_and_went(change.sentences_added, change.sentences_removed, "sentences"),
        _moved(change),
    )
    return ", ".join(filter(None, counted))


def _came_and_went(added: int, removed: int, what: str) -> str:
    return f"+{added:,} -{removed:,} {what}" if added or removed else ""


def _moved(change: Change) -> str:
    if change.sentences_moved:
        words = f" of {plural(change.words_moved, 'word')}" if change.words_moved else ""
        return f"{plural(change.sentences_moved, 'sentence')}{words} moved"
    return f"{plural(change.words_moved, 'word')} moved" if change.words_moved else ""


def span(change: Change) -> str:
    """Return between which two checks it happened; nothing when no earlier one is known."""
    earlier, at = change.earlier_seen_at, change.at
    if earlier is None or earlier > at:
        return ""
    if earlier.date() != at.date():
        return f"after {moment(earlier)}, by {at:%H:%M}"
    since, by = f"{earlier:%H:%M}", f"{at:%H:%M}"
    return f"at {by}" if since == by else f"between {since} and {by}"


def doubt(change: Change) -> str:
    """Return why a new text is not to be relied on yet; nothing once it was confirmed."""
    if change.standing is Standing.FLICKER:
        return "gone again at the next check"
    return "seen once so far" if change.standing is Standing.ONCE else ""


def certainty(view: ChangeView, now: datetime) -> str:
    """Return how sure it is that the new text stands: how many checks saw it, the last of them how long ago."""
    change = view.change
    if change.standing is Standing.FLICKER:
        return doubt(change)
    if view.seen < 2:
        return "confirmed by what followed" if change.standing is Standing.CONFIRMED else doubt(change)
    last = f", last {relative(view.last_seen_at, now)}" if view.last_seen_at else ""
    told = "confirmed by" if change.standing is Standing.CONFIRMED else "seen by"
    return f"{told} {plural(view.seen, 'check')}{last}"


def judged_again(change: Change) -> str:
    """Return when it was judged anew; nothing when it never was."""
    return f"judged again {moment(change.judged_at)}, by what was learned since" if change.judged_at else ""


def in_short(change: Change) -> str:
    """Return a change as one line: what it did, the size, and the reason given for its weight."""
    told = " ".join(filter(None, (KINDS[change.kind], size(change))))
    if not change.reason or change.reason.startswith(told):  # "moved", and "moved to https://..."
        return change.reason or told
    return f"{told}: {change.reason}"
