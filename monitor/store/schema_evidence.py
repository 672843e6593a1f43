"""The tables of evidence: files, captures, the chain that proves them, what was removed. See `schema`."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from monitor.model import LeafKind, Quality, RemovalCause, StampMethod
from monitor.store.tables import Key, metadata, row_id
from monitor.store.types import UtcTime, Word

_KEPT = "removed_at IS NULL"

evidence_file = Table(
    "evidence_file",
    metadata,
    Column("name", String(200), primary_key=True),
    Column("committed_length", BigInteger, nullable=False),
    Column("origin", Text),
    Column("verified_at", UtcTime),
    Column("verified_length", BigInteger, nullable=False, default=0),
    Column("sha256", String(64)),
    Column("problem", Text),
    Column("removed_at", UtcTime),
    Column("removed_why", Text),
    Column("folder", String(80)),
    Column("stored_at", UtcTime),
    Column("stored_as", Text),  # its URL in the object store, from before it is put there until after it is removed
)

capture = Table(
    "capture",
    metadata,
    row_id(),
    Column("file", ForeignKey("evidence_file.name"), nullable=False),
    Column("offset", BigInteger, nullable=False),
    Column("length", BigInteger, nullable=False),
    Column("record_id", String(80), nullable=False),
    Column("record_type", String(16), nullable=False),
    Column("url", Text, nullable=False),
    Column("captured_at", UtcTime, nullable=False),
    Column("digest", String(80), nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("fetch_id", ForeignKey("fetch.id"), nullable=False),
    Column("status", Integer),
    Column("media_type", String(200)),
    Column("document_id", ForeignKey("document.id")),
    Column("revision_id", ForeignKey("revision.id")),
    Column("quality", Word(Quality)),
    Column("quality_reason", Text),
    Column("record_sha256", String(64)),
    Column("removed_at", UtcTime),
    Column("coding", String(80)),
    Index(None, "document_id", "captured_at"),
    Index(None, "fetch_id"),
    Index(None, "record_id"),
    Index(None, "revision_id"),
    # A response is looked up among any number of revisits.
    Index(None, "url", "record_type", "status", "captured_at"),
    # What was there at a time, of all that can still be shown (mementos.py).
    Index("ix_capture_shown", "url", "captured_at", sqlite_where=text(_KEPT), postgresql_where=text(_KEPT)),
    UniqueConstraint("file", "offset"),
)

seal = Table(
    "seal",
    metadata,
    Column("number", Key, primary_key=True, autoincrement=False),
    Column("at", UtcTime, nullable=False),
    Column("previous", String(64), nullable=False, unique=True),  # so that the chain cannot fork
    Column("leaves", Integer, nullable=False),
    Column("root", String(64), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
)

leaf = Table(
    "leaf",
    metadata,
    Column("seal", ForeignKey("seal.number"), primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("kind", Word(LeafKind), nullable=False),
    Column("subject_id", Key, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("read_from", Key),  # by its number, of a revision: a capture, or a file of the corpus
    UniqueConstraint("kind", "subject_id"),
)

stamp = Table(
    "stamp",
    metadata,
    row_id(),
    Column("seal", ForeignKey("seal.number"), nullable=False),
    Column("method", Word(StampMethod), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("authority", Text),
    Column("request", LargeBinary),
    Column("token", LargeBinary),
    Column("detail", Text),
    Index(None, "seal"),
)

tombstone = Table(
    "tombstone",
    metadata,
    row_id(),
    Column("at", UtcTime, nullable=False),
    Column("cause", Word(RemovalCause), nullable=False),
    Column("reason", Text, nullable=False),
    Column("capture_id", ForeignKey("capture.id")),
    Column("revision_id", ForeignKey("revision.id")),
    Column("document_id", ForeignKey("document.id")),
    Column("digest", String(64)),
    Index(None, "capture_id"),
    Index(None, "revision_id"),
)
