"""Evidence on disk: safe when it is said to be, and found again."""

import asyncio
import fcntl
import os
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from monitor.edges.warc import WarcEvidence, read_response
from monitor.edges.warc_files import WarcFile, ask_to_close
from monitor.edges.warc_reader import records_of
from monitor.errors import EvidenceError
from tests.edges.starved import in_use
from tests.edges.warcs import (
    AT,
    StoppedClock,
    accepted_by_warcio,
    evidence_in,
    files,
    hop,
    result,
    warcio_index,
)


async def test_position_is_what_is_safe(evidence: WarcEvidence, tmp_path: Path) -> None:
    """The position is the file's size after each append, and the end of the last capture."""
    for _ in range(2):
        kept = await evidence.append(result(hop()))
        (path,) = files(tmp_path)
        assert path.name == kept.file + ".open"
        assert evidence.position() == (kept.file, path.stat().st_size) == (kept.file, kept.offset + kept.length)


async def test_bytes_are_synced_before_append_returns(
    evidence: WarcEvidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At the time of each sync the file has all the bytes that are then reported."""
    synced: list[int] = []
    real = os.fdatasync

    def watched(fd: int) -> None:
        real(fd)
        synced.append(os.fstat(fd).st_size)

    monkeypatch.setattr(os, "fdatasync", watched)
    for count in (1, 2):
        kept = await evidence.append(result(hop()))
        assert len(synced) == count
        assert synced[-1] == kept.offset + kept.length


async def test_files_are_closed_by_size(tmp_path: Path) -> None:
    """A file that has reached its size is renamed, and the next append begins another, with its own warcinfo."""
    evidence = evidence_in(tmp_path, max_bytes=1)
    kept = [await evidence.append(result(hop())) for _ in range(3)]
    assert [path.suffix for path in files(tmp_path)] == [".gz", ".gz", ".open"]
    await evidence.close()
    assert [path.name for path in files(tmp_path)] == [one.file for one in kept]
    assert all(warcio_index(path)[0][0] == "warcinfo" for path in files(tmp_path))


async def test_files_are_closed_by_age(tmp_path: Path) -> None:
    """A file is closed a day after it was begun, at the next append."""
    clock = StoppedClock()
    evidence = evidence_in(tmp_path, clock=clock, max_age_s=60.0)
    await evidence.append(result(hop()))
    await clock.sleep(59)
    await evidence.append(result(hop()))
    assert len(files(tmp_path)) == 1
    await clock.sleep(1)
    await evidence.append(result(hop()))
    await evidence.close()
    assert len(files(tmp_path)) == 2


async def test_many_appends_at_once_do_not_mingle(evidence: WarcEvidence, tmp_path: Path) -> None:
    """Concurrent visits get a place each, and every place holds what its visit brought."""
    bodies = [f"body {n}".encode() * (n + 1) for n in range(30)]
    kept = await asyncio.gather(*(evidence.append(result(hop(body))) for body in bodies))
    for one, body in zip(kept, bodies, strict=True):
        assert read_response(await evidence.read(one.file, one.offset, one.length))[1] == body
    await evidence.close()
    assert len(warcio_index(files(tmp_path)[0])) == 61


async def test_appends_that_wait_together_share_a_sync(
    evidence: WarcEvidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the disk is at work others gather; each hears of its own place when all of them are safe."""
    syncs: list[int] = []
    real = os.fdatasync

    def slow(fd: int) -> None:
        time.sleep(0.05)
        real(fd)
        syncs.append(os.fstat(fd).st_size)

    monkeypatch.setattr(os, "fdatasync", slow)
    bodies = [f"body {n}".encode() * (n + 1) for n in range(30)]
    kept = await asyncio.gather(*(evidence.append(result(hop(body))) for body in bodies))
    assert len(syncs) <= 3
    assert max(one.offset + one.length for one in kept) == syncs[-1]
    for one, body in zip(kept, bodies, strict=True):
        assert read_response(await evidence.read(one.file, one.offset, one.length))[1] == body


async def test_files_are_closed_by_size_among_appends_that_wait_together(tmp_path: Path) -> None:
    """A file takes no more once it has its size, however many are waiting."""
    evidence = evidence_in(tmp_path, max_bytes=3000)
    bodies = [os.urandom(1000) for _ in range(20)]
    kept = await asyncio.gather(*(evidence.append(result(hop(body))) for body in bodies))
    await evidence.close()
    assert len(files(tmp_path)) > 5
    assert max(path.stat().st_size for path in files(tmp_path)) < 3000 + 2000
    for one, body in zip(kept, bodies, strict=True):
        assert read_response(await evidence.read(one.file, one.offset, one.length))[1] == body


async def test_a_failed_sync_fails_all_who_shared_it(
    evidence: WarcEvidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody is told that bytes are safe which are not; none of them stay."""

    def failing(fd: int) -> None:
        time.sleep(0.02)
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", failing)
    ended = await asyncio.gather(*(evidence.append(result(hop())) for _ in range(20)), return_exceptions=True)
    assert {type(one) for one in ended} == {EvidenceError}
    assert files(tmp_path) == []


async def test_an_append_that_cannot_be_made_fails_alone(
    evidence: WarcEvidence, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A record that cannot be written down, here for a half character in its URL, is no concern of the others."""
    odd = result(hop(url="https://news.example/\ud800"))
    ended = await asyncio.gather(
        *(evidence.append(odd if n == 3 else result(hop())) for n in range(8)), return_exceptions=True
    )
    assert [number for number, one in enumerate(ended) if isinstance(one, Exception)] == [3]
    await evidence.close()
    assert len(warcio_index(files(tmp_path)[0])) == 15
    assert accepted_by_warcio(files(tmp_path)[0], capsys)


@contextmanager
def disk_of(size: int) -> Iterator[None]:
    """Let files grow to that size only: writes stop in the middle, as on a full disk."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def test_a_write_that_fails_half_way_leaves_no_torn_bytes(
    evidence: WarcEvidence, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is cut back to its last good length and closed; the next append begins another file."""
    first = await evidence.append(result(hop()))
    good = evidence.position()[1]
    with disk_of(good + 100), pytest.raises(EvidenceError, match="cannot be written") as caught:
        await evidence.append(result(hop(os.urandom(5000))))
    assert caught.value.hint
    assert [(path.name, path.stat().st_size) for path in files(tmp_path)] == [(first.file, good)]
    assert accepted_by_warcio(files(tmp_path)[0], capsys)
    second = await evidence.append(result(hop()))
    assert second.file != first.file
    assert len(files(tmp_path)) == 2


async def test_a_failed_sync_is_a_failed_append(
    evidence: WarcEvidence, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk does not confirm, nothing of the record stays, and an empty file is taken away."""

    def failing(fd: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fdatasync", failing)
    with pytest.raises(EvidenceError, match="Input/output error"):
        await evidence.append(result(hop()))
    assert files(tmp_path) == []
    monkeypatch.undo()
    await evidence.append(result(hop()))
    assert len(files(tmp_path)) == 1


async def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """A file where the directory should be is an EvidenceError, not a traceback."""
    (tmp_path / "evidence").write_text("in the way")
    evidence = evidence_in(tmp_path / "evidence")
    with pytest.raises(EvidenceError):
        await evidence.append(result(hop()))
    await evidence.close()


@pytest.mark.parametrize("file", ["../secret", "/etc/passwd", "sub/dir.warc.gz", "missing.warc.gz", "", ".."])
async def test_only_evidence_can_be_read(evidence: WarcEvidence, tmp_path: Path, file: str) -> None:
    """Names that leave the directory, and files that are not there, are refused."""
    (tmp_path.parent / "secret").write_bytes(b"\x1f\x8b secret")
    with pytest.raises(EvidenceError):
        await evidence.read(file, 0, 4)


async def test_a_wrong_place_is_said(evidence: WarcEvidence) -> None:
    """Beyond the end, before the start, and in the middle of a record there is nothing to read."""
    kept = await evidence.append(result(hop()))
    for offset, length in ((kept.offset, kept.length + 1), (10**9, 5), (kept.offset + 1, 20), (-1, 5), (0, 0)):
        with pytest.raises(EvidenceError):
            await evidence.read(kept.file, offset, length)


async def test_only_whole_responses_are_read_back(evidence: WarcEvidence, tmp_path: Path) -> None:
    """A request, a torn record and noise raise, instead of giving half a page."""
    kept = await evidence.append(result(hop()))
    raw = await evidence.read(kept.file, kept.offset, kept.length)
    info, request, _ = (one.raw for one in records_of(files(tmp_path)[0]))
    for bad in (raw[:-30], raw[: len(raw) // 2], b"", b"\x1f\x8bnoise", b"noise", info, request, raw + raw):
        with pytest.raises(EvidenceError):
            read_response(bad)


async def test_a_taken_away_file_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that a repair removed before it could be locked fails the append, rather than swallow evidence."""
    real = fcntl.flock

    def slow(fd: int, how: int) -> None:
        (one,) = files(tmp_path)
        one.unlink()
        real(fd, how)

    monkeypatch.setattr(fcntl, "flock", slow)
    evidence = evidence_in(tmp_path)
    with pytest.raises(EvidenceError, match="removed by a repair"):
        await evidence.append(result(hop()))
    monkeypatch.undo()
    await evidence.append(result(hop()))
    await evidence.close()
    assert len(files(tmp_path)) == 1


async def test_another_process_may_ask_for_the_end_of_a_file(evidence: WarcEvidence, tmp_path: Path) -> None:
    """It is closed by the next look, and what comes then goes into a new one; nothing of the asking is left."""
    kept = await evidence.append(result(hop()))
    await evidence.tend()
    assert (tmp_path / f"{kept.file}.open").exists()
    ask_to_close(tmp_path, kept.file)
    await evidence.tend()
    assert [path.name for path in files(tmp_path)] == [kept.file]
    later = await evidence.append(result(hop()))
    assert later.file != kept.file


async def test_an_idle_file_is_closed_when_it_is_old(tmp_path: Path) -> None:
    """Without another append: it waits for its verification, and others for its records."""
    clock = StoppedClock()
    evidence = evidence_in(tmp_path, clock=clock, max_age_s=3600.0)
    kept = await evidence.append(result(hop()))
    await clock.sleep(3600)
    await evidence.tend()
    assert [path.name for path in files(tmp_path)] == [kept.file]
    await evidence.close()


def test_nobody_is_asked_to_close_what_is_closed(tmp_path: Path) -> None:
    (tmp_path / "monitor-1.warc.gz").write_bytes(b"")
    ask_to_close(tmp_path, "monitor-1.warc.gz")
    assert [path.name for path in files(tmp_path)] == ["monitor-1.warc.gz"]


def test_a_file_whose_making_fails_half_way_is_not_left_open(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where it was the last that could be opened: else each try would take one more for good."""

    def fails(_directory: Path) -> None:
        raise OSError(24, "Too many open files")

    monkeypatch.setattr("monitor.edges.warc_files.sync_directory", fails)
    before = in_use()
    for _ in range(3):
        with pytest.raises(OSError, match="Too many"):
            WarcFile(tmp_path, "one.warc.gz", AT)
    assert in_use() == before
    assert list(tmp_path.iterdir()) == []
