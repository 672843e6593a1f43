"""Sequences lead to the documents that hold them; places and clusters are kept; two at once see each other."""

import asyncio
import time
from collections.abc import Sequence

from sqlalchemy import Connection

from monitor.model import Copy, Document
from monitor.store import copies, counters, documents, revisions
from monitor.store.database import Database
from tests.store.examples import NOON, a_document, a_revision, minutes

CROWD = 3


async def documents_in(db: Database, count: int) -> list[Document]:
    """Store that many documents."""
    urls = [f"https://radio.example/{number}" for number in range(count)]
    return [(await db.write(documents.add, a_document(url)))[0] for url in urls]


def indexed(conn: Connection, document_id: int, hashes: Sequence[int]) -> list[tuple[int, int]]:
    """Let a document be found, and return who was found before."""
    counters.take_turn(conn, copies.TURN)
    held = copies.holders(conn, hashes)
    copies.index(conn, document_id, hashes, held, CROWD)
    return sorted(held)


async def test_a_sequence_leads_to_the_documents_that_hold_it(db: Database) -> None:
    """The largest and the smallest number too."""
    one, other = await documents_in(db, 2)
    hashes = (-(2**63), -7, 2**63 - 1)
    assert await db.write(indexed, one.id, hashes) == []
    assert await db.write(indexed, other.id, hashes[:2]) == [(number, one.id) for number in hashes[:2]]
    assert sorted(await db.read(copies.holders, [-7, 5])) == [(-7, one.id), (-7, other.id)]


async def test_the_sequences_of_an_earlier_text_stay(db: Database) -> None:
    """Who copied it may come later; and storing the same ones again changes nothing."""
    (one,) = await documents_in(db, 1)
    await db.write(indexed, one.id, (1, 2))
    await db.write(indexed, one.id, (2, 3))
    assert sorted(await db.read(copies.holders, [1, 2, 3])) == [(number, one.id) for number in (1, 2, 3)]


async def test_what_a_crowd_holds_is_held_by_no_more(db: Database) -> None:
    for one in await documents_in(db, 5):
        await db.write(indexed, one.id, (1,))
    assert len(await db.read(copies.holders, [1])) == CROWD


async def test_two_at_once_see_each_other(db: Database) -> None:
    """The second waits for the first to be stored, whichever it is."""
    one, other = await documents_in(db, 2)

    def slowly(conn: Connection, document_id: int) -> list[tuple[int, int]]:
        seen = indexed(conn, document_id, (1, 2))
        time.sleep(0.1)
        return seen

    seen = await asyncio.gather(db.write(slowly, one.id), db.write(slowly, other.id))
    assert sorted(len(each) for each in seen) == [0, 2]


async def test_the_texts_of_a_document_are_its_first_and_its_current_one(db: Database) -> None:
    """With what it takes to compare them, and its place."""
    one, other = await documents_in(db, 2)
    for text in ("first", "second", "third"):
        await db.write(revisions.add, a_revision(one.id, text, asides=("Share",)))
    cluster = await db.write(copies.found, NOON)
    await db.write(copies.join, Copy(one.id, cluster, NOON))
    kept = await db.read(copies.texts, [one.id, other.id])
    assert {each.text for each in kept} == {"first", "third"}
    assert {(each.document_id, each.url, each.asides, each.cluster_id) for each in kept} == {
        (one.id, one.url, ("Share",), cluster)
    }
    assert {number: revision.text for number, (_, revision) in (await db.read(copies.current, [1, 2])).items()} == {
        one.id: "third"
    }


async def test_a_place_comes_back_as_it_was_taken(db: Database) -> None:
    one, other = await documents_in(db, 2)
    cluster = await db.write(copies.found, NOON)
    first = await db.write(copies.join, Copy(one.id, cluster, NOON))
    second = await db.write(copies.join, Copy(other.id, cluster, NOON + minutes(1), one.id, 0.75, 0.875))
    assert await db.read(copies.members, cluster) == (first, second)
    assert await db.read(copies.place_of, other.id) == second
    assert await db.read(copies.place_of, 99) is None
    assert await db.read(copies.first_of, cluster) == one.id


async def test_of_two_clusters_one_is_made(db: Database) -> None:
    """Nobody loses a place, and the cluster that is gone is gone."""
    three = await documents_in(db, 3)
    into, gone = await db.write(copies.found, NOON), await db.write(copies.found, NOON)
    for cluster, one in zip((into, gone, gone), three, strict=True):
        await db.write(copies.join, Copy(one.id, cluster, NOON))
    await db.write(copies.merge, gone, into)
    await db.write(copies.set_like, Copy(three[1].id, into, NOON + minutes(9), three[0].id, 0.5, 0.625))
    assert await db.read(copies.get, gone) is None
    places = await db.read(copies.members, into)
    assert [one.document_id for one in places] == [one.id for one in three]
    assert places[1] == Copy(three[1].id, into, NOON, three[0].id, 0.5, 0.625)


async def test_the_clusters_that_grew_last_come_first(db: Database) -> None:
    three = await documents_in(db, 3)
    numbers = [await db.write(copies.found, NOON) for _ in three]
    for cluster, one, at in zip(numbers, three, (5, 9, 7), strict=True):
        await db.write(copies.join, Copy(one.id, cluster, NOON + minutes(at)))
    newest = await db.read(copies.newest, 2)
    assert [one.id for one in newest] == [numbers[1], numbers[2]]


def _cluster_of(conn: Connection, first: int, *others: int) -> int:
    number = copies.found(conn, NOON)
    copies.join(conn, Copy(first, number, NOON))
    for one in others:
        copies.join(conn, Copy(one, number, NOON, first, 0.9, 1.0))
    return number


async def test_a_document_takes_over_what_another_was_found_by(db: Database) -> None:
    """Its sequences, its place, and those that are like it."""
    gone, to, other = [one.id for one in await documents_in(db, 3)]
    await db.write(indexed, gone, (1, 2))
    await db.write(indexed, to, (2, 3))
    number = await db.write(_cluster_of, gone, other)
    await db.write(copies.hand_over, gone, to)
    assert sorted(await db.read(copies.holders, [1, 2, 3])) == [(1, to), (2, to), (3, to)]
    assert await db.read(copies.place_of, gone) is None
    places = await db.read(copies.members, number)
    assert {one.document_id: one.like_document_id for one in places} == {to: None, other: to}


async def test_two_that_were_only_copies_of_each_other_are_no_cluster_once_they_are_one(db: Database) -> None:
    gone, to = [one.id for one in await documents_in(db, 2)]
    for first, second in ((gone, to), (to, gone)):
        number = await db.write(_cluster_of, first, second)
        await db.write(copies.hand_over, gone, to)
        assert await db.read(copies.members, number) == ()
        assert await db.read(copies.get, number) is None


async def test_a_document_that_has_a_place_keeps_it(db: Database) -> None:
    """The cluster of the other one stands while it has two."""
    gone, to, *others = [one.id for one in await documents_in(db, 5)]
    theirs = await db.write(_cluster_of, others[0], others[1], gone)
    own = await db.write(_cluster_of, to, others[2])
    await db.write(copies.hand_over, gone, to)
    assert {one.document_id for one in await db.read(copies.members, theirs)} == set(others[:2])
    assert {one.document_id for one in await db.read(copies.members, own)} == {to, others[2]}
