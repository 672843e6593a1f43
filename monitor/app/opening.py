"""Put an archive together from its settings, and take it apart."""

import asyncio
import socket
from datetime import datetime
from pathlib import Path

import structlog

from monitor.app.context import Context, Seams
from monitor.app.leases import free_leases_of_the_dead, owner_name
from monitor.core.outlets import Registry, parse_outlets
from monitor.edges.clock import DrivenClock, FixedClock, SystemClock
from monitor.errors import ConfigError
from monitor.interfaces import Clock, Evidence, Extractor, Fetcher
from monitor.settings import Settings, version
from monitor.shipped import shipped
from monitor.store.database import Database

log = structlog.get_logger(__name__)


async def open_context(settings: Settings, at: datetime | None) -> Context:
    """Open the database and make everything else ready; edges are made when first used."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    registry = load_registry(settings)
    db = await asyncio.to_thread(Database.open, settings.database_url, settings.database.patience)
    clock = _clock(settings, at)
    seams = Seams(
        fetcher=lambda: _fetcher(settings, clock),
        evidence=lambda: _evidence(settings, clock),
        extractor=lambda: _extractor(settings),
    )
    return Context(settings, db, clock, registry, owner_name(), seams)


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
    )


def _extractor(settings: Settings) -> Extractor:
    from monitor.edges.extractor import WorkerPool

    return WorkerPool(settings.extract.workers, settings.extract.deadline, settings.extract.memory)


async def recover(ctx: Context) -> None:
    """Mend what a killed process left: leases, and evidence that the database never heard of."""
    freed = await free_leases_of_the_dead(ctx)
    if freed:
        log.warning("leases.freed", hosts=freed)
    from monitor.app import compacting, orphans, redacting, removing

    await orphans.mend(ctx)

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


def _clock(settings: Settings, at: datetime | None) -> Clock:
    if at is not None:
        return FixedClock(at)
    return DrivenClock(Path(settings.daemon.clock_file)) if settings.daemon.clock_file else SystemClock()
