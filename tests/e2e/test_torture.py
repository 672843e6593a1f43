"""The short form of tests/torture: a few kills, power cuts, failing calls, a full disk. Also: that it would tell."""

import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.torture import cuts, small_disk
from tests.torture.cuts import Cutting, Recording, cut_again_and_again, record
from tests.torture.disks import Disk
from tests.torture.examining import examine
from tests.torture.faults import Bench, Failing, Fault
from tests.torture.kills import kill_again_and_again
from tests.torture.press import Press
from tests.torture.recovering import mended
from tests.torture.said import Word
from tests.torture.tracing import strace

SEED = 20261122


def skip(why: str) -> None:
    """Skip a test; fail it where everything should be there."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(why)


def silent(line: str) -> None:
    """Say nothing of how far it is."""


@pytest.mark.slow
def test_a_daemon_that_is_killed_keeps_its_word(tmp_path: Path) -> None:
    """Killed at random points of its work it loses nothing that it told of, and stores nothing twice."""
    done = kill_again_and_again(tmp_path / "archive", 3, SEED, silent, hosts=3, warm=True)
    assert done.faults == []
    assert (done.kills, done.looks) == (3, 1)
    assert len(done.words) > 0
    assert done.counts["capture"] > done.counts["revision"] > 0
    assert done.events["evidence.repaired"] > 0


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    """Everything that two processes did to an archive's files."""
    if strace() is None:
        skip("strace is not installed")
    return record(tmp_path_factory.mktemp("recording") / "archive", 0.5, lives=2)


@pytest.mark.slow
def test_the_model_of_the_disk_is_the_disk(recording: Recording) -> None:
    """With the power on, either model has every file as it is, to the byte, after all that was recorded."""
    there = {
        str(path.relative_to(recording.root)): None if path.is_dir() else path.read_bytes()
        for path in recording.root.rglob("*")
        if not path.name.endswith("-shm")
    }
    for ordered in (False, True):
        disk = Disk(recording.root, ordered=ordered)
        for event in recording.events:
            if event.path.startswith(str(recording.root)):
                disk.happen(event)
        assert disk.whole() == there
    assert any(name.endswith(".warc.gz") for name in there)


@pytest.mark.slow
def test_a_power_cut_loses_nothing_that_was_told(recording: Recording, tmp_path: Path) -> None:
    """Of what is left after a cut every archive opens, mends itself, and has what was acknowledged before."""
    done = Cutting()
    cut_again_and_again(recording, tmp_path / "disk", 15, SEED, done, silent)
    assert done.faults == []
    assert done.cuts == {"strict": 15, "ordered": 15}
    assert done.words > 0
    assert done.repairs > 0


@pytest.mark.slow
@pytest.mark.parametrize("unsynced", ["/evidence", "/archive.db"])
def test_what_is_not_synced_is_missed(recording: Recording, tmp_path: Path, unsynced: str) -> None:
    """Had the program not synced its evidence, or its database, these cuts would tell."""
    forgotten = (
        event for event in recording.events if event.what not in ("begin", "end") or unsynced not in event.path
    )
    done = Cutting()
    missing = replace(recording, events=tuple(forgotten))
    cut_again_and_again(missing, tmp_path / "disk", 12, SEED, done, silent, one_will_do=True)
    assert done.faults


@pytest.mark.slow
def test_damage_is_seen(recording: Recording, tmp_path: Path) -> None:
    """A flipped bit, a lost text, a record stored twice and a word that was not kept are each found."""
    disk = Disk(recording.root, ordered=True)
    for event in recording.events:
        if event.path.startswith(str(recording.root)):
            disk.happen(event)
    cuts.lay_out(disk.whole(), tmp_path / "data")
    assert mended(tmp_path / "data", (), recording.press)[0].faults == ()
    largest = max((tmp_path / "data" / "evidence").glob("*.warc*"), key=lambda path: path.stat().st_size)
    damaged = bytearray(largest.read_bytes())
    damaged[len(damaged) // 2] ^= 0x10
    largest.write_bytes(damaged)
    with closing(sqlite3.connect(tmp_path / "data" / "archive.db")) as conn, conn:
        conn.execute("UPDATE capture SET record_id = (SELECT record_id FROM capture WHERE id = 1) WHERE id = 2")
        conn.execute("UPDATE capture SET revision_id = NULL WHERE revision_id = 1")
    told = examine(tmp_path / "data", [Word("document.archived", 1, "No such title")], recording.press).faults
    for what in ("unreadable: ", "capture: 2 times", "revision 1 ", "LOST: "):
        assert any(fault.startswith(what) for fault in told), what


FAULTS = (
    Fault("write", "ENOSPC", 2),
    Fault("fdatasync", "EIO", 6),
    Fault("pwrite64", "EIO", 120),
)


@pytest.mark.slow
def test_a_failing_disk_is_told_of_and_survived(tmp_path: Path) -> None:
    """A write, sync or rename that fails ends the visit with a message and a hint; all that was told is there."""
    if strace() is None:
        skip("strace is not installed")
    done = Failing()
    with Press(1, 2).open() as press:
        bench = Bench(tmp_path, press)
        for number, fault in enumerate(FAULTS):
            bench.attempt(fault, done, again=number == 1)
    assert done.faults == []
    assert sum(done.injected.values()) == len(FAULTS)
    assert set(done.codes) == {5, 6}


@pytest.mark.slow
def test_a_full_disk_is_told_of_and_survived(tmp_path: Path) -> None:
    """A daemon whose disk is full ends and says so; once there is room, all that was told is there."""
    if (why := small_disk.why_not(tmp_path)) is not None:
        pytest.skip(why)  # few may mount; also where everything should be there
    done = small_disk.fill(tmp_path / "disk", warm=True)
    assert done.faults == ()
    assert done.code in (1, 5, 6)
    assert "full" in done.told or "No space" in done.told
    assert done.words > 0
