"""Run the whole program over the histories: an archive on a driven clock, with a round when anything is due."""

import asyncio
import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, func, select

from benchmarks.changes.feeds import feed_path
from benchmarks.changes.histories import History
from benchmarks.changes.outlets import START
from benchmarks.changes.serving import Press
from monitor import Settings, open_archive
from monitor.answers import DocumentFilter, DocumentView, SourceOptions
from monitor.app.archive import Archive
from monitor.edges.clock import drive
from monitor.model import DocumentState
from monitor.settings import DaemonSettings, ExtractSettings, FetchSettings, ScheduleSettings
from monitor.store.schema import host

STEP = timedelta(minutes=10)  # rounds are so long apart at least; the daemon's own are a second apart
POLLED_S = 2 * 3600  # how often feeds are read; benchmarks/schedule.py is about that

# Told after each round how far it is; says whether to go on.
Progress = Callable[[datetime, int], bool]


@dataclass(frozen=True, slots=True)
class Run:
    """What the program keeps of each history, by its number, and what it was shown."""

    views: dict[int, tuple[DocumentView, ...]]
    press: Press
    rounds: int
    end: datetime


async def run(made: tuple[History, ...], folder: Path, days: float, workers: int, progress: Progress) -> Run:
    """Let the program watch all outlets for so many simulated days."""
    clock = folder / "clock"
    drive(clock, START)
    async with Press.start(made) as press, open_archive(_settings(press, folder, clock, workers)) as archive:
        await _add_sources(archive, made)
        rounds, now, end = 0, START, START + timedelta(days=days)
        while now <= end:
            press.now = now
            drive(clock, now)
            await archive.tick()
            rounds += 1
            if not progress(now, press.requests):
                end = now
            now = max(now + STEP, _on_the_grid(await archive._ctx.db.read(_next_due), end))
        return Run(await _views(archive, made), press, rounds, end)


def _settings(press: Press, folder: Path, clock: Path, workers: int) -> Settings:
    """Return the defaults, but for politeness, which waits in real time only, and chance."""
    fetch = FetchSettings.model_validate({"resolve": press.resolve, "gap": "0s", "contact": "https://bench.example/"})
    return Settings(
        data_dir=folder / "data",
        fetch=fetch,
        schedule=ScheduleSettings(jitter=0.0),
        extract=ExtractSettings(workers=workers),
        daemon=DaemonSettings.model_validate({"clock_file": clock}),
    )


async def _add_sources(archive: Archive, made: Iterable[History]) -> None:
    outlets = {one.outlet.host: one.outlet for one in made}
    urls = [f"http://{outlet.host}{feed_path(outlet)}" for outlet in outlets.values()]
    reports = await archive.add_sources(urls, SourceOptions(every_s=POLLED_S))
    failed = [f"{report.asked}: {report.status}, {report.reason}" for report in reports if report.source is None]
    assert not failed, failed


def _next_due(conn: Connection) -> datetime | None:
    found: datetime | None = conn.execute(select(func.min(host.c.due_at))).scalar()
    return found


def _on_the_grid(due: datetime | None, end: datetime) -> datetime:
    return START + math.ceil(((due or end + STEP) - START) / STEP) * STEP


async def _views(archive: Archive, made: tuple[History, ...]) -> dict[int, tuple[DocumentView, ...]]:
    """Return the documents of each history: those that have, or had, one of its addresses."""
    by_url = {f"http://{one.outlet.host}{path}": one.number for one in made for path in one.paths}
    found: dict[int, list[DocumentView]] = {one.number: [] for one in made}
    every = {one.id: one for one in await archive.documents(DocumentFilter(limit=100_000))}
    for state in DocumentState:
        every |= {one.id: one for one in await archive.documents(DocumentFilter(state=state, limit=100_000))}
    for number in sorted(every):
        view = await archive.document(number)
        urls = (view.document.url or "", *(one.url for one in view.addresses))
        owner = next((by_url[url] for url in urls if url in by_url), None)
        if owner is not None:
            found[owner].append(view)
        await asyncio.sleep(0)
    return {number: tuple(views) for number, views in found.items()}
