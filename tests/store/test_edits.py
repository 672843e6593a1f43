"""What a document's changes say when its next check is planned, and which documents a page's address may mean."""

from datetime import timedelta

from monitor.model import Change, ChangeKind, Standing
from monitor.store import changes, documents, revisions
from monitor.store.database import Database
from tests.store.examples import NOON, a_document, a_revision, minutes

DAY = timedelta(days=1)


async def _edited(db: Database, *steps: Change) -> int:
    document, _ = await db.write(documents.add, a_document())
    for step in steps:
        await db.write(changes.add, step)
    return document.id


def _step(kind: ChangeKind, at: float, standing: Standing | None = None) -> Change:
    return Change(kind, NOON + minutes(at), document_id=1, from_revision=1, to_revision=2, standing=standing)


async def test_of_a_document_that_never_changed_there_is_nothing_to_tell(db: Database) -> None:
    assert await db.read(documents.edited, await _edited(db), NOON) == (None, 0, None)


async def test_the_last_new_text_counts_and_what_went_back_and_forth_does_not(db: Database) -> None:
    number = await _edited(
        db,
        _step(ChangeKind.BODY, 10, Standing.CONFIRMED),
        _step(ChangeKind.HEADLINE, 20),
        _step(ChangeKind.BOTH, 30, Standing.FLICKER),
        _step(ChangeKind.VARIANT, 40),
        _step(ChangeKind.FURNITURE, 50),
    )
    assert await db.read(documents.edited, number, NOON) == (NOON + minutes(20), 4, NOON + minutes(10))


async def test_only_texts_since_a_time_are_counted_but_the_last_new_one_is_told_whenever_it_came(db: Database) -> None:
    number = await _edited(db, _step(ChangeKind.BODY, -2000), _step(ChangeKind.VARIANT, -10))
    assert await db.read(documents.edited, number, NOON - DAY) == (NOON + minutes(-2000), 1, NOON + minutes(-10))


async def test_a_return_is_news_without_being_an_edit(db: Database) -> None:
    number = await _edited(db, _step(ChangeKind.REMOVED, 10), _step(ChangeKind.RESTORED, 20))
    assert await db.read(documents.edited, number, NOON) == (NOON + minutes(20), 0, None)


async def test_a_page_is_claimed_by_who_is_there_who_is_named_and_who_names_the_same(db: Database) -> None:
    urls = [f"https://radio.example/{name}" for name in ("here", "named", "third", "other")]
    ids = [(await db.write(documents.add, a_document(url)))[0].id for url in urls]
    await db.write(documents.set_canonical, ids[2], "https://www.radio.example/named/")
    found = await db.read(documents.claimed_by, urls[0], urls[1])
    assert [one.id for one in found] == ids[:3]
    assert [one.id for one in await db.read(documents.claimed_by, urls[3], None)] == ids[3:]


async def test_revisions_are_numbered_for_each_document_by_itself(db: Database) -> None:
    ids = [(await db.write(documents.add, a_document(f"https://radio.example/{n}")))[0].id for n in range(2)]
    made = [await db.write(revisions.add, a_revision(number, text)) for text in "abc" for number in ids]
    assert [(one.document_id, one.number) for one in made] == [(of, n) for n in (1, 2, 3) for of in ids]
    assert [await db.read(revisions.get, one.id) for one in made] == made


async def test_a_revision_that_is_not_current_is_counted_and_changes_nothing_else(db: Database) -> None:
    document, _ = await db.write(documents.add, a_document())
    first = await db.write(revisions.add, a_revision(document.id, "a"))
    await db.write(lambda conn: revisions.add(conn, a_revision(document.id, "b", "Another"), current=False))
    stored = await db.read(documents.get, document.id)
    assert stored is not None
    assert (stored.revision_id, stored.revision_count, stored.title) == (first.id, 2, first.title)
