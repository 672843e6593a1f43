"""The daemon as a process beside the newsroom's, under a clock that runs: a quarter of a day in seconds.

The first test begins it as a user does: cold, and with a worker that reads the pages.
"""

import asyncio
import json
from datetime import datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.edges.clock import drive
from tests.e2e.processes import (
    assert_sound,
    count,
    daemon,
    end,
    monitor,
    rows,
    run,
    service_manager,
    wait_until,
    write_config,
)
from tests.newsroom.client import get, room_session
from tests.newsroom.days import MORNING
from tests.newsroom.room import DESK_HOST, RoomInfo
from tests.newsroom.settings import CORPUS
from tests.newsroom.sites import read_sites

pytest_plugins = ["tests.newsroom.fixtures"]

# With a clock that runs 3,600 times too fast, ten minutes of lease are a sixth of a second.
READ = "SELECT count(*) FROM document WHERE origin = 'web' AND revision_count > 0"
GAP = timedelta(seconds=200)
FAST = {"daemon__tick": "100ms", "daemon__lease": "7d", "extract__workers": "1"}


@pytest.mark.slow
def test_a_morning_of_the_daemon(tmp_path: Path, newsroom_apart: RoomInfo, newsroom_clock: Path) -> None:
    """It says that it is ready, archives, ends within seconds of SIGTERM with 0, and leaves everything whole."""
    config = write_config(tmp_path, newsroom_apart, newsroom_clock)
    assert run(monitor(config, "import-corpus", str(CORPUS), "--add-sources")).returncode == 0
    heard: list[str] = []
    with (
        service_manager() as (address, listen),
        daemon(
            monitor(config, "run", **FAST), tmp_path / "log", cold=True, NOTIFY_SOCKET=address, WATCHDOG_USEC="500000"
        ) as process,
    ):

        def hears(wanted: str) -> bool:
            heard.extend(listen())
            return wanted in heard

        wait_until(lambda: hears("READY=1"), process)
        drive(newsroom_clock, MORNING, rate=3600.0)
        wait_until(lambda: count(tmp_path, READ) >= 12, process)
        wait_until(lambda: hears("WATCHDOG=1"), process)
        code, seconds = end(process)
        assert hears("STOPPING=1")
    assert code == 0, (tmp_path / "log").read_text(encoding="utf-8")[-2000:]
    assert seconds < 30.0  # on a machine that has much else to do
    assert_sound(tmp_path)
    assert count(tmp_path, READ) >= 12
    mirrored = {path.name for path in (tmp_path / "data" / "corpus" / "new").iterdir()}
    assert len(mirrored) == count(tmp_path, "SELECT count(*) FROM document WHERE mirror_number IS NOT NULL")
    log = (tmp_path / "log").read_text(encoding="utf-8")
    assert "daemon.started" in log
    assert "daemon.stopped" in log
    assert "visit.crashed" not in log
    assert "Traceback" not in log


@pytest.mark.slow
def test_two_daemons_share_one_archive(tmp_path: Path, newsroom_apart: RoomInfo, newsroom_clock: Path) -> None:
    """No host is asked by both within its gap, nothing is read twice, and both have done their part."""
    config = write_config(tmp_path, newsroom_apart, newsroom_clock)
    homes = [site.origin + site.home for site in read_sites()]
    assert run(monitor(config, "add-source", *homes, "--every", "30m")).returncode == 0
    options = {**FAST, "fetch__gap": f"{GAP.seconds}s", "daemon__hosts": "2"}
    with (
        daemon(monitor(config, "run", **options), tmp_path / "one") as one,
        daemon(monitor(config, "run", **options), tmp_path / "two") as two,
    ):
        for process, log in ((one, tmp_path / "one"), (two, tmp_path / "two")):
            wait_until(partial(_started, log), process)
        before = count(tmp_path, "SELECT count(*) FROM fetch")
        drive(newsroom_clock, MORNING, rate=1800.0)
        wait_until(lambda: count(tmp_path, "SELECT count(*) FROM fetch") > before + 75, one)
        assert [end(process)[0] for process in (one, two)] == [0, 0]
    assert_sound(tmp_path)
    busy = [int(str(row[0])) for row in rows(tmp_path, "SELECT count(*) FROM capture GROUP BY file ORDER BY 1")]
    assert len(busy) == 3  # the command that added the sources, and two daemons
    assert busy[0] >= 8
    asked = [line for line in asyncio.run(_access_log(newsroom_apart)) if line["at"] > MORNING.isoformat()]
    assert len(asked) >= 60
    _assert_polite(asked)
    for log in (tmp_path / "one", tmp_path / "two"):
        assert "Traceback" not in log.read_text(encoding="utf-8")


def _started(log: Path) -> bool:
    return "daemon.started" in log.read_text(encoding="utf-8")


async def _access_log(info: RoomInfo) -> list[dict[str, str]]:
    async with room_session(info) as session:
        lines: list[dict[str, str]] = json.loads((await get(session, f"http://{DESK_HOST}/log")).body)
        return lines


def _assert_polite(lines: list[dict[str, str]]) -> None:
    """Check that each host's requests lie a gap apart, and those for one article a rung of the ladder."""
    by_host: dict[str, list[datetime]] = {}
    by_url: dict[str, list[datetime]] = {}
    for line in lines:
        by_host.setdefault(line["host"], []).append(datetime.fromisoformat(line["at"]))
        by_url.setdefault(line["host"] + line["path"], []).append(datetime.fromisoformat(line["at"]))
    gaps = [later - earlier for times in by_host.values() for earlier, later in pairwise(times)]
    # From start to start, as the server sees it: 10 ms on the way are 18 s of this clock.
    assert min(gaps) >= GAP - timedelta(seconds=60)
    again = [later - earlier for times in by_url.values() for earlier, later in pairwise(times)]
    assert again
    assert min(again) >= timedelta(minutes=10)
