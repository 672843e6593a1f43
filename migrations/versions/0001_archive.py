"""Create the archive: one table a noun, and the full-text index."""

import sqlalchemy as sa
from alembic import op

from monitor.store.types import Strings, UtcTime

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create every table of the first release."""
    op.create_table(
        "corpus_bytes",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_corpus_bytes")),
    )
    op.create_table(
        "counter",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "evidence_file",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("committed_length", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_evidence_file")),
    )
    op.create_table(
        "host",
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("due_at", UtcTime(), nullable=True),
        sa.Column("next_allowed_at", UtcTime(), nullable=True),
        sa.Column("delay_s", sa.Float(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("robots_text", sa.Text(), nullable=True),
        sa.Column("robots_status", sa.Integer(), nullable=True),
        sa.Column("robots_fetched_at", UtcTime(), nullable=True),
        sa.Column("lease_owner", sa.String(length=120), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_host")),
    )
    op.create_index(op.f("ix_host_due_at"), "host", ["due_at"], unique=False)
    op.create_table(
        "source",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("outlet", sa.String(length=255), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("tags", Strings(), nullable=False),
        sa.Column("every_s", sa.Integer(), nullable=True),
        sa.Column("cron", sa.String(length=120), nullable=True),
        sa.Column("include", Strings(), nullable=False),
        sa.Column("exclude", Strings(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("next_check_at", UtcTime(), nullable=True),
        sa.Column("interval_s", sa.Integer(), nullable=True),
        sa.Column("plan_reason", sa.Text(), nullable=True),
        sa.Column("last_checked_at", UtcTime(), nullable=True),
        sa.Column("last_changed_at", UtcTime(), nullable=True),
        sa.Column("last_outcome", sa.String(24), nullable=True),
        sa.Column("last_detail", sa.Text(), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("body_sha256", sa.String(length=64), nullable=True),
        sa.ForeignKeyConstraint(["host"], ["host.name"], name=op.f("fk_source_host")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source")),
        sa.UniqueConstraint("url", name=op.f("uq_source_url")),
    )
    op.create_index(op.f("ix_source_host_next_check_at"), "source", ["host", "next_check_at"], unique=False)
    op.create_table(
        "document",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("origin", sa.String(24), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("first_seen_at", UtcTime(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("host", sa.String(length=255), nullable=True),
        sa.Column("outlet", sa.String(length=255), nullable=True),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("state_reason", sa.Text(), nullable=True),
        sa.Column("state_since", UtcTime(), nullable=True),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("last_checked_at", UtcTime(), nullable=True),
        sa.Column("next_check_at", UtcTime(), nullable=True),
        sa.Column("plan_reason", sa.Text(), nullable=True),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision_count", sa.Integer(), nullable=False),
        sa.Column("misses", sa.Integer(), nullable=False),
        sa.Column("missed_since", UtcTime(), nullable=True),
        sa.Column("etag", sa.Text(), nullable=True),
        sa.Column("last_modified", sa.Text(), nullable=True),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("mirror_number", sa.Integer(), nullable=True),
        sa.Column("mirrored_revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["host"], ["host.name"], name=op.f("fk_document_host")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_document_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("mirror_number", name=op.f("uq_document_mirror_number")),
        sa.UniqueConstraint("url", name=op.f("uq_document_url")),
    )
    op.create_index(op.f("ix_document_first_seen_at"), "document", ["first_seen_at"], unique=False)
    op.create_index(op.f("ix_document_host_next_check_at"), "document", ["host", "next_check_at"], unique=False)
    op.create_index(op.f("ix_document_mirrored_revision_id"), "document", ["mirrored_revision_id"], unique=False)
    op.create_index(op.f("ix_document_outlet_first_seen_at"), "document", ["outlet", "first_seen_at"], unique=False)
    op.create_index(op.f("ix_document_state_since"), "document", ["state_since"], unique=False)
    op.create_table(
        "change",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("from_revision", sa.Integer(), nullable=True),
        sa.Column("to_revision", sa.Integer(), nullable=True),
        sa.Column("words_added", sa.Integer(), nullable=False),
        sa.Column("words_removed", sa.Integer(), nullable=False),
        sa.Column("significance", sa.Float(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_change_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_change")),
    )
    op.create_index(op.f("ix_change_at"), "change", ["at"], unique=False)
    op.create_index(op.f("ix_change_document_id_at"), "change", ["document_id", "at"], unique=False)
    op.create_table(
        "entry",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("guid", sa.Text(), nullable=True),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("raw_date", sa.Text(), nullable=True),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("first_seen_at", UtcTime(), nullable=False),
        sa.Column("last_seen_at", UtcTime(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_entry_document_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_entry_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entry")),
        sa.UniqueConstraint("source_id", "key", name=op.f("uq_entry_source_id_key")),
    )
    op.create_index(op.f("ix_entry_document_id"), "entry", ["document_id"], unique=False)
    op.create_index(op.f("ix_entry_source_id_first_seen_at"), "entry", ["source_id", "first_seen_at"], unique=False)
    op.create_table(
        "fetch",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(24), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("final_url", sa.Text(), nullable=True),
        sa.Column("elapsed_ms", sa.Integer(), nullable=False),
        sa.Column("raw_bytes", sa.BigInteger(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_fetch_document_id")),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_fetch_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fetch")),
    )
    op.create_index(op.f("ix_fetch_document_id_started_at"), "fetch", ["document_id", "started_at"], unique=False)
    op.create_index(op.f("ix_fetch_source_id_started_at"), "fetch", ["source_id", "started_at"], unique=False)
    op.create_index(op.f("ix_fetch_url_started_at"), "fetch", ["url", "started_at"], unique=False)
    op.create_table(
        "revision",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("origin", sa.String(24), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_sha256", sa.String(length=64), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("first_seen_at", UtcTime(), nullable=False),
        sa.Column("last_seen_at", UtcTime(), nullable=False),
        sa.Column("language", sa.String(length=35), nullable=True),
        sa.Column("byline", sa.Text(), nullable=True),
        sa.Column("published_at", UtcTime(), nullable=True),
        sa.Column("published_raw", sa.Text(), nullable=True),
        sa.Column("modified_at", UtcTime(), nullable=True),
        sa.Column("extractor", sa.String(length=120), nullable=True),
        sa.Column("word_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_revision_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_revision")),
        sa.UniqueConstraint("document_id", "fingerprint", name=op.f("uq_revision_document_id_fingerprint")),
        sa.UniqueConstraint("document_id", "number", name=op.f("uq_revision_document_id_number")),
    )
    op.create_table(
        "capture",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("file", sa.String(length=200), nullable=False),
        sa.Column("offset", sa.BigInteger(), nullable=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        sa.Column("record_id", sa.String(length=80), nullable=False),
        sa.Column("record_type", sa.String(length=16), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("captured_at", UtcTime(), nullable=False),
        sa.Column("digest", sa.String(length=80), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("fetch_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("status", sa.Integer(), nullable=True),
        sa.Column("media_type", sa.String(length=200), nullable=True),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("quality", sa.String(24), nullable=True),
        sa.Column("quality_reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_capture_document_id")),
        sa.ForeignKeyConstraint(["fetch_id"], ["fetch.id"], name=op.f("fk_capture_fetch_id")),
        sa.ForeignKeyConstraint(["file"], ["evidence_file.name"], name=op.f("fk_capture_file")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_capture_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capture")),
        sa.UniqueConstraint("file", "offset", name=op.f("uq_capture_file_offset")),
    )
    op.create_index(op.f("ix_capture_document_id_captured_at"), "capture", ["document_id", "captured_at"], unique=False)
    op.create_index(op.f("ix_capture_revision_id"), "capture", ["revision_id"], unique=False)
    op.create_index(op.f("ix_capture_url_captured_at"), "capture", ["url", "captured_at"], unique=False)
    op.create_table(
        "citation",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("cited", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("end", sa.Integer(), nullable=False),
        sa.Column("confidence", sa.Float(), nullable=False),
        sa.Column("url", sa.Text(), nullable=True),
        sa.Column("outlet", sa.String(length=255), nullable=True),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_citation_document_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_citation_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_citation")),
        sa.UniqueConstraint("revision_id", "start", "end", name=op.f("uq_citation_revision_id_start_end")),
    )
    op.create_index(op.f("ix_citation_outlet"), "citation", ["outlet"], unique=False)
    op.create_table(
        "corpus_file",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=255), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("encoding", sa.String(length=40), nullable=False),
        sa.Column("imported_at", UtcTime(), nullable=False),
        sa.Column("document_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("revision_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_corpus_file_document_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_corpus_file_revision_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corpus_file")),
        sa.UniqueConstraint("sha256", "line", name=op.f("uq_corpus_file_sha256_line")),
    )
    op.create_index(op.f("ix_corpus_file_name"), "corpus_file", ["name"], unique=False)
    _search()


def _search() -> None:
    """Create the full-text index of folded words; the revision 0007 makes another."""
    if op.get_bind().dialect.name == "sqlite":
        columns = "title, body, content='', tokenize='unicode61 remove_diacritics 0'"
        op.execute(f"CREATE VIRTUAL TABLE revision_search USING fts5({columns})")
        return
    op.execute("CREATE TABLE revision_search (id bigint PRIMARY KEY, words tsvector NOT NULL)")
    op.execute("CREATE INDEX ix_revision_search_words ON revision_search USING gin (words)")
