"""Changes: the steps between revisions, and of state."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, Select, bindparam, func, insert, select, update

from monitor.answers import ChangeView
from monitor.model import Change, ChangeKind, Document
from monitor.store import documents
from monitor.store.schema import capture, change, document, revision
from monitor.store.types import columns_of, noun

NO_EDITS = (ChangeKind.FURNITURE, ChangeKind.REEXTRACTED)  # told only to who asks for them
# What ends the time in which an article's text stands.
ENDS = (*(ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.VARIANT), ChangeKind.REMOVED)


def add(conn: Connection, new: Change) -> int:
    """Append a change; return its number."""
    made = conn.execute(insert(change).values(**columns_of(new))).inserted_primary_key
    assert made is not None
    return int(made[0])


def set_fields(conn: Connection, change_id: int, /, **values: Any) -> None:
    """Change columns of a change: how it stands, or how it is judged now."""
    conn.execute(update(change).where(change.c.id == change_id).values(**values))


def last_of(conn: Connection, document_id: int, kinds: Iterable[ChangeKind]) -> Change | None:
    """Return a document's newest change of these kinds, or None."""
    return next(iter(newest_of(conn, document_id, kinds, 1)), None)


def newest_of(conn: Connection, document_id: int, kinds: Iterable[ChangeKind], limit: int) -> tuple[Change, ...]:
    """Return a document's newest changes of these kinds, newest first."""
    statement = select(change).where(change.c.document_id == document_id, change.c.kind.in_(tuple(kinds)))
    rows = conn.execute(statement.order_by(change.c.at.desc(), change.c.id.desc()).limit(limit)).mappings()
    return tuple(noun(Change, row) for row in rows)


def of_document(conn: Connection, document_id: int) -> tuple[Change, ...]:
    """Return a document's changes, first first."""
    statement = select(change).where(change.c.document_id == document_id).order_by(change.c.at, change.c.id)
    return tuple(noun(Change, row) for row in conn.execute(statement).mappings())


def listed(
    conn: Connection,
    since: datetime | None = None,
    outlet: str | None = None,
    kind: ChangeKind | None = None,
    limit: int = 100,
    without: Iterable[ChangeKind] = (),
    at_least: float = 0.0,
) -> tuple[ChangeView, ...]:
    """Return changes with their documents, newest first, without those of some kinds or of less weight."""
    statement = _narrowed(select(change), since, outlet).where(change.c.significance >= at_least)
    if kind is not None:
        statement = statement.where(change.c.kind == kind)
    statement = statement.where(change.c.kind.not_in(tuple(without)))
    rows = conn.execute(statement.order_by(change.c.at.desc(), change.c.id.desc()).limit(limit)).mappings().all()
    about = documents.by_ids(conn, [row["document_id"] for row in rows])
    return tuple(seen(conn, noun(Change, row), about[row["document_id"]]) for row in rows)


def tally(conn: Connection, since: datetime | None, outlet: str | None) -> dict[ChangeKind, int]:
    """Count changes by kind."""
    counted = _narrowed(select(change.c.kind, func.count()), since, outlet).group_by(change.c.kind)
    return {row[0]: row[1] for row in conn.execute(counted)}


def _narrowed(statement: Select[Any], since: datetime | None, outlet: str | None) -> Select[Any]:
    if since is not None:
        statement = statement.where(change.c.at >= since)
    if outlet is not None:
        statement = statement.join(document, document.c.id == change.c.document_id)
        statement = statement.where(document.c.outlet == outlet)
    return statement


# Made once: a page shows dozens of changes, and to make these statements takes longer than SQLite takes to run them.
_OF: BindParameter[int] = bindparam("of")
_LATER = (change.c.at > bindparam("at")) | ((change.c.at == bindparam("at")) & (change.c.id > bindparam("number")))
_UNTIL = (
    select(func.coalesce(change.c.earlier_seen_at, change.c.at))
    .where(change.c.document_id == _OF, _LATER, change.c.kind.in_(ENDS))
    .order_by(change.c.at, change.c.id)
    .limit(1)
)
_SHOWN = select(func.count(), func.max(capture.c.captured_at)).where(
    capture.c.document_id == _OF, capture.c.revision_id.is_not(None), capture.c.captured_at > bindparam("since")
)
_SHOWN_UNTIL = _SHOWN.where(capture.c.captured_at <= bindparam("until"))
_TITLES = select(revision.c.number, revision.c.title).where(
    revision.c.document_id == _OF, revision.c.number.in_(bindparam("numbers", expanding=True))
)


def seen(conn: Connection, one: Change, about: Document) -> ChangeView:
    """Return a change with how many captures show the text that it brought: all until the next claim of another."""
    if one.to_revision is None:
        return ChangeView(one, about)
    # By time: what an import added to the past has a number higher than what followed it.
    until = conn.execute(_UNTIL, {"of": one.document_id, "at": one.at, "number": one.id}).scalar()
    asked = {"of": one.document_id, "since": one.earlier_seen_at or one.at}
    bounded = (_SHOWN, asked) if until is None else (_SHOWN_UNTIL, asked | {"until": until})
    count, last = conn.execute(*bounded).one()
    return ChangeView(one, about, count, last, _headlines(conn, one))


def _headlines(conn: Connection, one: Change) -> tuple[str, str] | None:
    numbers = (one.from_revision, one.to_revision)
    rows = conn.execute(_TITLES, {"of": one.document_id, "numbers": numbers})
    titles = {row.number: row.title for row in rows}
    before, after = (titles.get(number) for number in numbers)
    return (before, after) if before and after and before != after else None


def count(conn: Connection) -> int:
    """Count all changes."""
    return conn.execute(select(func.count()).select_from(change)).scalar_one()
