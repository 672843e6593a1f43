"""Exports of texts and changes: what is in them, that nothing is lost between two, and what is never written."""

import csv
import hashlib
import json
import sys
from collections.abc import Iterator
from dataclasses import fields
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from lxml import etree

from monitor.answers import DocumentFilter
from monitor.app import export_tables
from monitor.app.context import Context
from monitor.app.exports import Exports
from monitor.errors import MonitorError, NotFoundError, UsageError
from monitor.store import export_rows, revisions
from monitor.telling_answers import DocumentLine, TableFormat
from tests.app.exported import (
    FORMULA,
    MARKUP,
    NOON,
    SAVED,
    add,
    cite,
    edit,
    fill,
    lines_of,
    names_in,
    opened,
    redact,
    save,
)

LATER = NOON + timedelta(days=1)


@pytest.fixture
def ctx(tmp_path: Path) -> Iterator[Context]:
    """An archive with nothing in it."""
    with opened(tmp_path / "data") as ctx:
        yield ctx


def exported_in(folder: Path) -> list[Path]:
    """Return the files under a folder, those of the archive left out."""
    return [path for path in folder.rglob("*") if path.is_file() and "data" not in path.relative_to(folder).parts]


def table_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return list(csv.DictReader(lines))


async def test_jsonl_has_everything_about_a_document(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """As `show --json` has it, with the version of the line; packed it is the same."""
    await fill(ctx)
    await ctx.db.write(cite, 1, 1)
    report = await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl")
    assert (report.rows, report.bytes) == (5, (tmp_path / "a.jsonl").stat().st_size)
    first, *others = lines_of(tmp_path / "a.jsonl")
    assert list(first) == [field.name for field in fields(DocumentLine)]
    assert (first["version"], first["document"]["id"], len(others)) == (1, 1, 4)
    assert [one["text"] for one in first["revisions"]] == ["The ferry sails.", "The ferry sails twice a week."]
    assert first["changes"][0]["at"] == "2026-11-16T13:00:00Z"
    assert first["entries"][0]["title"] == MARKUP
    assert first["citations"][0]["outlet"] == "radio.example"
    await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl.gz")
    assert lines_of(tmp_path / "a.jsonl.gz") == [first, *others]
    assert names_in(tmp_path, ".*") == []


async def test_both_databases_give_the_same(database_url: str, tmp_path: Path) -> None:
    """Everything, then a search, then what is new since."""
    with opened(tmp_path / "other", database_url) as ctx:
        exports = Exports(ctx)
        await fill(ctx)
        assert (await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl", mark="daily")).rows == 5
        found = await exports.write(TableFormat.CSV, tmp_path / "b.csv", '"twice a week"', changes=True)
        await ctx.db.write(edit, 3, "Edited", "Another text.", LATER)
        again = await exports.write(TableFormat.JSONL, tmp_path / "c.jsonl", mark="daily")
    assert (found.rows, again.rows) == (1, 1)
    assert [line["document"]["id"] for line in lines_of(tmp_path / "a.jsonl")] == [1, 2, 3, 4, 5]
    assert lines_of(tmp_path / "c.jsonl")[0]["revisions"][1]["title"] == "Edited"


async def test_a_search_a_filter_and_numbers_select(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """Words and fields of the search, a filter, documents by number; what is none is refused."""
    await fill(ctx)
    one = await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl", '"twice a week" outlet:radio.example')
    assert [line["document"]["id"] for line in lines_of(tmp_path / "a.jsonl")] == [1]
    assert one.rows == 1
    assert (await exports.write(TableFormat.CSV, tmp_path / "b.csv", documents=[3, 2])).rows == 2
    assert [row["id"] for row in table_of(tmp_path / "b.csv")] == ["2", "3"]
    none = DocumentFilter(outlet="other.example")
    assert (await exports.write(TableFormat.CSV, tmp_path / "c.csv", which=none)).rows == 0
    assert table_of(tmp_path / "c.csv") == []
    assert await exports.found("ferry kind:both") == (1,)
    with pytest.raises(NotFoundError):
        await exports.write(TableFormat.JSONL, tmp_path / "d.jsonl", documents=[99])
    with pytest.raises(UsageError, match="words of a search"):
        await exports.write(TableFormat.JSONL, tmp_path / "d.jsonl", "ferry", documents=[1])
    with pytest.raises(UsageError, match="there already"):
        await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl")
    with pytest.raises(UsageError, match="archive itself"):
        await exports.write(TableFormat.JSONL, tmp_path / "data" / "a.jsonl")


async def test_cells_of_a_table_are_safe_and_its_texts_whole(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """Formulas are texts in every column that came from outside; a stream has no mark at its beginning."""
    await fill(ctx)
    await exports.write(TableFormat.CSV, tmp_path / "a.csv")
    first = table_of(tmp_path / "a.csv")[0]
    assert first["byline"] == ""  # the second text has none
    assert table_of(tmp_path / "a.csv")[1]["byline"] == f"'{FORMULA}"
    assert (first["text"], first["revision"], first["revisions"]) == ("The ferry sails twice a week.", "2", "2")
    assert (tmp_path / "a.csv").read_bytes().startswith(b"\xef\xbb\xbfid,")
    await exports.write(TableFormat.CSV, tmp_path / "b.csv", changes=True)
    (change,) = table_of(tmp_path / "b.csv")
    assert (change["reason"], change["headline_after"]) == (f"'{FORMULA}", "Ferry number 0 sails")
    out = BytesIO()
    await exports.write(TableFormat.CSV, out, changes=True)
    assert out.getvalue().startswith(b"id,at,kind,")


async def test_parquet_has_types(
    ctx: Context, exports: Exports, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Times are times in UTC, in row groups written as they fill; without pyarrow it says what to install."""
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr("monitor.app.export_parquet.ROWS", 2)
    monkeypatch.setattr(export_tables, "BATCH", 1)
    await fill(ctx)
    await exports.write(TableFormat.PARQUET, tmp_path / "a.parquet")
    read = parquet.ParquetFile(tmp_path / "a.parquet")
    assert (read.metadata.num_rows, read.metadata.num_row_groups) == (5, 3)
    assert str(read.schema_arrow.field("first_seen_at").type) == "timestamp[us, tz=UTC]"
    row = read.read().to_pylist()[0]
    assert (row["id"], row["title"], row["first_seen_at"]) == (1, "Ferry number 0 sails", NOON)
    await exports.write(TableFormat.PARQUET, tmp_path / "b.parquet", changes=True)
    assert parquet.read_table(tmp_path / "b.parquet").to_pylist()[0]["significance"] == 0.5
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError) as refused:
        await exports.write(TableFormat.PARQUET, tmp_path / "c.parquet")
    assert refused.value.hint == "pip install 'monitor-archive[parquet]'"
    assert names_in(tmp_path) == ["a.parquet", "b.parquet", "data"]


async def test_diffs_and_feeds_are_of_changes(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """A patch each, an entry each; a feed may be of documents instead."""
    await fill(ctx)
    assert (await exports.write(TableFormat.DIFFS, tmp_path / "a.diff")).rows == 1
    patch = (tmp_path / "a.diff").read_text()
    assert "-The ferry sails.\n+The ferry sails twice a week.\n" in patch
    assert (await exports.write(TableFormat.ATOM, tmp_path / "a.atom")).rows == 1
    assert (await exports.write(TableFormat.ATOM, tmp_path / "b.atom", "ferry", changes=False)).rows == 5
    for name, count in (("a.atom", 1), ("b.atom", 5)):
        root = etree.fromstring((tmp_path / name).read_bytes())
        assert len(root.findall("{*}entry")) == count
    assert (await exports.write(TableFormat.DIFFS, tmp_path / "b.diff", documents=[2])).rows == 0
    assert (await exports.write(TableFormat.DIFFS, tmp_path / "c.diff", documents=[1])).rows == 1
    with pytest.raises(UsageError, match="of changes"):
        await exports.write(TableFormat.DIFFS, tmp_path / "d.diff", changes=False)


async def test_texts_can_be_imported_again(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """A folder of texts is a corpus: what was saved comes back byte for byte, what was fetched with its URL."""
    await fill(ctx)
    await save(ctx, tmp_path / "saved")
    report = await exports.write(TableFormat.TEXT, tmp_path / "texts")
    assert report.rows == 8
    named = {path.relative_to(tmp_path / "texts").parts[0] for path in (tmp_path / "texts").rglob("*")}
    assert named == {"seed", "new", "index.jsonl"}
    for line in lines_of(tmp_path / "texts" / "index.jsonl"):
        data = (tmp_path / "texts" / line["file"]).read_bytes()
        assert line["origin"] == "web" or hashlib.sha256(data).hexdigest() == line["sha256"] or line["line"]
    with opened(tmp_path / "other") as other:
        from monitor.app.corpus import import_corpus

        again = await import_corpus(other, tmp_path / "texts", dry_run=False, progress=None)
        assert [problem.reason for problem in again.problems] == []
        assert {one.url for one in again.documents} == {None, *(f"http://radio.example/{n}" for n in range(5))}
        await Exports(other).write(TableFormat.TEXT, tmp_path / "again")
    before = {path.read_bytes() for path in (tmp_path / "texts").rglob("*/*")}
    assert {path.read_bytes() for path in (tmp_path / "again").rglob("*/*")} == before
    assert SAVED.encode() in before


async def test_names_of_texts_cannot_lead_elsewhere(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """They are made of a number and a digest, also where a name in the database is a path or has another case."""
    from sqlalchemy import update

    from monitor.store.schema import corpus_file

    await save(ctx, tmp_path / "saved")
    await ctx.db.write(lambda conn: conn.execute(update(corpus_file).values(name="../../Evil/NAME.txt")))
    await exports.write(TableFormat.TEXT, tmp_path / "texts")
    names = [line["file"] for line in lines_of(tmp_path / "texts" / "index.jsonl")]
    assert len({name.lower() for name in names}) == 3
    assert all(name.startswith("seed/") and ".." not in name for name in names)


async def test_nothing_is_lost_between_two_exports(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """With a mark each holds what came or changed since the one before, and the next what came after that."""
    await fill(ctx)

    async def ids(name: str) -> list[int]:
        await exports.write(TableFormat.JSONL, tmp_path / name, mark="daily")
        return [line["document"]["id"] for line in lines_of(tmp_path / name)]

    assert await ids("1.jsonl") == [1, 2, 3, 4, 5]
    assert await ids("2.jsonl") == []
    await ctx.db.write(edit, 3, "Edited", "Another text.", LATER)
    await ctx.db.write(add, "http://radio.example/new", "New")
    assert await ids("3.jsonl") == [3, 6]
    changes = await exports.write(TableFormat.CSV, tmp_path / "c1.csv", changes=True, mark="changes")
    await ctx.db.write(edit, 2, "Edited", "Yet another.", LATER)
    again = await exports.write(TableFormat.CSV, tmp_path / "c2.csv", changes=True, mark="changes")
    assert (changes.rows, again.rows) == (2, 1)
    assert await ids("4.jsonl") == [2]


async def test_nothing_of_a_redacted_document_is_written(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """In no form, by no search, not by its number."""
    await fill(ctx)
    await ctx.db.write(redact, 1)
    pytest.importorskip("pyarrow")
    for form, name in ((TableFormat.JSONL, "a.jsonl"), (TableFormat.CSV, "a.csv"), (TableFormat.PARQUET, "a.parquet")):
        await exports.write(form, tmp_path / name)
        await exports.write(form, tmp_path / f"c{name}", changes=True)
        await exports.write(form, tmp_path / f"s{name}", "state:redacted")
        await exports.write(form, tmp_path / f"w{name}", "twice")
    for form, name in ((TableFormat.TEXT, "t"), (TableFormat.DIFFS, "a.diff"), (TableFormat.ATOM, "a.atom")):
        await exports.write(form, tmp_path / name)
    await exports.write(TableFormat.ATOM, tmp_path / "b.atom", changes=False)
    files = exported_in(tmp_path)
    assert len(files) > 14
    assert not [path.name for path in files if b"twice a week" in path.read_bytes() or b"0 sails" in path.read_bytes()]
    with pytest.raises(NotFoundError, match="redacted"):
        await exports.write(TableFormat.JSONL, tmp_path / "d.jsonl", documents=[1])


async def test_a_folder_of_texts_is_kept_up_to_date(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """With a mark: new and changed texts come in, what was redacted goes, and a folder of others is left alone."""
    await fill(ctx)
    await exports.write(TableFormat.TEXT, tmp_path / "texts", mark="texts")
    before = {path: path.read_bytes() for path in (tmp_path / "texts" / "new").iterdir()}
    await ctx.db.write(edit, 2, "Edited", "Another text.", LATER)
    await ctx.db.write(redact, 5)
    report = await exports.write(TableFormat.TEXT, tmp_path / "texts", mark="texts")
    assert report.rows == 1
    after = {path: path.read_bytes() for path in (tmp_path / "texts" / "new").iterdir()}
    assert len(before) - len(after) == 1
    assert sum(after[path] != before[path] for path in after) == 1
    assert [line["document"] for line in lines_of(tmp_path / "texts" / "index.jsonl")] == [1, 2, 3, 4]
    with pytest.raises(UsageError, match="there already"):
        await exports.write(TableFormat.TEXT, tmp_path / "texts")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("mine")
    with pytest.raises(UsageError, match="no folder of exported texts"):
        await exports.write(TableFormat.TEXT, tmp_path / "mine", mark="texts")


async def test_documents_are_read_in_parts_of_bounded_length(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """By how many words their texts have; one that is longer alone is a part of its own."""
    parts = export_tables._parts([1, 2, 3, 4, 5], {1: 150_000, 2: 60_000, 3: 900_000, 4: 1})
    assert [list(part) for part in parts] == [[1], [2], [3], [4, 5]]
    await fill(ctx, 2)
    assert await ctx.db.read(export_rows.words, [1, 2]) == {1: 9, 2: 3}


async def test_a_disk_that_refuses_is_told(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """As an error of ours, naming the file; a folder that is not there as well."""
    await fill(ctx, 1)
    with pytest.raises(NotFoundError, match="no folder"):
        await exports.write(TableFormat.JSONL, tmp_path / "none" / "a.jsonl")

    def full(_done: int, _total: int) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(MonitorError, match=r"a\.jsonl cannot be written: No space left on device"):
        await exports.write(TableFormat.JSONL, tmp_path / "a.jsonl", progress=full)


async def test_revisions_of_any_characters_make_lines(ctx: Context, exports: Exports, tmp_path: Path) -> None:
    """Line separators, controls and marks of direction stay inside of their line, and come back."""
    text = "a\u2028b\x1bc\u202ed\ne\r\nf"
    await ctx.db.write(add, "http://radio.example/odd", "=cmd", text)
    for form, name in ((TableFormat.JSONL, "a.jsonl"), (TableFormat.CSV, "a.csv")):
        await exports.write(form, tmp_path / name)
    (line,) = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["revisions"][0]["text"] == text
    assert "\x1b" not in line
    (row,) = csv.DictReader(StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"), newline=""))
    assert (row["title"], row["text"]) == ("'=cmd", text.replace("\x1b", "\ufffd"))
    assert await ctx.db.read(revisions.count) == 1
