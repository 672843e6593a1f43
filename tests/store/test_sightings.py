"""How often the text that a change brought was seen is told of many changes as of each by itself."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from random import Random

from sqlalchemy import Connection

from monitor.answers import ChangeView
from monitor.model import Capture, Change, ChangeKind, Document, Fetch, Outcome
from monitor.store import captures, changes, documents, fetches, revisions, sightings
from monitor.store.database import Database
from tests.store.captured import a_capture
from tests.store.examples import NOON, a_document, a_revision, minutes

KINDS = (*sightings.ENDS, ChangeKind.RESTORED, ChangeKind.FURNITURE)
TITLES = ("Storm", "Storm", None, "Calm")


def _fill(conn: Connection) -> tuple[dict[int, Document], list[Change], list[Capture]]:
    """Keep three documents of four texts, with changes and captures at the same few minutes, in any order."""
    random, kept, shown = Random(11), list[Change](), list[Capture]()
    fetch = fetches.add(conn, Fetch("https://radio.example/", Outcome.OK, NOON))
    for number in range(3):
        document, _ = documents.add(conn, a_document(f"https://radio.example/{number}"))
        stored = [
            revisions.add(conn, a_revision(document.id, f"Text {at}", title or "")) for at, title in enumerate(TITLES)
        ]
        for _ in range(12):
            one = _change(random, document.id)
            kept.append(replace(one, id=changes.add(conn, one)))
        for at in range(20):
            text = random.choice([None, *(one.id for one in stored)])
            one_capture = a_capture(fetch, 100 * number + at, document_id=document.id, revision_id=text)
            shown.append(replace(one_capture, captured_at=NOON + minutes(random.randrange(12))))
            captures.add(conn, shown[-1])
    return documents.by_ids(conn, {one.document_id for one in kept}), kept, shown


def _change(random: Random, document_id: int) -> Change:
    kind, at = random.choice(KINDS), NOON + minutes(random.randrange(10))
    earlier = at - minutes(2) if random.random() < 0.3 else None
    to = None if kind is ChangeKind.REMOVED else random.randint(1, 4)
    return Change(
        kind, at, document_id=document_id, from_revision=random.randint(1, 4), to_revision=to, earlier_seen_at=earlier
    )


def _expected(one: Change, every: Sequence[Change], shown: Sequence[Capture], about: Document) -> ChangeView:
    """Count the captures with a text after the change, until what ended the time in which its text stood."""
    if one.to_revision is None:
        return ChangeView(one, about)
    ended = [
        (other.at, other.id, other.earlier_seen_at or other.at)
        for other in every
        if other.document_id == one.document_id
        and other.kind in sightings.ENDS
        and (other.at, other.id) > (one.at, one.id)
    ]
    until = min(ended)[2] if ended else datetime.max.replace(tzinfo=NOON.tzinfo)
    times = [
        each.captured_at
        for each in shown
        if each.document_id == one.document_id
        and each.revision_id
        and (one.earlier_seen_at or one.at) < each.captured_at <= until
    ]
    before, after = (TITLES[number - 1] for number in (one.from_revision or 1, one.to_revision))
    headlines = (before, after) if before and after and before != after else None
    return ChangeView(one, about, len(times), max(times, default=None), headlines)


async def test_each_of_many_changes_is_told_as_by_the_definition(db: Database) -> None:
    """In the order asked, also beyond what one statement takes."""
    about, kept, shown = await db.write(_fill)
    wanted = [_expected(one, kept, shown, about[one.document_id]) for one in kept]
    assert await db.read(sightings.seen_all, kept, about) == tuple(wanted)
    assert await db.read(sightings.seen_all, kept[::-1] * 15, about) == tuple(wanted[::-1] * 15)
    assert await db.read(sightings.seen, kept[5], about[kept[5].document_id]) == wanted[5]
    assert len({one.seen for one in wanted}) > 3
    assert sum(one.headlines is not None for one in wanted) > 3


async def test_without_changes_nothing_is_asked(db: Database) -> None:
    assert await db.read(sightings.seen_all, [], {}) == ()
