"""Backups are looked after, restored and refused: nothing damaged, foreign or newer gets in place."""

import asyncio
import json
import shutil
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from monitor import Settings, backup, list_backups, open_archive, prune_backups, restore, verify_backups
from monitor.app import alone
from monitor.app.restoring_database import restore_database
from monitor.app.restoring_mark import MARK
from monitor.edges.clock import drive
from monitor.edges.vault_files import held_alone
from monitor.errors import EvidenceError, MonitorError, NotFoundError, SchemaError, UsageError
from monitor.store import hosts, table_rows
from monitor.store.snapshots_schema import make_schema
from tests.app.backed_up import (
    Place,
    alter,
    another,
    assert_whole,
    digests,
    either,
    engine_of,
    place,
)
from tests.app.verified import START, here, recorded, settings_in
from tests.store import filler

__all__ = ["either", "here", "place", "recorded"]  # fixtures


def test_a_flipped_bit_is_found_by_verify_and_refused_by_restore(place: Place) -> None:
    """It is set aside, so that the next backup stores the piece anew, after which all is well."""
    one = place.backup()
    assert verify_backups(place.settings, place.vault).damaged == ()
    assert list_backups(place.settings, place.vault)[0].verified_at is not None
    victim = place.vault / "objects" / place.manifest().database[0].pieces[0].sha256[:2]
    path = next(victim.iterdir())
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    with pytest.raises(EvidenceError, match="damaged"):
        place.restore()
    with pytest.raises(MonitorError, match="not restored to its end"):
        asyncio.run(assert_whole(place.restored))
    (line,) = verify_backups(place.settings, place.vault, every=True).damaged
    assert list_backups(place.settings, place.vault)[0].verified_at is None
    assert one.name in line
    assert "archive.db" in line
    with pytest.raises(EvidenceError, match="missing"):
        place.restore()
    place.backup()
    assert verify_backups(place.settings, place.vault, every=True).damaged == ()
    shutil.rmtree(place.into)
    place.restore()
    asyncio.run(assert_whole(place.restored))


def test_pruning_keeps_what_is_asked_and_all_that_it_needs(place: Place, tmp_path: Path) -> None:
    """Of ten days with two snapshots each the last three days are left, one snapshot each, and each is whole."""
    clock = tmp_path / "clock.json"
    own = {"data_dir": place.settings.data_dir, "daemon": {"clock_file": clock}, "backup": {"keep": {"daily": 3}}}
    settings = Settings.model_validate(own)
    for turn in range(8):
        drive(clock, START + timedelta(hours=12 * turn))
        with closing(sqlite3.connect(settings.data_dir / "archive.db")) as conn, conn:
            conn.execute("UPDATE source SET failures = failures + 1")
        backup(settings, place.vault)
    names = [one.name for one in list_backups(settings, place.vault)]
    before = len(place.pieces())
    report = prune_backups(settings, place.vault)
    assert report.kept == (names[0], names[2], names[4])
    assert report.pieces == before - len(place.pieces()) > 0
    assert verify_backups(settings, place.vault, every=True).damaged == ()
    assert prune_backups(settings, place.vault).removed == ()
    manifest = place.vault / "snapshots" / f"{names[0]}.json"
    shutil.copy(manifest, manifest.with_name("before-the-move.json"))  # a snapshot is what its file is called
    assert "before-the-move" in prune_backups(settings, place.vault).kept


def test_pruning_gives_nothing_up_for_a_manifest_it_cannot_read(place: Place) -> None:
    """Nobody could say which pieces that one needs."""
    one = place.backup()
    (place.vault / "snapshots" / f"{one.name}.json").write_text("{}")
    two = place.backup()
    pieces = place.pieces()
    with pytest.raises(EvidenceError, match="cannot be read"):
        prune_backups(place.settings, place.vault)
    assert place.pieces() == pieces
    assert [each.name for each in list_backups(place.settings, place.vault)] == [two.name]
    assert one.name in verify_backups(place.settings, place.vault, every=True).damaged[0]


def test_nothing_is_overwritten(place: Place) -> None:
    """A folder, or a database, that holds something is refused."""
    place.backup()
    place.into.mkdir()
    (place.into / "letter.txt").write_text("dear reader")
    with pytest.raises(UsageError, match="not empty"):
        place.restore()
    with pytest.raises(UsageError, match="in the archive itself"):
        backup(place.settings, place.settings.data_dir / "backups")
    with pytest.raises(UsageError, match="no folder for backups"):
        backup(place.settings)
    with pytest.raises(NotFoundError, match="no snapshot"):
        restore(place.vault, place.folder / "new", snapshot="yesterday")
    (place.folder / "other.db-wal").write_bytes(b"x")  # SQLite would take it for that of the new file
    with pytest.raises(UsageError, match=r"other\.db-wal is there already"):
        restore(place.vault, place.folder / "new", database_url=f"sqlite:///{place.folder / 'other.db'}")
    with pytest.raises(UsageError, match="of SQLite"):
        restore(place.vault, place.folder / "new", database_url="postgresql://nobody@127.0.0.1/none")


def test_a_restore_that_was_interrupted_goes_on(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until it has come to its end no command opens the folder, and only the same restore touches it."""
    first = place.backup()
    place.backup()

    def cut(*_args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("monitor.app.restoring.restore_database", cut)
    with pytest.raises(KeyboardInterrupt):
        place.restore()
    monkeypatch.undo()
    assert (place.into / MARK).exists()
    kept = {path.name: path.stat().st_ino for path in (place.into / "evidence").iterdir()}
    with pytest.raises(MonitorError, match="not restored to its end"):
        asyncio.run(assert_whole(place.restored))
    with pytest.raises(UsageError, match="unfinished"):
        place.restore(snapshot=first.name)
    with held_alone(place.into), pytest.raises(MonitorError, match="another restore"):
        place.restore()
    with pytest.raises(MonitorError, match="not restored to its end"):
        backup(place.restored, place.folder / "other")
    place.restore()
    there = {path.name: path.stat().st_ino for path in (place.into / "evidence").iterdir() if path.name in kept}
    assert {name: there[name] for name in kept if name.endswith(".gz")} == {
        name: number for name, number in kept.items() if name.endswith(".gz")
    }
    asyncio.run(assert_whole(place.restored))


async def test_nobody_works_on_a_restored_archive(either: Place) -> None:
    """Its workers work elsewhere: they hold no host, raise no alarm, and keep nobody from having it alone."""
    async with open_archive(either.settings) as archive:
        await archive.workers.register()
        await archive._ctx.db.write(hosts.ensure, "a.example")
        await archive._ctx.db.write(hosts.claim, "a.example", archive.now(), archive._ctx.owner, 600.0)
        await asyncio.to_thread(either.backup)
        (view,) = await archive.workers.every()
        assert (view.state, view.leases) == ("working", 1)
    await asyncio.to_thread(either.restore)
    alone.look(either.restored)
    async with open_archive(either.restored) as archive:
        (view,) = await archive.workers.every(past=True)
        assert (view.state, view.leases, view.worker.stopped_at) == ("stopped", 0, view.worker.beat_at)


def test_a_restore_that_was_cut_off_at_its_end_goes_on(either: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the database has its name it is taken for ours, though its workers were ended; another is not."""

    async def work() -> None:
        async with open_archive(either.settings) as archive:
            await archive.workers.register()
            await asyncio.to_thread(either.backup)

    def cut(*_args: object) -> None:
        restore_database(*_args)  # type: ignore[arg-type]
        raise KeyboardInterrupt

    asyncio.run(work())
    with monkeypatch.context() as patched:
        patched.setattr("monitor.app.restoring.restore_database", cut)
        with pytest.raises(KeyboardInterrupt):
            either.restore()
    assert (either.into / MARK).exists()
    either.restore()
    alone.look(either.restored)
    if not either.into_url:
        (either.into / MARK).write_text(
            json.dumps({"backups": str(either.vault), "snapshot": either.manifest().snapshot.name})
        )
        (either.into / "archive.db").write_bytes(b"something else")
        with pytest.raises(UsageError, match="is there already"):
            either.restore()


def test_a_database_that_is_not_empty_is_refused(postgresql_url: str, postgresql_server: str, tmp_path: Path) -> None:
    """An archive of PostgreSQL goes into an empty database, wholly or not at all, and only of that kind."""
    place = Place(settings_in(tmp_path, database={"url": postgresql_url}), postgresql_url)
    place.backup()
    with engine_of(postgresql_url) as engine, engine.begin() as conn:
        conn.execute(text("INSERT INTO counter (name, value) VALUES ('x', 1)"))
    with pytest.raises(UsageError, match="not empty"):
        place.restore()
    shutil.rmtree(place.into)
    with pytest.raises(UsageError, match="of PostgreSQL"):
        restore(place.vault, place.into)
    with another(postgresql_server) as other:
        alter(place, counts={**place.manifest().counts, "host": 5})
        with pytest.raises(MonitorError, match="other numbers of rows"):
            restore(place.vault, place.into, database_url=other)
        with engine_of(other) as engine, engine.connect() as conn:
            assert conn.execute(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).scalar() == 0


def test_a_chain_that_is_another_is_refused(place: Place) -> None:
    """The newest seal that the backup wrote down proves the restored archive."""
    place.backup()
    number, _ = place.manifest().seal or (0, "")
    assert number > 0
    alter(place, seal=(number, "0" * 64))
    with pytest.raises(MonitorError, match="newest seal"):
        place.restore()


def test_a_newer_snapshot_names_the_program_it_needs(place: Place) -> None:
    """Nothing is written by a program that could not use it."""
    place.backup()
    alter(place, schema="9001", program="7.0")
    with pytest.raises(SchemaError) as caught:
        place.restore()
    assert "monitor 7.0" in str(caught.value.hint)
    assert not place.into.exists()


def test_an_archive_of_an_earlier_release_is_backed_up_as_it_is(
    bare_postgresql_url: str, postgresql_server: str, tmp_path: Path
) -> None:
    """Restored it has its own schema again, to be migrated. Of SQLite it is the same file anyway."""
    with another(postgresql_server) as other:
        _back_and_forth(Place(settings_in(tmp_path, database={"url": bare_postgresql_url}), other))


def _back_and_forth(place: Place) -> None:
    with engine_of(place.settings.database_url) as engine, engine.begin() as conn:
        make_schema(conn, "0005")
        filler.fill(conn, table_rows.tables_in_order(conn), 3)
    told = digests(place.settings)
    assert place.backup(evidence="none").schema == "0005"
    report = place.restore()
    assert any("monitor migrate" in line for line in report.problems)
    assert digests(place.restored) == told
