"""The tables of what is told to people and programs, and of who may ask. See `schema`."""

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from monitor.model import AlertAbout, AlertPace, NotificationState, TokenScope
from monitor.store.tables import Key, metadata, row_id
from monitor.store.types import Strings, UtcTime, Word

alert = Table(
    "alert",
    metadata,
    row_id(),
    Column("name", String(80), nullable=False, unique=True),
    Column("query", Text, nullable=False),
    Column("about", Word(AlertAbout), nullable=False),
    Column("channels", Strings, nullable=False),
    Column("pace", Word(AlertPace), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("paused_at", UtcTime),
    Column("position", Key, nullable=False, default=0),
    Column("digest_at", UtcTime),
)

notification = Table(
    "notification",
    metadata,
    row_id(),
    Column("key", String(200), nullable=False, unique=True),
    Column("alert_id", ForeignKey("alert.id"), nullable=False),
    Column("channel", String(80), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("state", Word(NotificationState), nullable=False),
    Column("change_id", ForeignKey("change.id")),
    Column("document_id", ForeignKey("document.id")),
    Column("message_id", String(80)),
    Column("attempts", Integer, nullable=False, default=0),
    Column("next_try_at", UtcTime),
    Column("sent_at", UtcTime),
    Column("detail", Text),
    Column("alarm_id", ForeignKey("alarm.id")),
    Index(None, "state", "next_try_at"),
    Index(None, "alert_id", "id"),
)

token = Table(
    "token",
    metadata,
    row_id(),
    Column("name", String(80), nullable=False),
    Column("scope", Word(TokenScope), nullable=False),
    Column("secret_sha256", String(64), nullable=False, unique=True),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime),
    Column("last_used_at", UtcTime),
    Column("revoked_at", UtcTime),
)

export_mark = Table(
    "export_mark",
    metadata,
    Column("name", String(80), primary_key=True),
    Column("revision_id", Key, nullable=False),
    Column("change_id", Key, nullable=False),
    Column("at", UtcTime, nullable=False),
)
