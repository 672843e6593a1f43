"""Name the noise that made a false alarm: what differed between the answers that truly were the same."""

from collections.abc import Sequence
from datetime import datetime

from benchmarks.changes.serving import Observation
from benchmarks.changes.truth import good

NOTHING = "nothing"


def index_at(seen: Sequence[Observation], at: datetime) -> int:
    """Return the index of the newest observation that is not after a time."""
    return max((number for number, one in enumerate(seen) if one.at <= at), default=0)


def noise_at(seen: Sequence[Observation], index: int) -> str:
    """Name what differs between an observation and the last good one before it."""
    before = next((number for number in range(index - 1, -1, -1) if good(seen[number])), None)
    bad = [one.truth.bad for one in seen[(before or 0) : index + 1] if one.truth.bad]
    if bad:
        return bad[-1]
    if before is None:
        return NOTHING
    return _between(seen[before], seen[index])


def _between(old: Observation, new: Observation) -> str:
    one, other = old.truth.noise, new.truth.noise
    differing = {name for name in {*one, *other} if one.get(name) != other.get(name)}
    if "look" in differing:
        return "redesign"
    if "encoding" in differing:
        return "encoding"
    if "disguise" in differing:
        return one.get("disguise") or other["disguise"]
    inside = sorted(name.removesuffix(" inside") for name in differing if name.endswith("inside"))
    if inside:
        return f"inside: {', '.join(inside)}"
    return "beside the article" if differing else NOTHING
