"""Keep what proves evidence: digests of whole records, files verified, the chain of seals, stamps, tombstones."""

import sqlalchemy as sa
from alembic import op

from monitor.store.types import UtcTime

revision = "0004"
down_revision = "0003"


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the tables; rows there are keep their meaning."""
    op.add_column("source", sa.Column("evidence", sa.String(24), nullable=True))
    op.add_column("source", sa.Column("retain_s", sa.Integer(), nullable=True))
    op.add_column("source", sa.Column("items_sha256", sa.String(64), nullable=True))
    op.add_column("source", sa.Column("told_by", _key(), nullable=True))
    op.add_column("capture", sa.Column("record_sha256", sa.String(64), nullable=True))
    op.add_column("capture", sa.Column("removed_at", UtcTime(), nullable=True))
    op.add_column("capture", sa.Column("coding", sa.String(80), nullable=True))
    op.create_index(op.f("ix_capture_fetch_id"), "capture", ["fetch_id"], unique=False)
    op.create_index(op.f("ix_capture_record_id"), "capture", ["record_id"], unique=False)
    kept = sa.text("removed_at IS NULL")
    op.create_index(
        "ix_capture_shown", "capture", ["url", "captured_at"], sqlite_where=kept, postgresql_where=kept
    )  # fmt: skip
    _files()
    _chain()
    _tombstones()


def _files() -> None:
    op.add_column("evidence_file", sa.Column("origin", sa.Text(), nullable=True))
    op.add_column("evidence_file", sa.Column("verified_at", UtcTime(), nullable=True))
    op.add_column("evidence_file", sa.Column("verified_length", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("evidence_file", sa.Column("sha256", sa.String(64), nullable=True))
    op.add_column("evidence_file", sa.Column("problem", sa.Text(), nullable=True))
    op.add_column("evidence_file", sa.Column("removed_at", UtcTime(), nullable=True))
    op.add_column("evidence_file", sa.Column("removed_why", sa.Text(), nullable=True))


def _chain() -> None:
    op.create_table(
        "seal",
        sa.Column("number", _key(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("previous", sa.String(64), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_seal")),
        sa.UniqueConstraint("previous", name=op.f("uq_seal_previous")),
        sa.UniqueConstraint("hash", name=op.f("uq_seal_hash")),
    )
    op.create_table(
        "leaf",
        sa.Column("seal", _key(), nullable=False),
        sa.Column("place", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject_id", _key(), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("read_from", _key(), nullable=True),
        sa.ForeignKeyConstraint(["seal"], ["seal.number"], name=op.f("fk_leaf_seal")),
        sa.PrimaryKeyConstraint("seal", "place", name=op.f("pk_leaf")),
        sa.UniqueConstraint("kind", "subject_id", name=op.f("uq_leaf_kind_subject_id")),
    )
    op.create_table(
        "stamp",
        sa.Column("id", _key(), nullable=False),
        sa.Column("seal", _key(), nullable=False),
        sa.Column("method", sa.String(24), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("authority", sa.Text(), nullable=True),
        sa.Column("request", sa.LargeBinary(), nullable=True),
        sa.Column("token", sa.LargeBinary(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["seal"], ["seal.number"], name=op.f("fk_stamp_seal")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stamp")),
    )
    op.create_index(op.f("ix_stamp_seal"), "stamp", ["seal"], unique=False)


def _tombstones() -> None:
    op.create_table(
        "tombstone",
        sa.Column("id", _key(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("cause", sa.String(24), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("capture_id", _key(), nullable=True),
        sa.Column("revision_id", _key(), nullable=True),
        sa.Column("document_id", _key(), nullable=True),
        sa.Column("digest", sa.String(64), nullable=True),
        sa.ForeignKeyConstraint(["capture_id"], ["capture.id"], name=op.f("fk_tombstone_capture_id")),
        sa.ForeignKeyConstraint(["revision_id"], ["revision.id"], name=op.f("fk_tombstone_revision_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_tombstone_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tombstone")),
    )
    op.create_index(op.f("ix_tombstone_capture_id"), "tombstone", ["capture_id"], unique=False)
    op.create_index(op.f("ix_tombstone_revision_id"), "tombstone", ["revision_id"], unique=False)
