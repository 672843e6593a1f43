"""Tell label lines (headlines, counters, buttons) from sentences, and give lines the keys they are counted by."""

import hashlib
import re
from functools import lru_cache

from monitor.core import aside_words
from monitor.core.lexicon import MAGNITUDES, NUMBERS, is_negation
from monitor.core.stances import Stance, stances
from monitor.core.typography import normalise, same_to_readers
from monitor.core.words import count_words, words

LONGEST = 16  # words; hardly a headline has more, and a paragraph that lost its full stop nearly always has
LONGEST_CHARACTERS = 120  # what 16 words come to in scripts with long ones, and four lines of a phone's screen

NUMBER = re.compile(r"\d+(?:[.,:/' \u066b\u066c-]\d+)*")
# A full stop behind two letters ends a sentence, one behind a single letter or a digit an abbreviation ("U.S.", "3.").
# A line may end in ! or ? and still be a button or a headline; behind them, more words make it a passage.
_SENTENCE_END = re.compile(r"(?:(?<=[^\W\d_]{2})[.](?![.\w])|[。।॥۔])|[!?؟！？][\"')\]]*\s+(?=\w)")
_TWO_LETTERS = re.compile(r"[^\W\d_]{2}")
_MASK = "\0"  # stands in no text: databases refuse it
_BULLET = re.compile(r"[-*•·›>▪►\s]+")
_LEAD_IN = re.compile(r"[^:]{2,40}: *(?=\S)")  # "Read also: "
_LEAD_IN_WORDS = 4
_INNER_WORDS = 4  # fewer are a name or a figure: "Killed: 12", "Photo: Reuters"
_FIELD = re.compile(r"([^:：|]{1,40}?)(?: ?[:：|] ?| - )(?=[^\s|])")  # of normalised lines: "Verdict: guilty"
_TELLING = frozenset({Stance.HEDGE, Stance.HARM, Stance.SENSE, Stance.LABEL})
_ALIKE = 3  # one word in so many that two lines share: "Twelve dead", "Twenty-one dead"


@lru_cache(maxsize=4_096)  # the lines of two texts are mostly the same ones
def is_label(line: str) -> bool:
    """Say whether a line is short and no sentence: a headline, a button, a counter, a name, an item of a list."""
    plain = normalise(line)
    if not plain or len(plain) > LONGEST_CHARACTERS or _SENTENCE_END.search(plain):
        return False
    return count_words(plain) <= LONGEST


def has_number(line: str) -> bool:
    """Say whether digits of any script stand in a line."""
    return NUMBER.search(line) is not None


def numbers(line: str) -> frozenset[str]:
    """Return the numbers of a line as they stand in it, with their separators."""
    return frozenset(NUMBER.findall(normalise(line)))


def has_news(line: str) -> bool:
    """Say whether a line has what edits are about: a number, spelled too, a denial, a hedge, what became of people."""
    return has_number(line) or _counts_in_words(line) or has_stance(line)


@lru_cache(maxsize=4_096)
def has_stance(line: str) -> bool:
    """Say whether a line denies, hedges, or tells what became of people and matters.

    What is known for the label of a list does not, whatever its words: "Don't miss".
    """
    if aside_words.is_label(line):
        return False
    keys = _keys(line)
    return any(is_negation(key) for key in keys) or any(said.stance in _TELLING for said in stances(keys))


@lru_cache(maxsize=4_096)
def tells_of_harm(line: str) -> bool:
    """Say whether a line tells of dead or hurt people: its numbers are no counter, however many pages have it."""
    return any(said.stance is Stance.HARM for said in stances(_keys(line)))


def _counts_in_words(line: str) -> bool:
    return not aside_words.is_label(line) and any(key in NUMBERS or key in MAGNITUDES for key in _keys(line))


@lru_cache(maxsize=4_096)
def _keys(line: str) -> tuple[str, ...]:
    return tuple(same_to_readers(word.text) for word in words(normalise(line)))


def field_of(line: str) -> str | None:
    """Return the name of a box's field, without case: "verdict" of "Verdict: guilty"; None where a line has none.

    "Read also:" and "Tags:" name no field: what they announce is no part of the article.
    """
    if aside_words.announces(line):
        return None
    found = _FIELD.match(_BULLET.sub("", f" {normalise(line).casefold().removeprefix('|')}", count=1))
    return found[1].strip() if found and any(sign.isalpha() for sign in found[1]) else None


def alike(one: str, other: str) -> bool:
    """Say whether one line may be the other reworded: both have the same field, or share a third of their words.

    Two that announce other articles or subjects are not: they announce others.
    """
    if aside_words.announces(one) and aside_words.announces(other):
        return False
    field = field_of(one)
    if field is not None and field == field_of(other):
        return True
    first, second = set(_keys(one)), set(_keys(other))
    return _ALIKE * len(first & second) >= max(len(first), len(second)) > 0


@lru_cache(maxsize=4_096)
def masked(line: str) -> str:
    """Return a line without typography and case, each number in it the same sign: "9 views" is as "1,204 views"."""
    return NUMBER.sub(_MASK, normalise(line).casefold())


def is_pattern(line: str) -> bool:
    """Say whether a line may be one whose numbers run: a label with a number and a word beside it.

    Bare numbers are scores, prices and results as often as counters, and a sentence with another number is news.
    """
    return has_number(line) and is_label(line) and _TWO_LETTERS.search(line) is not None


@lru_cache(maxsize=4_096)
def exact_key(line: str) -> str:
    """Return 16 hex digits that are equal for lines that differ in typography and case only."""
    return _hashed(normalise(line).casefold())


def line_key(line: str) -> str:
    """Return 16 hex digits that are equal for lines that differ in typography and case only, or in a label's numbers.

    A sentence keeps its numbers: "killed more than 43,000 people" is news when they change.
    """
    return _hashed(masked(line)) if is_pattern(line) else exact_key(line)


def title_key(title: str | None) -> str | None:
    """Return the key by which a headline is found again in the texts of other articles; None for no headline."""
    return exact_key(title) if title and title.strip() else None


def shift_key(line: str) -> str:
    """Return the key by which it is counted that a line comes or goes, its numbers as they are."""
    return _hashed(f"shift\n{normalise(line).casefold()}")


def run_key(line: str) -> str:
    """Return the key by which it is counted that a label's numbers run."""
    return _hashed(f"run\n{masked(line)}")


def had_key(headline: str) -> str:
    """Return the key by which it is kept that an article had a headline, given the headline's `exact_key`."""
    return _hashed(f"headline\n{headline}")


@lru_cache(maxsize=4_096)
def keys_of(line: str) -> tuple[str, ...]:
    """Return every key by which a line may be known, also what stands behind "Read also:"."""
    own = (line_key(line), shift_key(line), *((run_key(line),) if is_pattern(line) else ()))
    return (*own, *(key for inner in _inner(line) for key in (exact_key(inner), shift_key(inner))))


def headline_keys(line: str) -> tuple[str, ...]:
    """Return the keys of the headlines that a line may be: itself, without a bullet, behind "Read also:"."""
    return tuple(exact_key(form) for form in (line, *_inner(line))) if is_label(line) else ()


def is_listed(line: str) -> bool:
    """Say whether a line looks by itself like an item of a list of articles: by a bullet, or behind "Read also:"."""
    return _BULLET.match(line.strip()) is not None or aside_words.announces(line)


def _inner(line: str) -> tuple[str, ...]:
    """Return a label without its bullet, and what stands in it behind a lead-in, where that is more than a name."""
    bare = _BULLET.sub("", line, count=1) if _BULLET.match(line) else line
    lead_in = _LEAD_IN.match(bare)
    behind = bare[lead_in.end() :] if lead_in and count_words(lead_in[0]) <= _LEAD_IN_WORDS else line
    forms = dict.fromkeys(form for form in (bare, behind) if form != line and count_words(form) >= _INNER_WORDS)
    return tuple(forms) if forms and is_label(line) else ()


def _hashed(plain: str) -> str:
    return hashlib.blake2b(plain.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
