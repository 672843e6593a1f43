"""The full-text index: FTS5 on SQLite, tsvector on PostgreSQL, of the same words and with the same answers."""

from collections.abc import Collection, Mapping

from sqlalchemy import Connection, bindparam, text

from monitor.core.indexing import Indexed, indexed
from monitor.model import Revision
from monitor.store.dialects import is_sqlite
from monitor.store.fulltext_seeking import matches as matches
from monitor.store.fulltext_seeking import ranked as ranked
from monitor.store.fulltext_seeking import unindexed as unindexed

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
