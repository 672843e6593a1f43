"""How often the text that a change brought was seen, and the headlines before and after; of many changes at once."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, bindparam, func, literal, literal_column, or_, select

from monitor.answers import ChangeView
from monitor.model import Change, ChangeKind, Document
from monitor.store.schema import capture, change, revision
from monitor.store.types import UtcTime

# What ends the time in which an article's text stands.
ENDS = (*(ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.VARIANT), ChangeKind.REMOVED)
_AT_ONCE = 500  # changes
_NEVER = datetime.max.replace(tzinfo=UTC)


def seen(conn: Connection, one: Change, about: Document) -> ChangeView:
    """Return a stored change with how many captures show the text that it brought."""
    return seen_all(conn, [one], {one.document_id: about})[0]


def seen_all(conn: Connection, some: Sequence[Change], about: Mapping[int, Document]) -> tuple[ChangeView, ...]:
    """Return stored changes, in their order, with how many captures show the texts that they brought.

    That is all captures until the next claim of another text. One statement for all: a page shows dozens of changes.
    """
    brought = [one.id for one in some if one.to_revision is not None]
    found: dict[int, Row[Any]] = {}
    for start in range(0, len(brought), _AT_ONCE):
        rows = conn.execute(_SEEN, {"numbers": brought[start : start + _AT_ONCE]})
        found.update((row.id, row) for row in rows)
    return tuple(_view(one, about[one.document_id], found.get(one.id)) for one in some)


def _view(one: Change, about: Document, row: Row[Any] | None) -> ChangeView:
    if row is None:
        return ChangeView(one, about)
    headlines = (row.before, row.after) if row.before and row.after and row.before != row.after else None
    return ChangeView(one, about, row.times, row.last, headlines)


def _title(number: ColumnElement[Any]) -> ColumnElement[Any]:
    of = (revision.c.document_id == change.c.document_id) & (revision.c.number == number)
    return select(revision.c.title).where(of).scalar_subquery()


_later = change.alias("later")
_UNTIL = (
    select(func.coalesce(_later.c.earlier_seen_at, _later.c.at))
    .where(
        _later.c.document_id == change.c.document_id,
        # By time: what an import added to the past has a number higher than what followed it.
        or_(_later.c.at > change.c.at, and_(_later.c.at == change.c.at, _later.c.id > change.c.id)),
        _later.c.kind.in_(ENDS),
    )
    .order_by(_later.c.at, _later.c.id)
    .limit(1)
)
_BROUGHT = (
    select(
        *(change.c.id, change.c.document_id),
        func.coalesce(change.c.earlier_seen_at, change.c.at).label("since"),
        _UNTIL.scalar_subquery().label("until"),
        _title(change.c.from_revision).label("before"),
        _title(change.c.to_revision).label("after"),
    )
    .where(change.c.id.in_(bindparam("numbers", expanding=True)))
    .offset(literal_column("0"))  # so that each of these is looked up once, and not for every capture
    .subquery("brought")
)
_SHOWS = and_(
    *(capture.c.document_id == _BROUGHT.c.document_id, capture.c.revision_id.is_not(None)),
    capture.c.captured_at > _BROUGHT.c.since,
    capture.c.captured_at <= func.coalesce(_BROUGHT.c.until, literal(_NEVER, UtcTime)),
)
_ONE = (_BROUGHT.c.id, _BROUGHT.c.before, _BROUGHT.c.after)
_SEEN = (
    select(*_ONE, func.count(capture.c.id).label("times"), func.max(capture.c.captured_at).label("last"))
    .select_from(_BROUGHT.outerjoin(capture, _SHOWS))
    .group_by(*_ONE)
)
