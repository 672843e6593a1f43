"""Keep alerts with their outbox, the tokens of who may ask, how far repeated exports have come; and index for pages."""

import sqlalchemy as sa
from alembic import op

from monitor.store.types import UtcTime

revision = "0005"
down_revision = "0004"


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables."""
    _alerts()
    op.create_table(
        "token",
        sa.Column("id", _key(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("scope", sa.String(24), nullable=False),
        sa.Column("secret_sha256", sa.String(64), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
        sa.Column("last_used_at", UtcTime(), nullable=True),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_token")),
        sa.UniqueConstraint("secret_sha256", name=op.f("uq_token_secret_sha256")),
    )
    op.create_table(
        "export_mark",
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("revision_id", _key(), nullable=False),
        sa.Column("change_id", _key(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_export_mark")),
    )
    _indexes()


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", _key(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("about", sa.String(24), nullable=False),
        sa.Column("channels", sa.Text(), nullable=False),
        sa.Column("pace", sa.String(24), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("paused_at", UtcTime(), nullable=True),
        sa.Column("position", _key(), nullable=False),
        sa.Column("digest_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alert")),
        sa.UniqueConstraint("name", name=op.f("uq_alert_name")),
    )
    op.create_table(
        "notification",
        sa.Column("id", _key(), nullable=False),
        sa.Column("key", sa.String(200), nullable=False),
        sa.Column("alert_id", _key(), nullable=False),
        sa.Column("channel", sa.String(80), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("change_id", _key(), nullable=True),
        sa.Column("document_id", _key(), nullable=True),
        sa.Column("message_id", sa.String(80), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", UtcTime(), nullable=True),
        sa.Column("sent_at", UtcTime(), nullable=True),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name=op.f("fk_notification_alert_id")),
        sa.ForeignKeyConstraint(["change_id"], ["change.id"], name=op.f("fk_notification_change_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_notification_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("key", name=op.f("uq_notification_key")),
    )
    op.create_index(
        op.f("ix_notification_state_next_try_at"), "notification", ["state", "next_try_at"], unique=False
    )  # fmt: skip
    op.create_index(op.f("ix_notification_alert_id_id"), "notification", ["alert_id", "id"], unique=False)


def _indexes() -> None:
    """Index what pages are made of: sources in trouble, saved texts by name, clusters by when they grew."""
    for table, columns in (
        ("source", ["outlet"]),
        ("source", ["state", "failures", "verified", "silence"]),
        ("document", ["origin", "revision_count"]),
        ("corpus_file", ["name", "line"]),
        ("corpus_file", ["document_id"]),
        ("citation", ["document_id"]),
        ("copy", ["cluster_id", "joined_at"]),
        ("copy", ["joined_at", "cluster_id"]),
    ):
        op.create_index(op.f(f"ix_{table}_{'_'.join(columns)}"), table, columns, unique=False)
    op.drop_index(op.f("ix_corpus_file_name"), table_name="corpus_file")
    op.drop_index(op.f("ix_copy_cluster_id"), table_name="copy")
