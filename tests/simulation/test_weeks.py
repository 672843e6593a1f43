"""Weeks of an archive in which network, clock, disk and processes fail; `python -m tests.simulation` has many more."""

import pytest

from tests.simulation.weeks import simulate


@pytest.mark.parametrize("seed", [3, 5])
def test_a_week_of_failures_leaves_nothing_lost_doubled_or_impolite(seed: int) -> None:
    """Each article and each text that was read is there once, and no server was asked more than it allows."""
    done = simulate(seed, 0.5)
    again = f"python -m tests.simulation --seed {seed} --weeks 0.5"
    assert done.faults == [], again
    assert done.counts["killed"] + done.counts["failed"] > 0  # or it would tell little


def test_a_seed_is_the_same_week_each_time() -> None:
    """What was asked when, who died when and why is the same, so that a fault can be looked at again."""
    assert simulate(1, 0.27).journal == simulate(1, 0.27).journal
