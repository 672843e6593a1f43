"""Which capture is shown for a time: by a few looks at an index, however many there are."""

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from monitor.evidence_answers import Memento
from monitor.model import Fetch, Outcome
from monitor.store import captures, fetches, mementos
from monitor.store.database import Database
from monitor.store.mementos import NOW, Place
from tests.blank import blank_sqlite
from tests.store.captured import URL, a_capture, remove
from tests.store.examples import NOON

# Seconds after noon: alone, several in a second, two at once.
TIMES = (0.0, 0.4, 5.0, 9.95, 10.3, 10.3, 10.9, 60.0)


def keep(conn: Connection, *times: float) -> list[int]:
    """Store captures of these times; return their numbers."""
    fetch_id = fetches.add(conn, Fetch(URL, Outcome.OK, NOON))
    found = []
    for place, seconds in enumerate(times):
        one = a_capture(fetch_id, place)
        found.append(captures.add(conn, replace(one, captured_at=NOON + timedelta(seconds=seconds))))
    return found


def whole(moment: datetime) -> datetime:
    """Return a time without its fraction."""
    return moment.replace(microsecond=0)


async def test_the_nearest_is_found_with_its_neighbours(db: Database) -> None:
    """As one would find it by looking at all of them; those of the second asked for first."""
    numbers = await db.write(keep, *TIMES)
    moments = [NOON + timedelta(seconds=seconds) for seconds in TIMES]
    for tenths in range(-20, 700, 3):
        at = NOON + timedelta(seconds=tenths / 10)
        best = min(range(len(TIMES)), key=lambda place: (whole(moments[place]) != whole(at), abs(moments[place] - at)))
        found = await db.read(mementos.among, URL, Place(at))
        assert found is not None
        assert found.memento.at == moments[best]
        here = numbers.index(found.memento.capture_id)
        assert found.memento.alone is (sum(whole(one) == whole(moments[here]) for one in moments) == 1)
        assert (found.first.capture_id, found.last.capture_id) == (numbers[0], numbers[-1])
        assert (found.first.alone, found.last.alone) == (False, True)
        beside = [one and one.capture_id for one in (found.previous, found.following)]
        assert beside == [numbers[here - 1] if here else None, numbers[here + 1] if here + 1 < len(numbers) else None]


async def test_each_of_one_moment_can_be_had(db: Database) -> None:
    numbers = await db.write(keep, *TIMES)
    for number, seconds in zip(numbers, TIMES, strict=True):
        found = await db.read(mementos.among, URL, Place(NOON + timedelta(seconds=seconds), number))
        assert found is not None
        assert found.memento.capture_id == number


async def test_what_was_removed_is_not_shown(db: Database) -> None:
    numbers = await db.write(keep, *TIMES)
    for number in numbers[1:]:
        await db.write(remove, number)
    found, page = await db.read(mementos.among, URL), await db.read(mementos.page, URL)
    assert found is not None
    assert page is not None
    assert (found.memento, found.last, found.previous, found.following) == (found.first, found.first, None, None)
    assert [one.capture_id for one in page.mementos] == numbers[:1]
    await db.write(remove, numbers[0])
    assert (await db.read(mementos.among, URL), await db.read(mementos.page, URL)) == (None, None)


async def test_pages_hold_every_capture_once(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = await db.write(keep, *TIMES)
    for size in (1, 2, 3, 8):
        monkeypatch.setattr(mementos, "PAGE", size)
        found: list[Memento] = []
        place = None
        while True:
            page = await db.read(mementos.page, URL, place)
            assert page is not None
            assert page.last.capture_id == numbers[-1]
            found += page.mementos
            if page.following is None:
                break
            place = Place(page.following.at, page.following.capture_id - 1)
        assert [one.capture_id for one in found] == numbers
        assert [one.alone for one in found] == [False, False, True, True, False, False, False, True]


async def test_nothing_is_sorted_and_little_is_read(tmp_path: Path) -> None:
    """However many captures a URL has: a range of one index, in its order. PostgreSQL reads so small a table whole."""
    db = Database.open(f"sqlite:///{blank_sqlite(tmp_path / 'archive.db')}")

    def plans(conn: Connection) -> str:
        asked: list[tuple[str, Any]] = []
        event.listen(conn, "before_cursor_execute", lambda _c, _u, sql, values, *_: asked.append((sql, values)))
        for place in (NOW, Place(NOON + timedelta(seconds=10))):
            mementos.among(conn, URL, place)
            mementos.page(conn, URL, place)
        mementos.page(conn, URL)
        statements = asked[:]
        return "\n".join(
            str(row) for sql, values in statements for row in conn.exec_driver_sql("EXPLAIN QUERY PLAN " + sql, values)
        )

    await db.write(keep, *TIMES)
    told = (await db.read(plans)).splitlines()
    db.close()
    assert len(told) > 10
    assert [one for one in told if "USING INDEX ix_capture_shown (url=?" not in one] == []
