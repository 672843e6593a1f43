"""Compaction: nothing is lost, at whatever point it is interrupted, and nothing is rewritten that should not be."""

import asyncio
import gzip
import os
import re
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from monitor.app import compacting, compacting_foreseen, compacting_swap, removing
from monitor.app.compacting import compact, compact_when_due, finish
from monitor.app.reading_kept import read_kept
from monitor.core.compacting import PartPolicy
from monitor.edges.warc_rewrite import alone
from monitor.errors import EvidenceError
from monitor.evidence_answers import CompactedFile, CompactReport
from monitor.settings import Settings
from monitor.store import files
from monitor.store.schema import capture
from tests.app.shelf import (
    AT,
    HTML,
    LATER,
    everything,
    keep,
    page,
    pages,
    rows,
    settings_in,
    shelf,
    words,
)

NAME = re.compile(r"[a-z0-9][a-z0-9._-]*-\d{14}-[0-9a-f]{8}-\d{5}\.warc\.zst")
CODED = (*HTML, (b"Content-Encoding", b"gzip"))
MIXED = [*pages("one.example", 30), *pages("two.example", 30), page("small.example", 1), page("tiny.example", 2)]


async def run(settings: Settings, *, dry_run: bool = False, now: bool = False) -> CompactReport:
    async with shelf(settings) as ctx:
        return await compact(ctx, dry_run=dry_run, now=now)


def on_disk(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.evidence_dir.glob("*.warc*"))


def setting(conn: Connection, name: str, /, **values: object) -> None:
    files.set_fields(conn, name, **values)


async def finished(settings: Settings) -> tuple[str, ...]:
    async with shelf(settings) as ctx:
        return await finish(ctx)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an archive in a folder of the test's own."""
    return settings_in(tmp_path / "archive")


async def test_files_are_compacted_by_host_and_nothing_changes(settings: Settings) -> None:
    """Every capture reads as before; the originals are gone, and their rows say what became of them."""
    originals = await keep(settings, MIXED)
    originals = await keep(settings, pages("one.example", 40)[30:])
    before = await everything(settings)
    size = sum((settings.evidence_dir / name).stat().st_size for name in originals)
    report = await run(settings)
    assert await everything(settings) == before
    assert len(before) == len(MIXED) + 10
    assert on_disk(settings) == sorted(one.name for one in report.made)
    assert list(report.replaced) == originals
    assert report.left == ()
    assert sum(one.bytes_after for one in report.made) < size / 2
    async with shelf(settings) as ctx:
        found = {one.name: one for one in await ctx.db.read(lambda conn: files.every(conn, removed=True))}
    assert all(found[name].removed_at and "compacted into" in str(found[name].removed_why) for name in originals)
    for one in report.made:
        row = found[one.name]
        assert row.committed_length == row.verified_length == one.bytes_after
        assert str(row.origin).startswith("compacted from monitor-")
        assert row.sha256
    assert (await run(settings)).made == ()


async def test_hosts_have_files_of_their_own(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unless they have next to nothing; names of files are made of safe characters."""
    monkeypatch.setattr(compacting, "PartPolicy", partial(PartPolicy, least=30_000))
    odd = [replace(one, url=one.url.replace("three", "..\u0442\u0440\u0438_/../x")) for one in pages("three", 4)]
    long = [replace(one, url=one.url.replace("four", f"{'long.' * 40}example")) for one in pages("four", 4)]
    await keep(settings, [*MIXED, *odd, *long])
    report = await run(settings)
    hosts = {one.host for one in report.made}
    assert hosts == {"one.example", "two.example", "..\u0442\u0440\u0438_", f"{'long.' * 40}example", "several"}
    assert next(one.name for one in report.made if one.host == "one.example").startswith("one.example-20261202")
    assert all(NAME.fullmatch(name) and len(name) <= 200 for name in on_disk(settings))


def zipped(number: int) -> bytes:
    """Return a page as a server sends it that compresses."""
    return gzip.compress(words(number, 8000).encode(), mtime=0)


async def test_what_is_left_alone_is_named_with_its_reason(settings: Settings) -> None:
    """Files that were not verified, are damaged, too young, or of bodies that are compressed already."""
    (fine,) = await keep(settings, pages("one.example", 12))
    coded = [replace(page("two.example", n), body=zipped(n), headers=CODED) for n in range(12)]
    (packed,) = set(await keep(settings, coded)) - {fine}
    (problem,) = set(await keep(settings, pages("three.example", 3))) - {fine, packed}
    yesterday = LATER - timedelta(days=1)
    (young,) = set(await keep(settings, pages("four.example", 3), at=yesterday)) - {fine, packed, problem}
    known = {fine, packed, problem, young}
    (new,) = set(await keep(settings, pages("five.example", 3), verified=False)) - known
    (other,) = set(await keep(settings, pages("six.example", 3), verified=False)) - {*known, new}
    async with shelf(settings) as ctx:
        await ctx.db.write(setting, problem, problem="a record is torn")
        await ctx.db.write(setting, new, verified_at=None)
        await ctx.db.write(setting, other, verified_at=AT, verified_length=99)
    report = await run(settings)
    said = {line.partition(": ")[0]: line.partition(": ")[2] for line in report.left}
    assert set(said) == {packed, problem, new, other}
    assert "kept compressed" in said[packed]
    assert "a record is torn" in said[problem]
    assert (report.waiting, report.least_age_s) == (1, 7 * 86_400)
    assert report.due_at == yesterday + timedelta(days=7, seconds=2)
    assert "not verified" in said[new]
    assert "not verified" in said[other]
    assert report.replaced == (fine,)
    assert young in (await run(settings, now=True)).replaced


async def test_altered_bytes_are_left_where_they_are(settings: Settings) -> None:
    """A file that is not what was verified, and one whose captures are other records, are no evidence to rewrite."""
    (name,) = await keep(settings, pages("one.example", 12))
    before = on_disk(settings)
    async with shelf(settings) as ctx:
        await ctx.db.write(setting, name, sha256="0" * 64)
    assert "not what was verified" in (await run(settings)).left[0]
    async with shelf(settings) as ctx:
        await ctx.db.write(setting, name, sha256=None)
        await ctx.db.write(lambda conn: conn.execute(update(capture).values(record_sha256="0" * 64)))
    assert "not the record that was written" in (await run(settings)).left[0]
    assert on_disk(settings) == before


async def test_a_dry_run_tells_what_would_be_and_does_nothing(settings: Settings) -> None:
    """Of little it is the same as what is then made, but for a record about the new file."""
    (name,) = await keep(settings, [*pages("one.example", 40), *pages("two.example", 40)])
    told = await run(settings, dry_run=True)
    assert on_disk(settings) == [name]
    assert told.replaced == (name,)
    done = await run(settings)
    assert [_before(one) for one in told.made] == [_before(one) for one in done.made]
    guessed, came = (sum(one.bytes_after for one in report.made) for report in (told, done))
    assert guessed == pytest.approx(came, rel=0.02)


def _before(one: CompactedFile) -> tuple[str, int, int]:
    return one.host, one.records, one.bytes_before


async def test_of_much_a_dry_run_estimates(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bytes in the same groups; its guess is on the careful side, and not far off."""
    monkeypatch.setattr(compacting_foreseen, "EXACT_BYTES", 0)
    monkeypatch.setattr(compacting, "PartPolicy", partial(PartPolicy, least=60_000))
    (name,) = await keep(settings, [*pages("one.example", 40), *pages("two.example", 40), *MIXED[-2:]])
    size = (settings.evidence_dir / name).stat().st_size
    told = await run(settings, dry_run=True)
    done = await run(settings)
    assert (
        {one.host for one in told.made} == {one.host for one in done.made} == {"one.example", "two.example", "several"}
    )
    assert sum(one.bytes_before for one in told.made) == pytest.approx(size, abs=3)
    guessed, came = (sum(one.bytes_after for one in report.made) for report in (told, done))
    assert 0.8 * came < guessed < 2 * came


async def test_progress_ends_at_all_there_is(settings: Settings) -> None:
    await keep(settings, pages("one.example", 12))
    told: list[tuple[int, int]] = []
    async with shelf(settings) as ctx:
        await compact(ctx, dry_run=False, now=True, progress=lambda done, total: told.append((done, total)))
    assert told[-1][0] > 0
    assert told == sorted(told)
    assert all(done <= total for done, total in told)


async def test_what_was_removed_for_good_does_not_come_back(settings: Settings) -> None:
    """A file that holds bytes that are to go waits until they are gone; then their row hinders nothing."""
    await keep(settings, pages("one.example", 12))
    async with shelf(settings) as ctx:
        await ctx.db.write(lambda conn: conn.execute(update(capture).where(capture.c.id == 3).values(removed_at=LATER)))
    assert (await run(settings)).replaced == ()
    async with shelf(settings) as ctx:
        await removing.sweep(ctx)
    assert len((await run(settings)).replaced) == 1
    assert len(await everything(settings)) == 11


async def test_a_capture_removed_meanwhile_stops_it(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written with its bytes goes again; the originals stay as they are."""
    (name,) = await keep(settings, pages("one.example", 12))
    commit = compacting_swap.Run.commit

    async def late(self: compacting_swap.Run, originals: Sequence[compacting_swap.Original]) -> None:
        await self._ctx.db.write(
            lambda conn: conn.execute(update(capture).where(capture.c.id == 3).values(removed_at=LATER))
        )
        await commit(self, originals)

    monkeypatch.setattr(compacting_swap.Run, "commit", late)
    report = await run(settings)
    assert report.made == ()
    assert "changed while they were compacted" in report.left[0]
    assert on_disk(settings) == [name]


async def test_two_at_once(settings: Settings) -> None:
    """The second says that another is at it, and what the first has not finished is not taken for a leftover."""
    await keep(settings, pages("one.example", 12))
    (settings.evidence_dir / "a-1.warc.zst.tmp").write_bytes(b"being written")
    with alone(settings.evidence_dir):
        with pytest.raises(EvidenceError, match="another process"):
            await run(settings)
        assert await finished(settings) == ()
    assert "a-1.warc.zst.tmp" in on_disk(settings)
    assert len(await finished(settings)) == 1
    assert "a-1.warc.zst.tmp" not in on_disk(settings)


async def test_the_daemon_waits_until_there_is_enough(tmp_path: Path) -> None:
    """And does nothing unless configured."""
    settings = settings_in(tmp_path, evidence={"compact": True, "min_free": 1, "compact_after": 7 * 86_400})
    (name,) = await keep(settings, pages("one.example", 12))
    async with shelf(settings, AT + timedelta(days=30)) as ctx:
        assert await compact_when_due(ctx) is None
    async with shelf(settings_in(tmp_path), AT + timedelta(days=60)) as ctx:
        assert await compact_when_due(ctx) is None
    async with shelf(settings, AT + timedelta(days=60)) as ctx:
        report = await compact_when_due(ctx)
    assert report is not None
    assert report.replaced == (name,)


async def test_the_daemon_looks_once_at_what_gains_nothing(tmp_path: Path) -> None:
    """A file of bodies that came compressed is not read again every few minutes."""
    settings = settings_in(tmp_path, evidence={"compact": True, "min_free": 1})
    await keep(settings, [replace(page("two.example", n), body=zipped(n), headers=CODED) for n in range(12)])
    async with shelf(settings, AT + timedelta(days=60)) as ctx:
        first = await compact_when_due(ctx)
        assert first is not None
        assert "kept compressed" in first.left[0]
        assert await compact_when_due(ctx) is None


async def test_too_little_room(tmp_path: Path) -> None:
    settings = settings_in(tmp_path, evidence={"min_free": 1 << 60})
    (name,) = await keep(settings, pages("one.example", 12))
    report = await run(settings)
    assert report.left == (f"{name}: too little room on the disk to write it anew first",)


async def test_files_of_an_older_database_are_kept(settings: Settings, tmp_path: Path) -> None:
    """A database brought back from before a compaction knows nothing of its files, which are all that is left."""
    await keep(settings, pages("one.example", 12))
    await asyncio.to_thread(shutil.copy, settings.data_dir / "archive.db", tmp_path / "older.db")
    await run(settings)
    made = on_disk(settings)
    await asyncio.to_thread(shutil.copy, tmp_path / "older.db", settings.data_dir / "archive.db")
    (said,) = await finished(settings)
    assert "left alone" in said
    assert on_disk(settings) == made


async def test_an_original_stays_while_a_file_that_replaced_it_is_missing(settings: Settings, tmp_path: Path) -> None:
    (name,) = await keep(settings, pages("one.example", 12))
    await asyncio.to_thread(shutil.copy, settings.evidence_dir / name, tmp_path / name)
    (made,) = (await run(settings)).made
    await asyncio.to_thread(shutil.copy, tmp_path / name, settings.evidence_dir / name)
    await asyncio.to_thread(os.rename, settings.evidence_dir / made.name, tmp_path / made.name)
    assert "left alone" in (await finished(settings))[0]
    assert on_disk(settings) == [name]
    await asyncio.to_thread(os.rename, tmp_path / made.name, settings.evidence_dir / made.name)
    assert await finished(settings) == (f"{name} was compacted, and was removed",)
    assert on_disk(settings) == [made.name]


async def test_a_place_in_hand_is_looked_up_again(settings: Settings) -> None:
    """Whoever holds a row of before finds the file gone; the record is found where it lies now."""
    await keep(settings, pages("one.example", 12))
    before = await everything(settings)
    async with shelf(settings) as ctx:
        held = await ctx.db.read(rows)
        await compact(ctx, dry_run=False, now=True)
        with pytest.raises(EvidenceError, match="missing"):
            await ctx.evidence.read(held[0].file, held[0].offset, held[0].length)
        for one in held:
            now, raw = await read_kept(ctx, one)
            assert (raw, now.file) == (before[one.id], (await ctx.db.read(rows))[0].file)
        gone = replace(held[0], id=999)
        with pytest.raises(EvidenceError, match="missing"):
            await read_kept(ctx, gone)


async def test_postgresql_moves_captures_as_well(postgresql_url: str, tmp_path: Path) -> None:
    settings = settings_in(tmp_path, database={"url": postgresql_url})
    (name,) = await keep(settings, pages("one.example", 12))
    before = await everything(settings)
    assert (await run(settings)).replaced == (name,)
    assert await everything(settings) == before


async def test_an_error_of_the_disk_leaves_all_as_it_was(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    (name,) = await keep(settings, pages("one.example", 12))
    before = await everything(settings)

    def full(fd: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("monitor.edges.compacting.os.fsync", full)
        report = await run(settings)
    assert "No space left" in report.left[0]
    assert on_disk(settings) == [name]
    assert await everything(settings) == before


async def test_an_archive_without_evidence(settings: Settings) -> None:
    """Nothing to compact is no error, nor is nothing to finish."""
    assert await run(settings) == CompactReport((), (), least_age_s=7 * 86_400)
    assert await finished(settings) == ()
