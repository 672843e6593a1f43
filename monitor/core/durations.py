"""Say lengths of time the way a person would."""

UNITS = ((86400, "d", 3600, "h"), (3600, "h", 60, "min"), (60, "min", 1, "s"))


def say(seconds: float) -> str:
    """Return a length of time in at most two units: "45 s", "40 min", "2 h 30 min", "3 d"; negative ones are "0 s"."""
    left = round(max(seconds, 0.0))
    if not left and seconds >= 0.05:
        return f"{seconds:.1f} s"
    for size, unit, smaller, part in UNITS:
        if left >= size:
            whole, rest = divmod(left, size)
            parts = rest // smaller if whole < 10 else 0
            return f"{whole} {unit}" + (f" {parts} {part}" if parts else "")
    return f"{left} s"
