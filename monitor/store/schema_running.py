"""The tables of a running archive: who works on it, and what is wrong with it. See `schema`."""

from sqlalchemy import Column, Index, Integer, String, Table, Text

from monitor.model import AlarmKind
from monitor.store.tables import metadata, row_id
from monitor.store.types import UtcTime, Word

worker = Table(
    "worker",
    metadata,
    row_id(),
    Column("owner", String(120), nullable=False, unique=True),
    Column("machine", String(120), nullable=False),
    Column("process", Integer, nullable=False),
    Column("version", String(40), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("beat_at", UtcTime, nullable=False),
    Column("name", String(80), nullable=False),
    Column("folder", String(80)),
    Column("hosts", Integer, nullable=False),
    Column("visits", Integer, nullable=False),
    Column("fetches", Integer, nullable=False),
    Column("stopped_at", UtcTime),
    Index(None, "stopped_at", "beat_at"),
)

alarm = Table(
    "alarm",
    metadata,
    row_id(),
    Column("kind", Word(AlarmKind), nullable=False),
    Column("subject", String(255), nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("detail", Text, nullable=False),
    Column("ended_at", UtcTime),
    Index(None, "ended_at", "kind", "subject"),
)
