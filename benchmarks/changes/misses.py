"""Print every miss with all that is needed to find its cause: what was served, what was told, what was kept."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from difflib import unified_diff
from urllib.parse import unquote

from benchmarks.changes.edits import State
from benchmarks.changes.noise import index_at
from benchmarks.changes.outlets import START
from benchmarks.changes.scoring import Held, Lost, MadeUp, Score
from benchmarks.changes.serving import Observation
from monitor.answers import DocumentView
from monitor.model import Change, Revision

LONGEST = 150  # characters of a line that are shown
LINES = 90  # of one fault
ALIKE = 2  # faults of one article with the same first line


def print_misses(scores: Sequence[Score], only: str) -> None:
    """Print what went wrong, by kind of fault; `only` leaves those whose first line has it."""
    told = [one for score in scores for one in _of(score)]
    wanted = [one for one in told if only.lower() in one[0].lower()]
    print(f"\n{'faults':70} {'count':>6}")
    for fault, count in Counter(heading.partition("]")[0] for heading, _ in wanted).most_common():
        print(f"  {fault + ']':68} {count:6}")
    shown: Counter[str] = Counter()
    for number, (heading, lines) in enumerate(sorted(wanted), start=1):
        shown[heading] += 1
        if shown[heading] <= ALIKE:  # the same fault of the same article again and again is told by the count
            print(f"\n--- {number} of {len(wanted)}: {heading}")
            print("\n".join(lines if len(lines) <= LINES else [*lines[:LINES], f"    ... {len(lines) - LINES} more"]))


def _of(score: Score) -> Iterator[tuple[str, list[str]]]:
    """Return each fault as a heading and its lines."""
    for one in score.held:
        if one.change is None and one.event.required:
            hidden = _hidden(score, one)
            yield _heading("MISSED", one.event.what, hidden, score), [*_missed(score, one), *_story(score)]
        elif one.change is not None and not one.right:
            said = f"{'/'.join(sorted(one.event.kinds))} told as {one.change.kind}"
            yield _heading("WRONG KIND", one.event.what, said, score), [*_missed(score, one), *_story(score)]
    for made in score.made_up:
        yield _heading("MADE UP", made.noise, str(made.change.kind), score), [*_made_up(score, made), *_story(score)]
    for lost in score.lost:
        what = "headline" if lost.title_only else "text"
        yield _heading("LOST", what, lost.state.headline[:60], score), [*_lost(score, lost), *_story(score)]


def _heading(fault: str, what: str, told: str, score: Score) -> str:
    one = score.history
    return f"{fault} {what} [{told}] {one.outlet.language} #{one.number} (script: {one.kind}; noise: {one.noise})"


def _hidden(score: Score, one: Held) -> str:
    """Say what was told at that time all the same, if anything."""
    until = one.event.until
    told = [
        str(change.kind) for change in score.changes if one.event.at <= change.at and (not until or change.at < until)
    ]
    return f"told instead: {', '.join(told)}" if told else "nothing told"


def _missed(score: Score, one: Held) -> Iterator[str]:
    event = one.event
    yield f"expected {'/'.join(sorted(event.kinds))} between {_hours(event.since)} and {_hours(event.at)}"
    if event.before and event.after and event.before.text != event.after.text:
        yield from _differing(_lines(event.before), _lines(event.after), "truly")
    if one.change is not None:
        yield from _told(score, one.change)


def _made_up(score: Score, made: MadeUp) -> Iterator[str]:
    seen = score.seen[index_at(score.seen, made.change.at)]
    yield f"at {_hours(made.change.at)} nothing had happened; served: {_observation(seen)}"
    yield from _told(score, made.change)


def _lost(score: Score, lost: Lost) -> Iterator[str]:
    times = [one for one in score.seen if one.truth.state is not None and one.truth.state.text == lost.state.text]
    yield f"served {len(times)} times, first at {_hours(times[0].at)}: “{lost.state.headline}”"
    revisions = [one for view in score.views for one in view.revisions]
    if revisions:
        nearest = min(revisions, key=lambda one: abs((one.first_seen_at - times[0].at).total_seconds()))
        yield f"nearest is revision {nearest.number}, first seen at {_hours(nearest.first_seen_at)}"
        yield from _differing(_lines(lost.state), _kept(nearest), "kept")


def _told(score: Score, change: Change) -> Iterator[str]:
    judged = f", judged anew {_hours(change.judged_at)}" if change.judged_at else ""
    yield f"told: {_change(change)}{judged}"
    view = next(view for view in score.views if view.document.id == change.document_id)
    by_number = {one.number: one for one in view.revisions}
    before, after = by_number.get(change.from_revision or 0), by_number.get(change.to_revision or 0)
    if before is not None and after is not None:
        yield from _differing(_kept(before), _kept(after), "as kept")


def _story(score: Score) -> Iterator[str]:
    """Return everything in order: the script, what was served, what was told and how it was judged."""
    one = score.history
    inside = ", ".join(one.outlet.inside) or "none"
    yield f"outlet {one.outlet.name}: {one.outlet.look(START)}, furniture inside: {inside}"
    told = [(step.at, f"script    {step.what}, {step.place}") for step in one.steps]
    told += [(seen.at, f"served    {_observation(seen)}") for seen in score.seen]
    told += [(change.at, f"told      {_change(change)}") for change in score.changes]
    for view in score.views:
        told += _kept_of(view)
    yield from (f"    {_hours(at)}  {line}"[: LONGEST + 40] for at, line in sorted(told, key=lambda pair: pair[0]))


def _kept_of(view: DocumentView) -> Iterator[tuple[datetime, str]]:
    document = view.document
    url = unquote(document.url or "")
    yield document.first_seen_at, f"document  {document.id}, now {document.state}: {url}"
    for revision in view.revisions:
        title = f"“{revision.title}” by {revision.byline}, {revision.word_count} words"
        yield revision.first_seen_at, f"revision  {document.id}/{revision.number} {title} ({revision.extractor})"
    for capture in view.captures:
        if capture.quality is not None and capture.quality != "complete":
            yield capture.captured_at, f"judged    {capture.quality}: {capture.quality_reason}"


def _observation(seen: Observation) -> str:
    truth = seen.truth
    redirected = f"{seen.redirected} to " if seen.redirected else ""
    place = "" if truth.place == "here" else f", {truth.place}"
    disguise = f", {truth.noise['disguise']}" if "disguise" in truth.noise else ""
    headline = f"“{truth.state.headline}”" if truth.state else ""
    return f"{redirected}{seen.status}{place} {truth.bad or headline}{disguise}"


def _change(change: Change) -> str:
    step = f"{change.from_revision}>{change.to_revision}" if change.to_revision else ""
    return (
        f"{change.document_id} {change.kind} {step} {change.standing or ''} {change.significance:.2f} {change.reason}"
    )


def _lines(state: State) -> list[str]:
    return [state.headline, *state.paragraphs]


def _kept(revision: Revision) -> list[str]:
    return [revision.title or "", *revision.text.split("\n")]


def _differing(before: list[str], after: list[str], how: str) -> Iterator[str]:
    for line in list(unified_diff(before, after, n=0, lineterm=""))[2:]:
        if not line.startswith("@@"):
            yield f"  {how} {line[:LONGEST]}"


def _hours(at: datetime | None) -> str:
    """Say a time as hours since the start, which is how the script has it."""
    return "never" if at is None else f"{(at - START).total_seconds() / 3600:6.1f}h"
