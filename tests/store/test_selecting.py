"""Captures of a selection, on both databases."""

from array import array
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from monitor.model import Capture, Entry, Fetch, Outcome
from monitor.store import captures, documents, entries, fetches, selecting, sources
from monitor.store.database import Database
from monitor.store.selecting import Room, Selected, Which
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
    return selecting.selected(conn, which).numbers.tolist()


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
    of_press = selecting.selected(conn, Which(outlet="press.example"))
    assert [number for number in range(20) if of_press.holds(number)] == [kept.elsewhere]


async def test_how_much_is_selected(db: Database) -> None:
    """Captures, and the documents that they are of; what was removed does not count."""
    await db.write(_how_much_is_selected)


def _how_much_is_selected(conn: Connection) -> None:
    kept = Kept(conn)
    everything = selecting.selected(conn, Which())
    assert (len(everything.numbers), everything.documents) == (6, 2)
    assert selecting.selected(conn, Which(documents=())) == Selected(array("q"), 0)
    remove(conn, kept.second)
    assert selecting.selected(conn, Which(documents=(kept.told,))).numbers.tolist() == [kept.redirect, kept.first]


async def test_captures_are_had_by_their_numbers(db: Database) -> None:
    """By number, whatever order they are asked for in; one removed meanwhile is not there any more."""
    await db.write(_numbered)


def _numbered(conn: Connection) -> None:
    kept = Kept(conn)
    wanted = array("q", [kept.poll, kept.first, kept.second])
    assert [one.id for one in selecting.numbered(conn, wanted)] == [kept.first, kept.second, kept.poll]
    remove(conn, kept.first)
    assert [one.id for one in selecting.numbered(conn, wanted)] == [kept.second, kept.poll]
    assert selecting.numbered(conn, wanted[:0]) == ()


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
