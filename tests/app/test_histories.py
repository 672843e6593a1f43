"""A text that comes to light later takes its place in a document's history."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from monitor.app import histories
from monitor.app.context import Context
from monitor.app.doubting import DOUBTED
from monitor.app.histories import Inserted
from monitor.interfaces import Extraction
from monitor.model import Change, ChangeKind, Document, DocumentState, Origin, Quality, Revision, Standing
from monitor.store import changes, documents, importing, revisions
from tests.edges.foreign_warcs import PARAGRAPH

START = datetime(2021, 3, 4, 9, tzinfo=UTC)
URL = "https://news.example/2021/03/04/the-bridge"
TEXTS = {
    "A": ("The bridge is coming", f"{PARAGRAPH}\n{PARAGRAPH.replace('bridge', 'pier')}"),
    "B": ("The bridge is delayed", f"{PARAGRAPH}\n{PARAGRAPH.replace('bridge', 'pier')}"),
    "C": ("The bridge is off", f"{PARAGRAPH.replace('spring', 'autumn')}\n{PARAGRAPH.replace('bridge', 'pier')}"),
}


def hour(number: float) -> datetime:
    """Return a time so many hours after the start."""
    return START + timedelta(hours=number)


def reading(name: str, **odd: object) -> Extraction:
    """Return one of the texts as an extraction."""
    title, text = TEXTS[name]
    fields: dict[str, object] = {"quality": Quality.COMPLETE, "extractor": "trafilatura/2.3.1 reader/2 text=default"}
    return Extraction(text, title, **(fields | odd))  # type: ignore[arg-type]


class Story:
    """A document, and what its history is by now."""

    def __init__(self, ctx: Context) -> None:
        self.ctx = ctx

    async def begin(self, state: DocumentState = DocumentState.LIVE) -> None:
        """Make the document."""
        new = Document(0, Origin.WEB, state, hour(100), url=URL, host="news.example", etag='"1"')
        self.document = (await self.ctx.db.write(documents.add, new))[0]

    async def see(self, name: str, at: float, **odd: object) -> Inserted:
        """Insert a text at an hour."""
        found = reading(name, **odd)

        def insert(conn: Connection) -> Inserted:
            document = documents.get(conn, self.document.id)
            assert document is not None
            return histories.insert(conn, self.ctx, document, found, hour(at))

        return await self.ctx.db.write(insert)

    async def texts(self) -> list[Revision]:
        """Return the revisions by number."""
        return list(await self.ctx.db.read(revisions.of_document, self.document.id))

    async def changes(self) -> list[Change]:
        """Return the changes in the order of time."""
        found = await self.ctx.db.read(changes.of_document, self.document.id)
        return sorted(found, key=lambda one: (one.at, one.id))

    async def told(self) -> list[tuple[str, str, float]]:
        """Return the story: from which text to which, and at which hour."""
        names = {
            one.number: next(key for key, text in TEXTS.items() if text[0] == one.title) for one in await self.texts()
        }
        steps = await self.changes()
        return [
            (names[one.from_revision or 0], names[one.to_revision or 0], (one.at - START) / timedelta(hours=1))
            for one in steps
        ]

    async def current(self) -> str | None:
        """Return the headline that stands."""
        document = await self.ctx.db.read(documents.get, self.document.id)
        assert document is not None
        return document.title


@pytest.fixture
async def story(ctx: Context) -> Story:
    """A document of which nothing is known yet."""
    story = Story(ctx)
    await story.begin()
    return story


async def test_a_history_begins_before_it_was_watched(story: Story) -> None:
    """An older text becomes the next revision, the first by time, and the change leads from it to what stands."""
    await story.see("B", 100)
    inserted = await story.see("A", 0)
    assert (inserted.new_number, inserted.earlier) == (2, True)
    assert await story.told() == [("A", "B", 100)]
    (change,) = await story.changes()
    assert (change.kind, change.earlier_seen_at, change.stood_s) == (ChangeKind.HEADLINE, hour(0), 100 * 3_600)
    assert [one.number for one in await story.texts()] == [1, 2]
    document = await story.ctx.db.read(documents.get, story.document.id)
    assert document is not None
    assert (document.first_seen_at, document.title) == (hour(0), TEXTS["B"][0])


async def test_a_known_text_is_seen_longer(story: Story) -> None:
    """No revision, no change: its first and last sighting move."""
    await story.see("A", 10)
    for at in (20, 5, 12):
        assert (await story.see("A", at)).new_number is None
    (text,) = await story.texts()
    assert (text.first_seen_at, text.last_seen_at, await story.changes()) == (hour(5), hour(20), [])


async def test_a_text_in_between_parts_a_change_in_two(story: Story) -> None:
    """What was one step are two; the change that led to the later text is made anew."""
    await story.see("A", 0)
    await story.see("C", 10)
    before = (await story.changes())[0]
    await story.see("B", 5)
    assert await story.told() == [("A", "B", 5), ("B", "C", 10)]
    first, second = await story.changes()
    assert second.id == before.id
    assert (second.earlier_seen_at, first.earlier_seen_at) == (hour(5), hour(0))
    assert first.standing is Standing.CONFIRMED  # the next one came on top of it
    assert await story.current() == TEXTS["C"][0]


async def test_a_text_seen_sooner_moves_its_change(story: Story) -> None:
    """The gap in which the edit fell is narrower now, from both sides."""
    await story.see("A", 0)
    await story.see("B", 10)
    await story.see("A", 4)
    await story.see("B", 6)
    (change,) = await story.changes()
    assert (change.earlier_seen_at, change.at, change.stood_s) == (hour(4), hour(6), 6 * 3_600)
    assert change.standing is Standing.CONFIRMED


async def test_a_text_that_came_and_went_flickers(story: Story) -> None:
    """It was seen between two sightings of another: both steps are told, and neither is a claim that stood."""
    for at in (0, 4, 6, 10):
        await story.see("A", at)
        (text,) = await story.texts()
        await _capture_sighting(story, text, at)
    await story.see("B", 5)
    assert await story.told() == [("A", "B", 5), ("B", "A", 6)]
    there, back = await story.changes()
    assert (there.earlier_seen_at, there.standing) == (hour(4), Standing.FLICKER)
    assert (back.kind, back.standing) == (ChangeKind.VARIANT, Standing.FLICKER)
    assert await story.current() == TEXTS["A"][0]


async def _capture_sighting(story: Story, text: Revision, at: float) -> None:
    from dataclasses import replace

    from monitor.model import Capture, Fetch, Outcome
    from monitor.store import captures, fetches

    def store(conn: Connection) -> None:
        fetch_id = fetches.add(conn, Fetch(URL, Outcome.OK, hour(at)))
        one = Capture("a.warc.gz", int(at * 10), 10, f"<urn:{at}>", "response", URL, hour(at), "sha1:A", "0" * 64)
        captures.add(conn, replace(one, fetch_id=fetch_id, revision_id=text.id))

    await story.ctx.db.write(store)


async def test_a_return_to_an_older_text_is_a_variant(story: Story) -> None:
    """Once it is known that the text stood before, the change that brought it back says so."""
    await story.see("A", 5)
    await story.see("B", 10)
    assert (await story.changes())[0].kind is ChangeKind.HEADLINE
    await story.see("B", 0)
    assert await story.told() == [("B", "A", 5), ("A", "B", 10)]
    first, second = await story.changes()
    assert (first.kind, second.kind) == (ChangeKind.HEADLINE, ChangeKind.VARIANT)
    assert second.reason.startswith("back to the text of revision 2: ")


async def test_what_is_newest_by_time_stands(story: Story) -> None:
    """However late it came in; the server is to send the page in full next time."""
    await story.see("A", 0)
    await story.see("B", 200)
    await story.see("C", 100)
    assert await story.current() == TEXTS["B"][0]
    document = await story.ctx.db.read(documents.get, story.document.id)
    assert document is not None
    assert document.etag is None


async def test_only_what_is_complete_becomes_a_text(story: Story) -> None:
    """A paywall is none; neither is what is far shorter than the text that stood before it."""
    await story.see("A", 0)
    paywall = await story.see("B", 5, quality=Quality.PAYWALL, quality_reason="a teaser")
    assert (paywall.quality, paywall.revision_id) == (Quality.PAYWALL, None)
    title, text = TEXTS["B"]
    TEXTS["short"] = (title, text[:60])
    try:
        short = await story.see("short", 6)
    finally:
        del TEXTS["short"]
    assert short.quality in DOUBTED
    assert short.revision_id is None
    assert len(await story.texts()) == 1


async def test_another_extractor_makes_no_edit(story: Story) -> None:
    """Where the old bytes are not there to be read again, the difference claims nothing."""
    await story.see("A", 10)
    await story.see("B", 0, extractor="trafilatura/1.0 reader/1 text=default")
    (change,) = await story.changes()
    assert (change.kind, change.significance) == (ChangeKind.REEXTRACTED, 0.0)


async def test_old_bytes_read_again_make_it_comparable(story: Story) -> None:
    """The text that stood is stored as the present extractor reads it; then the edit is one."""
    old = await story.see("A", 0, extractor="trafilatura/1.0 reader/1 text=default")
    found = reading("B")

    def insert(conn: Connection) -> tuple[int, ...]:
        document = documents.get(conn, story.document.id)
        assert document is not None
        around = histories.neighbours(conn, document, found, hour(5))
        assert [one.id for one in around] == [old.revision_id]
        histories.insert(conn, story.ctx, document, found, hour(5), {around[0].id: reading("C")})
        return tuple(one.id for one in around)

    await story.ctx.db.write(insert)
    kinds = [(one.kind, one.from_revision, one.to_revision) for one in await story.changes()]
    assert sorted(kinds) == [(ChangeKind.BOTH, 2, 3), (ChangeKind.REEXTRACTED, 1, 2)]


async def test_seeing_again_needs_no_text(story: Story) -> None:
    """A revisit says that a text stood; that is a sighting like any other."""
    await story.see("A", 0)
    await story.see("B", 10)
    (first, _) = await story.texts()

    def again(conn: Connection) -> Inserted:
        document = documents.get(conn, story.document.id)
        assert document is not None
        return histories.see_again(conn, story.ctx, document, first, hour(7))

    assert (await story.ctx.db.write(again)).revision_id == first.id
    (change,) = await story.changes()
    assert change.earlier_seen_at == hour(7)


async def test_a_saved_text_stays_the_beginning(story: Story) -> None:
    """Nobody knows when its page had it; what is imported comes after it."""
    saved = Revision(
        story.document.id, 0, Origin.CORPUS, TEXTS["A"][0], TEXTS["A"][1], "0" * 64, "0" * 64, hour(90), hour(90)
    )
    await story.ctx.db.write(revisions.add, saved)
    inserted = await story.see("B", 0)
    assert inserted.earlier is False
    assert await story.told() == [("A", "B", 0)]
    assert (await story.changes())[0].earlier_seen_at is None
    assert (await story.see("A", 5)).revision_id == 1  # as it is compared, the saved text is this one


async def test_what_was_sighted_is_found_by_its_revision(story: Story) -> None:
    """Sightings of other readings of the same bytes count as well."""
    await story.see("A", 0)
    (text,) = await story.texts()
    await _capture_sighting(story, text, 3)
    assert await story.ctx.db.read(importing.sightings, [text.id]) == (hour(3),)
