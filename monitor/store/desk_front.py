"""What happened lately, found by indexes: the newest changes that matter, takedowns, documents."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select

from monitor.answers import ChangeView
from monitor.model import Change, ChangeKind, Document
from monitor.store import changes, documents
from monitor.store.desk_outlets import EDITS, STANDS
from monitor.store.schema import change, document
from monitor.store.types import noun

LOOKED_THROUGH = 2_000  # changes; where so many hold too few that matter, older ones are no news


def worth_reading(conn: Connection, at_least: float, limit: int) -> tuple[ChangeView, ...]:
    """Return the newest edits that weigh at least so much (0 to 1) and stand, newest first."""
    which = change.c.kind.in_(EDITS) & (change.c.significance >= at_least) & STANDS
    since = conn.execute(
        select(change.c.at).order_by(change.c.at.desc(), change.c.id.desc()).offset(LOOKED_THROUGH).limit(1)
    ).scalar()
    return _views(conn, which if since is None else which & (change.c.at > since), limit)


def of_kind(conn: Connection, kind: ChangeKind, limit: int) -> tuple[ChangeView, ...]:
    """Return the newest changes of a kind, newest first."""
    return _views(conn, change.c.kind == kind, limit)


def of_outlet(conn: Connection, key: str, since: datetime, limit: int) -> tuple[ChangeView, ...]:
    """Return the newest edits, removals and returns of an outlet's articles since then, newest first."""
    kinds = (*EDITS, ChangeKind.VARIANT, ChangeKind.REMOVED, ChangeKind.RESTORED)
    mine = select(document.c.id).where(document.c.outlet == key, document.c.id == change.c.document_id).exists()
    return _views(conn, (change.c.at >= since) & change.c.kind.in_(kinds) & mine, limit)


def newest_documents(conn: Connection, limit: int) -> tuple[Document, ...]:
    """Return the documents that were first seen last and have been read, newest first."""
    newest = select(document).where(document.c.revision_id.is_not(None))
    newest = newest.order_by(document.c.first_seen_at.desc(), document.c.id.desc()).limit(limit)
    return tuple(noun(Document, row) for row in conn.execute(newest).mappings())


def _views(conn: Connection, which: ColumnElement[bool], limit: int) -> tuple[ChangeView, ...]:
    newest = select(change).where(which).order_by(change.c.at.desc(), change.c.id.desc()).limit(limit)
    found = tuple(noun(Change, row) for row in conn.execute(newest).mappings())
    about = documents.by_ids(conn, _documents(found))
    return changes.seen_all(conn, found, about)


def _documents(found: Iterable[Change]) -> list[int]:
    return [one.document_id for one in found]
