"""Takedowns among twenty documents of one host: gone one by one, or an outage of all."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection

from monitor.app import takedowns
from monitor.core.presence import PresencePolicy, PresenceStep, Sighting
from monitor.model import ChangeKind, Document, DocumentState
from monitor.store import documents, revisions
from monitor.store.database import Database
from tests.blank import blank_sqlite
from tests.store.examples import NOON, a_document, a_revision

HOST = "one.example"
HOUR = timedelta(hours=1)
POLICY = PresencePolicy()
PAGES = range(1, 21)
WHY = {
    Sighting.FOUND: "there",
    Sighting.MISSING: "not found (404)",
    Sighting.WITHDRAWN: "gone (410)",
    Sighting.BLOCKED: "robots.txt forbids it",
    Sighting.UNCLEAR: "no answer to judge by (timeout)",
}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An archive with twenty articles of one host, all read a day before noon."""
    opened = Database.open(f"sqlite:///{blank_sqlite(tmp_path / 'archive.db')}", patience_s=5.0)
    yield opened
    opened.close()


def fill(conn: Connection) -> None:
    for number in PAGES:
        fields: dict[str, Any] = {"state": DocumentState.LIVE, "first_seen_at": NOON - 48 * HOUR}
        one, _ = documents.add(conn, a_document(f"https://{HOST}/{number}", NOON + 99 * HOUR, **fields))
        revisions.add(conn, a_revision(one.id, f"text {number}", at=NOON - 24 * HOUR))
        documents.set_fields(conn, one.id, last_checked_at=NOON - 24 * HOUR)


def check(conn: Connection, number: int, sighting: Sighting, at: datetime) -> PresenceStep:
    """Judge what a check saw of a document, and record it as a visit does."""
    one = documents.get(conn, number)
    assert one is not None
    step = takedowns.judge(conn, POLICY, one, sighting, WHY[sighting], at, at)
    values = {"state": step.state, "misses": step.misses, "missed_since": step.missed_since, "last_checked_at": at}
    if step.state is not one.state:
        values["state_since"] = at
    documents.set_fields(conn, number, **values)
    if sighting is Sighting.FOUND and one.revision_id:
        revisions.seen(conn, one.revision_id, at)
    return step


def checks(conn: Connection, missing: range, sighting: Sighting, *hours: float) -> dict[int, list[PresenceStep]]:
    """Check all documents at each of these hours, those of `missing` with that sighting, the others found."""
    steps: dict[int, list[PresenceStep]] = {number: [] for number in PAGES}
    for hour in hours:
        for number in PAGES:
            saw = sighting if number in missing else Sighting.FOUND
            steps[number].append(check(conn, number, saw, NOON + hour * HOUR + timedelta(seconds=2 * number)))
    return steps


def kinds(steps: dict[int, list[PresenceStep]]) -> dict[int, list[ChangeKind]]:
    """Return the changes made, of those documents that have some."""
    made = {number: [step.change for step in row if step.change] for number, row in steps.items()}
    return {number: row for number, row in made.items() if row}


async def play(db: Database, missing: range, sighting: Sighting, *hours: float) -> dict[int, list[PresenceStep]]:
    await db.write(fill)
    return await db.write(checks, missing, sighting, *hours)


@pytest.mark.parametrize("sighting", [Sighting.MISSING, Sighting.WITHDRAWN])
async def test_a_few_among_many_live_ones_were_taken_down(db: Database, sighting: Sighting) -> None:
    steps = await play(db, range(1, 6), sighting, 0, 1, 3, 6.1)
    assert kinds(steps) == {number: [ChangeKind.REMOVED] for number in range(1, 6)}
    assert steps[1][-1].state is DocumentState.GONE


async def test_most_of_a_host_at_once_are_out(db: Database) -> None:
    """Fourteen of twenty: nothing is gone, the reason says so, and what is back was never away."""
    steps = await play(db, range(1, 15), Sighting.MISSING, 0, 1, 3, 6.1)
    assert kinds(steps) == {}
    last = steps[14][-1]
    assert last.outage
    assert last.reason == (
        "an outage of one.example, not a takedown: 14 of 20 articles checked since 2026-11-16 12:00 UTC are missing"
    )
    back = await db.write(checks, range(0), Sighting.MISSING, 8)
    assert kinds(back) == {}
    assert back[1][0].reason == "there; it had been missed 4 times since 2026-11-16 12:00 UTC"


async def test_what_stays_away_when_the_others_are_back_was_taken_down(db: Database) -> None:
    """A takedown on the day of an outage is told, a check later."""
    await play(db, PAGES, Sighting.MISSING, 0, 1, 3, 6.1)
    steps = await db.write(checks, range(7, 8), Sighting.MISSING, 8)
    assert kinds(steps) == {}  # asked before the other thirteen, which had not come back yet for all it knew
    steps = await db.write(checks, range(7, 8), Sighting.MISSING, 9)
    assert kinds(steps) == {7: [ChangeKind.REMOVED]}
    assert steps[7][0].reason == "gone after 6 checks over 9 h: not found (404)"


async def test_what_is_out_for_three_days_is_gone_for_good(db: Database) -> None:
    steps = await play(db, PAGES, Sighting.MISSING, 0, 1, 3, 6.1, 24, 48, 71)
    assert kinds(steps) == {}
    steps = await db.write(checks, PAGES, Sighting.MISSING, 72.1)
    assert kinds(steps) == {number: [ChangeKind.REMOVED] for number in PAGES}
    reason = steps[20][0].reason
    assert reason.startswith("the whole of one.example went: 20 of 20 articles checked since 2026-11-16 12:00 UTC")
    assert reason.endswith("gone after 8 checks over 3 d: not found (404)")
    back = await db.write(checks, range(0), Sighting.MISSING, 100)
    assert kinds(back) == {number: [ChangeKind.RESTORED] for number in PAGES}
    assert back[1][0].reason == "back after 4 d 4 h: there"


async def test_timeouts_and_blocks_of_the_others_are_no_word_for_either(db: Database) -> None:
    """One missing, the others unclear: nobody says that it stands, nobody that all is out."""

    def work(conn: Connection) -> PresenceStep:
        fill(conn)
        for hour in (0, 1, 7):
            for number in range(2, 20):
                saw = Sighting.UNCLEAR if number % 2 else Sighting.BLOCKED
                check(conn, number, saw, NOON + hour * HOUR)
            step = check(conn, 1, Sighting.MISSING, NOON + hour * HOUR)
        return step

    assert (await db.write(work)).change is ChangeKind.REMOVED


async def test_witnesses_are_called_before_a_judgement_and_settle_it(db: Database) -> None:
    """Nobody else was due: after the second miss three others are, and being missing too they show the outage."""

    def work(conn: Connection) -> tuple[list[int], PresenceStep]:
        fill(conn)
        check(conn, 1, Sighting.MISSING, NOON)
        assert _due(conn, NOON) == []
        check(conn, 1, Sighting.MISSING, NOON + HOUR)
        called = _due(conn, NOON + HOUR)
        for number in called:
            check(conn, number, Sighting.MISSING, NOON + HOUR)
        return called, check(conn, 1, Sighting.MISSING, NOON + 7 * HOUR)

    called, step = await db.write(work)
    assert len(called) == 3
    assert 1 not in called
    assert step.outage


async def test_a_page_never_read_asks_nobody(db: Database) -> None:
    def work(conn: Connection) -> tuple[PresenceStep, list[int]]:
        fill(conn)
        one, _ = documents.add(conn, a_document(f"https://{HOST}/new", NOON + 99 * HOUR))
        for hour in (0, 1, 7):
            step = check(conn, one.id, Sighting.MISSING, NOON + hour * HOUR)
        return step, _due(conn, NOON + 9 * HOUR)

    step, called = await db.write(work)
    assert (step.state, step.change, called) == (DocumentState.GONE, None, [])


async def test_a_saved_text_is_pending_until_its_page_was_seen(db: Database) -> None:
    """And gone when that page is not there; an outage of the live pages of its host is none of its own."""

    def work(conn: Connection) -> list[PresenceStep]:
        one, _ = documents.add(conn, a_document(f"https://{HOST}/saved", NOON + 99 * HOUR))
        revisions.add(conn, a_revision(one.id, "saved"))
        return [check(conn, one.id, Sighting.MISSING, NOON + hour * HOUR) for hour in (0, 1, 7)]

    states = [step.state for step in await db.write(work)]
    assert states == [DocumentState.PENDING, DocumentState.PENDING, DocumentState.GONE]


async def test_what_its_feed_dropped_needs_one_check_less_and_says_so(db: Database) -> None:
    def work(conn: Connection) -> PresenceStep:
        fill(conn)
        documents.set_fields(conn, 1, unlisted_at=NOON - HOUR)
        check(conn, 1, Sighting.MISSING, NOON)
        return check(conn, 1, Sighting.MISSING, NOON + 6 * HOUR)

    step = await db.write(work)
    assert step.reason == (
        "gone after 2 checks over 6 h: not found (404); its source had dropped it at 2026-11-16 11:00 UTC"
    )


def _due(conn: Connection, at: datetime) -> list[int]:
    found = (documents.get(conn, number) for number in PAGES)
    return [one.id for one in found if isinstance(one, Document) and one.next_check_at and one.next_check_at <= at]
