"""Subscriptions: which hubs push for which sources."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, select, update

from monitor.model import SourceState, Subscription, SubscriptionState
from monitor.store import dialects
from monitor.store.schema import source, subscription
from monitor.store.types import columns_of, first, nouns


def of_source(conn: Connection, source_id: int) -> Subscription | None:
    """Return the subscription of a source, or None."""
    return _one(conn, subscription.c.source_id == source_id)


def by_token(conn: Connection, token: str, *, lock: bool = False) -> Subscription | None:
    """Return the subscription whose callback ends with a token, or None; `lock` holds it until the transaction ends."""
    return _one(conn, subscription.c.token == token, lock=lock)


def _one(conn: Connection, which: ColumnElement[bool], *, lock: bool = False) -> Subscription | None:
    statement = select(subscription).where(which)
    return first(Subscription, conn.execute(statement.with_for_update() if lock else statement))


def save(conn: Connection, one: Subscription) -> Subscription:
    """Store a subscription, in place of the one that its source had; return it with its number."""
    made = dialects.insert_new(conn, subscription, columns_of(one), ["source_id"])
    if made is not None:
        return replace(one, id=made)
    mine = subscription.c.source_id == one.source_id
    key = conn.execute(update(subscription).where(mine).values(**columns_of(one)).returning(subscription.c.id))
    return replace(one, id=key.scalar_one())


def advance(conn: Connection, seen: Subscription, planned: Subscription) -> bool:
    """Store what was planned from what was seen; False when somebody else has written meanwhile."""
    values = columns_of(planned)
    statement = update(subscription).where(subscription.c.id == seen.id, *_as_seen(seen)).values(**values)
    return conn.execute(statement).rowcount == 1


def _as_seen(seen: Subscription) -> tuple[ColumnElement[bool], ...]:
    """Name what every change of a plan changes: its time, its state, its token, or the number of attempts."""
    columns = subscription.c
    return (
        columns.renew_at.is_not_distinct_from(seen.renew_at),
        columns.state == seen.state,
        columns.token == seen.token,
        columns.failures == seen.failures,
    )


def due(conn: Connection, now: datetime, limit: int) -> tuple[Subscription, ...]:
    """Return those whose hub is to be asked, most overdue first; sources that are not polled are left to lapse."""
    wanted = subscription.c.state.in_((SubscriptionState.REQUESTED, SubscriptionState.ACTIVE))
    # Asked of each, and no join: for one, a planner may begin with a million active sources.
    state = select(source.c.state).where(source.c.id == subscription.c.source_id).scalar_subquery()
    statement = select(subscription).where(wanted, subscription.c.renew_at <= now, state == SourceState.ACTIVE)
    return nouns(
        Subscription, conn.execute(statement.order_by(subscription.c.renew_at, subscription.c.id).limit(limit))
    )


def run_out(conn: Connection, now: datetime, limit: int) -> tuple[Subscription, ...]:
    """Return active ones whose lease has run out."""
    late = (subscription.c.state == SubscriptionState.ACTIVE) & (subscription.c.lease_until <= now)
    return nouns(Subscription, conn.execute(select(subscription).where(late).order_by(subscription.c.id).limit(limit)))
