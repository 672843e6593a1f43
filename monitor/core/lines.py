"""Look around a place in a text: its line to the left and to the right, never further than a bound."""

_WIDEST = 200  # characters; no dateline or signature is longer, and a text may be one line of megabytes


def line_before(text: str, at: int) -> str:
    """Return the line from its start up to `at`, at most its last 200 characters."""
    floor = max(0, at - _WIDEST)
    return text[max(text.rfind("\n", floor, at) + 1, floor) : at]


def line_after(text: str, at: int) -> str:
    """Return the line from `at` to its end, at most its next 200 characters."""
    ceiling = min(len(text), at + _WIDEST)
    newline = text.find("\n", at, ceiling)
    return text[at : ceiling if newline < 0 else newline]
