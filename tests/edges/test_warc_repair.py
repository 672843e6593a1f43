"""What a crash left open is cut to whole records and closed."""

import os
from gzip import compress
from pathlib import Path

import pytest

from monitor.edges.warc import WarcEvidence, read_response, repair
from monitor.edges.warc_repair import whole_length
from tests.edges.warcs import (
    PAGE,
    accepted_by_warcio,
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


async def test_repair_cuts_at_the_committed_length(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What the database does not know is cut off, whole record or not, and the file is closed."""
    path, length = await crashed(tmp_path, compress(b"an orphan record") + b"\x1f\x8b torn")
    name = path.name.removesuffix(".open")
    (said,) = repair(tmp_path, {name: length})
    assert f"closed at {length} bytes" in said
    assert "cut off" in said
    assert [(one.name, one.stat().st_size) for one in files(tmp_path)] == [(name, length)]
    assert accepted_by_warcio(tmp_path / name, capsys)


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


async def test_repair_does_not_overwrite(tmp_path: Path) -> None:
    """Two files of one name are left to a person."""
    path, _ = await crashed(tmp_path, b"")
    final = tmp_path / path.name.removesuffix(".open")
    final.write_bytes(b"precious")
    (said,) = repair(tmp_path, {})
    assert "left alone" in said
    assert final.read_bytes() == b"precious"
    assert path.exists()


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
