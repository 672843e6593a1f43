"""What `verify` says of an archive: nothing of one that is right, and of damaged files exactly what is damaged."""

from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection, update

from monitor import open_archive
from monitor.store import files
from monitor.store.schema import capture, document
from tests.app.verified import (
    HOUR,
    START,
    Kept,
    here,
    kept,
    kinds,
    record,
    recorded,
    set_row,
    settings_in,
    story,
    unindex,
)
from tests.app.website import Website

__all__ = ["here", "kept", "recorded"]


def test_an_archive_that_is_right(kept: Kept) -> None:
    """Everything is read, nothing is wrong, and every kind of record was there."""
    report, rows = kept.run(), kept.captures()
    assert kinds(report) == []
    assert report.notes == ()
    assert (report.files, report.skipped, report.captures, report.texts) == (6, 0, len(rows), 4)
    assert report.bytes == sum(path.stat().st_size for path in kept.evidence.glob("*.warc*"))
    assert report.records == 6 + 2 * len(rows)  # a warcinfo in each file, a request for each answer
    assert {(one.record_type, one.status) for one in rows} >= {
        *(("response", 200), ("response", 301), ("response", 404), ("revisit", 200), ("revisit", 304))
    }


async def test_an_archive_that_is_right_on_postgresql(postgresql_url: str, tmp_path: Path) -> None:
    """The same on the other database, which says what it could not be asked; and a missing index row is named."""
    async with Website.start() as site:
        settings = settings_in(tmp_path, site, database={"url": postgresql_url})
        await record(settings, site)
    async with open_archive(settings, at=START + 24 * HOUR) as archive:
        report = await archive.custody.verify()
        assert kinds(report) == []
        assert report.texts == 4
        assert report.seals > 0
        assert any("amcheck" in note for note in report.notes)
        await archive._ctx.db.write(unindex, 1)
        await archive._ctx.db.write(set_row, document, {"revision_count": 9}, 1)
        report = await archive.custody.verify()
        assert report.skipped == 6
        assert kinds(report) == [("document-count", "document 1"), ("search-missing", "revision 1")]


# --- files -----------------------------------------------------------------------------------------------------


def test_a_flipped_bit_anywhere_is_named(kept: Kept) -> None:
    """Wherever it is in a record: that record, and nothing else, in a file that was right before."""
    one = story(kept)
    kept.run(texts=False)
    data = kept.path(one).read_bytes()
    for place in (0, 3, 4, 8, 9, 10, one.length // 2, one.length - 12, one.length - 5, one.length - 1):
        kept.change(one, place, bytes([data[one.offset + place] ^ 0x10]))
        report = kept.run(files=(one.file,), again=True)
        (fault,) = report.faults
        assert fault.what == one.file
        if place in (4, 8, 9):  # the time, level and system in gzip's header: no checksum covers them
            assert fault.kind == "file-altered"
        else:
            assert (fault.kind, fault.offset, fault.capture_id) == ("record-damaged", one.offset, one.id), place
        kept.path(one).write_bytes(data)


def test_a_damaged_request_has_no_capture_to_be_named_by(kept: Kept) -> None:
    one = story(kept)
    kept.change(one, -20, b"\xff\xff\xff")  # the request's member ends where the response begins
    (fault,) = kept.run(files=(one.file,)).faults
    assert (fault.kind, fault.capture_id) == ("record-damaged", None)
    assert fault.offset is not None
    assert fault.offset < one.offset


def test_an_altered_record_with_good_checksums_of_gzip(kept: Kept) -> None:
    """Somebody unpacked a record, changed a word of the page, and packed it again."""
    one = story(kept)
    kept.replace(one, b"The mayor thanked", b"The mayor spanked")
    (fault,) = kept.run(texts=False).faults
    assert (fault.kind, fault.capture_id) == ("record-altered", one.id)
    assert "WARC-Block-Digest" in fault.detail
    assert "WARC-Payload-Digest" in fault.detail


def test_an_altered_request(kept: Kept) -> None:
    one = story(kept)
    path = kept.path(one)
    data = path.read_bytes()
    start = data.rindex(b"\x1f\x8b\x08", 0, one.offset)
    request = replace(one, offset=start, length=one.offset - start)
    kept.replace(request, b"GET /2026", b"GET /2025")
    (fault,) = kept.run(texts=False).faults
    assert (fault.kind, fault.offset, fault.capture_id) == ("record-digest", start, None)


def test_a_file_that_is_missing_cut_or_longer(kept: Kept) -> None:
    one = story(kept)
    path = kept.path(one)
    data = path.read_bytes()
    for cut in (one.offset, one.offset + 30, len(data) - 1):
        path.write_bytes(data[:cut])
        (fault,) = kept.run(texts=False).faults
        assert (fault.kind, fault.what, fault.offset) == ("file-short", one.file, cut)
    path.write_bytes(data + data[one.offset :])
    (fault,) = kept.run(texts=False).faults
    assert (fault.kind, fault.what, fault.offset) == ("file-long", one.file, len(data))
    path.unlink()
    assert kinds(kept.run(texts=False)) == [("file-missing", one.file)]
    path.write_bytes(data)
    assert kinds(kept.run(texts=False)) == []


def exchange(one: Path, other: Path) -> None:
    """Let two files change their names."""
    spare = one.with_name("spare")
    one.rename(spare)
    other.rename(one)
    spare.rename(other)


def test_names_are_checked(kept: Kept) -> None:
    """Files that changed places, one renamed, and what nobody knows."""
    one, *_, other = (kept.path(each) for each in kept.captures())
    spare = one.with_name("spare")
    exchange(one, other)
    assert kinds(kept.run(texts=False)) == [("file-swapped", one.name), ("file-swapped", other.name)]
    exchange(one, other)
    assert kinds(kept.run(texts=False)) == []
    one.rename(spare)
    one.with_name("draft.warc.gz.tmp").touch()
    assert kinds(kept.run(texts=False)) == [
        *(("file-missing", one.name), ("file-leftover", "draft.warc.gz.tmp"), ("file-unknown", "spare"))
    ]


def test_a_file_that_was_removed_is_not_missed(kept: Kept) -> None:
    """Its row says so; but where it is still there, or a capture is said to be in it, that is wrong."""
    one = story(kept)

    def remove(conn: Connection) -> None:
        files.set_fields(conn, one.file, removed_at=START, removed_why="retention")

    kept.write(remove)
    there = [each for each in kept.captures() if each.file == one.file]
    expected = [("capture-in-removed-file", f"capture {each.id}") for each in there]
    assert kinds(kept.run(texts=False)) == [("file-removed", one.file), *expected]
    kept.path(one).unlink()
    in_it = capture.c.file == one.file
    kept.write(lambda conn: conn.execute(update(capture).where(in_it).values(removed_at=START)).close())
    assert "file-missing" not in [kind for kind, _ in kinds(kept.run(texts=False))]
