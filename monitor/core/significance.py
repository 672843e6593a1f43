"""Weigh what an edit did to the words of a text, with reasons that a person understands."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.core.diffs import Hunk, hunks
from monitor.core.figures import figures, is_clock
from monitor.core.lexicon import is_negation
from monitor.core.words import Word, words

HALF_SIZE = 60.0  # words changed that alone weigh 0.5
SMALL_HUNK = 12  # words; in a longer one a "not" or a name tells of a rewriting, not of an edit aimed at it
NAMED = 3  # examples in a reason

NUMBERS, NEGATION, NAME, QUOTE, ORDER, SOME_NUMBERS, CLOCK, SURFACE = 0.6, 0.6, 0.35, 0.35, 0.3, 0.15, 0.05, 0.02

_QUOTED = re.compile(r'"[^"]{1,600}"')
_SENTENCE_END = re.compile(r"(?<=[.!?؟])[\"')]*\s+|(?<=[。！？])")
_OPENING, _ENDS = " \"'([-", ".!?:؟"
LEAD = 12  # characters looked back at, past quotes and brackets, for the end of the sentence before


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing an edit did: its weight from 0 to 1, and words for it."""

    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class Edit:
    """What changed between two normalised texts: words, what is special about it, and how much it is by size."""

    added: int
    removed: int
    signals: tuple[Signal, ...]
    size: Signal


def weigh(before: str, after: str) -> Edit:
    """Return what an edit did, strongest signal first; the texts are normalised and differ.

    size       1 - 2^(-words changed / 60), or 0.02 when no word changed, only punctuation or capitals
    numbers    0.6 when numbers took the place of others, 0.3 in another order, 0.15 when they only came or went,
               0.05 when all are times of day
    negation   0.6 when small hunks together added or removed one
    name       0.35 when a small hunk put one capitalised word, not at the start of a sentence, for another
    quotation  0.35 when a small hunk lies within quotation marks
    """
    old, new = list(words(before)), list(words(after))
    found = hunks([word.text.casefold() for word in old], [word.text.casefold() for word in new])
    small = [hunk for hunk in found if _size(hunk) <= SMALL_HUNK]
    signals = [
        *_numbers(figures(before), figures(after)),
        *_negation(small, old, new),
        *_names(small, before, after, old, new),
        *_quotes(small, before, after, old, new),
    ]
    removed, added = sum(hunk.end - hunk.start for hunk in found), sum(hunk.new_end - hunk.new_start for hunk in found)
    ranked = tuple(sorted(signals, key=lambda signal: -signal.weight))
    return Edit(added, removed, ranked, _by_size(added + removed, before, after))


def combined(weights: list[float]) -> float:
    """Return 1 - (1 - w1)(1 - w2)...: never below the strongest, never above 1."""
    rest = 1.0
    for weight in weights:
        rest *= 1.0 - weight
    return 1.0 - rest


def _size(hunk: Hunk) -> int:
    return hunk.end - hunk.start + hunk.new_end - hunk.new_start


def _numbers(before: tuple[str, ...], after: tuple[str, ...]) -> Iterator[Signal]:
    if before == after:
        return
    lost, gained = _without(before, after), _without(after, before)
    if not lost and not gained:
        yield Signal(ORDER, "numbers in another order")
    elif all(is_clock(figure) for figure in lost + gained):
        yield Signal(CLOCK, f"times changed: {_pairs(lost, gained)}")
    elif lost and gained:
        yield Signal(NUMBERS, f"numbers changed: {_pairs(lost, gained)}")
    else:
        yield Signal(SOME_NUMBERS, f"numbers {'removed' if lost else 'added'}: {_some(lost or gained)}")


def _without(those: tuple[str, ...], others: tuple[str, ...]) -> list[str]:
    """Return those that the others do not have, in order, counting repetitions."""
    left = Counter(those) - Counter(others)
    return [figure for figure, count in left.items() for _ in range(count)]


def _pairs(lost: list[str], gained: list[str]) -> str:
    if len(lost) != len(gained):
        return f"{_some(lost)} → {_some(gained)}"
    return _some([f"{old} → {new}" for old, new in zip(lost, gained, strict=True)])


def _some(items: list[str]) -> str:
    return ", ".join(items[:NAMED]) + (", ..." if len(items) > NAMED else "") if items else "none"


def _negation(small: list[Hunk], old: list[Word], new: list[Word]) -> Iterator[Signal]:
    balance = sum(_denials(new[hunk.new_start : hunk.new_end]) - _denials(old[hunk.start : hunk.end]) for hunk in small)
    if balance:
        yield Signal(NEGATION, f"a negation was {'added' if balance > 0 else 'removed'}")


def _denials(some: list[Word]) -> int:
    return sum(is_negation(word.text.casefold()) for word in some)


def _names(small: list[Hunk], before: str, after: str, old: list[Word], new: list[Word]) -> Iterator[Signal]:
    if _title_case(old) or _title_case(new):
        return
    lost, gained = [], []
    for hunk in small:
        was = [word.text for word in old[hunk.start : hunk.end] if _is_name(word, before)]
        now = [word.text for word in new[hunk.new_start : hunk.new_end] if _is_name(word, after)]
        if was and now:
            lost += was
            gained += now
    if lost:
        yield Signal(NAME, f"names changed: {_pairs(lost, gained)}")


def _title_case(some: list[Word]) -> bool:
    """Tell a headline in Title Case, where a capital says nothing of names."""
    cased = [word.text for word in some if word.text[0].lower() != word.text[0].upper()]
    return len(cased) > 2 and sum(text[0].isupper() for text in cased) > 0.6 * len(cased)


def _is_name(word: Word, text: str) -> bool:
    """Tell a capitalised word of two letters or more that does not open a sentence."""
    lead = text[max(0, word.start - LEAD) : word.start].rstrip(_OPENING)
    return word.text[0].isupper() and len(word.text) > 1 and bool(lead) and lead[-1] not in _ENDS


def _quotes(small: list[Hunk], before: str, after: str, old: list[Word], new: list[Word]) -> Iterator[Signal]:
    was = [found.span() for found in _QUOTED.finditer(before)]
    now = [found.span() for found in _QUOTED.finditer(after)]
    touched = (
        _within(old[hunk.start : hunk.end], was) or _within(new[hunk.new_start : hunk.new_end], now) for hunk in small
    )
    if any(touched):
        yield Signal(QUOTE, "a quotation was altered")


def _within(some: list[Word], spans: list[tuple[int, int]]) -> bool:
    return bool(some) and any(start < some[0].start and some[-1].end < end for start, end in spans)


def _by_size(changed: int, before: str, after: str) -> Signal:
    if not changed:
        return Signal(SURFACE, "only punctuation or capitals changed")
    return Signal(1.0 - 2.0 ** (-changed / HALF_SIZE), _sentences(before, after) or f"{changed} words changed")


def _sentences(before: str, after: str) -> str:
    was, now = (tuple(_SENTENCE_END.split(text)) for text in (before, after))
    lost, gained = (len([one for one in _without(*pair) if one]) for pair in ((was, now), (now, was)))
    reworded = min(lost, gained)
    parts = [(reworded, "reworded"), (lost - reworded, "removed"), (gained - reworded, "added")]
    said = [f"{'one sentence' if count == 1 else f'{count} sentences'} {what}" for count, what in parts if count]
    return ", ".join(said)
