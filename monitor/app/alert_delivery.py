"""Deliver the outbox: claimed with a lease, sent, and called sent only once the channel said so.

A message is sent again with the same id where that is not known: the program ended, or the database could not be
written, between the channel's answer and its record; the channel took it and its answer did not arrive in time; or it
went to several receivers of one channel and not to all.
"""

import asyncio
import random
from collections import defaultdict
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from sqlalchemy import Connection

from monitor.answers import ChangeView
from monitor.app import alert_rules, searching
from monitor.app.channels import notifiers
from monitor.app.context import Context
from monitor.core.alarming import kinds_of
from monitor.core.alert_messages import Message, Style, message
from monitor.core.alerting import Receipt, RetryPolicy, Step, Told, after_try, told
from monitor.model import Alarm, Alert, AlertAbout, Document, DocumentState, Notification, NotificationState, Order
from monitor.store import alarms, alerts, outbox, ranking, search
from monitor.telling_answers import Delivery

if TYPE_CHECKING:
    from monitor.edges.notifiers import Notifiers

log = structlog.get_logger(__name__)

LEASE = timedelta(minutes=5)  # well beyond the minute that a channel is given
AT_ONCE = 16  # channels sent to at the same time, each one message after the other
A_RUN = 20  # messages of one alert to one channel in a run
WHOLE = 5_000  # notifications that one message to a person gathers
SHOWN = 5  # changes or documents in a test

Item = ChangeView | Document | Alarm


async def deliver(ctx: Context, busy: set[str]) -> tuple[Delivery, ...]:
    """Send what is due, one channel beside the other; return what came of each message.

    `busy` are the channels that are being sent to: a further run, while one of them is slow, leaves them out.
    """
    groups: defaultdict[str, list[int]] = defaultdict(list)
    for alert_id, channel in await ctx.db.read(outbox.due, ctx.clock.now()):
        groups[channel].append(alert_id)
    free = [channel for channel in groups if channel not in busy][: max(0, AT_ONCE - len(busy))]
    if not free:
        return ()
    sender = notifiers(ctx)
    busy.update(free)
    done = await asyncio.gather(*(_empty(ctx, sender, channel, groups[channel], busy) for channel in free))
    return tuple(one for some in done for one in some)


async def _empty(
    ctx: Context, sender: "Notifiers", channel: str, alert_ids: list[int], busy: set[str]
) -> list[Delivery]:
    """Send what is due to one channel, until it fails: then what else it should be told can wait as well."""
    done: list[Delivery] = []
    try:
        for alert_id in alert_ids:
            for _ in range(A_RUN):
                delivery = await _send(ctx, sender, alert_id, channel)
                if delivery is None:
                    break
                done.append(delivery)
                if not delivery.sent:
                    return done
    finally:
        busy.discard(channel)
    return done


async def _send(ctx: Context, sender: "Notifiers", alert_id: int, channel: str) -> Delivery | None:
    """Send one message of an alert to a channel; None where there is none."""
    now, most = ctx.clock.now(), ctx.settings.alerts.most
    gathered = most if sender.takes_all(channel) else WHOLE
    notes = await ctx.db.write(outbox.claim, alert_id, channel, now, now + LEASE, new_id(), gathered)
    if not notes:
        return None
    rule, items, more = await ctx.db.read(_about, notes, most)
    if rule is None or not items:
        await ctx.db.write(outbox.drop, [one.id for one in notes])  # no longer to be told
        return None
    first = notes[0]
    at = max(one.made_at for one in notes)
    receipt = await sender.send(channel, message(rule, items, more, first.message_id or "", at, _style(ctx)))
    step = after_try(receipt, first.attempts, ctx.clock.now(), _policy(ctx), random.random())
    await ctx.db.write(outbox.settle, first.message_id or "", first.attempts, step, ctx.clock.now())
    _tell(rule, first, step)
    return Delivery(rule.name, channel, first.message_id or "", len(notes), receipt.sent, receipt.detail)


def _about(conn: Connection, notes: tuple[Notification, ...], most: int) -> tuple[Alert | None, tuple[Item, ...], int]:
    items, more = outbox.items(conn, notes, most)
    return alerts.get(conn, notes[0].alert_id), items, more


def _tell(rule: Alert, one: Notification, step: Step) -> None:
    about = {"alert": rule.name, "channel": one.channel, "message": one.message_id}
    if step.state is NotificationState.SENT:
        log.info("alert.sent", **about)
    elif step.state is NotificationState.FAILED:
        log.error("alert.failed", **about, error=step.detail, attempts=one.attempts)
    else:
        log.warning("alert.delayed", **about, error=step.detail, attempts=one.attempts, next=_time(step.next_try_at))


def _time(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


def _policy(ctx: Context) -> RetryPolicy:
    return RetryPolicy(tries=ctx.settings.alerts.tries)


def _style(ctx: Context) -> Style:
    web, told = ctx.settings.web, ctx.settings.alerts
    base_url = web.public_url.rstrip("/") or (f"http://{web.listen}" if web.listen else "")
    return Style(told.subject, told.body, base_url)


def new_id() -> str:
    """Return a new id of a message."""
    return f"msg_{uuid4().hex}"


async def test(ctx: Context, name: str) -> tuple[Delivery, ...]:
    """Send what a rule would have told of last to its channels, marked as a test; nothing of it is recorded."""
    rule = await ctx.db.read(alert_rules.find, name)
    items = await latest(ctx, rule, SHOWN)
    sender, at = notifiers(ctx), ctx.clock.now()
    told = [message(rule, items, 0, new_id(), at, _style(ctx), test=True) for _ in rule.channels]
    receipts = await asyncio.gather(*(sender.send(*one) for one in zip(rule.channels, told, strict=True)))
    return tuple(_tested(*one) for one in zip(rule.channels, told, receipts, strict=True))


def _tested(channel: str, told: Message, receipt: Receipt) -> Delivery:
    detail = "a test" if receipt.sent else receipt.detail
    return Delivery(told.alert.name, channel, told.id, len(told.items), receipt.sent, detail)


async def would_tell(ctx: Context, query: str, most: int) -> tuple[Item, ...]:
    """Return the changes that an alert with this query would have told of last. Raises UsageError."""
    await ctx.db.read(searching.check, searching.read(ctx, query))
    return await latest(ctx, Alert("", query, AlertAbout.CHANGES, ()), most)


async def latest(ctx: Context, rule: Alert, most: int) -> tuple[Item, ...]:
    """Return what a rule told of last, or would have: newest first, also what came before it was made."""
    if rule.about is AlertAbout.ALARMS:
        return await ctx.db.read(alarms.newest, kinds_of(rule.query), most)
    return await ctx.db.read(_latest, rule, searching.read(ctx, rule.query), most)


def _latest(conn: Connection, rule: Alert, asked: searching.Asked, most: int) -> tuple[Item, ...]:
    which = replace(asked.which, limit=2 * most)  # some may be of redacted documents, or no changes after all
    if rule.about is AlertAbout.CHANGES:
        views = search.changes_newest(conn, asked.words, which, standing=True)
        return tuple(one for one in views if told(one.change, one.document) is Told.NOW)[:most]
    found = search.find(conn, asked.words, which, ranking.How(Order.NEWEST))
    return tuple(one.document for one in found if one.document.state is not DocumentState.REDACTED)[:most]
