"""Have the newest seal stamped by whom the operator configured: on demand, and by the daemon when it is due."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import structlog

from monitor.app import attesting, sealing
from monitor.app.attesting import Attested
from monitor.app.context import Context
from monitor.app.stamp_files import files_of as files_of
from monitor.edges.authorities import AuthorityClient
from monitor.errors import ConfigError, EvidenceError, MonitorError, NotFoundError
from monitor.evidence_answers import SealView, StampReport
from monitor.model import Seal, Stamp, StampMethod
from monitor.progress import Progress
from monitor.settings import StampSettings
from monitor.store import stamps

log = structlog.get_logger(__name__)

_OPTION = {
    StampMethod.RFC3161: "stamp.authority",
    StampMethod.OPENTIMESTAMPS: "stamp.calendars",
    StampMethod.ED25519: "stamp.key",
}
BY_HAND = "`monitor stamp --rfc3161 --request FILE` writes one to carry by hand; docs/stamps.md tells of both ways"
_HELP = {
    StampMethod.RFC3161: BY_HAND,
    StampMethod.OPENTIMESTAMPS: "`monitor stamp --ots --request FILE` writes one to give to the `ots` client",
    StampMethod.ED25519: "docs/stamps.md tells how to make a key",
}
_WAIT = timedelta(hours=1)  # that a calendar has before the daemon asks; Bitcoin takes longer


def configured(settings: StampSettings) -> tuple[StampMethod, ...]:
    """Return the methods that the operator configured."""
    given = (settings.authority, settings.calendars, settings.key)
    return tuple(method for method, one in zip(_OPTION, given, strict=True) if one)


async def stamp(
    ctx: Context, methods: Sequence[StampMethod] = (), *, progress: Progress | None = None
) -> tuple[StampReport, ...]:
    """Seal what is new and have the newest seal attested by these methods, or by all that are configured.

    What it has already stays as it is. With OpenTimestamps, what was promised before is asked for again; `progress`
    counts who is asked. Raises ConfigError where a method is not configured, or none is, NotFoundError for an empty
    archive. Whatever else fails, one method after the other, is the report's `problem`.
    """
    wanted = tuple(dict.fromkeys(methods)) or configured(ctx.settings.stamp)
    _expect_configured(ctx, wanted)
    newest = await newest_seal(ctx)
    old = await _promised(ctx) if StampMethod.OPENTIMESTAMPS in wanted else ()
    reports: list[StampReport] = []
    async with attesting.asking(ctx) as client:
        for number, method in enumerate(wanted, start=1):
            reports.append(await _attested(ctx, client, method, newest))
            _tell(progress, number, len(wanted) + len(old))
        for number, (seal, one) in enumerate(old, start=len(wanted) + 1):
            reports += await _upgraded(ctx, client, seal, one)
            _tell(progress, number, len(wanted) + len(old))
    return tuple(reports)


def _expect_configured(ctx: Context, wanted: Sequence[StampMethod]) -> None:
    there = configured(ctx.settings.stamp)
    if not wanted:
        raise ConfigError(f"nobody is configured to stamp: {', '.join(_OPTION.values())}", hint=BY_HAND)
    for method in wanted:
        if method not in there:
            raise ConfigError(f"{_OPTION[method]} names nobody", hint=_HELP[method])
    attesting.expect_files(ctx, wanted)


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress:
        progress(done, total)


async def newest_seal(ctx: Context) -> SealView:
    """Seal what is new; return the newest seal. Raises NotFoundError where nothing was kept yet."""
    await sealing.seal(ctx)
    newest = next(iter(await sealing.recent(ctx, 1)), None)
    if newest is None:
        raise NotFoundError("nothing is kept yet, so there is no seal to stamp", hint="`monitor add-source URL`")
    return newest


def already(seal: Seal, one: Stamp) -> StampReport:
    """Tell that a seal has a stamp."""
    return StampReport(seal, one.method, one, detail=f"has it already: {one.detail}")


async def _attested(ctx: Context, client: AuthorityClient, method: StampMethod, newest: SealView) -> StampReport:
    """Have a seal attested and keep the stamp, unless it has one."""
    seal, mine = newest.seal, [one for one in newest.stamps if one.method is method]
    for one in mine:
        if one.token is not None:
            return already(seal, one)
    try:
        begun = mine[0] if mine else _begun(ctx, method, seal)
        return await kept(ctx, seal, begun, await attesting.attest(ctx, client, method, seal, begun))
    except (EvidenceError, ConfigError) as error:
        return StampReport(seal, method, detail="not stamped", problem=str(error))


def _begun(ctx: Context, method: StampMethod, seal: Seal) -> Stamp:
    if method is StampMethod.RFC3161:
        return attesting.begin(seal, ctx)
    return Stamp(seal.number, method, ctx.clock.now())


async def kept(ctx: Context, seal: Seal, seen: Stamp, attested: Attested) -> StampReport:
    """Store a stamp that was checked, in place of what was `seen`. Raises EvidenceError when another was first."""
    after = attested.stamp
    if seen.id:
        if not await ctx.db.write(stamps.answer, seen, after):
            raise EvidenceError("another process stored an answer meanwhile", hint="`monitor seals` shows it")
    else:
        after = replace(after, id=await ctx.db.write(stamps.add, after))
    return StampReport(seal, after.method, after, detail=after.detail or "", notes=attested.notes, new=True)


async def _promised(ctx: Context) -> tuple[tuple[Seal, Stamp], ...]:
    """Return the proofs that calendars promised to complete."""
    found = await ctx.db.read(stamps.every, StampMethod.OPENTIMESTAMPS)
    return tuple((seal, one) for seal, one in found if one.token is not None and _is_promise(one.token))


def _is_promise(proof: bytes) -> bool:
    with suppress(EvidenceError):  # which `monitor stamp --check` tells of
        return bool(attesting.pending(proof))
    return False


async def _upgraded(ctx: Context, client: AuthorityClient, seal: Seal, one: Stamp) -> list[StampReport]:
    """Ask for what was promised; without news there is no report."""
    try:
        came = await attesting.upgraded(ctx, client, one)
        return [] if came is None else [await kept(ctx, seal, one, came)]
    except EvidenceError as error:
        return [StampReport(seal, one.method, one, detail=one.detail or "", problem=str(error))]


async def stamp_when_due(ctx: Context) -> tuple[StampReport, ...]:
    """Have the newest seal stamped where `stamp.every` has passed since the last time, by each method configured.

    For the daemon, once an hour or so. What calendars promised an hour ago is asked for. Raises nothing: what fails is
    logged, and tried again the next time.
    """
    every = ctx.settings.stamp.every
    if every is None or not configured(ctx.settings.stamp):
        return ()
    try:
        return await _stamp_due(ctx, timedelta(seconds=every))
    except MonitorError as error:
        log.warning("stamp.failed", error=str(error), hint=error.hint)
        return ()


async def _stamp_due(ctx: Context, every: timedelta) -> tuple[StampReport, ...]:
    now, due = ctx.clock.now(), list[StampMethod]()
    for method in configured(ctx.settings.stamp):
        last = await ctx.db.read(stamps.last_made, method)
        due += [method] if last is None or last + every <= now else []
    old = [(seal, one) for seal, one in await _promised(ctx) if one.made_at + _WAIT <= now]
    reports: list[StampReport] = []
    async with attesting.asking(ctx) as client:
        if due:
            newest = await newest_seal(ctx)
            reports += [await _attested(ctx, client, method, newest) for method in due]
        for seal, one in old:
            reports += await _upgraded(ctx, client, seal, one)
    _log(reports)
    return tuple(reports)


def _log(reports: Sequence[StampReport]) -> None:
    for one in reports:
        about = {"seal": one.seal.number, "method": str(one.method)}
        if one.problem is not None:
            log.warning("stamp.failed", **about, error=one.problem)
        elif one.new:
            log.info("stamp.made", **about, detail=one.detail, notes=list(one.notes))
