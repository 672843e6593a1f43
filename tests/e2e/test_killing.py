"""A daemon that is killed again and again archives what an undisturbed one does, and leaves nothing torn."""

import random
import time
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from shutil import copytree

import pytest

from monitor.edges.clock import drive
from tests.e2e.processes import Process, assert_sound, count, daemon, end, monitor, rows, run, wait_until, write_config
from tests.newsroom.days import MORNING
from tests.newsroom.room import RoomInfo
from tests.newsroom.settings import CORPUS

pytest_plugins = ["tests.newsroom.fixtures"]

SEED = 20261116
KILLS = 4
STEPS = tuple(MORNING + timedelta(hours=3) * number for number in range(3))
# Everything is looked at in every step, whatever the jitter of its plan; one worker, since each start pays for it.
OPTIONS = {
    "daemon__tick": "50ms",
    "extract__workers": "1",
    "recheck__ladder": '["45m"]',
    "schedule__shortest": "1h",
    "schedule__longest": "1h",
}
# A host in its Crawl-delay waits for the clock, which stands still: it has its turn a minute later.
LATER = timedelta(minutes=1)
BUSY = (
    "SELECT count(*) FROM host WHERE lease_owner IS NOT NULL"
    " OR (due_at <= ?1 AND (next_allowed_at IS NULL OR next_allowed_at <= ?1))"
)


def prepare(folder: Path, info: RoomInfo, clock: Path) -> None:
    """Make an archive with the corpus and the outlets that it cites."""
    folder.mkdir()
    config = write_config(folder, info, clock)
    assert run(monitor(config, "import-corpus", str(CORPUS), "--add-sources", **OPTIONS)).returncode == 0


def idle(folder: Path, now: datetime) -> bool:
    """Say whether nothing is due any more."""
    return count(folder, BUSY, now.isoformat(timespec="microseconds").replace("+00:00", "Z")) == 0


def archive_day(folder: Path, config: Path, clock: Path, kills: int) -> int:
    """Run the daemon through the steps, killing it at random moments of work; return how often it was."""
    chance, killed = random.Random(SEED), 0
    left = [moment for step in STEPS for moment in (step, step + LATER)]
    while left:
        with daemon(monitor(config, "run", **OPTIONS), folder / "log") as process:
            killed += _work(process, folder, clock, left, chance if killed < kills else None)
    return killed


def _work(process: Process, folder: Path, clock: Path, left: list[datetime], chance: random.Random | None) -> bool:
    """Let a daemon do the steps that are left; True when it was killed on the way, by chance."""
    while left:
        drive(clock, left[0])
        if chance and _killed(process, folder, left[0], chance):
            return True
        wait_until(partial(idle, folder, left[0]), process)
        left.pop(0)
    assert end(process)[0] == 0
    return False


def _killed(process: Process, folder: Path, now: datetime, chance: random.Random) -> bool:
    """Kill the daemon while it works on a step; False when it was done before."""
    wanted = count(folder, "SELECT count(*) FROM fetch") + chance.randrange(1, 9)
    wait_until(lambda: count(folder, "SELECT count(*) FROM fetch") >= wanted or idle(folder, now), process)
    if idle(folder, now):
        return False
    time.sleep(chance.random() * 0.02)
    process.kill()
    process.wait()
    return True


TEXTS = "SELECT d.url, r.origin, r.title, r.text FROM revision r JOIN document d ON d.id = r.document_id"
CHANGES = "SELECT d.url, c.kind FROM change c JOIN document d ON d.id = c.document_id"
ENTRIES = "SELECT s.url, e.key, e.title FROM entry e JOIN source s ON s.id = e.source_id"


def kept(folder: Path) -> dict[str, list[tuple[object, ...]]]:
    """Return what an archive has: texts, states, changes of state, and entries; without times and numbers."""
    return {
        "texts": rows(folder, f"{TEXTS} ORDER BY 1, 2, 3, 4"),
        "states": rows(folder, "SELECT url, state, moved_to FROM document ORDER BY 1, 2"),
        "changes": rows(folder, f"{CHANGES} WHERE c.kind IN ('removed', 'restored', 'moved') ORDER BY 1, 2"),
        "entries": rows(folder, f"{ENTRIES} ORDER BY 1, 2"),
    }


@pytest.mark.slow
def test_killing_changes_nothing(tmp_path: Path, newsroom_apart: RoomInfo, newsroom_clock: Path) -> None:
    """Texts, states, changes and entries equal those of an undisturbed run; evidence and database are whole."""
    folders = tmp_path / "undisturbed", tmp_path / "killed"
    prepare(folders[0], newsroom_apart, newsroom_clock)
    copytree(folders[0], folders[1])
    configs = [write_config(folder, newsroom_apart, newsroom_clock) for folder in folders]
    assert archive_day(folders[0], configs[0], newsroom_clock, kills=0) == 0
    assert archive_day(folders[1], configs[1], newsroom_clock, kills=KILLS) >= 4
    undisturbed, disturbed = map(kept, folders)
    for what in undisturbed:
        assert disturbed[what] == undisturbed[what], what
    assert len(undisturbed["texts"]) > 20
    log = (folders[1] / "log").read_text(encoding="utf-8")
    assert "evidence.repaired" in log
    assert "leases.freed" in log
    assert "visit.crashed" not in log
    assert "LOST" not in log
    for folder in folders:
        assert_sound(folder)
    numbers = [row[0] for row in rows(folders[1], "SELECT mirror_number FROM document WHERE mirror_number IS NOT NULL")]
    files = {path.name[:3] for path in (folders[1] / "data" / "corpus" / "new").glob("*.txt")}
    assert files == {f"{number:03d}" for number in numbers}
