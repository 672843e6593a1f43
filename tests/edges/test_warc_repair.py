"""What a crash left open is cut to whole records and closed."""

import errno
import os
from collections.abc import Mapping
from gzip import compress
from pathlib import Path

import pytest

from monitor.edges.warc import WarcEvidence, read_response
from monitor.edges.warc_repair import left_open, matching, whole_length
from monitor.errors import EvidenceError
from tests.edges.warcs import (
    PAGE,
    evidence_in,
    files,
    hop,
    result,
)


async def crashed(directory: Path, torn: bytes) -> tuple[Path, int]:
    """Leave a file as a crash leaves it, with bytes of a record that was never finished; return its safe length."""
    evidence = evidence_in(directory)
    await evidence.append(result(hop()))
    name, length = evidence.position()
    await evidence.close()
    path = (directory / name).rename(directory / (name + ".open"))
    with path.open("ab") as stream:
        stream.write(torn)
    return path, length


def repair(directory: Path, committed: Mapping[str, int]) -> tuple[str, ...]:
    """Close what was left open, and return what was said of each."""
    said = []
    for left in left_open(directory):
        said.append(left.cut(committed.get(left.name))[1])
        left.close()
    return tuple(said)


async def test_a_torn_record_is_cut_off_and_a_whole_one_stays(tmp_path: Path) -> None:
    """What the database does not know and is whole stays, to be indexed; it begins at the committed length."""
    whole = await _record(tmp_path / "elsewhere")
    path, length = await crashed(tmp_path, whole + whole[:-1])
    for left in left_open(tmp_path):
        size, said = left.cut(length)
        assert size == path.stat().st_size == length + len(whole)
        assert f"{len(whole) - 1} torn bytes cut off" in said
        assert [one.kind for one in left.records(length)] == ["response"]


async def _record(directory: Path) -> bytes:
    evidence = evidence_in(directory)
    kept = await evidence.append(result(hop()))
    await evidence.close()
    return (directory / kept.file).read_bytes()[kept.offset :]


@pytest.mark.parametrize("cut", [1, 9, 10, 30, -9, -8, -1])
async def test_repair_keeps_whole_records_of_an_unknown_file(tmp_path: Path, cut: int) -> None:
    """Without word from the database, the file is cut after its last whole member, wherever the tear is."""
    path, length = await crashed(tmp_path, compress(os.urandom(200))[:cut])
    repair(tmp_path, {})
    assert (tmp_path / path.name.removesuffix(".open")).stat().st_size == length


async def test_repair_removes_what_holds_nothing(tmp_path: Path) -> None:
    """A file without one whole record is no evidence."""
    (tmp_path / "monitor-1.warc.gz.open").write_bytes(b"")
    (tmp_path / "monitor-2.warc.gz.open").write_bytes(b"\x1f\x8b\x08")
    said = repair(tmp_path, {})
    assert len(said) == 2
    assert all("removed" in line for line in said)
    assert files(tmp_path) == []


async def test_repair_says_what_is_lost(tmp_path: Path) -> None:
    """When the disk has less than the database was told, the whole records stay and the loss is named."""
    path, length = await crashed(tmp_path, b"\x1f\x8b torn")
    (said,) = repair(tmp_path, {path.name.removesuffix(".open"): length + 500})
    assert "500 bytes that the database knows of are LOST" in said
    assert files(tmp_path)[0].stat().st_size == length


async def test_repair_leaves_files_in_use_alone(evidence: WarcEvidence, tmp_path: Path) -> None:
    """A daemon that starts while a command is archiving does not take its file away."""
    kept = await evidence.append(result(hop()))
    assert repair(tmp_path, {kept.file: 10}) == ()
    await evidence.append(result(hop()))
    assert read_response(await evidence.read(kept.file, kept.offset, kept.length))[1] == PAGE


async def test_a_file_that_is_there_twice_is_seen(tmp_path: Path) -> None:
    """Two files of one name are left to a person."""
    path, _ = await crashed(tmp_path, b"")
    path.with_name(path.name.removesuffix(".open")).write_bytes(b"precious")
    assert [left.has_twin for left in left_open(tmp_path)] == [True]


async def test_a_file_under_repair_is_left_alone_by_others(tmp_path: Path) -> None:
    """Two daemons that start together do not mend one file twice."""
    await crashed(tmp_path, b"")
    for _ in left_open(tmp_path):
        assert list(left_open(tmp_path)) == []


async def test_repair_of_nothing_says_nothing(tmp_path: Path) -> None:
    """Closed files and a missing directory need no repair."""
    assert repair(tmp_path, {}) == ()
    assert repair(tmp_path / "missing", {}) == ()


def test_whole_length_of_a_large_member(tmp_path: Path) -> None:
    """Members larger than the buffers are followed to their ends."""
    first = compress(os.urandom(1_500_000), compresslevel=1)
    path = tmp_path / "big"
    path.write_bytes(first + compress(bytes(3_000_000)) + first[:-1])
    with path.open("rb") as stream:
        assert whole_length(stream) == len(first) + len(compress(bytes(3_000_000)))


def test_a_folder_that_cannot_be_listed_is_told_of_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_path: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "scandir", full)
    with pytest.raises(EvidenceError, match="cannot be looked through: No space left") as told:
        matching(tmp_path, "*.warc.zst")
    assert told.value.hint
