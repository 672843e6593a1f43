"""Evidence files: how much of each is accounted for, when it was verified, and what became of it."""

from sqlalchemy import Connection, insert, select, update

from monitor.model import EvidenceFile
from monitor.store.schema import evidence_file
from monitor.store.types import columns_of, noun


def every(conn: Connection, *, removed: bool = False) -> tuple[EvidenceFile, ...]:
    """Return the files by name; those that were replaced or removed only when asked for."""
    statement = select(evidence_file).order_by(evidence_file.c.name)
    if not removed:
        statement = statement.where(evidence_file.c.removed_at.is_(None))
    return tuple(noun(EvidenceFile, row) for row in conn.execute(statement).mappings())


def get(conn: Connection, name: str) -> EvidenceFile | None:
    """Return a file by name, or None."""
    row = conn.execute(select(evidence_file).where(evidence_file.c.name == name)).mappings().first()
    return noun(EvidenceFile, row) if row else None


def add(conn: Connection, new: EvidenceFile) -> None:
    """Add a file that is whole: an import, a compaction, a file written anew."""
    conn.execute(insert(evidence_file).values(columns_of(new)))


def set_fields(conn: Connection, name: str, **values: object) -> None:
    """Set fields of a file."""
    conn.execute(update(evidence_file).where(evidence_file.c.name == name).values(**values))
