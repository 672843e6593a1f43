"""What a clock that was ahead by a year has done to an archive of which it is noon now."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Table, update

from monitor.app.context import Context
from monitor.model import Document, Fetch, Host, Outcome, Source
from monitor.store import documents, fetches, hosts, sources
from monitor.store import timekeeping as store
from monitor.store.schema import host
from tests.store.examples import NOON, a_document, a_source

YEAR, DAY, HOUR, MINUTE = timedelta(days=365), timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
AHEAD = NOON + YEAR  # what the clock said when it was wrong


async def source_on(ctx: Context, name: str, **values: object) -> int:
    """Add a feed of a host."""
    made = a_source(f"https://{name}/feed", **{"added_at": NOON - DAY, **values})  # type: ignore[arg-type]
    added, _ = await ctx.db.write(sources.add, made)
    return added.id


async def page_on(ctx: Context, name: str, due: datetime, **values: object) -> int:
    """Add an article of a host."""
    made, _ = await ctx.db.write(documents.add, a_document(f"https://{name}/x", due, **values))
    await ctx.db.write(hosts.refresh_due, [name])
    return made.id


async def asked(ctx: Context, name: str, at: datetime) -> None:
    """Let a host have been asked, by what the clock said then."""
    await ctx.db.write(fetches.add, Fetch(f"https://{name}/robots.txt", Outcome.OK, at))


async def hold(ctx: Context, name: str, until: datetime, **values: object) -> None:
    """Let a host be held until then, made if need be."""
    await ctx.db.write(_hold, name, {"next_allowed_at": until, **values})


def _hold(conn: Connection, name: str, values: dict[str, object]) -> None:
    hosts.ensure(conn, name)
    conn.execute(update(host).where(host.c.name == name).values(values))


async def of(ctx: Context, name: str) -> Host:
    """Return a host."""
    found = await ctx.db.read(hosts.get, name)
    assert found is not None
    return found


async def source_of(ctx: Context, number: int) -> Source:
    """Return a source."""
    found: Source | None = await ctx.db.read(sources.get, number)
    assert found is not None
    return found


async def page_of(ctx: Context, number: int) -> Document:
    """Return an article."""
    found: Document | None = await ctx.db.read(documents.get, number)
    assert found is not None
    return found


async def claimed(ctx: Context, at: datetime) -> set[str]:
    """Return which hosts a daemon visits then."""
    return {one.name for one in await ctx.db.write(hosts.claim_due, at, at, "me", 600.0, 99)}


def scanned(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the names of the tables of which pieces are looked through from here on."""
    found: list[str] = []
    look: Callable[..., Any] = store.misdated

    def counted(conn: Connection, table: Table, *rest: Any) -> Any:
        found.append(table.name)
        return look(conn, table, *rest)

    monkeypatch.setattr(store, "misdated", counted)
    return found
