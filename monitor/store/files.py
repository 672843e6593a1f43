"""Evidence files: how much of each is accounted for, when it was verified, where it lies, what became of it."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, func, insert, or_, select, update

from monitor.model import EvidenceFile
from monitor.store import dialects
from monitor.store.schema import capture, evidence_file, worker
from monitor.store.types import columns_of, first, nouns

OF_OBJECT = "object-"  # how the problem of a file begins whose bytes in the object store are the problem

_at = evidence_file.c
_IN_USE = _at.removed_at.is_(None)


def every(conn: Connection, *, removed: bool = False) -> tuple[EvidenceFile, ...]:
    """Return the files by name; those that were replaced or removed only when asked for."""
    statement = select(evidence_file).order_by(_at.name)
    if not removed:
        statement = statement.where(_IN_USE)
    return nouns(EvidenceFile, conn.execute(statement))


def get(conn: Connection, name: str) -> EvidenceFile | None:
    """Return a file by name, or None."""
    return first(EvidenceFile, conn.execute(select(evidence_file).where(_at.name == name)))


def add(conn: Connection, new: EvidenceFile) -> None:
    """Add a file that is whole: an import, a compaction, a file written anew."""
    conn.execute(insert(evidence_file).values(columns_of(new)))


def set_fields(conn: Connection, name: str, **values: object) -> None:
    """Set fields of a file."""
    conn.execute(update(evidence_file).where(_at.name == name).values(**values))


def forget_empty(conn: Connection, name: str) -> None:
    """Forget a file of which nothing was ever committed."""
    held = select(capture.c.id).where(capture.c.file == name).exists()
    conn.execute(delete(evidence_file).where(_at.name == name, _at.committed_length == 0, ~held))


# --- folders ----------------------------------------------------------------------------------------------------------


def folders(conn: Connection) -> frozenset[str]:
    """Return the folders in which files in use lie, those apart of which nobody said."""
    return frozenset(conn.execute(select(_at.folder).distinct().where(_at.folder.is_not(None), _IN_USE)).scalars())


def put_in(conn: Connection, name: str, folder: str) -> None:
    """Say in which folder a file lies, unless that is known; also before anything of it is committed."""
    values = {"name": name, "committed_length": 0, "folder": folder}
    dialects.insert_or_lift(conn, evidence_file, values, ["name"], "committed_length")
    conn.execute(update(evidence_file).where(_at.name == name, _at.folder.is_(None)).values(folder=folder))


def homeless(conn: Connection, alive_after: datetime) -> tuple[EvidenceFile, ...]:
    """Return the files in use of which nobody said where they lie, or whose folder no daemon writes to any more."""
    alive = select(worker.c.folder).where(
        worker.c.folder.is_not(None), worker.c.stopped_at.is_(None), worker.c.beat_at > alive_after
    )
    statement = select(evidence_file).where(_IN_USE, or_(_at.folder.is_(None), _at.folder.not_in(alive)))
    return nouns(EvidenceFile, conn.execute(statement.order_by(_at.name)))


def adopt(conn: Connection, names: Iterable[str], folder: str, alive_after: datetime) -> frozenset[str]:
    """Let a folder have these files, those left out that are not homeless any more; return which it has."""
    mine = {one.name for one in homeless(conn, alive_after)} & set(names)
    for name in sorted(mine):
        set_fields(conn, name, folder=folder)
    return frozenset(mine)


def _unheard(before: datetime) -> ColumnElement[bool]:
    """Tell the files of folders of which no daemon has given a sign since then; rows of daemons are pruned in time."""
    heard = select(worker.c.folder).where(worker.c.folder.is_not(None), worker.c.beat_at >= before)
    return _at.folder.is_not(None) & _at.folder.not_in(heard)


def abandoned(conn: Connection, before: datetime, ours: str) -> tuple[str, ...]:
    """Return the stored files of other folders whose daemons have all given no sign since then."""
    which = _IN_USE & _at.stored_at.is_not(None) & (_at.folder != ours) & _unheard(before)
    return tuple(conn.execute(select(_at.name).where(which).order_by(_at.name)).scalars())


# --- the object store -------------------------------------------------------------------------------------------------


def _of(folder: str, *, alone: bool) -> ColumnElement[bool]:
    mine = _at.folder == folder
    return or_(mine, _at.folder.is_(None)) if alone else mine


def unstored(conn: Connection, folder: str, *, alone: bool) -> tuple[EvidenceFile, ...]:
    """Return the files of a folder that are not safe in the store yet, and whose own bytes are not damaged."""
    sound = or_(_at.problem.is_(None), _at.problem.startswith(OF_OBJECT))
    which = _IN_USE & _at.stored_at.is_(None) & sound & (_at.committed_length > 0) & _of(folder, alone=alone)
    statement = select(evidence_file).where(which).order_by(_at.name)
    return nouns(EvidenceFile, conn.execute(statement))


def any_stored(conn: Connection, url: str) -> bool:
    """Say whether something is safe in that store, or is still to be taken out of it."""
    there = _at.stored_at.is_not(None) & _at.stored_as.startswith(f"{url}/", autoescape=True)
    return conn.execute(select(_at.name).where(there).limit(1)).first() is not None


def begin_storing(conn: Connection, name: str, url: str) -> bool:
    """Say what a file is about to be stored as; False where it was replaced or removed meanwhile."""
    which = update(evidence_file).where(_at.name == name, _IN_USE)
    return conn.execute(which.values(stored_as=url)).rowcount > 0


def set_stored(conn: Connection, name: str, now: datetime) -> bool:
    """Say that a file is safe in the store; False where it was replaced or removed meanwhile."""
    which = update(evidence_file).where(_at.name == name, _IN_USE)
    conn.execute(which.where(_at.problem.startswith(OF_OBJECT)).values(problem=None))
    return conn.execute(which.values(stored_at=now)).rowcount > 0


class Left(NamedTuple):
    """What may still lie in the store of a file that was replaced or removed."""

    name: str
    stored_as: str
    folder: str | None


def left_stored(conn: Connection, unheard_since: datetime | None = None) -> tuple[Left, ...]:
    """Return what may still lie in the store of files that were replaced or removed.

    With `unheard_since` only those of folders of which no daemon has given a sign since then.
    """
    which = _at.removed_at.is_not(None) & _at.stored_as.is_not(None)
    if unheard_since is not None:
        which &= _unheard(unheard_since)
    rows = conn.execute(select(_at.name, _at.stored_as, _at.folder).where(which).order_by(_at.name))
    return tuple(Left(*row) for row in rows)


def owed(conn: Connection) -> tuple[EvidenceFile, ...]:
    """Return the files that were made of others and are not safe in the store, whatever is wrong with them.

    Until they are, what they were made of may have its only copy there.
    """
    which = _IN_USE & _at.origin.is_not(None) & _at.stored_at.is_(None) & (_at.committed_length > 0)
    return nouns(EvidenceFile, conn.execute(select(evidence_file).where(which).order_by(_at.name)))


def forget_object(conn: Connection, name: str) -> None:
    """Say that nothing of a file is in the store."""
    set_fields(conn, name, stored_as=None, stored_at=None)


def stored_until(conn: Connection, moment: datetime) -> tuple[EvidenceFile, ...]:
    """Return the files in use that were safe in the store by then."""
    statement = select(evidence_file).where(_IN_USE, _at.stored_at <= moment).order_by(_at.stored_at)
    return nouns(EvidenceFile, conn.execute(statement))


class Amount(NamedTuple):
    """How many files and bytes."""

    files: int
    bytes: int


def amount_stored(conn: Connection) -> Amount:
    """Count the files in use that are safe in the store."""
    return _amount(conn, _at.stored_at.is_not(None))


def amount_unstored(conn: Connection) -> Amount:
    """Count the files in use that are not, those being written included."""
    return _amount(conn, _at.stored_at.is_(None) & (_at.committed_length > 0))


def _amount(conn: Connection, which: ColumnElement[bool]) -> Amount:
    statement = select(func.count(), func.coalesce(func.sum(_at.committed_length), 0)).where(_IN_USE, which)
    count, size = conn.execute(statement).one()
    return Amount(int(count), int(size))


def oldest_unstored(conn: Connection) -> datetime | None:
    """Return when the last record was kept in that unstored file which ended first; None without any."""
    newest = select(capture.c.captured_at).where(capture.c.file == _at.name).order_by(capture.c.offset.desc()).limit(1)
    which = _IN_USE & _at.stored_at.is_(None) & (_at.committed_length > 0)
    ended = select(newest.scalar_subquery().label("at")).select_from(evidence_file).where(which).subquery()
    return conn.execute(select(func.min(ended.c.at))).scalar()
