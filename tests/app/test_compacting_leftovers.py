"""What an interrupted compaction leaves: it takes it away itself where it can, else whoever writes anew next does."""

import asyncio
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from sqlalchemy import update

from monitor.app import compacting_swap, removing
from monitor.app.compacting import compact, finish
from monitor.app.context import Context
from monitor.edges import compacting as edge
from monitor.evidence_answers import CompactReport
from monitor.settings import Settings
from monitor.store.schema import capture
from tests.app.shelf import LATER, everything, keep, pages, read_all, settings_in, shelf


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an archive in a folder of the test's own."""
    return settings_in(tmp_path / "archive")


def on_disk(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.evidence_dir.glob("*.warc*"))


async def leftover(settings: Settings, tmp_path: Path) -> str:
    """Leave what a compaction has written that ended just before the database heard of it; return its name."""
    twin = settings_in(tmp_path / "twin")
    await asyncio.to_thread(shutil.copytree, settings.data_dir, twin.data_dir)
    async with shelf(twin) as ctx:
        (made,) = (await compact(ctx, dry_run=False, now=True)).made
    await asyncio.to_thread(shutil.copy, twin.evidence_dir / made.name, settings.evidence_dir / made.name)
    return made.name


async def remove_one(ctx: Context) -> None:
    """Say of a capture that it was removed."""
    await ctx.db.write(lambda conn: conn.execute(update(capture).where(capture.c.id == 3).values(removed_at=LATER)))


async def cancelled(ctx: Context, begun: threading.Event) -> CompactReport:
    """Compact until it has begun, then interrupt it as Ctrl-C does."""
    task = asyncio.create_task(compact(ctx, dry_run=False, now=True))
    assert await asyncio.to_thread(begun.wait, 20)
    task.cancel()
    return await task


async def test_interrupted_while_writing_it_leaves_nothing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that a thread was writing goes when the thread has done with it; all is as before."""
    (name,) = await keep(settings, pages("one.example", 12))
    before = await everything(settings)
    begun, publish = threading.Event(), edge.publish

    def slow(draft: Path, path: Path) -> None:
        begun.set()
        threading.Event().wait(0.2)
        publish(draft, path)

    monkeypatch.setattr(edge, "publish", slow)
    async with shelf(settings) as ctx:
        report = await cancelled(ctx, begun)
    assert (report.finished, report.replaced, report.made) == (False, (), ())
    assert on_disk(settings) == [name]
    assert await everything(settings) == before


async def test_interrupted_while_committing_it_ends_what_it_began(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once the database hears of it, the originals go before it ends, and the answer tells so."""
    (name,) = await keep(settings, pages("one.example", 12))
    before = await everything(settings)
    begun, commit = threading.Event(), compacting_swap.Run.commit

    async def slow(self: compacting_swap.Run, originals: Sequence[compacting_swap.Original]) -> None:
        begun.set()
        await asyncio.sleep(0.2)
        await commit(self, originals)

    monkeypatch.setattr(compacting_swap.Run, "commit", slow)
    async with shelf(settings) as ctx:
        report = await cancelled(ctx, begun)
    assert (report.finished, report.replaced) == (False, (name,))
    assert on_disk(settings) == [one.name for one in report.made]
    assert await everything(settings) == before


async def test_compacting_finishes_first_what_was_left(settings: Settings, tmp_path: Path) -> None:
    """While its originals are there: they go with the run, and then nobody could tell what it is."""
    await keep(settings, pages("one.example", 12))
    name = await leftover(settings, tmp_path)
    async with shelf(settings) as ctx:
        dry = await compact(ctx, dry_run=True, now=True)
        assert (dry.notes, name in on_disk(settings)) == ((), True)
        report = await compact(ctx, dry_run=False, now=True)
    assert [name in note for note in report.notes] == [True]
    assert on_disk(settings) == [one.name for one in report.made]


async def test_what_is_all_elsewhere_goes_without_its_originals(settings: Settings, tmp_path: Path) -> None:
    """A leftover from before a later run, or before some of its captures were removed, is not kept for good."""
    await keep(settings, pages("one.example", 12))
    name = await leftover(settings, tmp_path)
    left = (settings.evidence_dir / name).read_bytes()
    (settings.evidence_dir / name).unlink()
    async with shelf(settings) as ctx:
        await compact(ctx, dry_run=False, now=True)
        await remove_one(ctx)
        await removing.sweep(ctx)
        there = on_disk(settings)
        (settings.evidence_dir / name).write_bytes(left)
        (said,) = await finish(ctx)
        assert "removed for good" in said
        assert on_disk(settings) == there
        assert len(await read_all(ctx)) == 11


async def test_what_is_removed_does_not_survive_in_a_leftover(settings: Settings, tmp_path: Path) -> None:
    """Neither in new files that the database never heard of, nor in originals that it replaced, nor in drafts."""
    (original,) = await keep(settings, pages("one.example", 12))
    name = await leftover(settings, tmp_path)
    (settings.evidence_dir / "a-r1.warc.gz.new").write_bytes(b"half written")
    async with shelf(settings) as ctx:
        await remove_one(ctx)
        swept = await removing.sweep(ctx)
    assert swept.files == (original,)
    assert {note.partition(" ")[0] for note in swept.notes} == {name, "a-r1.warc.gz.new"}
    assert on_disk(settings) == [original.replace(".warc", "-r1.warc")]


async def test_replaced_originals_go_before_bytes_are_removed(settings: Settings, tmp_path: Path) -> None:
    """The process ended between the transaction and the unlinking."""
    (original,) = await keep(settings, pages("one.example", 12))
    await asyncio.to_thread(shutil.copy, settings.evidence_dir / original, tmp_path / original)
    async with shelf(settings) as ctx:
        await compact(ctx, dry_run=False, now=True)
        await asyncio.to_thread(shutil.copy, tmp_path / original, settings.evidence_dir / original)
        await remove_one(ctx)
        assert (await removing.sweep(ctx)).notes == (f"{original} was compacted, and was removed",)
    assert original not in on_disk(settings)
