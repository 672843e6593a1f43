"""A reader's desk: what happened, who is in trouble, and when things happen; the same on both databases."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from monitor import Settings
from monitor.app.context import Context, Seams
from monitor.app.desk import Desk
from monitor.app.desk_rhythm import LAGS, histogram
from monitor.edges.clock import FixedClock
from monitor.errors import NotFoundError, UsageError
from monitor.health import health, trouble
from monitor.model import Change, ChangeKind, Copy, Outcome
from monitor.store import changes, copies, documents
from monitor.store.database import Database
from monitor.store.desk_rhythm import Lag
from monitor.store.dialects import open_engine
from monitor.store.schema import document
from tests.app.conftest import never
from tests.app.deskful import AGENCY, DAY, HOSTILE, HOUR, RADIO, REGISTRY, SAVED, SECRET, SOURCES, fill
from tests.blank import administration, blank_sqlite, make_postgresql
from tests.store.examples import NOON, a_document, a_source

OK, FAILING, SILENT, UNVERIFIED, BY_HAND, BY_ITSELF, REMOVED, AGENCYS = range(1, 9)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The archive of deskful.py, made once of each kind; nobody writes to it."""
    if request.param == "sqlite":
        made = f"sqlite:///{blank_sqlite(Path(tmp_path_factory.mktemp('desk')) / 'archive.db')}"
    else:
        server = request.getfixturevalue("postgresql_server")
        engine = administration(server)
        made = engine.url.set(database=make_postgresql(server)).render_as_string(hide_password=False)
        engine.dispose()
    engine = open_engine(made, 5.0)
    with engine.begin() as conn:
        fill(conn)
    engine.dispose()
    return made


@pytest.fixture
def ctx_of(url: str) -> Iterator[Context]:
    db = Database.open(url, patience_s=5.0)
    yield Context(Settings(), db, FixedClock(NOON), REGISTRY, "test", Seams(never, never, never))
    db.close()


@pytest.fixture
def desk(ctx_of: Context) -> Desk:
    return Desk(ctx_of)


# --- the front page -------------------------------------------------------------------------------------------


async def test_the_front_page_tells_what_is_worth_reading(desk: Desk) -> None:
    """Neither what weighs little, nor what flickered, nor furniture; takedowns stand by themselves."""
    front = await desk.front()
    assert [(view.change.document_id, view.change.kind) for view in front.changes] == [(1, ChangeKind.BODY)]
    assert [view.document.id for view in front.removals] == [3]
    assert front.at == NOON
    assert (front.stats.documents, front.stats.corpus_documents) == (7, 2)


async def test_the_newest_documents_are_those_that_were_read(desk: Desk) -> None:
    newest = (await desk.front()).documents
    assert newest[0].id == 4
    assert 5 not in [one.id for one in newest]
    assert [one.first_seen_at for one in newest] == sorted((one.first_seen_at for one in newest), reverse=True)


async def test_sources_in_trouble_are_told_with_why_and_those_paused_by_hand_are_not(desk: Desk) -> None:
    troubled = (await desk.front()).troubled
    assert [(row.source.id, row.health) for row in troubled] == [
        (FAILING, "failing"),
        (SILENT, "silent"),
        (UNVERIFIED, "unverified"),
        (BY_ITSELF, "paused"),
    ]
    assert [row.trouble for row in troubled] == [
        f"the last 3 checks failed: no answer in 30 s {HOSTILE}",
        "nothing new for 9 days, where 2 a day are usual",
        "never read yet: 404",
        "paused: gone (410) for 7 days",
    ]


async def test_outlets_are_on_the_front_page_by_what_is_new(desk: Desk) -> None:
    """Of a day what is new, of a week what was edited and removed, each document once."""
    front = await desk.front()
    assert [row.key for row in front.outlets] == [RADIO, AGENCY]
    radio = front.outlets[0]
    assert (radio.new, radio.edited, radio.removed, radio.documents, radio.sources) == (1, 2, 1, 4, 1)
    assert radio.name == "Radio Mareverte"


async def test_an_empty_archive_has_a_front_page(ctx: Context) -> None:
    front = await Desk(ctx).front()
    assert (front.changes, front.outlets, front.troubled, front.stats.documents) == ((), (), (), 0)


# --- sources --------------------------------------------------------------------------------------------------


async def test_sources_are_listed_page_by_page_with_those_in_trouble_first(desk: Desk) -> None:
    """Each once, none removed, whatever the size of the pages."""
    every = [FAILING, SILENT, UNVERIFIED, BY_ITSELF, OK, AGENCYS, BY_HAND]
    for limit in (1, 3, 100):
        seen: list[int] = []
        after = None
        while True:
            page = await desk.sources(limit, after)
            assert len(page.items) <= limit
            seen += [row.source.id for row in page.items]
            if (after := page.next) is None:
                break
        assert seen == every


async def test_a_place_to_go_on_that_was_made_up_is_refused(desk: Desk) -> None:
    for ask in (desk.sources, desk.corpus, desk.clusters):
        with pytest.raises(UsageError):
            await ask(10, "nonsense")


async def test_a_source_is_told_whole_and_without_its_secrets(desk: Desk) -> None:
    page = await desk.source(AGENCYS)
    assert SECRET not in repr(page)
    assert (page.trouble, page.health) == (None, "ok")
    assert page.view.subscription is not None


async def test_a_source_shows_its_newest_documents_and_its_checks(desk: Desk) -> None:
    page = await desk.source(f"https://{RADIO}/feed")
    assert [one.id for one in page.documents][:1] == [4]
    assert dict(page.view.outcomes)[Outcome.OK] == 2
    with pytest.raises(NotFoundError):
        await desk.source(99)


@pytest.mark.parametrize(
    ("values", "word", "told"),
    [
        ({}, "new", None),
        ({"last_checked_at": NOON}, "ok", None),
        ({"failures": 1, "last_outcome": Outcome.DNS_ERROR}, "failing", "the last check failed: dns error"),
        ({"failures": 1, "verified": False, "last_detail": "refused"}, "failing", "the last check failed: refused"),
        ({"verified": False}, "unverified", "never read yet: it could not be reached when added"),
        ({"silence": "quiet", "last_checked_at": NOON}, "silent", "quiet"),
    ],
)
def test_health_is_a_word_and_trouble_a_sentence(values: dict[str, object], word: str, told: str | None) -> None:
    assert (health(a_source(**values)), trouble(a_source(**values))) == (word, told)  # type: ignore[arg-type]


def test_a_paused_and_a_removed_source_say_why() -> None:
    told = [trouble(SOURCES[number - 1]) for number in (BY_HAND, BY_ITSELF, REMOVED)]
    assert told == ["paused by hand", "paused: gone (410) for 7 days", "removed"]


# --- outlets and rhythm ---------------------------------------------------------------------------------------


async def test_outlets_are_listed_by_name(desk: Desk) -> None:
    assert [row.name for row in await desk.outlets()] == ["Radio Mareverte", "وكالة مرساة"]


async def test_an_outlet_is_found_by_its_key_and_by_a_domain(desk: Desk) -> None:
    for key in (RADIO, "www.radio.example"):
        page = await desk.outlet(key)
        assert page.outlet is not None
        assert page.row.key == RADIO
    assert [row.source.id for row in page.sources] == [OK]
    assert [one.id for one in page.documents] == [4, 3, 2, 1]
    assert [(view.change.document_id, view.change.kind) for view in page.changes] == [
        (3, ChangeKind.REMOVED),
        (2, ChangeKind.BODY),
        (2, ChangeKind.HEADLINE),
        (1, ChangeKind.BODY),
    ]
    with pytest.raises(NotFoundError):
        await desk.outlet("nobody.example")


async def test_the_rhythm_counts_what_was_published_edited_removed_and_checked_by_day_and_hour(desk: Desk) -> None:
    for rhythm in ((await desk.outlet(RADIO)).rhythm, (await desk.source(OK)).rhythm):
        days = {one.day: one for one in rhythm.days}
        assert len(days) == 30
        assert max(days) == NOON.date()
        today, yesterday = days[NOON.date()], days[(NOON - DAY).date()]
        assert (today.published, today.edited, today.removed) == (1, 2, 1)
        assert (today.fetches, today.failures, yesterday.fetches, yesterday.failures) == (2, 0, 2, 1)
        assert rhythm.edited_by_hour[7] == rhythm.edited_by_hour[9] == 1
        assert sum(rhythm.edited_by_hour) == 2
        assert rhythm.published_by_hour[9] == 1
        assert rhythm.published_by_hour[12] == 3
        assert dict(rhythm.lags) == {label: int(label == "5 to 15 min") for label, _ in LAGS}


def lag(minutes: float, source_id: int | None = None, at: datetime = NOON) -> Lag:
    return Lag(at - timedelta(minutes=minutes), at, source_id)


def test_lags_fall_between_their_bounds() -> None:
    """A bound itself belongs to the longer one."""
    lags = [lag(minutes) for minutes in (0, 4.9, 5, 15, 59, 60, 180, 721, 1500)]
    assert [count for _, count in histogram(lags, {})] == [2, 1, 2, 1, 1, 1, 1]


def test_what_tells_no_lag_is_left_out() -> None:
    """A backlog, a date without a time of day, a clock far ahead; one a little ahead was seen at once."""
    midnight = datetime.combine(NOON.date(), datetime.min.time(), NOON.tzinfo)
    untold = [lag(5, source_id=1), Lag(midnight, NOON, None), lag(-90)]
    assert sum(count for _, count in histogram(untold, {1: NOON})) == 0
    assert dict(histogram([lag(-30), lag(5, source_id=1, at=NOON + HOUR)], {1: NOON}))["under 5 min"] == 1


# --- clusters and the corpus ----------------------------------------------------------------------------------


async def test_a_cluster_tells_who_was_first(desk: Desk) -> None:
    (view,) = (await desk.clusters()).items
    assert [copy.document.id for copy in view.copies] == [7, 6]
    assert view == await desk.cluster(view.cluster.id)
    with pytest.raises(NotFoundError):
        await desk.cluster(view.cluster.id + 1)


async def test_clusters_come_page_by_page_those_that_grew_last_first(ctx: Context) -> None:
    """One that grows anew is on top; several that grew at one moment are each shown once."""
    await ctx.db.write(_clusters, 5)
    seen: list[int] = []
    after = None
    while True:
        page = await Desk(ctx).clusters(2, after)
        seen += [view.cluster.id for view in page.items]
        if (after := page.next) is None:
            break
    assert seen == [1, 5, 4, 3, 2]


def _clusters(conn: Connection, many: int) -> None:
    for number in range(1, many + 1):
        at = NOON + (number // 4) * HOUR
        cluster = copies.found(conn, at)
        for part in (1, 2):
            one, _ = documents.add(conn, a_document(f"https://c.example/{number}/{part}"))
            copies.join(conn, Copy(one.id, cluster, at))
    late, _ = documents.add(conn, a_document("https://c.example/late"))
    copies.join(conn, Copy(late.id, 1, NOON + DAY))


async def test_saved_texts_are_listed_by_file_with_what_they_cite_and_what_became_of_their_page(desk: Desk) -> None:
    first = await desk.corpus(1)
    second = await desk.corpus(1, first.next)
    assert second.next is None
    (ship,), (nobody,) = first.items, second.items
    assert (ship.file.name, ship.citations, ship.outlets, ship.edits) == ("000_ship.txt", 4, (AGENCY,), 0)
    assert (nobody.file.name, nobody.citations, nobody.outlets) == ("001_nobody.txt", 0, ())


async def test_a_saved_text_comes_with_its_citations_and_where_they_lead(desk: Desk) -> None:
    found = await desk.corpus_text(6)
    assert found.saved.text == SAVED
    assert all(SAVED[one.start : one.end] == one.cited for one in found.citations)
    assert found.live is not None
    assert found.live.number == 2
    assert [one.id for one in found.sources] == [AGENCYS]
    assert SECRET not in repr(found)
    (address,) = (one.id for one in found.citations if one.url)
    assert found.leads == ((address, 6),)
    assert found.cluster_id is not None
    assert (await desk.corpus_text(8)).live is None


async def test_what_is_no_saved_text_is_not_found(desk: Desk) -> None:
    for number in (1, 99):
        with pytest.raises(NotFoundError):
            await desk.corpus_text(number)


# --- how fast -------------------------------------------------------------------------------------------------


async def test_among_many_changes_only_the_newest_are_looked_through(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that matters and lies far behind is no news; the page does not wait for it."""
    monkeypatch.setattr("monitor.store.desk_front.LOOKED_THROUGH", 3)
    await ctx.db.write(_many_changes)
    assert [view.change.reason for view in (await Desk(ctx).front()).changes] == ["new"]


def _many_changes(conn: Connection) -> None:
    one, _ = documents.add(conn, a_document())
    conn.execute(update(document).where(document.c.id == one.id).values(revision_count=1))
    for number, (reason, weight) in enumerate((("old", 0.9), ("a", 0.1), ("b", 0.1), ("new", 0.9))):
        made = Change(ChangeKind.BODY, NOON + number * HOUR, document_id=one.id, significance=weight, reason=reason)
        changes.add(conn, made)
