"""Words for numbers."""


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: "1 article", "2 articles"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
