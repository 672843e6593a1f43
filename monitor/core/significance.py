"""Weigh what an edit did to the words of a text, with reasons that a person understands."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.core.edits import Edits, find_edits
from monitor.core.figures import Figure, find_figures, is_clock
from monitor.core.rewordings import Rewording, Sentence
from monitor.core.typography import normalise, same_to_readers
from monitor.core.word_signals import Signal, of_words, only_spelled, several

HALF_SIZE = 60.0  # words changed that alone weigh 0.5
QUOTED_WORDS = 3  # a sentence with so many of them between quotation marks tells what somebody said

NUMBERS, QUOTE, ORDER, SOME_NUMBERS, CLOCK, WRITTEN, MOVED, SURFACE = 0.6, 0.35, 0.3, 0.3, 0.05, 0.05, 0.05, 0.02


@dataclass(frozen=True, slots=True)
class Edit:
    """What changed between two texts: words and sentences, what is special about it, and how much it is by size."""

    added: int
    removed: int
    signals: tuple[Signal, ...]
    size: Signal | None
    moved: int = 0
    sentences_added: int = 0
    sentences_removed: int = 0
    sentences_moved: int = 0
    spelled: str | None = None  # an example, when only long words are spelled otherwise


def weigh(before: str, after: str) -> Edit:
    """Return what an edit did, strongest signal first; the texts differ in more than typography.

    size        1 - 2^(-words changed / 60); nothing when no word came or went
    numbers     0.6 when numbers took the place of others, units and magnitudes included; 0.3 in another order, or when
                they only came or went, in a sentence or with it; 0.05 when all are times of day, or only written
                otherwise ("10,000", "10 000")
    quotation   0.35 when a sentence with a quotation came or went
    moved       0.05 however much was moved
    surface     0.02 when nothing but punctuation, capitals, line breaks or the script of digits changed
    words       negations, names and others: core/word_signals.py
    """
    found = find_edits(before, after)
    signals = [*_numbers(found), *_whole_sentences(found), *of_words(found, before, after)]
    if found.moved.sentences:
        signals.append(Signal(MOVED, _moved(found)))
    changed = found.words_added + found.words_removed
    size = Signal(1.0 - 2.0 ** (-changed / HALF_SIZE), _size(found)) if changed else None
    if not signals and not size:
        signals = [Signal(SURFACE, _surface(before, after))]
    return Edit(
        added=found.words_added,
        removed=found.words_removed,
        signals=tuple(sorted(signals, key=lambda signal: -signal.weight)),
        size=size,
        moved=found.moved.words,
        sentences_added=found.all_added.sentences,
        sentences_removed=found.all_removed.sentences,
        sentences_moved=found.moved.sentences,
        spelled=only_spelled(found),
    )


def combined(weights: list[float]) -> float:
    """Return 1 - (1 - w1)(1 - w2)...: never below the strongest, never above 1."""
    rest = 1.0
    for weight in weights:
        rest *= 1.0 - weight
    return 1.0 - rest


def _numbers(found: Edits) -> Iterator[Signal]:
    lost, gained, only_lost, only_gained = list[Figure](), list[Figure](), list[Figure](), list[Figure]()
    for one in (*found.reworded, *found.replaced):
        old, new = _figures(one.old), _figures(one.new)
        gone, come = _without(old, new), _without(new, old)
        if gone and come:
            lost += gone
            gained += come
        elif gone or come:
            only_lost += gone
            only_gained += come
        elif [figure.key for figure in old] != [figure.key for figure in new] and one.kept:
            yield Signal(ORDER, "numbers in another order")
        elif [figure.form for figure in old] != [figure.form for figure in new]:
            yield from _written(old, new)
    yield from _exchanged(lost, gained)
    yield from _came_or_went(_without(only_lost, only_gained), _without(only_gained, only_lost))


def _written(old: Sequence[Figure], new: Sequence[Figure]) -> Iterator[Signal]:
    """Tell figures of one meaning in another form, unless they are words for digits."""
    pairs = [(one.form, other.form) for one, other in zip(old, new, strict=True) if one.form != other.form]
    yield Signal(WRITTEN, f"numbers written otherwise: {several([f'{one} → {other}' for one, other in pairs])}")


def _exchanged(lost: list[Figure], gained: list[Figure]) -> Iterator[Signal]:
    if not lost:
        return
    told = _pairs([figure.form for figure in lost], [figure.form for figure in gained])
    if all(is_clock(figure.form) for figure in lost + gained):
        yield Signal(CLOCK, f"times changed: {told}")
    else:
        yield Signal(NUMBERS, f"numbers changed: {told}")


def _came_or_went(lost: list[Figure], gained: list[Figure]) -> Iterator[Signal]:
    for some, what in ((lost, "removed"), (gained, "added")):
        if some:
            weight = CLOCK if all(is_clock(figure.form) for figure in some) else SOME_NUMBERS
            yield Signal(weight, f"numbers {what}: {several([figure.form for figure in some])}")


def _figures(some: Sequence[Sentence]) -> list[Figure]:
    return [figure for sentence in some for figure in find_figures(sentence.text)]


def _without(those: list[Figure], others: list[Figure]) -> list[Figure]:
    """Return those that the others do not have, in order, counting repetitions."""
    left = Counter(figure.key for figure in others)
    found = []
    for figure in those:
        if left[figure.key]:
            left[figure.key] -= 1
        else:
            found.append(figure)
    return found


def _pairs(lost: list[str], gained: list[str]) -> str:
    if len(lost) != len(gained):
        return f"{several(lost)} → {several(gained)}"
    return several([f"{old} → {new}" for old, new in zip(lost, gained, strict=True)])


def _whole_sentences(found: Edits) -> Iterator[Signal]:
    """Tell what came or went with whole sentences: quotations, and numbers where no other took their place."""
    replaced = {id(one) for rewording in found.replaced for one in (*rewording.old, *rewording.new)}
    quoted = [any(map(_quotes, (*one.old, *one.new))) for one in found.replaced]
    if any(quoted):
        yield Signal(QUOTE, "a quotation was replaced")
    gone = [one for one in found.removed if id(one) not in replaced]
    come = [one for one in found.added if id(one) not in replaced]
    for some, what in ((gone, "removed"), (come, "added")):
        if any(map(_quotes, some)):
            yield Signal(QUOTE, f"a quotation was {what}")
    lost, gained = _figures(gone), _figures(come)
    yield from _came_or_went(_without(lost, gained), _without(gained, lost))


def _quotes(sentence: Sentence) -> bool:
    return sum(token.quoted for token in sentence.tokens) >= QUOTED_WORDS


def _moved(found: Edits) -> str:
    paragraphs = found.moved_paragraphs
    if paragraphs:
        return f"{'one paragraph' if paragraphs == 1 else f'{paragraphs} paragraphs'} moved"
    return f"{_sentences(found.moved.sentences)} moved"


def _sentences(count: int) -> str:
    return "one sentence" if count == 1 else f"{count} sentences"


def _size(found: Edits) -> str:
    reworded = sum(max(1, len(one.old)) for one in found.reworded if _touched(one))
    gone, come = found.all_removed.sentences, found.all_added.sentences
    parts = [(reworded, "reworded"), (gone, "removed"), (come, "added")]
    return ", ".join(f"{_sentences(count)} {what}" for count, what in parts if count)


def _touched(one: Rewording) -> bool:
    old, new = one.words
    return len(one.kept) < max(len(old), len(new))


def _surface(before: str, after: str) -> str:
    old, new = normalise(before), normalise(after)
    if same_to_readers(old) == same_to_readers(new) and old.casefold() != new.casefold():
        return "only the forms of letters or digits changed"
    return "only punctuation or capitals changed"
