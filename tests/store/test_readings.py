"""What a text was read from is chosen when it is sealed, and stays although rows around it change."""

from dataclasses import replace

from sqlalchemy import Connection, event, update

from monitor.model import CorpusFile, Fetch, LeafKind, Origin, Outcome
from monitor.store import captures, corpus, documents, fetches, leaves, proving, revisions
from monitor.store.database import Database
from monitor.store.schema import capture
from tests.store.captured import a_capture, add_captures, add_text
from tests.store.examples import NOON, a_document, a_revision
from tests.store.test_chain import seal


def _shown(conn: Connection, /, number: int, revision_id: int | None, **values: object) -> int:
    """Store a capture that shows a text (None: another page, or none)."""
    fetch_id = fetches.add(conn, Fetch("https://radio.example/a", Outcome.OK, NOON))
    values = {"document_id": 1, **values}
    kind = str(values.pop("record_type", "response"))
    one = a_capture(fetch_id, number, revision_id=revision_id, **values)
    return captures.add(conn, replace(one, record_type=kind))


async def _told(db: Database, text: int) -> dict[str, object]:
    leaf = await db.read(leaves.of, LeafKind.REVISION, text)
    assert leaf is not None
    content = await db.read(leaves.content_of, LeafKind.REVISION, text, leaf.read_from)
    assert all(one.as_sealed for some in (await db.read(leaves.kept, 1, 9)).values() for one in some)
    return {name: content[name] for name in ("record", "url", "file")}


async def test_a_text_names_the_first_response_that_showed_it(db: Database) -> None:
    """Not a repeat before it, nor what shows it later; and it stays when all may change that may."""
    text = await db.write(add_text, "A text")
    await db.write(_shown, 1, text, record_type="revisit")
    first = await db.write(_shown, 2, text)
    await db.write(_shown, 3, text)
    await db.write(seal)
    told = {"record": "<urn:uuid:2>", "url": "https://radio.example/a", "file": None}
    assert await _told(db, text) == told
    moved = update(capture).where(capture.c.id == first).values(revision_id=None, document_id=None, removed_at=NOON)
    await db.write(lambda conn: conn.execute(moved).close())
    await db.write(_shown, 0, text)
    assert await _told(db, text) == told


async def test_a_text_that_only_repeats_showed_names_what_they_repeat(db: Database) -> None:
    """It was doubted when its bytes came."""
    text = await db.write(add_text, "A text")
    await db.write(_shown, 1, None)
    repeated = a_capture(0, 1)
    again = await db.write(_shown, 2, text, record_type="revisit")
    same = update(capture).where(capture.c.id == again).values(sha256=repeated.sha256)
    await db.write(lambda conn: conn.execute(same).close())
    await db.write(seal)
    assert (await _told(db, text))["record"] == "<urn:uuid:1>"


async def test_another_reading_names_the_bytes_that_it_was_made_of(db: Database) -> None:
    """Of the text that it reads again, the newest response."""
    text = await db.write(add_text, "A text")
    for number in (1, 2):
        await db.write(_shown, number, text)
    other = await db.write(lambda conn: revisions.add(conn, a_revision(1, "Read otherwise", reextracts=1)).id)
    await db.write(seal)
    assert (await _told(db, other))["record"] == "<urn:uuid:2>"


async def test_a_saved_text_names_its_file_and_what_nothing_is_kept_of_names_nothing(db: Database) -> None:
    """The file stays the same where it is told to be another text's."""
    saved = await db.write(_add_saved)
    bare = await db.write(add_text, "Nothing kept", "https://radio.example/b")
    await db.write(seal)
    assert await _told(db, saved) == {"record": None, "url": None, "file": "ab" * 32}
    await db.write(corpus.repoint, saved, 1, bare)
    assert await _told(db, saved) == {"record": None, "url": None, "file": "ab" * 32}
    assert await _told(db, bare) == {"record": None, "url": None, "file": None}


def _add_saved(conn: Connection) -> int:
    document, _ = documents.add(conn, a_document("https://radio.example/a"))
    made = revisions.add(conn, a_revision(document.id, "Saved", origin=Origin.CORPUS))
    file = CorpusFile(
        "ab" * 32, "a.txt", "a.txt", 5, "utf-8", NOON, line=0, document_id=document.id, revision_id=made.id
    )
    corpus.add(conn, file)
    return made.id


async def test_a_leaf_that_is_told_to_be_read_from_elsewhere_is_found_out(db: Database) -> None:
    """The number of the capture beside a leaf is proved by its hash."""
    text = await db.write(add_text, "A text")
    for number in (1, 2):
        await db.write(_shown, number, text)
    await db.write(seal)
    await db.write(lambda conn: conn.exec_driver_sql("UPDATE leaf SET read_from = 2 WHERE kind = 'revision'").close())
    kept = (await db.read(leaves.kept, 1, 1))[1]
    assert [one.as_sealed for one in kept] == [True, True, False]


async def test_the_captures_that_tell_something(db: Database) -> None:
    """What it was read from, those that brought it back after another text or a page that was gone, the newest."""
    mine = await db.write(add_text, "A text")
    other = await db.write(lambda conn: revisions.add(conn, a_revision(1, "Another")).id)
    shows = (mine, mine, mine, other, mine, None, mine, mine, None, mine, mine)
    ids = [await db.write(_shown, number, text, status=200) for number, text in enumerate(shows)]
    gone = update(capture).where(capture.c.id == ids[8]).values(status=404)  # ids[5] is a page that could not be read
    await db.write(lambda conn: conn.execute(gone).close())
    one = await db.read(revisions.get, mine)
    assert one is not None
    few = [each.id for each in await db.read(proving.captures_behind, one, ids[1], every=False)]
    assert few == [ids[place] for place in (0, 1, 4, 9, 10)]
    every = [each.id for each in await db.read(proving.captures_behind, one, ids[1], every=True)]
    assert every == [number for number, text in zip(ids, shows, strict=True) if text == mine]


async def test_leaves_are_read_by_their_places(db: Database) -> None:
    """Not by the index over kinds, which leads through all that were ever sealed."""
    await db.write(add_captures, 1, 3)
    await db.write(seal)
    said: list[str] = []

    def look(conn: Connection) -> None:
        event.listen(conn, "before_cursor_execute", lambda *told: said.append(str(told[2])))
        leaves.kept(conn, 1, 1)

    await db.read(look)
    of_leaves = [one for one in said if "FROM leaf" in one]
    assert len(of_leaves) == 1
    assert "leaf.kind =" not in of_leaves[0]
