"""Keep who works on the archive, what is wrong with it, and where each file of evidence lies."""

import sqlalchemy as sa
from alembic import op

from monitor.store.types import UtcTime

revision = "0008"
down_revision = "0007"


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the tables and columns."""
    op.create_table(
        "worker",
        sa.Column("id", _key(), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("machine", sa.String(120), nullable=False),
        sa.Column("process", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(40), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=False),
        sa.Column("beat_at", UtcTime(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("folder", sa.String(80), nullable=True),
        sa.Column("hosts", sa.Integer(), nullable=False),
        sa.Column("visits", sa.Integer(), nullable=False),
        sa.Column("fetches", sa.Integer(), nullable=False),
        sa.Column("stopped_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_worker")),
        sa.UniqueConstraint("owner", name=op.f("uq_worker_owner")),
    )
    op.create_index(op.f("ix_worker_stopped_at_beat_at"), "worker", ["stopped_at", "beat_at"], unique=False)
    op.create_table(
        "alarm",
        sa.Column("id", _key(), nullable=False),
        sa.Column("kind", sa.String(24), nullable=False),
        sa.Column("subject", sa.String(255), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_alarm")),
    )
    op.create_index(op.f("ix_alarm_ended_at_kind_subject"), "alarm", ["ended_at", "kind", "subject"], unique=False)
    # Said in SQL, since Alembic adds no reference to a table of SQLite; both databases take this.
    kind = "INTEGER" if op.get_bind().dialect.name == "sqlite" else "BIGINT"
    reference = "CONSTRAINT fk_notification_alarm_id REFERENCES alarm (id)"
    op.get_bind().exec_driver_sql(f"ALTER TABLE notification ADD COLUMN alarm_id {kind} {reference}")
    op.drop_index(op.f("ix_source_outlet"), "source")
    op.create_index(op.f("ix_source_outlet_state"), "source", ["outlet", "state"], unique=False)
    held = sa.text("lease_owner IS NOT NULL")
    op.create_index(
        op.f("ix_host_lease_owner"), "host", ["lease_owner"], postgresql_where=held, sqlite_where=held, unique=False
    )
    op.add_column("evidence_file", sa.Column("folder", sa.String(80), nullable=True))
    op.add_column("evidence_file", sa.Column("stored_at", UtcTime(), nullable=True))
    op.add_column("evidence_file", sa.Column("stored_as", sa.Text(), nullable=True))
