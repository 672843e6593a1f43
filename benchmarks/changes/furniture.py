"""What pages put around articles, and between their paragraphs: none of it is the article, most of it never rests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from benchmarks.changes.languages import Language
from benchmarks.changes.outlets import START


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of furniture as it is now: its kind, its lines, and whether these are links."""

    kind: str
    lines: tuple[str, ...]
    links: bool = False


def piece(kind: str, spoken: Language, others: Sequence[str], number: int, now: datetime) -> Piece:
    """Return a piece of furniture on the page of article `number`; `others` are headlines of the outlet's others."""
    hours = (now - START).total_seconds() / 3600
    label = spoken.labels
    if kind in ("related", "also", "read"):
        turn = int(hours / 2) if kind != "read" else int(hours / 3)
        rng = Random(f"{number if kind != 'read' else ''} {turn}")
        chosen = rng.sample(list(others), min(1 if kind == "also" else 3, len(others)))
        if kind == "also":
            return Piece(kind, tuple(f"{label['also']} {one}" for one in chosen))
        return Piece(kind, (label["read"], *chosen) if kind == "read" else tuple(chosen), links=True)
    if kind == "tags":
        count = 2 + min(int((hours + number) / 30), 3)
        return Piece(kind, (f"{label['tags']} {', '.join(Random(number).sample(spoken.topics, count))}",))
    if kind == "ad":
        return Piece(kind, (label["ad"], spoken.slogans[int(hours / 3 + number) % len(spoken.slogans)]))
    if kind == "subscribe":
        return Piece(kind, (label["subscribe"],) if (int(hours) + number) % 3 else ())
    if kind == "share":
        return Piece(kind, (f"{label['share']} {int(hours * 7) + number}",))
    count = int(hours * (31 + number % 17)) + number
    if kind == "comments":
        count = int(hours / 5) + number % 9
    if kind == "updated":
        count = (int(hours * 60) + number) % 59 + 1
    return Piece(kind, (label[kind].format(k=count),))
