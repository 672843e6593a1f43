"""What alarms are judged by is found in both databases, and counted as it is."""

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, insert

from monitor.health import health
from monitor.model import Fetch, Outcome, Quality, Source, SourceState, Worker
from monitor.store import alarms_workers, documents, fetches, figures, hosts, sources, sources_health, symptoms
from monitor.store import workers as workers_store
from monitor.store.database import Database
from monitor.store.schema import capture, evidence_file
from tests.store.examples import NOON, a_document, a_source, minutes


async def test_the_last_success_is_found_among_failures(db: Database) -> None:
    assert await db.read(symptoms.last_success) == (None, 0)
    for number, outcome in enumerate((Outcome.OK, Outcome.NOT_MODIFIED, Outcome.TIMEOUT, Outcome.DNS_ERROR)):
        await db.write(fetches.add, Fetch("https://radio.example/", outcome, NOON + minutes(number)))
    assert await db.read(symptoms.last_success) == (NOON + minutes(1), 2)
    assert await db.read(symptoms.first_of_newest) == NOON


async def test_hosts_in_line_are_counted_without_those_that_are_visited(db: Database) -> None:
    for name in ("a", "b", "c"):
        await db.write(sources.add, a_source(f"https://{name}.example/feed"))
    await db.write(hosts.claim, "a.example", NOON, "me", 600.0)
    assert await db.read(symptoms.line, NOON + minutes(5)) == symptoms.Line(2, NOON)
    assert await db.read(symptoms.line, NOON - minutes(5)) == symptoms.Line(0, None)


def _captured(conn: Connection, qualities: list[Quality | None], outlet: str) -> None:
    page, _ = documents.add(conn, a_document(f"https://{outlet}/a", outlet=outlet))
    conn.execute(insert(evidence_file).values(name=outlet, committed_length=0, verified_length=0))
    for place, quality in enumerate(qualities):
        fetch = fetches.add(conn, Fetch(f"https://{outlet}/a", Outcome.OK, NOON))
        values = {"file": outlet, "offset": place, "length": 1, "record_id": "r", "record_type": "response"}
        values |= {"url": "u", "captured_at": NOON, "digest": "d", "sha256": "s", "fetch_id": fetch}
        conn.execute(insert(capture).values(**values, document_id=page.id, quality=quality))


async def test_articles_that_cannot_be_read_are_counted_by_outlet(db: Database) -> None:
    """What an outlet keeps behind a wall is no fault of reading; robots.txt and feeds have no quality."""
    bad = [Quality.FAILED, Quality.EMPTY, Quality.COLLAPSED, Quality.COMPLETE, Quality.PAYWALL, None]
    await db.write(_captured, bad, "radio.example")
    await db.write(_captured, [Quality.COMPLETE], "diario.example")
    read, unread = await db.read(symptoms.read_lately, NOON - minutes(1))
    assert (dict(read), dict(unread)) == (
        {"radio.example": 5, "diario.example": 1},
        {"radio.example": 3, "diario.example": 0},
    )
    assert await db.read(symptoms.read_lately, NOON + minutes(1)) == ({}, {})


async def test_sources_are_counted_in_the_health_that_lists_tell_of_them(db: Database) -> None:
    fields: list[dict[str, Any]] = [
        {"verified": True, "last_checked_at": NOON},
        {"verified": True},
        {"verified": True, "last_checked_at": NOON, "silence": "no new article for 9 d"},
        {"verified": False},
        {"verified": True, "failures": 2},
        {"verified": True, "state": SourceState.PAUSED},
        {"verified": True, "state": SourceState.REMOVED},
    ]
    every = [a_source(f"https://{number}.example/feed", **values) for number, values in enumerate(fields)]
    for one in every:
        await db.write(sources.add, one)
    told = {"ok": 1, "failing": 1, "silent": 1, "unverified": 1, "paused": 1, "new": 1}
    assert await db.read(sources_health.counts) == told == {health(one): 1 for one in every[:-1]}
    assert await db.read(sources_health.counts, roughly=True) == {**_without(told, "new"), "ok": 2}


def _without(told: dict[str, int], name: str) -> dict[str, int]:
    return {key: value for key, value in told.items() if key != name}


async def test_outlets_that_may_be_silent_are_those_in_trouble_that_were_looked_at(db: Database) -> None:
    def one(name: str, **values: object) -> Source:
        due = NOON + minutes(10) if values.pop("polled", True) else NOON - minutes(300)
        return a_source(f"https://{name}.example/feed", due=due, verified=True, outlet=f"{name}.example", **values)

    for each in (one("a", silence="long"), one("b", failures=3), one("c"), one("d", failures=3, polled=False)):
        await db.write(sources.add, each)
    assert await db.read(symptoms.maybe_silent, NOON) == ("a.example", "b.example")
    assert await db.read(symptoms.maybe_silent, NOON, "a.example") == ("b.example",)


async def test_figures_of_an_empty_archive_and_of_one_with_work_in_it(db: Database) -> None:
    empty = await db.read(figures.figures, NOON, NOON - minutes(5))
    assert (empty.workers, empty.evidence_files, empty.last_success, empty.unsealed_since) == (0, 0, None, None)
    assert empty.database_bytes > 100_000
    await db.write(_captured, [Quality.COMPLETE], "radio.example")
    await db.write(workers_store.register, Worker("m:1", "m", 1, "1", NOON, NOON, name="desk"))
    full = await db.read(figures.figures, NOON, NOON - minutes(5))
    assert (full.workers, full.evidence_files, full.last_success, full.unsealed_since) == (1, 1, NOON, NOON)
    assert await db.read(alarms_workers.alive, NOON + timedelta(days=1)) == ()
    assert await db.read(figures.schema_version)
