"""Keep the checks that a host is asked for within its budget, the youngest texts first."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.core.rhythm import DAY_S, HOUR_S
from monitor.wording import counted

YOUNG_S = 6.0 * HOUR_S  # 65 % of headline edits come before it: such texts wait last
RESERVE = 0.1  # of a budget that older texts always have
MISSING_S = 3.0 * HOUR_S  # between two checks of one that is missing, about


@dataclass(frozen=True, slots=True)
class Load:
    """How many checks of articles a day fall to a host: of young texts (up to six hours), and of all others."""

    host: str
    young: float
    older: float
    budget: int


def load_of(host: str, ages: Sequence[int], missing: int, ladder: tuple[float, ...], budget: int) -> Load:
    """Return the load of a host with so many documents between each two rungs of its ladder, the last beyond them all.

    `ages` has one number more than the ladder has rungs. Of n documents between rungs w seconds apart n / w are due a
    second, since each is looked at once on its way; beyond the last rung w is that rung. Unlike the number of those
    due tomorrow this does not depend on how far they were put off already.
    """
    steps = [high - low for low, high in pairwise((0.0, *ladder))] + [ladder[-1]]
    daily = [count * DAY_S / step for count, step in zip(ages, steps, strict=True)]
    young = sum(rate for rate, rung in zip(daily, ladder, strict=False) if rung <= YOUNG_S)
    return Load(host, young, sum(daily) - young + missing * DAY_S / MISSING_S, budget)


def stretch(load: Load, age_s: float) -> float:
    """Return how many times longer than planned to wait for the check at that age: 1 within the budget.

    Young texts are put off only when they alone need more than nine tenths of it, and never more than others.
    """
    if load.young + load.older <= load.budget:
        return 1.0
    young = max(load.young / (load.budget * (1.0 - RESERVE)), 1.0)
    if age_s <= YOUNG_S:
        return young
    return max(load.older / max(load.budget - load.young, load.budget * RESERVE), young)


def say_load(load: Load, times: float) -> str:
    """Return in words why a check comes later."""
    due = counted(round(load.young + load.older), "check")
    return f"put off {times:.1f} times as long, for {load.host} has {due} a day due and is asked for {load.budget:,}"
