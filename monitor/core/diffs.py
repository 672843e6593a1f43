"""Compare two texts by words or by lines, with what was moved told apart from what was rewritten."""

from collections.abc import Iterable, Iterator
from difflib import unified_diff
from itertools import pairwise

from monitor.answers import Segment
from monitor.core.diff_steps import Step, changes, is_island
from monitor.core.hunks import Hunk, common_head, hunks
from monitor.core.sentences import cut

__all__ = ["Hunk", "diff_words", "hunks", "laid_out", "unified"]


def diff_words(before: str, after: str) -> tuple[Segment, ...]:
    """Return what was deleted, inserted, moved and kept, exact to the character and readable.

    Joining the equal and deleted texts gives `before`, the equal and inserted `after`. No segment is empty, no two
    neighbours have the same op and move, deletions come before the insertions in their place (a sentence that was
    inserted may come before a deletion in the next one). Sentences that both texts hold in the same order are kept,
    those between them paired with their rewording where one is found, and the words compared. Sentences of six words
    or more that stand elsewhere, with what stands around them there too, are a passage that was moved: deleted in one
    place and inserted in the other, with one number, from 1 in the order of `before`; the two may differ in typography
    and case. Equal stretches between two edits that hold no word, or one or two that are shorter than the edits on
    either side, are drawn into them (as diff-match-patch does), and so is all of a sentence that has but small words in
    common with the other: a reader sees one rewording and not confetti.
    """
    head, old, new, tail = _trimmed(before.splitlines(keepends=True), after.splitlines(keepends=True))
    both = set(old.split("\n")) & set(new.split("\n"))
    units, new_units = list(_units(old, both)), list(_units(new, both))
    steps = [Step(head, head, kept=True), *changes(units, new_units), Step(tail, tail, kept=True)]
    return tuple(_aligned(_white_space_joined(_segments(_merged(_joined(steps))))))


def laid_out(text: str) -> str:
    """Return a text with one paragraph a line and single spaces, so that a diff shows words and not layout."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def unified(before: str, after: str, from_name: str, to_name: str) -> str:
    """Return a unified diff by lines that `patch` understands, "" when the texts are equal."""
    lines = unified_diff(_lines(before), _lines(after), _one_line(from_name), _one_line(to_name))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _units(text: str, both: set[str]) -> Iterator[str]:
    """Yield lines that both texts have as wholes, which stand or were moved, and the others cut into sentences."""
    for number, line in enumerate(text.split("\n")):
        if number:
            yield "\n"
        if line in both:
            yield from (line,) if line else ()
        else:
            yield from cut(line)


def _trimmed(old: list[str], new: list[str]) -> tuple[str, str, str, str]:
    """Return the lines in common at the head, those that differ of either, and those in common at the tail."""
    head = common_head(old, new)
    tail = common_head(old[head:][::-1], new[head:][::-1])
    end, new_end = len(old) - tail, len(new) - tail
    return "".join(old[:head]), "".join(old[head:end]), "".join(new[head:new_end]), "".join(old[end:])


def _joined(steps: Iterable[Step]) -> Iterator[Step]:
    """Join neighbours of one kind, and leave out empty ones."""
    last: Step | None = None
    for step in steps:
        if not step.deleted and not step.inserted:
            continue
        if last and step.kept == last.kept and step.move == last.move and (step.kept or not step.first):
            last.deleted += step.deleted
            last.inserted += step.inserted
            continue
        if last:
            yield last
        last = step
    if last:
        yield last


def _merged(steps: Iterable[Step]) -> list[Step]:
    """Draw small equal stretches into the edits on both sides."""
    every, done = list(steps), list[Step]()
    for at, step in enumerate(every):
        last = done[-1] if done and _is_edit(done[-1]) else None
        following = every[at + 1] if at + 1 < len(every) and _is_edit(every[at + 1]) else None
        drawn_in = step.kept and last and following and is_island(step.deleted, min(_size(last), _size(following)))
        if last and (drawn_in or (_is_edit(step) and not step.first)):
            last.deleted += step.deleted
            last.inserted += step.inserted
        else:
            done.append(step)
    return done


def _is_edit(step: Step) -> bool:
    return not step.kept and step.move is None


def _size(edit: Step) -> int:
    return max(len(edit.deleted), len(edit.inserted))


def _segments(steps: list[Step]) -> Iterator[Segment]:
    """Tell the steps, what was deleted from a sentence or between two equal stretches before what was inserted."""
    starts = [at for at, step in enumerate(steps) if not at or step.kept or step.first or steps[at - 1].kept]
    for start, end in pairwise([*starts, len(steps)]):
        if steps[start].kept:
            yield Segment("equal", steps[start].deleted)
            continue
        yield from (Segment("delete", step.deleted, step.move) for step in steps[start:end] if step.deleted)
        yield from (Segment("insert", step.inserted, step.move) for step in steps[start:end] if step.inserted)


def _white_space_joined(segments: Iterable[Segment]) -> list[Segment]:
    """Join neighbours of one kind, and white space that came or went beside a moved passage with the passage."""
    done: list[Segment] = []
    for segment in segments:
        last = done[-1] if done else None
        if last is None or last.op != segment.op or not _go_together(last, segment):
            done.append(segment)
        else:
            done[-1] = Segment(last.op, last.text + segment.text, last.move or segment.move)
    return done


def _go_together(one: Segment, other: Segment) -> bool:
    if one.move == other.move:
        return True
    if one.move is None or other.move is None:
        return (one if one.move is None else other).text.isspace()
    return False


def _aligned(segments: list[Segment]) -> Iterator[Segment]:
    """Slide edits to the start of a paragraph where the text around them allows it: whole sentences come and go."""
    texts = [segment.text for segment in segments]
    for at in range(1, len(segments) - 1):
        around = (segments[at - 1].op, segments[at + 1].op)
        if segments[at].op != "equal" and around == ("equal", "equal") and segments[at].move is None:
            texts[at - 1], texts[at], texts[at + 1] = _slid(texts[at - 1], texts[at], texts[at + 1])
    return (Segment(segment.op, text, segment.move) for segment, text in zip(segments, texts, strict=True) if text)


def _slid(before: str, edit: str, after: str) -> tuple[str, str, str]:
    """Return the three texts, the edit begun at a line if it can be: letters go from its one end to the other."""
    if not before or before.endswith("\n"):
        return before, edit, after
    same = next((at for at in range(min(len(edit), len(after))) if edit[at] != after[at]), min(len(edit), len(after)))
    right = edit[:same].rfind("\n") + 1
    if 0 < right < len(after):
        return before + edit[:right], edit[right:] + edit[:right], after[right:]
    for left in range(1, min(len(before) - 1, len(edit)) + 1):
        if before[-left:] != edit[-left:]:
            break
        if before[-left - 1] == "\n":
            return before[:-left], before[-left:] + edit[:-left], before[-left:] + after
    return before, edit, after


def _lines(text: str) -> list[str]:
    """Cut at line feeds only; other separators stay inside their line, as in patch."""
    lines = [line + "\n" for line in text.split("\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]


def _one_line(name: str) -> str:
    return " ".join(name.split())
