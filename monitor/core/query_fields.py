"""Read what the fields of a query mean: outlets by name, times before now, words of closed sets."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum

from monitor.answers import Condition
from monitor.core.query import Narrowing
from monitor.core.urls import check_url
from monitor.errors import NotFoundError, UsageError
from monitor.model import ChangeKind, DocumentState, Field, Origin, Outlet
from monitor.moments import parse_since, parse_until
from monitor.naming import outlet_key

LARGEST_NUMBER = 2**63 - 1  # what a database can hold


@dataclass(frozen=True, slots=True)
class Known:
    """What the values of fields are read by: the outlets with names, and the time that `7d` is before."""

    outlets: Sequence[Outlet]
    now: datetime


def conditions(fields: Iterable[Narrowing], known: Known) -> tuple[Condition, ...]:
    """Return the conditions that fields state. Raises UsageError, with what can be meant, for a value that cannot be.

    A source is a number, or the URL of one; whether there is such a source is not asked here.
    """
    return tuple(_condition(one, known) for one in fields)


def _condition(one: Narrowing, known: Known) -> Condition:
    values = tuple(dict.fromkeys(_read(one.field, value, known) for value in one.values))
    return Condition(one.field, values, one.denied)


def _read(field: Field, value: str, known: Known) -> str | int | datetime:
    try:
        return _READERS[field](value, known)
    except (UsageError, NotFoundError) as error:
        raise UsageError(f"{field}: {error}", hint=error.hint) from error


def _outlet(value: str, known: Known) -> str:
    return outlet_key(known.outlets, value)


def _source(value: str, _known: Known) -> str | int:
    bare = value.removeprefix("#")
    if not (bare.isascii() and bare.isdecimal()):
        return check_url(value)
    if int(bare) > LARGEST_NUMBER:
        raise UsageError(f"{bare} is too large for a number of ours")
    return int(bare)


def _language(value: str, _known: Known) -> str:
    tag = value.replace("_", "-").split("-")[0].lower()
    if not (tag.isascii() and tag.isalpha() and 2 <= len(tag) <= 8):
        raise UsageError(f"{value!r} is no language", hint="write its tag, such as es, ar or zh")
    return tag


def _since(value: str, known: Known) -> datetime:
    return parse_since(value, known.now)


def _until(value: str, known: Known) -> datetime:
    return parse_until(value, known.now)


def _word_of(words: type[StrEnum]) -> Callable[[str, Known], str]:
    def read(value: str, _known: Known) -> str:
        wanted = value.casefold()
        if wanted in {str(one) for one in words}:
            return wanted
        close = get_close_matches(wanted, list(words), 1)
        meant = f"did you mean {close[0]}? " if close else ""
        raise UsageError(f"{value!r} is none of them", hint=f"{meant}it can be {', '.join(words)}")

    return read


_READERS: dict[Field, Callable[[str, Known], str | int | datetime]] = {
    Field.OUTLET: _outlet,
    Field.CITES: _outlet,
    Field.SOURCE: _source,
    Field.LANG: _language,
    Field.ORIGIN: _word_of(Origin),
    Field.STATE: _word_of(DocumentState),
    Field.KIND: _word_of(ChangeKind),
    Field.SINCE: _since,
    Field.UNTIL: _until,
    Field.CHANGED: _since,
}
