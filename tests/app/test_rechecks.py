"""Plans by the ladder of an outlet and the load of its host, both as the archive knows them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from monitor import Archive
from monitor.app.ladders import Ladders
from monitor.core.presence import PresenceStep
from monitor.core.rechecks import RecheckPolicy
from monitor.interfaces import Plan
from monitor.model import Change, ChangeKind, Document, DocumentState, Outcome, Standing
from monitor.store import changes, documents
from monitor.store.database import Database
from monitor.store.schema import document
from tests.app.rig import Rig
from tests.app.test_edits import begin, check
from tests.app.website import Website, article
from tests.blank import blank_sqlite
from tests.newsroom.days import MORNING
from tests.store.examples import NOON, a_document

pytest_plugins = ["tests.newsroom.fixtures"]

HOUR = timedelta(hours=1)
HOST = "one.example"
POLICY = RecheckPolicy(jitter=0.0)
THERE = PresenceStep(DocumentState.LIVE, 0, None, None, "there")


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An archive's database, empty."""
    opened = Database.open(f"sqlite:///{blank_sqlite(tmp_path / 'archive.db')}", patience_s=5.0)
    yield opened
    opened.close()


def an_article(conn: Connection, number: int, age: timedelta, outlet: str | None = None) -> Document:
    """Store a live article of that age."""
    fields = {"state": DocumentState.LIVE, "first_seen_at": NOON - age, "outlet": outlet}
    return documents.add(conn, a_document(f"https://{HOST}/{number}", NOON + HOUR, **fields))[0]


def an_edit(conn: Connection, number: int) -> None:
    """Store an article that was edited within ten minutes of its first sight, a day ago."""
    one = an_article(conn, number, 24 * HOUR)
    at = one.first_seen_at + timedelta(minutes=20)
    confirmed = Change(ChangeKind.HEADLINE, at, document_id=one.id, standing=Standing.CONFIRMED)
    changes.add(conn, replace(confirmed, earlier_seen_at=one.first_seen_at, stood_s=1200))


def plan(conn: Connection, ladders: Ladders, one: Document, after: timedelta = timedelta(0)) -> Plan:
    """Return the plan for a document that is there, that long after noon."""
    return ladders.plan(conn, one, THERE, Outcome.OK, None, NOON + after, 0.0)


async def test_a_host_without_edits_has_the_ladder_configured(db: Database) -> None:
    def work(conn: Connection) -> Plan:
        return plan(conn, Ladders(POLICY, 1000), an_article(conn, 1, timedelta(0)))

    made = await db.write(work)
    assert (made.interval_s, made.reason) == (1200, "20 min after it was first seen")


async def test_a_host_that_edits_at_once_is_looked_at_sooner_and_the_plan_says_why(db: Database) -> None:
    def work(conn: Connection) -> Plan:
        for number in range(40):
            an_edit(conn, number)
        return plan(conn, Ladders(POLICY, 1000), an_article(conn, 99, timedelta(0)))

    made = await db.write(work)
    assert made.interval_s < 1200
    assert made.reason.endswith("after it was first seen; half of one.example's 40 edits come within 20 min")


async def test_what_was_learned_holds_for_an_hour_of_the_clock(db: Database) -> None:
    def work(conn: Connection) -> list[float]:
        ladders, one = Ladders(POLICY, 1000), an_article(conn, 99, timedelta(0))
        before = ladders.ladder(conn, one, NOON)
        for number in range(40):
            an_edit(conn, number)
        times = (NOON + 0.9 * HOUR, NOON + HOUR, NOON)
        return [rungs.rungs_s[0] - before.rungs_s[0] for rungs in (ladders.ladder(conn, one, at) for at in times)]

    same, later, clock_set_back = await db.write(work)
    assert same == 0
    assert later < 0
    assert clock_set_back < 0


async def test_outlets_are_learned_apart(db: Database) -> None:
    def work(conn: Connection) -> Plan:
        for number in range(40):
            an_edit(conn, number)
        return plan(conn, Ladders(POLICY, 1000), an_article(conn, 99, timedelta(0), outlet="other.example"))

    assert (await db.write(work)).interval_s == 1200


async def test_a_host_with_more_than_its_budget_has_older_articles_wait(db: Database) -> None:
    """Thirty articles of half a day, due twice a day each; thirty checks are asked for."""

    def work(conn: Connection) -> tuple[Plan, Plan]:
        ladders = Ladders(POLICY, 30)
        old = [an_article(conn, number, 12 * HOUR) for number in range(30)]
        return plan(conn, ladders, an_article(conn, 99, HOUR)), plan(conn, ladders, old[0])

    young, old = await db.write(work)
    assert (young.interval_s, "put off" in young.reason) == (2 * 3600, False)
    assert old.interval_s > 3 * 12 * 3600
    assert "has 72 checks a day due and is asked for 30" in old.reason


async def test_an_outage_is_looked_at_by_the_hour(db: Database) -> None:
    def work(conn: Connection) -> Plan:
        one = an_article(conn, 1, 48 * HOUR)
        out = PresenceStep(DocumentState.LIVE, 5, NOON - 6 * HOUR, None, "an outage", outage=True)
        return Ladders(POLICY, 1000).plan(conn, one, out, Outcome.NOT_FOUND, None, NOON, 0.0)

    made = await db.write(work)
    assert (made.interval_s, made.reason) == (3600, "missed 5 times in a row, in an outage")


async def test_an_old_article_that_turns_into_a_live_report_is_looked_at_every_three_hours(db: Database) -> None:
    """The edits of its last day count, and how long they have lasted."""

    def work(conn: Connection) -> tuple[Plan, Plan]:
        one = an_article(conn, 1, 300 * 24 * HOUR)
        conn.execute(update(document).where(document.c.id == one.id).values(revision_count=9))
        known = documents.get(conn, one.id)
        assert known is not None
        for number in range(9):
            changes.add(conn, Change(ChangeKind.BODY, NOON + number * HOUR / 3, document_id=one.id))
        young = plan(conn, Ladders(POLICY, 1000), known, 8 * HOUR / 3)
        for number in range(1, 11):
            changes.add(conn, Change(ChangeKind.BODY, NOON + number * 3 * HOUR, document_id=one.id))
        return young, plan(conn, Ladders(POLICY, 1000), known, 30 * HOUR)

    young, old = await db.write(work)
    assert young.interval_s == 1200
    assert (old.interval_s, old.reason.startswith("edited at ")) == (3 * 3600, True)


async def test_a_page_edited_at_every_check_loses_no_later_text(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """An article becomes a live report a week later and changes nine times in three hours."""
    await begin(site_rig, watcher, website)
    for n in range(9):
        view = await check(site_rig, watcher, 8 * 24 + n / 3, article("Ships", 20 + n), website)
    assert view.document.next_check_at is not None
    assert view.document.next_check_at - (MORNING + (8 * 24 + 8 / 3) * HOUR) < HOUR
