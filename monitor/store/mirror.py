"""What the mirror of plain files has, and what its index tells."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, exists, func, literal, null, select, update

from monitor.model import Document, Origin
from monitor.store.schema import corpus_file, document, revision
from monitor.store.types import noun

# A document whose current text is of the web, and its number in the mirror if it has one yet.
Mirrored = tuple[Document, int | None]


def lacking(conn: Connection, limit: int) -> tuple[Mirrored, ...]:
    """Return documents whose current revision is of the web and not in the mirror, oldest first.

    One that has no address any more is among them while the mirror may have a file of it.
    """
    rows = conn.execute(select(document).where(*_is_lacking()).order_by(document.c.id).limit(limit))
    return tuple((noun(Document, row), row["mirror_number"]) for row in rows.mappings())


def count_lacking(conn: Connection) -> int:
    """Count the documents that `lacking` returns, all of them."""
    return conn.execute(select(func.count()).select_from(document).where(*_is_lacking())).scalar_one()


def _is_lacking() -> tuple[ColumnElement[bool], ...]:
    stale = document.c.mirrored_revision_id.is_(None)  # revisions.make_current says so; an index finds them
    return _is_of_the_web(), stale, document.c.url.is_not(None) | document.c.mirror_number.is_not(None)


def mark(conn: Connection, one: Document, revision_id: int) -> None:
    """Say that the mirror has this revision, unless the document has got another one, or address, meanwhile."""
    which = (document.c.id == one.id) & (document.c.revision_id == revision_id) & (document.c.url == one.url)
    conn.execute(update(document).where(which).values(mirrored_revision_id=revision_id))


def forget(conn: Connection) -> None:
    """Say that the mirror has nothing of the web; numbers stay."""
    conn.execute(update(document).values(mirrored_revision_id=None))


def newest_state(conn: Connection) -> int:
    """Return when any document last changed its state, in microseconds since 1970; 0 when none ever did."""
    newest = conn.execute(select(func.max(document.c.state_since))).scalar()
    return round(newest.timestamp() * 1_000_000) if newest else 0


def seed_lines(conn: Connection) -> Iterator[RowMapping]:
    """Return what the index tells of each saved text, by name and line; `name` is its file."""
    columns = _told().add_columns(corpus_file.c.name, corpus_file.c.line, literal(0).label("mirror_number"))
    joined = columns.join_from(corpus_file, document, document.c.id == corpus_file.c.document_id).join(
        revision, revision.c.id == corpus_file.c.revision_id
    )
    there = joined.where(corpus_file.c.name != "")  # else it was redacted
    return _by_and_by(conn, there.order_by(corpus_file.c.name, corpus_file.c.line))


def new_lines(conn: Connection) -> Iterator[RowMapping]:
    """Return what the index tells of each archived article, in the mirror's order; `name` is None."""
    columns = _told().add_columns(null().label("name"), literal(0).label("line"), document.c.mirror_number)
    joined = columns.join_from(document, revision, revision.c.id == document.c.revision_id)
    which = (revision.c.origin == Origin.WEB) & document.c.mirror_number.is_not(None) & document.c.url.is_not(None)
    return _by_and_by(conn, joined.where(which).order_by(document.c.mirror_number))


def _by_and_by(conn: Connection, statement: Select[Any]) -> Iterator[RowMapping]:
    """Read rows a thousand at a time: there is one for each article ever archived."""
    yield from conn.execute(statement, execution_options={"yield_per": 1_000}).mappings()


def _told() -> Select[Any]:
    """Select what the index tells, without the text itself."""
    return select(
        document.c.id.label("document"),
        document.c.url,
        document.c.outlet,
        document.c.state,
        func.coalesce(revision.c.language, document.c.language).label("language"),
        func.coalesce(revision.c.published_at, document.c.published_at, type_=document.c.published_at.type).label(
            "published_at"
        ),
        revision.c.origin,
        revision.c.title,
        revision.c.first_seen_at,
        revision.c.number.label("revision"),
        revision.c.text_sha256.label("sha256"),
    )


def _is_of_the_web() -> ColumnElement[bool]:
    return exists().where((revision.c.id == document.c.revision_id) & (revision.c.origin == Origin.WEB))
