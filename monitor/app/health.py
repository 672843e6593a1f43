"""How well the archive runs: readiness, alarms, metrics."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import Connection

from monitor.app import alarms
from monitor.app.context import Context
from monitor.core.secrets import without_secrets
from monitor.errors import DatabaseBusyError, DatabaseError, EvidenceError, MonitorError, TimeLimitError
from monitor.model import Alarm, Worker
from monitor.running_answers import HealthView, Readiness
from monitor.sizes import format_size
from monitor.store import alarms as alarms_store
from monitor.store import alarms_workers, desk_sources, figures, sources_health, symptoms
from monitor.store.limits import within
from monitor.store.schema import SCHEMA

if TYPE_CHECKING:
    from monitor.app.metrics import Metrics

log = structlog.get_logger(__name__)

ANSWER_S = 2.0  # for the database to answer whoever asks whether we are ready
ROUND_S = 60.0  # between two rounds, beyond three ticks
WORST = 10  # sources shown


class Health:
    """What knows how well an open archive runs."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    @cached_property
    def _watch(self) -> alarms.AlarmWatch:
        return alarms.AlarmWatch(self._ctx)

    @cached_property
    def _metrics(self) -> "Metrics":
        from monitor.app.metrics import Metrics  # Prometheus is slow to import, and few ask

        return Metrics(self._ctx)

    async def watch(self) -> tuple[Alarm, ...]:
        """Look whether anything is wrong; return the alarms that began or ended by it. They are told by the outbox.

        The daemon does it every minute. A database that is busy is looked at the next time. Raises DatabaseError.
        """
        try:
            step = await self._watch.look()
        except (DatabaseBusyError, OSError) as error:
            log.warning("alarm.postponed", error=str(error))
            return ()
        return (*step.raised, *step.ended)

    async def alarms(self, *, open_only: bool = True, limit: int = 200) -> tuple[Alarm, ...]:
        """Return the alarms that are open, oldest first; or else the newest of all, newest first."""
        return await self._ctx.db.read(alarms.current, limit, open_only=open_only)

    async def readiness(self) -> Readiness:
        """Return whether the archive does its work now, and if not why: within seconds, whatever is wrong."""
        reasons = [*_standing_still(self._ctx), *_full(self._ctx)]
        try:
            with within(ANSWER_S):
                version, open_ones = await self._ctx.db.read(_answer)
        except TimeLimitError:
            return Readiness(False, (*reasons, f"the database did not answer within {ANSWER_S:g} s"))
        except DatabaseError as error:
            return Readiness(False, (*reasons, f"the database cannot be used: {error}"))
        if version != SCHEMA:
            reasons.append(f"the database has the schema {version}, and this program knows {SCHEMA}")
        return Readiness(not reasons, tuple(reasons), open_ones)

    async def metrics(self) -> str:
        """Return what Prometheus scrapes, in its text format (docs/metrics.md)."""
        return await self._metrics.text()

    async def view(self) -> HealthView:
        """Return how the archive runs, as `monitor status` shows it; quick with any number of sources."""
        view = await self._ctx.db.read(_view, self._ctx)
        folder = self._ctx.settings.backup.folder
        if not folder:
            return view
        made = None
        with contextlib.suppress(MonitorError):  # the alarm says why
            made = await self._ctx.last_backup.get(Path(folder))
        return replace(view, backup_folder=str(folder), last_backup=made)


def _standing_still(ctx: Context) -> Iterator[str]:
    tally = ctx.tally
    if tally.stopping:
        yield "the program is stopping"
    elif (idle := tally.idle_s()) is None:
        yield "no round has begun yet"
    elif idle > ROUND_S + 3 * ctx.settings.daemon.tick:
        yield f"no round has begun for {idle:.0f} s"


def _full(ctx: Context) -> Iterator[str]:
    least = ctx.settings.evidence.min_free
    try:
        free = ctx.room.free()
    except EvidenceError as error:
        yield str(error)
        return
    if free < least:
        yield f"only {format_size(free)} are free, and nothing is fetched with less than {format_size(least)}"
    elif lack := ctx.room.lack():
        yield f"{lack}, and nothing is fetched"


def _answer(conn: Connection) -> tuple[str | None, tuple[Alarm, ...]]:
    return figures.schema_version(conn), alarms_store.open_ones(conn)


def _view(conn: Connection, ctx: Context) -> HealthView:
    now = ctx.clock.now()
    line, (last, _) = symptoms.line(conn, now), symptoms.last_success(conn)
    worst = desk_sources.ranked(conn, WORST, ranks=desk_sources.TROUBLED - 1)  # those paused are none
    return HealthView(
        sources=sources_health.counts(conn),
        trouble=tuple(without_secrets(one) for _, one in worst),
        alarms=alarms_store.open_ones(conn),
        workers=_working(conn, ctx),
        due=line.hosts,
        due_since=line.since,
        last_success=last,
    )


def _working(conn: Connection, ctx: Context) -> tuple[Worker, ...]:
    since = ctx.clock.now() - timedelta(seconds=ctx.settings.health.worker_after)
    return alarms_workers.alive(conn, since)
