"""What of a saved text can be compared with the live article: its body, without what a person saved around it."""

import re

_ADDRESS = re.compile(r"<https?://\S+>", re.IGNORECASE)


def body_of_saved(text: str, title: str | None, url: str | None, outlet_names: tuple[str, ...]) -> str:
    """Return a saved text without its title lines, the line of its own URL, and a signature of the outlet alone.

    An address alone in angle brackets is its own in whichever spelling: the article may have another one by now. The
    stored text stays whole; this is for comparison and diffs only.
    """
    lines = [line for line in text.splitlines() if not _ADDRESS.fullmatch(line.strip())]
    drop = {_bare(name) for name in outlet_names} | ({_bare(url)} if url else set())
    kept = [line for line in lines if not (_bare(line) and _bare(line) in drop)]
    start = _after_title(kept, title)
    return "\n".join(_unwrapped(kept[start:]))


def _unwrapped(lines: list[str]) -> list[str]:
    """Join lines that a person's editor broke within a sentence: the next one begins with a small letter."""
    whole: list[str] = []
    for line in filter(None, map(str.strip, lines)):
        if whole and line[0].islower() and whole[-1][-1] not in '.!?…:;»”"':
            whole[-1] = f"{whole[-1]} {line}"
        else:
            whole.append(line)
    return whole


def _bare(line: str) -> str:
    return line.strip().strip("<>[]()").strip().casefold()


def _after_title(lines: list[str], title: str | None) -> int:
    """Return the number of the first line that neither is empty nor repeats the title."""
    wanted = _bare(title) if title else None
    for number, line in enumerate(lines):
        if _bare(line) and _bare(line) != wanted:
            return number
    return 0
