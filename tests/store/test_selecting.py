"""Captures of a selection, on both databases."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from monitor.model import Capture, Entry, Fetch, Outcome
from monitor.store import captures, documents, entries, fetches, selecting, sources
from monitor.store.database import Database
from monitor.store.selecting import Extent, Room, Which
from tests.store.captured import a_capture, remove
from tests.store.examples import NOON, a_document, a_source, minutes


class Kept:
    """A document with two captures and a redirect on the way, one of another, one of a source, one of robots.txt."""

    def __init__(self, conn: Connection) -> None:
        self.source, _ = sources.add(conn, a_source(outlet="radio.example"))
        told, _ = documents.add(conn, a_document("https://radio.example/a", outlet="radio.example"))
        other, _ = documents.add(conn, a_document("https://press.example/b", outlet="press.example"))
        self.told, self.other = told.id, other.id
        entries.add(conn, Entry(self.source.id, "a", "https://radio.example/a", document_id=told.id), NOON)
        self._conn, self._count = conn, 0
        self.redirect, self.first = self._add(2, document_id=told.id)
        (self.second,) = self._add(1, document_id=told.id)
        (self.elsewhere,) = self._add(1, document_id=other.id)
        (self.poll,) = self._add(1, source_id=self.source.id)
        (self.robots,) = self._add(1)

    def _add(self, count: int, document_id: int | None = None, source_id: int | None = None) -> list[int]:
        fetch = Fetch("https://x.example/", Outcome.OK, NOON, source_id=source_id, document_id=document_id)
        fetch_id, made = fetches.add(self._conn, fetch), []
        for last in reversed(range(count)):
            self._count += 1
            one = a_capture(fetch_id, self._count, document_id=None if last else document_id)
            made.append(captures.add(self._conn, one))
        return made


def _selected(conn: Connection, which: Which) -> list[int]:
    return [one.id for one in selecting.page(conn, which, 0, 100)]


async def test_what_is_selected(db: Database) -> None:
    """By document with the redirects on the way, by source and by outlet with what either told of, by time."""
    await db.write(_what_is_selected)


def _what_is_selected(conn: Connection) -> None:
    kept = Kept(conn)
    of_document = [kept.redirect, kept.first, kept.second]
    assert _selected(conn, Which()) == [*of_document, kept.elsewhere, kept.poll, kept.robots]
    assert _selected(conn, Which(documents=(kept.told,))) == of_document
    assert _selected(conn, Which(documents=())) == []
    assert _selected(conn, Which(source_id=kept.source.id)) == [*of_document, kept.poll]
    assert _selected(conn, Which(outlet="radio.example")) == [*of_document, kept.poll]
    assert _selected(conn, Which(outlet="press.example")) == [kept.elsewhere]
    assert _selected(conn, Which(outlet="press.example", documents=(kept.told,))) == []
    second = timedelta(seconds=1)
    assert _selected(conn, Which(since=NOON + 2 * second, until=NOON + 4 * second)) == [
        kept.first, kept.second, kept.elsewhere,
    ]  # fmt: skip
    assert _selected(conn, Which(since=NOON + minutes(5))) == []
    assert selecting.holds(conn, Which(outlet="press.example"), kept.elsewhere)
    assert not selecting.holds(conn, Which(outlet="press.example"), kept.first)


async def test_how_much_is_selected(db: Database) -> None:
    """Captures, the documents that they are of, the newest one; what was removed does not count."""
    await db.write(_how_much_is_selected)


def _how_much_is_selected(conn: Connection) -> None:
    kept = Kept(conn)
    assert selecting.extent(conn, Which()) == Extent(6, 2, kept.robots)
    assert selecting.extent(conn, Which(documents=())) == Extent(0, 0, 0)
    remove(conn, kept.second)
    assert selecting.extent(conn, Which(documents=(kept.told,))) == Extent(2, 1, kept.first)
    assert _selected(conn, Which(documents=(kept.told,), last=kept.redirect)) == [kept.redirect]


async def test_pages_follow_each_other(db: Database) -> None:
    """Each begins after the last number of the page before."""
    await db.write(_pages_follow)


def _pages_follow(conn: Connection) -> None:
    kept = Kept(conn)
    assert [one.id for one in selecting.page(conn, Which(), 0, 2)] == [kept.redirect, kept.first]
    assert [one.id for one in selecting.page(conn, Which(), kept.first, 2)] == [kept.second, kept.elsewhere]
    assert selecting.page(conn, Which(), kept.robots, 2) == ()


async def test_what_a_revisit_refers_to(db: Database) -> None:
    """Is found by its address and the id of its record."""
    await db.write(_what_is_referred_to)


def _what_is_referred_to(conn: Connection) -> None:
    kept = Kept(conn)
    first = _of(conn, kept.first)
    assert selecting.referred_to(conn, first.url, first.record_id) == first
    assert selecting.referred_to(conn, "https://radio.example/other", first.record_id) is None
    assert selecting.referred_to(conn, first.url, "<urn:uuid:none>") is None


async def test_the_room_around_a_capture(db: Database) -> None:
    """Ends where its neighbours in the file that are still there begin and end; at the end of the file nothing does."""
    await db.write(_room)


def _room(conn: Connection) -> None:
    kept = Kept(conn)
    assert selecting.room_around(conn, _of(conn, kept.redirect)) == Room(0, 200)
    assert selecting.room_around(conn, _of(conn, kept.first)) == Room(200, 300)
    assert selecting.room_around(conn, _of(conn, kept.robots)) == Room(600, None)
    remove(conn, kept.redirect)
    assert selecting.room_around(conn, _of(conn, kept.first)) == Room(0, 300)
    assert selecting.room_around(conn, replace(_of(conn, kept.first), file="two.warc.gz")) == Room(0, None)


def _of(conn: Connection, number: int) -> Capture:
    found = captures.get(conn, number)
    assert found is not None
    return found
