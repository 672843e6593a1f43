"""A clock that was ahead for a while must not leave the archive waiting until then."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, select, update

from monitor import Archive, load_settings, open_archive
from monitor.app import timekeeping
from monitor.model import Document, DocumentState, Fetch, Origin, Outcome, Source, SourceKind, SourceState
from monitor.store import documents, fetches, hosts, sources
from monitor.store.schema import document, host, source
from monitor.store.turned import Turned
from tests.newsroom.days import at

NOW = at(16, 12)
AHEAD = NOW + timedelta(days=3)
DAY = timedelta(days=1)


def _planned(conn: Connection, name: str, checked_at: datetime, allowed_at: datetime) -> None:
    """Have a source of its own host been checked at a time, and its next check an hour later."""
    url, next_at = f"https://{name}/feed.xml", checked_at + timedelta(hours=1)
    hosts.ensure(conn, name)
    conn.execute(update(host).where(host.c.name == name).values(next_allowed_at=allowed_at, due_at=next_at))
    one = Source(url, SourceKind.FEED, name, last_checked_at=checked_at, next_check_at=next_at, added_at=NOW - DAY)
    sources.add(conn, one)
    fetches.add(conn, Fetch(url, Outcome.OK, checked_at))


def _plans(conn: Connection) -> dict[str, tuple[datetime, datetime, datetime]]:
    rows = conn.execute(
        select(host.c.name, source.c.next_check_at, host.c.due_at, host.c.next_allowed_at).join(
            source, source.c.host == host.c.name
        )
    )
    return {name: (next_at, due_at, allowed_at) for name, next_at, due_at, allowed_at in rows}


async def _mended(archive: Archive) -> tuple[Turned, dict[str, tuple[datetime, datetime, datetime]]]:
    done = await timekeeping.mend_plans(archive._ctx)
    return done, await archive._ctx.db.read(_plans)


@pytest.fixture
def folder(tmp_path: Path, database_url: str) -> dict[str, str]:
    """Return the settings of an empty archive, on both databases."""
    return {"data_dir": str(tmp_path), "database.url": database_url}


async def test_what_was_checked_while_the_clock_was_ahead_is_due_at_once(folder: dict[str, str]) -> None:
    """Its plan would have it wait for three days; its host waits on for what was left of its Retry-After."""
    async with open_archive(load_settings(overrides=folder), at=NOW) as archive:
        db = archive._ctx.db
        await db.write(_planned, "ahead.example", AHEAD, AHEAD + timedelta(minutes=20))
        await db.write(_planned, "right.example", NOW - DAY / 24, NOW + timedelta(minutes=30))
        done, plans = await _mended(archive)
        assert done == Turned(sources=1, hosts=1)
        assert plans["ahead.example"] == (NOW, NOW, NOW + timedelta(minutes=20))
        assert plans["right.example"] == (NOW, NOW, NOW + timedelta(minutes=30))


async def test_what_a_host_said_since_the_clock_was_set_right_stands(folder: dict[str, str]) -> None:
    """A Retry-After that came after the step back is kept to the second, though a plan of its host is recalled."""
    async with open_archive(load_settings(overrides=folder), at=NOW) as archive:
        db = archive._ctx.db
        await db.write(_planned, "ahead.example", AHEAD, NOW + timedelta(minutes=20))
        await db.write(fetches.add, Fetch("https://ahead.example/robots.txt", Outcome.RATE_LIMITED, NOW))
        done, plans = await _mended(archive)
        assert done == Turned(sources=1)
        assert plans["ahead.example"] == (NOW, NOW, NOW + timedelta(minutes=20))


async def test_a_right_clock_changes_nothing(folder: dict[str, str]) -> None:
    """Nor does a step of a minute, nor a paused source, nor a second look."""
    async with open_archive(load_settings(overrides=folder), at=NOW) as archive:
        db = archive._ctx.db
        await db.write(_planned, "near.example", NOW + timedelta(minutes=1), NOW)
        assert (await _mended(archive))[0] == Turned()
        await db.write(_planned, "ahead.example", AHEAD, NOW)
        paused = update(source).where(source.c.host == "ahead.example").values(state=SourceState.PAUSED)
        await db.write(lambda conn: conn.execute(paused) and None)
        assert (await _mended(archive))[0] == Turned()


async def test_an_article_heard_of_while_the_clock_was_ahead_is_read_at_once(folder: dict[str, str]) -> None:
    """It was never read, so that only its first sight lies in the future."""
    async with open_archive(load_settings(overrides=folder), at=NOW) as archive:
        db = archive._ctx.db
        await db.write(_planned, "ahead.example", AHEAD, NOW)
        await db.write(_heard_of, "https://ahead.example/2026/11/a-story-000001.html")
        assert await timekeeping.mend_plans(archive._ctx) == Turned(sources=1, documents=1)
        assert await db.read(lambda conn: conn.execute(select(document.c.next_check_at)).scalar_one()) == NOW


def _heard_of(conn: Connection, url: str) -> None:
    new = Document(0, Origin.WEB, DocumentState.PENDING, AHEAD, url, "ahead.example", next_check_at=AHEAD)
    documents.add(conn, new)
