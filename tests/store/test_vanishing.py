"""What is known of the neighbours of a missing document, and of what sources dropped: on both databases."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from monitor.core.outages import Crowd
from monitor.model import Document, DocumentState, Entry, Origin, SourceState
from monitor.store import documents, entries, hosts, revisions, sources, vanishing
from monitor.store.database import Database
from tests.store.examples import NOON, a_document, a_revision, a_source, minutes

SINCE = NOON
LATER = NOON + minutes(60)
HOST = "radio.example"


def a_page(conn: Connection, number: int, *, host: str = HOST, origin: Origin = Origin.WEB, **values: Any) -> int:
    """Store a live document with a text that was last seen an hour before noon; return its number."""
    page = a_document(f"https://{host}/{number}", NOON + minutes(600), state=DocumentState.LIVE)
    one, _ = documents.add(conn, page)
    revisions.add(conn, a_revision(one.id, f"text {number}", at=NOON - minutes(60), origin=origin))
    documents.set_fields(conn, one.id, **{"last_checked_at": NOON - minutes(60), **values})
    return one.id


def missed(at: datetime = LATER, **values: Any) -> dict[str, Any]:
    """Return the fields of a document that a check missed at that time."""
    return {"misses": 1, "missed_since": at, "last_checked_at": at, **values}


def found(conn: Connection, number: int, at: datetime = LATER, **values: Any) -> int:
    """Store a document whose text was seen at that time."""
    made = a_page(conn, number, last_checked_at=at, **values)
    one = documents.get(conn, made)
    assert one is not None
    assert one.revision_id is not None
    revisions.seen(conn, one.revision_id, at)
    return made


async def told(db: Database, fill: Callable[[Connection], object]) -> tuple[Crowd, ...]:
    """Return the crowds around a document that is missing since noon, beside what `fill` stores."""

    def work(conn: Connection) -> tuple[Crowd, ...]:
        one = documents.get(conn, a_page(conn, 1, **missed(NOON)))
        assert one is not None
        fill(conn)
        return vanishing.crowds(conn, one, SINCE)

    return await db.write(work)


async def test_those_missed_and_those_seen_since_are_told_apart(db: Database) -> None:
    def fill(conn: Connection) -> None:
        for number in (2, 3, 4):
            a_page(conn, number, **missed())
        found(conn, 5)

    assert await told(db, fill) == (Crowd(HOST, 3, 1),)


async def test_who_was_not_looked_at_since_or_answered_unclearly_does_not_count(db: Database) -> None:
    """A check without a text seen (a timeout, a login page) is neither."""

    def fill(conn: Connection) -> None:
        a_page(conn, 2)
        a_page(conn, 3, last_checked_at=LATER)
        a_page(conn, 4, **missed(NOON - minutes(600)) | {"last_checked_at": NOON - minutes(5)})
        found(conn, 5, NOON - minutes(5))

    assert await told(db, fill) == (Crowd(HOST, 0, 0),)


async def test_other_hosts_say_nothing(db: Database) -> None:
    assert await told(db, lambda conn: a_page(conn, 2, host="other.example", **missed())) == (Crowd(HOST, 0, 0),)


async def test_what_was_gone_before_is_no_part_of_it_and_what_went_with_it_is(db: Database) -> None:
    def fill(conn: Connection) -> None:
        before = {"state": DocumentState.GONE, "state_since": NOON - minutes(9)}
        a_page(conn, 2, **missed() | before)
        a_page(conn, 3, **missed() | before | {"state_since": LATER})

    assert await told(db, fill) == (Crowd(HOST, 1, 0),)


async def test_saved_texts_whose_pages_died_long_ago_are_no_part_of_it(db: Database) -> None:
    def fill(conn: Connection) -> None:
        a_page(conn, 2, **missed(state=DocumentState.PENDING))
        a_page(conn, 3, origin=Origin.CORPUS, **missed(state=DocumentState.GONE, state_since=LATER))

    assert await told(db, fill) == (Crowd(HOST, 0, 0),)


async def test_what_one_source_told_of_is_a_crowd_of_its_own(db: Database) -> None:
    """A section may go while the outlet stands."""
    source, _ = await db.write(sources.add, a_source())

    def fill(conn: Connection) -> None:
        for number in (2, 3, 4):
            a_page(conn, number, source_id=source.id, **missed())
        for number in range(5, 15):
            found(conn, number)

    def work(conn: Connection) -> tuple[Crowd, ...]:
        one = documents.get(conn, a_page(conn, 1, source_id=source.id, **missed(NOON)))
        assert one is not None
        fill(conn)
        return vanishing.crowds(conn, one, SINCE)

    assert await db.write(work) == (Crowd(HOST, 3, 10), Crowd(f"source {source.id}", 3, 0))


async def test_witnesses_are_those_nobody_looked_at_since_soonest_first_and_the_same_again(db: Database) -> None:
    def work(conn: Connection) -> tuple[int, int, list[Document]]:
        one = documents.get(conn, a_page(conn, 1, **missed(NOON)))
        assert one is not None
        for number in range(2, 7):
            a_page(conn, number, next_check_at=NOON + minutes(900 - number))
        a_page(conn, 7, next_check_at=NOON - minutes(1))
        found(conn, 8, next_check_at=NOON + minutes(1))
        a_page(conn, 9, next_check_at=None)
        counts = [vanishing.call_witnesses(conn, one, SINCE, LATER, 3) for _ in range(2)]
        due = [documents.get(conn, number) for number in range(2, 10)]
        return counts[0], counts[1], [one for one in due if one is not None]

    first, second, after = await db.write(work)
    assert (first, second) == (3, 3)
    called = {one.url: one.plan_reason for one in after if one.next_check_at == LATER}
    assert set(called) == {f"https://{HOST}/6", f"https://{HOST}/5"}  # 7 is due anyway
    assert set(called.values()) == {f"is all of {HOST} out, or only document 1 gone?"}


async def a_feed_with(db: Database, *, elsewhere: bool = False) -> tuple[int, int, int]:
    """Store a feed read at noon with an article in it, and perhaps another that has it too; return the numbers."""
    one, _ = await db.write(sources.add, a_source(read_at=NOON))
    other, _ = await db.write(sources.add, a_source("https://radio.example/sport", read_at=NOON))
    number = await db.write(lambda conn: a_page(conn, 1))
    at = NOON - minutes(9)
    for source in (one, other) if elsewhere else (one,):
        told = Entry(source.id, "key", f"https://{HOST}/1", document_id=number, published_at=at, appeared_at=at)
        assert await db.write(entries.add, told, NOON)
    return one.id, other.id, number


async def test_dropped_is_what_was_in_the_last_body_and_is_not_in_this(db: Database) -> None:
    source, _, number = await a_feed_with(db)
    early = NOON - minutes(99)
    (entry,) = await db.read(vanishing.dropped, source, NOON, LATER, early)
    assert entry.document_id == number
    assert await db.read(vanishing.dropped, source, NOON, LATER, NOON - minutes(5)) == ()  # it fell off the end
    assert await db.read(vanishing.dropped, source, NOON + minutes(1), LATER, early) == ()  # it had left before
    await db.write(entries.sight, source, ["key"], LATER)
    assert await db.read(vanishing.dropped, source, NOON, LATER, early) == ()


async def test_an_unlisted_document_is_looked_at_and_listed_again(db: Database) -> None:
    source, _, number = await a_feed_with(db)
    touched = await db.write(vanishing.set_unlisted, source, [number], [HOST], LATER, LATER)
    one = await db.read(documents.get, number)
    assert touched == {HOST}
    assert one is not None
    assert (one.unlisted_at, one.next_check_at, one.plan_reason) == (LATER, LATER, "its source tells of it no more")
    assert await db.write(vanishing.set_unlisted, source, [number], [HOST], LATER + minutes(5), LATER) == set()
    dropped_again = LATER + minutes(5)
    assert await db.write(vanishing.set_listed, [number, 99], dropped_again + minutes(359)) == 0
    assert await db.write(vanishing.set_listed, [number, 99], dropped_again + minutes(360)) == 1
    one = await db.read(documents.get, number)
    assert one is not None
    assert one.unlisted_at is None


async def test_what_another_source_still_tells_of_was_only_moved(db: Database) -> None:
    """Unless nobody reads that one any more."""
    source, other, number = await a_feed_with(db, elsewhere=True)
    assert await db.write(vanishing.set_unlisted, source, [number], [HOST], LATER, LATER) == set()
    await db.write(lambda conn: sources.set_fields(conn, other, state=SourceState.PAUSED))
    assert await db.write(vanishing.set_unlisted, source, [number], [HOST], LATER, LATER) == {HOST}


async def test_hosts_that_are_not_locked_and_documents_that_are_not_there_are_left_alone(db: Database) -> None:
    source, _, number = await a_feed_with(db)
    await db.write(hosts.ensure, "other.example")
    assert await db.write(vanishing.set_unlisted, source, [number], ["other.example"], LATER, LATER) == set()
    await db.write(lambda conn: documents.set_fields(conn, number, state=DocumentState.GONE))
    assert await db.write(vanishing.set_unlisted, source, [number], [HOST], LATER, LATER) == set()
