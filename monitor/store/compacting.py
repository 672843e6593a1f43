"""Put compacted files in the place of those whose records they hold, in one transaction."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from monitor.errors import EvidenceError
from monitor.model import EvidenceFile
from monitor.store import files
from monitor.store.schema import capture, evidence_file


class Move(NamedTuple):
    """A capture whose record lies elsewhere now: where it was, and where it is."""

    capture_id: int
    from_file: str
    from_offset: int
    file: str
    offset: int
    length: int


def newest(conn: Connection, file: str) -> datetime | None:
    """Return when the last capture in a file was made, None where it holds none any more."""
    kept = (capture.c.file == file) & capture.c.removed_at.is_(None)
    return conn.execute(
        select(capture.c.captured_at).where(kept).order_by(capture.c.offset.desc()).limit(1)
    ).scalar()  # fmt: skip


_MOVE = (
    update(capture)
    .where(capture.c.id == bindparam("capture"))
    .values(file=bindparam("to_file"), offset=bindparam("to_offset"), length=bindparam("to_length"))
)


def swap(
    conn: Connection,
    originals: Sequence[str],
    made: Iterable[EvidenceFile],
    moves: Sequence[Move],
    at: datetime,
    why: str,
) -> None:
    """Move every capture of the originals into the files made, and mark the originals as removed.

    Raises EvidenceError, and changes nothing, where the originals hold other captures than those that move: somebody
    has removed some of them meanwhile, or written a file anew.
    """
    _check(conn, originals, moves)
    for one in made:
        files.add(conn, one)
    rows = [
        {"capture": one.capture_id, "to_file": one.file, "to_offset": one.offset, "to_length": one.length}
        for one in moves
    ]
    if rows:
        conn.execute(_MOVE, rows)
    for name in originals:
        files.set_fields(conn, name, removed_at=at, removed_why=why)


def _check(conn: Connection, originals: Sequence[str], moves: Iterable[Move]) -> None:
    locked = select(evidence_file.c.name).where(
        evidence_file.c.name.in_(originals), evidence_file.c.removed_at.is_(None)
    )
    there = set(conn.execute(locked.with_for_update()).scalars())
    kept = capture.c.file.in_(originals) & capture.c.removed_at.is_(None)
    rows = conn.execute(select(capture.c.id, capture.c.file, capture.c.offset).where(kept))
    held = {tuple(row) for row in rows}
    if there != set(originals) or held != {(one.capture_id, one.from_file, one.from_offset) for one in moves}:
        raise EvidenceError("the files were changed while they were compacted", hint="run `monitor compact` again")
