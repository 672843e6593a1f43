"""How PostgreSQL is asked for words: queries in its language, how it is to plan them, and what it may do only once.

The words of a text lie beside their row, in pieces and compressed. Every operator that looks at them puts them together
anew, in 20 microseconds where they are in memory and in 100 where they are not: of a search this takes nearly all of
the time. The index knows which texts have a word, but no places of words, and not what they are weighed by.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Float,
    Select,
    String,
    Subquery,
    bindparam,
    cast,
    column,
    event,
    func,
    literal_column,
    text,
    type_coerce,
)
from sqlalchemy.types import NullType, UserDefinedType

from monitor.core.indexing import marked
from monitor.core.query import Query, Term

SEEK = "FROM revision_search WHERE words @@"
_WEIGHTS = "'{0.0, 0.1, 0.25, 1.0}'"
_HELD = (column("id", BigInteger), column("words", NullType))

# What statements that look for words are planned by. PostgreSQL does not count what it costs to fetch long words, and
# would rather read all texts, or all documents; and a plan for any words is bad for most.
_PLANNED = {
    "enable_seqscan": "off",
    "jit": "off",
    "plan_cache_mode": "force_custom_plan",
    "random_page_cost": "1.1",
}
_SET = "SELECT " + ", ".join(f"set_config('{name}', '{value}', true)" for name, value in _PLANNED.items())
_UNSET = "SELECT " + ", ".join(f"set_config('{name}', NULL, true)" for name in _PLANNED)


class _Words(UserDefinedType[str]):
    """Words in order, as they are asked for."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "tsquery"


def seek_by_index(conn: Connection) -> None:
    """Have PostgreSQL use the index for words, in the statements that look for words and in no other.

    The words may be part of any statement, so it is told when one is run; a second call for a connection changes
    nothing.
    """
    event.listen(conn, "before_cursor_execute", _before_seeking)
    event.listen(conn, "after_cursor_execute", _after_seeking)


def _before_seeking(conn: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if SEEK in statement:
        _tell(conn, _SET)


def _after_seeking(conn: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if SEEK in statement:  # one that fails undoes all that was set since the savepoint, or the beginning
        _tell(conn, _UNSET)


def _tell(conn: Connection, settings: str) -> None:
    cursor = conn.connection.cursor()  # of its own: that of the statement holds what was found
    try:
        cursor.execute(settings)
    finally:
        cursor.close()


def possible(conn: Connection, query: Query) -> Subquery:
    """Return a subquery of the texts that may have the words, `(id, words)`, by the index alone.

    With a query that is `exact` they do; else look again by `fits`.
    """
    seek_by_index(conn)  # and OFFSET 0 keeps PostgreSQL from walking through texts by their number
    held = text(f"SELECT id, words {SEEK} CAST(:possible AS tsquery) OFFSET 0")
    return held.bindparams(possible=_written(query, loosely=True)).columns(*_HELD).subquery("held")


def numbered(numbers: Sequence[int]) -> Subquery:
    """Return a subquery of the texts with these numbers, `(id, words)`."""
    held = text("SELECT id, words FROM revision_search WHERE id IN :numbers OFFSET 0")
    held = held.bindparams(bindparam("numbers", list(numbers), expanding=True))
    return held.columns(*_HELD).subquery("held")


def exact(query: Query) -> bool:
    """Tell whether what `possible` gives has the words: not where they have to follow each other.

    Nor where one is a beginning, which may be that of a stem only.
    """
    return not any(term.prefix or len(term.words) > 1 for group in query.groups for term in group)


def fits(words: ColumnElement[Any], query: Query) -> ColumnElement[bool]:
    """Return whether words are those that a query seeks."""
    return type_coerce(words.op("@@", is_comparison=True)(_asked(query)), literal_column("true").type)


def rank(words: ColumnElement[Any], query: Query) -> ColumnElement[float]:
    """Return by how much words are what a query seeks, less for better ones."""
    return cast(-func.ts_rank(literal_column(_WEIGHTS), words, _asked(query)), Float)


def at_hand(words: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return the same words put together, for several operators to look at."""
    return func.setweight(words, literal_column("'D'"), literal_column("'{}'::text[]"))  # of none of them


def fenced(rows: Select[Any]) -> Subquery:
    """Return a subquery that is run as it stands, and in its order, and its columns made once for each row."""
    return rows.offset(literal_column("0")).subquery()


def _asked(query: Query) -> ColumnElement[Any]:
    return cast(bindparam(None, tsquery(query), String), _Words())


def tsquery(query: Query) -> str:
    """Write a query in PostgreSQL's language."""
    return _written(query)


def _written(query: Query, *, loosely: bool = False) -> str:
    """Write a query; `loosely` as one that finds as much or more, and for which no words have to be looked at.

    But for what is excluded: few texts have all words of an excluded phrase, and only of these they are looked at.
    """
    groups = " & ".join("(" + " | ".join(_term(term, loosely) for term in group) + ")" for group in query.groups)
    return groups + "".join(f" & !({_term(term)})" for term in query.excluded)


def _term(term: Term, loosely: bool = False) -> str:
    words = [f"'{word}'" for word in term.words]
    if term.prefix:
        words[-1] += ":*" if loosely else ":*AB"
    said = (" & " if loosely else " <-> ").join(words)
    return " | ".join((f"({said})", *(f"'{marked(*stem)}'" for stem in term.stems)))
