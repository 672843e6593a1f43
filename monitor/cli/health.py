"""How a source is doing, in a word and a colour."""

from monitor.model import Source, SourceState

STYLES = {
    "ok": "green",
    "failing": "bold red",
    "silent": "yellow",
    "unverified": "yellow",
    "paused": "dim",
    "removed": "dim",
    "new": "",
}


def health(source: Source) -> str:
    """Return how a source is doing, in a word."""
    if source.state is not SourceState.ACTIVE:
        return str(source.state)
    if source.failures:
        return "failing"
    if not source.verified:
        return "unverified"
    if source.silence:
        return "silent"
    return "ok" if source.last_checked_at else "new"


def trouble(source: Source) -> str | None:
    """Return what is to be known of a source that is not well, or None."""
    return source.state_reason or (source.last_detail if source.failures else None) or source.silence
