"""What Prometheus scrapes: counters of this process, and figures of the archive asked at most every few seconds.

Every series is declared in SERIES, with the words of docs/metrics.md. Labels take few values, which are known
beforehand: never a URL, a host or a source.
"""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from time import CLOCK_BOOTTIME, clock_gettime, monotonic

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric

from monitor import log as logs
from monitor.app import storing
from monitor.app.context import Context
from monitor.app.metrics_series import LABELS, SERIES, Kind
from monitor.core.spread import Spread
from monitor.edges.clock import SystemClock
from monitor.errors import DatabaseError, MonitorError
from monitor.model import NotificationState
from monitor.running_answers import Waiting
from monitor.shipped import version
from monitor.store.figures import Figures, figures
from monitor.store.limits import within

log = structlog.get_logger(__name__)

FRESH_S = 10.0  # several who scrape share one look at the database
PATIENCE_S = 5.0  # of that look; Prometheus waits for ten seconds

Values = dict[str, float | Mapping[str, float] | Spread | None]


@dataclass(frozen=True, slots=True)
class _Looked:
    at: float
    values: Values


class Metrics:
    """The metrics of one open archive, in a registry of its own."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._registry = CollectorRegistry(auto_describe=False)
        self._registry.register(_Families(self))
        _OfProcess(registry=self._registry)
        self._looked = _Looked(float("-inf"), {})
        self._looking = asyncio.Lock()

    async def text(self) -> str:
        """Return all in Prometheus's text format 0.0.4. A database that does not answer leaves its figures out."""
        async with self._looking:
            if monotonic() - self._looked.at > FRESH_S:
                self._looked = _Looked(monotonic(), await self._ask())
        return generate_latest(self._registry).decode()

    def values(self) -> Values:
        """Return the present value of every series that is known now."""
        return {**_of_process(self._ctx), **self._looked.values}

    async def _ask(self) -> Values:
        ctx, now = self._ctx, self._ctx.clock.now()
        since = now - timedelta(seconds=ctx.settings.health.worker_after)
        elsewhere = await _of_folders(ctx)
        try:
            with within(PATIENCE_S):
                found = await ctx.db.read(figures, now, since)
                stored = _of_store(await storing.waiting(ctx), now) if ctx.settings.evidence.store else {}
        except DatabaseError as error:
            log.warning("metrics.incomplete", error=str(error))
            return {**elsewhere, "monitor_database_answered": 0.0}
        return {**elsewhere, **_of_archive(found, now), **stored, "monitor_database_answered": 1.0}


class _OfProcess(ProcessCollector):
    """What prometheus-client tells of a process, also where only processes are to be seen in /proc.

    So it is under our unit (ProcSubset=pid): without /proc/stat it would tell nothing at all.
    """

    def _boot_time(self) -> float:
        return SystemClock().now().timestamp() - clock_gettime(CLOCK_BOOTTIME)


class _Families:
    """What the registry collects: a family for each series that has a value."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    def collect(self) -> Iterator[Metric]:
        """Yield the families, in the order they are declared in."""
        values = self._metrics.values()
        for name, (kind, about, label) in SERIES.items():
            value = values.get(name)
            if value is not None:
                yield _family(name, kind, about, label, value)


def _family(
    name: str, kind: Kind, about: str, label: str | None, value: float | Mapping[str, float] | Spread
) -> Metric:
    if isinstance(value, Spread):
        return HistogramMetricFamily(name, about, buckets=value.cumulative(), sum_value=value.sum)
    make = CounterMetricFamily if kind is Kind.COUNTER else GaugeMetricFamily
    if not isinstance(value, Mapping):
        return make(name, about, value=value)
    assert label is not None  # as SERIES declares it
    family = make(name, about, labels=[label])
    for key in dict.fromkeys((*LABELS.get(name, ()), *value)):
        family.add_metric([key], value.get(key, 0))
    return family


def _of_process(ctx: Context) -> Values:
    tally, load = ctx.tally, ctx.db.load()
    return {
        "monitor_build_info": {version(): 1.0},
        "monitor_fetches_total": dict(tally.fetches),
        "monitor_fetch_seconds": tally.fetch_s,
        "monitor_fetched_bytes_total": float(tally.raw_bytes),
        "monitor_visits_total": dict(tally.visits),
        "monitor_entries_total": float(tally.entries),
        "monitor_documents_total": float(tally.documents),
        "monitor_revisions_total": float(tally.revisions),
        "monitor_changes_total": dict(tally.changes),
        "monitor_readings_total": float(tally.readings),
        "monitor_reading_failures_total": dict(tally.unread),
        "monitor_reading_seconds": tally.read_s,
        "monitor_reader_respawns_total": float(getattr(vars(ctx).get("extractor"), "retired", 0)),
        "monitor_leases": float(len(ctx.held)),
        "monitor_round_age_seconds": tally.idle_s(),
        "monitor_database_write_seconds": ctx.db.write_s,
        "monitor_database_writes_waiting": float(load.waiting),
        "monitor_log_events_total": {level: float(count) for level, count in logs.EVENTS.items()},
    }


def _of_archive(found: Figures, now: datetime) -> Values:
    return {
        "monitor_sources": dict(found.sources),
        "monitor_due_hosts": float(found.line.hosts),
        "monitor_due_overdue_seconds": _ago(found.line.since, now),
        "monitor_outbox_notifications": {state: float(found.outbox.get(state, 0)) for state in _UNSENT},
        "monitor_workers": float(found.workers),
        "monitor_evidence_files": float(found.evidence_files),
        "monitor_evidence_bytes": float(found.evidence_bytes),
        "monitor_database_bytes": float(found.database_bytes),
        "monitor_last_fetch_success_timestamp_seconds": _time(found.last_success),
        "monitor_last_seal_timestamp_seconds": _time(found.last_seal),
        "monitor_seal_lag_seconds": _ago(found.unsealed_since, now),
        "monitor_alarms": {kind: float(count) for kind, count in found.alarms.items()},
    }


_UNSENT = (NotificationState.WAITING, NotificationState.FAILED)


def _of_store(found: Waiting, now: datetime) -> Values:
    return {
        "monitor_evidence_unstored_files": float(found.waiting_files),
        "monitor_evidence_unstored_bytes": float(found.waiting_bytes),
        "monitor_evidence_unstored_seconds": _ago(found.oldest, now),
    }


async def _of_folders(ctx: Context) -> Values:
    """Look at disks; what cannot be looked at is left out."""
    values: Values = {}
    try:
        values["monitor_free_bytes"] = float(ctx.room.free())
        if folder := ctx.settings.backup.folder:
            values["monitor_last_backup_timestamp_seconds"] = _time(await ctx.last_backup.get(Path(folder)))
    except MonitorError as error:
        log.warning("metrics.incomplete", error=str(error))
    return values


def _time(at: datetime | None) -> float | None:
    return None if at is None else at.timestamp()


def _ago(at: datetime | None, now: datetime) -> float:
    return 0.0 if at is None else max(0.0, (now - at).total_seconds())
