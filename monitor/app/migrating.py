"""Bring an archive of an earlier release up to date: told beforehand, copied before, and all of it or nothing."""

import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from glob import escape
from pathlib import Path
from typing import NamedTuple

import structlog
from sqlalchemy import Engine

from monitor.app import alone
from monitor.app.restoring_mark import refuse_unfinished
from monitor.edges.clock import SystemClock
from monitor.errors import MonitorError, UsageError
from monitor.log import keep_quiet
from monitor.progress import Progress
from monitor.running_answers import MigrationReport, MigrationStep
from monitor.settings import Settings
from monitor.sizes import format_size
from monitor.store import alone as store
from monitor.store import migrating
from monitor.store.dialects import open_to_look, shown
from monitor.store.schema import SCHEMA
from monitor.store.troubles import plain_errors

log = structlog.get_logger(__name__)

SPARE = 16_000_000  # bytes that are left free beside the copy


class _Telling(NamedTuple):
    """Who hears of what while an archive is migrated."""

    copied: Progress | None
    begun: Callable[[MigrationReport], None] | None
    done: Callable[[MigrationStep], None] | None


def migrate(
    settings: Settings,
    *,
    dry_run: bool = False,
    rehearse: bool = False,
    backup: bool = True,
    force: bool = False,
    waiting: Callable[[], None] | None = None,
    copied: Progress | None = None,
    begun: Callable[[MigrationReport], None] | None = None,
    done: Callable[[MigrationStep], None] | None = None,
) -> MigrationReport:
    """Bring an archive up to the schema of this program; return what was done, or with `dry_run` would be.

    Needs no open archive. With `rehearse` every migration is run on it and undone, which changes nothing and takes as
    long. The archive is copied first unless `backup` is off: on SQLite beside the file, on PostgreSQL into
    `backup.folder`. All migrations are one transaction: killed in between, it is the old archive still. A second call
    waits for the first. `force` overlooks what workers said of themselves, never a lock.
    Told are: that it has to wait, how much is copied of all, the report when migrating begins, each step that is done.
    Raises SchemaError for an archive of a newer program, DatabaseBusyError while somebody works on it, UsageError where
    no backup can be made, MonitorError without room for it.
    """
    keep_quiet()
    refuse_unfinished(settings.data_dir)
    if dry_run and not rehearse:
        return _foreseen(settings)
    with alone.turn(settings.database_url, waiting):
        report = _foreseen(settings)
        if not report.steps:
            return report
        if not force:
            alone.look(settings)
        with alone.opened(settings) as engine:
            wish = _Wish(backup and not rehearse, rehearse, force)
            return _migrated(engine, settings, report, wish, _Telling(copied, begun, done))


class _Wish(NamedTuple):
    """How it is to be done."""

    backup: bool
    rehearse: bool
    force: bool


def _foreseen(settings: Settings) -> MigrationReport:
    """Return what an archive lacks, its size and the room there is, by looking at it only."""
    url = settings.database_url
    report = MigrationReport(shown(url), None, SCHEMA, migrating.steps(None), done=False, free=_free(url))
    engine = open_to_look(url, settings.database.patience)
    if engine is None:
        return report
    try:
        with plain_errors(url), engine.begin() as conn:
            before = migrating.schema_of(conn, url)
            return replace(report, before=before, steps=migrating.steps(before), size=store.size(conn))
    finally:
        engine.dispose()


def _free(url: str) -> int | None:
    path = store.path_of(url)
    return shutil.disk_usage(path.parent).free if path is not None and path.parent.is_dir() else None


def _migrated(
    engine: Engine, settings: Settings, report: MigrationReport, wish: _Wish, telling: _Telling
) -> MigrationReport:
    copy = _copied(engine, settings, report, telling) if wish.backup and _is_file(settings) else None
    with engine.connect() as conn, conn.begin() as transaction:
        store.wait_turn(conn, settings.database.patience)
        if migrating.schema_of(conn, settings.database_url) != report.before:  # somebody did it meanwhile
            return replace(_foreseen(settings), before=report.before)
        if not wish.force:
            alone.check(conn, settings)
        if wish.backup and not _is_file(settings):
            copy = _backed_up(settings, report)
        report = replace(report, backup=copy)
        if telling.begun is not None:
            telling.begun(report)
        migrating.upgrade(conn, told=telling.done)
        if wish.rehearse:
            transaction.rollback()
            return replace(report, rehearsed=True)
    log.info("archive.migrated", before=report.before, after=report.after, backup=copy)
    return replace(report, done=True)


def _is_file(settings: Settings) -> bool:
    return store.path_of(settings.database_url) is not None


def _copied(engine: Engine, settings: Settings, report: MigrationReport, telling: _Telling) -> str | None:
    """Copy a file of SQLite that nobody else can write to, beside itself, under a name that says what it is."""
    path, needed = store.path_of(settings.database_url), (report.size or 0) + SPARE
    if path is None or report.before is None:
        return None
    if report.free is not None and report.free < needed:
        said = f"{path.parent} has {format_size(report.free)} free, and the copy needs {format_size(needed)}"
        raise MonitorError(said, hint="make room, or copy the archive yourself and say --no-backup")
    made = path.with_name(f"{path.name}.before-{report.after}-{SystemClock().now():%Y%m%dT%H%M%SZ}")
    draft = made.with_name(made.name + _DRAFT)
    _clear_drafts(path)
    try:
        store.copy_to(engine, draft, telling.copied)
        shutil.copymode(path, draft)
        _sync(draft)
        draft.rename(made)
        _sync(made.parent)
    finally:
        _clear_drafts(path)
    return str(made)


_DRAFT = ".tmp"


def _clear_drafts(path: Path) -> None:
    """Take away copies that were not finished, also by one who was killed; nobody else copies, it is our turn."""
    for left in path.parent.glob(f"{escape(path.name)}.before-*{_DRAFT}*"):
        left.unlink()


def _sync(path: Path) -> None:
    one = os.open(path, os.O_RDONLY)
    try:
        os.fsync(one)
    finally:
        os.close(one)


def _backed_up(settings: Settings, report: MigrationReport) -> str | None:
    """Back up an archive on a server into the folder of backups."""
    if report.before is None:
        return None
    if settings.backup.folder is None:
        raise UsageError(
            "no backup can be made before: backup.folder is not set",
            hint="set it, or make a backup yourself (pg_dump) and say --no-backup",
        )
    from monitor.app import backing_up  # which a file of SQLite does without

    return f"{settings.backup.folder}, snapshot {backing_up.backup(settings).name}"
