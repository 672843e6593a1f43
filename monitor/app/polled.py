"""Record what a poll of a source found, in one transaction: entries, documents, and the source as it is after it."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from monitor.answers import VisitReport
from monitor.app import keeping, planning, push, unlisted
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.app.hearing import hear, hosts_of
from monitor.app.keeping import Captures
from monitor.app.planning import Check
from monitor.app.turns import moved, turn_of
from monitor.core import freshness
from monitor.core.outcomes import SUCCESSES
from monitor.core.urls import host_of
from monitor.interfaces import FeedItem, FetchResult, ParsedFeed, Plan
from monitor.model import Fetch, Outcome, Source
from monitor.store import captures, hosts, sources

IM_USED = 226  # RFC 3229: the body is what is new, not the whole feed


@dataclass(frozen=True, slots=True)
class Poll:
    """Everything a poll found out before it is recorded."""

    source: Source
    fetch: Fetch
    captures: Captures
    result: FetchResult | None
    parsed: ParsedFeed | None
    items: tuple[FeedItem, ...]
    body_sha256: str | None
    problem: str | None
    at: datetime
    due: datetime  # when articles newly heard of are to be read
    told: str | None = None  # what it tells of, as a hash; None where it was not read


def record(conn: Connection, ctx: Context, gate: Gate, poll: Poll, steps: list[str], jitter: float) -> VisitReport:
    """Store a poll and return the report of it; `jitter` is in [0, 1)."""
    source, steps = poll.source, [*steps]
    hosts.lock(conn, {source.host, *hosts_of(poll.items), *_moving(poll)}, leased=gate.host.name)
    number = keeping.record(conn, poll.fetch, poll.captures)
    new, touched = hear(conn, ctx, source, poll.items, poll.at, poll.due)
    if poll.items:
        steps.append(f"{new} of them new")
    touched |= unlisted.note(conn, source, poll.items, _whole(poll), poll.at, poll.due, steps)
    check = Check(source, poll.fetch.outcome, poll.at, poll.result, new, _held(poll))
    after = replace(source, **_learned(poll, new), **_told(poll), **_remembered(conn, poll, number))
    if not poll.problem:  # what is no feed is no new address of one
        after = moved(conn, ctx, after, check, steps)
    after = planning.settle(conn, ctx, after, check, jitter)
    if not poll.problem:
        push.heard(conn, ctx, after, poll.parsed, poll.result, poll.at)
    after = _paced(conn, ctx, after, poll)
    steps.append(planning.say_next(after))
    sources.save(conn, source, after)
    hosts.refresh_due(conn, (touched | {source.host, after.host}) - {gate.host.name})
    gate.settle(conn)
    turn = turn_of(source, after)
    return VisitReport(
        "source", source.id, after.url, poll.fetch.outcome, tuple(steps), heard_of=new, title=after.title, turn=turn
    )


def _moving(poll: Poll) -> set[str]:
    return {host_of(poll.result.permanent_url)} if poll.result and poll.result.permanent_url else set()


def _held(poll: Poll) -> int | None:
    """Return how many articles the answer held; None when it was not read, or tells of a part of them."""
    parsed, result = poll.parsed, poll.result
    if parsed is None or parsed.parts or result is None or result.status == IM_USED:
        return None
    return len(parsed.items)


def _whole(poll: Poll) -> int | None:
    """Return how many articles the answer held, if that is all that the source tells of now, else None."""
    return None if poll.parsed is None or poll.parsed.problem else _held(poll)


def _paced(conn: Connection, ctx: Context, after: Source, poll: Poll) -> Source:
    """Return a source with its plan stretched where a hub pushes what is new."""
    assert after.next_check_at is not None  # settled
    plan = Plan(after.next_check_at, after.interval_s or 0, after.plan_reason or "")
    paced = push.paced(conn, ctx, after, plan, poll.fetch.started_at, poll.at)
    return after if paced == plan else replace(after, next_check_at=paced.next_check_at, plan_reason=paced.reason)


def _told(poll: Poll) -> dict[str, Any]:
    """Return the fields that say what came of this poll."""
    failed = poll.problem is not None or (poll.result is not None and poll.result.outcome not in SUCCESSES)
    failures = poll.source.failures + 1 if failed else 0
    if poll.fetch.outcome is Outcome.REDIRECTED:  # where it leads, we are kept waiting: no failure of this source
        failures = poll.source.failures
    return {
        "last_checked_at": poll.at,
        "last_outcome": poll.fetch.outcome,
        "last_detail": poll.problem or poll.fetch.detail,
        "failures": failures,
    }


def _remembered(conn: Connection, poll: Poll, number: int | None) -> dict[str, Any]:
    """Return what it tells of, as the next answer is compared with, and the capture that holds it.

    After something else came, nothing is. A delta (226) is no state of the feed.
    """
    if poll.result is None or poll.result.outcome is not Outcome.OK or poll.result.status == IM_USED:
        return {}
    if poll.parsed is None and poll.problem is None:
        return {}  # byte for byte what it was
    if poll.told is not None and poll.told == poll.source.items_sha256 and poll.source.told_by is not None:
        return {}
    return {"items_sha256": poll.told, "told_by": _held_by(conn, poll.captures, number)}


def _held_by(conn: Connection, kept: Captures, number: int | None) -> int | None:
    """Return the capture in which an answer's bytes are: its own, or the one that it repeats."""
    if not kept or kept[-1].record_type == "response":
        return number
    original = captures.newest(conn, kept[-1].url).response
    return original.id if original and original.digest == kept[-1].digest else None


def _learned(poll: Poll, new: int) -> dict[str, Any]:
    """Return the fields that a good answer teaches: validators (also from a 304), what it asks for, its title."""
    source, result, parsed = poll.source, poll.result, poll.parsed
    if result is None or result.outcome not in SUCCESSES or poll.problem:
        return {}
    learned = {"verified": True, **_validated(poll, result), **_honesty(poll, result, new)}
    if new:
        learned["last_changed_at"] = poll.at
    if parsed:
        learned |= {"title": source.title or parsed.title, "language": source.language or parsed.language}
    if result.status == IM_USED:
        return learned
    learned["confirmed_at"] = poll.at
    if parsed and not (parsed.parts and parsed.problem):  # the whole of it, all changed parts included
        asks = {"ttl_s": parsed.ttl_s, "skip_hours": parsed.skip_hours, "skip_days": parsed.skip_days}
        learned |= {"read_at": poll.at, **asks}
    return learned


def _validated(poll: Poll, result: FetchResult) -> dict[str, Any]:
    """Return the validators to send next time; a 304 refreshes those it comes with."""
    source = poll.source
    if poll.parsed and poll.parsed.parts:
        # The index may stand unchanged while a part of it grows: it is read in full every time.
        return {"etag": None, "last_modified": None, "body_sha256": None}
    etag, last_modified = freshness.validators(result.hops[-1].headers) if result.hops else (None, None)
    if result.outcome is Outcome.NOT_MODIFIED:
        etag, last_modified = etag or source.etag, last_modified or source.last_modified
    return {"etag": etag, "last_modified": last_modified, "body_sha256": poll.body_sha256}


def _honesty(poll: Poll, result: FetchResult, new: int) -> dict[str, Any]:
    """Measure the server's truthfulness: a full answer shows what a 304 would have hidden.

    Only an answer with something new tells: under the validators that we had been given for the old it is a lie.
    Where only bytes differ (a feed that is stamped anew at each request) a 304 would have been the better answer.
    """
    source, before = poll.source, (poll.source.etag, poll.source.last_modified)
    if result.outcome is not Outcome.OK or result.request.etag or result.request.last_modified:
        return {}
    if not any(before) or not new:
        return {"fully_checked_at": poll.at}
    lied = freshness.validators(result.hops[-1].headers) == before
    return {"fully_checked_at": poll.at, "full_checks": source.full_checks + 1, "lies": source.lies + lied}
