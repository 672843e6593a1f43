"""How a source is doing, in a word and a colour."""

from monitor.health import health as health
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


def trouble(source: Source) -> str | None:
    """Return what is to be known of a source that is not well, or None."""
    return source.state_reason or (source.last_detail if source.failures else None) or source.silence
