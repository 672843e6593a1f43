"""Read what a person types into the search field: words, phrases, exclusions, alternatives, and fields."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from monitor.core.folding import fold
from monitor.core.stemming import Stem, query_stems
from monitor.errors import UsageError
from monitor.model import Field

MOST_TERMS = 32
LONGEST_WORD = 64  # characters of a folded word that count
HINT = 'words, "exact phrases", -without, this OR that, begin*, and fields such as outlet:granma.cu'

_CURLY = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_VALUE = r'"[^"]*(?:"|$)|[^\s",]+'
# Either case of ASCII: to IGNORECASE the long s and the Kelvin sign are letters of field names as well.
_FIELDS = "|".join("".join(f"[{letter}{letter.upper()}]" for letter in name) for name in Field)
_PIECE = re.compile(
    rf"(?P<minus>-*)(?:(?P<field>{_FIELDS}):(?P<values>(?:{_VALUE})(?:,(?:{_VALUE}))*),?(?=\s|$)"
    r'|"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))(?P<star>\*?)'
)
_ONE_VALUE = re.compile(_VALUE)


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that follow each other; with `prefix` the last is only the beginning of a word.

    `stems` are those that the inflections of a single word share: in a text of such a language they do as well.
    """

    words: tuple[str, ...]
    prefix: bool = False
    stems: tuple[Stem, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: one term of every group, and none of `excluded`. Beside fields `groups` may be empty."""

    groups: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...] = ()


@dataclass(frozen=True, slots=True)
class Narrowing:
    """`field:value,value` as it was typed; with `denied` none of the values may hold."""

    field: Field
    values: tuple[str, ...]
    denied: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """A query as it was typed; `words` is None when it consists of fields only, or of nothing."""

    words: Query | None
    fields: tuple[Narrowing, ...] = ()


@dataclass(slots=True)
class _Reading:
    """A query half read; `joined` when OR came last, `denied` when NOT did, `behind_field` when a field did."""

    groups: list[list[Term]] = field(default_factory=list)
    excluded: list[Term] = field(default_factory=list)
    fields: list[Narrowing] = field(default_factory=list)
    joined: bool = False
    denied: bool = False
    behind_field: bool = False


def read_query(text: str) -> Typed:
    """Read a query: words that must all be there, "phrases", -exclusions, OR between two, begin*, and fields.

    Words are folded as the index is (core/folding.py); one that folds into several, such as a Chinese name or
    "COVID-19", is a phrase. AND is allowed and means nothing, NOT excludes what follows; both, like OR, in capitals.
    Curly quotes are quotes, an open one ends with the text, what folds to nothing is left out. `field:a,b` narrows by
    a known field, as does `-field:a` by its opposite; an unknown one is a word like any other. Any text is valid,
    except that UsageError is raised for exclusions of words with nothing beside them, for OR between a field and
    something else, for signs only, and beyond 32 terms and values. Nothing at all asks for everything.
    """
    reading = _Reading()
    for found in _PIECE.finditer(text.translate(_CURLY)):
        _take(found, reading)
    _check(reading)
    if text.strip() and not (reading.groups or reading.excluded or reading.fields):
        raise UsageError("there is no word to search for", hint=HINT)
    words = Query(tuple(tuple(group) for group in reading.groups), tuple(reading.excluded))
    return Typed(words if words.groups or words.excluded else None, tuple(reading.fields))


def parse_query(text: str) -> Query:
    """Read a query that has words, as `read_query` does. Raises UsageError as it does, and where no word remains."""
    typed = read_query(text)
    if typed.words is None or not typed.words.groups:
        raise UsageError("there is no word to search for", hint=HINT)
    return typed.words


def terms(query: Query) -> Iterator[tuple[int, Term]]:
    """Yield the terms that are searched for, each with the number of its group."""
    return ((number, term) for number, group in enumerate(query.groups) for term in group)


def _take(found: re.Match[str], reading: _Reading) -> None:
    bare = found["bare"]
    if bare in ("OR", "|", "AND", "NOT") and not found["minus"]:
        reading.joined |= bare in ("OR", "|")
        reading.denied |= bare == "NOT"
    elif found["field"]:
        _narrow(found, reading)
    else:
        _say(found, reading)


def _say(found: re.Match[str], reading: _Reading) -> None:
    """Take words in."""
    bare = found["bare"]
    typed = bare if bare is not None else found["phrase"]
    words = tuple(word[:LONGEST_WORD] for word in fold(typed).split())
    prefix = typed.rstrip().endswith("*") or bool(found["star"])
    if not words:
        return
    stems = query_stems(words[0]) if bare is not None and len(words) == 1 and not prefix else ()
    _place(Term(words, prefix, stems), reading, bool(found["minus"]))


def _place(term: Term, reading: _Reading, minus: bool) -> None:
    if minus or reading.denied:
        reading.excluded.append(term)
    elif reading.joined and reading.behind_field:
        raise UsageError("OR cannot join a field and a word", hint=_OR_HINT)
    elif reading.joined and reading.groups:
        reading.groups[-1].append(term)
    else:
        reading.groups.append([term])
    reading.joined = reading.denied = reading.behind_field = False


def _narrow(found: re.Match[str], reading: _Reading) -> None:
    """Take a field in; OR between two of one name makes alternatives of them."""
    name = Field(found["field"].lower())
    values = tuple(value.strip('"').strip() for value in _ONE_VALUE.findall(found["values"]))
    denied = bool(found["minus"]) or reading.denied
    if reading.joined and (reading.groups or reading.fields):
        last = reading.fields[-1] if reading.behind_field else None
        if last is None or last.field is not name or last.denied or denied:
            raise UsageError("OR cannot join a field and something else", hint=_OR_HINT)
        reading.fields[-1] = Narrowing(name, (*last.values, *values))
    else:
        reading.fields.append(Narrowing(name, values, denied))
    reading.joined = reading.denied = False
    reading.behind_field = True


_OR_HINT = "alternatives of a field are written outlet:granma.cu,radiohc.cu"


def _check(reading: _Reading) -> None:
    if reading.excluded and not reading.groups and not reading.fields:
        raise UsageError("the query only excludes", hint="add a word or a field that must hold; -word only narrows")
    counted = sum(map(len, reading.groups)) + len(reading.excluded) + sum(len(one.values) for one in reading.fields)
    if counted > MOST_TERMS:
        raise UsageError(f"more than {MOST_TERMS} terms", hint='put words that belong together into "quotes"')
