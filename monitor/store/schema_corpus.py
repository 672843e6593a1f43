"""The tables of the seed corpus: its files, their bytes, what they cite. See `schema`."""

from sqlalchemy import (
    BigInteger,
    Column,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from monitor.model import CitationKind
from monitor.store.tables import metadata, row_id
from monitor.store.types import UtcTime, Word

corpus_file = Table(
    "corpus_file",
    metadata,
    row_id(),
    Column("sha256", String(64), nullable=False),
    Column("line", Integer, nullable=False),
    Column("name", String(255), nullable=False),
    Column("path", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("encoding", String(40), nullable=False),
    Column("imported_at", UtcTime, nullable=False),
    Column("document_id", ForeignKey("document.id"), nullable=False),
    Column("revision_id", ForeignKey("revision.id"), nullable=False),
    UniqueConstraint("sha256", "line"),
    Index(None, "name", "line"),
    Index(None, "document_id"),
)

corpus_bytes = Table(
    "corpus_bytes",
    metadata,
    Column("sha256", String(64), primary_key=True),
    Column("data", LargeBinary, nullable=False),
)

citation = Table(
    "citation",
    metadata,
    row_id(),
    Column("kind", Word(CitationKind), nullable=False),
    Column("cited", Text, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("url", Text),
    Column("outlet", String(255)),
    Column("document_id", ForeignKey("document.id"), nullable=False),
    Column("revision_id", ForeignKey("revision.id"), nullable=False),
    UniqueConstraint("revision_id", "start", "end"),
    Index(None, "outlet"),
    Index(None, "document_id"),
)
