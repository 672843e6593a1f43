"""What the planning of rechecks goes by: the ages at which an outlet edits, and how much a host is asked for."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import ColumnElement, Connection, case, func, select

from monitor.core.edit_ages import EditAge
from monitor.model import ChangeKind, Document, DocumentState, Origin, Standing
from monitor.store.schema import change, document

EDITS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH)
LOOKING_BACK = timedelta(days=90)
NEWEST = 2000  # documents, and as many edits, of one outlet; more teach no more


def edit_ages(conn: Connection, one: Document, now: datetime) -> tuple[EditAge, ...]:
    """Return how old texts were when they were edited, of the outlet of a document, or of its host without one.

    Of documents first seen in the last 90 days; only edits that a later check confirmed. An age counts from when the
    text came, as that of the ladder does: from first sight, or from the edit before.
    """
    ours = document.c.outlet == one.outlet if one.outlet else document.c.host == one.host
    which = ours & (document.c.origin == Origin.WEB) & (document.c.first_seen_at >= now - LOOKING_BACK)
    some = select(document.c.id, document.c.first_seen_at).where(which)
    some_ = some.order_by(document.c.first_seen_at.desc()).limit(NEWEST).subquery()
    edits = change.c.kind.in_(EDITS) & (change.c.standing == Standing.CONFIRMED)
    statement = select(change.c.at, change.c.earlier_seen_at, change.c.stood_s, some_.c.first_seen_at)
    statement = statement.join(some_, change.c.document_id == some_.c.id).where(edits)
    return tuple(_age(*row) for row in conn.execute(statement.limit(NEWEST)))


def _age(at: datetime, seen: datetime | None, stood_s: int | None, first_seen: datetime) -> EditAge:
    by = float(stood_s) if stood_s is not None else (at - first_seen).total_seconds()
    unseen = (at - seen).total_seconds() if seen is not None else by
    return EditAge(max(by - unseen, 0.0), max(by, 0.0))


def ages_on(conn: Connection, host: str, now: datetime, ladder: Sequence[float]) -> tuple[tuple[int, ...], int]:
    """Count a host's live documents that are rechecked: between each two rungs and beyond; and those missing."""
    there = document.c.missed_since.is_(None)
    rungs = [now - timedelta(seconds=rung) for rung in ladder]
    younger = [there & (document.c.first_seen_at > rung) for rung in rungs]
    counts = [_count(which) for which in (*younger, there, document.c.missed_since.is_not(None))]
    which = (document.c.host == host) & (document.c.state == DocumentState.LIVE) & document.c.next_check_at.is_not(None)
    row = conn.execute(select(*counts).where(which)).one()
    sums = [0, *(int(number or 0) for number in row[:-1])]
    return tuple(high - low for low, high in pairwise(sums)), int(row[-1] or 0)


def _count(which: ColumnElement[bool]) -> ColumnElement[Any]:
    return func.sum(case((which, 1), else_=0))
