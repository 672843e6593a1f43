"""Captures exported for other programs: what is in the file, what is brought along, what is left out."""

import asyncio
import fcntl
import gzip
import json
import os
import shutil
import zipfile
from array import array
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.event import listen

from monitor import Archive, Settings, open_archive
from monitor.app import export_evidence_names, export_evidence_records
from monitor.app.export_evidence_records import Records
from monitor.edges.warc_reader import RawRecord, records_of
from monitor.errors import NotFoundError, UsageError
from monitor.evidence_answers import ExportFormat, ExportReport, Selection
from monitor.model import Capture
from monitor.store import selecting
from monitor.store.schema import capture, source
from monitor.store.selecting import Selected, Which
from tests.app.rig import ReadHere, Rig, add, every_document, play
from tests.app.website import Page, Website, article, redirect, rss
from tests.edges import judges
from tests.newsroom.days import at
from tests.newsroom.room import RoomInfo

FEED, SHIPS, MARKET = "http://one.example/feed", "http://one.example/2026/ships", "http://one.example/2026/market"
LINK = "http://one.example/go/ships"  # leads to the article


SENTENCES = ("Merchants along the quay said that the market had opened late, but had sold all that they had by noon.",)


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an archive of a feed and two articles, recorded once."""
    folder = tmp_path_factory.mktemp("recorded")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
        asyncio.run(_record(folder))
    return folder


async def _record(folder: Path) -> None:
    """Read a feed and two articles, one by way of a redirect; a day later one is new, the other as before."""
    market = (*SENTENCES, "The market will be moved to the harbour, where the old halls stood until the war.")
    async with Website.start() as website:
        website.pages |= {
            FEED: rss((LINK, "Ships"), (MARKET, "Market")),
            LINK: redirect(SHIPS),
            SHIPS: Page(article("Ships in the roads"), etag='"a"'),
            MARKET: Page(article("The market moves", sentences=market * 3)),
        }
        rig = Rig(folder, folder / "clock", RoomInfo(website.port, 0, "", website.resolve("one.example")))
        rig.at(at(16, 7))
        async with rig.open() as archive:
            await add(archive, FEED)
            await play(rig, archive, at(16, 7))
            website.pages[MARKET] = Page(article("The market stays", sentences=market * 3))
            await play(rig, archive, at(17, 9))


@pytest.fixture
async def kept(recorded: Path, tmp_path: Path) -> AsyncIterator[Archive]:
    """A copy of that archive."""
    shutil.copytree(recorded / "data", tmp_path / "data")
    settings = Settings.model_validate({"data_dir": tmp_path / "data"})
    async with open_archive(settings, at=at(18, 7)) as archive:
        yield archive


async def export(archive: Archive, out: Path, **selection: object) -> ExportReport:
    """Export what is selected, in the format that the file's name says."""
    form = {".gz": ExportFormat.WARC, ".wacz": ExportFormat.WACZ, ".cdxj": ExportFormat.CDXJ}[out.suffix]
    return await archive.custody.export(Selection(**selection), form, out)  # type: ignore[arg-type]


async def captures(archive: Archive, **which: object) -> tuple[Capture, ...]:
    """Return the captures of a selection."""
    selected = await archive._ctx.db.read(selecting.selected, Which(**which))  # type: ignore[arg-type]
    return await archive._ctx.db.read(selecting.numbered, selected.numbers)


def told(records: list[RawRecord]) -> list[tuple[str, str | None]]:
    """Return kind and URL of records."""
    return [(one.kind, one.header("WARC-Target-URI")) for one in records]


async def number_of(archive: Archive, url: str) -> int:
    """Return the number of the document at a URL."""
    return next(one.id for one in await every_document(archive) if one.url == url)


async def test_a_document_comes_with_its_requests_and_the_way_to_it(kept: Archive, tmp_path: Path) -> None:
    """Each response after its request, redirects first, the same to the byte as in the evidence."""
    report = await export(kept, tmp_path / "ships.warc.gz", documents=(SHIPS,))
    info, *records = records_of(tmp_path / "ships.warc.gz")
    assert told(records)[:4] == [("request", LINK), ("response", LINK), ("request", SHIPS), ("response", SHIPS)]
    assert {url for _, url in told(records)} == {LINK, SHIPS}
    assert f"description: documents {SHIPS}\r\n".encode() in info.block
    in_evidence = {one.raw for file in kept.settings.evidence_dir.glob("*.warc*") for one in records_of(file)}
    assert all(one.raw in in_evidence for one in records)
    assert (report.documents, report.left_out, report.brought) == (1, (), 0)
    assert (report.captures, report.records) == (len(records) // 2, len(records) + 1)
    assert report.bytes == (tmp_path / "ships.warc.gz").stat().st_size


@pytest.mark.parametrize(
    ("selection", "urls"),
    [
        ({"source_id": 1}, {FEED, LINK, SHIPS, MARKET}),
        ({"cluster_of": MARKET}, {MARKET}),
        ({"documents": (SHIPS, MARKET), "until": at(16, 12)}, {LINK, SHIPS, MARKET}),
        ({}, {"http://one.example/robots.txt", FEED, LINK, SHIPS, MARKET}),
    ],
)
async def test_what_is_selected_is_exported(
    kept: Archive, tmp_path: Path, selection: dict[str, object], urls: set[str]
) -> None:
    """By source, outlet, copies, documents, time; without anything all."""
    await export(kept, tmp_path / "some.warc.gz", **selection)
    assert {one.header("WARC-Target-URI") for one in records_of(tmp_path / "some.warc.gz")} - {None} == urls


async def test_a_revisit_brings_what_it_refers_to(kept: Archive, tmp_path: Path) -> None:
    """Once, also from outside the selection: else it would replay nothing."""
    selected = await captures(kept, since=at(17, 0))
    revisits = [one for one in selected if one.record_type == "revisit"]
    assert revisits
    report = await export(kept, tmp_path / "later.warc.gz", since=at(17, 0))
    records = list(records_of(tmp_path / "later.warc.gz"))
    ids = [one.header("WARC-Record-ID") for one in records if one.kind in ("response", "revisit")]
    for one in records:
        if one.kind == "revisit":
            assert ids.index(one.header("WARC-Refers-To")) < ids.index(one.header("WARC-Record-ID"))
    assert len(ids) == len(set(ids)) == report.captures == len(selected) + report.brought
    assert report.brought > 0
    await export(kept, tmp_path / "later.cdxj", since=at(17, 0))
    assert len((tmp_path / "later.cdxj").read_text().splitlines()) == report.captures


async def test_the_pages_of_a_wacz_are_the_articles(kept: Archive, tmp_path: Path) -> None:
    """With the title and text that were read, at the time of the capture; revisits are no pages of their own."""
    await export(kept, tmp_path / "all.wacz")
    with zipfile.ZipFile(tmp_path / "all.wacz") as wacz:
        head, *pages = [json.loads(line) for line in wacz.read("pages/pages.jsonl").splitlines()]
        index = gzip.decompress(wacz.read("indexes/index.cdx.gz")).decode().splitlines()
    assert head["format"] == "json-pages-1.0"
    assert sorted((one["url"], one["ts"][:10], one["title"]) for one in pages) == [
        (MARKET, "2026-11-16", "The market moves"),
        (MARKET, "2026-11-17", "The market stays"),
        (SHIPS, "2026-11-16", "Ships in the roads"),
    ]
    assert all("quay" in one["text"] for one in pages)
    assert index == sorted(index)
    assert len(index) == len(await captures(kept))


async def test_an_index_tells_where_captures_lie_in_the_evidence(kept: Archive, tmp_path: Path) -> None:
    """File, offset and length are those of the archive."""
    report = await export(kept, tmp_path / "all.cdxj")
    lines = (tmp_path / "all.cdxj").read_text().splitlines()
    found = [json.loads(line[line.index("{") :]) for line in lines]
    known = await captures(kept)
    assert sorted((one["filename"], int(one["offset"]), int(one["length"]), one["digest"]) for one in found) == sorted(
        (one.file, one.offset, one.length, one.digest) for one in known
    )
    assert (report.captures, report.records, report.format) == (len(known), 0, ExportFormat.CDXJ)


def names_in(index: Path) -> set[str]:
    """Return the files that an index names."""
    return {json.loads(line[line.index("{") :])["filename"] for line in index.read_text().splitlines()}


def reopened(archive: Archive) -> Path:
    """Give the newest evidence file the name that it had while it was written; return its path."""
    file = max(archive.settings.evidence_dir.glob("*.warc*"))
    return file.rename(file.with_name(f"{file.name}.open"))


async def test_an_index_names_files_as_others_find_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file that this process writes to is closed for it."""
    monkeypatch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
    async with Website.start() as website:
        website.pages |= {FEED: rss((SHIPS, "Ships")), SHIPS: Page(article("Ships in the roads"))}
        rig = Rig(tmp_path, tmp_path / "clock", RoomInfo(website.port, 0, "", website.resolve("one.example")))
        rig.at(at(16, 7))
        async with rig.open() as archive:
            await add(archive, FEED)
            report = await export(archive, tmp_path / "all.cdxj")
            on_disk = {one.name for one in archive.settings.evidence_dir.glob("*.warc*")}
    assert names_in(tmp_path / "all.cdxj") == on_disk
    assert not [one for one in on_disk if one.endswith(".open")]
    assert report.in_use == ()


@pytest.mark.parametrize("closes", [True, False])
async def test_a_file_in_use_elsewhere_is_asked_to_be_closed(
    kept: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, closes: bool
) -> None:
    """And waited for; one that nobody closes is named as it is, and told of."""
    monkeypatch.setattr(export_evidence_names, "TRIES", 40 if closes else 2)
    path = reopened(kept)
    asked = path.with_name(path.name.removesuffix(".open") + ".close")
    with path.open("r+b") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        work = asyncio.create_task(export(kept, tmp_path / "all.cdxj"))
        while not asked.exists():  # noqa: ASYNC110 - it is a file
            await asyncio.sleep(0.01)
        if closes:
            path.rename(path.with_suffix(""))
            asked.unlink()
        report = await work
    assert names_in(tmp_path / "all.cdxj") == {one.name for one in path.parent.glob("*.warc*")} - {asked.name}
    assert report.in_use == (() if closes else (path.name,))


async def test_a_file_that_a_crash_left_open_is_named_as_it_is(kept: Archive, tmp_path: Path) -> None:
    """Nobody is there to close it, so nobody is asked, nor waited for."""
    path = reopened(kept)
    report = await asyncio.wait_for(export(kept, tmp_path / "all.cdxj"), 10)
    assert names_in(tmp_path / "all.cdxj") == {one.name for one in path.parent.glob("*.warc*")}
    assert report.in_use == (path.name,)


async def test_what_is_damaged_is_left_out_and_named(kept: Archive, tmp_path: Path) -> None:
    """The rest is exported; the report says which capture, where it lies, and what is wrong."""
    one = next(each for each in await captures(kept) if each.url == MARKET)
    with next(kept.settings.evidence_dir.glob(f"{one.file}*")).open("r+b") as file:
        file.seek(one.offset + one.length // 2)
        file.write(b"\0" * 8)
    report = await export(kept, tmp_path / "rest.warc.gz")
    (fault,) = report.left_out
    assert (fault.kind, fault.what, fault.capture_id, fault.offset) == ("damaged", MARKET, one.id, one.offset)
    assert fault.detail.startswith(f"{one.file}: byte {one.offset}: ")  # where `verify` says that it is
    ids = {record.header("WARC-Record-ID") for record in records_of(tmp_path / "rest.warc.gz")}
    assert ids & {each.record_id for each in await captures(kept)} == {
        each.record_id for each in await captures(kept) if each.id != one.id
    }


async def test_a_missing_file_is_one_fault(kept: Archive, tmp_path: Path) -> None:
    """However many captures lie in it."""
    known = await captures(kept)
    name, missing = known[0].file, [one for one in known if one.file == known[0].file]
    (kept.settings.evidence_dir / name).rename(tmp_path / "elsewhere")
    report = await export(kept, tmp_path / "rest.cdxj")
    (fault,) = report.left_out
    assert (fault.kind, fault.what, report.captures) == ("missing", name, len(known) - len(missing))
    assert fault.detail.endswith(f"captures in it: {len(missing)}")


async def test_a_capture_that_was_moved_meanwhile_is_read_where_it_is(kept: Archive) -> None:
    """Its row may have been read before its file was replaced."""
    one = (await captures(kept))[0]
    records = Records(kept._ctx, Selected(array("q", [one.id]), 1), None)
    assert await records.read(replace(one, file="replaced.warc.gz")) == await records.read(one)
    assert records.left_out == ()


async def test_nothing_is_overwritten_and_nothing_selected_is_said(kept: Archive, tmp_path: Path) -> None:
    """A file in the way, a folder that is none, a document that is none, a selection of nothing; no file is left."""
    (tmp_path / "there.wacz").write_bytes(b"mine")
    for out, selection, error in (
        ("there.wacz", {}, UsageError),
        ("none/a.wacz", {}, NotFoundError),
        ("a.wacz", {"documents": (99,)}, NotFoundError),
        ("a.wacz", {"until": at(1, 0)}, NotFoundError),
    ):
        with pytest.raises(error):
            await export(kept, tmp_path / out, **selection)
    assert (tmp_path / "there.wacz").read_bytes() == b"mine"
    assert not [one for one in os.listdir(tmp_path) if "a.wacz" in one]


async def test_nothing_is_written_into_the_archive_itself(kept: Archive) -> None:
    """What lies there is the archive's: another file would be a fault to `verify`, or taken for a text."""
    folder = kept.settings.evidence_dir
    before = sorted(os.listdir(folder))
    for out in (folder / "all.warc.gz", folder / ".." / "all.wacz", kept.settings.data_dir / "all.cdxj"):
        with pytest.raises(UsageError, match="in the archive itself") as refused:
            await export(kept, out)
        assert "outside" in str(refused.value.hint)
    assert sorted(os.listdir(folder)) == before


@pytest.mark.parametrize("configured", [False, True])
async def test_where_the_policy_keeps_nothing_that_is_said(
    kept: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configured: bool
) -> None:
    """Of a source whose own it is, and of the configuration; not of a document that was only never fetched."""
    value = None if configured else "none"
    await kept._ctx.db.write(lambda conn: conn.execute(update(source).values(evidence=value)).close())
    if configured:
        monkeypatch.setitem(vars(kept.settings.evidence), "keep", "none")
    await kept._ctx.db.write(lambda conn: conn.execute(update(capture).values(removed_at=at(18, 7))).close())
    why = "evidence.keep" if configured else "that of source 1"
    for selection in ({"documents": (MARKET,)}, {"source_id": 1}):
        with pytest.raises(NotFoundError, match=rf"nothing of that is kept: the policy is `none` \({why}\)"):
            await export(kept, tmp_path / "a.wacz", **selection)
    with pytest.raises(NotFoundError, match="nothing of that was captured"):
        await export(kept, tmp_path / "a.wacz", until=at(1, 0))


async def test_progress_counts_what_was_selected(kept: Archive, tmp_path: Path) -> None:
    """Up to all of it."""
    steps: list[tuple[int, int]] = []
    out, selection = tmp_path / "all.warc.gz", Selection()
    await kept.custody.export(
        selection, ExportFormat.WARC, out, progress=lambda done, all_: steps.append((done, all_))
    )  # fmt: skip
    count = len(await captures(kept))
    assert steps == [(done, count) for done in range(1, count + 1)]


async def test_a_selection_is_looked_for_once(kept: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many pages its captures are: to find what a source told of, all of it has to be looked through."""
    asked: list[str] = []
    monkeypatch.setattr(export_evidence_records, "PAGE", 2)
    listen(kept._ctx.db._reader, "before_cursor_execute", lambda _conn, _cursor, text, *_: asked.append(text))
    report = await export(kept, tmp_path / "of-source.cdxj", source_id=1)
    assert report.captures > 6
    assert len([one for one in asked if "entry.source_id" in one]) == 2  # which, and of how many documents


async def test_compacted_records_are_exported_as_plain_gzip(kept: Archive, tmp_path: Path) -> None:
    """Responses and requests are the same to the byte as before, though they lie in `.warc.zst` files per host."""
    await export(kept, tmp_path / "before.warc.gz")
    await kept.custody.verify()
    report = await kept.custody.compact(now=True)
    assert report.replaced
    assert {one.file for one in await captures(kept)} & {one.name for one in report.made}
    await export(kept, tmp_path / "after.warc.gz")
    before, after = ([one.raw for one in records_of(tmp_path / f"{name}.warc.gz")][1:] for name in ("before", "after"))
    assert after == before


async def test_the_index_of_compacted_evidence_is_that_of_fastwarc(kept: Archive, tmp_path: Path) -> None:
    """The one tool that reads `.warc.zst` finds the records where our index says."""
    await kept.custody.verify()
    made = (await kept.custody.compact(now=True)).made
    await export(kept, tmp_path / "all.cdxj")
    lines = (tmp_path / "all.cdxj").read_text().splitlines()
    told = [json.loads(line[line.index("{") :]) for line in lines]
    for name in (one.name for one in made):
        found = await asyncio.to_thread(judges.fastwarc_index, kept.settings.evidence_dir / name)
        assert sorted((one["offset"], one["length"], one["warc-payload-digest"]) for one in found) == sorted(
            (one["offset"], one["length"], one["digest"]) for one in told if one["filename"] == name
        )
