"""Revisions: every distinct text of a document, and its words in the full-text index."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, insert, select, update

from monitor.errors import StatementError
from monitor.interfaces import Extraction
from monitor.model import DocumentState, Origin, Revision
from monitor.store.schema import document, revision
from monitor.store.types import columns_of, first, nouns

# What a page says of its text, which may be new while the text stands.
SAID = (
    *("byline", "byline_source", "published_at", "published_raw", "published_source", "published_zone"),
    *("modified_at", "modified_raw", "modified_source", "modified_zone", "section", "canonical_url", "language"),
    *("title_source", "extractor", "asides"),
)


# Statements that every check runs are made once, and those for one row write all that is to be written to it.
_EARLIER = revision.alias("earlier")
_NEXT = select(func.coalesce(func.max(_EARLIER.c.number), 0) + 1).where(_EARLIER.c.document_id == bindparam("of"))
_ADD = insert(revision).values(number=_NEXT.scalar_subquery()).returning(revision.c.id, revision.c.number)
_OPEN = document.c.state != DocumentState.REDACTED
_SET = update(document).where(document.c.id == bindparam("of"), _OPEN)
_COUNT = select(func.count()).where(revision.c.document_id == bindparam("of")).scalar_subquery()
_SET_COUNTED = _SET.values(revision_count=_COUNT)


def add(conn: Connection, new: Revision, *, current: bool = True) -> Revision:
    """Append a revision and index its words; return it numbered. It becomes the document's current one unless told.

    Raises StatementError for a document that was redacted: nothing is kept of it.
    """
    made = conn.execute(_ADD, {"of": new.document_id, **columns_of(new, "number")}).one()
    stored = replace(new, id=made.id, number=made.number)
    from monitor.store import fulltext  # slow to import, and most commands only read

    fulltext.index(conn, stored)
    counted = conn.execute(_SET_COUNTED, {"of": new.document_id, **(_standing(stored) if current else {})})
    if counted.rowcount == 0:
        raise StatementError(f"document {new.document_id} was redacted, and takes no text any more")
    return stored


def make_current(conn: Connection, one: Revision) -> None:
    """Say that a revision is what stands at its document's URL now."""
    conn.execute(_SET, {"of": one.document_id, **_standing(one)})


def hand_over(conn: Connection, one: Revision, to: int, *, current: bool) -> Revision:
    """Give a revision to another document, as its newest and, if told, its current one; return it numbered."""
    statement = update(revision).where(revision.c.id == one.id)
    number = conn.execute(_NEXT, {"of": to}).scalar_one()
    conn.execute(statement.values(document_id=to, number=number))
    moved = replace(one, document_id=to, number=number)
    conn.execute(_SET_COUNTED, {"of": to, **(_standing(moved) if current else {})})
    conn.execute(_SET_COUNTED, {"of": one.document_id})
    left = (document.c.id == one.document_id) & (document.c.revision_id == one.id)
    conn.execute(update(document).where(left).values(revision_id=None))
    return moved


def _standing(one: Revision) -> dict[str, object]:
    """Return what a document's row says of the revision that stands."""
    from monitor.core.label_lines import title_key  # slow to import, and most commands only read

    values: dict[str, object] = {"revision_id": one.id, "title": one.title, "title_key": title_key(one.title)}
    return values | {"mirrored_revision_id": None} | ({"language": one.language} if one.language else {})


_OF_WEB = (revision.c.document_id == bindparam("of")) & (revision.c.origin == Origin.WEB)
_HAS_WEB = select(revision.c.id).where(_OF_WEB).limit(1)


def has_web(conn: Connection, document_id: int) -> bool:
    """Say whether a text of the live page is kept, and not only a saved one."""
    return conn.execute(_HAS_WEB, {"of": document_id}).first() is not None


_SEEN = update(revision).where(revision.c.id == bindparam("wanted"))
_BY_ID = select(revision).where(revision.c.id == bindparam("wanted"))
_BY_FINGERPRINT = select(revision).where(
    revision.c.document_id == bindparam("of"), revision.c.fingerprint == bindparam("wanted")
)
_NEWEST = (
    select(revision)
    .where(revision.c.document_id == bindparam("of"))
    .order_by(revision.c.number.desc())
    .limit(bindparam("most"))
)


def seen(conn: Connection, revision_id: int, at: datetime, found: Extraction | None = None) -> None:
    """Say that a revision's text was found standing at that time, and what its page says of it now."""
    values: dict[str, object] = {"last_seen_at": at}
    if found is not None:
        values |= {name: getattr(found, name) for name in SAID if getattr(found, name)}
    conn.execute(_SEEN, {"wanted": revision_id, **values})


def get(conn: Connection, revision_id: int) -> Revision | None:
    """Return a revision by its id, or None."""
    return first(Revision, conn.execute(_BY_ID, {"wanted": revision_id}))


def numbered(conn: Connection, document_id: int, number: int) -> Revision | None:
    """Return a document's revision by its number, or None."""
    which = (revision.c.document_id == document_id) & (revision.c.number == number)
    return first(Revision, conn.execute(select(revision).where(which)))


def by_fingerprint(conn: Connection, document_id: int, fingerprint: str) -> Revision | None:
    """Return a document's revision with that fingerprint, or None."""
    return first(Revision, conn.execute(_BY_FINGERPRINT, {"of": document_id, "wanted": fingerprint}))


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


def ids(conn: Connection, document_id: int) -> tuple[int, ...]:
    """Return the ids of a document's revisions, first first."""
    statement = select(revision.c.id).where(revision.c.document_id == document_id).order_by(revision.c.number)
    return tuple(conn.execute(statement).scalars())


def newest(conn: Connection, document_id: int, limit: int) -> tuple[Revision, ...]:
    """Return a document's newest revisions, newest first."""
    return nouns(Revision, conn.execute(_NEWEST, {"of": document_id, "most": limit}))


def first_seen_at(conn: Connection, document_id: int) -> datetime | None:
    """Return when a text of the live page was first seen, or None."""
    which = (revision.c.document_id == document_id) & (revision.c.origin == Origin.WEB)
    return conn.execute(select(func.min(revision.c.first_seen_at)).where(which)).scalar()


def of_document(conn: Connection, document_id: int) -> tuple[Revision, ...]:
    """Return a document's revisions, first first."""
    statement = select(revision).where(revision.c.document_id == document_id).order_by(revision.c.number)
    return nouns(Revision, conn.execute(statement))


def count(conn: Connection) -> int:
    """Count all revisions."""
    return conn.execute(select(func.count()).select_from(revision)).scalar_one()
