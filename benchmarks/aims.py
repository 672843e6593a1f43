"""State whether an aim was met, in lines that `python -m benchmarks` gathers into its summary."""

MARK = "aim "


def state(what: str, told: str, aim: str, met: bool) -> None:
    """Print one line: what was measured, what came of it, and what it should be."""
    print(f"{MARK}{'met ' if met else 'MISSED'}  {what}: {told} (aim: {aim})", flush=True)
