"""Several machines, a folder of evidence each: what is whose, where the rest is, and what the store makes common."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from monitor.app import (
    export_evidence,
    orphans,
    redacting,
    removing,
    retaining,
    storing,
    storing_folders,
    verifying,
    verifying_choice,
)
from monitor.app.context import Context
from monitor.app.reading_kept import read_kept
from monitor.edges.object_store import ObjectStore, UnreachableError
from monitor.edges.warc_folder import FOLDER_ID, folder_id, make_folder_id
from monitor.errors import EvidenceError
from monitor.evidence_answers import ExportFormat, ExportReport, Selection
from monitor.model import Capture, RemovalCause, Worker
from monitor.settings import Settings
from monitor.store import files, workers
from monitor.store import removing as removals
from tests.app.marked import STORY, WHY, record, with_marker
from tests.app.rig import Rig
from tests.app.shelf import AT, LATER, keep, pages, read_all, rows, settings_in, shelf
from tests.app.website import Website
from tests.edges.object_stores import Bucket, folder_bucket

pytest_plugins = ["tests.newsroom.fixtures"]


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    """A store that all machines reach."""
    return folder_bucket(tmp_path / "bucket")


def machine(folder: Path, database: str, bucket: Bucket | None = None, keep_local: str = "") -> Settings:
    """Return the settings of one machine, whose clock, disk and folder are its own."""
    store = {"store": bucket.url, "keep_local": keep_local} if bucket else {}
    folder.mkdir(exist_ok=True)
    return settings_in(folder, database={"url": database}, evidence={"min_free": 1, **store})


@asynccontextmanager
async def two_machines(first: Settings, second: Settings) -> AsyncIterator[tuple[Context, Context]]:
    """Open an archive on both, each having kept a file of its own."""
    for settings, host in ((first, "one.example"), (second, "two.example")):
        await keep(settings, pages(host, 3), verified=False)
        async with shelf(settings) as ctx:
            await storing_folders.settle_in(ctx)
    async with shelf(first) as one, shelf(second) as two:
        yield one, two


async def living(ctx: Context, beat: timedelta = timedelta(0)) -> None:
    """Say that a daemon of this folder lives, or was heard of so long ago."""
    at = ctx.clock.now() - beat
    folder = storing_folders.own(ctx.settings)
    await ctx.db.write(workers.register, Worker(f"{folder}:1:1", "m", 1, "1", AT, at, folder=folder))


async def the_others(ctx: Context) -> list[Capture]:
    """Return the captures that are not in our folder."""
    us = await storing_folders.ours(ctx)
    theirs = {one.name for one in await ctx.db.read(files.every) if not us.has(one)}
    return [one for one in await ctx.db.read(rows) if one.file in theirs]


def test_a_folder_is_named_once(tmp_path: Path) -> None:
    """Whoever asks gets the same name; a file that says nothing sensible is nobody's guess."""
    assert folder_id(tmp_path) is None
    name = make_folder_id(tmp_path)
    assert (make_folder_id(tmp_path), folder_id(tmp_path)) == (name, name)
    assert make_folder_id(tmp_path / "other") != name
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [FOLDER_ID]
    (tmp_path / FOLDER_ID).write_text("../../etc\n")
    with pytest.raises(EvidenceError, match="names no folder"):
        folder_id(tmp_path)


async def test_an_archive_from_before_gets_its_folder_at_the_next_start(tmp_path: Path) -> None:
    """What lies there is of that folder from then on; what is missing stays nobody's, and missing."""
    settings = settings_in(tmp_path / "archive")
    here = await keep(settings, pages("one.example", 2))
    both = await keep(settings, pages("two.example", 2))
    (lost,) = set(both) - set(here)
    (settings.evidence_dir / lost).unlink()
    async with shelf(settings) as ctx:
        await storing_folders.settle_in(ctx)
        found = {one.name: one.folder for one in await ctx.db.read(files.every)}
        report = await verifying.verify(ctx, texts=False)
    assert found == {here[0]: folder_id(settings.evidence_dir), lost: None}
    assert [(one.kind, one.what) for one in report.faults] == [("file-missing", lost)]


async def test_what_is_written_says_in_which_folder(site_rig: Rig, website: Website) -> None:
    """As soon as a page is kept, and before any daemon starts again."""
    await record(site_rig, website)
    async with site_rig.open() as archive:
        kept = await archive._ctx.db.read(files.every)
    assert {one.folder for one in kept} == {folder_id(site_rig.settings.evidence_dir)} != {None}


async def test_without_a_store_each_says_where_the_rest_lies(tmp_path: Path, postgresql_url: str) -> None:
    """Reading, exporting and verifying name folder and machine, call nothing lost, and touch nothing of the other's."""
    first, second = machine(tmp_path / "a", postgresql_url), machine(tmp_path / "b", postgresql_url)
    async with two_machines(first, second) as (one, two):
        theirs = await the_others(one)
        folder = folder_id(second.evidence_dir)
        assert len(theirs) == 3
        with pytest.raises(EvidenceError, match=f"in the evidence folder {folder}, on the machine "):
            await read_kept(one, theirs[0])
        assert await verifying_choice.due(one) == tuple(path.name for path in first.evidence_dir.glob("*.warc.gz"))
        report = await verifying.verify(one, texts=False)
        assert (report.files, report.faults) == (1, ())
        assert any(str(folder) in note for note in report.notes)
        exported = await _exported(one, tmp_path / "out.warc.gz")
        assert (exported.captures, len(exported.left_out)) == (3, 1)
        assert str(folder) in exported.left_out[0].detail
        await orphans.mend(one)
        assert len(await read_all_of(two, theirs)) == 3


async def read_all_of(ctx: Context, some: list[Capture]) -> list[bytes]:
    """Read these captures as a command does."""
    return [(await read_kept(ctx, one))[1] for one in some]


async def _exported(ctx: Context, to: Path) -> ExportReport:
    return await export_evidence.export(ctx, Selection(), ExportFormat.WARC, to)


async def test_through_the_store_each_reads_what_the_other_kept(
    tmp_path: Path, postgresql_url: str, bucket: Bucket
) -> None:
    """Pages, exports with their requests, and verification of everything, while the files are on no disk."""
    first = machine(tmp_path / "a", postgresql_url, bucket, "1s")
    second = machine(tmp_path / "b", postgresql_url, bucket, "1s")
    async with two_machines(first, second) as (one, two):
        before = {each.id: (await read_kept(one, each))[1] for each in await the_others(two)}
        before |= {each.id: (await read_kept(two, each))[1] for each in await the_others(one)}
        for ctx in (one, two):
            await storing.store(ctx)
    async with shelf(first, LATER + timedelta(hours=1)) as one, shelf(second, LATER + timedelta(hours=1)) as two:
        for ctx in (one, two):
            assert len((await storing.store(ctx)).released) == 1
            assert await read_all(ctx) == before
            report = await verifying.verify(ctx, texts=False, again=True)
            assert (report.files, report.captures, report.faults) == (2, 6, ())
            exported = await _exported(ctx, tmp_path / f"{ctx.settings.data_dir.name}.warc.gz")
            assert (exported.captures, exported.left_out) == (6, ())


async def test_what_is_removed_goes_from_the_folder_of_another_and_from_the_store(
    tmp_path: Path, postgresql_url: str, bucket: Bucket
) -> None:
    """Whoever removes says who does the rest; the daemon of that folder does, in its folder and in the store."""
    first = machine(tmp_path / "a", postgresql_url, bucket)
    second = machine(tmp_path / "b", postgresql_url, bucket)
    async with two_machines(first, second) as (one, two):
        await storing.store(two)
        await living(two)
        goes, *stay = await the_others(one)
        await one.db.write(removals.mark, [goes.id], RemovalCause.REDACTION, "a test", LATER)
        swept = await removing.sweep(one)
        assert swept.files == ()
        assert "the daemon there takes out of it what was removed" in swept.notes[0]
        assert bucket.names() == {goes.file}
        await retaining.retain_when_due(two)
        (left,) = bucket.names()
        assert left == next(second.evidence_dir.glob("*.warc.gz")).name != goes.file
        assert len(await read_all_of(one, stay)) == 2


async def test_the_stored_files_of_a_machine_that_is_no_more_are_taken_over(
    tmp_path: Path, postgresql_url: str, bucket: Bucket
) -> None:
    """By whoever has to write one anew, at once; by a daemon after a day. Not while its own daemon lives."""
    first = machine(tmp_path / "a", postgresql_url, bucket)
    second = machine(tmp_path / "b", postgresql_url, bucket)
    async with two_machines(first, second) as (one, two):
        await storing.store(two)
        goes, *stay = await the_others(one)
        await living(two)
        await storing_folders.adopt_abandoned(one)
        assert not await storing_folders.adopt(one, goes.file)
        assert await the_others(one) == [goes, *stay]
        await two.db.write(workers.stop, f"{folder_id(second.evidence_dir)}:1:1", LATER)
        await one.db.write(removals.mark, [goes.id], RemovalCause.REDACTION, "a test", LATER)
        swept = await removing.sweep(one)
        assert (swept.files, swept.notes) == ((goes.file,), ())
        assert await the_others(one) == []
        assert goes.file not in bucket.names()
        assert len(await read_all_of(one, stay)) == 2
        # The machine comes back, with what it had on its disk.
        await removing.finish(two)
        assert not (second.evidence_dir / goes.file).exists()


async def test_after_a_day_a_daemon_cares_for_what_others_stored(
    tmp_path: Path, postgresql_url: str, bucket: Bucket
) -> None:
    """It verifies from then on what else nobody would."""
    first = machine(tmp_path / "a", postgresql_url, bucket)
    second = machine(tmp_path / "b", postgresql_url, bucket)
    async with two_machines(first, second) as (one, two):
        await storing.store(two)
        await living(two, timedelta(days=2))
        await storing_folders.adopt_abandoned(one)
        assert await the_others(one) == []
        assert len(await one.db.read(_of_folder, folder_id(first.evidence_dir))) == 2


def _of_folder(conn: Connection, folder: str | None) -> list[str]:
    return [one.name for one in files.every(conn) if one.folder == folder]


async def test_a_redaction_reaches_the_store(site_rig: Rig, website: Website, bucket: Bucket) -> None:
    """Of what lies there and nowhere else nothing is left of it, its neighbours are as they were."""
    site_rig.overrides |= {"evidence.store": bucket.url, "evidence.keep_local": "1s", "evidence.min_free": "1B"}
    await record(site_rig, website)
    async with site_rig.open() as archive:
        await archive.custody.store()
        now = archive._ctx.clock.now()
    site_rig.at(now + timedelta(hours=1))
    async with site_rig.open() as archive:
        assert (await archive.custody.store()).released
        assert list(site_rig.settings.evidence_dir.glob("*.warc*")) == []
        assert with_marker(Path(bucket.url.removeprefix("file://"))) != []
        report = await archive.custody.redact(STORY, WHY)
        assert await read_all(archive._ctx)
    assert report.files
    assert with_marker(Path(bucket.url.removeprefix("file://"))) == []
    assert with_marker(site_rig.settings.evidence_dir) == []


async def test_a_redaction_whose_store_is_out_of_reach_says_so_and_is_finished_later(
    site_rig: Rig, website: Website, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The object stays until the store answers; nobody gives out of it what was removed."""

    def nobody(*_: object) -> None:
        raise UnreachableError("the store cannot be used: no route to host")

    site_rig.overrides |= {"evidence.store": bucket.url, "evidence.min_free": "1B"}
    await record(site_rig, website)
    store = Path(bucket.url.removeprefix("file://"))
    async with site_rig.open() as archive:
        await archive.custody.store()
        with monkeypatch.context() as patched:
            patched.setattr(ObjectStore, "size", nobody)
            report = await archive.custody.redact(STORY, WHY)
        assert any("still in the object store" in note for note in report.notes)
        assert with_marker(store) != []
        await redacting.finish(archive._ctx)
        await removing.finish(archive._ctx)
    assert with_marker(store) == []


def _not_removed(*_: object) -> None:
    raise UnreachableError("the store cannot be used: no route to host")


async def test_the_only_copy_stays_in_the_store_until_what_replaced_it_is_stored(
    tmp_path: Path, postgresql_url: str, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where that is lost or damaged on the disk before it was stored: else its neighbours would go with it."""
    first = machine(tmp_path / "a", postgresql_url, bucket)
    second = machine(tmp_path / "b", postgresql_url, bucket)
    async with two_machines(first, second) as (one, two):
        await storing.store(two)
        (before,) = bucket.names()
        goes = (await the_others(one))[0]
        await two.db.write(removals.mark, [goes.id], RemovalCause.REDACTION, "a test", LATER)
        with monkeypatch.context() as patched:
            patched.setattr(ObjectStore, "put", _not_removed)
            await removing.sweep(two)
        (made,) = second.evidence_dir.glob("*.warc.gz")
        aside = made.rename(made.with_name("aside"))
        report = await storing.store(two)
        assert bucket.names() == {before}
        assert any(made.name in note for note in report.notes)
        aside.rename(made)
        await storing.store(two)
        assert bucket.names() == {made.name}


@pytest.mark.parametrize("forgotten", [False, True], ids=["known", "forgotten"])
async def test_what_a_machine_that_is_no_more_left_in_the_store_goes(
    tmp_path: Path, postgresql_url: str, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, forgotten: bool
) -> None:
    """What it had replaced, and could not take out any more, is taken out by another; also after its row is pruned."""
    first = machine(tmp_path / "a", postgresql_url, bucket)
    second = machine(tmp_path / "b", postgresql_url, bucket)
    async with two_machines(first, second) as (one, two):
        await storing.store(two)
        goes, *stay = await the_others(one)
        await two.db.write(removals.mark, [goes.id], RemovalCause.REDACTION, "a test", LATER)
        with monkeypatch.context() as patched:
            patched.setattr(ObjectStore, "remove", _not_removed)
            await removing.sweep(two)
        (made,) = second.evidence_dir.glob("*.warc.gz")
        assert bucket.names() == {goes.file, made.name}
        await living(two)
        await storing.store(one)
        assert goes.file in bucket.names()
        await (two.db.write(workers.prune, LATER + timedelta(days=9)) if forgotten else living(two, timedelta(days=2)))
        await storing_folders.adopt_abandoned(one)
        await storing.store(one)
        assert made.name in bucket.names()
        assert goes.file not in bucket.names()
        assert len(await read_all_of(one, stay)) == 2
        assert await the_others(one) == []
