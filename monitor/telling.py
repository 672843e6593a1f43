"""The nouns of what is told to people and programs, and of who may ask. Import them from `model`, with the others."""

from dataclasses import dataclass
from datetime import datetime

from monitor.kinds import AlertAbout, AlertPace, NotificationState, TokenScope


@dataclass(frozen=True, slots=True)
class Alert:
    """A rule: what is told (`query`, in the language of the search), to which `channels`, and how soon.

    These are named in the configuration (alerts.channels), since their addresses carry secrets. Every change, or
    every first text, up to the number `position` was looked at. `digest_at` is when those that are gathered are told.
    """

    name: str
    query: str
    about: AlertAbout
    channels: tuple[str, ...]
    id: int = 0
    pace: AlertPace = AlertPace.AT_ONCE
    made_at: datetime | None = None
    paused_at: datetime | None = None
    position: int = 0
    digest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Notification:
    """Something to tell someone: a row of the outbox. `key` is unique, so that nothing is told twice.

    It is about a change, a document that is new, or an alarm. Those told in one message share its `message_id`.
    """

    key: str
    alert_id: int
    channel: str
    made_at: datetime
    state: NotificationState
    id: int = 0
    change_id: int | None = None
    document_id: int | None = None
    message_id: str | None = None
    attempts: int = 0
    next_try_at: datetime | None = None
    sent_at: datetime | None = None
    detail: str | None = None
    alarm_id: int | None = None


@dataclass(frozen=True, slots=True)
class Token:
    """Who may ask over the network. Only the SHA-256 of the secret is kept; the secret is shown once."""

    name: str
    scope: TokenScope
    secret_sha256: str
    made_at: datetime
    id: int = 0
    expires_at: datetime | None = None
    last_used_at: datetime | None = None
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ExportMark:
    """How far an export that is repeated has come: everything up to these numbers was written."""

    name: str
    revision_id: int
    change_id: int
    at: datetime
