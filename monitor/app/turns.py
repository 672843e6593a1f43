"""Turns in the life of a source, which somebody should hear of: it moved, it was paused, it fell silent."""

from dataclasses import replace

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.planning import Check
from monitor.core.lifecycle import adopt_move
from monitor.core.urls import host_of
from monitor.model import Source, SourceState
from monitor.store import sources

FAILING = 3  # failures in a row that somebody should hear of


def turn_of(before: Source, after: Source) -> tuple[str, str] | None:
    """Return what became of a source in a check, a word and the reason; None for most checks."""
    if after.state is not before.state:
        return str(after.state), after.state_reason or ""
    if after.url != before.url:
        return "moved", before.url
    if after.silence and not before.silence:
        return "silent", after.silence
    if after.failures == FAILING and before.failures < FAILING:
        return "failing", after.last_detail or str(after.last_outcome)
    if before.failures >= FAILING and not after.failures:
        return "well again", ""
    return None


def moved(conn: Connection, ctx: Context, after: Source, check: Check, steps: list[str]) -> Source:
    """Return a source with what is known of its move; at its new address once the redirects have lasted for days.

    What the operator said for one host (headers, trust, robots.txt) must not be carried to another by a redirect, so
    such a source stays where it is. One whose new address is watched already is paused: it would be polled twice.
    """
    seen = check.result.permanent_url if check.result else None
    move = adopt_move(after.moved_to, after.moved_since, check.outcome, seen, check.at, ctx.lifecycle)
    if move.reason:
        steps.append(move.reason)
    if (move.moved_to, move.moved_since) == (after.moved_to, after.moved_since):
        return after
    if not move.adopt or seen is None:
        return replace(after, moved_to=move.moved_to, moved_since=move.moved_since)
    bound = bool(after.headers or after.insecure_tls or after.ignore_robots)
    if bound and host_of(seen) != after.host:
        steps.append("its address stays, since what was set for it holds for its own host only")
        return after
    twin = sources.by_url(conn, seen)
    if twin is not None and twin.id != after.id and twin.state is not SourceState.REMOVED:
        reason = f"it has moved to {seen}, which is watched as source {twin.id}"
        return replace(after, state=SourceState.PAUSED, state_reason=reason)
    if twin is not None:
        return after  # removed by hand: not to be brought back by a redirect
    return replace(after, url=seen, host=host_of(seen), moved_to=None, moved_since=None)
