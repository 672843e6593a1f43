"""Gather what rules fit into the outbox: nothing lost, nothing twice, also when killed in between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection

from monitor.app import searching
from monitor.app.context import Context
from monitor.app.searching import Asked
from monitor.core.alerting import Told, due_at, key_of, told
from monitor.errors import DatabaseBusyError, UsageError
from monitor.model import Alert, AlertAbout, Change, Document, Notification, NotificationState
from monitor.store import alerts, outbox, search

log = structlog.get_logger(__name__)

KEPT = timedelta(days=180)  # how long it is known that something was told
FORGOTTEN = 10_000  # of it at most in a turn of the upkeep
LOOKED_AT = (AlertAbout.CHANGES, AlertAbout.DOCUMENTS)
BATCH = 200  # changes or documents that a rule fits, looked at in one transaction


async def gather(ctx: Context, unread: set[str]) -> int:
    """Put what fits the rules and came since into the outbox; return how many notifications can be sent that could not.

    `unread` are the rules that could not be read before, so that each is told of once.
    """
    every = [one for one in await ctx.db.read(alerts.every) if one.channels and one.paused_at is None]
    # Alarms are put into the outbox as they begin and end (app/alarms.py).
    rules = [one for one in every if one.about is not AlertAbout.ALARMS]
    if not rules:
        return 0
    ready = await _release(ctx)
    newest = await ctx.db.read(_newest)
    behind = [one for one in rules if one.position < newest[one.about]]
    if not behind:
        return ready
    for about in LOOKED_AT:
        if some := [one for one in behind if one.about is about]:
            until = await _settled(ctx, about)
            ready += sum([await _look(ctx, one, until, unread) for one in some])
    return ready


async def _settled(ctx: Context, about: AlertAbout) -> int:
    try:
        return await ctx.db.write(alerts.settled, about)
    except DatabaseBusyError:
        log.debug("alert.postponed")  # somebody writes for long; the positions stay, and the next round looks again
        return 0


def _newest(conn: Connection) -> dict[AlertAbout, int]:
    return {about: alerts.newest(conn, about) for about in LOOKED_AT}


async def _release(ctx: Context) -> int:
    """Decide about what was held until its change was seen again; return how many can be sent now."""
    ready = 0
    while found := await ctx.db.read(outbox.held, BATCH):
        ready += await ctx.db.write(_released, found, ctx.clock.now())
    return ready


def _released(conn: Connection, found: tuple[tuple[Notification, Change, Document, Alert], ...], now: datetime) -> int:
    ready = 0
    for note, change, document, rule in found:
        if told(change, document) is Told.NOW:
            ready += outbox.release(conn, note.id, due_at(rule.pace, now))
        else:
            outbox.drop(conn, [note.id])
    return ready


async def _look(ctx: Context, rule: Alert, until: int, unread: set[str]) -> int:
    """Look at what lies between a rule's position and `until`, in batches; return how many can be sent."""
    try:
        asked = searching.read(ctx, rule.query)
    except UsageError as error:
        if rule.name not in unread:
            unread.add(rule.name)
            log.error("alert.unreadable", alert=rule.name, error=str(error), hint=error.hint)
        return 0
    unread.discard(rule.name)
    ready = 0
    while rule.position < until:
        now = ctx.clock.now()
        position, found = await ctx.db.read(_batch, rule, asked, until, now)
        digest_at = max((one.next_try_at for one in found if one.next_try_at), default=None)
        if await ctx.db.write(outbox.queue, rule, position, found, digest_at) is None:
            break  # another daemon was first, or the rule was paused or removed
        ready += sum(one.next_try_at is not None for one in found)
        rule = replace(rule, position=position)
    return ready


def _batch(
    conn: Connection, rule: Alert, asked: Asked, until: int, now: datetime
) -> tuple[int, tuple[Notification, ...]]:
    """Return what a rule fits next, and the position after it: the last of a full batch, or else the end."""
    if rule.about is AlertAbout.CHANGES:
        return _changes(conn, rule, asked, until, now)
    found = alerts.first_texts(
        conn, asked.words, asked.which, after=rule.position, until=until, limit=BATCH
    )  # fmt: skip
    notes = [
        Notification(
            key_of(rule.id, channel, document_id=document.id),
            rule.id,
            channel,
            now,
            NotificationState.WAITING,
            document_id=document.id,
            next_try_at=due_at(rule.pace, now),
        )
        for _, document in found
        for channel in rule.channels
    ]
    return found[-1][0] if len(found) == BATCH else until, tuple(notes)


def _changes(
    conn: Connection, rule: Alert, asked: Asked, until: int, now: datetime
) -> tuple[int, tuple[Notification, ...]]:
    found = search.changes_found(
        conn, asked.words, asked.which, after_id=rule.position, until_id=until, limit=BATCH
    )  # fmt: skip
    notes = tuple(note for view in found for note in _notes(rule, view.change, view.document, now))
    return found[-1].change.id if len(found) == BATCH else until, notes


def _notes(rule: Alert, change: Change, document: Document, now: datetime) -> Iterator[Notification]:
    """Yield the notifications of a change, one for each channel; held where it has to be seen again first."""
    when = told(change, document)
    if when is Told.NEVER:
        return
    at = due_at(rule.pace, now) if when is Told.NOW else None
    for channel in rule.channels:
        key = key_of(rule.id, channel, change_id=change.id)
        waiting = NotificationState.WAITING
        yield Notification(key, rule.id, channel, now, waiting, change_id=change.id, next_try_at=at)


async def forget_old(ctx: Context) -> int:
    """Forget what was told long ago, or the outbox grows for ever; no rule looks at it a second time."""
    return await ctx.db.write(outbox.forget, ctx.clock.now() - KEPT, FORGOTTEN)
