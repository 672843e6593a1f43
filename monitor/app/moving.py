"""Move an archive to another database, and prove that both hold the same before the new one may be used."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import structlog
from sqlalchemy import Connection, Table, text

from monitor.app import alone
from monitor.app.restoring_mark import refuse_unfinished
from monitor.app.sealing import chain_faults
from monitor.errors import DatabaseError, NotFoundError, UsageError
from monitor.log import keep_quiet
from monitor.progress import Progress
from monitor.running_answers import MoveReport, TableMove
from monitor.settings import Settings
from monitor.store import alone as store
from monitor.store import indexing_anew, migrating, table_rows
from monitor.store.dialects import integrity, is_sqlite, lock_schema, open_to_look, shown
from monitor.store.troubles import plain_errors

log = structlog.get_logger(__name__)

_MOST = 10  # faults that are told


@dataclass(slots=True)
class _Count:
    """How far it has come, in rows copied, texts indexed and rows read back."""

    progress: Progress | None
    total: int
    done: int = 0

    def more(self, count: int) -> None:
        """Hear of so many more."""
        self.done += count
        if self.progress is not None:
            self.progress(min(self.done, self.total), self.total)


def migrate_to(
    settings: Settings,
    url: str,
    *,
    dry_run: bool = False,
    force: bool = False,
    progress: Progress | None = None,
) -> MoveReport:
    """Copy the archive's database into an empty one, prove that they are equal, and return the tables.

    Needs no open archive. One transaction there: until all of it is proved (rows and SHA-256 of every table, read back;
    the references, the index for search, the chain of seals) nobody sees any of it, and a failure leaves the database
    empty. The archive itself is not changed, and locked meanwhile; files of evidence stay where they are. Memory stays
    bounded. With `dry_run` only the rows are counted.
    Raises UsageError where the other database is not empty, DatabaseBusyError while somebody works on the archive,
    SchemaError for one that has to be migrated first, DatabaseError where something differs or is out of reach.
    """
    keep_quiet()
    refuse_unfinished(settings.data_dir)
    _refuse_itself(settings, url)
    if not migrating.is_current(settings.database_url, settings.database.patience):
        raise NotFoundError(f"{shown(settings.database_url)} is no archive yet", hint="there is nothing to move")
    _need_empty(settings, url)
    if not force:
        alone.look(settings)
    with _source(settings, force) as source:
        report = _counted(source, settings, url)
        if dry_run:
            return report
        with plain_errors(url), _target(settings, url) as target:
            moved = _moved(source, target, report, _Count(progress, _work(report)))
    log.info("archive.moved", before=report.before, after=report.after, rows=sum(one.rows for one in moved.tables))
    return moved


def _refuse_itself(settings: Settings, url: str) -> None:
    ours, theirs = store.path_of(settings.database_url), store.path_of(url)
    same_file = ours is not None and theirs is not None and ours.resolve() == theirs.resolve()
    if same_file or settings.database_url == url:
        raise UsageError("that is the database it is in already")


def _need_empty(settings: Settings, url: str) -> None:
    engine = open_to_look(url, settings.database.patience)
    if engine is None:
        return  # a file of SQLite that will be made
    try:
        with plain_errors(url), engine.begin() as conn:
            _refuse_full(conn, url)
    finally:
        engine.dispose()


def _refuse_full(conn: Connection, url: str) -> None:
    if migrating.schema_of(conn, url) is not None:
        raise UsageError(f"{shown(url)} holds an archive already", hint="name an empty database")
    store.need_every_script(conn, url)


@contextmanager
def _source(settings: Settings, force: bool) -> Iterator[Connection]:
    """Give a connection to the archive that sees one moment of it, while nobody else may write."""
    with alone.turn(settings.database_url), alone.opened(settings) as engine, engine.connect() as plain:
        on_server = not is_sqlite(plain)
        conn = plain.execution_options(isolation_level="REPEATABLE READ") if on_server else plain
        with conn.begin():
            store.stop_writers(conn, [one.name for one in table_rows.tables_in_order()])
            if not force:
                alone.check(conn, settings)
            yield conn


@contextmanager
def _target(settings: Settings, url: str) -> Iterator[Connection]:
    """Give a connection to the other database whose transaction is committed only if all went well."""
    engine = store.open_alone(url, settings.database.patience)
    try:
        with engine.begin() as conn:
            lock_schema(conn)
            _refuse_full(conn, url)
            migrating.upgrade(conn)
            yield conn
    finally:
        engine.dispose()


def _counted(source: Connection, settings: Settings, url: str) -> MoveReport:
    tables = tuple(TableMove(one.name, table_rows.count(source, one), "") for one in table_rows.tables_in_order())
    return MoveReport(shown(settings.database_url), shown(url), tables, indexing_anew.count(source), done=False)


def _work(report: MoveReport) -> int:
    return 2 * sum(one.rows for one in report.tables) + report.texts


def _moved(source: Connection, target: Connection, report: MoveReport, count: _Count) -> MoveReport:
    given = tuple(_copied(source, target, table, count) for table in table_rows.tables_in_order())
    table_rows.set_sequences(target)
    texts = indexing_anew.index_all(target, count.more)
    if not is_sqlite(target):
        target.execute(text("ANALYZE"))  # else the first questions would be planned for empty tables
    taken = tuple(_read_back(target, table, count) for table in table_rows.tables_in_order())
    problems = (*_differences(given, taken), *_faults(source, target))
    if problems:
        raise DatabaseError(
            f"the copy is not equal, and was undone: {'; '.join(problems[:_MOST])}",
            hint="`monitor verify` looks for damage in the archive itself",
        )
    return replace(report, tables=taken, texts=texts, done=True)


def _copied(source: Connection, target: Connection, table: Table, count: _Count) -> TableMove:
    """Copy a table; its digest is of the rows as the archive gave them."""
    rows, seen = 0, hashlib.sha256()
    try:
        for some in table_rows.batches(source, table):
            for row in some:
                seen.update(table_rows.line(row))
            rows += table_rows.put(target, table, some)
            count.more(len(some))
    except ValueError as error:
        said = f"the table {table.name} holds something that is no value of its kind: {error}"
        raise DatabaseError(said, hint="`monitor verify` looks for damage in the archive itself") from error
    return TableMove(table.name, rows, seen.hexdigest())


def _read_back(target: Connection, table: Table, count: _Count) -> TableMove:
    return TableMove(table.name, *table_rows.digest(target, table, count.more))


def _differences(given: tuple[TableMove, ...], taken: tuple[TableMove, ...]) -> Iterator[str]:
    for ours, theirs in zip(given, taken, strict=True):
        if ours != theirs:
            yield f"{ours.table} has {ours.rows} rows ({ours.sha256[:12]}), there {theirs.rows} ({theirs.sha256[:12]})"


def _faults(source: Connection, target: Connection) -> Iterator[str]:
    """Yield what is wrong with the copy by itself: damage, texts that are not found, a chain that does not hold.

    A chain that is broken in the archive already comes along as it is: both hold the same.
    """
    said = integrity(target, _MOST)
    yield from said.damage
    yield from (f"revision {number} is not in the index for search" for number in said.unindexed)
    known = {(one.kind, one.what, one.detail) for one in chain_faults(source)}
    for fault in chain_faults(target):
        if (fault.kind, fault.what, fault.detail) not in known:
            yield f"{fault.what}: {fault.detail}"
