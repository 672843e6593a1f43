"""Drafts of exports: what was interrupted goes on, and nothing else is touched by it."""

import gzip
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from monitor.app import export_tables
from monitor.app.context import Context
from monitor.app.exports import Exports
from monitor.errors import MonitorError, UsageError
from monitor.telling_answers import TableFormat
from tests.app.exported import NOON, edit, fill, lines_of, names_in, opened, redact

LATER = NOON + timedelta(days=1)


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    """An archive with nothing in it."""
    with opened(tmp_path / "data") as ctx:
        yield ctx


class Stopped(BaseException):
    """What Ctrl-C is to a test."""


async def stopped_after(exports: Exports, batches: int, *args: Any, **kwargs: Any) -> None:
    """Begin an export and interrupt it after so many batches."""
    count = 0

    def stop(_done: int, _total: int) -> None:
        nonlocal count
        count += 1
        if count > batches:
            raise Stopped

    with pytest.raises(Stopped):
        await exports.write(*args, **kwargs, progress=stop)


@pytest.mark.parametrize(
    ("form", "name"),
    [
        (TableFormat.JSONL, "a.jsonl"),
        (TableFormat.JSONL, "a.jsonl.gz"),
        (TableFormat.CSV, "a.csv"),
        (TableFormat.TEXT, "texts"),
    ],
)
async def test_an_interrupted_export_goes_on(
    ctx: Context,
    exports: Exports,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    form: TableFormat,
    name: str,
) -> None:
    """To the byte as if nothing had happened, also where the draft was longer than its note says."""
    monkeypatch.setattr(export_tables, "BATCH", 1)
    await fill(ctx)
    await exports.write(form, tmp_path / f"whole-{name}")
    await stopped_after(exports, 2, form, tmp_path / name, mark="daily")
    assert not (tmp_path / name).exists()
    await ctx.db.write(edit, 1, "Edited", "Meanwhile.", LATER)  # behind what is written: for the next export
    draft = tmp_path / f".{name}.part"
    with (draft / "index.jsonl" if draft.is_dir() else draft).open("ab") as stream:
        stream.write(b"half a li")
    report = await exports.write(form, tmp_path / name, mark="daily", resume=True)
    assert report.rows == 5
    assert report.notes == ("went on after 2 that were there",)
    whole, found = tmp_path / f"whole-{name}", tmp_path / name
    if form is TableFormat.TEXT:
        assert {one.name: one.read_bytes() for one in found.rglob("*") if one.is_file()} == {
            one.name: one.read_bytes() for one in whole.rglob("*") if one.is_file()
        }
    else:
        unpacked = gzip.decompress if name.endswith(".gz") else bytes
        assert unpacked(found.read_bytes()) == unpacked(whole.read_bytes())
    assert names_in(tmp_path, ".*") == []
    await exports.write(TableFormat.JSONL, tmp_path / "next.jsonl", mark="daily")
    assert [line["document"]["id"] for line in lines_of(tmp_path / "next.jsonl")] == [1]


async def test_the_mark_stays_until_the_file_is_in_place(
    ctx: Context, exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export that was given up has taken nothing away from the next."""
    monkeypatch.setattr(export_tables, "BATCH", 1)
    await fill(ctx)
    await stopped_after(exports, 2, TableFormat.JSONL, tmp_path / "a.jsonl", mark="daily")
    assert (await exports.write(TableFormat.JSONL, tmp_path / "b.jsonl", mark="daily")).rows == 5


async def test_another_export_is_not_gone_on_with(
    ctx: Context, exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another search to the same file is refused; without --resume it begins anew, and so does Parquet always."""
    monkeypatch.setattr(export_tables, "BATCH", 1)
    await fill(ctx)
    await stopped_after(exports, 2, TableFormat.JSONL, tmp_path / "a.jsonl")
    with pytest.raises(UsageError, match="another one"):
        await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl", "ferry", resume=True)
    assert (await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl", "number")).rows == 5
    pytest.importorskip("pyarrow")
    await stopped_after(exports, 2, TableFormat.PARQUET, tmp_path / "a.parquet")
    assert names_in(tmp_path, ".a.parquet*") == []
    anew = await exports.write(TableFormat.PARQUET, tmp_path / "a.parquet", resume=True)
    assert (anew.rows, anew.notes) == (5, ("parquet is always begun anew",))


async def test_one_process_writes_a_file_at_a_time(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """A second that names the same is refused, and the first goes on."""
    await fill(ctx)
    seen: list[str] = []

    def second(_done: int, _total: int) -> None:
        from monitor.edges.export_draft import Draft

        with pytest.raises(UsageError, match="under way"):
            Draft(tmp_path / "a.jsonl")
        seen.append("refused")

    assert (await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl", progress=second)).rows == 5
    assert seen == ["refused"]


async def test_a_draft_is_no_other_file(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """A crash between the two leaves a finished file with the name of its draft as well; others may leave links."""
    await fill(ctx)
    await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl")
    (tmp_path / ".a.jsonl.part").hardlink_to(tmp_path / "a.jsonl")
    (tmp_path / "a.jsonl").rename(tmp_path / "kept.jsonl")
    await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl", "nothing-like-this")
    assert len(lines_of(tmp_path / "kept.jsonl")) == 5
    (tmp_path / ".b.jsonl.part").symlink_to(tmp_path / "kept.jsonl")
    with pytest.raises(UsageError, match="leads elsewhere"):
        await exports.write(TableFormat.JSONL, tmp_path / "b.jsonl")
    assert len(lines_of(tmp_path / "kept.jsonl")) == 5


@pytest.mark.parametrize("form", [TableFormat.JSONL, TableFormat.OPML])
async def test_a_name_may_be_as_long_as_the_disk_takes(
    ctx: Context, exports: Exports, tmp_path: Path, form: TableFormat
) -> None:
    await fill(ctx)
    assert (await exports.write(form, tmp_path / ("\u0627" * 127))).rows
    assert names_in(tmp_path, "\u0627*") == ["\u0627" * 127]


def test_a_mark_is_of_one_place_and_of_one_selection(exports: Exports, tmp_path: Path) -> None:
    """Two programs that each fetch a new.jsonl take nothing away from each other."""
    names = {exports.mark_of(TableFormat.JSONL, tmp_path / place / "new.jsonl", all_kinds=every)
             for place in ("a", "b") for every in (False, True)}  # fmt: skip
    assert len(names) == 4
    assert exports.mark_of(TableFormat.JSONL, tmp_path / "a" / "new.jsonl") in names


async def test_texts_that_were_being_put_into_their_folder_are_begun_anew(
    ctx: Context, exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed with some of the files in place, the draft is none that could be gone on with."""
    monkeypatch.setattr(export_tables, "BATCH", 1)
    monkeypatch.setattr(export_tables, "NOTED", 1)
    await fill(ctx)
    await exports.write(TableFormat.TEXT, tmp_path / "texts", "nothing-like-this", mark="daily")
    await ctx.db.write(edit, 2, "Ferry", "It sails.", NOON)
    with monkeypatch.context() as patched:
        patched.setattr(os, "sync", boom)
        with pytest.raises(MonitorError):
            await exports.write(TableFormat.TEXT, tmp_path / "texts", mark="daily")
    again = await exports.write(TableFormat.TEXT, tmp_path / "texts", mark="daily", resume=True)
    assert again.notes == ("there was nothing to go on with",)
    assert len(lines_of(tmp_path / "texts/index.jsonl")) == 1


def boom() -> None:
    raise OSError("gone")


async def test_what_is_redacted_while_it_is_written_is_not_in_it(
    ctx: Context, exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is begun anew; also when an interrupted one is gone on with."""
    monkeypatch.setattr(export_tables, "BATCH", 1)
    await fill(ctx)

    def redact_first(count: int, _total: int) -> None:
        if count == 3:
            with closing(sqlite3.connect(tmp_path / "data" / "archive.db", isolation_level=None)) as conn:
                conn.execute("UPDATE document SET state = 'redacted' WHERE id = 1")

    report = await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl", progress=redact_first)
    assert report.rows == 4
    assert b"twice a week" not in (tmp_path / "a.jsonl").read_bytes()
    assert "begun anew" in report.notes[0]
    await stopped_after(exports, 2, TableFormat.JSONL, tmp_path / "b.jsonl")
    await ctx.db.write(redact, 2)
    report = await exports.write(TableFormat.JSONL, tmp_path / "b.jsonl", resume=True)
    assert (report.rows, "begun anew" in report.notes[0]) == (3, True)
