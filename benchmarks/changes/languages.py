"""The languages of the histories: sentences with slots, and what pages of that language say around an article."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "texts"
UNSPACED = frozenset({"zh", "th"})  # written without spaces between words


@dataclass(frozen=True, slots=True)
class Language:
    """Sentences and headlines with the slots {name}, {place}, {org} and {n}, and the words around articles.

    `pairs` are (kind, sentence, the sentence edited); `labels` and `walls` are what templates and refusals say.
    """

    code: str
    quotes: tuple[str, str]
    names: tuple[str, ...]
    places: tuple[str, ...]
    orgs: tuple[str, ...]
    topics: tuple[str, ...]
    headlines: tuple[str, ...]
    sentences: tuple[str, ...]
    pairs: tuple[tuple[str, str, str], ...]
    slogans: tuple[str, ...]
    labels: Mapping[str, str]
    walls: Mapping[str, str]

    @property
    def space(self) -> str:
        """Return what stands between two sentences."""
        return "" if self.code == "zh" else " "


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as first written; `pair` is the sentence in it that an edit can turn into another."""

    headline: str
    paragraphs: tuple[str, ...]
    pair: tuple[str, str] | None


@cache
def language(code: str) -> Language:
    """Return a language by its BCP 47 code."""
    read = tomllib.loads((FOLDER / f"{code}.toml").read_text(encoding="utf-8"))
    labels = {key: value for key, value in read["labels"].items() if isinstance(value, str)}
    kinds = ("names", "places", "orgs", "topics", "headlines", "sentences")
    lists = {kind: tuple(read[kind]) for kind in kinds}
    first, last = read["quotes"]
    pairs = tuple((kind, before, after) for kind, before, after in read["pairs"])
    slogans = tuple(read["labels"]["slogans"])
    return Language(code, (first, last), **lists, pairs=pairs, slogans=slogans, labels=labels, walls=read["walls"])


def fill(spoken: Language, rng: Random, *templates: str) -> tuple[str, ...]:
    """Fill the slots of templates, all with the same names and numbers."""
    slots = {
        "name": rng.choice(spoken.names),
        "place": rng.choice(spoken.places),
        "org": rng.choice(spoken.orgs),
        "n": rng.randint(12, 98),
    }
    filled = (template.format(**slots) for template in templates)
    return tuple(text[:1].upper() + text[1:] for text in filled)


def headline(spoken: Language, rng: Random) -> str:
    """Return a headline."""
    return fill(spoken, rng, rng.choice(spoken.headlines))[0]


def sentence(spoken: Language, rng: Random) -> str:
    """Return a sentence."""
    return fill(spoken, rng, rng.choice(spoken.sentences))[0]


def write(spoken: Language, rng: Random, flash: bool, pair_kind: str | None) -> Draft:
    """Write an article of 8 to 26 sentences in paragraphs of two or three, or a flash of two or three sentences.

    With `pair_kind` it holds a sentence of that kind, which an edit can change. No sentence is in it twice.
    """
    count = rng.randint(2, 3) if flash else min(rng.randint(8, 26), len(spoken.sentences))
    told = [fill(spoken, rng, template)[0] for template in rng.sample(spoken.sentences, count)]
    pair = None
    if pair_kind is not None:
        before, after = rng.choice([(one, other) for kind, one, other in spoken.pairs if kind == pair_kind])
        filled = fill(spoken, rng, before, after)
        pair = (filled[0], filled[1])
        told.insert(rng.randrange(len(told)), filled[0])
    paragraphs = []
    while told:
        size = len(told) if len(told) <= 3 else 2 if len(told) == 4 else rng.randint(2, 3)
        paragraphs.append(spoken.space.join(told[:size]))
        told = told[size:]
    return Draft(headline(spoken, rng), tuple(paragraphs), pair)
