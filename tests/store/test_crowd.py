"""Among many hosts and documents: what is asked for often is found by an index, whatever else is there."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import Connection, event, text, update

from benchmarks import crowd
from monitor.model import Host
from monitor.store import documents, hosts, sources
from monitor.store.database import Database
from monitor.store.dialects import is_sqlite
from monitor.store.schema import host
from tests.store.examples import NOON, a_document, a_source, minutes

HOSTS = 3_000
WAITING = minutes(10)
WASTE = ("SCAN host", "SCAN document", "Seq Scan", "TEMP B-TREE", "Incremental Sort")


async def _claimed(db: Database, at: float, limit: int = 1) -> list[str]:
    now = NOON + minutes(at)
    return [one.name for one in await db.write(hosts.claim_due, now, now, "me:1", 60.0, limit)]


async def test_who_had_a_turn_goes_to_the_end_of_the_line(db: Database) -> None:
    """A host with a long backlog keeps no other waiting: after its visit it stands in line from its next turn on."""
    await db.write(sources.add, a_source("https://backlog.example/feed", NOON - minutes(60)))
    await db.write(sources.add, a_source("https://other.example/feed", NOON - minutes(1)))
    assert await _claimed(db, at=0) == ["backlog.example"]
    await db.write(hosts.release, Host("backlog.example", next_allowed_at=NOON + minutes(1)), "me:1")
    assert await _claimed(db, at=2) == ["other.example"]
    assert await _claimed(db, at=2) == ["backlog.example"]


async def test_a_turn_far_ahead_is_not_waited_for(db: Database) -> None:
    await db.write(sources.add, a_source())
    await db.write(hosts.set_manners, Host("radio.example", next_allowed_at=NOON + minutes(3)))
    assert await db.read(hosts.next_turn, NOON, NOON) == NOON + minutes(3)
    assert await db.read(hosts.next_turn, NOON, NOON, minutes(2)) is None


async def test_a_host_that_is_not_due_is_never_ready(db: Database) -> None:
    """However long ago it was asked for patience."""
    await db.write(hosts.ensure, "radio.example")
    await db.write(hosts.set_manners, Host("radio.example", next_allowed_at=NOON))
    assert await _claimed(db, at=60) == []
    assert await db.read(hosts.next_turn, NOON + minutes(60), NOON + minutes(60)) is None


async def test_sources_are_counted_without_those_removed(db: Database) -> None:
    await db.write(sources.add, a_source())
    gone, _ = await db.write(sources.add, a_source("https://radio.example/gone"))
    await db.write(sources.set_fields, gone.id, state="removed")
    assert await db.read(sources.count) == 1


def _claim(conn: Connection) -> None:
    hosts.claim_due(conn, NOON, NOON, "me:1", 60.0, 16)


def _next_turn(conn: Connection) -> None:
    hosts.next_turn(conn, NOON, NOON)


def _next_document(conn: Connection) -> None:
    documents.next_due(conn, "h0.bench.example", NOON)


ASKED = [
    (_claim, "ix_host_ready_at"),
    (_next_turn, "ix_host_ready_at"),
    (_next_document, "ix_document_host_next_check_at_id"),
]


@pytest.mark.parametrize(("asked", "index"), ASKED, ids=["claim", "turn", "document"])
async def test_those_who_must_wait_cost_nothing(db: Database, asked: Callable[[Connection], None], index: str) -> None:
    """Where nearly all are due and may not be asked, the index leads to the rest; nothing is sorted or read through."""
    await db.write(_crowd)
    plan = await db.write(_plan, asked)
    assert index in plan, plan
    assert [waste for waste in WASTE if waste in plan] == [], plan


def _crowd(conn: Connection) -> None:
    """Hosts that are all due, of which all but one must wait; on that one, documents that are due at the same time."""
    crowd.fill(conn, HOSTS, HOSTS, NOON, NOON - minutes(60))
    conn.execute(update(host).where(host.c.name != "h0.bench.example").values(next_allowed_at=NOON + WAITING))
    for number in range(200):
        documents.add(conn, a_document(f"https://h0.bench.example/{number}"))
    conn.execute(text("ANALYZE"))


def _plan(conn: Connection, asked: Callable[[Connection], None]) -> str:
    """Return how the database goes about what `asked` asks."""
    told: list[str] = []

    def explain(_: object, __: object, statement: str, parameters: Any, *___: object) -> None:
        cursor = conn.connection.cursor()
        cursor.execute(("EXPLAIN QUERY PLAN " if is_sqlite(conn) else "EXPLAIN ") + statement, parameters)
        told.extend(str(row[-1]) for row in cursor.fetchall())
        cursor.close()

    event.listen(conn, "before_cursor_execute", explain)
    asked(conn)
    event.remove(conn, "before_cursor_execute", explain)
    return "\n".join(told)
