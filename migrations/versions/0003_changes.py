"""Keep what right judgement needs: where values were read, furniture, copies, former addresses, how changes stand."""

import sqlalchemy as sa
from alembic import op

from monitor.core.changes import fingerprint
from monitor.core.label_lines import title_key
from monitor.store.types import Strings, UtcTime

revision = "0003"
down_revision = "0002"

BATCH = 200  # texts in memory at a time


def _key() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Add the columns and the tables; rows there are keep their meaning."""
    _of_document()
    _of_revision()
    _of_change()
    _furniture()
    _copies()


def _of_document() -> None:
    op.add_column("document", sa.Column("unlisted_at", UtcTime(), nullable=True))
    op.add_column("document", sa.Column("doubts", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("document", sa.Column("doubted_since", UtcTime(), nullable=True))
    op.add_column("document", sa.Column("doubted_text", sa.String(64), nullable=True))
    op.add_column("document", sa.Column("title_key", sa.String(16), nullable=True))
    op.create_index(op.f("ix_document_title_key"), "document", ["title_key"], unique=False)
    _key_titles()
    op.create_index(op.f("ix_document_host_missed_since"), "document", ["host", "missed_since"], unique=False)
    op.create_table(
        "address",
        sa.Column("id", _key(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("page_key", sa.Text(), nullable=False),
        sa.Column("document_id", _key(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_address_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_address")),
        sa.UniqueConstraint("page_key", "document_id", name=op.f("uq_address_page_key_document_id")),
    )
    op.create_index(op.f("ix_address_document_id"), "address", ["document_id"], unique=False)


def _key_titles() -> None:
    """Give each document the key under which its headline is found in other articles."""
    document = sa.table("document", sa.column("id"), sa.column("title"), sa.column("title_key"))
    conn = op.get_bind()
    rows = conn.execute(sa.select(document.c.id, document.c.title).where(document.c.title.is_not(None))).all()
    keyed = [{"of_id": row.id, "key": title_key(row.title)} for row in rows]
    if keyed:
        which = document.c.id == sa.bindparam("of_id")
        conn.execute(document.update().where(which).values(title_key=sa.bindparam("key")), keyed)


def _of_revision() -> None:
    for name in ("title_source", "byline_source", "published_source", "modified_source"):
        op.add_column("revision", sa.Column(name, sa.String(40), nullable=True))
    for name in ("published_zone", "modified_zone"):
        op.add_column("revision", sa.Column(name, sa.String(6), nullable=True))
    for name in ("modified_raw", "section", "canonical_url"):
        op.add_column("revision", sa.Column(name, sa.Text(), nullable=True))
    op.add_column("revision", sa.Column("asides", Strings(), nullable=False, server_default="[]"))
    op.add_column("revision", sa.Column("reextracts", sa.Integer(), nullable=True))
    _renew_fingerprints()


def _renew_fingerprints() -> None:
    """Compare texts as this release normalises them, so that no check takes an upgrade for an edit.

    Where two revisions of a document are one text by now, the later one looked at keeps what it has.
    """
    conn, last = op.get_bind(), 0
    table = sa.table("revision", *(sa.column(name) for name in ("id", "document_id", "origin", *_PRINTED)))
    columns = (table.c.id, table.c.document_id, *(table.c[name] for name in _PRINTED))
    some = sa.select(*columns).where(table.c.origin == "web").order_by(table.c.id).limit(BATCH)
    while rows := conn.execute(some.where(table.c.id > last)).all():
        last = rows[-1].id
        for row in rows:
            if (new := fingerprint(row.title, row.text)) != row.fingerprint:
                _renew(conn, table, row.id, row.document_id, new)


_PRINTED = ("title", "text", "fingerprint")


def _renew(conn: sa.Connection, table: sa.TableClause, revision_id: int, document_id: int, new: str) -> None:
    twin = table.alias("twin")
    has_twin = sa.exists().where((twin.c.document_id == document_id) & (twin.c.fingerprint == new))
    conn.execute(sa.update(table).where((table.c.id == revision_id) & ~has_twin).values(fingerprint=new))


def _of_change() -> None:
    for name in ("words_moved", "sentences_added", "sentences_removed", "sentences_moved"):
        op.add_column("change", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("change", sa.Column("earlier_seen_at", UtcTime(), nullable=True))
    op.add_column("change", sa.Column("stood_s", sa.Integer(), nullable=True))
    op.add_column("change", sa.Column("standing", sa.String(24), nullable=True))
    op.add_column("change", sa.Column("sightings", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("change", sa.Column("judged_at", UtcTime(), nullable=True))


def _furniture() -> None:
    op.create_table(
        "furniture",
        sa.Column("id", _key(), nullable=False),
        sa.Column("site", sa.String(255), nullable=False),
        sa.Column("part", sa.String(24), nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("sample", sa.Text(), nullable=False),
        sa.Column("documents", sa.Integer(), nullable=False),
        sa.Column("first_seen_at", UtcTime(), nullable=False),
        sa.Column("last_seen_at", UtcTime(), nullable=False),
        sa.Column("last_document_id", _key(), nullable=False),
        sa.Column("learned_at", UtcTime(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["last_document_id"], ["document.id"], name=op.f("fk_furniture_last_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_furniture")),
        sa.UniqueConstraint("site", "part", "key", name=op.f("uq_furniture_site_part_key")),
    )
    op.create_index(op.f("ix_furniture_site_learned_at"), "furniture", ["site", "learned_at"], unique=False)


def _copies() -> None:
    op.create_table(
        "cluster",
        sa.Column("id", _key(), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cluster")),
    )
    op.create_table(
        "copy",
        sa.Column("document_id", _key(), nullable=False),
        sa.Column("cluster_id", _key(), nullable=False),
        sa.Column("joined_at", UtcTime(), nullable=False),
        sa.Column("like_document_id", _key(), nullable=True),
        sa.Column("resemblance", sa.Float(), nullable=False),
        sa.Column("containment", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_copy_document_id")),
        sa.ForeignKeyConstraint(["cluster_id"], ["cluster.id"], name=op.f("fk_copy_cluster_id")),
        sa.ForeignKeyConstraint(["like_document_id"], ["document.id"], name=op.f("fk_copy_like_document_id")),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_copy")),
    )
    op.create_index(op.f("ix_copy_cluster_id"), "copy", ["cluster_id"], unique=False)
    op.create_table(
        "shingle",
        sa.Column("hash", sa.BigInteger(), nullable=False, autoincrement=False),
        sa.Column("document_id", _key(), nullable=False),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_shingle_document_id")),
        sa.PrimaryKeyConstraint("hash", "document_id", name=op.f("pk_shingle")),
        sqlite_with_rowid=False,
    )
