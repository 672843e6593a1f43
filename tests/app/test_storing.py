"""Evidence in an object store: as safe as on the disk, and as gone when it has to go."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from monitor.app import compacting, removing, verifying
from monitor.app.context import Context
from monitor.app.reading_kept import read_kept
from monitor.app.storing import Storing, store, waiting
from monitor.edges.clock import FixedClock
from monitor.edges.object_store import ObjectStore, UnreachableError
from monitor.edges.warc_folder import storing_alone
from monitor.errors import ConfigError, EvidenceError
from monitor.evidence_answers import VerifyReport
from monitor.model import EvidenceFile, RemovalCause
from monitor.running_answers import StoreReport
from monitor.settings import Settings
from monitor.store import files
from monitor.store import removing as removals
from tests.app.shelf import LATER, everything, keep, pages, read_all, rows, settings_in, shelf
from tests.blank import blank_sqlite
from tests.edges.object_stores import Bucket, folder_bucket

SOON = {"keep_local": "1s"}


@pytest.fixture
def bucket(tmp_path: Path) -> Bucket:
    """A store that is a folder; tests/e2e has a server."""
    return folder_bucket(tmp_path / "bucket")


def settings_of(folder: Path, bucket: Bucket, **evidence: Any) -> Settings:
    """Return settings of an archive that stores in it."""
    return settings_in(folder, evidence={"min_free": 1, "store": bucket.url, **evidence})


@pytest.fixture
def settings(tmp_path: Path, bucket: Bucket) -> Settings:
    """An archive that keeps on the disk what it has stored."""
    blank_sqlite(tmp_path / "archive" / "archive.db")
    return settings_of(tmp_path / "archive", bucket)


def on_disk(settings: Settings) -> set[str]:
    """Return the evidence files in the folder."""
    return {path.name for path in settings.evidence_dir.glob("*.warc*")}


async def stored(settings: Settings, hours: float = 0) -> StoreReport:
    """Store what waits, so much later."""
    async with shelf(settings, LATER + timedelta(hours=hours)) as ctx:
        return await store(ctx)


async def away(settings: Settings, bucket: Bucket) -> Settings:
    """Store everything, and let it go from the disk; return the settings that do."""
    soon = settings_of(settings.data_dir, bucket, **SOON)
    await stored(soon)
    await stored(soon, hours=1)
    assert on_disk(settings) == set()
    return soon


async def verified(settings: Settings, **options: Any) -> VerifyReport:
    """Verify everything."""
    async with shelf(settings) as ctx:
        return await verifying.verify(ctx, again=True, **options)


async def test_what_is_closed_is_stored_read_back_and_noted(settings: Settings, bucket: Bucket) -> None:
    """To the byte; the disk keeps it; a second time there is nothing to do."""
    names = await keep(settings, pages("one.example", 3))
    names = await keep(settings, pages("two.example", 3), verified=False)  # storing verifies first
    report = await stored(settings)
    assert set(report.stored) == set(names) == bucket.names() == on_disk(settings)
    assert all(bucket.get(name) == (settings.evidence_dir / name).read_bytes() for name in names)
    async with shelf(settings) as ctx:
        assert all(one.stored_at == LATER and one.verified_at for one in await ctx.db.read(files.every))
        told = await waiting(ctx)
    assert (told.stored_files, told.stored_bytes, told.waiting_files) == (2, report.bytes, 0)
    assert (await stored(settings)).stored == ()


async def test_a_file_in_use_waits_until_it_is_closed(settings: Settings, bucket: Bucket) -> None:
    """And is told as waiting, with when its last record was kept."""
    await keep(settings, pages("one.example", 1))
    path = next(settings.evidence_dir.glob("*.warc.gz"))
    path.rename(f"{path}.open")
    assert (await stored(settings)).stored == ()
    async with shelf(settings) as ctx:
        told = await waiting(ctx)
        (last,) = await ctx.db.read(rows)
    assert (told.waiting_files, told.oldest, bucket.names()) == (1, last.captured_at, set())


async def test_what_went_from_the_disk_reads_as_before(settings: Settings, bucket: Bucket) -> None:
    """Records by range, verification by streaming: nothing is missing, nothing is wrong, no file comes back."""
    await keep(settings, pages("one.example", 5))
    before = await everything(settings)
    soon = await away(settings, bucket)
    assert await everything(soon) == before
    report = await verified(soon)
    assert (report.faults, report.notes, report.files, report.captures) == ((), (), 1, 5)
    assert on_disk(settings) == set()


async def test_nothing_goes_from_the_disk_that_is_not_whole_in_the_store(settings: Settings, bucket: Bucket) -> None:
    """Though the database says so: somebody may have removed it there."""
    (name,) = await keep(settings, pages("one.example", 2))
    await stored(settings)
    bucket.remove(name)
    report = await stored(settings_of(settings.data_dir, bucket, **SOON), hours=1)
    assert (report.released, on_disk(settings)) == ((), {name})
    assert "not whole in the store" in report.notes[0]


async def test_an_object_that_is_missing_is_told_and_stored_again(settings: Settings, bucket: Bucket) -> None:
    """Verification finds it; the file on the disk is right, and goes there once more."""
    (name,) = await keep(settings, pages("one.example", 2))
    await stored(settings)
    bucket.remove(name)
    assert [one.kind for one in (await verified(settings, texts=False)).faults] == ["object-missing"]
    assert (await stored(settings)).stored == (name,)
    assert (await verified(settings, texts=False)).faults == ()


async def test_bytes_altered_in_the_store_are_found_and_never_given_out(settings: Settings, bucket: Bucket) -> None:
    """While the file is on the disk it is the object that is wrong; once it is not, its records are refused."""
    (name,) = await keep(settings, pages("one.example", 4))
    await stored(settings)
    data = bytearray(bucket.get(name))
    async with shelf(settings) as ctx:
        third = (await ctx.db.read(rows))[2]
    data[third.offset + third.length // 2] ^= 0xFF
    bucket.alter(name, bytes(data))
    assert [one.kind for one in (await verified(settings, texts=False)).faults] == ["object-altered"]
    (settings.evidence_dir / name).unlink()
    async with shelf(settings) as ctx:
        with pytest.raises(EvidenceError):
            await read_kept(ctx, third)
        assert len([await read_kept(ctx, one) for one in await ctx.db.read(rows) if one != third]) == 3
    report = await verified(settings, texts=False)
    assert {(one.what, one.capture_id) for one in report.faults} >= {(name, third.id)}


async def test_a_damaged_file_is_not_stored(settings: Settings, bucket: Bucket) -> None:
    """It is told of, and the others are stored."""
    await keep(settings, pages("one.example", 2), verified=False)
    damaged, whole = sorted(await keep(settings, pages("two.example", 2), verified=False))
    path = settings.evidence_dir / damaged
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)
    report = await stored(settings)
    assert (report.stored, bucket.names()) == ((whole,), {whole})
    assert report.notes[0].startswith(f"{damaged} was not stored")


async def test_compacting_brings_back_what_is_in_the_store_only(settings: Settings, bucket: Bucket) -> None:
    """The new file is stored before the old object goes; every record is the same."""
    (name,) = await keep(settings, pages("one.example", 30))
    before = await everything(settings)
    soon = await away(settings, bucket)
    async with shelf(soon) as ctx:
        report = await compacting.compact(ctx, dry_run=False, now=True)
    (made,) = [one.name for one in report.made]
    assert (bucket.names(), on_disk(soon)) == ({name}, {made})
    done = await stored(soon)
    assert (done.stored, done.removed, bucket.names()) == ((made,), (name,), {made})
    assert (await stored(soon, hours=1)).released == (made,)
    assert await everything(soon) == before  # a .warc.zst, by ranges, with its dictionary
    assert (await verified(soon, texts=False)).faults == ()


class _DiedError(Exception):
    """The process died."""


STEPS: list[tuple[str, Any, str]] = [
    ("before it is announced", files, "begin_storing"),
    ("before it is put", ObjectStore, "_upload"),
    ("before it is read back", ObjectStore, "check"),
    ("before it is noted", files, "set_stored"),
    ("before the old object goes", ObjectStore, "remove"),
    ("before that is noted", files, "forget_object"),
]


@pytest.mark.parametrize(("owner", "step"), [one[1:] for one in STEPS], ids=[one[0] for one in STEPS])
@pytest.mark.parametrize("when", ["before", "after"])
async def test_a_crash_at_any_step_is_made_good_by_the_next_run(
    settings: Settings, bucket: Bucket, monkeypatch: pytest.MonkeyPatch, owner: Any, step: str, when: str
) -> None:
    """What stays reads at every moment; in the end the store holds what is in use, and nothing of what was removed."""
    (name,) = await keep(settings, pages("one.example", 3))
    before = await everything(settings)
    await stored(settings)
    async with shelf(settings) as ctx:
        goes = (await ctx.db.read(rows))[1].id
        await ctx.db.write(removals.mark, [goes], RemovalCause.REDACTION, "a test", LATER)
        with monkeypatch.context() as patched:
            patched.setattr(owner, step, _dying(getattr(owner, step), when))
            with pytest.raises(_DiedError):
                await removing.sweep(ctx)
    del before[goes]
    assert await everything(settings) == before
    async with shelf(settings) as ctx:
        await removing.finish(ctx)
        assert await ctx.db.read(files.left_stored) == ()
        (file,) = await ctx.db.read(files.every)
    assert await everything(settings) == before
    assert (file.name != name, file.stored_at, bucket.names()) == (True, LATER, {file.name})


def _dying(real: Callable[..., Any], when: str) -> Callable[..., Any]:
    def call(*args: Any, **more: Any) -> Any:
        if when == "after":
            real(*args, **more)
        raise _DiedError

    return call


async def test_a_store_out_of_reach_is_told_of_once_and_tried_again(
    settings: Settings, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With pauses that double; meanwhile all is kept, read, and told as waiting; when it is back it is stored."""
    await keep(settings, pages("one.example", 2))

    def nobody(*_: object) -> int | None:
        raise UnreachableError("the store cannot be used: no route to host")

    async with shelf(settings) as ctx:
        job = Storing(ctx)
        with capture_logs() as told, monkeypatch.context() as patched:
            patched.setattr(ObjectStore, "size", nobody)
            for minutes in (0, 0.5, 1, 2, 3.5):
                await _at(ctx, job, minutes)
        assert [one["event"] for one in told] == ["evidence.store_unreachable"]
        assert (await waiting(ctx)).waiting_files == 1
        assert len(await read_all(ctx)) == 2
        with capture_logs() as told:
            assert await _at(ctx, job, 3.6) is None  # it waits for the eighth minute
            assert await _at(ctx, job, 8) is not None
        assert [one["event"] for one in told] == ["evidence.stored", "evidence.store_reached"]


async def _at(ctx: Context, job: Storing, minutes: float) -> StoreReport | None:
    ctx.clock = FixedClock(LATER + timedelta(minutes=minutes))
    return await job.do_what_is_due()


async def test_verifying_out_of_reach_says_nothing_against_the_file(
    settings: Settings, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was not checked, which is told, and is no problem of the file; it is read again the next time."""
    await keep(settings, pages("one.example", 2))
    soon = await away(settings, bucket)

    def nobody(*_: object) -> bytes:
        raise UnreachableError("the store cannot be used: no route to host")

    with monkeypatch.context() as patched:
        patched.setattr(ObjectStore, "read", nobody)
        report = await verified(soon, texts=False)
    (fault,) = report.faults
    assert (fault.kind, report.files, "no route to host" in fault.detail) == ("part-unchecked", 0, True)
    async with shelf(soon) as ctx:
        assert [one.problem for one in await ctx.db.read(files.every)] == [None]
    assert (await verified(soon, texts=False)).files == 1


async def test_only_one_process_stores_the_files_of_a_folder(settings: Settings) -> None:
    """The other is told so; what waits is done by the first."""
    await keep(settings, pages("one.example", 1))
    with storing_alone(settings.evidence_dir):
        with pytest.raises(EvidenceError, match="another process is storing"):
            await stored(settings)
        async with shelf(settings) as ctx:
            with capture_logs() as told:  # a daemon that shares the folder finds nothing wrong
                assert await Storing(ctx).do_what_is_due() is None
        assert told == []
    assert len((await stored(settings)).stored) == 1


async def test_without_a_store_nothing_is_stored(tmp_path: Path) -> None:
    """Whoever asks for it is told what to configure; the daemon does not ask."""
    settings = settings_in(tmp_path / "archive")
    await keep(settings, pages("one.example", 1))
    async with shelf(settings) as ctx:
        with pytest.raises(ConfigError, match="no object store"):
            await store(ctx)
        assert await Storing(ctx).do_what_is_due() is None
        assert (await waiting(ctx)).store is None


def _store_elsewhere(conn: Connection, name: str) -> None:
    files.set_fields(conn, name, stored_as=f"s3://elsewhere/{name}")


async def test_a_replaced_object_of_another_store_is_left_to_a_person(settings: Settings, bucket: Bucket) -> None:
    """Its row goes on saying where it is."""
    async with shelf(settings) as ctx:
        gone = EvidenceFile("old.warc.gz", 10, removed_at=LATER, removed_why="compacted", stored_at=LATER)
        await ctx.db.write(files.add, gone)
        await ctx.db.write(_store_elsewhere, "old.warc.gz")
        report = await store(ctx)
        assert [one.name for one in await ctx.db.read(files.left_stored)] == ["old.warc.gz"]
    assert report.notes == (f"s3://elsewhere/old.warc.gz was to go, and is not in {bucket.url}: remove it yourself",)


async def test_a_folder_that_is_not_mounted_is_out_of_reach_and_not_empty(settings: Settings, bucket: Bucket) -> None:
    """Else what was to go from it would count as gone, and all the rest as lost."""
    (name,) = await keep(settings, pages("one.example", 3))
    await stored(settings)
    unmounted(bucket)
    async with shelf(settings) as ctx:
        goes = (await ctx.db.read(rows))[0].id
        await ctx.db.write(removals.mark, [goes], RemovalCause.REDACTION, "a test", LATER)
        swept = await removing.sweep(ctx)
        assert "is not the folder in which files were stored" in swept.notes[-1]
        report = await verifying.verify(ctx, again=True, texts=False)
        assert "object-missing" not in {one.kind for one in report.faults}
        assert bucket.names() == set()
        mounted(bucket)
        assert name in bucket.names()
        await removing.sweep(ctx)
    assert name not in bucket.names()
    assert len(bucket.names()) == 1


def unmounted(bucket: Bucket) -> None:
    """Leave an empty folder where the disk was."""
    disk = Path(bucket.url.removeprefix("file://"))
    disk.rename(disk.with_name("disk"))
    disk.mkdir()


def mounted(bucket: Bucket) -> None:
    """Have the disk back."""
    disk = Path(bucket.url.removeprefix("file://"))
    disk.rmdir()
    disk.with_name("disk").rename(disk)
