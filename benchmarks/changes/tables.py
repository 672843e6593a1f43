"""Print what came of a run: of every kind of edit and of noise, ours beside the others."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.aims import state as state_aim
from benchmarks.changes.noise import noise_at
from benchmarks.changes.rivals import NAMES, Judged
from benchmarks.changes.scoring import EDITS, Held, Score
from benchmarks.changes.truth import Group
from monitor.model import ChangeKind, Standing

WHO = ("ours", *NAMES)
ALERTING = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH)
_QUIET = (Standing.ONCE, Standing.FLICKER)


@dataclass(frozen=True, slots=True)
class Tally:
    """Found, missed and made up, of one detector."""

    found: int
    missed: int
    made_up: int

    @property
    def recall(self) -> float:
        """Return the share of what there was that was found; of nothing, all."""
        return self.found / (self.found + self.missed) if self.found + self.missed else 1.0

    @property
    def precision(self) -> float:
        """Return the share of what was told that was so."""
        return self.found / (self.found + self.made_up) if self.found + self.made_up else 1.0

    @property
    def errors(self) -> int:
        """Return how often it was wrong."""
        return self.missed + self.made_up


Rivals = Mapping[int, Sequence[Judged]]


def report(scores: Sequence[Score], rivals: Rivals) -> None:
    """Print every table, and the aims."""
    ours, others = _revisions(scores), [_rival_revisions(scores, rivals, number) for number in range(len(NAMES))]
    _print_tallies("revisions: edits found and made up", [ours, *others])
    calm = [score for score in scores if not score.history.outlet.inside]
    alike = [_revisions(calm), *(_rival_revisions(calm, rivals, number) for number in range(len(NAMES)))]
    _print_tallies("the same, without furniture inside", alike)
    _print_edits(scores, rivals)
    _print_noise(scores, rivals)
    _print_kinds(scores)
    gone = [_takedowns(scores), *(_rival_takedowns(scores, rivals, number) for number in range(len(NAMES)))]
    _print_tallies("takedowns: what was removed, or moved to another article", gone)
    _print_rest(scores, rivals)
    _state_aims(scores, ours, others, gone)


def _held(scores: Iterable[Score], group: Group) -> list[Held]:
    return [one for score in scores for one in score.held if one.event.group is group]


def _revisions(scores: Sequence[Score]) -> Tally:
    found = Counter(one.change is not None for one in _held(scores, Group.TEXT))
    made_up = sum(1 for score in scores for one in score.made_up if one.change.kind in EDITS)
    return Tally(found[True], found[False], made_up)


def _rival_revisions(scores: Sequence[Score], rivals: Rivals, number: int) -> Tally:
    found = Counter(_found_by(rivals, number, one) for one in _held(scores, Group.TEXT))
    made_up = sum(len(_made_up_by(score, rivals, number)) for score in scores)
    return Tally(found[True], found[False], made_up)


def _found_by(rivals: Rivals, number: int, one: Held) -> bool:
    return one.event.index in rivals[one.event.history.number][number].changed


def _made_up_by(score: Score, rivals: Rivals, number: int) -> list[int]:
    """Return the observations at which a rival saw a change where none was; not while the article was gone."""
    true = {one.event.index for one in score.held}
    changed = rivals[score.history.number][number].changed
    return [index for index in sorted(changed - true) if score.seen[index].truth.place == "here"]


def _takedowns(scores: Sequence[Score]) -> Tally:
    removals = [one for one in _held(scores, Group.PRESENCE) if ChangeKind.REMOVED in one.event.kinds]
    found = Counter(one.change is not None for one in removals if one.event.required or one.change)
    kinds = (ChangeKind.REMOVED, ChangeKind.MOVED)
    return Tally(found[True], found[False], sum(one.change.kind in kinds for score in scores for one in score.made_up))


def _rival_takedowns(scores: Sequence[Score], rivals: Rivals, number: int) -> Tally:
    found = missed = made_up = 0
    for score in scores:
        told = rivals[score.history.number][number].removed
        true = [one.event for one in score.held if ChangeKind.REMOVED in one.event.kinds]
        for event in true:
            hit = any(event.at <= score.seen[index].at and _in_time(event.until, score, index) for index in told)
            found, missed = found + hit, missed + (event.required and not hit)
        made_up += sum(1 for index in told if score.seen[index].truth.place == "here")
    return Tally(found, missed, made_up)


def _in_time(until: object, score: Score, index: int) -> bool:
    return until is None or score.seen[index].at < until  # type: ignore[operator]


def _print_tallies(title: str, tallies: Sequence[Tally]) -> None:
    print(f"\n{title:36} {'found':>6} {'missed':>7} {'made up':>8} {'recall':>8} {'precision':>10} {'errors':>7}")
    for who, one in zip(WHO, tallies, strict=True):
        figures = f"{one.found:6} {one.missed:7} {one.made_up:8} {one.recall:8.3f} {one.precision:10.3f} {one.errors:7}"
        print(f"  {who:34} {figures}")


def _print_edits(scores: Sequence[Score], rivals: Rivals) -> None:
    head = "".join(f"{name:>13}" for name in WHO)
    print(f"\n{'found, by kind of edit':36} {'there':>6}{head}{'right kind':>12}")
    by_what: dict[str, list[Held]] = {}
    for one in (*_held(scores, Group.TEXT), *_held(scores, Group.ADDRESS)):
        name = one.event.what if one.event.group is Group.TEXT else f"{one.event.what} (address)"
        by_what.setdefault(name, []).append(one)
    for what, of_kind in sorted(by_what.items()):
        found = [sum(one.change is not None for one in of_kind)]
        if not what.endswith("(address)"):
            found += [sum(_found_by(rivals, number, one) for one in of_kind) for number in range(len(NAMES))]
        cells = "".join(f"{count:13}" for count in found) + " " * 13 * (len(WHO) - len(found))
        print(f"  {what:34} {len(of_kind):6}{cells}{sum(one.right for one in of_kind):12}")


def _print_noise(scores: Sequence[Score], rivals: Rivals) -> None:
    counts = [Counter(one.noise for score in scores for one in score.made_up)]
    for number in range(len(NAMES)):
        made_up = ((score, index) for score in scores for index in _made_up_by(score, rivals, number))
        counts.append(Counter(noise_at(score.seen, index) for score, index in made_up))
    print(f"\n{'made up, by kind of noise':43}{''.join(f'{name:>13}' for name in WHO)}")
    for noise in sorted({name for count in counts for name in count}):
        print(f"  {noise:41}{''.join(f'{count[noise]:13}' for count in counts)}")


def _print_kinds(scores: Sequence[Score]) -> None:
    told = Counter(
        (one.event.kind.value, one.change.kind.value if one.change else "-")
        for score in scores
        for one in score.held
        if one.event.required or one.change
    )
    print("\nkinds, as they were and as they were told")
    for (true, said), count in sorted(told.items()):
        print(f"  {true:12} {said:12} {count:5}{'' if true == said else '   <-'}")


def _print_rest(scores: Sequence[Score], rivals: Rivals) -> None:
    tests = [score for score in scores if score.history.other]
    alerts = sum(_alerts(score) for score in tests)
    theirs = [sum(len(rivals[score.history.number][number].changed) for score in tests) for number in range(len(NAMES))]
    others = ", ".join(f"{name} {count}" for name, count in zip(NAMES, theirs, strict=True))
    print(f"\nA/B headlines, {len(tests)} articles: alerts of ours {alerts}; {others}")
    changes = [one for score in scores for one in score.changes]
    hidden = Counter(one.kind.value for one in changes if one.kind not in EDITS)
    judged = sum(one.judged_at is not None for one in changes)
    print(f"told beside edits: {', '.join(f'{kind} {count}' for kind, count in sorted(hidden.items()))}")
    print(f"judged anew: {judged} of {len(changes)} changes; steps of the script that nobody saw: {_unseen(scores)}")


def _unseen(scores: Sequence[Score]) -> int:
    return sum(score.unseen for score in scores)


def _alerts(score: Score) -> int:
    """Count what would alert somebody: an edit that did not vanish at the next check, a variant that stayed."""
    edits = [one for one in score.changes if one.kind in ALERTING and one.standing not in _QUIET]
    others = [one for one in score.changes if one.kind is ChangeKind.VARIANT and one.standing is Standing.CONFIRMED]
    return len(edits) + len(others)


def _state_aims(scores: Sequence[Score], ours: Tally, others: Sequence[Tally], gone: Sequence[Tally]) -> None:
    lost = [one for score in scores for one in score.lost]
    texts = sum(score.texts for score in scores)
    headlines = sum(one.title_only for one in lost)
    print()
    state_aim("recall of edits", f"{ours.recall:.3f}", "0.990 or more", ours.recall >= 0.99)
    state_aim("precision of edits", f"{ours.precision:.3f}", "0.980 or more", ours.precision >= 0.98)
    told = [one for score in scores for one in score.held if one.change]
    right = sum(one.right for one in told) / max(len(told), 1)
    state_aim("kinds told rightly", f"{right:.3f}", "0.980 or more", right >= 0.98)
    best = min(other.errors for other in others)
    state_aim("errors, ours and the best other's", f"{ours.errors} and {best}", "twice ours", best >= 2 * ours.errors)
    told_lost = f"{len(lost)} of {texts} texts ({headlines} of them only by the headline)"
    state_aim("lost revisions", told_lost, "0", not lost)
    state_aim("recall of takedowns", f"{gone[0].recall:.3f}", "0.990 or more", gone[0].recall >= 0.99)
    state_aim("precision of takedowns", f"{gone[0].precision:.3f}", "0.980 or more", gone[0].precision >= 0.98)
