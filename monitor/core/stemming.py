"""Find the stems that the inflections of a word share.

A stem is made of the folded word, so that an accent left out, in a headline or by who searches, changes nothing. What
the stemmers need of accents is put back first, always the same way: `operacion` is stemmed as `operación`.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

import Stemmer  # type: ignore[import-not-found]

from monitor.core import light_stems
from monitor.core.folding import fold
from monitor.core.light_stems import Stems

Rule = tuple[re.Pattern[str], str]


class Stem(NamedTuple):
    """A stem that a word has in a language."""

    word: str
    tongue: str


def _rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    return tuple((re.compile(pattern), becomes) for pattern, becomes in pairs)


@dataclass(frozen=True, slots=True)
class _Snowball:
    """A stemmer of Snowball, what is put right before it, and how often it is used on what it leaves.

    Put right are accents that its rules need, and plurals that it does not know.
    """

    name: str
    rules: tuple[Rule, ...] = ()
    rounds: int = 1


_PLURALS_EN = _rules((r"^(wo)?men$", r"\1man"), (r"^children$", "child"), (r"^(cris|analys|hypothes)es$", r"\1is"))
_PLURALS_ES = _rules((r"(?<=[aeiou])ces$", "z"), (r"ion$", "ión"), (r"(?<=[a-z]{2}[aeo])s$", ""))
_ACCENTS_FR = _rules((r"ee(s?)$", r"ée\1"), (r"iere(s?)$", r"ière\1"), (r"ite(s?)$", r"ité\1"), (r"ers$", "er"))
_NUKTA = _rules(("\u093c", ""))  # which many leave out
_PLURALS_PT = _rules(
    (r"^maes$", "mae"),
    (r"(?<=[a-z]{2})[oa]es$", "ao"),
    (r"(?<=[a-z]{2})([aeo])is$", r"\1l"),
    (r"(?<=[a-z]{2})ens$", "em"),
    (r"cao$", "ção"),
    (r"ao$", "ão"),
)
_PLURALS_TR = _rules(
    (r"(?<=[a-z]{3})l[ae]r[a-z]{0,5}$", "")
)  # Snowball wants the vowels of Turkish, which folding took
_SNOWBALL = {
    "de": _Snowball("german"),
    "en": _Snowball("english", _PLURALS_EN),
    "es": _Snowball("spanish", _PLURALS_ES, 2),  # jóvenes, joven, jov
    "fr": _Snowball("french", _ACCENTS_FR),
    "hi": _Snowball("hindi", _NUKTA),
    "id": _Snowball("indonesian"),
    "it": _Snowball("italian", _rules((r"aio$", "ai"))),
    "pt": _Snowball("portuguese", _PLURALS_PT),
    "ru": _Snowball("russian"),
    "tr": _Snowball("turkish", _PLURALS_TR, 3),  # one ending is taken off at a time
}
_SCRIPTS = (
    (re.compile("[a-z]"), ("de", "en", "es", "fr", "id", "it", "pt", "tr")),
    (re.compile("[\u0400-\u04ff]"), ("ru", "uk")),
    (re.compile("[\u0600-\u06ff]"), ("ar", "fa", "ur")),
    (re.compile("[\u0900-\u097f]"), ("hi",)),
    (re.compile("[\uac00-\ud7a3]"), ("ko",)),
)
_SAME = {"ms": "id", "prs": "fa", "be": "ru"}  # near enough to be stemmed alike
_SHORTEST = 3  # letters of a word that is stemmed, and of a stem


def tongue(language: str | None, sample: str) -> str | None:
    """Return the language by which a text is stemmed, None for one of which nothing is.

    A text of unknown language is taken by the script that begins it for Russian, Arabic, Hindi or Korean.
    """
    if language is not None:
        tag = language.replace("_", "-").split("-")[0].lower()
        known = _SAME.get(tag, tag)
        return known if known in _stemmers() else None
    scripts = [tongues for letters, tongues in _SCRIPTS if letters.search(sample)]
    return scripts[0][0] if len(scripts) == 1 and scripts[0][0] != "de" else None


@lru_cache(maxsize=65_536)
def stems_of(word: str, language: str) -> tuple[str, ...]:
    """Return the stems of a folded word in a language as `tongue` gives it; none of what is not stemmed."""
    return _stemmers()[language](word) if is_stemmed(word, language) else ()


def is_stemmed(word: str, language: str) -> bool:
    """Tell whether a folded word is long enough to be stemmed, and in the script of the language."""
    return len(word) >= (2 if language == "ko" else _SHORTEST) and bool(_script_of(language).search(word))


def query_stems(word: str) -> tuple[Stem, ...]:
    """Return the stem of a folded word in every language of its script; none of one that is too short to be stemmed."""
    return tuple(
        Stem(stems_of(word, one)[0], one)
        for letters, tongues in _SCRIPTS
        if letters.search(word)
        for one in tongues
        if is_stemmed(word, one)
    )


@cache
def _script_of(language: str) -> re.Pattern[str]:
    return next(letters for letters, tongues in _SCRIPTS if language in tongues)


@cache
def _stemmers() -> dict[str, Stems]:
    light: dict[str, Stems] = {
        "ar": light_stems.arabic,
        "fa": light_stems.persian,
        "ko": light_stems.korean,
        "uk": light_stems.ukrainian,
        "ur": light_stems.urdu,
    }
    return light | {language: _snowball(one) for language, one in _SNOWBALL.items()}


def _snowball(one: _Snowball) -> Stems:
    stemmer = Stemmer.Stemmer(one.name, 0)  # without a cache of its own

    def stems(word: str) -> tuple[str, ...]:
        stem = word
        for pattern, becomes in one.rules:
            stem = pattern.sub(becomes, stem)
        for _ in range(one.rounds):
            shorter = stemmer.stemWord(stem)
            stem = shorter if len(shorter) >= _SHORTEST else stem
        return (stem if stem.isascii() else fold(stem).replace(" ", ""),)

    return stems
