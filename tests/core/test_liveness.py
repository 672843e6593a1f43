"""When a daemon counts as one that does not come forward."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.liveness import LivenessPolicy, Motion, troubles

POLICY = LivenessPolicy(round_s=90, visit_s=1800, job_s=3600, jobs=(("upkeep", 7200),))
seconds = st.floats(0, 1e6)


@pytest.mark.parametrize(
    ("motion", "told"),
    [
        (Motion(round_s=1), ()),
        (Motion(round_s=90, still_s=9e9), ()),  # idle for years, and looking for work every second
        (Motion(round_s=91), ("no round has begun for 1 min 31 s",)),
        (Motion(1, visits=2, still_s=1801), ("nothing has come of the visits under way (2) for 30 min 1 s",)),
        (Motion(1, running=(("seal", 3600.0), ("upkeep", 7200.0))), ()),
        (Motion(1, running=(("seal", 3601.0), ("upkeep", 3601.0))), ("the job seal has been running for 1 h",)),
    ],
)
def test_what_hangs_is_named_with_its_time(motion: Motion, told: tuple[str, ...]) -> None:
    assert troubles(motion, POLICY) == told


@given(seconds, seconds, seconds, st.integers(0, 3), seconds)
def test_longer_is_never_better(round_s: float, job_s: float, still_s: float, visits: int, more: float) -> None:
    """What is a trouble after some time is one after more."""
    before = Motion(round_s, (("due", job_s),), visits, still_s)
    after = Motion(round_s + more, (("due", job_s + more),), visits, still_s + more)
    assert len(troubles(before, POLICY)) <= len(troubles(after, POLICY))
