"""Say whether a daemon comes forward, by how long it has done the same thing: what its watchdog hears of."""

from collections.abc import Iterator
from dataclasses import dataclass

from monitor.durations import format_duration


@dataclass(frozen=True, slots=True)
class LivenessPolicy:
    """How long what may take, in seconds; whatever takes longer hangs.

    `round_s` lies between the beginnings of two rounds, `job_s` is for one run of a job unless `jobs` names it, and
    `visit_s` for visits without any request or reading that ended: the waiting for a host's turn is part of it.
    """

    round_s: float = 90.0
    visit_s: float = 1800.0
    job_s: float = 3600.0
    jobs: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Motion:
    """What a daemon has been doing, and for how many seconds.

    `round_s` is since a round began, `running` are the runs of jobs under way, `visits` the hosts that are visited, and
    `still_s` is for how long none of these came forward.
    """

    round_s: float
    running: tuple[tuple[str, float], ...] = ()
    visits: int = 0
    still_s: float = 0.0


def troubles(motion: Motion, policy: LivenessPolicy) -> tuple[str, ...]:
    """Return why a daemon does not come forward, in words; nothing while it does. One that is idle does."""
    return tuple(_troubles(motion, policy))


def _troubles(motion: Motion, policy: LivenessPolicy) -> Iterator[str]:
    if motion.round_s > policy.round_s:
        yield f"no round has begun for {_said(motion.round_s)}"
    allowed = dict(policy.jobs)
    for job, seconds in motion.running:
        if seconds > allowed.get(job, policy.job_s):
            yield f"the job {job} has been running for {_said(seconds)}"
    if motion.visits and motion.still_s > policy.visit_s:
        yield f"nothing has come of the visits under way ({motion.visits}) for {_said(motion.still_s)}"


def _said(seconds: float) -> str:
    return format_duration(float(int(seconds)))
