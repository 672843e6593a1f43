"""A copy is found when it comes in; its cluster tells who had the text first, and what each altered."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain, permutations
from pathlib import Path
from typing import Any, NoReturn

import pytest
from sqlalchemy import Connection

from monitor import Archive, Settings
from monitor.answers import ClusterView
from monitor.app import copying
from monitor.app.context import Context, Seams
from monitor.core.outlets import Registry
from monitor.edges.clock import FixedClock
from monitor.model import Copy, Document, DocumentState, Origin, Outlet, Revision
from monitor.store import copies, documents, revisions
from monitor.store.database import Database
from tests.app.rig import Rig, add, play
from tests.blank import blank_sqlite
from tests.newsroom.days import MORNING
from tests.newsroom.settings import CORPUS
from tests.newsroom.texts import read_texts
from tests.store.examples import NOON, a_document, a_revision

pytest_plugins = ["tests.newsroom.fixtures"]

TEXTS = {(one.outlet, one.slug): list(one.paragraphs) for one in read_texts()}
STORM, HARVEST, FAIR = (
    TEXTS["litoral", slug] for slug in ("tormenta-costa-norte", "cosecha-cacao-valle-alto", "festival-cine-faros")
)
TAKEN = TEXTS["sotavento", "temporal-cala-honda"]
HOUR = timedelta(hours=1)


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """An archive's database, empty; tests/store asks both kinds."""
    opened = Database.open(f"sqlite:///{blank_sqlite(tmp_path / 'archive.db')}", patience_s=5.0)
    yield opened
    opened.close()


class Desk:
    """Puts documents with their texts into an archive, as a visit does, an hour after each other."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.hours = 0
        outlet = Outlet("radio.example", "Radio Mareverte", ("radio.example",))
        edges = Seams(_unused, _unused, _unused)
        self.ctx = Context(Settings(), db, FixedClock(NOON), Registry.of((outlet,)), "test", edges)

    async def has(self, text: list[str], url: str | None = None, **values: Any) -> Document:
        """Add a document with a text; return it."""
        at = self._next()
        url = url or f"https://paper{self.hours}.example/a"
        one, _ = await self.db.write(documents.add, a_document(url, first_seen_at=at, outlet=url[8:], **values))
        return await self.gets(one, text)

    async def gets(self, one: Document, text: list[str], **values: Any) -> Document:
        """Give a document a text."""
        await self.revised(one, "\n".join(text), **values)
        return one

    async def revised(self, one: Document, text: str, **values: Any) -> Copy | None:
        """Give a document a text; return its place."""
        new = a_revision(one.id, text, f"Title {self.hours}", at=self._next(), **values)
        return await self.db.write(_stored, self.ctx, one, new)

    def _next(self) -> datetime:
        self.hours += 1
        self.ctx = replace(self.ctx, clock=FixedClock(NOON + self.hours * HOUR))
        return self.ctx.clock.now()

    async def place(self, one: Document) -> Copy | None:
        """Return a document's place."""
        return await self.db.read(copies.place_of, one.id)

    async def cluster(self, one: Document) -> ClusterView | None:
        """Return a document's cluster."""
        return await self.db.read(copying.cluster_of, self.ctx, one.id)

    async def members(self, one: Document) -> list[int]:
        """Return the documents of its cluster, who had it first, first."""
        found = await self.cluster(one)
        return [each.document.id for each in found.copies] if found else []

    async def newest(self) -> list[list[int]]:
        """Return the clusters that grew last."""
        found = await self.db.read(copying.newest, self.ctx, 10)
        return [[each.document.id for each in one.copies] for one in found]


def _unused() -> NoReturn:
    raise AssertionError("copies are found without the network")


def _stored(conn: Connection, ctx: Context, document: Document, new: Revision) -> Copy | None:
    return copying.assign(conn, ctx, document, revisions.add(conn, new))


@pytest.fixture
def desk(db: Database) -> Desk:
    """An archive to put documents into."""
    return Desk(db)


def cut(text: list[str]) -> list[str]:
    """Return the first half of an article."""
    return text[: len(text) // 2 + 1]


async def test_a_copy_makes_a_cluster_with_what_it_copies(desk: Desk) -> None:
    agency = await desk.has(STORM)
    assert await desk.place(agency) is None
    paper = await desk.has(TAKEN)
    first, second = await desk.place(agency), await desk.place(paper)
    assert first is not None
    assert second is not None
    assert (first.like_document_id, second.like_document_id) == (None, agency.id)
    assert first.cluster_id == second.cluster_id
    assert 0.6 < second.resemblance < second.containment < 0.95
    assert await desk.members(paper) == [agency.id, paper.id]


async def test_what_is_no_copy_is_in_no_cluster(desk: Desk) -> None:
    for text in (STORM, HARVEST, FAIR, *(TEXTS[key] for key in TEXTS if key[0] == "mareverte")):
        assert await desk.place(await desk.has(text)) is None
    assert await desk.newest() == []


async def test_words_altered_are_told_against_the_first(desk: Desk) -> None:
    agency = await desk.has(STORM)
    await desk.has([*STORM[:-1], "Continuará pronto."])
    await desk.has([*STORM, "Continuará pronto."])
    found = await desk.cluster(agency)
    assert found is not None
    first, second, third = found.copies
    assert (first.words_added, first.words_removed) == (0, 0)
    assert (second.words_added, second.words_removed) == (2, len(STORM[-1].split()))
    assert (third.words_added, third.words_removed) == (2, 0)
    assert third.words == first.words + 2


async def test_who_had_it_first_is_who_stated_it_first_if_that_can_be_believed(desk: Desk) -> None:
    """Seen late but dated early comes first; a date in the future, or before the web, is no date."""
    seen_first = await desk.has(STORM)
    dated = await desk.has(STORM, published_at=NOON - HOUR)
    future = await desk.has(STORM, published_at=NOON + 99 * HOUR)
    unset = await desk.has(STORM, published_at=datetime(1970, 1, 1, tzinfo=UTC))
    found = await desk.cluster(unset)
    assert found is not None
    assert [one.document.id for one in found.copies] == [dated.id, seen_first.id, future.id, unset.id]
    assert [one.dated for one in found.copies] == [True, False, False, False]
    assert [one.had_at for one in found.copies][:2] == [NOON - HOUR, seen_first.first_seen_at]


async def test_a_date_without_a_time_does_not_make_a_text_the_first(desk: Desk) -> None:
    """It may mean any time of the day, so that a time stated on that day comes first."""
    day = NOON.replace(hour=0) - timedelta(days=3)
    dated = await desk.has(STORM, published_at=day)
    timed = await desk.has(STORM, published_at=day + 9 * HOUR)
    assert await desk.members(dated) == [timed.id, dated.id]


async def test_three_outlets_and_a_second_address_of_one_are_one_cluster(desk: Desk) -> None:
    agency = await desk.has(STORM)
    papers = [await desk.has(text) for text in (TAKEN, cut(STORM))]
    again = await desk.has(STORM, "https://paper1.example/print/a")
    assert await desk.members(again) == [agency.id, *(one.id for one in papers), again.id]


async def test_a_saved_text_is_the_copy_of_the_page_found_later(desk: Desk) -> None:
    """Compared is the article of it, without title, address and signature; its own date tells how old it is."""
    saved, _ = await desk.db.write(
        documents.add,
        Document(
            id=0,
            origin=Origin.CORPUS,
            state=DocumentState.SAVED,
            first_seen_at=NOON,
            outlet="radio.example",
            title="Title 0",
            published_at=NOON - timedelta(days=400),
        ),
    )
    text = "\n\n".join(["Title 0", *STORM, "Radio Mareverte", ""])
    assert await desk.revised(saved, text, origin=Origin.CORPUS) is None
    page = await desk.has(STORM, published_at=NOON - timedelta(days=399))
    found = await desk.cluster(page)
    assert found is not None
    assert [(one.document.id, one.words_added, one.words_removed) for one in found.copies] == [
        (saved.id, 0, 0),
        (page.id, 0, 0),
    ]
    assert found.copies[0].had_at == NOON - timedelta(days=400)


async def test_lines_that_a_page_marks_as_no_article_do_not_count(desk: Desk) -> None:
    """Two short reports below the same long box."""
    box = list(chain(*(TEXTS["litoral", slug] for slug in ("tren-costero-reapertura", "laboratorio-arrecifes"))))
    for report in (HARVEST[:1], FAIR[:1]):
        one, _ = await desk.db.write(documents.add, a_document(f"https://a.example/{report[0][:3]}"))
        await desk.gets(one, [*report, *box], asides=tuple(box))
        assert await desk.place(one) is None


async def test_a_roundup_does_not_bring_its_items_together(desk: Desk) -> None:
    """Neither when it comes last, nor when it comes first."""
    one, other = await desk.has(STORM), await desk.has(HARVEST)
    roundup = [*FAIR, *STORM, *HARVEST]
    assert await desk.place(await desk.has(roundup)) is None
    assert await desk.place(await desk.has([*TAKEN])) is not None
    assert await desk.place(other) is None
    assert len(await desk.members(one)) == 2


async def test_a_roundup_that_begins_with_one_text_joins_that_one_only(desk: Desk) -> None:
    storm, harvest = await desk.has(STORM), await desk.has(HARVEST)
    roundup = await desk.has([*STORM, *HARVEST, *FAIR])
    await desk.has(TEXTS["sotavento", "cacao-valle-alto-cosecha"])
    assert await desk.members(roundup) == [storm.id, roundup.id]
    assert len(await desk.members(harvest)) == 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
async def test_a_roundup_that_begins_with_one_text_and_is_mostly_another_brings_them_together_never(
    desk: Desk, order: tuple[int, ...]
) -> None:
    """Whichever comes first; it is with one of them."""
    short = HARVEST[:4]
    texts = (short, STORM, [*short, *STORM])
    found = {number: await desk.has(texts[number]) for number in order}
    clusters = [place.cluster_id if (place := await desk.place(found[number])) else None for number in range(3)]
    assert clusters[0] is None or clusters[0] != clusters[1]
    assert clusters[2] is not None
    assert clusters[2] in clusters[:2]


async def test_what_is_mostly_two_clusters_makes_one_of_them(desk: Desk) -> None:
    """Its beginning and its end were copied apart before the whole came in; it is mostly what either carries."""
    words = " ".join(STORM).split()
    part = len(words) * 58 // 100
    begun = [await desk.has([" ".join(words[:part])]) for _ in range(2)]
    ended = [await desk.has([" ".join(words[-part:])]) for _ in range(2)]
    assert not {one.id for one in begun} & set(await desk.members(ended[0]))
    whole = await desk.has(STORM)
    assert await desk.members(whole) == [one.id for one in (*begun, *ended, whole)]
    assert len(await desk.newest()) == 1
    found = await desk.cluster(whole)
    assert found is not None
    assert [one.copy.like_document_id for one in found.copies].count(None) == 1


async def test_a_later_text_of_a_document_may_be_the_copy(desk: Desk) -> None:
    agency = await desk.has(STORM)
    paper = await desk.has(FAIR)
    await desk.gets(paper, TAKEN)
    assert await desk.members(paper) == [agency.id, paper.id]


async def test_a_copy_of_a_text_that_was_rewritten_since_is_found(desk: Desk) -> None:
    agency = await desk.has(STORM)
    await desk.gets(agency, FAIR)
    paper = await desk.has(TAKEN)
    assert await desk.members(paper) == [agency.id, paper.id]


async def test_a_place_is_kept_when_the_text_becomes_another(desk: Desk) -> None:
    await desk.has(STORM)
    paper = await desk.has(TAKEN)
    before = await desk.place(paper)
    await desk.gets(paper, FAIR)
    assert await desk.place(paper) == before
    assert before is not None


async def test_a_page_written_anew_every_day_brings_nobody_into_its_cluster(desk: Desk) -> None:
    """It was a copy once; what it holds today has nothing to do with that."""
    agency = await desk.has(STORM)
    daily = await desk.has(TAKEN, "https://paper2.example/today")
    await desk.gets(daily, FAIR)
    fair = await desk.has(FAIR)
    assert await desk.place(fair) is None
    harvest = await desk.has(HARVEST)
    await desk.gets(daily, HARVEST)
    assert await desk.place(harvest) is None
    assert await desk.members(agency) == [agency.id, daily.id]


async def test_the_same_text_again_changes_nothing(desk: Desk) -> None:
    """As when a transaction is done again."""
    agency, paper = await desk.has(STORM), await desk.has(TAKEN)
    before = [await desk.place(agency), await desk.place(paper)]
    await desk.gets(paper, [*TAKEN, "Continuará."])
    await desk.gets(agency, [*STORM, "Continuará."])
    assert [await desk.place(agency), await desk.place(paper)] == before


async def test_a_text_too_short_to_tell_is_no_copy(desk: Desk) -> None:
    for text in ("", "Última hora", "Se esperan lluvias en la costa"):
        assert await desk.place(await desk.has([text])) is None
        assert await desk.place(await desk.has([text])) is None


async def test_the_clusters_that_grew_last_come_first(desk: Desk) -> None:
    storm, harvest = await desk.has(STORM), await desk.has(HARVEST)
    second = await desk.has(STORM)
    third = await desk.has(HARVEST)
    assert await desk.newest() == [[harvest.id, third.id], [storm.id, second.id]]
    fourth = await desk.has(TAKEN)
    assert await desk.newest() == [[storm.id, second.id, fourth.id], [harvest.id, third.id]]


async def test_the_newsroom_s_agency_copy_is_found_with_its_saved_text(rig: Rig, archive: Archive) -> None:
    """A paper took the memorandum from an agency, and somebody saved it before the agency corrected a number."""
    imported = await archive.import_corpus(CORPUS)
    (saved,) = (one.document_id for one in imported.documents if "مذكرة تعاون" in (one.title or ""))
    for url in ("https://marsat.example/", "http://difaf-alyawm.example/"):
        await add(archive, url)
    await play(rig, archive, MORNING)
    assert saved is not None
    found = await archive.copies(saved)
    assert found is not None
    assert {one.document.outlet for one in found.copies} == {None, "marsat.example", "difaf-alyawm.example"}
    by_outlet = {one.document.outlet: one for one in found.copies}
    agency, paper = by_outlet["marsat.example"], by_outlet["difaf-alyawm.example"]
    assert agency.had_at < paper.had_at
    assert 0 < paper.words_added < 60
    assert [one.cluster.id for one in await archive.clusters()] == [found.cluster.id]
    assert (await archive.document(saved)).cluster == found
