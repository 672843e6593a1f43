"""The colour of how a source is doing, and what was last said of one that is not well."""

from monitor.model import Source

STYLES = {
    "ok": "green",
    "failing": "bold red",
    "silent": "yellow",
    "unverified": "yellow",
    "paused": "dim",
    "removed": "dim",
    "new": "",
}


def last_said(source: Source) -> str | None:
    """Return what the state, the last check or the silence of a source says, as it was noted; None of one that is well.

    `monitor.health.trouble` makes a sentence of it.
    """
    return source.state_reason or (source.last_detail if source.failures else None) or source.silence
