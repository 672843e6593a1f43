"""What `verify` says of altered rows and texts."""

import sqlite3
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import Connection, delete, select, text, update

from monitor.app import rereading, verifying, verifying_files, verifying_texts
from monitor.core.changes import fingerprint
from monitor.model import Outcome
from monitor.store import captures, files, revisions
from monitor.store.schema import capture, corpus_bytes, document, fetch, revision
from tests.app.verified import (
    HOUR,
    LINK,
    SAVED,
    START,
    Kept,
    here,
    kept,
    kinds,
    recorded,
    set_row,
    story,
    unindex,
)

__all__ = ["here", "kept", "recorded"]


# --- rows ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("column", "value", "kind"),
    [
        ("offset", 7, "capture-misplaced"),
        ("length", 7, "capture-differs"),
        ("record_id", "<urn:uuid:00000000-0000-4000-8000-000000000000>", "capture-differs"),
        ("record_type", "revisit", "capture-differs"),
        ("url", "http://one.example/other", "capture-differs"),
        ("captured_at", START - HOUR, "capture-differs"),
        ("digest", "sha1:" + "A" * 32, "capture-differs"),
        ("sha256", "0" * 64, "capture-differs"),
        ("status", 404, "capture-differs"),
        ("record_sha256", "0" * 64, "capture-differs"),
        ("media_type", "image/png", "capture-differs"),
        ("coding", "br", "capture-differs"),
    ],
)
def test_an_altered_row_of_a_capture_is_named(kept: Kept, column: str, value: Any, kind: str) -> None:
    """By number and column, once: what the seals say of the same row is told with it."""
    one = next(each for each in kept.captures() if each.url == LINK)  # which nothing repeats
    kept.run(texts=False)  # which seals
    kept.write(set_row, capture, {column: value}, one.id)
    (fault,) = kept.run(texts=False, again=True).faults
    assert (fault.kind, fault.what, fault.capture_id) == (kind, one.file, one.id)
    assert (column in fault.detail) or kind == "capture-misplaced"
    sealed = column not in ("offset", "length", "media_type", "coding")
    assert ("by the chain of seals the row was altered" in fault.detail) == sealed


def test_a_record_without_a_capture_and_a_capture_without_a_record(kept: Kept) -> None:
    one = story(kept)

    def take_away(conn: Connection) -> None:
        conn.execute(text("DELETE FROM leaf WHERE kind = 'capture' AND subject_id = :id"), {"id": one.id})
        conn.execute(delete(capture).where(capture.c.id == one.id))

    kept.write(take_away)
    faults = [each for each in kept.run(texts=False).faults if each.kind not in ("seal-leaves", "seal-root")]
    assert [(each.kind, each.offset) for each in faults[:1]] == [("record-unknown", one.offset)]
    assert {each.kind for each in faults[1:]} == {"revisit-original", "row-altered"}  # of the text that it showed
    kept.write(captures.add, replace(one, offset=5, length=9, record_id="<urn:x:1>"))
    assert ("capture-lost", one.file) in kinds(kept.run(texts=False))


def test_what_was_removed_for_good_is_not_missed(kept: Kept) -> None:
    """Nor read; but a record of it that is still there is told."""
    one = next(each for each in kept.captures() if each.url == LINK)  # which nothing repeats
    kept.write(set_row, capture, {"removed_at": START}, one.id)
    faults = [each for each in kept.run(texts=False).faults if each.kind != "tombstone-missing"]
    assert [(each.kind, each.capture_id) for each in faults] == [("record-removed", one.id)]


def test_an_altered_length_of_a_file(kept: Kept) -> None:
    one = story(kept)
    size = kept.path(one).stat().st_size
    for said, kind in ((size - 9, "file-length"), (size + 9, "file-short")):
        kept.write(lambda conn, said=said: files.set_fields(conn, one.file, committed_length=said))
        assert kinds(kept.run(texts=False)) == [(kind, one.file)]


def test_captures_of_before_their_hash_was_kept(kept: Kept) -> None:
    """They have no record_sha256: what the record says of itself has to do."""
    one = story(kept)
    kept.write(_without_hashes)
    assert kinds(kept.run(texts=False)) == []
    kept.replace(one, b"The mayor thanked", b"The mayor spanked")
    assert {kind for kind, _ in kinds(kept.run(texts=False, again=True))} == {"record-digest"}


def _without_hashes(conn: Connection) -> None:
    conn.execute(update(capture).values(record_sha256=None))
    for table in ("leaf", "seal"):  # there were none then
        conn.execute(text(f"DELETE FROM {table}"))


# --- texts and the rest ----------------------------------------------------------------------------------------


def test_an_altered_text_is_named(kept: Kept) -> None:
    """By its own digest; and where that was altered with it, by what the extractor makes of the bytes."""
    kept.run()
    web = kept.read(
        lambda conn: conn.execute(select(revision.c.id).where(revision.c.origin == "web")).scalars().first()
    )
    kept.write(set_row, revision, {"text": "Nothing happened."}, web)
    (fault,) = kept.run().faults
    assert (fault.kind, fault.what) == ("text-altered", f"revision {web}")
    kept.write(_forge, web)
    (fault,) = kept.run().faults
    assert (fault.kind, fault.what) == ("text-differs", f"revision {web}")
    assert "by the chain of seals the row was altered" in fault.detail


def _forge(conn: Connection, number: int) -> None:
    """Make the digests of a revision fit its text."""
    row = conn.execute(select(revision).where(revision.c.id == number)).one()
    values = {"text_sha256": sha256(row.text.encode()).hexdigest(), "fingerprint": fingerprint(row.title, row.text)}
    set_row(conn, revision, values, number)


def test_a_text_is_dated_by_what_showed_it(kept: Kept) -> None:
    """By a capture of it; by a fetch of which nothing is kept; and one read again from old bytes by any capture."""
    one = kept.read(lambda conn: conn.execute(_OF_WEB).scalars().first())
    row = kept.read(revisions.get, one)
    for name, moved in (("first_seen_at", -HOUR), ("first_seen_at", timedelta(2)), ("last_seen_at", timedelta(2))):
        kept.write(set_row, revision, {name: getattr(row, name) + moved}, one)
        (fault,) = [each for each in kept.run(texts=False).faults if each.kind != "row-altered"]
        assert (fault.kind, fault.what, name in fault.detail) == ("text-times", f"revision {one}", True)
        kept.write(set_row, revision, {name: getattr(row, name)}, one)
    unlinked = update(capture).where(capture.c.revision_id == one).values(fetch_id=1, revision_id=None)
    kept.write(lambda conn: conn.execute(unlinked).close())
    assert kinds(kept.run(texts=False)) == []
    kept.write(lambda conn: conn.execute(update(fetch).values(outcome=Outcome.ROBOTS)).close())
    assert kinds(kept.run(texts=False)) == [("text-times", f"revision {one}")]
    kept.write(set_row, revision, {"reextracts": 1}, one)
    assert kinds(kept.run(texts=False)) == []


_OF_WEB = select(revision.c.id).where(revision.c.origin == "web")


def test_texts_of_two_documents_that_changed_places(kept: Kept) -> None:
    """Their captures are still those of the pages that showed them."""
    first, *_, other = kept.read(lambda conn: conn.execute(_OF_WEB.order_by(revision.c.document_id)).scalars().all())
    rows = [kept.read(revisions.get, each) for each in (first, other)]
    away = {"document_id": rows[1].document_id, "number": 99}
    kept.write(set_row, revision, away, first)
    kept.write(set_row, revision, {"document_id": rows[0].document_id, "number": rows[0].number}, other)
    found = kinds(kept.run(texts=False))
    shown = {each.id for each in kept.captures() if each.revision_id in (first, other)}
    assert {what for kind, what in found if kind == "capture-document"} == {f"capture {each}" for each in shown}


def test_one_text_that_breaks_its_reader_hides_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is named with what happened; the other texts are made again, and what is wrong elsewhere is told."""
    one = story(kept)
    kept.change(one, 30, b"\0\0")
    broken = kept.read(lambda conn: conn.execute(_OF_WEB).scalars().first())
    real = rereading.reread

    async def reread(ctx: Any, read: Any, document: Any, each: Any) -> Any:
        if each.id == broken:
            raise ZeroDivisionError("by a page")
        return await real(ctx, read, document, each)

    monkeypatch.setattr(verifying_texts, "reread", reread)
    report = kept.run()
    assert kinds(report) == [("record-damaged", one.file), ("text-unread", f"revision {broken}")]
    assert "ZeroDivisionError: by a page" in report.faults[1].detail
    assert report.seals > 0
    assert report.finished


def test_what_stops_a_part_is_told_beside_the_faults_of_the_others(
    kept: Kept, monkeypatch: pytest.MonkeyPatch
) -> None:  # fmt: skip
    """Of a file, of the texts: the chain is checked all the same."""
    kept.write(set_row, document, {"revision_count": 9}, 1)
    one = story(kept)
    real = verifying_files.verify_file

    async def verify_file(ctx: Any, row: Any, *args: Any) -> Any:
        if row.name == one.file:
            raise MemoryError
        return await real(ctx, row, *args)

    monkeypatch.setattr(verifying, "verify_file", verify_file)
    monkeypatch.setattr(verifying_texts, "altered", None)
    report = kept.run()
    assert kinds(report) == [
        *(("part-unchecked", one.file), ("document-count", "document 1"), ("part-unchecked", "the texts"))
    ]
    assert report.seals > 0


def test_an_altered_saved_text(kept: Kept) -> None:
    """A text of the corpus is compared with the saved file's bytes, and those with their own digest."""
    kept.run()
    kept.write(set_row, revision, {"text": SAVED.replace("twice", "once")}, 1)
    kept.write(_forge, 1)
    assert kinds(kept.run()) == [("text-differs", "revision 1")]
    kept.write(set_row, revision, {"text": SAVED}, 1)
    kept.write(_forge, 1)
    assert kinds(kept.run()) == []
    kept.write(lambda conn: conn.execute(update(corpus_bytes).values(data=b"other")).close())
    assert kinds(kept.run()) == [("saved-altered", "revision 1")]


def test_texts_that_cannot_be_made_again_are_counted_and_no_fault(kept: Kept) -> None:
    """Another extractor's work; and bytes that are not kept."""
    other = {"extractor": "trafilatura/1.0.0 reader/1 text=default"}
    numbers = kept.read(
        lambda conn: conn.execute(select(revision.c.id).where(revision.c.origin == "web")).scalars().all()
    )
    kept.write(set_row, revision, other, numbers[0])
    kept.write(lambda conn: conn.execute(update(capture).values(revision_id=None, fetch_id=1)).close())
    report = kept.run()
    assert kinds(report) == []
    assert report.texts == 1
    assert sorted(report.notes) == [
        "1 text made by another version of the extractor, which is not here to read again",
        f"{len(numbers) - 1} texts whose bytes are not kept",
    ]


def test_rows_that_do_not_agree(kept: Kept) -> None:
    """The index, the counts, the current revision, references, ids."""
    first, second, *_ = kept.captures()

    def damage(conn: Connection) -> None:
        unindex(conn, 2)
        set_row(conn, document, {"revision_count": 7}, 2)
        set_row(conn, document, {"revision_id": 1}, 3)

    kept.write(damage)
    assert kinds(kept.run(texts=False)) == [
        *(("document-current", "document 3"), ("document-count", "document 2"), ("search-missing", "revision 2"))
    ]

    def more(conn: Connection) -> None:
        conn.execute(update(capture).where(capture.c.id == second.id).values(record_id=first.record_id))

    kept.write(more)
    found = kinds(kept.run(texts=False, again=True))
    assert ("capture-repeated", f"capture {first.id}") in found
    assert ("capture-differs", second.file) in found


def test_references_that_lead_nowhere(kept: Kept) -> None:
    raw = sqlite3.connect(kept.settings.data_dir / "archive.db")  # which does not enforce them
    raw.execute("UPDATE capture SET fetch_id = 999")
    raw.commit()
    raw.close()
    assert kinds(kept.run(texts=False)) == [("reference-missing", "capture.fetch_id")]


def test_a_damaged_database_is_named_and_nothing_is_compared_with_it(kept: Kept) -> None:
    """The pages of an index are exchanged for zeros."""
    path = kept.settings.data_dir / "archive.db"
    raw = sqlite3.connect(path)
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = raw.execute("PRAGMA page_size").fetchone()[0]
    root = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'ix_document_page_key'").fetchone()[0]
    raw.close()
    with path.open("r+b") as stream:
        stream.seek((root - 1) * size)
        stream.write(bytes(size))
    report = kept.run()
    assert {one.kind for one in report.faults} == {"database-damaged"}
    assert report.files == 0
    assert report.notes == ("nothing else was compared, since the database itself is damaged",)
