"""Furniture is counted once a document, looked up by few keys, and shown with its reason."""

from datetime import timedelta

from monitor.core.label_lines import exact_key
from monitor.model import Change, ChangeKind, DocumentState, Furniture, FurniturePart
from monitor.store import changes, documents, furniture, revisions
from monitor.store.database import Database
from tests.store.examples import NOON, a_document, a_revision, minutes

SITE = "radio.example"
LINE, TITLE = FurniturePart.LINE, FurniturePart.TITLE
SHARE = (LINE, "0123456789abcdef", "Share")
VIEWS = (LINE, "0023456789abcdef", "12 views")


async def count(db: Database, document_id: int, *lines: furniture.Line, at: float = 0) -> tuple[Furniture, ...]:
    return await db.write(furniture.count, SITE, lines, document_id, NOON + minutes(at))


async def a_few(db: Database, many: int, site: str = SITE) -> list[int]:
    made = [await db.write(documents.add, a_document(f"https://www.{site}/{number}")) for number in range(many)]
    return [document.id for document, _ in made]


async def test_each_document_counts_once_for_a_line(db: Database) -> None:
    one, other = await a_few(db, 2)
    await count(db, one, SHARE, VIEWS)
    await count(db, one, SHARE, at=1)
    counted = await count(db, other, SHARE, (LINE, SHARE[1], "SHARE"), (TITLE, SHARE[1], "| Share"), at=2)
    assert {(row.part, row.sample, row.documents) for row in counted} == {(LINE, "Share", 2), (TITLE, "| Share", 1)}
    share = next(row for row in counted if row.part is LINE)
    assert (share.first_seen_at, share.last_seen_at, share.last_document_id) == (NOON, NOON + minutes(2), other)
    assert await count(db, one) == ()
    assert {row.key for row in await db.read(furniture.counted, SITE, [SHARE[1], VIEWS[1]], 2)} == {SHARE[1]}


async def test_the_same_line_of_another_site_is_another(db: Database) -> None:
    (one,) = await a_few(db, 1)
    await count(db, one, SHARE)
    (counted,) = await db.write(furniture.count, "other.example", [SHARE], one, NOON)
    assert counted.documents == 1


async def test_what_is_learned_is_known_with_its_reason(db: Database) -> None:
    (one,) = await a_few(db, 1)
    share = next(row for row in await count(db, one, SHARE, VIEWS) if row.key == SHARE[1])
    learned = await db.write(furniture.learn, share, "stands in 8 articles", NOON)
    assert await db.read(furniture.known, SITE, [SHARE[1], VIEWS[1]]) == ((LINE, SHARE[1], "stands in 8 articles"),)
    assert await db.read(furniture.known, "other.example", [SHARE[1]]) == ()
    assert await db.read(furniture.known, SITE, []) == ()
    assert await db.read(furniture.learned, SITE) == (learned,)
    assert await db.read(furniture.learned, SITE, TITLE) == ()
    assert await db.read(furniture.learned_keys, SITE) == {SHARE[1]: NOON}
    assert await count(db, one, SHARE, at=5) == ()
    (again,) = await db.read(furniture.counted, SITE, [SHARE[1]])
    assert (again.learned_at, again.reason) == (NOON, "stands in 8 articles")


async def test_what_is_owed_is_settled_only_by_who_saw_all_of_it(db: Database) -> None:
    assert await db.read(furniture.owed, SITE) == 0
    await db.write(furniture.owe, SITE)
    await db.write(furniture.owe, "other.example")
    seen = await db.read(furniture.owed, SITE)
    await db.write(furniture.owe, SITE)
    await db.write(furniture.settle, SITE, seen)
    assert await db.read(furniture.owed, SITE) == 2
    await db.write(furniture.settle, SITE, 2)
    assert await db.read(furniture.owed, SITE) == 0
    assert await db.read(furniture.owed, "other.example") == 1


async def test_more_keys_than_a_statement_takes_are_looked_up(db: Database) -> None:
    (one,) = await a_few(db, 1)
    (share,) = await count(db, one, SHARE)
    await db.write(furniture.learn, share, "because", NOON)
    assert len(await db.read(furniture.known, SITE, [*(f"{n:016x}" for n in range(1200)), SHARE[1]])) == 1


async def test_what_was_counted_elsewhere_is_of_another_document(db: Database) -> None:
    one, other = await a_few(db, 2)
    await count(db, one, SHARE)
    await count(db, other, VIEWS)
    assert await db.read(furniture.elsewhere, SITE, [SHARE[1], VIEWS[1]], one) == {VIEWS[1]}
    assert await db.read(furniture.elsewhere, SITE, [], one) == frozenset()


async def test_headlines_are_those_of_other_documents_of_the_site(db: Database) -> None:
    title = "Storm closes the harbour"
    key = exact_key(title)
    own, _ = await db.write(documents.add, a_document("https://www.radio.example/a", title=title))
    assert await db.read(furniture.headlines, SITE, [key], own.id) == frozenset()
    elsewhere, _ = await db.write(documents.add, a_document("https://other.example/a", title=title))
    assert await db.read(furniture.headlines, SITE, [key], own.id) == frozenset()
    assert await db.read(furniture.headlines, SITE, [key, "no such key"], elsewhere.id) == {key}


async def test_a_headline_is_found_wherever_a_document_gets_its_title(db: Database) -> None:
    one, _ = await db.write(documents.add, a_document(title="From the feed"))
    await db.write(lambda conn: documents.set_fields(conn, one.id, title="Set by hand"))
    keys = [exact_key(title) for title in ("From the feed", "Set by hand", "From the page")]
    assert await db.read(furniture.headlines, SITE, keys, 0) == {keys[1]}
    await db.write(lambda conn: documents.set_fields(conn, one.id, state=DocumentState.LIVE))
    assert await db.read(furniture.headlines, SITE, keys, 0) == {keys[1]}
    await db.write(revisions.add, a_revision(one.id, "text", "From the page"))
    assert await db.read(furniture.headlines, SITE, keys, 0) == {keys[2]}


async def test_claims_of_a_site_come_newest_first_with_their_texts(db: Database) -> None:
    first, _ = await db.write(documents.add, a_document("https://www.radio.example:8081/a"))
    other, _ = await db.write(documents.add, a_document("https://notradio.example/a"))
    for document in (first, other):
        for text in ("one", "two", "three"):
            await db.write(revisions.add, a_revision(document.id, text))
        for number, kind in enumerate((ChangeKind.BODY, ChangeKind.FURNITURE, ChangeKind.BODY, ChangeKind.BODY)):
            at = NOON + timedelta(hours=number)
            await db.write(changes.add, Change(kind, at, 0, document.id, 1, 3 if number == 2 else 2))
    kinds = (ChangeKind.BODY, ChangeKind.BOTH)
    found = await db.read(furniture.claims, SITE, NOON + minutes(30), kinds, 10)
    assert [(change.at, document.id) for change, document in found] == [
        (NOON + timedelta(hours=3), first.id),
        (NOON + timedelta(hours=2), first.id),
    ]
    pair = await db.read(furniture.texts_of, found[1][0])
    assert pair is not None
    assert [revision.text for revision in pair] == ["one", "three"]
    assert len(await db.read(furniture.claims, SITE, NOON, kinds, 1)) == 1
