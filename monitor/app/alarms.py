"""Look whether anything is wrong with the running of the archive; begin alarms and end them."""

import socket
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy import Connection

from monitor.app.alarms_outlets import SilenceWatch
from monitor.app.context import Context
from monitor.core import symptoms as signs
from monitor.core.alarming import AlarmPolicy, Condition, Step, Symptom, decide
from monitor.errors import EvidenceError, MonitorError
from monitor.model import Alarm, AlarmKind
from monitor.store import alarms, symptoms
from monitor.store import alarms_workers as workers

log = structlog.get_logger(__name__)

POLICY = AlarmPolicy()
FAILING = 3  # sources that worked lately and fail now (all, where there are fewer): then it is not their fault
WORKED = timedelta(days=2)
FORGOTTEN = timedelta(days=7)  # after which nobody asks for a dead worker any more
SETTLING = timedelta(minutes=10)  # after the start, in which what waited meanwhile is fetched
SELDOM = timedelta(minutes=10)  # rhythms are learned anew for each look, and backups may be on a slow disk

Judge = Callable[[datetime], Awaitable[list[Symptom] | None]]


class AlarmWatch:
    """What looks, again and again. What costs more is looked at less often."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._began = ctx.clock.now()
        self._looked: dict[AlarmKind, datetime] = {}
        self._silences = SilenceWatch(ctx)

    async def look(self) -> Step:
        """Look, store and tell what has begun or ended; return it. Raises DatabaseError."""
        now, found, judged = self._ctx.clock.now(), list[Symptom](), set[AlarmKind]()
        for kind, every, judge in self._judges():
            if self._is_time(kind, now, every) and (said := await judge(now)) is not None:
                found += said
                judged.add(kind)
        return await self._settle(tuple(found), frozenset(judged), now)

    def _judges(self) -> tuple[tuple[AlarmKind, timedelta, Judge], ...]:
        always = timedelta(0)
        return (
            (AlarmKind.DISK, always, self._disk),
            (AlarmKind.FETCHING, always, self._fetching),
            (AlarmKind.EXTRACTION, always, self._extraction),
            (AlarmKind.WORKER, always, self._workers),
            (AlarmKind.BACKUP, SELDOM, self._backup),
            (AlarmKind.SILENCE, SELDOM, self._silence),
        )

    def _is_time(self, kind: AlarmKind, now: datetime, every: timedelta) -> bool:
        last = self._looked.get(kind)
        if last is not None and abs(now - last) < every:
            return False
        self._looked[kind] = now
        return True

    async def _settle(self, found: tuple[Symptom, ...], judged: frozenset[AlarmKind], now: datetime) -> Step:
        """Write down what has begun or ended; mostly there is nothing to write."""
        step = await self._ctx.db.read(_decided, found, judged, now)
        if not step.raised and not step.ended:
            return step
        step = await self._ctx.db.write(_stored, found, judged, now)
        for one in step.raised:
            log.warning("alarm.raised", kind=one.kind, subject=one.subject, detail=one.detail)
        for one in step.ended:
            log.info("alarm.ended", kind=one.kind, subject=one.subject, since=f"{one.since:%Y-%m-%dT%H:%M:%SZ}")
        return step

    async def _disk(self, now: datetime) -> list[Symptom]:
        """Judge the space here. What other machines said of theirs stands for as long as somebody works there."""
        settings = self._ctx.settings
        stops, here = settings.evidence.min_free, f"{socket.gethostname()}:{settings.data_dir}"
        try:
            judged = signs.room(here, self._ctx.room.free(), max(settings.health.min_free, stops), stops)
        except EvidenceError as error:
            judged = Symptom(AlarmKind.DISK, here, Condition.WRONG, str(error))
        return [judged, *await self._ctx.db.read(_elsewhere, here, now - self._silent_after())]

    async def _fetching(self, now: datetime) -> list[Symptom] | None:
        if now - self._began < SETTLING:
            return None
        after = timedelta(seconds=self._ctx.settings.health.fetching_after)
        return [await self._ctx.db.read(_fetching, now, after)]

    async def _extraction(self, now: datetime) -> list[Symptom]:
        health = self._ctx.settings.health
        read, unread = await self._ctx.db.read(symptoms.read_lately, now - timedelta(seconds=health.extraction_over))
        return [*signs.readable(read, unread, health.extraction_least, health.extraction_share)]

    async def _workers(self, now: datetime) -> list[Symptom]:
        known = await self._ctx.db.read(workers.lately, now - FORGOTTEN)
        # Whoever looks is alive, though the clock may have been set forward since its last beat.
        seen = (replace(one, beat_at=now) if one.owner == self._ctx.owner else one for one in known)
        return [*signs.alive(seen, now, self._silent_after())]

    async def _backup(self, now: datetime) -> list[Symptom]:
        """Judge the age of the newest backup, where backups are made."""
        folder, after = self._ctx.settings.backup.folder, self._ctx.settings.health.backup_after
        if not folder or not after:
            return []
        try:
            newest = await self._ctx.last_backup.get(Path(folder))
        except MonitorError as error:
            told = f"the backups in {folder} cannot be read: {error}"
            return [Symptom(AlarmKind.BACKUP, "", Condition.WRONG, told)]
        return [signs.backed_up(str(folder), newest, now, timedelta(seconds=after))]

    async def _silence(self, now: datetime) -> list[Symptom] | None:
        """Judge the outlets; not while nothing at all can be fetched, since then nobody knows."""
        if not self._ctx.settings.health.silence:
            return []
        open_ones = await self._ctx.db.read(alarms.open_ones)
        if any(one.kind is AlarmKind.FETCHING for one in open_ones):
            return None
        told = [one.subject for one in open_ones if one.kind is AlarmKind.SILENCE]
        return await self._silences.look(now, told)

    def _silent_after(self) -> timedelta:
        return timedelta(seconds=self._ctx.settings.health.worker_after)


def _decided(conn: Connection, found: tuple[Symptom, ...], judged: frozenset[AlarmKind], now: datetime) -> Step:
    known = alarms.since(conn, now - timedelta(seconds=POLICY.memory_s))
    return decide(known, found, judged, now, POLICY)


def _stored(conn: Connection, found: tuple[Symptom, ...], judged: frozenset[AlarmKind], now: datetime) -> Step:
    """Decide again where nobody else can write, and store it."""
    alarms.lock(conn)
    step = _decided(conn, found, judged, now)
    for one in step.ended:
        alarms.end(conn, one, now)
    for one in step.raised:
        alarms.begin(conn, one, now)
    return step


def _elsewhere(conn: Connection, here: str, alive_since: datetime) -> list[Symptom]:
    """Return that nothing is known of disks of other machines, unless nobody works there any more."""
    machines = {one.machine.partition("/")[0] for one in workers.alive(conn, alive_since)}
    return [
        Symptom(AlarmKind.DISK, one.subject, Condition.BETWEEN, one.detail)
        for one in alarms.open_ones(conn)
        if one.kind is AlarmKind.DISK and one.subject != here and one.subject.partition(":")[0] in machines
    ]


def _fetching(conn: Connection, now: datetime, after: timedelta) -> Symptom:
    """Judge whether fetching works: something succeeded lately, or there was nothing to do."""
    last, failed = symptoms.last_success(conn)
    reached = last or symptoms.first_of_newest(conn) or now
    late = now - reached > after
    return signs.fetching(reached, failed, now, wrong=late and (last is None or _in_vain(conn, now, reached, after)))


def _in_vain(conn: Connection, now: datetime, reached: datetime, after: timedelta) -> bool:
    """Say whether anything should have succeeded: sources that worked lately all fail, or hosts wait in line for long.

    One that has been failing for days says nothing, nor does an archive whose sources are quiet.
    """
    enough = min(FAILING, symptoms.active(conn, FAILING))
    if enough and symptoms.failing_since(conn, reached, reached - WORKED, enough) >= enough:
        return True
    waiting = symptoms.line(conn, now)
    return waiting.since is not None and now - waiting.since > after / 2


def current(conn: Connection, limit: int, *, open_only: bool) -> tuple[Alarm, ...]:
    """Return the alarms that are open, oldest first; or the newest of all, newest first."""
    return alarms.open_ones(conn)[:limit] if open_only else alarms.newest(conn, tuple(AlarmKind), limit)
