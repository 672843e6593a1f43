"""One fetch from one server of the loopback, in one call."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from monitor.edges.clock import FixedClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.edges.resolver import Lookup, system_lookup
from monitor.interfaces import FetchRequest, FetchResult
from tests.edges.loopback import Handler, serving

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)
TEXT = "".join(f"<p>{n}. Something happened, and {n * 7919 % 1000} saw it.</p>" for n in range(200)).encode()


@asynccontextmanager
async def fetching(lookup: Lookup = system_lookup, **changes: Any) -> AsyncIterator[HttpFetcher]:
    """Make a fetcher that may reach the loopback and is impatient; `changes` are fields of its policy."""
    settings: dict[str, Any] = {"timeout_s": 5.0, "grace_s": 2.0, "allow_private": ("127.0.0.0/8",)}
    fetcher = HttpFetcher(FetchPolicy("monitor-test/1", **(settings | changes)), FixedClock(NOW), lookup)
    try:
        yield fetcher
    finally:
        await fetcher.close()


async def get(handler: Handler, path: str = "", *, policy: dict[str, Any] | None = None, **request: Any) -> FetchResult:
    """Return what comes of one fetch from a server with that handler."""
    async with serving(handler) as server, fetching(**(policy or {})) as fetcher:
        return await fetcher.fetch(FetchRequest(server.url + path, **request))
