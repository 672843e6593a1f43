"""What befalls an archive, planned from a seed: kills, stops, jumps of the clock, a full disk, and people."""

from dataclasses import dataclass
from random import Random

from tests.simulation.world import DAY, HOUR, MINUTE

CLOCK = ("jump minutes", "jump hours", "jump days", "stand still")
PROCESSES = ("kill at step", "kill", "restart", "freeze", "another", "one less")
DISK = ("disk full", "commit fails", "append fails")
PEOPLE = ("pause", "redact", "redact and be killed", "compact")
KINDS = (*CLOCK, *PROCESSES, *DISK, *PEOPLE)


@dataclass(frozen=True)
class Happening:
    """Something that happens at a true time; `amount` is in seconds or a number, as `kind` has it."""

    at: float
    kind: str
    amount: float


def plan(seed: int, until: float) -> tuple[Happening, ...]:
    """Return what happens until a time, in order."""
    chance = Random(f"{seed}:machine")
    planned = [
        *_spread(chance, until, 20 * HOUR, CLOCK),
        *_spread(chance, until, 5 * HOUR, PROCESSES),
        *_spread(chance, until, 40 * HOUR, DISK),
        *_spread(chance, until, 30 * HOUR, PEOPLE),
    ]
    return tuple(sorted(planned, key=lambda one: (one.at, one.kind)))


def _spread(chance: Random, until: float, mean: float, kinds: tuple[str, ...]) -> list[Happening]:
    found, at = [], 0.0
    while (at := at + chance.expovariate(1 / mean)) < until:
        kind = chance.choice(kinds)
        found.append(Happening(at, kind, _amount(kind, chance)))
    return found


def _amount(kind: str, chance: Random) -> float:
    sign = chance.choice((-1, 1))
    match kind:
        case "jump minutes":
            return sign * chance.uniform(MINUTE, HOUR)
        case "jump hours":
            return sign * chance.uniform(HOUR, 12 * HOUR)
        case "jump days":
            return sign * chance.uniform(DAY, 4 * DAY)
        case "stand still":
            return chance.uniform(MINUTE, 2 * HOUR)
        case "kill at step":
            return float(chance.randint(1, 3000))
        case "redact and be killed":
            return float(chance.randint(1, 120))
        case "freeze":
            return chance.choice((chance.uniform(1, 60), chance.uniform(MINUTE, HOUR)))
        case "disk full":
            return chance.uniform(10 * MINUTE, 2 * HOUR)
    return float(chance.randint(1, 3))
