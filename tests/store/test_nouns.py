"""Sources, documents, revisions, entries and changes: what goes in comes out, twins are one."""

from dataclasses import replace
from typing import Any

from monitor.answers import DocumentFilter
from monitor.model import (
    Capture,
    Change,
    ChangeKind,
    Document,
    DocumentState,
    Entry,
    Fetch,
    Outcome,
    Quality,
    SourceState,
)
from monitor.store import captures, changes, corpus, documents, entries, fetches, revisions, sources
from monitor.store.database import Database
from tests.store.examples import NOON, a_document, a_revision, a_source, minutes


async def test_a_source_comes_back_as_it_went_in(db: Database) -> None:
    given = a_source(tags=("cuba", "fr"), include=("*/fr/*",), every_s=900, outlet="radio.example", language="fr")
    stored, new = await db.write(sources.add, given)
    assert new
    assert await db.read(sources.get, stored.id) == replace(given, id=stored.id)


async def test_adding_a_source_twice_gives_the_first(db: Database) -> None:
    first, _ = await db.write(sources.add, a_source(title="Radio"))
    second, new = await db.write(sources.add, a_source(title="Another"))
    assert (second, new) == (first, False)


async def test_a_removed_source_comes_back_with_its_number_and_its_entries(db: Database) -> None:
    first, _ = await db.write(sources.add, a_source())
    told = Entry(first.id, "guid-1", "https://radio.example/a")
    assert await db.write(entries.add, told, NOON)
    await db.write(sources.set_fields, first.id, state=SourceState.REMOVED)
    assert await db.read(sources.every) == ()
    again, new = await db.write(sources.add, a_source(title="Back"))
    assert (again.id, new, again.title) == (first.id, True, "Back")
    assert await db.write(entries.add, told, NOON) is None


async def test_an_entry_is_new_once_and_remembers_when_it_was_last_seen(db: Database) -> None:
    source, _ = await db.write(sources.add, a_source())
    told = Entry(source.id, "guid-1", "https://radio.example/a", title="Before")
    first = await db.write(entries.add, told, NOON)
    assert first is not None
    assert await db.write(entries.add, told, NOON) is None
    await db.write(entries.sight, source.id, ["guid-1", "guid-of-no-entry"], NOON + minutes(5))
    later = (await db.read(entries.by_key, source.id, ["guid-1", "guid-2"]))["guid-1"]
    assert (later.id, later.first_seen_at, later.last_seen_at) == (first.id, NOON, NOON + minutes(5))


async def test_an_unchanged_answer_tells_again_of_what_the_last_one_told(db: Database) -> None:
    """And not of what had left the feed before; nothing is written to the entries for it."""
    source, _ = await db.write(sources.add, a_source())
    for number in range(2):
        document, _ = await db.write(documents.add, a_document(f"https://radio.example/{number}"))
        told = Entry(source.id, f"guid-{number}", document.url or "", document_id=document.id)
        await db.write(entries.add, told, NOON)
    await db.write(entries.sight, source.id, ["guid-1"], NOON + minutes(5))
    held = {"read_at": NOON + minutes(5), "confirmed_at": NOON + minutes(30)}
    await db.write(lambda conn: sources.set_fields(conn, source.id, **held))
    (left,), (kept,) = [await db.read(entries.of_document, number) for number in (1, 2)]
    assert (left.last_seen_at, kept.last_seen_at) == (NOON, NOON + minutes(30))


async def test_more_keys_than_a_statement_takes_are_looked_up(db: Database) -> None:
    source, _ = await db.write(sources.add, a_source())
    await db.write(entries.add, Entry(source.id, "guid-1999", "https://radio.example/a"), NOON)
    found = await db.read(entries.by_key, source.id, [f"guid-{number}" for number in range(2000)])
    assert list(found) == ["guid-1999"]


async def test_a_document_is_one_for_one_url(db: Database) -> None:
    one, new = await db.write(documents.add, a_document())
    other, again = await db.write(documents.add, a_document(title="Other"))
    assert (new, again, other) == (True, False, one)


async def test_two_corpus_texts_without_a_url_are_two_documents(db: Database) -> None:
    one, _ = await db.write(documents.add, a_document(None, None))
    other, _ = await db.write(documents.add, a_document(None, None))
    assert one.id != other.id


async def _with_text(db: Database, url: str, text: str, **values: Any) -> Document:
    document, _ = await db.write(documents.add, a_document(url, **values))
    await db.write(revisions.add, a_revision(document.id, text))
    stored = await db.read(documents.get, document.id)
    assert stored is not None
    return stored


async def test_revisions_are_numbered_and_the_last_is_current(db: Database) -> None:
    one = await _with_text(db, "https://radio.example/a", "first")
    second = await db.write(revisions.add, a_revision(one.id, "second", "New title", language="fr"))
    stored = await db.read(documents.get, one.id)
    assert stored is not None
    assert second.number == 2
    assert (stored.revision_id, stored.revision_count, stored.title, stored.language) == (
        second.id,
        2,
        "New title",
        "fr",
    )
    first = (await db.read(revisions.of_document, one.id))[0]
    await db.write(revisions.make_current, first)
    back = await db.read(documents.get, one.id)
    assert back is not None
    assert (back.revision_id, back.revision_count, back.title) == (first.id, 2, "A title")


async def test_the_filter_lets_through_what_it_says(db: Database) -> None:
    french = await _with_text(db, "https://radio.example/a", "x", outlet="radio.example", language="fr")
    arabic = await _with_text(db, "https://agence.example/b", "y", outlet="agence.example", language="ar")
    await db.write(documents.add, a_document("https://radio.example/unread"))
    await db.write(changes.add, _change(arabic.id))

    async def found(**values: Any) -> list[int]:
        which = DocumentFilter(**values)
        return [one.id for one in await db.read(documents.listed, which)]

    assert await found() == [arabic.id, french.id]
    assert await found(outlet="radio.example") == [french.id]
    assert await found(language="ar") == [arabic.id]
    assert await found(changed_since=NOON) == [arabic.id]
    assert await found(changed_since=NOON + minutes(1)) == []
    assert await found(since=NOON + minutes(1)) == []
    assert await found(limit=1) == [arabic.id]
    assert len(await found(state=DocumentState.PENDING)) == 3


def _change(document_id: int, kind: ChangeKind = ChangeKind.BODY, at: float = 0) -> Change:
    return Change(kind, NOON + minutes(at), document_id=document_id, words_added=3, significance=0.5, reason="12 → 21")


async def test_changes_are_listed_newest_first_with_their_documents(db: Database) -> None:
    one = await _with_text(db, "https://radio.example/a", "x", outlet="radio.example")
    await db.write(changes.add, _change(one.id))
    await db.write(changes.add, _change(one.id, ChangeKind.REMOVED, at=5))
    listed = await db.read(changes.listed)
    assert [(view.change.kind, view.document.id) for view in listed] == [("removed", one.id), ("body", one.id)]
    assert [view.change.kind for view in await db.read(changes.listed, NOON + minutes(1))] == ["removed"]
    assert [view.change.kind for view in await db.read(changes.listed, kind=ChangeKind.BODY)] == ["body"]
    assert await db.read(changes.listed, outlet="other.example") == ()


async def test_captures_raise_the_length_accounted_for_and_never_lower_it(db: Database) -> None:
    one = await _with_text(db, "https://radio.example/a", "x")
    fetch_id = await db.write(fetches.add, Fetch("https://radio.example/a", Outcome.OK, NOON, document_id=one.id))
    for offset in (1000, 300):
        await db.write(captures.add, _capture(fetch_id, one.id, offset))
    assert await db.read(captures.committed_lengths) == {"a.warc.gz": 1100}
    newest = (await db.read(captures.newest, "https://radio.example/a")).response
    assert newest is not None
    assert newest.offset == 300


def _capture(fetch_id: int, document_id: int, offset: int, quality: Quality = Quality.COMPLETE) -> Capture:
    return Capture(
        "a.warc.gz", offset, 100, f"<urn:uuid:{offset}>", "response", "https://radio.example/a", NOON, "sha1:X",
        "0" * 64,
        fetch_id=fetch_id, status=200, document_id=document_id, quality=quality,
    )  # fmt: skip


async def test_behind_a_revision_are_the_bytes_that_a_revisit_repeats(db: Database) -> None:
    one = await _with_text(db, "https://radio.example/a", "x")
    assert one.revision_id is not None
    fetch_id = await db.write(fetches.add, Fetch("https://radio.example/a", Outcome.OK, NOON, document_id=one.id))
    await db.write(captures.add, _capture(fetch_id, one.id, 0, Quality.TRUNCATED))
    revisit = replace(_capture(fetch_id, one.id, 100), record_type="revisit", revision_id=one.revision_id)
    await db.write(captures.add, revisit)
    found = await db.read(captures.behind, one.revision_id)
    assert found is not None
    assert (found.record_type, found.offset) == ("response", 0)


async def test_mirror_numbers_go_on_and_are_never_given_twice(db: Database) -> None:
    assert [await db.write(corpus.next_number) for _ in range(3)] == [0, 1, 2]
    assert await db.write(corpus.next_number, 10) == 10
    assert await db.write(corpus.next_number) == 11


async def test_saved_bytes_come_back_as_they_were(db: Database) -> None:
    data = bytes(range(256)) * 10
    await db.write(corpus.keep_bytes, "f" * 64, data)
    await db.write(corpus.keep_bytes, "f" * 64, data)
    assert await db.read(corpus.read_bytes, "f" * 64) == data
