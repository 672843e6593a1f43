"""Keep what good manners need: what publishers ask for, lying servers, moves, subscriptions, and odd dates."""

import sqlalchemy as sa
from alembic import op

from monitor.core.urls import host_of, page_key
from monitor.store.types import Numbers, Strings, UtcTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns and the table; rows there are keep their meaning."""
    for name in ("asked_for_patience", "kills"):
        op.add_column("host", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("host", sa.Column("ready_at", UtcTime(), _ready()))
    op.drop_index(op.f("ix_host_due_at"), "host")
    op.create_index(op.f("ix_host_ready_at"), "host", ["ready_at"], unique=False)
    op.drop_index(op.f("ix_document_host_next_check_at"), "document")
    op.create_index(
        op.f("ix_document_host_next_check_at_id"), "document", ["host", "next_check_at", "id"], unique=False
    )
    op.drop_index(op.f("ix_capture_url_captured_at"), "capture")
    op.create_index(
        op.f("ix_capture_url_record_type_status_captured_at"),
        "capture",
        ["url", "record_type", "status", "captured_at"],
        unique=False,
    )
    for column in _of_source():
        op.add_column("source", column)
    op.add_column("entry", sa.Column("date_source", sa.String(length=40), nullable=True))
    op.add_column("entry", sa.Column("date_flag", sa.String(length=20), nullable=True))
    op.add_column("entry", sa.Column("appeared_at", UtcTime(), nullable=True))
    op.execute("UPDATE entry SET appeared_at = coalesce(published_at, first_seen_at)")
    op.create_index(op.f("ix_entry_source_id_appeared_at"), "entry", ["source_id", "appeared_at"], unique=False)
    _key_pages()
    _name_services()
    op.create_table(
        "subscription",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("source_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("hub", sa.Text(), nullable=False),
        sa.Column("topic", sa.Text(), nullable=False),
        sa.Column("token", sa.String(length=64), nullable=False),
        sa.Column("secret", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(24), nullable=False),
        sa.Column("requested_at", UtcTime(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.Column("renew_at", UtcTime(), nullable=True),
        sa.Column("last_push_at", UtcTime(), nullable=True),
        sa.Column("pushes", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["source_id"], ["source.id"], name=op.f("fk_subscription_source_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscription")),
        sa.UniqueConstraint("source_id", name=op.f("uq_subscription_source_id")),
        sa.UniqueConstraint("token", name=op.f("uq_subscription_token")),
    )
    op.create_index(op.f("ix_subscription_renew_at"), "subscription", ["renew_at"], unique=False)


def _ready() -> sa.Computed:
    # SQLite adds no stored column to a table that is there, PostgreSQL puts no index on one that is not stored.
    stored = op.get_bind().dialect.name == "postgresql"
    return sa.Computed("CASE WHEN next_allowed_at > due_at THEN next_allowed_at ELSE due_at END", persisted=stored)


def _key_pages() -> None:
    """Give each document the key under which all spellings of its page are found."""
    for name in ("page_key", "canonical_key"):
        op.add_column("document", sa.Column(name, sa.Text(), nullable=True))
        op.create_index(op.f(f"ix_document_{name}"), "document", [name], unique=False)
    document = sa.table("document", sa.column("id"), sa.column("url"), sa.column("page_key"))
    conn = op.get_bind()
    for row in conn.execute(sa.select(document.c.id, document.c.url).where(document.c.url.is_not(None))).all():
        conn.execute(document.update().where(document.c.id == row.id).values(page_key=page_key(row.url)))


def _name_services() -> None:
    """Let what is at a port of its own be on a host of its own: rules, turn and trust are those of one service."""
    conn = op.get_bind()
    host = sa.table(
        "host", *(sa.column(name) for name in ("name", "failures", "asked_for_patience", "kills", "due_at"))
    )
    for name in ("source", "document"):
        table = sa.table(name, sa.column("id"), sa.column("url"), sa.column("host"), sa.column("next_check_at"))
        rows = conn.execute(sa.select(table).where(table.c.url.like("%://%:%"))).all()
        for row in rows:
            service = host_of(row.url)
            if service == row.host:
                continue
            if conn.execute(sa.select(host.c.name).where(host.c.name == service)).first() is None:
                values = {
                    "name": service,
                    "failures": 0,
                    "asked_for_patience": 0,
                    "kills": 0,
                    "due_at": row.next_check_at,
                }
                conn.execute(host.insert().values(**values))
            conn.execute(table.update().where(table.c.id == row.id).values(host=service))


def _of_source() -> tuple[sa.Column[object], ...]:
    return (
        sa.Column("headers", Strings(), nullable=False, server_default="[]"),
        sa.Column("proxy", sa.Text(), nullable=True),
        sa.Column("insecure_tls", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("ignore_robots", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("ttl_s", sa.Integer(), nullable=True),
        sa.Column("skip_hours", Numbers(), nullable=False, server_default="[]"),
        sa.Column("skip_days", Numbers(), nullable=False, server_default="[]"),
        sa.Column("moved_to", sa.Text(), nullable=True),
        sa.Column("moved_since", UtcTime(), nullable=True),
        sa.Column("fully_checked_at", UtcTime(), nullable=True),
        sa.Column("full_checks", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("lies", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("silence", sa.Text(), nullable=True),
        sa.Column("read_at", UtcTime(), nullable=True),
        sa.Column("confirmed_at", UtcTime(), nullable=True),
        sa.Column("holds", sa.Integer(), nullable=True),
    )
