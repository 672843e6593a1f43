"""The rules of alerts: made, listed, paused, removed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from monitor.app import searching
from monitor.app.channels import notifiers
from monitor.app.context import Context
from monitor.core.alarming import kinds_of
from monitor.core.alerting import is_name
from monitor.errors import NotFoundError, UsageError
from monitor.model import Alert, AlertAbout, AlertPace, Notification
from monitor.store import alerts, outbox
from monitor.telling_answers import AlertView

NEWEST = 20  # notifications shown of one alert


async def add(
    ctx: Context, name: str, query: str, channels: Sequence[str], about: AlertAbout, pace: AlertPace
) -> AlertView:
    """Store a rule once its name, query and channels are known to be usable; it tells of nothing that is past."""
    if not is_name(name):
        raise UsageError(f"{name!r} cannot name an alert", hint="use letters, digits, '-', '_' and '.', at most 80")
    if about is AlertAbout.ALARMS:
        kinds_of(query)
    else:
        await ctx.db.read(searching.check, searching.read(ctx, query))
    known = notifiers(ctx)
    for channel in channels:
        known.check(channel)
    made_at = ctx.clock.now()
    new = Alert(name, query, about, tuple(dict.fromkeys(channels)), pace=pace, made_at=made_at)
    if await ctx.db.write(alerts.add, new) is None:
        raise UsageError(f"there is an alert {name} already", hint=f"`monitor alert remove {name}` removes it")
    return await show(ctx, name)


async def every(ctx: Context) -> tuple[AlertView, ...]:
    """Return the rules, by name."""
    return await ctx.db.read(_every)


def _every(conn: Connection) -> tuple[AlertView, ...]:
    figures = outbox.summaries(conn)
    return tuple(_view(one, figures.get(one.id, outbox.Outbox())) for one in alerts.every(conn))


async def show(ctx: Context, name: str) -> AlertView:
    """Return a rule with the newest of its outbox. Raises NotFoundError."""
    return await ctx.db.read(_show, name)


def _show(conn: Connection, name: str) -> AlertView:
    one = find(conn, name)
    figures = outbox.summaries(conn, one.id).get(one.id, outbox.Outbox())
    return _view(one, figures, outbox.newest(conn, one.id, NEWEST))


def _view(one: Alert, figures: outbox.Outbox, newest: tuple[Notification, ...] = ()) -> AlertView:
    return AlertView(
        one, figures.waiting, figures.sent, figures.failed, figures.next_try_at, figures.last_detail, newest
    )


def find(conn: Connection, name: str) -> Alert:
    """Return a rule by its name. Raises NotFoundError."""
    one = alerts.by_name(conn, name)
    if one is None:
        raise NotFoundError(f"there is no alert {name}", hint="`monitor alert list` lists them")
    return one


async def remove(ctx: Context, name: str) -> AlertView:
    """Remove a rule with its outbox; return what it was. Raises NotFoundError."""
    return await ctx.db.write(_remove, name)


def _remove(conn: Connection, name: str) -> AlertView:
    was = _show(conn, name)
    alerts.remove(conn, was.alert.id)
    return was


async def pause(ctx: Context, name: str, *, paused: bool) -> AlertView:
    """Pause a rule, or let it go on from what comes now. Raises NotFoundError."""
    return await ctx.db.write(_pause, name, ctx.clock.now() if paused else None)


def _pause(conn: Connection, name: str, paused_at: datetime | None) -> AlertView:
    """Change a rule; what it has in the outbox waits while it is paused, and is told afterwards."""
    one = find(conn, name)
    if paused_at is not None and one.paused_at is None:
        alerts.set_fields(conn, one.id, paused_at=paused_at)
    elif paused_at is None and one.paused_at is not None:
        alerts.set_fields(conn, one.id, paused_at=None, position=alerts.newest(conn, one.about))
    return _show(conn, name)


async def retry(ctx: Context, name: str) -> AlertView:
    """Try anew what was given up. Raises NotFoundError."""
    return await ctx.db.write(_retry, name, ctx.clock.now())


def _retry(conn: Connection, name: str, now: datetime) -> AlertView:
    outbox.again(conn, find(conn, name).id, now)
    return _show(conn, name)
