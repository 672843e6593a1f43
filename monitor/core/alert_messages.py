"""Put what an alert tells into words: subject, text, and the JSON that webhooks carry. Nothing in it is ever markup."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from string import Template

from monitor.core.alert_wording import Item, headline, links, listed, one_line
from monitor.core.json_lines import json_line
from monitor.model import Alarm, Alert, ChangeKind, Document
from monitor.wording import ABOUT, counted

LONGEST_SUBJECT = 200
SUBJECT = "$alert: $what"
BODY = "$items\n$rest-- \n$what fit the alert $alert: $query\nmessage $message"
_NOTHING = "nothing fits it yet\n"
# What chats act on although it came as plain text: calls to everybody, references, and links in Markdown.
_CALLING = re.compile(r"@(?=\w)|<(?=[!@#/a-zA-Z])|\](?=\()")


@dataclass(frozen=True, slots=True)
class Style:
    """How messages are made: the operator's templates, where set, and `base_url`, where the page is, if anywhere."""

    subject: str = ""
    body: str = ""
    base_url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """What one channel is sent. `id` stays the same however often it is sent; `items` are listed, `more` only counted.

    `at` is when the newest of what it tells was found.
    """

    id: str
    alert: Alert
    items: tuple[Item, ...]
    more: int
    at: datetime
    subject: str
    text: str
    test: bool = False
    base_url: str = ""


def message(
    alert: Alert,
    items: Sequence[Item],
    more: int,
    message_id: str,
    at: datetime,
    style: Style,
    *,
    test: bool = False,
) -> Message:
    """Return the message that tells of these items, in the order given, and counts `more`."""
    values = {
        "alert": one_line(alert.name),
        "query": one_line(alert.query) or "everything",
        "what": counted(len(items) + more, ABOUT[alert.about]),
        "number": str(len(items) + more),
        "headline": headline(items[0]) if items else "",
        "items": "\n".join(listed(number, one, style.base_url) for number, one in enumerate(items, 1)) or _NOTHING,
        "rest": f"and {more:,} more\n\n" if more else "",
        "message": message_id,
        "link": f"{style.base_url}/alerts" if style.base_url else "",
    }
    mark = "[test] " if test else ""
    note = "This is a test: it shows what the alert would have told of last.\n\n" if test else ""
    subject = one_line(mark + Template(style.subject or SUBJECT).substitute(values), LONGEST_SUBJECT)
    text = note + Template(style.body or BODY).substitute(values)
    return Message(message_id, alert, tuple(items), more, at, subject, text, test, style.base_url)


def weightiest(items: Sequence[Item], most: int) -> tuple[Item, ...]:
    """Return at most so many of the items, in their order: the changes that weigh most, the documents that came last.

    Who reads a digest of a thousand changes should not find the first fifty in it.
    """
    ranked = sorted(enumerate(items), key=lambda one: (_weight(one[1]), one[0]), reverse=True)
    return tuple(item for _, item in sorted(ranked[:most], key=lambda one: one[0]))


def _weight(item: Item) -> float:
    if isinstance(item, Document | Alarm):
        return 0.0
    return 1.0 if item.change.kind is ChangeKind.REMOVED else item.change.significance


def for_chat(text: str) -> str:
    """Return a text that no chat takes for a call to everybody (`@here`, `<!channel>`), a reference or a link.

    A zero-width space keeps such characters from the next one; who reads it sees no difference.
    """
    return _CALLING.sub(lambda found: f"{found[0]}\u200b", text)


def json_body(told: Message) -> bytes:
    """Return the body of a webhook: `type`, `timestamp` and `data`, as Standard Webhooks recommends.

    The items are what `--json` prints, each with its links; times are ISO 8601 with Z.
    """
    alert = told.alert
    data = {
        "alert": alert.name,
        "query": alert.query,
        "test": told.test,
        "message": told.id,
        "items": [{**_fields(one), "links": dict(links(one, told.base_url))} for one in told.items],
        "more": told.more,
    }
    return json_line({"type": f"monitor.{alert.about}", "timestamp": told.at, "data": data}).rstrip("\n").encode()


def _fields(item: Item) -> dict[str, object]:
    if isinstance(item, Alarm):
        return {"alarm": item}
    if isinstance(item, Document):
        return {"document": item}
    return {
        "change": item.change,
        "document": item.document,
        "seen": item.seen,
        "last_seen_at": item.last_seen_at,
        "headlines": item.headlines,
    }
