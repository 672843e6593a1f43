"""Turn one text into another in steps: sentences kept, reworded, moved, and the words that came and went in them."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from monitor.core.hunks import Hunk, hunks
from monitor.core.moves import align, alike
from monitor.core.typography import normalise, same_to_readers
from monitor.core.words import count_words, pieces

LONGEST_ISLAND = 2  # words
MOST_PIECES = 2 * LONGEST_ISLAND + 1
MANY_HUNKS, LEAST_KEPT = 4, 0.3  # below such a share of letters, what so many hunks have in common is chance
MANY_WORDS = 8  # of a sentence that is looked at as a whole before its words are compared
LONGEST_MARKS = 200  # characters


def _read_alike(sentence: str) -> str:
    return same_to_readers(normalise(sentence))


@dataclass(slots=True)
class Step:
    """An edit, an equal stretch when `kept`, or one end of a passage that was moved; `first` begins a sentence."""

    deleted: str
    inserted: str
    kept: bool = False
    move: int | None = None
    first: bool = False


_Part = tuple[str, int | None]  # a text, and the number of the move that it is
_Passages = dict[int, tuple[int, int]]  # where a moved passage starts: where it ends, and its number


def changes(old: list[str], new: list[str]) -> Iterator[Step]:
    alignment = align(old, new, _read_alike)
    away = {passage.start: (passage.end, number) for number, passage in enumerate(alignment.moved, 1)}
    come = {passage.new_start: (passage.new_end, number) for number, passage in enumerate(alignment.moved, 1)}
    at, new_at, kept = 0, 0, list[str]()
    for end, new_end in (*alignment.kept, (len(old), len(new))):
        if old[at : end + 1] == new[new_at : new_end + 1] and at not in away and new_at not in come:
            kept += old[at : end + 1]
        else:
            yield Step(same := "".join(kept), same, kept=True)
            kept = []
            yield from _gap(_parts(old, at, end, away), _parts(new, new_at, new_end, come))
            if end < len(old):
                yield from _compared(old[end], new[new_end])
        at, new_at = end + 1, new_end + 1
    yield Step(same := "".join(kept), same, kept=True)


def _parts(texts: list[str], at: int, end: int, passages: _Passages) -> list[_Part]:
    found: list[_Part] = []
    while at < end:
        upto, move = passages.get(at, (at + 1, None))
        found.append(("".join(texts[at:upto]), move))
        at = upto
    return found


def _gap(old: list[_Part], new: list[_Part]) -> Iterator[Step]:
    """Compare what stands between sentences that both have, sentence by sentence where they can be paired."""
    places, new_places = (
        [n for n, (text, move) in enumerate(side) if move is None and not text.isspace()] for side in (old, new)
    )
    pairs = alike([old[place][0] for place in places], [new[place][0] for place in new_places])
    at, new_at = 0, 0
    for here, there in pairs:
        yield from _apart_from_others(_stretch(old[at : places[here]], new[new_at : new_places[there]]))
        yield from _apart_from_others(_compared(old[places[here]][0], new[new_places[there]][0]))
        at, new_at = places[here] + 1, new_places[there] + 1
    yield from _apart_from_others(_stretch(old[at:], new[new_at:]))


def _apart_from_others(steps: Iterable[Step]) -> list[Step]:
    """Keep what was done to a sentence from being joined with what was done before it."""
    present = [step for step in steps if step.deleted or step.inserted]
    if present:
        present[0].first = True
    return present


def _stretch(old: list[_Part], new: list[_Part]) -> Iterator[Step]:
    """Compare what no passage moved, and put the passages back where they stand in it."""
    if all(move is None for _, move in (*old, *new)):
        yield from _compared("".join(text for text, _ in old), "".join(text for text, _ in new))
        return
    first, away = _apart(old, lambda text, move: Step(text, "", move=move))
    second, come = _apart(new, lambda text, move: Step("", text, move=move))
    at = 0
    for hunk in (*hunks(first, second), Hunk(len(first), len(first), len(second), len(second))):
        shift = hunk.new_start - hunk.start
        for place in range(at, hunk.start):
            yield from (*away.pop(place, ()), *come.pop(place + shift, ()))
            yield Step(first[place], first[place], kept=True)
        for place in range(hunk.start, hunk.end):
            yield from (*away.pop(place, ()), Step(first[place], ""))
        for place in range(hunk.new_start, hunk.new_end):
            yield from (*come.pop(place, ()), Step("", second[place]))
        at = hunk.end
    yield from (*away.pop(len(first), ()), *come.pop(len(second), ()))


def _apart(parts: list[_Part], told: Callable[[str, int], Step]) -> tuple[list[str], dict[int, list[Step]]]:
    """Return the pieces that no passage moved, and the passages by the piece that they stand before."""
    cut_up: list[str] = []
    moved: dict[int, list[Step]] = {}
    for text, move in parts:
        if move is None:
            cut_up += pieces(text)
        else:
            moved.setdefault(len(cut_up), []).append(told(text, move))
    return cut_up, moved


def _compared(before: str, after: str) -> Iterator[Step]:
    if before == after:
        yield Step(before, before, kept=True)
        return
    if _are_unrelated(before, after):
        yield Step(before, after)
        return
    old, new, at = pieces(before), pieces(after), 0
    for hunk in _readable(hunks(old, new), old, new):
        same = "".join(old[at : hunk.start])
        yield Step(same, same, kept=True)
        yield Step("".join(old[hunk.start : hunk.end]), "".join(new[hunk.new_start : hunk.new_end]))
        at = hunk.end
    same = "".join(old[at:])
    yield Step(same, same, kept=True)


def _are_unrelated(before: str, after: str) -> bool:
    """Tell sentences with next to no word in common, which costs far less to see than to compare them."""
    old, new = set(before.split()), set(after.split())
    fewest = min(len(old), len(new))
    return fewest >= MANY_WORDS and len(old & new) < LEAST_KEPT * fewest


def _readable(found: list[Hunk], old: list[str], new: list[str]) -> list[Hunk]:
    """Join hunks that only a small island parts, and all of them where next to nothing is common in between."""
    if len(found) < MANY_HUNKS:
        return _drawn_together(found, old, new)
    whole = Hunk(found[0].start, found[-1].end, found[0].new_start, found[-1].new_end)
    kept = sum(_letters(old[one.end : other.start]) for one, other in pairwise(found))
    sides = _letters(old[whole.start : whole.end]), _letters(new[whole.new_start : whole.new_end])
    return [whole] if kept < LEAST_KEPT * min(sides) else _drawn_together(found, old, new)


def _letters(some: list[str]) -> int:
    return sum(len(piece) for piece in some if piece[0].isalnum())


def _drawn_together(found: list[Hunk], old: list[str], new: list[str]) -> list[Hunk]:
    """Join hunks that only a small island parts."""
    done = found[:1]
    for hunk in found[1:]:
        last = done[-1]
        island = old[last.end : hunk.start]
        if len(island) <= MOST_PIECES and is_island("".join(island), min(_length(h, old, new) for h in (last, hunk))):
            done[-1] = Hunk(last.start, hunk.end, last.new_start, hunk.new_end)
        else:
            done.append(hunk)
    return done


def _length(hunk: Hunk, old: list[str], new: list[str]) -> int:
    """Return the characters of the longer side."""
    return max(sum(map(len, old[hunk.start : hunk.end])), sum(map(len, new[hunk.new_start : hunk.new_end])))


def is_island(text: str, size: int) -> bool:
    """Tell an equal stretch between two edits, of which the smaller has `size` characters, that is drawn into them."""
    if len(text) > LONGEST_MARKS:
        return False
    if len(text.strip()) >= size:
        return "\n" not in text and not count_words(text)
    return (count := count_words(text)) <= LONGEST_ISLAND and (count > 0 or "\n" not in text)
