"""Read what a person types into the search field."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from monitor.core.folding import fold
from monitor.errors import UsageError

MOST_TERMS = 32
HINT = 'words, "exact phrases", -without, this OR that, begin*'

_CURLY = str.maketrans(dict.fromkeys("“”„‟«»＂", '"'))
_PIECE = re.compile(r'(?P<minus>-*)(?:"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))(?P<star>\*?)')


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words that follow each other; with `prefix` the last is only the beginning of a word."""

    words: tuple[str, ...]
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Query:
    """What is searched: one term of every group, and none of `excluded`."""

    groups: tuple[tuple[Term, ...], ...]
    excluded: tuple[Term, ...] = ()


@dataclass(slots=True)
class _Reading:
    """A query half read; `joined` when OR came last, `denied` when NOT did."""

    groups: list[list[Term]]
    excluded: list[Term]
    joined: bool = False
    denied: bool = False


def parse_query(text: str) -> Query:
    """Read a query: words that must all be there, "phrases", -exclusions, OR between two, and begin* for prefixes.

    Words are folded as the index is (core/folding.py); one that folds into several, such as a Chinese name or
    "COVID-19", is a phrase. AND is allowed and means nothing, NOT excludes what follows; both, like OR, in capitals.
    Curly quotes are quotes, an open one ends with the text, what folds to nothing is left out: any text is valid,
    except that UsageError is raised when nothing remains, when only exclusions do, and beyond 32 terms.
    """
    reading = _Reading([], [])
    for found in _PIECE.finditer(text.translate(_CURLY)):
        _take(found, reading)
    _check(reading)
    return Query(tuple(tuple(group) for group in reading.groups), tuple(reading.excluded))


def terms(query: Query) -> Iterator[tuple[int, Term]]:
    """Yield the terms that are searched for, each with the number of its group."""
    return ((number, term) for number, group in enumerate(query.groups) for term in group)


def _take(found: re.Match[str], reading: _Reading) -> None:
    bare = found["bare"]
    if bare in ("OR", "|", "AND", "NOT") and not found["minus"]:
        reading.joined |= bare in ("OR", "|")
        reading.denied |= bare == "NOT"
        return
    typed = bare if bare is not None else found["phrase"]
    term = Term(tuple(fold(typed).split()), typed.rstrip().endswith("*") or bool(found["star"]))
    if term.words:
        _place(term, reading, bool(found["minus"]))


def _place(term: Term, reading: _Reading, minus: bool) -> None:
    if minus or reading.denied:
        reading.excluded.append(term)
    elif reading.joined and reading.groups:
        reading.groups[-1].append(term)
    else:
        reading.groups.append([term])
    reading.joined = reading.denied = False


def _check(reading: _Reading) -> None:
    if not reading.groups and reading.excluded:
        raise UsageError("the query only excludes", hint="add a word that must be there; -word only narrows")
    if not reading.groups:
        raise UsageError("there is no word to search for", hint=HINT)
    if sum(map(len, reading.groups)) + len(reading.excluded) > MOST_TERMS:
        raise UsageError(f"more than {MOST_TERMS} terms", hint='put words that belong together into "quotes"')
