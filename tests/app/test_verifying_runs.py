"""How runs of `verify` are taken up again, and what they read."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from monitor import open_archive
from monitor.app import verifying, verifying_choice
from monitor.app.context import Context
from monitor.app.verifying_files import FileResult, verify_file
from monitor.errors import NotFoundError
from monitor.model import EvidenceFile
from monitor.store import files
from monitor.store.schema import document
from tests.app.verified import (
    HOUR,
    START,
    Kept,
    here,
    kept,
    kinds,
    recorded,
    set_row,
    story,
)

__all__ = ["here", "kept", "recorded"]


def test_what_was_verified_is_not_read_again_unless_asked(kept: Kept) -> None:
    """Nor what has a problem left out: that is looked at until it is well."""
    assert kept.run(texts=False).skipped == 0
    row: EvidenceFile = kept.read(files.get, story(kept).file)
    assert (row.verified_at, row.verified_length) == (START + 24 * HOUR, row.committed_length)
    assert (kept.run(texts=False).skipped, kept.run(texts=False, again=True).skipped) == (6, 0)
    one = story(kept)
    kept.change(one, 30, b"\0\0")
    assert kept.run(texts=False).faults == ()  # as long as before: a quick run trusts it
    assert [kept.run(texts=False, again=True).skipped, kept.run(texts=False).skipped] == [0, 5]
    row = kept.read(files.get, one.file)
    assert row.problem is not None
    assert row.problem.startswith("record-damaged: ")
    assert row.verified_length == row.committed_length  # as it was when it was right last


def test_what_was_read_longer_ago_than_a_day_is_read_again(kept: Kept) -> None:
    """Whoever asks wants it verified: only a run that was interrupted lately is taken up."""
    kept.run(texts=False)
    one = story(kept)
    kept.change(one, 30, b"\0\0")
    lately = kept.run(texts=False, hours=47)
    assert (lately.files, lately.skipped, lately.skipped_since) == (0, 6, START + 24 * HOUR)
    later = kept.run(texts=False, hours=48)
    assert (later.files, later.skipped, later.skipped_since) == (6, 0, None)
    assert kinds(later) == [("record-damaged", one.file)]


def test_a_clock_that_was_put_back_hides_nothing(kept: Kept) -> None:
    """A file that was read in a far future is read again."""
    kept.run(texts=False, hours=240)
    assert kept.run(texts=False, hours=24).skipped == 0


def test_what_was_read_longest_ago_is_read_first(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """So that runs that take longer than a day, and are interrupted each time, come to every file."""
    names, order = sorted({one.file for one in kept.captures()}), list[str]()
    kept.run(files=tuple(names[1:4]), hours=30)
    kept.run(files=tuple(names[:1]), hours=29)

    async def noted(ctx: Context, file: EvidenceFile, *more: Any) -> FileResult | None:
        order.append(file.name)
        return await verify_file(ctx, file, *more)

    monkeypatch.setattr(verifying, "verify_file", noted)
    kept.run(texts=False, hours=72)
    assert order == [*names[4:], *names[:4]]


def test_a_file_that_is_named_is_read(kept: Kept) -> None:
    """Though it was right a moment ago."""
    one = story(kept)
    kept.run(texts=False)
    assert kept.run(files=(one.file,)).files == 1


def test_files_by_name(kept: Kept) -> None:
    """By path, or as they are called while open; a file that was never there is refused."""
    one = story(kept)
    report = kept.run(files=(str(kept.path(one)), one.file + ".open"))
    assert (report.files, report.texts, report.seals) == (1, 0, 0)
    with pytest.raises(NotFoundError):
        kept.run(files=("other.warc.gz",))


async def test_an_interrupted_run_is_taken_up_again(kept: Kept) -> None:
    """What was found so far is told; the next run reads what is left, and goes on with the texts where it was."""
    async with open_archive(kept.settings, at=START + 24 * HOUR) as archive:
        first: list[int] = []

        def stop(done: int, total: int) -> None:
            first.append(done)
            if len(first) == 2:
                task.cancel()

        task = asyncio.create_task(archive.custody.verify(progress=stop))
        report = await task
        assert (report.finished, report.skipped) == (False, 0)
        assert 0 < report.files < 6
        rest = await archive.custody.verify()
        assert rest.finished
        assert rest.files + rest.skipped == 6
        assert rest.skipped >= report.files


async def test_texts_go_on_where_a_run_was_interrupted(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verifying, "_KEEP_EVERY", 1)
    async with open_archive(kept.settings, at=START + 24 * HOUR) as archive:
        await archive.custody.verify(texts=False)
        total = sum(row.committed_length for row in await archive._ctx.db.read(files.every))

        def stop(done: int, _: int) -> None:
            if done >= total + 2 * verifying.TEXT_BYTES:
                task.cancel()

        task = asyncio.create_task(archive.custody.verify(progress=stop))
        report = await task
        assert not report.finished
        rest = await archive.custody.verify()
        assert 0 < rest.texts < 4
        assert (await archive.custody.verify()).texts == 4


async def test_reading_is_as_fast_as_told(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """The clock is asked to wait for as long as the bytes may take."""
    async with open_archive(kept.settings, at=START) as archive:
        waits: list[float] = []

        async def sleep(_: object, seconds: float) -> None:
            waits.append(seconds)

        monkeypatch.setattr("monitor.edges.clock.FixedClock.sleep", sleep)
        report = await archive.custody.verify(rate=1000, texts=False)
        assert len(waits) > report.files
        assert max(waits) <= 20


async def test_the_daemon_verifies_one_file_after_the_other(kept: Kept) -> None:
    """Closed ones, the one longest without first; each again once it is old; one with a problem is left to people."""
    async with open_archive(kept.settings, at=START + 24 * HOUR) as archive:
        ctx = archive._ctx
        names = await verifying_choice.due(ctx)
        assert len(names) == 6
        (kept.evidence / names[0]).rename(kept.evidence / (names[0] + ".open"))
        assert await verifying_choice.due(ctx) == names[1:]
        (kept.evidence / names[1]).unlink()
        reports = [await verifying.verify_next(ctx) for _ in names]
        assert [[one.kind for one in each.faults] if each else None for each in reports] == [
            *(["file-missing"], [], [], [], []),
            None,
        ]
    async with open_archive(kept.settings, at=START + timedelta(days=32)) as archive:
        assert await verifying_choice.due(archive._ctx) == (names[0], *names[2:])[1:]


def test_a_file_in_use_is_verified_as_far_as_it_is_committed(kept: Kept) -> None:
    """Bytes beyond are on their way, and no fault."""
    one = story(kept)
    path = kept.path(one)
    size = path.stat().st_size
    path.rename(path.with_name(path.name + ".open"))
    with path.with_name(path.name + ".open").open("ab") as stream:
        stream.write(b"\x1f\x8b torn")
    assert kinds(kept.run(files=(one.file,))) == []
    assert kept.read(files.get, one.file).verified_length == size


def test_a_text_whose_document_gave_its_address_away_is_made_again(kept: Kept) -> None:
    """As one does that turned out to be another's second address."""
    web = select(document.c.id).where(document.c.origin == "web")
    number = kept.write(lambda conn: conn.execute(web).scalars().first())
    kept.write(set_row, document, {"url": None, "page_key": None}, number)
    report = kept.run()
    assert report.faults == ()
    assert report.texts > 0
