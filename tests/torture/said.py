"""What a life said in its log. An event is logged once it is committed, so it is an acknowledgement."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ACKNOWLEDGING = ("document.archived", "change.recorded")


@dataclass(frozen=True, slots=True)
class Word:
    """One acknowledgement: that a document was archived, or that a change of some kind was recorded."""

    event: str
    document: int
    title: str
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """What a log holds: events that acknowledge, event names, lines that are none, what was said to people."""

    words: tuple[Word, ...]
    events: tuple[str, ...]
    strange: tuple[str, ...]
    repairs: tuple[str, ...]
    told: tuple[str, ...]
    failures: tuple[str, ...]


def read_log(path: Path) -> Said:
    """Read a log of JSON lines; the last of them may be cut, as a kill may do it."""
    return hear(path.read_bytes())


def hear(data: bytes) -> Said:
    """Read the bytes of a log."""
    whole = data[: data.rfind(b"\n") + 1]
    return _sort(whole.decode().splitlines())


def _sort(lines: Iterable[str]) -> Said:
    events, strange, told = [], [], []
    for line in lines:
        if line.startswith(("monitor: ", "  hint: ")):
            told.append(line)
            continue
        try:
            events.append(json.loads(line))
        except ValueError:
            strange.append(line)
    words = [
        Word(one["event"], one["id"], one["title"], one.get("kind"))
        for one in events
        if one["event"] in ACKNOWLEDGING and "id" in one and "title" in one
    ]
    repairs = [one["what"] for one in events if one["event"] == "evidence.repaired"]
    failures = tuple(f"{one['error']} ({one['hint']})" for one in events if one["event"] == "daemon.failed")
    strange += [json.dumps(one) for one in events if "exception" in one]
    return Said(
        tuple(words), tuple(one["event"] for one in events), tuple(strange), tuple(repairs), tuple(told), failures
    )
