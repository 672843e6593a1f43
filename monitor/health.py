"""Say how a source is doing, in a word, and what is wrong with it, in a sentence."""

from monitor.model import Outcome, Source, SourceState


def health(source: Source) -> str:
    """Return how a source is doing: ok, new, failing, silent, unverified, paused or removed."""
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
    """Return in words what is wrong with a source that is not read as it should be, None while all is well."""
    match health(source):
        case "failing":
            times = "the last check" if source.failures == 1 else f"the last {source.failures:,} checks"
            return f"{times} failed: {source.last_detail or _words(source.last_outcome)}"
        case "unverified":
            return (
                f"never read yet: {source.last_detail or source.state_reason or 'it could not be reached when added'}"
            )
        case "silent":
            return source.silence
        case "paused" | "removed" as state:
            why = source.state_reason or state
            return why if why.startswith(state) else f"{state}: {why}"
    return None


def _words(outcome: Outcome | None) -> str:
    return str(outcome or "no reason is known").replace("_", " ")
