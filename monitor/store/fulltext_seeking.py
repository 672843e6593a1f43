"""Look for words in the full-text index: a query as FTS5 and as PostgreSQL are to be asked."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Float,
    Subquery,
    UnaryExpression,
    column,
    text,
    type_coerce,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.operators import custom_op

from monitor.core.indexing import marked
from monitor.core.query import Query, Term
from monitor.store import fulltext_postgresql
from monitor.store.dialects import is_sqlite
from monitor.store.schema import document

_PLACE, _ID, _RANK = column("place", BigInteger), column("id", BigInteger), column("rank", Float)
_FROM_FTS = "FROM revision_search WHERE revision_search MATCH :words"
_FROM_TSV = f"FROM (SELECT id, words {fulltext_postgresql.SEEK} CAST(:words AS tsquery) OFFSET 0) AS held"
# A stem is rarer in a language of few texts, and bm25 takes that for weight; so it is given little.
_RANK_FTS = "bm25(revision_search, 8.0, 2.0, 0.25) AS rank"


def matches(conn: Connection, query: Query) -> Subquery:
    """Return a subquery of the revisions that a query with words to find finds: `(place, id)`.

    Both columns are the revision's number. Narrow by `place`, and join by `id`: were FTS5 asked for one number at a
    time, as SQLite likes to, it would count the texts that have the words anew for each.
    """
    if is_sqlite(conn):
        found = text(f"SELECT rowid AS place, +rowid AS id {_FROM_FTS}").bindparams(words=_fts(query))
    else:
        fulltext_postgresql.seek_by_index(conn)  # and OFFSET 0 keeps it from walking through texts by their number
        found = text(f"SELECT id AS place, id {_FROM_TSV}").bindparams(words=fulltext_postgresql.tsquery(query))
    return found.columns(_PLACE, _ID).subquery("matches")


def ranked(query: Query) -> Subquery:
    """Return the same subquery for SQLite, with a `rank`.

    A lower rank is better: a hit in the title weighs most, then one in the body, then one that only shares a stem.
    """
    found = text(f"SELECT rowid AS place, +rowid AS id, {_RANK_FTS} {_FROM_FTS}").bindparams(words=_fts(query))
    return found.columns(_PLACE, _ID, _RANK).subquery("matches")


def unindexed(conn: Connection, wanted: ColumnElement[bool], but: Collection[str]) -> ColumnElement[bool]:
    """Return a condition for which SQLite uses no index of the columns of `document`, `but` those named.

    It cannot tell which of two indexes is the better one, and of 5,000 matches once looked through all documents of
    an outlet for each.
    """
    if not is_sqlite(conn):
        return wanted

    def plain(element: Any, **_: Any) -> Any:
        is_ours = isinstance(element, Column) and element.table is document and element.key not in but
        return type_coerce(UnaryExpression(element, operator=_PLUS), element.type) if is_ours else None

    return visitors.replacement_traverse(wanted, {}, plain)


_PLUS: Any = custom_op("+")


def _fts(query: Query) -> str:
    """Write a query for FTS5; every token is quoted, since most ordinary strings are errors to raw MATCH."""
    groups = " AND ".join("(" + " OR ".join(_fts_term(term) for term in group) + ")" for group in query.groups)
    return groups + "".join(f" NOT ({_fts_term(term)})" for term in query.excluded)


def _fts_term(term: Term) -> str:
    """Write a term: as it is, or a stem of it, which is marked and no word. A beginning is not one of stems."""
    words = f'"{" ".join(term.words)}"'
    said = f"{{title body}} : {words}*" if term.prefix else words
    return " OR ".join((said, *(f'"{marked(*stem)}"' for stem in term.stems)))
