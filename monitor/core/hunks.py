"""Find the fewest replacements that turn one sequence of words into another."""

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz.distance import Indel

# The bit matrix of the comparison takes pieces * pieces / 8 bytes: this bounds it to 50 MB. Two texts of 10,000 words
# with no sentence in common stay below; longer stretches between common sentences are told as replaced.
LARGEST_MATRIX = 400_000_000


@dataclass(frozen=True, slots=True)
class Hunk:
    """Words that took the place of others, with their places in the two sequences (end exclusive)."""

    start: int
    end: int
    new_start: int
    new_end: int


def hunks(before: list[str], after: list[str]) -> list[Hunk]:
    """Return the fewest replacements that turn one sequence of words into the other (Indel distance), in order."""
    head = common_head(before, after)
    tail = common_head(before[head:][::-1], after[head:][::-1])
    old, new = before[head : len(before) - tail], after[head : len(after) - tail]
    found: list[Hunk] = []
    for start, end, new_start, new_end in _edits(old, new):
        if found and (found[-1].end, found[-1].new_end) == (start + head, new_start + head):
            found[-1] = Hunk(found[-1].start, end + head, found[-1].new_start, new_end + head)
        else:
            found.append(Hunk(start + head, end + head, new_start + head, new_end + head))
    return found


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


def common_head(one: list[str], other: list[str]) -> int:
    """Return how many pieces two sequences have in common at their head."""
    shortest = min(len(one), len(other))
    return next((at for at in range(shortest) if one[at] != other[at]), shortest)
