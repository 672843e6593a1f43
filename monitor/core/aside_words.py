"""Know lines that are labels and stamps and nothing else: counters, sharing, "read also", "updated 3 minutes ago".

A line counts only when known phrases, numbers and punctuation cover all of it, so that "Updated figures show 12 dead."
is an article's. One table for all languages (core/aside_lexicon.py), since that of a line of two words is a guess.
"""

import re
from collections.abc import Iterable
from enum import Enum, auto
from functools import cache, lru_cache

from monitor.core.aside_lexicon import AGO, ALSO, BY, DAYS, FILLERS, LABELS, STAMPS, TAGS, UNITS
from monitor.core.date_words import MONTHS, fold


class Word(Enum):
    """What a phrase in a line of furniture is."""

    LABEL = auto()  # says by itself what the line is
    ALSO = auto()  # announces other articles
    TAGS = auto()  # announces subjects
    STAMP = auto()  # published, updated
    AGO = auto()
    UNIT = auto()
    DAY = auto()
    BY = auto()
    FILLER = auto()  # stands between the others
    NUMBER = auto()


# Invitations, of which only the beginning is fixed.
_INVITATION = re.compile(
    r"(?:sign up|subscribe|register)\b.{0,30}\bnewsletter|get (?:our|the) .{0,30}newsletter|follow (?:us|our)\b"
    r"|(?:inscrivez|abonnez)[- ]vous à (?:notre|nos|la) (?:newsletter|lettre|infolettre)|suivez[- ](?:nous|notre)\b"
    r"|suscr[íi]b[ae](?:te|se) a (?:nuestro|nuestra|la)\b|s[íi]g[ua][ea]?nos\b|inscreva-se n[ao]\b"
    r"|(?:abonnieren|bestellen) sie unseren|folgen sie (?:uns|unserem)\b"
    r"|(?:daftar|berlangganan|langganan) (?:buletin|newsletter)|ikuti (?:kami|berita|saluran|kanal)\b"
    r"|подпи(?:шитесь|сывайтесь) на (?:наш|нас|рассылку)|đăng ký (?:nhận )?bản tin|theo dõi (?:chúng tôi|kênh)"
    r"|اشترك(?:وا)? في (?:نشرت|النشرة|قنات)|تابعو?نا (?:على|عبر)|ہمارے (?:نیوز لیٹر|چینل)|ہمیں .{0,20}فالو کریں"
    r"|订阅我们的|关注我们|สมัครรับ(?:จดหมาย)?ข่าว",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+(?:[.,:]\d+)*|[^\W\d_]+")
_NUMBER = re.compile(r"\d")
_CLOCK = re.compile(r"\d[:/]\d")
_AMOUNT = re.compile(r"[%٪$€£¥₽₹₫]")
_COUNT = re.compile(r"(?<=\d)[km](?!\w)", re.IGNORECASE)
_LONGEST = 120  # characters of a label line
_BREAK = re.compile(r"[^\W\d_][\"'”’»)]*(?:[.!?…؟۔।]+(?=[\s\"'”’»)]|$)|[。！？])")
_MOST_WORDS = 8  # of a line with the end of a sentence in it

Phrases = dict[str, tuple[tuple[tuple[str, ...], frozenset[Word]], ...]]


def _tokens(text: str) -> tuple[str, ...]:
    return tuple(_TOKEN.findall(fold(_COUNT.sub("", text))[0]))


@cache
def _phrases() -> Phrases:
    """Return the phrases by their first word, the longest first."""
    kinds: dict[tuple[str, ...], set[Word]] = {}
    tables = (
        (Word.LABEL, LABELS), (Word.ALSO, ALSO), (Word.TAGS, TAGS), (Word.STAMP, STAMPS), (Word.AGO, AGO),
        (Word.UNIT, UNITS), (Word.DAY, DAYS), (Word.BY, BY), (Word.FILLER, FILLERS), (Word.DAY, "|".join(MONTHS)),
    )  # fmt: skip
    for kind, table in tables:
        for phrase in table.replace("\n", "|").split("|"):
            if words := _tokens(phrase):
                kinds.setdefault(words, set()).add(kind)
    found: dict[str, list[tuple[tuple[str, ...], frozenset[Word]]]] = {}
    for words in sorted(kinds, key=len, reverse=True):
        found.setdefault(words[0], []).append((words, frozenset(kinds[words])))
    return {first: tuple(phrases) for first, phrases in found.items()}


def is_sentence(line: str) -> bool:
    """Say whether a line has the end of a sentence in it, and more than 8 words: nobody's label."""
    return len(line.split()) > _MOST_WORDS and _BREAK.search(line) is not None


@lru_cache(maxsize=2048)
def is_label(line: str) -> bool:
    """Say whether a line is a label, a counter, an invitation, the announcement of other articles, or a stamp.

    An invitation is to a newsletter or a channel. A stamp is "Published" or "Updated" with whatever date follows, or
    a time "ago" in seconds to weeks ("20 years ago" is a subheading). A date alone is no label: see `is_date`.
    """
    if len(line) <= _LONGEST and not is_sentence(line) and _INVITATION.match(line):
        return True
    found = _kinds(line)
    if found is None:
        return False
    known = {kind for kinds in found for kind in kinds}
    return bool(known & {Word.LABEL, Word.ALSO, Word.TAGS, Word.STAMP}) or (
        Word.AGO in known and {Word.UNIT, Word.NUMBER} <= known
    )


def is_date(line: str) -> bool:
    """Say whether a line is a date or a time of day and nothing else."""
    found = _kinds(line)
    known = {kind for kinds in found or () for kind in kinds}
    return Word.NUMBER in known and (Word.DAY in known or _CLOCK.search(line) is not None)


def announces(line: str) -> bool:
    """Say whether a line announces other articles or subjects, and may name them after a colon."""
    label, colon, rest = line.partition(":") if ":" in line else line.partition("：")
    found = _kinds(label if colon else line)
    known = {kind for kinds in found or () for kind in kinds}
    return bool(known & {Word.ALSO, Word.TAGS}) and (bool(colon) or not rest)


def names_author(line: str, byline: str) -> bool:
    """Say whether a line names the authors of `byline` and, beside labels and dates, nobody and nothing else."""
    authors = set(_tokens(byline))
    rest = [word for word in _tokens(line) if word not in authors]
    return bool(authors) and authors <= set(_tokens(line)) and (not rest or _cover(rest) is not None)


def signed(line: str) -> bool:
    """Say whether a line reads "By Name Surname": a label, and two to five words with capitals or without case."""
    words = line.replace(":", " ").split()
    if not 3 <= len(words) <= 6 or _BREAK.search(line):
        return False
    label, names = _cover(_tokens(words[0])), words[1:]
    if label is None or Word.BY not in label[0] or _cover(_tokens(" ".join(names))) is not None:
        return False
    cased = all(name[:1].isupper() or name in ("de", "del", "van", "von", "bin", "al") for name in names)
    return cased if line[:1].lower() != line[:1].upper() else ":" in line


def _kinds(line: str) -> list[frozenset[Word]] | None:
    """Return what the phrases of a line are, or None; a percentage or an amount of money is no counter."""
    if len(line) > _LONGEST or is_sentence(line) or _AMOUNT.search(line):
        return None
    return _cover(_tokens(line))


def _cover(words: Iterable[str]) -> list[frozenset[Word]] | None:
    """Return what the phrases are that cover all the words, or None where something else is among them."""
    left, found = tuple(words), []
    while left:
        if _NUMBER.match(left[0]):
            found.append(frozenset({Word.NUMBER}))
            left = left[1:]
            continue
        phrase = next((known for known in _phrases().get(left[0], ()) if left[: len(known[0])] == known[0]), None)
        if phrase is None:
            return None
        found.append(phrase[1])
        left = left[len(phrase[0]) :]
    return found or None
