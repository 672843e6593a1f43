"""The tables of what is learned across documents: furniture, copies, former addresses. See `schema`."""

from sqlalchemy import BigInteger, Column, Float, ForeignKey, Index, Integer, String, Table, Text, UniqueConstraint

from monitor.model import FurniturePart
from monitor.store.tables import metadata, row_id
from monitor.store.types import UtcTime, Word

address = Table(
    "address",
    metadata,
    row_id(),
    Column("url", Text, nullable=False),
    Column("page_key", Text, nullable=False),
    Column("document_id", ForeignKey("document.id"), nullable=False),
    Column("until", UtcTime, nullable=False),
    UniqueConstraint("page_key", "document_id"),
    Index(None, "document_id"),
)

furniture = Table(
    "furniture",
    metadata,
    row_id(),
    Column("site", String(255), nullable=False),
    Column("part", Word(FurniturePart), nullable=False),
    Column("key", String(16), nullable=False),
    Column("sample", Text, nullable=False),
    Column("documents", Integer, nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("last_seen_at", UtcTime, nullable=False),
    Column("last_document_id", ForeignKey("document.id"), nullable=False),
    Column("learned_at", UtcTime),
    Column("reason", Text),
    UniqueConstraint("site", "part", "key"),
    Index(None, "site", "learned_at"),
)

cluster = Table(
    "cluster",
    metadata,
    row_id(),
    Column("made_at", UtcTime, nullable=False),
)

copy = Table(
    "copy",
    metadata,
    Column("document_id", ForeignKey("document.id"), primary_key=True),
    Column("cluster_id", ForeignKey("cluster.id"), nullable=False),
    Column("joined_at", UtcTime, nullable=False),
    Column("like_document_id", ForeignKey("document.id")),
    Column("resemblance", Float, nullable=False),
    Column("containment", Float, nullable=False),
    Index(None, "cluster_id", "joined_at"),
    Index(None, "joined_at", "cluster_id"),
)

# Sampled sequences of words, by which copies are found without reading the texts (core/likeness.py).
shingle = Table(
    "shingle",
    metadata,
    Column("hash", BigInteger, primary_key=True, autoincrement=False),
    Column("document_id", ForeignKey("document.id"), primary_key=True),
    sqlite_with_rowid=False,
)
