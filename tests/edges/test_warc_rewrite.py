"""An evidence file written anew holds what stays, to the byte, and nothing of what goes."""

import gzip
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from monitor.edges.warc_reader import RawRecord, records_of
from monitor.edges.warc_rewrite import Removals, alone, next_name, rewrite, take_away
from monitor.edges.warc_zstd import compressed, dictionary_frame, dictionary_of
from monitor.errors import EvidenceError
from monitor.interfaces import Kept
from tests.edges.warcs import accepted_by_warcio, earlier_of, evidence_in, fastwarc_index, files, hop, result

NEW = "b-r1.warc.gz"


async def written(folder: Path) -> tuple[str, list[Kept]]:
    """Write three fetches, the second one after a redirect; return the file's name and where they are."""
    evidence = evidence_in(folder)
    kept = [await evidence.append(result(hop(b"first")))]
    away = hop(b"", status=301, status_line=b"HTTP/1.1 301 Moved", headers=((b"Location", b"/b"),))
    kept.append(await evidence.append(result(away, hop(b"second", url="https://news.example/b"))))
    kept.append(await evidence.append(result(hop(b"first")), earlier_of(kept[0])))
    await evidence.close()
    return kept[0].file, kept


def removals(gone: list[Kept], every: list[Kept], **more: bool) -> Removals:
    known = frozenset(place.offset for one in every for place in (*one.before, one))
    return Removals(frozenset(place.offset for one in gone for place in (*one.before, one)), known, **more)


def by_id(path: Path) -> dict[str, RawRecord]:
    return {one.header("WARC-Record-ID") or "": one for one in records_of(path)}


async def test_what_goes_takes_its_request_along(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Redirects too; all else is the same to the byte, and where it is said to be."""
    name, kept = await written(tmp_path)
    before = by_id(tmp_path / name)
    done = rewrite(tmp_path, name, NEW, removals([kept[1]], kept))
    after = by_id(tmp_path / NEW)
    assert len(before) - len(after) == 4
    assert all(before[number].raw == one.raw for number, one in after.items())
    assert b"second" not in gzip.decompress((tmp_path / NEW).read_bytes())
    for one in (kept[0], kept[2]):
        offset, length = done.places[one.offset]
        raw = gzip.decompress((tmp_path / NEW).read_bytes()[offset : offset + length])
        assert hashlib.sha256(raw).hexdigest() == one.record_sha256
    data = (tmp_path / NEW).read_bytes()
    assert (done.length, done.sha256, done.torn) == (len(data), hashlib.sha256(data).hexdigest(), False)
    assert accepted_by_warcio(tmp_path / NEW, capsys)
    assert all(fine for *_, fine in fastwarc_index(tmp_path / NEW))
    assert sorted(path.name for path in files(tmp_path)) == sorted([name, NEW])


async def test_a_redirect_that_no_row_tells_of_goes_along(tmp_path: Path) -> None:
    """As archives of earlier releases have them; the redirect of a fetch that stays remains."""
    name, kept = await written(tmp_path)
    known = frozenset(one.offset for one in kept)
    rewrite(tmp_path, name, NEW, Removals(frozenset({kept[1].offset}), known))
    assert not any(b" 301 " in one.block for one in records_of(tmp_path / NEW))
    rewrite(tmp_path, name, NEW, Removals(frozenset({kept[2].offset}), known))
    assert any(b" 301 " in one.block for one in records_of(tmp_path / NEW))


async def test_a_crash_before_the_database_heard_of_it(tmp_path: Path) -> None:
    """A draft, and a file that nobody knows, are written over."""
    name, kept = await written(tmp_path)
    (tmp_path / f"{NEW}.new").write_bytes(b"half a draft")
    (tmp_path / NEW).write_bytes(b"of a run before")
    rewrite(tmp_path, name, NEW, removals([kept[0]], kept))
    assert kept[1].record_id in by_id(tmp_path / NEW)


async def test_damage_hinders_it_unless_it_has_to_be(tmp_path: Path) -> None:
    """A stretch that cannot be read stays as it is; with what has to go in it, or right behind it, it goes."""
    name, kept = await written(tmp_path)
    path = tmp_path / name
    data = bytearray(path.read_bytes())
    data[kept[0].offset + 40 : kept[0].offset + 44] = b"\0\0\0\0"
    path.write_bytes(data)
    with pytest.raises(EvidenceError, match=f"damaged at byte {kept[0].offset}"):
        rewrite(tmp_path, name, NEW, removals([kept[2]], kept))
    assert not (tmp_path / NEW).exists()
    torn = bytes(data[kept[0].offset : kept[0].offset + kept[0].length])
    done = rewrite(tmp_path, name, NEW, removals([kept[2]], kept, at_any_price=True))
    assert torn in (tmp_path / NEW).read_bytes()
    assert done.torn
    offset, length = done.places[kept[0].offset]
    assert ((tmp_path / NEW).read_bytes()[offset : offset + len(torn)], length) == (torn, 0)
    done = rewrite(tmp_path, name, NEW, removals([kept[0]], kept, at_any_price=True))
    assert torn not in (tmp_path / NEW).read_bytes()
    assert kept[0].offset not in done.places


async def test_a_full_disk_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no draft."""
    name, kept = await written(tmp_path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(EvidenceError, match="No space left"):
        rewrite(tmp_path, name, NEW, removals([kept[0]], kept))
    assert [path.name for path in files(tmp_path)] == [name]


def test_names_are_numbered() -> None:
    """A compacted file becomes gzip again; what is no evidence file is refused."""
    assert next_name("monitor-1-a.warc.gz") == "monitor-1-a-r1.warc.gz"
    assert next_name("monitor-1-a-r9.warc.gz") == "monitor-1-a-r10.warc.gz"
    assert next_name("host-r2.warc.zst") == "host-r3.warc.gz"
    with pytest.raises(EvidenceError):
        next_name("notes.txt")


def test_one_at_a_time(tmp_path: Path) -> None:
    """Whoever comes second is told, and may come again."""
    with alone(tmp_path), pytest.raises(BlockingIOError), alone(tmp_path):
        raise AssertionError("both are in")
    with alone(tmp_path):
        pass


def test_a_file_is_taken_away_once(tmp_path: Path) -> None:
    """And nothing beyond the directory."""
    (tmp_path / "a.warc.gz").write_bytes(b"x")
    assert take_away(tmp_path, "a.warc.gz")
    assert not take_away(tmp_path, "a.warc.gz")
    with pytest.raises(EvidenceError):
        take_away(tmp_path, "../a.warc.gz")


async def test_what_belongs_to_it_in_files_of_others(tmp_path: Path) -> None:
    """Other writers name the request in the response, and add metadata that refers to it."""
    evidence = evidence_in(tmp_path)
    one = await evidence.append(result(replace(hop(b"first"), ip=None)))
    two = await evidence.append(result(hop(b"second")))
    await evidence.close()
    source = tmp_path / one.file
    records = {record.offset: record for record in records_of(source)}
    turned = [_turned(record) for record in records.values()]
    path = tmp_path / "b.warc.gz"
    path.write_bytes(b"".join(gzip.compress(raw, mtime=0) for raw in turned))
    places = {record.header("WARC-Record-ID"): record.offset for record in records_of(path)}
    gone, stays = places[one.record_id], places[two.record_id]
    rewrite(tmp_path, "b.warc.gz", NEW, Removals(frozenset({gone}), frozenset({gone, stays})))
    assert [record.kind for record in records_of(tmp_path / NEW)] == ["warcinfo", "request", "response"]


def _turned(record: RawRecord) -> bytes:
    """Return a record of ours as wget would have tied it to its other half."""
    concurrent = record.header("WARC-Concurrent-To")
    if record.kind == "request" and concurrent:
        named = record.head.replace(f"WARC-Concurrent-To: {concurrent}\r\n".encode(), b"")
        return (
            named.replace((record.header("WARC-Record-ID") or "").encode(), f"{concurrent[:-2]}q>".encode())
            + record.block
            + b"\r\n\r\n"
        )
    if record.kind == "response":
        number = record.header("WARC-Record-ID") or ""
        return record.head[:-2] + f"WARC-Concurrent-To: {number[:-2]}q>\r\n\r\n".encode() + record.block + b"\r\n\r\n"
    return record.raw


async def test_a_compacted_file_becomes_gzip_again(tmp_path: Path) -> None:
    """Its dictionary is made of pages, and goes; records are the same to the byte uncompressed."""
    name, kept = await written(tmp_path)
    records = list(records_of(tmp_path / name))
    raws = [record.raw for record in records]
    dictionary = dictionary_of(b"".join(raws), raws, 9)
    parts, places = [dictionary_frame(dictionary, 9)], {}
    for record, data in zip(records, compressed(raws, dictionary, 9), strict=True):
        places[record.header("WARC-Record-ID")] = sum(map(len, parts))
        parts.append(data)
    (tmp_path / "host.warc.zst").write_bytes(b"".join(parts))
    known = frozenset(places[place.record_id] for one in kept for place in (*one.before, one))
    gone = places[kept[1].record_id]
    done = rewrite(tmp_path, "host.warc.zst", "host-r1.warc.gz", Removals(frozenset({gone}), known))
    stays = {
        place.record_id: place for one in kept for place in (*one.before, one) if place.record_id != kept[1].record_id
    }
    data = (tmp_path / "host-r1.warc.gz").read_bytes()
    for record_id, place in stays.items():
        offset, length = done.places[places[record_id]]
        assert hashlib.sha256(gzip.decompress(data[offset : offset + length])).hexdigest() == place.record_sha256
    assert b"second" not in gzip.decompress(data)
