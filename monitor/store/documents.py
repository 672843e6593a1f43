"""Documents: the things at canonical URLs, and the texts of the corpus."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, case, func, select, update

from monitor.answers import DocumentFilter
from monitor.core.urls import page_key
from monitor.model import ChangeKind, Document, DocumentState, Origin, Standing
from monitor.store import conditions, dialects, hosts
from monitor.store.schema import change, document, entry
from monitor.store.types import UtcTime, columns_of, first, noun, nouns


def add(conn: Connection, new: Document) -> tuple[Document, bool]:
    """Add a document unless its URL is known; return it as stored and whether it is new.

    Call `hosts.refresh_due` for its host afterwards, once for many.
    """
    if new.host:
        hosts.ensure(conn, new.host)
    values = columns_of(new) | {"page_key": page_key(new.url) if new.url else None, "title_key": _title_key(new.title)}
    made = dialects.insert_new(conn, document, values, ["url"])
    if made is None:
        known = by_url(conn, new.url or "")
        assert known is not None
        return known, False
    return replace(new, id=made), True


def _title_key(title: str | None) -> str | None:
    from monitor.core.label_lines import title_key  # slow to import, and most commands only read

    return title_key(title)


# Statements that every check runs are made once: to make one takes longer than SQLite takes to run it.
_MOVED = document.c.state == DocumentState.MOVED
_BY_ID = select(document).where(document.c.id == bindparam("wanted"))
_BY_URL = select(document).where(document.c.url == bindparam("wanted"))
_BY_PAGE = select(document).where(document.c.page_key == bindparam("wanted")).order_by(_MOVED, document.c.id).limit(1)
# What was redacted stays as it is, whatever is heard of it: only store/erasing.py writes to its row.
_OPEN = document.c.state != DocumentState.REDACTED
_SET = update(document).where(document.c.id == bindparam("wanted"), _OPEN)


def get(conn: Connection, document_id: int) -> Document | None:
    """Return a document by its number, or None."""
    return _one(conn, _BY_ID, document_id)


def by_url(conn: Connection, url: str) -> Document | None:
    """Return a document by its canonical URL, or None."""
    return _one(conn, _BY_URL, url)


def by_page(conn: Connection, url: str) -> Document | None:
    """Return the document of the page at a URL, in whichever spelling it is kept; one that moved on comes last."""
    return _one(conn, _BY_PAGE, page_key(url))


def _one(conn: Connection, statement: Select[Any], wanted: int | str) -> Document | None:
    return first(Document, conn.execute(statement, {"wanted": wanted}))


_NEXT_DUE = (
    select(document)
    .where(document.c.host == bindparam("at_host"), document.c.next_check_at <= bindparam("now"))
    .order_by(document.c.next_check_at, document.c.id)
    .limit(1)
)
_NEXT_DUE_BESIDES = _NEXT_DUE.where(document.c.id.not_in(bindparam("besides", expanding=True)))


def next_due(conn: Connection, host: str, now: datetime, besides: tuple[int, ...] = ()) -> Document | None:
    """Return the document on this host that is most overdue and not among `besides`, or None."""
    statement = _NEXT_DUE_BESIDES if besides else _NEXT_DUE
    return first(Document, conn.execute(statement, {"at_host": host, "now": now, "besides": besides}))


def set_fields(conn: Connection, document_id: int, /, **values: Any) -> None:
    """Change columns of a document, unless it was redacted; `hosts.refresh_due` follows a new `next_check_at`."""
    if "url" in values:
        values["page_key"] = page_key(values["url"]) if values["url"] else None
    if "title" in values:
        values["title_key"] = _title_key(values["title"])
    conn.execute(_SET, {"wanted": document_id, **values})


def set_canonical(conn: Connection, document_id: int, url: str) -> None:
    """Note the address that a document's page calls its own."""
    conn.execute(_SET, {"wanted": document_id, "canonical_key": page_key(url)})


_KEYS: tuple[BindParameter[Any], ...] = (bindparam("page"), bindparam("named"))
_CLAIMED = (
    select(document)
    .where(document.c.page_key.in_(_KEYS) | document.c.canonical_key.in_(_KEYS), ~_MOVED)
    .order_by(document.c.id)
    .limit(20)
)


def claimed_by(conn: Connection, url: str, canonical: str | None) -> tuple[Document, ...]:
    """Return the documents at the page that a page names, those that name it, and those that name the same."""
    keys = {"page": page_key(url), "named": page_key(canonical or url)}
    return nouns(Document, conn.execute(_CLAIMED, keys))


def put_off(conn: Connection, one: Document, until: datetime, reason: str) -> None:
    """Check a document later than planned."""
    set_fields(conn, one.id, next_check_at=until, plan_reason=reason)
    hosts.refresh_due(conn, [one.host or ""])


def of_source(conn: Connection, source_id: int) -> tuple[Document, ...]:
    """Return the documents that a source told of and that have a URL, newest first."""
    told = select(entry.c.document_id).where(entry.c.source_id == source_id)
    which = (document.c.id.in_(told) | (document.c.source_id == source_id)) & document.c.url.is_not(None)
    return nouns(Document, conn.execute(select(document).where(which).order_by(document.c.id.desc())))


def listed(conn: Connection, which: DocumentFilter) -> tuple[Document, ...]:
    """Return the documents a filter lets through that have been read, newest first."""
    statement = filtered(select(document), which)
    statement = statement.order_by(document.c.newest_at.desc(), document.c.id.desc()).limit(which.limit)
    return nouns(Document, conn.execute(statement))


def filtered(statement: Select[Any], which: DocumentFilter) -> Select[Any]:
    """Narrow a statement over `document` to what a filter lets through."""
    return statement.where(*conditions.wanted(which))


_NEW = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.RESTORED)
_EDITS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.VARIANT)
_IS_NEW = change.c.kind.in_(_NEW) & (func.coalesce(change.c.standing, "") != Standing.FLICKER)
_IS_LATE = change.c.kind.in_(_EDITS) & (change.c.at >= bindparam("since", type_=UtcTime))
_EDITED = select(
    func.max(case((_IS_NEW, change.c.at))),
    func.sum(case((_IS_LATE, 1), else_=0)),
    func.min(case((_IS_LATE, change.c.at))),
).where(change.c.document_id == bindparam("wanted"))


def edited(conn: Connection, document_id: int, since: datetime) -> tuple[datetime | None, int, datetime | None]:
    """Return when a document last got a new text, or came back; how many it got since a time, and the first of these.

    What went back and forth, or came and went, is no new text; among those since that time it counts.
    """
    last, count, first = conn.execute(_EDITED, {"wanted": document_id, "since": since}).one()
    return last, int(count or 0), first


def count(conn: Connection, origin: Origin | None = None) -> int:
    """Count the documents that have been read."""
    statement = select(func.count()).select_from(document).where(document.c.revision_count > 0)
    if origin is not None:
        statement = statement.where(document.c.origin == origin)
    return conn.execute(statement).scalar_one()


def by_ids(conn: Connection, ids: Iterable[int]) -> dict[int, Document]:
    """Return documents by their numbers."""
    rows = conn.execute(select(document).where(document.c.id.in_(set(ids)))).mappings()
    return {row["id"]: noun(Document, row) for row in rows}
