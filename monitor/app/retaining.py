"""Retention: remove the captures that the policies no longer keep, and leave tombstones (docs/retention.md)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import structlog
from sqlalchemy import Connection

from monitor.app import compacting_leftovers, removing, storing_folders
from monitor.app.context import Context
from monitor.core.retention import Held, KeptAs, RetentionPolicy, due, telling
from monitor.evidence_answers import Removal, RemovalKind, RemovalReport
from monitor.model import Capture, RemovalCause
from monitor.progress import Progress
from monitor.store import counters, files
from monitor.store import removing as store
from monitor.store.removing import Fetched

log = structlog.get_logger(__name__)

EXAMPLES = 5  # of a kind, in a report: the oldest
EVERY = timedelta(days=1)
LAST_RUN = "retained"  # the counter of when it last ran, in seconds since 1970
IMPORTED = "imported from "  # how the detail of a fetch begins that others made (app/importing_records.py)
AT_ONCE = 2_000  # captures marked in one transaction


def policy_of(ctx: Context) -> RetentionPolicy:
    """Return how long each kind is kept."""
    said = ctx.settings.retention
    return RetentionPolicy(said.robots, said.sources, said.unchanged, said.articles)


async def retain(
    ctx: Context, *, dry_run: bool = False, exact: bool = True, progress: Progress | None = None
) -> RemovalReport:
    """Remove what is kept no longer; `dry_run` only tells what would go.

    Without `exact` files of which little is due are left for later. Raises EvidenceError, MonitorError while another
    process writes files anew.
    """
    now = ctx.clock.now()
    finished = () if dry_run else await compacting_leftovers.finish(ctx)
    going, facts = await ctx.db.read(_due, policy_of(ctx), now, exact)
    in_use = await _in_use(ctx, {one.file for one in going})
    notes = tuple(f"{file} is still being written, or missing; it has to wait" for file in sorted(in_use))
    going = tuple(one for one in going if one.file not in in_use)
    if dry_run:
        return _report(going, facts, tuple(sorted({one.file for one in going})), notes, dry_run=True)
    await _mark(ctx, going, policy_of(ctx), now)
    swept = await removing.sweep(ctx, progress)
    report = _report(going, facts, swept.files, (*finished, *notes, *swept.notes), dry_run=False)
    if going:
        log.info("evidence.retained", captures=report.captures, bytes=report.bytes, files=len(report.files))
    return report


async def _in_use(ctx: Context, names: set[str]) -> set[str]:
    """Return those of our files out of which nothing can be taken yet; other folders' daemons see to theirs."""
    away = {name for name in names if not (ctx.settings.evidence_dir / name).is_file()}
    if not away:
        return away
    us = await storing_folders.ours(ctx)
    rows = [row for name in away if (row := await ctx.db.read(files.get, name)) is not None]
    return {one.name for one in rows if us.has(one) and one.stored_at is None}


async def retain_when_due(ctx: Context) -> RemovalReport | None:
    """Do what is due, once a day where any policy is set; return what was removed, None where it was not yet time.

    What a redaction or a crash left to be done is done each time.
    """
    from monitor.app import redacting

    await removing.finish(ctx)
    await redacting.finish(ctx)
    now, policy = ctx.clock.now(), policy_of(ctx)
    last, shortest = await ctx.db.read(_last_run)
    if shortest is None and not any(policy.seconds(kind) for kind in KeptAs):
        return None
    if now - datetime.fromtimestamp(last, tz=now.tzinfo) < EVERY:
        return None
    report = await retain(ctx, exact=False)
    await ctx.db.write(counters.put, LAST_RUN, int(now.timestamp()))
    return report


def _last_run(conn: Connection) -> tuple[int, int | None]:
    return counters.get(conn, LAST_RUN), store.shortest_of_sources(conn)


def _due(
    conn: Connection, policy: RetentionPolicy, now: datetime, exact: bool
) -> tuple[tuple[Held, ...], dict[int, Capture]]:
    """Return what goes, and by number the captures at which its fetches ended."""
    times = [policy.seconds(kind) for kind in KeptAs]
    shortest = min((each for each in (*times, store.shortest_of_sources(conn)) if each is not None), default=None)
    if shortest is None:
        return (), {}
    found = list(store.fetched_before(conn, now - timedelta(seconds=shortest)))
    told = _telling(conn, found)
    held = [_held(one, told) for one in found]
    repeats = store.repeats(conn, {one.digest for one in held if one.digest})
    going = due(held, repeats, policy, now, None if exact else store.lengths(conn))
    ended = {one[-1].capture.id: one[-1].capture for one in found}
    return going, {one.capture_ids[-1]: ended[one.capture_ids[-1]] for one in going}


def _telling(conn: Connection, found: Iterable[Sequence[Fetched]]) -> frozenset[int]:
    documents = {one.document_id for fetched in found for one in fetched if one.document_id is not None}
    captures, changes = store.captures_of(conn, documents), store.changes_of(conn, documents)
    told = (telling(captures.get(number, ()), changes.get(number, ())) for number in documents)
    return frozenset[int]().union(*told)


def _held(fetched: Sequence[Fetched], told: frozenset[int]) -> Held:
    """Return the captures of one fetch as one."""
    end = fetched[-1]
    return Held(
        capture_ids=tuple(one.capture.id for one in fetched),
        kind=_kind(fetched, told),
        captured_at=end.capture.captured_at,
        digest=end.capture.digest if end.capture.record_type == "response" else None,
        file=end.capture.file,
        bytes=sum(one.capture.length for one in fetched),
        retain_s=next((one.retain_s for one in reversed(fetched) if one.retain_s is not None), None),
    )


def _kind(fetched: Sequence[Fetched], told: frozenset[int]) -> KeptAs:
    """Say what the captures of a fetch are kept as.

    What others fetched is kept as articles are, also where it is a page of nothing known here; what was fetched to find
    out what an address is, as what sources sent.
    """
    if any(one.document_id is not None for one in fetched):
        return KeptAs.ARTICLES if any(one.capture.id in told for one in fetched) else KeptAs.UNCHANGED
    if urlsplit(fetched[0].capture.url).path == "/robots.txt":
        return KeptAs.ROBOTS
    return KeptAs.ARTICLES if (fetched[0].detail or "").startswith(IMPORTED) else KeptAs.SOURCES


async def _mark(ctx: Context, going: Sequence[Held], policy: RetentionPolicy, now: datetime) -> None:
    """Say what is removed, kind by kind, since the tombstone names it."""
    for kind in KeptAs:
        by_reason: dict[str, list[int]] = defaultdict(list)
        for one in going:
            if one.kind is kind:
                by_reason[_reason(one, policy)] += one.capture_ids
        for reason, ids in by_reason.items():
            for start in range(0, len(ids), AT_ONCE):
                some = ids[start : start + AT_ONCE]
                await ctx.db.write(store.mark, some, RemovalCause.RETENTION, reason, now)


def _reason(one: Held, policy: RetentionPolicy) -> str:
    own = one.retain_s is not None and one.kind is not KeptAs.ROBOTS
    seconds = (one.retain_s if own else policy.seconds(one.kind)) or 0.0
    return f"{one.kind} are kept for {seconds / 86_400:g} days{' of this source' if own else ''}"


def _report(
    going: Sequence[Held], ended: dict[int, Capture], files: tuple[str, ...], notes: tuple[str, ...], *, dry_run: bool
) -> RemovalReport:
    of_kind = {kind: [one for one in going if one.kind is kind] for kind in KeptAs}
    return RemovalReport(
        captures=sum(len(one.capture_ids) for one in going),
        revisions=0,
        bytes=sum(one.bytes for one in going),
        files=files,
        removals=tuple(_removal(one, ended) for some in of_kind.values() for one in some[:EXAMPLES]),
        dry_run=dry_run,
        notes=notes,
        kinds=tuple(_of_kind(kind, some) for kind, some in of_kind.items() if some),
    )


def _of_kind(kind: KeptAs, some: Sequence[Held]) -> RemovalKind:
    count, size = sum(len(one.capture_ids) for one in some), sum(one.bytes for one in some)
    return RemovalKind(str(kind), count, size, some[0].captured_at, some[-1].captured_at)


def _removal(one: Held, ended: dict[int, Capture]) -> Removal:
    end = ended[one.capture_ids[-1]]
    return Removal(str(one.kind), end.url, end.captured_at, one.bytes, end.id, end.revision_id, end.document_id)
