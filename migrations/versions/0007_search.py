"""Index stems beside the words, so that inflections are found; and what lists of what was found are sorted by."""

import sqlalchemy as sa
import structlog
from alembic import op

from monitor.core.indexing import indexed
from monitor.store import fulltext
from monitor.store.types import UtcTime

revision = "0007"
down_revision = "0006"

BATCH = 200  # texts in memory at a time
TOLD = 10_000  # texts between two lines of the log

log = structlog.get_logger("monitor.migrations")


def upgrade() -> None:
    """Make the full-text index anew, and the indexes that searches need."""
    _sorted()
    conn = op.get_bind()
    fulltext.drop(conn)
    fulltext.create(conn)
    _index(conn)


def _sorted() -> None:
    newest = sa.Computed("coalesce(published_at, first_seen_at)", persisted=_persisted())
    op.add_column("document", sa.Column("newest_at", UtcTime(), newest))
    op.create_index(op.f("ix_document_newest_at_id"), "document", ["newest_at", "id"], unique=False)
    op.create_index(op.f("ix_document_revision_id"), "document", ["revision_id"], unique=False)
    op.create_index(op.f("ix_change_kind_at_id"), "change", ["kind", "at", "id"], unique=False)
    op.drop_index(op.f("ix_change_at"), "change")
    op.create_index(op.f("ix_change_at_id"), "change", ["at", "id"], unique=False)


def _persisted() -> bool:
    """SQLite adds no column that it would have to write; PostgreSQL before 18 keeps no other."""
    return op.get_bind().dialect.name != "sqlite"


def _index(conn: sa.Connection) -> None:
    """Index every text; those of redacted documents are empty, and have no place in the index."""
    table = sa.table("revision", *(sa.column(name) for name in ("id", "title", "text", "language")))
    some = sa.select(table.c.id, table.c.title, table.c.text, table.c.language).order_by(table.c.id).limit(BATCH)
    kept = sa.or_(table.c.text != "", table.c.title.is_not(None))
    count = conn.execute(sa.select(sa.func.count()).select_from(table).where(kept)).scalar_one()
    done, last = 0, 0
    while rows := conn.execute(some.where(kept, table.c.id > last)).all():
        for row in rows:
            fulltext.put(conn, row.id, indexed(row.title or "", row.text, row.language))
        done, last = done + len(rows), rows[-1].id
        if done % TOLD < BATCH or done == count:
            log.info("search.indexed", texts=done, of=count)
