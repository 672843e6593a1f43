"""The full-text index: FTS5 on SQLite, tsvector on PostgreSQL, of the same words and with the same answers."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Float,
    Subquery,
    UnaryExpression,
    bindparam,
    column,
    event,
    text,
    type_coerce,
)
from sqlalchemy.sql import visitors
from sqlalchemy.sql.operators import custom_op

from monitor.core.indexing import Indexed, indexed, marked
from monitor.core.query import Query, Term
from monitor.model import Revision
from monitor.store.dialects import is_sqlite
from monitor.store.schema import document

# One row a revision, whose id it bears. Contentless: the text is in `revision`. What is indexed is folded already, so
# that white space alone parts words; this tokenizer takes every character beyond ASCII for a letter.
_FTS = "CREATE VIRTUAL TABLE revision_search USING fts5(title, body, stems, content='', tokenize='ascii')"
_TSV = (
    "CREATE TABLE revision_search (id bigint PRIMARY KEY, words tsvector NOT NULL)",
    "CREATE INDEX ix_revision_search_words ON revision_search USING gin (words)",
)
COLUMNS = ("title", "body", "stems")


def create(conn: Connection) -> None:
    """Create the full-text table."""
    for statement in (_FTS,) if is_sqlite(conn) else _TSV:
        conn.execute(text(statement))


def drop(conn: Connection) -> None:
    """Drop the full-text table."""
    conn.execute(text("DROP TABLE IF EXISTS revision_search"))


def index(conn: Connection, one: Revision) -> None:
    """Put a revision's words and stems into the full-text table."""
    put(conn, one.id, indexed(one.title or "", one.text, one.language))


def put(conn: Connection, revision_id: int, words: Indexed) -> None:
    """Put words into the full-text table, as those of a revision."""
    put_many(conn, {revision_id: words})


def put_many(conn: Connection, words: Mapping[int, Indexed]) -> None:
    """Put the words of revisions into the full-text table, in one go."""
    if is_sqlite(conn):
        rows = [{"id": one, "title": of.title, "body": of.body, "stems": of.stems} for one, of in words.items()]
        conn.execute(_INDEX_FTS, rows)
    else:
        conn.execute(_INDEX_TSV, [{"id": one, "words": _tsvector(of)} for one, of in words.items()])


_INDEX_FTS = text("INSERT INTO revision_search (rowid, title, body, stems) VALUES (:id, :title, :body, :stems)")
_INDEX_TSV = text("INSERT INTO revision_search (id, words) VALUES (:id, CAST(:words AS tsvector))")

_MOST_PLACES = 256  # that a tsvector keeps of one word
_LAST_PLACE = 16_383


def _tsvector(words: Indexed) -> str:
    """Write a tsvector: PostgreSQL's own parser would cut words that have vowel signs, and read numbers as it likes.

    Between title and body one place is left free, so that no phrase reaches across; stems have places of their own,
    behind the text, for these carry the weight by which a hit is ranked.
    """
    places: dict[str, list[str]] = {}
    at = 0
    for some, weight in ((words.title, "A"), (words.body, "B"), (words.stems, "C")):
        at += 1
        for word in some.split():
            at += 1
            of = places.setdefault(word, [])
            if len(of) < _MOST_PLACES:
                of.append(f"{min(at, _LAST_PLACE)}{weight}")
    return " ".join(f"'{word}':{','.join(of)}" for word, of in places.items())  # a folded word has no quotes


def forget(conn: Connection, revision_ids: Collection[int]) -> None:
    """Take all words of revisions out of the full-text table."""
    if not is_sqlite(conn):
        conn.execute(_FORGET_TSV, {"ids": list(revision_ids)})
        return
    # A contentless table has to be told what it holds.
    for one, columns in _kept(conn, revision_ids).items():
        conn.execute(_FORGET_FTS, {"id": one, **dict(zip(COLUMNS, columns, strict=True))})


_FORGET_FTS = text(
    "INSERT INTO revision_search (revision_search, rowid, title, body, stems)"
    " VALUES ('delete', :id, :title, :body, :stems)"
)
_FORGET_TSV = text("DELETE FROM revision_search WHERE id IN :ids").bindparams(bindparam("ids", expanding=True))


def _kept(conn: Connection, revision_ids: Collection[int]) -> dict[int, list[str]]:
    """Read out of FTS5 the words that it holds of revisions.

    They are not made anew of the text: its language, or what makes stems, may have changed since. All of the index is
    read for it, in about eight seconds at 100,000 texts of 4 KB.
    """
    conn.execute(text("CREATE VIRTUAL TABLE temp.kept_words USING fts5vocab(main, revision_search, instance)"))
    some = text("SELECT doc, col, term FROM temp.kept_words WHERE doc IN :ids ORDER BY doc, col, offset")
    rows = conn.execute(some.bindparams(bindparam("ids", expanding=True)), {"ids": list(revision_ids)})
    found: dict[int, tuple[list[str], ...]] = {}
    for row in rows:
        found.setdefault(row.doc, ([], [], []))[COLUMNS.index(row.col)].append(row.term)
    conn.execute(text("DROP TABLE temp.kept_words"))
    return {number: [" ".join(words) for words in columns] for number, columns in found.items()}


_COLUMNS = (column("place", BigInteger), column("id", BigInteger))
_FROM_FTS = "FROM revision_search WHERE revision_search MATCH :words"
_SEEK_TSV = "FROM revision_search WHERE words @@"
_FROM_TSV = f"FROM (SELECT id, words {_SEEK_TSV} CAST(:words AS tsquery) OFFSET 0) AS held"
# A stem is rarer in a language of few texts, and bm25 takes that for weight; so it is given little.
_RANK_FTS = "bm25(revision_search, 8.0, 2.0, 0.25) AS rank"
_RANK_TSV = "CAST(-ts_rank('{0.0, 0.1, 0.25, 1.0}', words, CAST(:words AS tsquery)) AS double precision) AS rank"


def matches(conn: Connection, query: Query, *, ranked: bool = False) -> Subquery:
    """Return a subquery of the revisions that a query with words to find finds: `(place, id)`, or `(…, rank)`.

    A lower rank is better: a hit in the title weighs most, then one in the body, then one that only shares a stem.
    Both columns are the revision's number. Narrow by `place`, and join by `id`: were FTS5 asked for one number at a
    time, as SQLite likes to, it would count the texts that have the words anew for each.
    """
    if is_sqlite(conn):
        sql = f"SELECT rowid AS place, +rowid AS id{', ' + _RANK_FTS if ranked else ''} {_FROM_FTS}"
        found = text(sql).bindparams(words=_fts(query))
    else:
        _seek_by_index(conn)  # and OFFSET 0 keeps PostgreSQL from walking through texts by their number
        sql = f"SELECT id AS place, id{', ' + _RANK_TSV if ranked else ''} {_FROM_TSV}"
        found = text(sql).bindparams(words=_tsquery(query))
    columns = (*_COLUMNS, column("rank", Float)) if ranked else _COLUMNS
    return found.columns(*columns).subquery("matches")


def _seek_by_index(conn: Connection) -> None:
    """Have PostgreSQL use the index for words, in the statements that look for words and in no other.

    It does not count what it costs to fetch a long tsvector, and would rather read all texts. The words may be part of
    any statement, so it is told when one is run; a second call for a connection changes nothing.
    """
    event.listen(conn, "before_cursor_execute", _before_seeking)
    event.listen(conn, "after_cursor_execute", _after_seeking)


def _before_seeking(conn: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if _SEEK_TSV in statement:
        _set(conn, "off")


def _after_seeking(conn: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if _SEEK_TSV in statement:  # one that fails undoes all that was set since the savepoint, or the beginning
        _set(conn, "DEFAULT")


def _set(conn: Connection, value: str) -> None:
    cursor = conn.connection.cursor()  # of its own: that of the statement holds what was found
    try:
        cursor.execute(f"SET LOCAL enable_seqscan TO {value}")
    finally:
        cursor.close()


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


def _tsquery(query: Query) -> str:
    groups = " & ".join("(" + " | ".join(_ts_term(term) for term in group) + ")" for group in query.groups)
    return groups + "".join(f" & !({_ts_term(term)})" for term in query.excluded)


def _ts_term(term: Term) -> str:
    words = [f"'{word}'" for word in term.words]
    words[-1] += ":*AB" if term.prefix else ""
    return " | ".join((f"({' <-> '.join(words)})", *(f"'{marked(*stem)}'" for stem in term.stems)))
