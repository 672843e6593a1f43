"""Compare two texts word by word, or line by line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import unified_diff
from typing import Literal

from rapidfuzz.distance import Indel

from monitor.core.words import count_words, pieces

Op = Literal["equal", "insert", "delete"]

# The bit matrix of the comparison takes pieces * pieces / 8 bytes: this bounds it to 50 MB. Two texts of 10,000 words
# with nothing in common at head and tail stay below; longer ones are compared by lines first.
LARGEST_MATRIX = 400_000_000
LONGEST_ISLAND = 2  # words


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that both have, or only one: deleted from the first, inserted by the second."""

    op: Op
    text: str


@dataclass(frozen=True, slots=True)
class Hunk:
    """Words that took the place of others, with their places in the two sequences (end exclusive)."""

    start: int
    end: int
    new_start: int
    new_end: int


def diff_words(before: str, after: str) -> tuple[Segment, ...]:
    """Return what was deleted, inserted and kept, exact to the character and readable.

    Joining the equal and deleted texts gives `before`, the equal and inserted `after`. No segment is empty, no two
    neighbours have the same op, a deletion comes before the insertion in its place. Equal stretches between two edits
    that hold no word, or one or two that are shorter than the edits on either side, are drawn into them (as
    diff-match-patch does), since a reader sees one rewording and not confetti.
    """
    old, new = _cut(before, after)
    return tuple(_aligned(list(_segments(_merged(list(_steps(old, new)))))))


def laid_out(text: str) -> str:
    """Return a text with one paragraph a line and single spaces, so that a diff shows words and not layout."""
    lines = (" ".join(line.split()) for line in text.splitlines())
    return "\n".join(line for line in lines if line)


def hunks(before: list[str], after: list[str]) -> list[Hunk]:
    """Return the fewest replacements that turn one sequence of words into the other (Indel distance), in order."""
    head = _common(before, after)
    tail = _common(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    found: list[Hunk] = []
    for start, end, new_start, new_end in _edits(old, new):
        if found and (found[-1].end, found[-1].new_end) == (start + head, new_start + head):
            found[-1] = Hunk(found[-1].start, end + head, found[-1].new_start, new_end + head)
        else:
            found.append(Hunk(start + head, end + head, new_start + head, new_end + head))
    return found


def unified(before: str, after: str, from_name: str, to_name: str) -> str:
    """Return a unified diff by lines that `patch` understands, "" when the texts are equal."""
    lines = unified_diff(_lines(before), _lines(after), _one_line(from_name), _one_line(to_name))
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _cut(before: str, after: str) -> tuple[list[str], list[str]]:
    """Cut into words and what is between them; texts too long for that into lines."""
    old, new = pieces(before), pieces(after)
    head = _common(old, new)
    tail = _common(old[head:][::-1], new[head:][::-1])
    if (len(old) - head - tail) * (len(new) - head - tail) <= LARGEST_MATRIX:
        return old, new
    return before.splitlines(keepends=True), after.splitlines(keepends=True)


def _edits(old: list[str], new: list[str]) -> Iterable[tuple[int, int, int, int]]:
    if not old and not new:
        return
    if not old or not new or len(old) * len(new) > LARGEST_MATRIX:
        yield 0, len(old), 0, len(new)
        return
    ids: dict[str, int] = {}
    first, second = ([ids.setdefault(piece, len(ids)) for piece in cut] for cut in (old, new))
    for step in Indel.opcodes(first, second):
        if step.tag != "equal":
            yield step.src_start, step.src_end, step.dest_start, step.dest_end


def _common(one: list[str], other: list[str]) -> int:
    """Return how many pieces two sequences have in common at their head."""
    shortest = min(len(one), len(other))
    return next((at for at in range(shortest) if one[at] != other[at]), shortest)


@dataclass(slots=True)
class _Step:
    """An edit, or an equal stretch when `kept`."""

    deleted: str
    inserted: str
    kept: bool = False


def _steps(old: list[str], new: list[str]) -> Iterator[_Step]:
    at = 0
    for hunk in hunks(old, new):
        if hunk.start > at:
            same = "".join(old[at : hunk.start])
            yield _Step(same, same, kept=True)
        yield _Step("".join(old[hunk.start : hunk.end]), "".join(new[hunk.new_start : hunk.new_end]))
        at = hunk.end
    if at < len(old):
        yield _Step("".join(old[at:]), "".join(old[at:]), kept=True)


def _merged(steps: list[_Step]) -> list[_Step]:
    done: list[_Step] = []
    for at, step in enumerate(steps):
        following = steps[at + 1] if at + 1 < len(steps) else None
        drawn_in = step.kept and done and following and _is_island(step.deleted, done[-1], following)
        if done and not done[-1].kept and (drawn_in or not step.kept):
            done[-1] = _Step(done[-1].deleted + step.deleted, done[-1].inserted + step.inserted)
        else:
            done.append(step)
    return done


def _is_island(text: str, left: _Step, right: _Step) -> bool:
    if not (count := count_words(text[:200])):
        return "\n" not in text and len(text) <= 200
    size = min(max(len(edit.deleted), len(edit.inserted)) for edit in (left, right))
    return count <= LONGEST_ISLAND and len(text.strip()) < size


def _segments(steps: list[_Step]) -> Iterator[Segment]:
    for step in steps:
        if step.kept:
            yield Segment("equal", step.deleted)
            continue
        if step.deleted:
            yield Segment("delete", step.deleted)
        if step.inserted:
            yield Segment("insert", step.inserted)


def _aligned(segments: list[Segment]) -> Iterator[Segment]:
    """Slide edits to the start of a paragraph where the text around them allows it: whole sentences come and go."""
    texts = [segment.text for segment in segments]
    for at in range(1, len(segments) - 1):
        around = (segments[at - 1].op, segments[at + 1].op)
        if segments[at].op != "equal" and around == ("equal", "equal"):
            texts[at - 1], texts[at], texts[at + 1] = _slid(texts[at - 1], texts[at], texts[at + 1])
    return (Segment(segment.op, text) for segment, text in zip(segments, texts, strict=True) if text)


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
