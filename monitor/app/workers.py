"""Who works on the archive: each daemon says that it lives and what it does, and wakes when something is due."""

import asyncio
import random
import socket
from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime, timedelta
from itertools import chain, repeat
from os import getpid
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError

from monitor.app import leases, mirror, shared_clock, storing_folders
from monitor.app.context import Context
from monitor.model import Worker
from monitor.running_answers import WorkerView
from monitor.shipped import version
from monitor.store import workers as store
from monitor.store.wakes import Ear

log = structlog.get_logger(__name__)

BEATS = 4  # missed in a row, after which a worker counts as dead
REMEMBERED = timedelta(days=7)  # since a worker stopped, or was heard of last
SPREAD_S = 0.1  # over which workers that are woken together begin, so that they do not claim all at once
PAUSES_S = (1.0, 2.0, 5.0, 15.0, 30.0)  # between tries to listen again


class Workers:
    """The workers of an open archive, this process among them."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._first = True
        self._ear: Ear | None = None
        self._wake: Callable[[], None] | None = None
        self._waking: asyncio.TimerHandle | None = None
        self._again: asyncio.Task[None] | None = None

    async def every(self, *, past: bool = False) -> tuple[WorkerView, ...]:
        """Return the workers with what they do, oldest first; with `past` also those that have stopped."""
        known = await self._ctx.db.read(store.every)
        held = await self._ctx.db.read(store.leases)
        now, silence = self._ctx.clock.now(), self._silence()
        views = (WorkerView(one, state_of(one, now, silence), held.get(one.owner, 0)) for one in known)
        return tuple(view for view in views if past or view.state != "stopped")

    @property
    def is_first(self) -> bool:
        """Say whether this is the first of the workers that live, as of its last beat: it does what one does for all.

        So does a process that is no worker.
        """
        return self._first

    def once(self, what: str, job: Callable[[], Awaitable[object]]) -> Callable[[], Coroutine[Any, Any, None]]:
        """Return a job that is done by the first worker only, and by no two at once (docs/workers.md)."""

        async def by_one() -> None:
            if self._first:
                async with self._ctx.db.alone(what) as mine:
                    if mine:
                        await job()

        return by_one

    async def mirror(self) -> int:
        """Bring the mirror up to date where this worker keeps it; return how many files were written or removed."""
        if not self._ctx.settings.daemon.mirror or not await self._ctx.db.hold("mirror"):
            return 0
        return await mirror.update(self._ctx)

    async def register(self) -> Worker:
        """Begin as a worker, and forget those that are long gone."""
        ctx, now = self._ctx, self._ctx.clock.now()
        machine = socket.gethostname()[:120]
        new = Worker(
            owner=ctx.owner,
            machine=machine,
            process=getpid(),
            version=version(),
            started_at=now,
            beat_at=now,
            name=ctx.settings.daemon.name or machine[:80],
            folder=await storing_folders.name_folder(ctx),
        )
        await self._tell_of_twins(new)
        await ctx.db.write(store.register, new)
        await ctx.db.write(store.prune, now - REMEMBERED)
        await self._look_who_is_first()
        return new

    async def beat(self) -> None:
        """Say that this worker lives, set its clock by the database's, and free what dead neighbours held."""
        ctx = self._ctx
        await shared_clock.follow(ctx)
        visits, fetches = ctx.tally.visits.total(), ctx.tally.fetches.total()
        if not await ctx.db.write(store.beat, ctx.owner, ctx.clock.now(), len(ctx.held), visits, fetches):
            await self.register()  # it was silent for so long that it was forgotten
        await self._bury()
        await self._look_who_is_first()

    async def goodbye(self) -> None:
        """End as a worker: wake no more, and say so."""
        self._deafen()
        await self._ctx.db.write(store.stop, self._ctx.owner, self._ctx.clock.now())

    async def listen(self, wake: Callable[[], None]) -> None:
        """Call `wake` when something is due at once, by a word of the database; on SQLite nobody says it.

        A connection that is lost is told of and opened again; meanwhile the ticks find what is due.
        """
        self._wake = wake
        self._ear = Ear(self._ctx.db.url, self._ctx.settings.database.patience, self._heard, self._lost)
        try:
            await self._ear.open()
        except (DBAPIError, ConnectionError) as error:
            self._lost(str(getattr(error, "orig", error)))

    async def _look_who_is_first(self) -> None:
        since = self._ctx.clock.now() - self._silence()
        self._first = await self._ctx.db.read(store.is_first, self._ctx.owner, since)

    def _silence(self) -> timedelta:
        return timedelta(seconds=self._ctx.settings.daemon.beat * BEATS)

    async def _tell_of_twins(self, new: Worker) -> None:
        """Tell of a folder that was copied along with its name: neither machine would know which files are its own."""
        for one in await self._ctx.db.read(store.every):
            living = state_of(one, new.beat_at, self._silence()) == "working"
            if living and one.folder == new.folder and one.machine != new.machine:
                log.error(
                    "evidence.folder_doubled",
                    folder=new.folder,
                    machine=one.machine,
                    hint="was our folder copied? docs/storage.md tells what to do",
                )

    async def _bury(self) -> None:
        """Free at once what processes of this machine held that died without a goodbye."""
        since = self._ctx.clock.now() - self._silence()
        quiet = await self._ctx.db.read(store.silent, socket.gethostname()[:120], since)
        for owner in leases.dead_among(quiet):
            freed = await leases.free(self._ctx, [owner])
            await self._ctx.db.write(store.stop, owner, self._ctx.clock.now())
            log.warning("worker.buried", worker=owner, hosts=freed)

    def _heard(self) -> None:
        if self._waking is None:
            loop = asyncio.get_running_loop()
            self._waking = loop.call_later(random.random() * SPREAD_S, self._woken)

    def _woken(self) -> None:
        self._waking = None
        if self._wake is not None:
            self._wake()

    def _lost(self, why: str) -> None:
        log.warning("wakes.lost", error=why, hint="work that is due is found by the ticks until it is back")
        self._again = asyncio.create_task(self._listen_again(), name="listen again")

    async def _listen_again(self) -> None:
        for pause in chain(PAUSES_S, repeat(PAUSES_S[-1])):
            await asyncio.sleep(pause)
            try:
                if self._ear is not None:
                    await self._ear.open()
                break
            except (DBAPIError, ConnectionError):
                continue  # told when it was lost
        log.info("wakes.restored")
        self._heard()  # for what was said meanwhile

    def _deafen(self) -> None:
        self._wake = None
        if self._again is not None:
            self._again.cancel()
        if self._waking is not None:
            self._waking.cancel()
        if self._ear is not None:
            self._ear.close()


def state_of(one: Worker, now: datetime, silence: timedelta) -> str:
    """Say how a worker is: `working`, `stopped`, or `dead` after so long without a sign and without a goodbye."""
    if one.stopped_at is not None:
        return "stopped"
    return "dead" if now - one.beat_at > silence else "working"
