"""Tell what the words mean that an edit put for others: negations, names, hedges, quotation marks."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from rapidfuzz.distance import DamerauLevenshtein

from monitor.core.edits import Edits
from monitor.core.hunks import Hunk
from monitor.core.lexicon import NO_NEGATIONS, TURNING_PREFIXES, UNSPACED_NEGATIONS, is_negation
from monitor.core.rewordings import Rewording, Token
from monitor.core.stances import Said, Stance, stances

SMALL_HUNK = 12  # words; in a longer one a "not" or a name tells of a rewriting, not of an edit aimed at it
FEW = 3  # words that are put for others, where a script has no capitals to tell names by
NAMED = 3  # examples in a reason
LEAST_PREFIXED = 3  # letters of a word that a prefix turns round

NEGATION, TURNED, NAME, SAID, QUOTE, SOME_NAME, EXTENT = 0.6, 0.6, 0.35, 0.35, 0.35, 0.3, 0.3
UNKNOWN, SPELLING, REST_OF_NAME = 0.2, 0.1, 0.1

_GERMAN_WORDS = "der die das und nicht mit dem den von ist ein eine zu im auf für sich des"
_GERMAN = frozenset(_GERMAN_WORDS.split())
_LONG_WORD = 5  # letters from which one letter more, less or other is a spelling and not another word
_LONG_NAME = 7
_TITLE_WORDS = (
    "الرئيس رئيس الوزير وزير الشيخ السيد السيدة الأمير الملك الدكتور الجنرال صدر وزیر وزیراعظم جناب محترمہ جنرل ڈاکٹر"
)
_TITLES = frozenset(_TITLE_WORDS.split())


@dataclass(frozen=True, slots=True)
class Signal:
    """One thing an edit did: its weight from 0 to 1, and words for it."""

    weight: float
    reason: str


def several(items: list[str]) -> str:
    """Return the first of some examples, none twice."""
    told = list(dict.fromkeys(items))
    return ", ".join(told[:NAMED]) + (", ..." if len(told) > NAMED else "") if told else "none"


@dataclass(slots=True)
class _Found:
    """What all rewordings together tell: the examples of each kind of signal."""

    weights: dict[str, float] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, what: str, weight: float, example: str = "") -> None:
        self.weights[what] = max(weight, self.weights.get(what, 0.0))
        self.examples.setdefault(what, []).append(example)

    def signals(self) -> Iterator[Signal]:
        for what, weight in self.weights.items():
            told = [example for example in self.examples[what] if example]
            yield Signal(weight, f"{what}: {several(told)}" if told else what)


def of_words(found: Edits, before: str, after: str) -> Iterator[Signal]:
    """Yield what the words tell that were put in, taken out or exchanged in reworded sentences.

    negation    0.6 when a sentence denies more or less often than before ("ne ... pas" is once), in a small hunk, or
                when a prefix turned a word round ("confirmed", "unconfirmed")
    turned      0.6 when a word took the place of its opposite: rose and fell, accepted and rejected, hurt and died
    saying      0.35 when a hedge or an attribution came or went ("allegedly", "claimed"), when it was put for one of
                another kind ("said", "claimed"; "died", "killed"), or a label for another ("fighters", "terrorists")
    name        0.35 when a small hunk put one capitalised word for another, not at the start of a sentence, 0.3 when
                it took one out or put one in, 0.1 when it is the rest of a name that stands, or spelled otherwise
    quotation   0.35 when a small hunk lies within quotation marks, or these were put around words or taken off
    extent      0.3 when "at least", "nearly" and the like came or went before a number
    words       0.2 when one to three words were put for others in a script without capitals, where a name is not known
    Each hunk counts once, for the heaviest of these. Nothing but the spelling of long words weighs nothing here.
    """
    told = _Found()
    names = _Names(before, after)
    for one in (*found.reworded, *found.replaced):
        _tell(told, _Reading(one), names)
    return told.signals()


class _Names:
    """The capitalised words of both texts that stand within sentences; read only when a sentence begins with one."""

    def __init__(self, *texts: str) -> None:
        self._texts = texts
        self._known: frozenset[str] | None = None

    def __contains__(self, word: str) -> bool:
        if self._known is None:
            inner = re.compile(r"(?<=[\w,;] )[^\W\d_]+")
            self._known = frozenset(w for text in self._texts for w in inner.findall(text) if w[0].isupper())
        return word in self._known


class _Reading:
    """A rewording read closely: its words, its hunks, and what they say."""

    def __init__(self, one: Rewording) -> None:
        self.old, self.new = one.words
        self.kept = one.kept
        self.hunks = tuple(_hunks(one, len(self.old), len(self.new)))
        self.old_said = tuple(stances([token.key for token in self.old]))
        self.new_said = tuple(stances([token.key for token in self.new]))
        self.named = _tells_names(self.old) and _tells_names(self.new)

    def sides(self, hunk: Hunk) -> tuple[list[Token], list[Token]]:
        return self.old[hunk.start : hunk.end], self.new[hunk.new_start : hunk.new_end]


def _hunks(one: Rewording, length: int, new_length: int) -> Iterator[Hunk]:
    for (at, new_at), (end, new_end) in pairwise([(-1, -1), *one.kept, (length, new_length)]):
        if end > at + 1 or new_end > new_at + 1:
            yield Hunk(at + 1, end, new_at + 1, new_end)


def _tell(told: _Found, reading: _Reading, names: _Names) -> None:
    _tell_marks(told, reading)
    balance = _denials(reading.new) - _denials(reading.old)
    for hunk in reading.hunks:
        if hunk.end - hunk.start + hunk.new_end - hunk.new_start > SMALL_HUNK:
            continue
        claims = [*_negation(hunk, reading, balance), *_quotation(hunk, reading), *_said(hunk, reading)]
        claims += _names_of(hunk, reading, names)
        if claims:
            told.add(*max(claims, key=lambda claim: claim[1]))


_Claim = tuple[str, float, str]  # what, its weight, an example


def _tell_marks(told: _Found, reading: _Reading) -> None:
    """Tell words that stand but are quoted only on one side."""
    runs: list[tuple[bool, list[str]]] = []
    last = (-2, -2)
    for here, there in reading.kept:
        old, new = reading.old[here], reading.new[there]
        if old.quoted != new.quoted:
            if (here, there) != (last[0] + 1, last[1] + 1) or runs[-1][0] != new.quoted:
                runs.append((new.quoted, []))
            runs[-1][1].append(new.text)
            last = here, there
    for put, some in runs:
        shown = " ".join(some if len(some) <= 2 * NAMED else [*some[:NAMED], "..."])
        told.add("quotation marks put around" if put else "quotation marks taken from", QUOTE, f"“{shown}”")


def _denials(some: list[Token]) -> int:
    """Count how often some words deny; French "ne" only where no "pas" goes with it."""
    plain = sum(is_negation(token.key) and not _is_ne(token.key) for token in some)
    joined = "".join(token.text for token in some if not token.text.isascii())
    unspaced = sum(map(joined.count, UNSPACED_NEGATIONS)) - sum(map(joined.count, NO_NEGATIONS))
    return (plain or sum(_is_ne(token.key) for token in some)) + max(0, unspaced)


def _is_ne(key: str) -> bool:
    return key == "ne" or key.startswith("n'")


def _negation(hunk: Hunk, reading: _Reading, balance: int) -> Iterator[_Claim]:
    old, new = reading.sides(hunk)
    if balance and (_denials(old) != _denials(new) or _unspaced(old + new)):
        yield f"a negation was {'added' if balance > 0 else 'removed'}", NEGATION, ""
    if len(old) == len(new) == 1 and _is_prefixed(old[0].key, new[0].key):
        yield "a word was turned round", NEGATION, f"{old[0].text} → {new[0].text}"


def _unspaced(some: list[Token]) -> bool:
    return any(token.text[0] in phrase for token in some for phrase in UNSPACED_NEGATIONS)


def _is_prefixed(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= LEAST_PREFIXED and any(prefix + short == long for prefix in TURNING_PREFIXES)


def _said(hunk: Hunk, reading: _Reading) -> Iterator[_Claim]:
    """Claim what hedges, attributions, fates and labels were exchanged, put in or taken out."""
    old = [said for said in reading.old_said if said.start < hunk.end and said.end > hunk.start]
    new = [said for said in reading.new_said if said.start < hunk.new_end and said.end > hunk.new_start]
    for stance in Stance:
        was = {said.group: _shown(said, reading.old) for said in old if said.stance is stance}
        now = {said.group: _shown(said, reading.new) for said in new if said.stance is stance}
        gone, come = [was[g] for g in was if g not in now], [now[g] for g in now if g not in was]
        if gone and come:
            yield _exchanged(stance, set(was) | set(now), f"“{gone[0]}” → “{come[0]}”")
        elif (gone or come) and stance in _ALONE:
            what, weight = _ALONE[stance]
            if stance is not Stance.EXTENT or _before_number(hunk, reading):
                yield f"{what} {'removed' if gone else 'added'}", weight, f"“{(gone or come)[0]}”"


_ALONE = {
    Stance.HEDGE: ("a hedge was", SAID),
    Stance.SAYING: ("an attribution was", SAID),
    Stance.EXTENT: ("an extent was", EXTENT),
}


def _exchanged(stance: Stance, groups: set[str], example: str) -> _Claim:
    if stance is Stance.SENSE or (stance is Stance.HARM and "hurt" in groups):
        return "the sense was turned", TURNED, example
    if stance is Stance.HARM:
        return "what became of people was reworded", SAID, example
    return ("a label was exchanged" if stance is Stance.LABEL else "who says it how was reworded"), SAID, example


def _shown(said: Said, some: list[Token]) -> str:
    return " ".join(token.text for token in some[said.start : said.end])


def _before_number(hunk: Hunk, reading: _Reading) -> bool:
    following = reading.old[hunk.end : hunk.end + 2] + reading.new[hunk.new_end : hunk.new_end + 2]
    return any(token.key[0].isdigit() for token in following)


def _quotation(hunk: Hunk, reading: _Reading) -> Iterator[_Claim]:
    old, new = reading.sides(hunk)
    if any(side and all(token.quoted for token in side) for side in (old, new)):
        yield "a quotation was altered", QUOTE, ""


def _names_of(hunk: Hunk, reading: _Reading, names: _Names) -> Iterator[_Claim]:
    old, new = reading.sides(hunk)
    if not reading.named:
        if old and new and max(len(old), len(new)) <= FEW and not _cased(old + new):
            yield from _uncased(hunk, reading)
        return
    was = [token for token in old if _is_name(token, names)]
    now = [token for token in new if _is_name(token, names)]
    lost = [token.text for token in was if token.key not in {one.key for one in now}]
    gained = [token.text for token in now if token.key not in {one.key for one in was}]
    if lost and gained:
        pairs = [f"{one} → {other}" for one, other in zip(lost, gained, strict=False)]
        spelled = len(lost) == len(gained) and all(map(_is_spelling, lost, gained))
        yield ("names spelled otherwise", SPELLING, pairs[0]) if spelled else ("names changed", NAME, ", ".join(pairs))
    elif lost or gained:
        weight = REST_OF_NAME if _beside_name(hunk, reading, names) else SOME_NAME
        yield f"names {'removed' if lost else 'added'}", weight, " ".join(lost or gained)


def _uncased(hunk: Hunk, reading: _Reading) -> Iterator[_Claim]:
    old, new = reading.sides(hunk)
    told = " → ".join("".join(_parted(side)) for side in (old, new))
    leads = (*reading.old[: hunk.start][-1:], *reading.new[: hunk.new_start][-1:])
    titled = any(token.text in _TITLES for token in leads)
    yield ("names changed", NAME, told) if titled else ("words exchanged", UNKNOWN, told)


def _parted(side: list[Token]) -> Iterable[str]:
    for number, token in enumerate(side):
        yield token.text if not number or len(token.text) == 1 else f" {token.text}"


def _beside_name(hunk: Hunk, reading: _Reading, names: _Names) -> bool:
    """Tell a hunk that has a name next to it on both sides of the edit: it was written out, or shortened."""
    around = [*reading.old[max(0, hunk.start - 1) : hunk.start], *reading.old[hunk.end : hunk.end + 1]]
    around += [*reading.new[max(0, hunk.new_start - 1) : hunk.new_start], *reading.new[hunk.new_end : hunk.new_end + 1]]
    return any(_is_name(token, names) or (token.opens and token.text in names) for token in around)


def _cased(some: list[Token]) -> bool:
    return any(token.text[0].lower() != token.text[0].upper() for token in some)


def _tells_names(some: list[Token]) -> bool:
    """Tell words among which a capital means a name: not a headline in Title Case, not German, with its nouns."""
    cased = [token.text for token in some if token.text[0].lower() != token.text[0].upper()]
    if sum(token.key in _GERMAN for token in some) > 0.15 * len(some):
        return False
    return bool(cased) and not (len(cased) > 2 and sum(text[0].isupper() for text in cased) > 0.6 * len(cased))


def _is_name(token: Token, names: _Names) -> bool:
    """Tell a capitalised word of two letters or more that does not open a sentence, unless it is a name elsewhere."""
    text = token.text
    if not text[0].isupper() or len(text) < 2:
        return False
    return not token.opens or text in names or (len(text) > 2 and text.isupper())


def _is_spelling(one: str, other: str) -> bool:
    """Tell two spellings of one long word: a letter more, less, other or in another place; accents aside."""
    longest = max(len(one), len(other))
    return longest >= _LONG_NAME and one[0] == other[0] and DamerauLevenshtein.distance(one, other) <= 1


def only_spelled(found: Edits) -> str | None:
    """Return an example when an edit did nothing but spell long words otherwise, None when it did more."""
    if found.all_removed.words or found.all_added.words or not found.reworded:
        return None
    pairs: list[tuple[str, str]] = []
    for reading in map(_Reading, found.reworded):
        for old, new in map(reading.sides, reading.hunks):
            if len(old) != 1 or len(new) != 1:
                return None
            pairs.append((old[0].key, new[0].key))
    long = all(min(len(one), len(other)) >= _LONG_WORD for one, other in pairs)
    alike = all(DamerauLevenshtein.distance(one, other) <= 1 for one, other in pairs)
    letters = all(one.isalpha() and other.isalpha() for one, other in pairs)
    turned = any(_is_prefixed(one, other) for one, other in pairs)
    return f"{pairs[0][0]} → {pairs[0][1]}" if pairs and long and alike and letters and not turned else None
