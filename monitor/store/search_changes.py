"""Find changes by their words and by fields, the same on both databases."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from monitor.answers import ChangeView, DocumentFilter
from monitor.core.query import Query
from monitor.model import Change, Field, Standing
from monitor.store import changes, conditions, documents
from monitor.store.fitting import fitting
from monitor.store.schema import change, document, revision
from monitor.store.types import noun


def changes_found(
    conn: Connection,
    words: Query | None,
    which: DocumentFilter,
    *,
    after_id: int,
    until_id: int,
    limit: int,
    all_kinds: bool = False,
) -> tuple[ChangeView, ...]:
    """Return the changes that fit with numbers beyond `after_id`, up to `until_id`; at most `limit`, ascending.

    As for `changes.found`, but by number, so that nothing is told twice or left out.
    """
    statement = _changes(conn, words, which, all_kinds).where(change.c.id > after_id, change.c.id <= until_id)
    return _views(conn, statement.order_by(change.c.id).limit(limit))


def changes_newest(
    conn: Connection,
    words: Query | None,
    which: DocumentFilter,
    *,
    between: tuple[datetime | None, datetime | None] = (None, None),
    at_least: float = 0.0,
    all_kinds: bool = False,
    after: tuple[datetime, int] | None = None,
    standing: bool = False,
) -> tuple[ChangeView, ...]:
    """Return at most `which.limit` changes that fit, newest first; see `Archive.find_changes`.

    With `standing` those that were seen once only, and flickers, are left out.
    """
    since, until = between
    statement = _changes(conn, words, which, all_kinds)
    if standing:
        statement = statement.where(or_(change.c.standing.is_(None), change.c.standing == Standing.CONFIRMED))
    if since is not None:
        statement = statement.where(change.c.at >= since)
    if until is not None:
        statement = statement.where(change.c.at <= until)
    if at_least > 0:
        statement = statement.where(change.c.significance >= at_least)
    if after is not None:
        at, number = after
        statement = statement.where(or_(change.c.at < at, and_(change.c.at == at, change.c.id < number)))
    return _views(conn, statement.order_by(change.c.at.desc(), change.c.id.desc()).limit(which.limit))


def _changes(conn: Connection, words: Query | None, which: DocumentFilter, all_kinds: bool) -> Select[Any]:
    """Select the changes that fit: what is said of changes has to hold of the change itself."""
    mine = [one for one in which.conditions if one.field in conditions.OF_CHANGES]
    others = tuple(one for one in which.conditions if one not in mine)
    statement = select(change).join(document, document.c.id == change.c.document_id)
    statement = documents.filtered(statement, replace(which, conditions=others))
    for one in mine:
        holds = conditions.of_change(one)
        statement = statement.where(~holds if one.denied else holds)
    if not all_kinds and not any(one.field is Field.KIND and not one.denied for one in mine):
        statement = statement.where(change.c.kind.not_in(changes.NO_EDITS))
    return statement if words is None else fitting(conn, statement, words, _brought())


def _brought() -> ColumnElement[Any]:
    """Return the revision whose text a change brought, or the one that stood when the state changed: the current."""
    number = (revision.c.document_id == change.c.document_id) & (revision.c.number == change.c.to_revision)
    return func.coalesce(select(revision.c.id).where(number).scalar_subquery(), document.c.revision_id)


def _views(conn: Connection, statement: Select[Any]) -> tuple[ChangeView, ...]:
    rows = conn.execute(statement).mappings().all()
    about = documents.by_ids(conn, [row["document_id"] for row in rows])
    return changes.seen_all(conn, [noun(Change, row) for row in rows], about)
