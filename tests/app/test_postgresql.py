"""PostgreSQL and SQLite keep the same of the same day."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Connection, text

from monitor import Archive
from monitor.answers import SourceOptions
from monitor.store.database import Database
from tests.app.rig import Rig, every_document, play
from tests.newsroom.days import MORNING, at
from tests.newsroom.room import Newsroom
from tests.newsroom.settings import CORPUS

pytest_plugins = ["tests.newsroom.fixtures"]


async def kept(archive: Archive) -> list[tuple[object, ...]]:
    """Return all that an archive knows, without numbers that depend on the order of visits."""
    told: list[tuple[object, ...]] = []
    for one in await every_document(archive):
        view = await archive.document(one.id)
        told += [
            ("document", one.url, one.state, one.title, one.outlet, one.language, one.moved_to, one.first_seen_at),
            *(("revision", one.url, each.number, each.origin, each.fingerprint, each.text) for each in view.revisions),
            *(("change", one.url, each.kind, each.at, each.significance, each.reason) for each in view.changes),
            *(("entry", one.url, each.url, each.title, each.published_at) for each in view.entries),
            *(("citation", one.url, each.kind, each.cited, each.start) for each in view.citations),
            *(("capture", one.url, each.status, each.captured_at, each.quality) for each in view.captures),
        ]
    told += [("source", one.url, one.kind, one.state, one.last_outcome) for one in await archive.sources()]
    return sorted(told, key=repr)


async def found(archive: Archive, query: str) -> list[tuple[object, ...]]:
    """Return what a query finds, by URL and excerpt."""
    return sorted((hit.document.url or "", hit.excerpt, hit.spans) for hit in (await archive.search(query)).items)


@pytest.mark.slow
async def test_a_day_is_the_same_on_both(
    rig: Rig, newsroom: Newsroom, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Documents, revisions, changes, entries, citations and captures of Monday agree, and so do searches."""
    monkeypatch.setattr("random.random", lambda: 0.25)  # the jitter of the plans
    other = replace(rig, folder=rig.folder / "postgresql", overrides={**rig.overrides, "database.url": postgresql_url})
    other.folder.mkdir()
    homes = [desk.site.origin + desk.site.home for desk in newsroom.desks]
    async with rig.open() as one, other.open() as two:
        for archive in (one, two):
            await archive.import_corpus(CORPUS)
            await archive.add_sources(homes, SourceOptions(every_s=3600))
        for number in range(8):
            now = MORNING + timedelta(hours=2) * number
            await play(rig, one, now)
            await play(other, two, now)
        told = await kept(one)
        assert await kept(two) == told
        assert len([row for row in told if row[0] == "revision"]) > 30
        for query in ("puertos", "cooperación portuaria", '"acuerdo de cooperación"', "порт*", "الموانئ", "cang"):
            assert await found(one, query) == await found(two, query) != [], query


async def test_a_deadlock_costs_nothing(postgresql_url: str) -> None:
    """Two writes that lock the same two rows in opposite order: one is undone by the server, and done again."""
    db = await asyncio.to_thread(Database.open, postgresql_url, 10.0)
    begun = {"one": 0, "two": 0}

    def raising(mine: str, theirs: str) -> Callable[[Connection], None]:
        def job(conn: Connection) -> None:
            begun[mine] += 1
            conn.execute(text("UPDATE counter SET value = value + 1 WHERE name = :name"), {"name": mine})
            conn.execute(text("SELECT pg_sleep(0.2)"))
            conn.execute(text("UPDATE counter SET value = value + 1 WHERE name = :name"), {"name": theirs})

        return job

    def values(conn: Connection) -> list[int]:
        return [row.value for row in conn.execute(text("SELECT value FROM counter WHERE name IN ('one', 'two')"))]

    try:
        await db.write(lambda conn: conn.execute(text("INSERT INTO counter VALUES ('one', 0), ('two', 0)")).close())
        await asyncio.gather(db.write(raising("one", "two")), db.write(raising("two", "one")))
        assert await db.read(values) == [2, 2]
        assert sum(begun.values()) > 2  # one was begun again; on a busy machine each of them may be
    finally:
        await asyncio.to_thread(db.close)


async def test_times_are_kept_to_the_microsecond(rig: Rig, postgresql_url: str) -> None:
    """And come back in UTC."""
    rig.overrides |= {"database.url": postgresql_url}
    moment = at(16, 6).replace(microsecond=123_457)
    async with rig.open() as archive:
        rig.at(moment)
        await archive.add_sources(["http://kabarmuara.example/feed.json"])
        (source,) = await archive.sources()
    assert source.added_at == moment
