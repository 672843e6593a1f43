"""Make of a text the words by which it is found."""

from dataclasses import dataclass

from monitor.core.folding import fold
from monitor.core.query import LONGEST_WORD
from monitor.core.stemming import stems_of, tongue

MOST_FINDABLE = 400_000  # bytes of folded text that full-text search covers: 60,000 words; a tsvector holds 1 MiB
MOST_OF_TITLE = 20_000  # bytes
_TITLE_TIMES = 3
_SAMPLE = 500  # characters by which the script is told


@dataclass(frozen=True, slots=True)
class Indexed:
    """The folded words of a title and of a text, and the stems of all these, marked with their language.

    Those of the title come three times, since a hit in it tells more.
    """

    title: str
    body: str
    stems: str


def indexed(title: str, text: str, language: str | None) -> Indexed:
    """Return what the full-text index holds of a text in that language: a BCP 47 tag, or None for an unknown one."""
    told, said = _findable(fold(title), MOST_OF_TITLE), _findable(fold(text), MOST_FINDABLE)
    spoken = tongue(language, said[:_SAMPLE] or told)
    if spoken is None:
        return Indexed(told, said, "")
    stems = (
        marked(stem, spoken)
        for word in (*told.split() * _TITLE_TIMES, *said.split())
        for stem in stems_of(word, spoken)
    )
    return Indexed(told, said, _cut(" ".join(stems), MOST_FINDABLE // 2))


def marked(stem: str, tongue: str) -> str:
    """Return a stem as the index holds it: that of partido, part, is no part of an English text.

    No folded word has a sign in it, so that nobody can type one.
    """
    return f"{stem}§{tongue}"


def _findable(words: str, most: int) -> str:
    """Return the beginning of folded words that fits into so many bytes, and of every word what counts."""
    cut = _cut(words, most)
    if len(max(cut.split(" "), key=len)) <= LONGEST_WORD:
        return cut
    return " ".join(word[:LONGEST_WORD] for word in cut.split(" "))


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most // 4 else words.encode()[:most].decode(errors="ignore").rstrip()
