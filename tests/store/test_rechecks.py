"""What rechecks are planned by: the ages of edits, the documents of a host by age; on both databases."""

from typing import Any

from sqlalchemy import Connection

from monitor.core.edit_ages import EditAge
from monitor.model import Change, ChangeKind, Document, DocumentState, Origin, Standing
from monitor.store import changes, documents, rechecks
from monitor.store.database import Database
from tests.store.examples import NOON, a_document, minutes

ONE = Document(0, Origin.WEB, DocumentState.LIVE, NOON, host="radio.example", outlet="radio.example")


def an_edit(conn: Connection, number: int, kind: ChangeKind, standing: Standing | None, **values: Any) -> None:
    """Store an edit at noon of a document of its own, first seen an hour before."""
    fields: dict[str, Any] = {"outlet": "radio.example", "first_seen_at": NOON - minutes(60), **values}
    one, _ = documents.add(conn, a_document(f"https://radio.example/{number}", **fields))
    changes.add(conn, Change(kind, NOON, document_id=one.id, standing=standing, earlier_seen_at=NOON - minutes(20)))


async def test_only_confirmed_edits_of_that_outlet_teach(db: Database) -> None:
    def work(conn: Connection) -> tuple[EditAge, ...]:
        an_edit(conn, 1, ChangeKind.BODY, Standing.CONFIRMED)
        an_edit(conn, 2, ChangeKind.HEADLINE, Standing.FLICKER)
        an_edit(conn, 3, ChangeKind.BOTH, Standing.ONCE)
        an_edit(conn, 4, ChangeKind.FURNITURE, Standing.CONFIRMED)
        an_edit(conn, 5, ChangeKind.BODY, Standing.CONFIRMED, outlet="other.example")
        an_edit(conn, 6, ChangeKind.BODY, Standing.CONFIRMED, first_seen_at=NOON - minutes(60 * 24 * 91))
        an_edit(conn, 7, ChangeKind.BODY, Standing.CONFIRMED, origin=Origin.CORPUS)
        return rechecks.edit_ages(conn, ONE, NOON)

    assert await db.write(work) == (EditAge(40 * 60.0, 60 * 60.0),)


async def test_an_age_counts_from_the_edit_before(db: Database) -> None:
    """`stood_s` tells how long the earlier text stood, which is its age."""

    def work(conn: Connection) -> tuple[EditAge, ...]:
        one, _ = documents.add(conn, a_document(first_seen_at=NOON - minutes(600)))
        change = Change(ChangeKind.BODY, NOON, document_id=one.id, stood_s=1800, standing=Standing.CONFIRMED)
        changes.add(conn, change)
        return rechecks.edit_ages(conn, Document(0, Origin.WEB, DocumentState.LIVE, NOON, host="radio.example"), NOON)

    assert await db.write(work) == (EditAge(0.0, 1800.0),)


async def test_documents_are_counted_between_the_rungs(db: Database) -> None:
    def work(conn: Connection) -> tuple[tuple[int, ...], int]:
        for number, age in enumerate((5, 30, 40, 90, 100, 5000)):
            made: dict[str, Any] = {"first_seen_at": NOON - minutes(age), "state": DocumentState.LIVE}
            documents.add(conn, a_document(f"https://radio.example/{number}", **made))
        live: dict[str, Any] = {"first_seen_at": NOON, "state": DocumentState.LIVE}
        documents.add(conn, a_document("https://radio.example/missing", **live, misses=1, missed_since=NOON))
        documents.add(conn, a_document("https://radio.example/gone", first_seen_at=NOON, state=DocumentState.GONE))
        documents.add(conn, a_document("https://radio.example/unwatched", None, **live))
        documents.add(conn, a_document("https://other.example/1", **live))
        return rechecks.ages_on(conn, "radio.example", NOON, (1200.0, 3600.0, 7200.0))

    assert await db.write(work) == ((1, 2, 2, 1), 1)
    assert await db.read(rechecks.ages_on, "nobody.example", NOON, (1200.0,)) == ((0, 0), 0)
