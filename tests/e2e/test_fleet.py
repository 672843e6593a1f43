"""A fleet in short: daemons on one PostgreSQL, killed, frozen and started again, judged at the server they ask."""

from pathlib import Path

import pytest

from benchmarks import fleet_workers
from benchmarks.fleet import Run, running
from tests.e2e.processes import COLD, Process, start

HOSTS = 12
WORKERS = 2  # the second with a clock that is an hour wrong
LEASE_S = 6.0
colds = fleet_workers.launch


@pytest.mark.slow
def test_a_fleet_that_is_disturbed_is_polite_and_loses_nothing(
    postgresql_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No host is asked within its gap, every article is read once, no host stays leased."""
    monkeypatch.setattr(fleet_workers, "launch", forked)
    terms = {"gap_s": 1.0, "lease_s": LEASE_S, "at_once": 20}
    with running(postgresql_url, tmp_path / "fleet", WORKERS, HOSTS, every_s=3, **terms) as run:
        assert run.wait(lambda: run.judge.seen().feeds > 5, 60)
        run.fleet.kill(1)
        run.judge.publish()
        run.fleet.start(1)
        run.fleet.freeze(2, LEASE_S * 1.1)  # the first takes its hosts meanwhile, and it goes on as if nothing had been
        seen, kept, codes = run.finish(seconds=120)
        told = _told(run)
    assert list(kept.faults()) == []
    assert kept.articles == 2 * HOSTS
    assert codes == [0, 0]
    # A machine that is very busy may send a request late; two workers at one host would come at any time.
    assert seen.under["50 %"] == 0, seen.examples
    assert not {"daemon.failed", "visit.crashed"} & told


def forked(before: str, arguments: list[str], log: Path) -> Process:
    """Start a worker; the one whose clock is wrong is cold, so that all of it takes its time from there."""
    return start([*COLD, *arguments], log) if not before else colds(before, arguments, log)


def _told(run: Run) -> set[str]:
    return {event for number in range(1, WORKERS + 1) for event in run.fleet.told(number)}
