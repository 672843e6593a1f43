"""The database of a snapshot: copied as of one moment, cut, and put into the folder of backups."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from monitor.app.backing_up_progress import Told
from monitor.core.chunks import CutPolicy, pieces
from monitor.core.manifests import Part
from monitor.edges.vault_files import chunks
from monitor.edges.vault_writer import VaultWriter
from monitor.errors import MonitorError, SchemaError
from monitor.progress import Progress
from monitor.settings import Settings
from monitor.sizes import format_size
from monitor.store import snapshots, snapshots_sqlite
from monitor.store.dialects import open_to_look, shown
from monitor.store.snapshots import CommittedFile, Facts
from monitor.store.troubles import plain_errors

if TYPE_CHECKING:
    from monitor.store.snapshots_postgresql import TableShape

FILE = "archive.db"  # what the database of SQLite is called in a snapshot
# Of 222 MB with 20,000 documents, 1 % new ones changed 23 MB in pieces of 128 KiB, 15 MB in these, 11 MB in halves of
# them, of which there would be twice as many.
PAGE_SPAN = 65_536
SPARE = 67_108_864  # bytes that are left free


@dataclass(frozen=True, slots=True)
class Base:
    """The database of a snapshot: its parts, what it says of itself, and the evidence it accounts for."""

    kind: str
    facts: Facts
    parts: tuple[Part, ...]
    files: tuple[CommittedFile, ...]
    sequences: Mapping[str, int] = field(default_factory=dict)


def stow_database(settings: Settings, writer: VaultWriter, told: Told, *, again: bool = False) -> Base:
    """Put the database as it is now into the folder of backups, `again` where that has most of it from before.

    Raises DatabaseError, MonitorError where there is no room.
    """
    url = settings.database_url
    if make_url(url).get_backend_name() == "sqlite":
        base = _sqlite(url, settings.database.patience, writer, told)
    else:
        base = _postgresql(url, settings.database.patience, writer, told, again)
    if not base.facts.schema:
        raise SchemaError(f"{shown(url)} is no archive", hint="see data_dir and database.url")
    return base


def need_room(free: int, needed: int, place: Path) -> None:
    """Raise MonitorError where fewer bytes are free than are needed."""
    if free < needed + SPARE:
        said = f"{place} has {format_size(free)} free, and about {format_size(needed + SPARE)} are needed"
        raise MonitorError(said, hint="make room, or name a folder on another disk")


def replaced_meanwhile(settings: Settings, names: Iterable[str]) -> bool:
    """Say whether the database knows by now that one of these files of evidence was replaced or removed."""
    engine = open_to_look(settings.database_url, settings.database.patience)
    if engine is None:
        return False
    try:
        with plain_errors(settings.database_url), engine.begin() as conn:
            return bool(snapshots.removed_among(conn, set(names)))
    finally:
        engine.dispose()


def _sqlite(url: str, patience_s: float, writer: VaultWriter, told: Told) -> Base:
    path = snapshots_sqlite.file_of(url)
    vault = writer.vault
    before = path.stat().st_size
    need_room(vault.free(), before, vault.folder)
    told.expect(2 * before)
    copy = vault.drafts / FILE
    try:
        snapshots_sqlite.copy(path, copy, patience_s, _pages_told(told, before))
        with snapshots_sqlite.looked_into(copy) as conn, plain_errors(url):
            facts, files = snapshots.facts(conn), snapshots.committed_files(conn)
        told.expect(copy.stat().st_size - before)
        with copy.open("rb") as stream:
            stowed = writer.stow(told.of(chunks(stream, copy.stat().st_size, PAGE_SPAN)))
    finally:
        copy.unlink(missing_ok=True)
    return Base("sqlite", facts, (Part(FILE, *stowed),), files)


def _pages_told(told: Told, size: int) -> Progress:
    seen = 0

    def tell(done: int, every: int) -> None:
        nonlocal seen
        now = size * done // max(every, 1)
        told.add(now - seen)
        seen = now

    return tell


def _postgresql(url: str, patience_s: float, writer: VaultWriter, told: Told, again: bool) -> Base:
    from monitor.store import snapshots_postgresql as server  # the driver is slow to import

    with server.moment(url, patience_s) as conn:
        size = server.size(conn)
        # Of the first nothing is there, and compressed it takes less; nobody knows how much has changed since another.
        need_room(writer.vault.free(), 0 if again else size, writer.vault.folder)
        told.expect(size)
        parts = tuple(_table(writer, shape, server.lines(conn, shape), told) for shape in server.shapes(conn))
        counts = {part.name: part.rows or 0 for part in parts}
        facts, files = snapshots.facts(conn, counts), snapshots.committed_files(conn)
        return Base("postgresql", facts, parts, files, server.sequences(conn))


def _table(writer: VaultWriter, shape: "TableShape", lines: Iterable[bytes], told: Told) -> Part:
    count = 0

    def counted() -> Iterator[bytes]:
        nonlocal count
        for line in lines:
            count += 1
            yield line

    stowed = writer.stow(told.of(pieces(counted(), shape.key_of, CutPolicy())))
    return Part(shape.name, *stowed, columns=shape.columns, key=shape.key, rows=count)
