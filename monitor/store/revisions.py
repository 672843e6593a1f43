"""Revisions: every distinct text of a document, and its words in the full-text index."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, func, insert, select, update

from monitor.core.folding import fold
from monitor.core.label_lines import title_key
from monitor.interfaces import Extraction
from monitor.model import Origin, Revision
from monitor.store.dialects import index_words
from monitor.store.schema import document, revision
from monitor.store.types import columns_of, noun

# What a page says of its text, which may be new while the text stands.
SAID = (
    *("byline", "byline_source", "published_at", "published_raw", "published_source", "published_zone"),
    *("modified_at", "modified_raw", "modified_source", "modified_zone", "section", "canonical_url", "language"),
    *("title_source", "extractor", "asides"),
)


def add(conn: Connection, new: Revision, *, current: bool = True) -> Revision:
    """Append a revision and index its words; return it numbered. It becomes the document's current one unless told."""
    last = select(func.coalesce(func.max(revision.c.number), 0)).where(revision.c.document_id == new.document_id)
    numbered = replace(new, number=conn.execute(last).scalar_one() + 1)
    made = conn.execute(insert(revision).values(**columns_of(numbered))).inserted_primary_key
    assert made is not None
    stored = replace(numbered, id=int(made[0]))
    index_words(conn, stored.id, fold(stored.title or ""), fold(stored.text))
    count = select(func.count()).where(revision.c.document_id == new.document_id).scalar_subquery()
    conn.execute(update(document).where(document.c.id == new.document_id).values(revision_count=count))
    if current:
        make_current(conn, stored)
    return stored


def make_current(conn: Connection, one: Revision) -> None:
    """Say that a revision is what stands at its document's URL now."""
    values = {"revision_id": one.id, "title": one.title, "mirrored_revision_id": None}
    values["title_key"] = title_key(one.title)
    if one.language:
        values["language"] = one.language
    conn.execute(update(document).where(document.c.id == one.document_id).values(**values))


def has_web(conn: Connection, document_id: int) -> bool:
    """Say whether a text of the live page is kept, and not only a saved one."""
    which = (revision.c.document_id == document_id) & (revision.c.origin == Origin.WEB)
    return conn.execute(select(revision.c.id).where(which).limit(1)).first() is not None


def seen(conn: Connection, revision_id: int, at: datetime, found: Extraction | None = None) -> None:
    """Say that a revision's text was found standing at that time, and what its page says of it now."""
    values: dict[str, object] = {"last_seen_at": at}
    if found is not None:
        values |= {name: getattr(found, name) for name in SAID if getattr(found, name)}
    conn.execute(update(revision).where(revision.c.id == revision_id).values(**values))


def get(conn: Connection, revision_id: int) -> Revision | None:
    """Return a revision by its id, or None."""
    row = conn.execute(select(revision).where(revision.c.id == revision_id)).mappings().first()
    return noun(Revision, row) if row else None


def numbered(conn: Connection, document_id: int, number: int) -> Revision | None:
    """Return a document's revision by its number, or None."""
    which = (revision.c.document_id == document_id) & (revision.c.number == number)
    row = conn.execute(select(revision).where(which)).mappings().first()
    return noun(Revision, row) if row else None


def by_fingerprint(conn: Connection, document_id: int, fingerprint: str) -> Revision | None:
    """Return a document's revision with that fingerprint, or None."""
    which = (revision.c.document_id == document_id) & (revision.c.fingerprint == fingerprint)
    row = conn.execute(select(revision).where(which)).mappings().first()
    return noun(Revision, row) if row else None


def documents_read(conn: Connection, outlet: str | None, reader: str | None) -> list[int]:
    """Return the documents whose current text was read from the web, by number; with `reader` by any other than it."""
    statement = select(document.c.id).join(revision, revision.c.id == document.c.revision_id)
    statement = statement.where(revision.c.origin == Origin.WEB)
    if outlet is not None:
        statement = statement.where(document.c.outlet == outlet)
    if reader is not None:
        theirs = revision.c.extractor.startswith(f"{reader} ", autoescape=True)
        statement = statement.where(~func.coalesce(theirs, False))
    return list(conn.execute(statement.order_by(document.c.id)).scalars())


def newest(conn: Connection, document_id: int, limit: int) -> tuple[Revision, ...]:
    """Return a document's newest revisions, newest first."""
    statement = select(revision).where(revision.c.document_id == document_id).order_by(revision.c.number.desc())
    return tuple(noun(Revision, row) for row in conn.execute(statement.limit(limit)).mappings())


def first_seen_at(conn: Connection, document_id: int) -> datetime | None:
    """Return when a text of the live page was first seen, or None."""
    which = (revision.c.document_id == document_id) & (revision.c.origin == Origin.WEB)
    return conn.execute(select(func.min(revision.c.first_seen_at)).where(which)).scalar()


def of_document(conn: Connection, document_id: int) -> tuple[Revision, ...]:
    """Return a document's revisions, first first."""
    statement = select(revision).where(revision.c.document_id == document_id).order_by(revision.c.number)
    return tuple(noun(Revision, row) for row in conn.execute(statement).mappings())


def count(conn: Connection) -> int:
    """Count all revisions."""
    return conn.execute(select(func.count()).select_from(revision)).scalar_one()
