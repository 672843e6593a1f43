"""Claiming hosts: due, allowed, free; one holder at a time."""

import asyncio

from sqlalchemy import Connection

from monitor.model import Host
from monitor.store import documents, hosts, sources
from monitor.store.database import Database
from tests.store.examples import NOON, a_document, a_source, minutes


async def _claimed(db: Database, at: float = 0, owner: str = "me:1", limit: int = 10) -> list[str]:
    now = NOON + minutes(at)
    return [host.name for host in await db.write(hosts.claim_due, now, now, owner, 600.0, limit)]


async def test_a_host_is_due_when_its_earliest_source_or_document_is(db: Database) -> None:
    await db.write(sources.add, a_source("https://later.example/feed", NOON + minutes(9)))
    await db.write(documents.add, a_document("https://later.example/a", NOON + minutes(5)))
    await db.write(hosts.refresh_due, ["later.example"])
    assert await _claimed(db, at=4) == []
    assert await _claimed(db, at=5) == ["later.example"]


async def test_the_most_overdue_come_first_and_no_more_than_asked_for(db: Database) -> None:
    for number in range(5):
        await db.write(sources.add, a_source(f"https://s{number}.example/feed", NOON - minutes(number)))
    assert await _claimed(db, limit=2) == ["s4.example", "s3.example"]
    assert await _claimed(db, limit=9) == ["s2.example", "s1.example", "s0.example"]


async def test_a_host_in_hand_is_nobody_elses_until_its_lease_runs_out(db: Database) -> None:
    await db.write(sources.add, a_source())
    assert await _claimed(db, owner="one:1") == ["radio.example"]
    assert await _claimed(db, at=9, owner="two:2") == []
    assert await _claimed(db, at=11, owner="two:2") == ["radio.example"]
    assert not await db.write(hosts.renew, "radio.example", "one:1", NOON + minutes(99))


async def test_a_host_given_back_may_be_claimed_at_once(db: Database) -> None:
    await db.write(sources.add, a_source())
    await _claimed(db, owner="one:1")
    await db.write(hosts.release, Host("radio.example", failures=9), "two:2")
    assert await _claimed(db, owner="two:2") == []
    await db.write(hosts.release, Host("radio.example", failures=3), "one:1")
    assert await _claimed(db, owner="two:2") == ["radio.example"]
    kept = await db.read(hosts.get, "radio.example")
    assert kept is not None
    assert kept.failures == 3  # what its holder learned, and not what somebody says who does not hold it


async def test_a_host_that_asked_for_patience_gets_it(db: Database) -> None:
    await db.write(sources.add, a_source())
    await db.write(hosts.set_manners, Host("radio.example", next_allowed_at=NOON + minutes(3), failures=1))
    assert await _claimed(db) == []
    assert await db.read(hosts.next_turn, NOON, NOON) == NOON + minutes(3)
    assert await _claimed(db, at=3) == ["radio.example"]


async def test_a_paused_source_makes_no_host_due(db: Database) -> None:
    source, _ = await db.write(sources.add, a_source())
    await db.write(sources.set_fields, source.id, state="paused")
    assert await _claimed(db) == []


async def test_of_many_claimers_each_host_goes_to_one(database_url: str) -> None:
    workers = [Database.open(database_url) for _ in range(3)]
    for number in range(30):
        await workers[0].write(sources.add, a_source(f"https://s{number}.example/feed"))
    rounds = await asyncio.gather(
        *(_claimed(worker, owner=f"w:{i}", limit=5) for _ in range(3) for i, worker in enumerate(workers))
    )
    claimed = [name for names in rounds for name in names]
    assert len(claimed) == len(set(claimed)) == 30
    for worker in workers:
        worker.close()


async def test_leases_of_the_dead_are_given_back(db: Database) -> None:
    for number in range(3):
        await db.write(sources.add, a_source(f"https://s{number}.example/feed"))
    await _claimed(db, owner="dead:1", limit=2)
    await _claimed(db, owner="alive:2", limit=1)
    assert set(await db.read(hosts.lease_owners)) == {"dead:1", "alive:2"}
    assert await db.write(hosts.release_all, ["dead:1"]) == 2
    assert len(await _claimed(db)) == 2


async def test_visits_that_write_to_each_others_hosts_neither_deadlock_nor_forget(
    database_url: str,
) -> None:
    """Each locks all hosts it touches in one order first; what is due is then computed from what is committed."""
    workers = [Database.open(database_url) for _ in range(2)]
    names = [f"s{number}.example" for number in range(4)]

    def write(conn: Connection, number: int) -> None:
        order = names[number % 4 :] + names[: number % 4]
        hosts.lock(conn, order)
        for name in order if number % 2 else reversed(order):
            documents.add(conn, a_document(f"https://{name}/{number}", NOON - minutes(number)))
            hosts.refresh_due(conn, [name])

    await asyncio.gather(*(workers[number % 2].write(write, number) for number in range(40)))
    for name in names:
        one = await workers[0].read(hosts.get, name)
        assert one is not None
        assert one.due_at == NOON - minutes(39)
    for worker in workers:
        worker.close()
