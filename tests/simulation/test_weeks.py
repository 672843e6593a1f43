"""Weeks of an archive in which network, clock, disk and processes fail; `python -m tests.simulation` has many more."""

from tests.simulation.weeks import Weeks, simulate

FEW = 0.3  # weeks: more than half a day of failures, and a day and a half to catch up


def _assert_right(done: Weeks) -> None:
    assert done.faults == [], f"python -m tests.simulation --seed {done.seed} --weeks {done.weeks:g}"


def test_days_of_failures_leave_nothing_lost_doubled_or_impolite() -> None:
    """Each article and each text that was read is there once, and no server was asked more than it allows.

    What was asked when, who died when and why is the same each time, so that a fault can be looked at again.
    """
    done = simulate(50, FEW)
    _assert_right(done)
    assert done.counts["killed"] > 0  # or it would tell little
    assert simulate(50, FEW).journal == done.journal


def test_two_machines_share_an_archive_by_its_clock(postgresql_url: str) -> None:
    """The same holds on PostgreSQL, where a dead worker's hosts are taken over, however its clock is set."""
    done = simulate(36, FEW, database=postgresql_url)
    _assert_right(done)
    assert done.counts["killed"] > 0
