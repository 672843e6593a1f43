"""What is an edit and what is not: standing, variants, bylines, new addresses, other extractors."""

from datetime import timedelta

from sqlalchemy import Connection, update

from monitor import Archive
from monitor.answers import DocumentView
from monitor.model import ChangeKind, DocumentState, Quality, Standing
from monitor.store.schema import capture, revision
from tests.app.rig import Rig, add, every_document, play, play_until
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
NEW = "http://one.example/2026/11/16/more-ships-in-the-roads"
HOUR = timedelta(hours=1)
HARVEST = (
    "Carts stood in line before the mill at Upper Weir from dawn, for the barley came in all at once this autumn.",
    "The miller has taken on two apprentices, and the cooperative pays a bonus for grain that is dry.",
    "Rain is expected from Sunday; what stands on the slopes will have to be cut by hand.",
)
OLD_READER = "trafilatura/2.3.0 reader/1 text=default"


async def begin(rig: Rig, archive: Archive, website: Website, page: bytes | None = None) -> None:
    """Watch a feed of one story, read at the first morning."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(page or article("Ships"))}
    await add(archive, FEED, every_s=6 * 3600)
    await play(rig, archive, MORNING)


async def check(
    rig: Rig, archive: Archive, hours: float, page: bytes | None = None, website: Website | None = None
) -> DocumentView:
    """Read the story again, so many hours later, with another page there if given; return all about it."""
    if website is not None and page is not None:
        website.pages[STORY] = Page(page)
    rig.at(MORNING + hours * HOUR)
    await archive.check_document(1)
    return await archive.document(1)


async def test_an_edit_stands_once_the_next_check_sees_it_again(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website)
    view = await check(site_rig, watcher, 1, article("Ships", 21), website)
    (change,) = view.changes
    assert (change.kind, change.standing, change.stood_s) == (ChangeKind.BODY, Standing.ONCE, 3600)
    assert change.earlier_seen_at == MORNING
    view = await check(site_rig, watcher, 2)
    assert [one.standing for one in view.changes] == [Standing.CONFIRMED]
    (told,) = await watcher.changes()
    assert (told.seen, told.last_seen_at) == (2, MORNING + 2 * HOUR)


async def test_a_text_of_one_check_is_a_flicker_and_so_is_the_way_back(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website)
    await check(site_rig, watcher, 1, article("Fewer ships"), website)
    view = await check(site_rig, watcher, 2, article("Ships"), website)
    assert [(one.kind, one.standing) for one in view.changes] == [
        (ChangeKind.HEADLINE, Standing.FLICKER),
        (ChangeKind.VARIANT, Standing.FLICKER),
    ]
    assert len(view.revisions) == 2


async def test_a_variant_is_confirmed_when_three_checks_in_a_row_saw_it(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Of a headline in a test every other answer is the same as the one before: two in a row prove nothing."""
    await begin(site_rig, watcher, website)
    for hours, title in ((1, "Fewer ships"), (2, "Fewer ships"), (3, "Ships"), (4, "Ships")):
        view = await check(site_rig, watcher, hours, article(title), website)
    assert [one.standing for one in view.changes] == [Standing.CONFIRMED, Standing.ONCE]
    view = await check(site_rig, watcher, 5)
    assert [one.standing for one in view.changes] == [Standing.CONFIRMED, Standing.CONFIRMED]


async def test_an_edit_upon_an_edit_lets_the_first_stand(site_rig: Rig, watcher: Archive, website: Website) -> None:
    await begin(site_rig, watcher, website)
    await check(site_rig, watcher, 1, article("Ships", 21), website)
    view = await check(site_rig, watcher, 3, article("Ships", 31), website)
    assert [one.standing for one in view.changes] == [Standing.CONFIRMED, Standing.ONCE]
    assert view.changes[1].stood_s == 2 * 3600


async def test_other_furniture_around_an_edit_confirms_it(site_rig: Rig, watcher: Archive, website: Website) -> None:
    await begin(site_rig, watcher, website)
    for hours, views in ((1, 1204), (2, 1377)):
        counter = f'<p class="views">{views} views</p></article>'.encode()
        view = await check(site_rig, watcher, hours, article("Ships", 21).replace(b"</article>", counter), website)
    assert [(one.kind, one.standing) for one in view.changes] == [
        (ChangeKind.BODY, Standing.CONFIRMED),
        (ChangeKind.FURNITURE, None),
    ]


def signed(name: str) -> bytes:
    """Return the story with an author."""
    return article("Ships").replace(b"</head>", f'<meta name="author" content="{name}"></head>'.encode())


async def test_another_byline_is_told_and_makes_no_revision(site_rig: Rig, watcher: Archive, website: Website) -> None:
    await begin(site_rig, watcher, website, signed("Ana Ferrer"))
    view = await check(site_rig, watcher, 1, signed("Bruno Salas"), website)
    (change,) = view.changes
    assert (change.kind, change.from_revision, change.to_revision) == (ChangeKind.BYLINE, 1, 1)
    assert "Ana Ferrer" in change.reason
    assert "Bruno Salas" in change.reason
    assert [one.byline for one in view.revisions] == ["Bruno Salas"]


async def test_an_article_at_a_new_address_of_the_site_is_the_same_document(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The headline went into the URL anew: the document goes along, and is found by both addresses."""
    await begin(site_rig, watcher, website)
    website.pages |= {STORY: redirect(NEW), NEW: Page(article("More ships"))}
    await play_until(site_rig, watcher, MORNING + HOUR, MORNING + 3 * HOUR, HOUR)
    website.pages[FEED] = rss((STORY, "Ships"), (NEW, "More ships"))
    await play(site_rig, watcher, MORNING + 7 * HOUR)
    view = await watcher.document(NEW)
    assert [one.kind for one in view.changes] == [ChangeKind.RETITLED, ChangeKind.HEADLINE]
    assert [one.url for one in view.addresses] == [STORY]
    assert view.document.state is DocumentState.LIVE
    assert len(await every_document(watcher)) == 1


async def test_a_document_heard_of_at_the_new_address_becomes_a_second_address(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website)
    website.pages |= {
        FEED: rss((NEW, "More ships")),
        STORY: redirect(NEW),
        NEW: Page(article("More ships"), status=503),
    }
    await play(site_rig, watcher, MORNING + 6 * HOUR)
    website.pages[NEW] = Page(article("More ships"))
    view = await check(site_rig, watcher, 7)
    assert view.document.url == NEW
    assert {entry.url for entry in view.entries} == {STORY, NEW}
    other = next(one for one in await every_document(watcher) if one.id != view.document.id)
    assert (other.state, other.url, other.moved_to) == (DocumentState.MOVED, STORY, NEW)


async def test_another_article_behind_a_redirect_is_a_move(site_rig: Rig, watcher: Archive, website: Website) -> None:
    await begin(site_rig, watcher, website)
    elsewhere = article("Harvest", 5, HARVEST)
    website.pages |= {STORY: redirect(NEW), NEW: Page(elsewhere)}
    view = await check(site_rig, watcher, 1)
    assert [one.kind for one in view.changes] == [ChangeKind.MOVED]


async def test_a_temporary_redirect_to_the_same_article_hides_no_edit(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website)
    website.pages |= {STORY: redirect(NEW, 302), NEW: Page(article("Ships", 21))}
    view = await check(site_rig, watcher, 1)
    assert [one.kind for one in view.changes] == [ChangeKind.BODY]
    assert view.document.url == STORY


def _pretend(conn: Connection, text: str) -> None:
    """Let the stored text be another extractor's work."""
    from monitor.core.changes import fingerprint

    values = {"text": text, "fingerprint": fingerprint("Ships", text), "extractor": OLD_READER}
    conn.execute(update(revision).values(**values))


OTHERS_WORK = "Skip to content\nThe harbour office reported ships."


async def test_a_new_extractor_is_no_edit(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """The bytes are the same, the text is not: that is our doing, and said so."""
    await begin(site_rig, watcher, website)
    await watcher._ctx.db.write(_pretend, OTHERS_WORK)
    view = await check(site_rig, watcher, 1)
    assert [(one.kind, one.significance) for one in view.changes] == [(ChangeKind.REEXTRACTED, 0.0)]
    assert [one.reextracts for one in view.revisions] == [None, 1]
    assert await watcher.changes() == ()
    assert await watcher.hidden_changes() == {ChangeKind.REEXTRACTED: 1}


async def test_an_edit_seen_by_a_new_extractor_is_told_apart_from_its_work(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website)
    await watcher._ctx.db.write(_pretend, OTHERS_WORK)
    view = await check(site_rig, watcher, 1, article("Ships", 21), website)
    assert [one.kind for one in view.changes] == [ChangeKind.REEXTRACTED, ChangeKind.BODY]
    assert "12 → 21" in view.changes[1].reason
    assert (view.changes[1].words_added, view.changes[1].words_removed) == (1, 1)


async def test_without_the_old_bytes_a_new_extractor_is_given_the_benefit_of_the_doubt(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website)
    await watcher._ctx.db.write(_pretend, OTHERS_WORK)
    await watcher._ctx.db.write(lambda conn: conn.execute(update(capture).values(revision_id=None)))
    view = await check(site_rig, watcher, 1, article("Ships", 21), website)
    assert [one.kind for one in view.changes] == [ChangeKind.REEXTRACTED]
    assert len(view.revisions) == 2


async def test_reextract_reads_what_an_older_extractor_read(site_rig: Rig, watcher: Archive, website: Website) -> None:
    await begin(site_rig, watcher, website)
    before = (await watcher.document(1)).revisions[0].text
    await watcher._ctx.db.write(_pretend, OTHERS_WORK)
    tried = await watcher.reextract(dry_run=True)
    assert (tried.documents, tried.different, len((await watcher.document(1)).revisions)) == (1, 1, 1)
    done = await watcher.reextract()
    assert (done.captures, done.different, [one.change.kind for one in done.changes]) == (
        1,
        1,
        [ChangeKind.REEXTRACTED],
    )
    view = await watcher.document(1)
    assert view.revisions[1].text == before
    assert view.document.revision_id == view.revisions[1].id
    assert (await watcher.reextract()).documents == 0
    again = await watcher.reextract([1])
    assert (again.captures, again.same) == (1, 1)


async def test_a_page_that_breaks_off_makes_no_revision(site_rig: Rig, watcher: Archive, website: Website) -> None:
    await begin(site_rig, watcher, website)
    whole = article("Ships")
    view = await check(site_rig, watcher, 1, whole[: whole.rindex(b"The mayor") + 30], website)
    assert view.changes == ()
    assert view.captures[0].quality in (Quality.TRUNCATED, Quality.COLLAPSED)
