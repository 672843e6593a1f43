"""A backup made while the archive works is restored, and everything in it is as it was; on both databases."""

import asyncio
import os
import shutil
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from monitor import Settings, backup, list_backups, open_archive, verify_backups
from monitor.app import backing_up, backing_up_database
from monitor.edges.vault import Vault
from monitor.errors import DatabaseBusyError, MonitorError
from monitor.store import table_rows
from monitor.store.database import Database
from tests.app.backed_up import (
    LATER,
    Place,
    assert_whole,
    digests,
    either,
    engine_of,
    place,
)
from tests.app.test_orphans import left_behind
from tests.app.verified import HARVEST, START, STORY, here, record, recorded, settings_in
from tests.app.website import Page, Website, article
from tests.store import filler

__all__ = ["either", "here", "place", "recorded"]  # fixtures


@asynccontextmanager
async def at_work(settings: Settings, site: Website) -> AsyncIterator[Callable[[], int]]:
    """Let an archive visit an article that changes each time; gives a function that counts the visits."""
    visits, over = 0, False

    async def work() -> None:
        nonlocal visits
        async with open_archive(settings, at=START + timedelta(hours=10)) as archive:
            while not over:
                site.pages[STORY] = Page(article("Ships", 100 + visits))
                await archive.check_document(STORY)
                await archive.custody.seal()
                visits += 1
                await asyncio.sleep(0.1)  # a hundred visits would prove no more

    task = asyncio.create_task(work())
    try:
        yield lambda: visits
    finally:
        over = True
        await task


async def after(count: Callable[[], int], visits: int) -> None:
    """Wait until so many more visits were made."""
    goal = count() + visits
    async with asyncio.timeout(120):
        while count() < goal:  # noqa: ASYNC110 - the visits are real, and tell nobody
            await asyncio.sleep(0.02)


async def test_a_backup_of_an_archive_at_work_is_whole(either: Place, read_here: None) -> None:
    """Taken between visits that write to database and evidence, each of two is proved by its own verification."""
    async with Website.start() as site:
        settings = settings_in(either.folder, site, database={"url": either.settings.database.url})
        await record(settings, site)
        taken = []
        async with at_work(settings, site) as count:
            for _ in range(2):
                await after(count, 1)
                taken.append(await asyncio.to_thread(either.backup))
                assert taken[-1].problems == ()
    last = await asyncio.to_thread(either.backup)
    told = digests(settings)
    report = await asyncio.to_thread(either.restore)
    assert (report.problems, report.snapshot.name) == ((), last.name)
    assert digests(either.restored) == told
    await assert_whole(either.restored)
    if not either.into_url:
        shutil.rmtree(either.into)
        await asyncio.to_thread(either.restore, snapshot=taken[0].name)
        await assert_whole(either.restored)


def test_every_kind_of_row_comes_back(either: Place) -> None:
    """Times, words, lists, bytes, nothing at all and letters of every script; and numbering goes on behind them."""
    Database.open(either.settings.database_url).close()
    with engine_of(either.settings.database_url) as engine, engine.begin() as conn:
        filler.fill(conn, table_rows.tables_in_order(), 7)
        table_rows.set_sequences(conn)
    told = digests(either.settings)
    snapshot = either.backup(evidence="none")
    assert snapshot.rows > 7 * 20
    either.restore()
    assert digests(either.restored) == told
    with engine_of(either.restored.database_url) as engine, engine.begin() as conn:
        new = "INSERT INTO alarm (kind, subject, since, detail) VALUES ('disk', '', :now, 'x') RETURNING id"
        assert conn.execute(text(new), {"now": "2026-11-16T12:00:00.000000Z"}).scalar_one() > 7


def test_a_second_backup_adds_little(place: Place) -> None:
    """What did not change is not stored again, and evidence that did not change is not even read."""
    first = place.backup()
    assert first.evidence == "copied"
    assert (first.schema, first.database) == ("0008", "sqlite")
    with closing(sqlite3.connect(place.settings.data_dir / "archive.db")) as conn, conn:
        conn.execute("UPDATE source SET failures = failures + 1")
    second = place.backup()
    assert second.bytes == first.bytes
    assert second.added_bytes < first.added_bytes / 4
    assert [one.name for one in list_backups(place.settings, place.vault)] == [second.name, first.name]
    assert {part.touched for part in place.manifest().files} != {None}


def test_the_file_of_sqlite_comes_back_to_the_byte(place: Place) -> None:
    """It is the copy that the backup made, whose pages lie where they lay in the archive."""
    place.backup()
    place.restore()
    one, two = ((folder / "archive.db").read_bytes() for folder in (place.settings.data_dir, place.into))
    assert len(one) == len(two)
    assert one[4096:] == two[4096:]  # the first page counts changes


def test_evidence_may_be_referred_to_or_left_out(place: Place) -> None:
    """What a restored archive lacks is told, with names; what is referred to has its digest."""
    copied = place.backup()
    copied_parts = place.manifest().files
    referred = place.backup(evidence="reference")
    assert (referred.evidence, referred.files) == ("referenced", copied.files)
    assert [part.sha256 for part in place.manifest().files] == [part.sha256 for part in copied_parts]
    (problem,) = place.restore(dry_run=True).problems
    assert "put them into the folder evidence" in problem
    assert copied_parts[0].name in problem
    place.backup(evidence="none")
    (problem,) = place.restore(dry_run=True).problems
    assert "left out" in problem
    assert not place.into.exists()


def test_evidence_that_is_lost_or_elsewhere_is_told(place: Place) -> None:
    """The rest is backed up all the same, and a restore says the same again."""
    with closing(sqlite3.connect(place.settings.data_dir / "archive.db")) as conn, conn:
        names = [row[0] for row in conn.execute("SELECT name FROM evidence_file ORDER BY name")]
        conn.execute("UPDATE evidence_file SET folder = 'other-1234' WHERE name = ?", (names[0],))
        conn.execute("UPDATE evidence_file SET stored_at = 'x' WHERE name = ?", (names[1],))
    for name in names[:3]:
        (place.settings.evidence_dir / name).unlink()
    short = place.settings.evidence_dir / names[3]
    os.truncate(short, 10)
    told = place.backup().problems
    assert [line.partition(":")[0] for line in told] == [names[0], names[2], names[3]]
    assert ["other-1234" in told[0], "missing" in told[1], "10 bytes" in told[2]] == [True] * 3
    report = place.restore()
    assert set(told) < set(report.problems)
    assert any("object store" in line for line in report.problems)


def test_evidence_replaced_meanwhile_is_taken_in_its_new_form(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written anew between the moment of the database and its turn, a file is gone: the database is looked at again."""
    real, turns = backing_up_database.stow_database, list[Any]()

    def then_redact(*args: Any, **more: Any) -> Any:
        base = real(*args, **more)
        if not turns:
            asyncio.run(_redact(place.settings))
        turns.append(base)
        return base

    monkeypatch.setattr(backing_up, "stow_database", then_redact)
    assert place.backup().problems == ()
    assert len(turns) == 2
    place.restore()
    asyncio.run(assert_whole(place.restored))


async def _redact(settings: Settings) -> None:
    async with open_archive(settings, at=START + LATER) as archive:
        assert (await archive.custody.redact(HARVEST, "a court's order")).captures


def test_a_file_that_is_being_written_comes_back_open(place: Place) -> None:
    """Of two visits the later may be recorded first: the next start takes in what the database had not heard of."""
    asyncio.run(left_behind(place.settings.evidence_dir))
    (path,) = place.settings.evidence_dir.glob("*.open")
    with closing(sqlite3.connect(place.settings.data_dir / "archive.db")) as conn, conn:
        told = "INSERT INTO evidence_file (name, committed_length, verified_length) VALUES (?, ?, 0)"
        conn.execute(told, (path.stem, path.stat().st_size))
        before = conn.execute("SELECT count(*) FROM capture").fetchone()[0]
    place.backup()
    path.rename(path.with_suffix(""))
    place.backup()  # by now it is closed, though it has the same bytes
    assert [part.is_open for part in place.manifest().files if part.name == path.stem] == [False]
    place.restore(snapshot=list_backups(place.settings, place.vault)[1].name)
    assert (place.restored.evidence_dir / path.name).exists()
    assert asyncio.run(_started(place.restored)) == before + 3
    asyncio.run(assert_whole(place.restored))


async def _started(settings: Settings) -> int:
    """Start as a daemon does; return how many captures there are then."""
    async with open_archive(settings, at=START + LATER) as archive:
        await archive.recover()
        return int(str((await archive.sql("SELECT count(*) FROM v_captures")).rows[0][0]))


def test_an_archive_that_somebody_has_alone_is_not_backed_up(place: Place) -> None:
    """The error names what may be at work; nothing was damaged."""
    settings = settings_in(place.folder, database={"patience": 0.1})
    with closing(sqlite3.connect(place.settings.data_dir / "archive.db", isolation_level=None)) as conn:
        conn.execute("PRAGMA locking_mode = EXCLUSIVE")
        conn.execute("BEGIN EXCLUSIVE")
        with pytest.raises(DatabaseBusyError) as refused:
            backup(settings, place.vault)
    assert "monitor migrate" in str(refused.value.hint)


def test_a_failure_leaves_the_older_snapshots(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full in the middle of it costs this backup, and the next one works."""
    place.backup()
    os.utime(next(place.settings.evidence_dir.glob("*.gz")))

    def full(*_args: object) -> None:
        raise MonitorError("No space left on device")

    monkeypatch.setattr(Vault, "put", full)
    with pytest.raises(MonitorError, match="No space"):
        place.backup()
    monkeypatch.undo()
    assert verify_backups(place.settings, place.vault, every=True).damaged == ()
    assert len(list_backups(place.settings, place.vault)) == 1
    assert list((place.vault / "drafts").iterdir()) == []
    place.backup()


def test_too_little_room_is_told_before_anything_is_written(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """How much there is and how much is needed, for a backup as for a restore."""
    place.backup()
    pieces = place.pieces()
    monkeypatch.setattr(Vault, "free", lambda _: 1_000_000)
    monkeypatch.setattr("monitor.app.restoring.free_beside", lambda _: 1_000_000)
    with pytest.raises(MonitorError, match=r"1\.0 MB free"):
        place.backup()
    with pytest.raises(MonitorError, match=r"1\.0 MB free"):
        place.restore()
    assert place.pieces() == pieces
    assert not place.into.exists()


def test_the_first_snapshot_of_a_server_needs_room_and_a_later_one_takes_what_changed(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(settings_in(tmp_path, database={"url": postgresql_url}))
    monkeypatch.setattr(Vault, "free", lambda _: backing_up_database.SPARE + 1)
    with pytest.raises(MonitorError, match="MB free, and about"):
        place.backup(evidence="none")
    assert place.pieces() == []
    monkeypatch.undo()
    place.backup(evidence="none")
    monkeypatch.setattr(Vault, "free", lambda _: backing_up_database.SPARE + 1)
    place.backup(evidence="none")


def test_secrets_are_in_no_manifest(place: Place) -> None:
    """Which options were in force is written down, those that carry passwords by name alone."""
    alerts = {"channels": {"desk": "mailto://me:hunter2@mail.example"}, "webhook_key": "hunter2"}
    settings = settings_in(place.folder, alerts=alerts)
    backup(settings, place.vault)
    told = place.manifest().options
    assert "desk" in told["alerts.channels"]
    assert "hunter2" not in str(told)
