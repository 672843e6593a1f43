"""Whether what is only another reading, or another hint, passes for an edit; and what reextract makes of it."""

from sqlalchemy import Connection, select, update

from monitor import Archive
from monitor.core.changes import fingerprint
from monitor.model import ChangeKind, Standing
from monitor.store.schema import capture, document, furniture, revision
from tests.app.rig import Rig, add, every_document, play
from tests.app.test_edits import FEED, HOUR, NEW, OLD_READER, OTHERS_WORK, STORY, _pretend, begin, check
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]

TOPIC = "http://one.example/topic.rss"


async def test_the_same_bytes_are_no_edit_when_another_feed_tells_of_them(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """h1 and og:title disagree, and the feed's title tips the vote: a second feed with another title is no edit."""
    page = article("Ships in the roads").replace(b'content="Ships in the roads"', b'content="Fleet waits"')
    page = page.replace(b"<title>Ships in the roads", b"<title>Fleet waits and other news of the harbour")
    website.pages |= {FEED: rss((STORY, "Fleet waits")), STORY: Page(page)}
    await add(watcher, FEED, every_s=6 * 3600)
    await play(site_rig, watcher, MORNING)
    website.pages[TOPIC] = rss((STORY, "Ships in the roads"))
    await add(watcher, TOPIC, every_s=6 * 3600)
    await play(site_rig, watcher, MORNING + HOUR / 10)
    view = await check(site_rig, watcher, 1)
    assert [(one.kind, one.reason) for one in view.changes] == []


async def test_a_dry_run_of_reextract_writes_nothing(site_rig: Rig, watcher: Archive, website: Website) -> None:
    await begin(site_rig, watcher, website)
    await watcher._ctx.db.write(_pretend, OTHERS_WORK)

    def all_rows(conn: Connection) -> list[object]:
        return [conn.execute(select(table)).all() for table in (revision, document, capture, furniture)]

    before = await watcher._ctx.db.read(all_rows)
    await watcher.reextract(dry_run=True)
    assert await watcher._ctx.db.read(all_rows) == before


async def test_reextract_of_every_revision_keeps_the_current_one(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website)
    await check(site_rig, watcher, 1, article("Ships", 21), website)
    await check(site_rig, watcher, 2, article("Ships", 31), website)

    def pretend(conn: Connection) -> None:
        for row in conn.execute(select(revision)).mappings().all():
            text = "Skip to content\n" + row["text"]
            values = {"text": text, "fingerprint": fingerprint(row["title"], text), "extractor": OLD_READER}
            conn.execute(update(revision).where(revision.c.id == row["id"]).values(**values))

    await watcher._ctx.db.write(pretend)
    await watcher.reextract(every=True)
    view = await watcher.document(1)
    current = next(one for one in view.revisions if one.id == view.document.revision_id)
    assert "31 ships" in current.text
    assert "Skip" not in current.text
    assert len(view.revisions) == 6
    again = await watcher.reextract()
    assert again.documents == 0
    view = await check(site_rig, watcher, 3, article("Ships", 41), website)
    assert view.changes[-1].kind is ChangeKind.BODY
    view = await check(site_rig, watcher, 4, article("Ships", 21), website)
    assert view.changes[-1].kind is ChangeKind.VARIANT


async def test_upgraded_with_a_304(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """An archive of before there was a reader: the page is unmodified for a day, then edited."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"), etag='"1"')}
    await add(watcher, FEED, every_s=6 * 3600)
    await play(site_rig, watcher, MORNING)
    await watcher._ctx.db.write(_pretend, OTHERS_WORK)
    await watcher._ctx.db.write(lambda conn: conn.execute(update(revision).values(extractor="trafilatura/2.3.1")))
    await check(site_rig, watcher, 1)
    await check(site_rig, watcher, 2)
    website.pages[STORY] = Page(article("Ships", 21), etag='"2"')
    view = await check(site_rig, watcher, 3)
    assert [one.kind for one in view.changes] == [ChangeKind.REEXTRACTED, ChangeKind.BODY]
    view = await check(site_rig, watcher, 4)
    assert view.changes[-1].standing is Standing.CONFIRMED


async def test_an_article_that_changes_its_address_at_every_check_loses_no_text(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Retitled there and back again, and to a third, with edits on the way."""
    await begin(site_rig, watcher, website)
    third = "http://one.example/2026/11/16/ships-again-in-the-roads"
    website.pages |= {STORY: redirect(NEW), NEW: Page(article("Ships", 13))}
    await check(site_rig, watcher, 1)
    website.pages |= {NEW: redirect(STORY), STORY: Page(article("Ships", 14))}
    await check(site_rig, watcher, 2)
    website.pages |= {STORY: redirect(NEW), NEW: redirect(third), third: Page(article("Ships", 15))}
    await check(site_rig, watcher, 3)
    website.pages |= {third: redirect(STORY), STORY: redirect(NEW), NEW: Page(article("Ships", 16))}
    view = await check(site_rig, watcher, 4)
    assert len(view.revisions) == 5
    assert view.document.url == NEW
    assert len(await every_document(watcher)) == 1
