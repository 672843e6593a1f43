"""What a crash between the disk and the database leaves behind is found at the next start."""

import hashlib
import os
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from monitor import Archive, open_archive
from monitor.edges.warc_records import read_response
from monitor.errors import DatabaseBusyError
from monitor.model import Fetch, Outcome
from monitor.store import captures
from monitor.store.schema import fetch
from monitor.store.types import noun
from tests.app import marked
from tests.app.rig import Rig, add, play
from tests.app.test_evidence_policy import every_capture, every_response
from tests.app.website import Website, rss
from tests.edges import foreign_warcs as foreign
from tests.edges.warcs import PAGE, earlier_of, evidence_in, hop, result
from tests.newsroom.days import at

pytest_plugins = ["tests.newsroom.fixtures"]


def every_fetch(conn: Connection, numbers: list[int]) -> list[Fetch]:
    """Return fetches by number."""
    rows = conn.execute(select(fetch).where(fetch.c.id.in_(numbers))).mappings()
    return [noun(Fetch, row) for row in rows]


async def left_behind(folder: Path, torn: bytes = b"") -> Path:
    """Leave a file that no database ever heard of, as a crash leaves it."""
    evidence = evidence_in(folder)
    kept = await evidence.append(result(hop(status=301, status_line=b"HTTP/1.1 301 Moved"), hop()))
    await evidence.append(result(hop()), earlier_of(kept))
    name, _ = evidence.position()
    await evidence.close()
    path = (folder / name).rename(folder / f"{name}.open")
    with path.open("ab") as stream:
        stream.write(torn)
    return folder / name


async def test_records_that_the_database_never_heard_of_are_indexed(site_rig: Rig) -> None:
    """Each response is there with its place, its digests and its own time; its fetch says how it came here."""
    site_rig.at(at(16, 7))
    settings = site_rig.settings
    path = await left_behind(settings.evidence_dir, torn=b"\x1f\x8b\x08 torn")
    async with open_archive(settings) as archive:
        await archive.recover()
        found = await every_capture(archive)
        places = {(one.file, one.offset, one.length, one.record_id, one.url) for one in found}
        assert places == set(every_response(settings.evidence_dir))
        assert [(one.record_type, one.status) for one in found] == [
            ("response", 301),
            ("response", 200),
            ("revisit", 200),
        ]
        _, whole, repeat = found
        raw = await archive._ctx.evidence.read(whole.file, whole.offset, whole.length)
        assert read_response(raw)[1] == PAGE
        assert repeat.digest == whole.digest
        assert path.exists()
        assert await archive._ctx.db.read(captures.committed_lengths) == {path.name: path.stat().st_size}


async def test_a_second_start_finds_nothing_more(site_rig: Rig) -> None:
    site_rig.at(at(16, 7))
    await left_behind(site_rig.settings.evidence_dir)
    for _ in range(2):
        async with open_archive(site_rig.settings) as archive:
            await archive.recover()
            assert len(await every_capture(archive)) == 3


async def test_the_fetch_of_an_orphan_is_told(site_rig: Rig) -> None:
    site_rig.at(at(16, 7))
    await left_behind(site_rig.settings.evidence_dir)
    async with open_archive(site_rig.settings) as archive:
        await archive.recover()
        (first, *_) = await every_capture(archive)
        (row,) = await archive._ctx.db.read(every_fetch, [first.fetch_id])
        assert (row.outcome, row.status) == (Outcome.REDIRECTED, 301)
        assert "crash" in (row.detail or "")


def busy(*_: object, **__: object) -> None:
    """Refuse to record, as a database does that another process holds."""
    raise DatabaseBusyError("another process holds it")


async def visited_in_vain(archive: Archive, rig: Rig, website: Website, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read a feed whose visit cannot be recorded."""
    website.pages["http://one.example/feed"] = rss(("http://one.example/2026/11/16/story-of-a-day", "A day"))
    rig.at(at(16, 7))
    await add(archive, "http://one.example/feed")
    monkeypatch.setattr("monitor.app.polled.record", busy)
    website.pages["http://one.example/feed"] = rss(("http://one.example/2026/11/16/another-story", "Another"))
    await archive.tick()
    monkeypatch.undo()


async def test_what_a_visit_kept_and_could_not_record_is_indexed_at_the_end(
    site_rig: Rig, website: Website, monkeypatch: pytest.MonkeyPatch, read_here: None
) -> None:
    """The file is closed as usual, and the database knows all that is in it."""
    async with site_rig.open() as archive:
        await visited_in_vain(archive, site_rig, website, monkeypatch)
        folder = site_rig.settings.evidence_dir
        assert len(set(every_response(folder))) > len(await every_capture(archive))
    async with site_rig.open() as archive:
        places = {(one.file, one.offset, one.length, one.record_id, one.url) for one in await every_capture(archive)}
        assert places == set(every_response(folder))
        assert not list(folder.glob("*.open"))
        assert (await archive.custody.verify()).faults == ()


async def test_a_host_that_could_not_be_recorded_is_left_alone_for_a_minute(
    site_rig: Rig, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else its page would be fetched again and again, while the database cannot take it."""
    async with site_rig.open() as archive:
        await visited_in_vain(archive, site_rig, website, monkeypatch)
        asked = website.asked.count("http://one.example/feed")
        await archive.tick()
        assert website.asked.count("http://one.example/feed") == asked
        await play(site_rig, archive, at(16, 7, 2))
        assert website.asked.count("http://one.example/feed") == asked + 1


async def test_evidence_is_left_for_the_next_start_where_the_database_is_out_of_reach_at_the_end(
    site_rig: Rig, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = site_rig.settings.evidence_dir
    async with site_rig.open() as archive:
        await visited_in_vain(archive, site_rig, website, monkeypatch)
        monkeypatch.setattr("monitor.store.captures.in_file", busy)
    monkeypatch.undo()
    assert list(folder.glob("*.open"))
    async with site_rig.open() as archive:
        await archive.recover()
        assert {one.record_id for one in await every_capture(archive)} == {row[3] for row in every_response(folder)}
        assert not list(folder.glob("*.open"))


async def test_a_closed_file_that_the_database_knows_less_of_is_looked_through(site_rig: Rig) -> None:
    """Though not one that was closed just now: whoever did may be about to tell of it."""
    site_rig.at(at(16, 7))
    path = await left_behind(site_rig.settings.evidence_dir)
    path.with_name(f"{path.name}.open").rename(path)
    for age, count in ((0, 0), (120, 3)):
        stamp = path.stat().st_mtime - age
        os.utime(path, (stamp, stamp))
        async with site_rig.open() as archive:
            await archive.recover()
            assert len(await every_capture(archive)) == count


async def test_what_a_crash_left_of_an_import_is_read_as_others_write_it(site_rig: Rig) -> None:
    """Chunks, which others keep, are no part of a page; a digest that no row has room for is no reason not to start."""
    site_rig.at(at(16, 7))
    body, url, when = foreign.html("The bridge"), "http://one.example/2021/the-bridge", at(16, 6)
    block = foreign.answer(foreign.chunked(body), "Transfer-Encoding: chunked")
    record = foreign.response(url, when, block, WARC_Payload_Digest=f"sha512:{'a' * 128}")
    folder = site_rig.settings.evidence_dir
    folder.mkdir(parents=True)
    (folder / "import-20261116070000-00-00001.warc.gz.open").write_bytes(foreign.gzipped([record]))
    async with site_rig.open() as archive:
        await archive.recover()
        (one,) = await every_capture(archive)
        assert (one.url, one.sha256) == (url, hashlib.sha256(body).hexdigest())
        assert one.digest.startswith("sha1:")


async def test_a_file_written_anew_in_vain_is_no_second_one(
    site_rig: Rig, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full, or the program killed, before the database hears of it: nothing of it is taken in twice."""
    await marked.record(site_rig, website)
    with monkeypatch.context() as patched:
        patched.setattr("monitor.store.removing.replace_file", busy)
        async with site_rig.open() as archive:
            with pytest.raises(DatabaseBusyError):
                await archive.custody.redact(marked.STORY, marked.WHY)
    (anew,) = site_rig.settings.evidence_dir.glob("*-r1.warc.gz")
    stamp = anew.stat().st_mtime - 120
    os.utime(anew, (stamp, stamp))
    async with site_rig.open() as archive:
        await archive.recover()
        ids = [one.record_id for one in await every_capture(archive)]
        assert len(ids) == len(set(ids))
        assert (await archive.custody.verify(again=True)).faults == ()
    assert marked.with_marker(site_rig.settings.data_dir) == []
