"""What exports read, and how far they have come, on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from monitor.answers import DocumentFilter
from monitor.app.context import Context, Seams
from monitor.app.export_marks import settled
from monitor.core.outlets import Registry
from monitor.edges.clock import FixedClock
from monitor.errors import DatabaseBusyError
from monitor.model import Change, ChangeKind, DocumentState, ExportMark
from monitor.settings import Settings
from monitor.store import changes, documents, export_marks, export_rows, revisions
from monitor.store.database import Database
from tests.app.exported import never
from tests.store.examples import NOON, a_document, a_revision


def fill(conn: Connection) -> None:
    """Add three documents with a text each, an edit of the second, and take the third away."""
    for number in range(3):
        one, _ = documents.add(conn, a_document(f"https://radio.example/{number}", None, outlet="radio.example"))
        revisions.add(conn, a_revision(one.id, f"Text {number} of three words"))
    revisions.add(conn, a_revision(2, "Another text", at=NOON + timedelta(hours=1)))
    changes.add(conn, Change(ChangeKind.BODY, NOON, document_id=2, from_revision=1, to_revision=2))
    changes.add(conn, Change(ChangeKind.FURNITURE, NOON, document_id=1, from_revision=1, to_revision=1))
    documents.set_fields(conn, 3, state=DocumentState.REDACTED)


async def test_documents_are_read_whole(db: Database) -> None:
    """With all that is kept of each, and nothing of one that was redacted."""
    await db.write(fill)
    assert list(await db.read(export_rows.all_ids, DocumentFilter())) == [1, 2]
    assert list(await db.read(export_rows.let_through, [3, 2], DocumentFilter(outlet="radio.example"))) == [2]
    assert list(await db.read(export_rows.let_through, [2], DocumentFilter(outlet="other.example"))) == []
    lines = await db.read(export_rows.lines, [1, 2, 3])
    assert [(one.document.id, len(one.revisions), len(one.changes)) for one in lines] == [(1, 1, 1), (2, 2, 1)]
    rows = await db.read(export_rows.text_rows, [1, 2, 3])
    assert [row.revision and row.revision.text for row in rows] == ["Text 0 of three words", "Another text"]
    assert await db.read(export_rows.redacted) == 1
    assert await db.read(export_rows.redacted_among, [1, 3]) == {3}
    assert await db.read(export_rows.words, [1, 2]) == {1: 5, 2: 7}


async def test_what_is_new_is_told_by_numbers(db: Database) -> None:
    """Above the first of a pair and up to the second, of revisions or of changes."""
    await db.write(fill)
    assert await db.read(export_rows.newest) == (4, 2)
    assert await db.read(export_rows.touched, (3, 4), (0, 0)) == {2}
    assert await db.read(export_rows.touched, (4, 4), (1, 2)) == {1}
    assert await db.read(export_rows.touched, (4, 4), (2, 2)) == set()
    (edit,) = await db.read(export_rows.changes_of, [1, 2], 0, 2, 10, all_kinds=False)
    assert (edit.change.id, edit.document.id) == (1, 2)
    assert len(await db.read(export_rows.changes_of, [1, 2], 0, 2, 10, all_kinds=True)) == 2
    assert set(await db.read(export_rows.texts_between, [edit])) == {(2, 1), (2, 2)}


async def test_a_mark_is_set_again(db: Database) -> None:
    """By its name; nothing else is touched."""
    assert await db.read(export_marks.get, "daily") is None
    for number in (1, 2):
        await db.write(export_marks.put, ExportMark("daily", number, number, NOON))
        await db.write(export_marks.put, ExportMark("other", 7, 7, NOON))
    assert await db.read(export_marks.get, "daily") == ExportMark("daily", 2, 2, NOON)
    assert await db.read(export_marks.get, "other") == ExportMark("other", 7, 7, NOON)


@contextmanager
def open_transaction(db: Database) -> Iterator[Connection]:
    """Begin a transaction of another process, and undo it in the end unless it was committed."""
    with db._writer.connect() as conn:
        yield conn


async def test_no_number_below_the_mark_appears_later(postgresql_url: str) -> None:
    """A revision that took its number and is not committed yet is waited for: a mark beyond it would lose it."""
    db = Database.open(postgresql_url, patience_s=5.0)
    try:
        await db.write(fill)
        ctx = _context(db, "0.2s")
        with open_transaction(db) as slow:
            one = revisions.add(slow, a_revision(1, "Slow to commit"))
            quick = await db.write(lambda conn: revisions.add(conn, a_revision(2, "Committed before")))
            assert one.id < quick.id
            assert await db.read(export_rows.newest) == (quick.id, 2)
            with pytest.raises(DatabaseBusyError, match="does not end"):
                await settled(ctx)
            slow.commit()
        assert await settled(ctx) == (quick.id, 2)
        assert await db.read(export_rows.touched, (one.id - 1, quick.id), (2, 2)) == {1, 2}
    finally:
        db.close()


async def test_readers_and_later_writers_are_not_waited_for(postgresql_url: str) -> None:
    """Only who was writing when the mark was taken."""
    db = Database.open(postgresql_url, patience_s=5.0)
    try:
        await db.write(fill)
        with open_transaction(db) as reader:
            export_rows.newest(reader)
            assert await settled(_context(db, "0.2s")) == (4, 2)
    finally:
        db.close()


def _context(db: Database, patience: str) -> Context:
    settings = Settings.model_validate({"database": {"patience": patience}})
    return Context(settings, db, FixedClock(NOON), Registry(), "test", Seams(never, never, never))
