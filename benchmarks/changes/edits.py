"""What editors do to an article: every kind of edit, down to one digit, one negation, one pair of quotation marks."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from benchmarks.changes.languages import Language, headline, sentence

PAIRS = ("negation", "unit", "decimal", "percent", "sign")  # edits of one sentence that the writer puts in
_NUMBER = re.compile(r"\d{2,}")
_WORD = re.compile(r"[^\W\d_]{5,}")


@dataclass(frozen=True, slots=True)
class State:
    """What an article truly says at one time, and the path where it is."""

    headline: str
    paragraphs: tuple[str, ...]
    byline: str
    published: datetime
    path: str

    @property
    def text(self) -> tuple[str, tuple[str, ...]]:
        """Return headline and paragraphs, which make it a text of its own."""
        return self.headline, self.paragraphs


@dataclass(frozen=True, slots=True)
class Desk:
    """What an edit works with; `pair` is the sentence prepared for it."""

    spoken: Language
    rng: Random
    pair: tuple[str, str] | None


Edit = Callable[[State, Desk], State]


def pair(state: State, desk: Desk) -> State:
    """Turn the prepared sentence into its other form."""
    before, after = desk.pair or ("", "")
    return replace(state, paragraphs=tuple(one.replace(before, after) for one in state.paragraphs))


def digit(state: State, desk: Desk) -> State:
    """Change one digit in the body."""
    at = desk.rng.choice([number for number, one in enumerate(state.paragraphs) if _NUMBER.search(one)])
    return _with(state, at, _other_digit(state.paragraphs[at], desk.rng))


def quote(state: State, desk: Desk) -> State:
    """Put quotation marks around a word of the body."""
    at = desk.rng.randrange(len(state.paragraphs))
    return _with(state, at, _quoted(state.paragraphs[at], desk))


def name(state: State, desk: Desk) -> State:
    """Put another name for one that is in the body."""
    there = [one for one in desk.spoken.names if any(one in text for text in state.paragraphs)]
    old = desk.rng.choice(there)
    new = desk.rng.choice([one for one in desk.spoken.names if one != old])
    return replace(state, paragraphs=tuple(one.replace(old, new) for one in state.paragraphs))


def spelling(state: State, desk: Desk) -> State:
    """Drop a letter of a word."""
    at = desk.rng.randrange(len(state.paragraphs))
    found = desk.rng.choice(list(_WORD.finditer(state.paragraphs[at])))
    cut = found.start() + 2
    return _with(state, at, state.paragraphs[at][:cut] + state.paragraphs[at][cut + 1 :])


def rewritten(state: State, desk: Desk) -> State:
    """Write one paragraph anew."""
    return _with(state, desk.rng.randrange(len(state.paragraphs)), _paragraph(desk))


def added(state: State, desk: Desk) -> State:
    """Put a paragraph in."""
    at = desk.rng.randint(1, len(state.paragraphs))
    return replace(state, paragraphs=(*state.paragraphs[:at], _paragraph(desk), *state.paragraphs[at:]))


def removed(state: State, desk: Desk) -> State:
    """Take a paragraph out."""
    at = desk.rng.randrange(1, len(state.paragraphs))
    return replace(state, paragraphs=(*state.paragraphs[:at], *state.paragraphs[at + 1 :]))


def moved(state: State, desk: Desk) -> State:
    """Move the second paragraph to the end."""
    first, second, *rest = state.paragraphs
    return replace(state, paragraphs=(first, *rest, second))


def cut(state: State, desk: Desk) -> State:
    """Cut the article to its first paragraph."""
    return replace(state, paragraphs=state.paragraphs[:1])


def new_headline(state: State, desk: Desk) -> State:
    """Write another headline."""
    made = headline(desk.spoken, desk.rng)
    while made == state.headline:
        made = headline(desk.spoken, desk.rng)
    return replace(state, headline=made)


def headline_digit(state: State, desk: Desk) -> State:
    """Change one digit of the headline; without one, the headline."""
    if not _NUMBER.search(state.headline):
        return new_headline(state, desk)
    return replace(state, headline=_other_digit(state.headline, desk.rng))


def headline_quote(state: State, desk: Desk) -> State:
    """Put quotation marks around a word of the headline."""
    return replace(state, headline=_quoted(state.headline, desk))


def both(state: State, desk: Desk) -> State:
    """Write another headline and another paragraph."""
    return new_headline(rewritten(state, desk), desk)


def byline(state: State, desk: Desk) -> State:
    """Name another author, and nothing else."""
    others = [one for one in desk.spoken.names if one != state.byline]
    return replace(state, byline=desk.rng.choice(others))


def date(state: State, desk: Desk) -> State:
    """State another time of publication, and nothing else."""
    return replace(state, published=state.published + timedelta(hours=desk.rng.randint(2, 9)))


def readdressed(state: State, desk: Desk) -> State:
    """Give the article another address, and nothing else."""
    return replace(state, path=_new_path(state.path))


def retitled(state: State, desk: Desk) -> State:
    """Write another headline, and let the address follow it."""
    return readdressed(new_headline(state, desk), desk)


EDITS: dict[str, Edit] = {
    **dict.fromkeys(PAIRS, pair),
    "digit": digit,
    "quotation marks": quote,
    "name": name,
    "spelling": spelling,
    "paragraph rewritten": rewritten,
    "paragraph added": added,
    "paragraph removed": removed,
    "paragraph moved": moved,
    "cut short": cut,
    "headline": new_headline,
    "headline, a digit": headline_digit,
    "headline, quotation marks": headline_quote,
    "headline and body": both,
    "byline": byline,
    "date": date,
    "retitled": retitled,
    "readdressed": readdressed,
}


def _with(state: State, at: int, paragraph: str) -> State:
    return replace(state, paragraphs=(*state.paragraphs[:at], paragraph, *state.paragraphs[at + 1 :]))


def _paragraph(desk: Desk) -> str:
    return desk.spoken.space.join(sentence(desk.spoken, desk.rng) for _ in range(2))


def _other_digit(text: str, rng: Random) -> str:
    found = rng.choice(list(_NUMBER.finditer(text)))
    at = found.start()
    return text[:at] + str(int(text[at]) % 9 + 1) + text[at + 1 :]


def _quoted(text: str, desk: Desk) -> str:
    first, last = desk.spoken.quotes
    words = [found for found in _WORD.finditer(text) if not _joined(text, found.end())]
    found = desk.rng.choice(words) if words else re.search(r"\S{3}", text)
    assert found is not None
    return f"{text[: found.start()]}{first}{found[0]}{last}{text[found.end() :]}"


def _joined(text: str, at: int) -> bool:
    """Say whether the sign at a place belongs to the one before it."""
    return at < len(text) and (unicodedata.combining(text[at]) > 0 or unicodedata.category(text[at]).startswith("M"))


def _new_path(path: str) -> str:
    stem, _, number = path.rpartition("-")
    return f"{stem}-new-{number}"
