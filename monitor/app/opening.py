"""Put an archive together from its settings, and take it apart."""

import asyncio
import socket
from datetime import datetime
from pathlib import Path

import structlog

from monitor.app.context import Context, Seams, store_of
from monitor.app.leases import free_leases_of_the_dead, owner_name
from monitor.app.restoring_mark import refuse_unfinished
from monitor.core.outlets import Registry, parse_outlets
from monitor.edges.clock import DrivenClock, FixedClock, SharedClock, SystemClock, steady
from monitor.errors import ConfigError
from monitor.interfaces import Clock, Evidence, Extractor, Fetcher
from monitor.settings import Settings
from monitor.shipped import shipped, version
from monitor.store import workers
from monitor.store.database import Database

log = structlog.get_logger(__name__)


async def open_context(settings: Settings, at: datetime | None) -> Context:
    """Open the database and make everything else ready; edges are made when first used."""
    refuse_unfinished(settings.data_dir)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    registry = load_registry(settings)
    db = await asyncio.to_thread(Database.open, settings.database_url, settings.database.patience)
    try:
        clock = await _clock(settings, at, db)
    except BaseException:
        db.close()
        raise
    return Context(settings, db, clock, registry, owner_name(), seams_of(settings, clock))


def seams_of(settings: Settings, clock: Clock) -> Seams:
    """Return how the edges are made by these settings."""
    return Seams(
        fetcher=lambda: _fetcher(settings, clock),
        evidence=lambda: _evidence(settings, clock),
        extractor=lambda: _extractor(settings),
    )


# The edges are imported when first used: aiohttp alone takes longer to import than most commands take to answer.


def _fetcher(settings: Settings, clock: Clock) -> Fetcher:
    from monitor.edges.fetcher import FetchPolicy, HttpFetcher
    from monitor.edges.headers import ACCEPT_ENCODING

    fetch = settings.fetch
    policy = FetchPolicy(
        user_agent=settings.user_agent,
        timeout_s=fetch.timeout,
        min_rate=fetch.min_rate,
        max_raw_bytes=fetch.max_bytes,
        max_body_bytes=fetch.max_decoded,
        max_redirects=fetch.max_redirects,
        resolve=tuple(fetch.resolve.items()),
        allow_private=tuple(fetch.allow_private),
        accept_encoding=ACCEPT_ENCODING if fetch.compressed else "identity",
        ca_file=str(fetch.ca_file) if fetch.ca_file else None,
    )
    return HttpFetcher(policy, clock)


def _evidence(settings: Settings, clock: Clock) -> Evidence:
    from monitor.edges.warc import WarcEvidence
    from monitor.edges.warc_places import Places

    return WarcEvidence(
        settings.evidence_dir,
        clock,
        software=f"monitor-archive/{version()}",
        contact=settings.fetch.contact or None,
        about=(
            ("robots", "RFC 9309"),
            ("http-header-user-agent", settings.user_agent),
            ("hostname", socket.gethostname()),
        ),
        max_bytes=settings.evidence.rotate_size,
        max_age_s=settings.evidence.rotate_age,
        places=Places(settings.evidence_dir, lambda: store_of(settings)),
    )


def _extractor(settings: Settings) -> Extractor:
    from monitor.edges.extractor import WorkerPool

    return WorkerPool(settings.extract.workers, settings.extract.deadline, settings.extract.memory)


async def recover(ctx: Context) -> None:
    """Mend what a killed process left: leases, and evidence that the database never heard of."""
    freed = await free_leases_of_the_dead(ctx)
    if freed:
        log.warning("leases.freed", hosts=freed)
    from monitor.app import allowances, compacting, orphans, redacting, removing, storing_folders

    allowances.check(ctx)
    await orphans.mend(ctx)
    await storing_folders.settle_in(ctx)
    await redacting.finish(ctx)
    for done in (*await compacting.finish(ctx), *await removing.finish(ctx)):
        log.warning("evidence.finished", what=done)


async def close_context(ctx: Context) -> None:
    """Close everything, the database last; evidence that it could not be told of is left for the next start."""
    for edge in ctx.opened():
        owing = edge is vars(ctx).get("evidence") and await _is_owing(ctx)
        await (ctx.evidence.leave() if owing else edge.close())
    await asyncio.to_thread(ctx.db.close)


async def _is_owing(ctx: Context) -> bool:
    """Return whether something was kept that the database could not be told of."""
    from monitor.app import orphans  # most commands keep nothing

    return not await orphans.settle(ctx)


def load_registry(settings: Settings) -> Registry:
    """Return the shipped outlets and the operator's own. Raises ConfigError for a file that is none."""
    files = [shipped("config") / "outlets.toml", *settings.corpus.outlets]
    return Registry.of(*(parse_outlets(_text(Path(file)), str(file)) for file in files))


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file}: cannot be read: {error}", hint="corpus.outlets lists TOML files") from error


async def _clock(settings: Settings, at: datetime | None, db: Database) -> Clock:
    """Return the clock to go by: that of a database which many share, whatever their machines' clocks say."""
    if at is not None:
        return FixedClock(at)
    if settings.daemon.clock_file:
        return DrivenClock(Path(settings.daemon.clock_file))
    if not db.is_shared:
        return SystemClock()
    clock = SharedClock()
    if reading := await db.read(workers.read_clock, steady):
        clock.follow(*reading)
    return clock
