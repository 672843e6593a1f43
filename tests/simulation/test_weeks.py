"""Weeks of an archive in which network, clock, disk and processes fail; `python -m tests.simulation` has many more."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.simulation.weeks import simulate

FEW = 0.3  # weeks: more than half a day of failures, and a day and a half to catch up
SAME = 3, 0.4  # a seed and weeks, in which records of two evidence files are taken in at once; a set of
# their names has them in another order with each of these:
HASH_SEEDS = 5, 9

_LIVE = """
import json, sys
from pathlib import Path
from tests.simulation.weeks import simulate
if __name__ == "__main__":
    done = simulate(int(sys.argv[1]), float(sys.argv[2]), Path(sys.argv[3]))
    print(json.dumps([done.faults, done.counts["killed"], done.digest, done.journal]))
"""


def _begin(hash_seed: int, folder: Path) -> "subprocess.Popen[str]":
    """Live through weeks in a process of its own, where strings have other hashes."""
    folder.mkdir()
    command = (sys.executable, "-c", _LIVE, *map(str, SAME), str(folder))
    changed = os.environ | {"PYTHONHASHSEED": str(hash_seed)}
    return subprocess.Popen(command, env=changed, cwd=Path(__file__).parents[2], stdout=subprocess.PIPE, text=True)


def test_days_of_failures_are_right_and_the_same_in_any_process(tmp_path: Path) -> None:
    """Each article and each text that was read is there once, and no server was asked more than it allows.

    What was asked when, who died when, each step and each row is the same, whatever process lives through it, so that
    a fault can be looked at again.
    """
    first, second = HASH_SEEDS
    with _begin(first, tmp_path / "a") as one, _begin(second, tmp_path / "a place of a longer name") as other:
        told, told_again = one.communicate()[0], other.communicate()[0]
    faults, killed, digest, journal = json.loads(told)
    assert faults == [], f"python -m tests.simulation --seed {SAME[0]} --weeks {SAME[1]}"
    assert killed > 0  # or it would tell little
    assert json.loads(told_again)[2:] == [digest, journal]


def test_two_machines_share_an_archive_by_its_clock(postgresql_url: str) -> None:
    """The same holds on PostgreSQL, where a dead worker's hosts are taken over, however its clock is set."""
    done = simulate(36, FEW, database=postgresql_url)
    assert done.faults == [], f"python -m tests.simulation --seed {done.seed} --weeks {done.weeks:g} --postgresql"
    assert done.counts["killed"] > 0
