"""`python -m tests.simulation --seeds 200 --weeks 4`: the long form; `--seed N` lives through one seed again."""

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.simulation.weeks import Weeks, simulate


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate what is asked for; return 1 where anything was wrong."""
    chosen = _arguments(arguments)
    seeds = [chosen.seed] if chosen.seed is not None else range(chosen.first, chosen.first + chosen.seeds)
    counts: Counter[str] = Counter()
    bad, lived, began = 0, 0.0, time.monotonic()
    for seed in seeds:
        if time.monotonic() - began > chosen.minutes * 60:
            break
        done = simulate(seed, chosen.weeks)
        bad, lived, counts = bad + bool(done.faults), lived + done.weeks, counts + done.counts
        _tell(done, chosen.journal)
    print(f"{lived:g} weeks, {bad} bad seeds, {time.monotonic() - began:.0f} s: {dict(sorted(counts.items()))}")
    return 1 if bad else 0


def _tell(done: Weeks, journal: str | None) -> None:
    print(f"seed {done.seed}: {len(done.faults)} faults, {done.digest[:16]}", flush=True)
    for fault in done.faults[:20]:
        print(f"  WRONG: {fault}")
    if done.faults:
        print(f"  again: python -m tests.simulation --seed {done.seed} --weeks {done.weeks:g}", flush=True)
    if journal:
        with open(journal, "w", encoding="utf-8") as out:
            out.write("\n".join(done.journal))


def _arguments(given: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description="Simulate whole weeks.")
    parser.add_argument("--seeds", type=int, default=10, help="how many (10)")
    parser.add_argument("--first", type=int, default=1, help="of them (1)")
    parser.add_argument("--seed", type=int, help="only this one")
    parser.add_argument("--weeks", type=float, default=2.0, help="of each seed (2)")
    parser.add_argument("--minutes", type=float, default=1e9, help="after which no further seed is begun")
    parser.add_argument("--journal", help="a file for what happened in the last seed")
    return parser.parse_args(given)


if __name__ == "__main__":
    sys.exit(main())
