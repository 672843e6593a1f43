"""Words that say how sure a statement is, who makes it, what became of people, and what they are called.

Put in, taken out or exchanged, one of them turns a report into another one. One set (core/stance_words.py) for all the
languages of the archive, as in core/lexicon.py.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.stance_words import WORDS
from monitor.core.typography import same_to_readers
from monitor.core.words import words


class Stance(StrEnum):
    """What a word does; the words of SAYING, HARM, SENSE and LABEL come in groups that exclude each other."""

    HEDGE = "hedge"  # holds a statement to be uncertain, or another's
    EXTENT = "extent"  # makes a number a bound or an estimate
    SAYING = "saying"  # says, claims, admits, denies
    HARM = "harm"  # died, killed, murdered, hurt
    SENSE = "sense"  # up or down, yes or no, won or lost
    LABEL = "label"  # terrorist or fighter, war or operation


_STEM = 3  # letters by which entries with any ending are found


@dataclass(frozen=True, slots=True)
class Said:
    """A word or phrase of a stance: where it stands among the words (end exclusive), and its group."""

    start: int
    end: int
    stance: Stance
    group: str


_Entry = tuple[tuple[str, ...], Stance, str]


def _entries() -> tuple[dict[str, list[_Entry]], dict[str, list[_Entry]]]:
    """Return the phrases by their first word, and the stems by their first letters."""
    phrases: dict[str, list[_Entry]] = {}
    stems: dict[str, list[_Entry]] = {}
    for stance, group, some in WORDS:
        for entry in some.split():
            plain = same_to_readers(entry.rstrip("*").replace("_", " "))
            keys = tuple(word.text for word in words(plain))
            if entry.endswith("*") and len(keys) == 1:
                stems.setdefault(keys[0][:_STEM], []).append((keys, Stance(stance), group))
            else:
                phrases.setdefault(keys[0], []).append((keys, Stance(stance), group))
    for found in phrases.values():
        found.sort(key=lambda one: -len(one[0]))
    return phrases, stems


_PHRASES, _STEMS = _entries()


def stances(keys: Sequence[str]) -> Iterator[Said]:
    """Yield what the words of a text say, as `same_to_readers` folds them, in order and without overlap."""
    at = 0
    while at < len(keys):
        found = next((said for form in _forms(keys[at]) if (said := _at(keys, at, form))), None)
        if found:
            yield found
        at = found.end if found else at + 1


def _at(keys: Sequence[str], at: int, first: str) -> Said | None:
    for phrase, stance, group in _PHRASES.get(first, ()):
        if tuple(keys[at + 1 : at + len(phrase)]) == phrase[1:]:
            return Said(at, at + len(phrase), stance, group)
    for (stem,), stance, group in _STEMS.get(first[:_STEM], ()):
        if first.startswith(stem):
            return Said(at, at + 1, stance, group)
    return None


def _forms(key: str) -> Iterator[str]:
    """Yield a word, and an Arabic one without the particles and the article written to it."""
    yield key
    if "\u0620" <= key[0] <= "\u06d3" and len(key) > _STEM:
        bare = key[1:] if key[0] in "وفبلك" else key
        yield bare
        if bare.startswith("ال"):
            yield bare[2:]
