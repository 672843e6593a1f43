"""Show alerts, what their outboxes hold, and what came of sending."""

from collections.abc import Sequence
from datetime import datetime

from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.text import one_line, plural
from monitor.cli.times import due, moment
from monitor.errors import SourceError
from monitor.model import Alert, Notification
from monitor.telling_answers import AlertView, Delivery
from monitor.wording import ABOUT, PACE

RULES = (
    Column("alert", style="bold"),
    Column("tells of"),
    Column("to", at_most=24),
    Column("when"),
    Column("waiting", right=True),
    Column("sent", right=True),
    Column("failed", right=True),
    Column("query", flexible=True),
)
OUTBOX = (
    Column("found"),
    Column("about"),
    Column("to"),
    Column("state"),
    Column("tries", right=True),
    Column("next"),
    Column("what was said", flexible=True, wrap=True),
)


def show_rules(screen: Screen, found: Sequence[AlertView]) -> None:
    """Show alerts, one a line, and below them what was last said where messages did not go through."""
    screen.table(RULES, [_row(one) for one in found])
    for one in found:
        if one.last_detail and (one.failed or one.waiting):
            screen.note(f"{one.alert.name}: {one.last_detail}; `monitor alert show {one.alert.name}` has more")


def _row(view: AlertView) -> tuple[object, ...]:
    rule = view.alert
    to = ", ".join(rule.channels) or "feed only"
    return rule.name, f"{ABOUT[rule.about]}s", to, _pace(rule), view.waiting, view.sent, view.failed, rule.query


def _pace(rule: Alert) -> str:
    return "paused" if rule.paused_at else PACE[rule.pace]


def show_rule(screen: Screen, view: AlertView, now: datetime) -> None:
    """Show one alert with the newest of its outbox, oldest first."""
    show_rules(screen, [view])
    if view.newest:
        screen.line()
        screen.table(OUTBOX, [_told(one, now) for one in reversed(view.newest)])
    if view.failed:
        screen.hint(f"alert retry {view.alert.name}", f"alert test {view.alert.name}")


def _told(one: Notification, now: datetime) -> tuple[object, ...]:
    about = f"change {one.change_id}" if one.change_id else f"document {one.document_id}"
    about = f"alarm {one.alarm_id}" if one.alarm_id else about
    held = one.next_try_at is None and one.sent_at is None and not one.attempts
    state = "held until seen again" if held else str(one.state)
    after = moment(one.sent_at) if one.sent_at else due(one.next_try_at, now)
    return moment(one.made_at), about, one.channel, state, one.attempts or "", after, one.detail


def show_deliveries(screen: Screen, sent: Sequence[Delivery]) -> None:
    """Show what came of each message."""
    for one in sent:
        told = f"{plural(one.notifications, 'item')}, message {one.message_id}"
        screen.line(one_line(f"{one.channel}: {'sent' if one.sent else 'failed'} ({told}): {one.detail or ''}"))


def fail_where_needed(sent: Sequence[Delivery]) -> None:
    """Raise SourceError where a channel did not take a message."""
    failed = [one for one in sent if not one.sent]
    if failed:
        told = "\n".join(f"{one.channel}: {one.detail}" for one in failed)
        raise SourceError(told, hint="what is sent to these channels is tried again, up to alerts.tries times")
