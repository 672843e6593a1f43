"""What happens to articles after they were published is seen, kept, and named for what it is."""

from datetime import datetime, timedelta

import pytest

from monitor import Archive
from monitor.answers import DocumentView
from monitor.model import ChangeKind, DocumentState, Outcome, Quality, SourceKind
from tests.app.rig import Rig, add, every_document, play, play_until
from tests.app.website import SENTENCES, Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING, at
from tests.newsroom.room import Newsroom

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
STORY = "http://one.example/news/ships"
HALF_HOUR = timedelta(minutes=30)
REPAIRS = (
    "This part of our pages is being repaired, and will be back in the course of the night.",
    "Readers who look for the weather or the programme find both on the front page as always.",
)


async def follow(
    rig: Rig, archive: Archive, newsroom: Newsroom, slug: tuple[str, str], start: datetime, end: datetime
) -> DocumentView:
    """Watch one outlet every half hour; return the document of one of its articles."""
    outlet, name = slug
    rig.at(start)
    await add(archive, newsroom.desk(outlet).site.feed_url, every_s=1800)
    await play_until(rig, archive, start + timedelta(minutes=1), end, HALF_HOUR)
    return await archive.document(newsroom.url(outlet, name))


async def checked(rig: Rig, archive: Archive, number: int, *times: datetime) -> DocumentView:
    """Read a document again at each of these times, due or not; return it."""
    for now in times:
        rig.at(now)
        await archive.check_document(number)
    return await archive.document(number)


def kinds(view: DocumentView) -> list[str]:
    """Return the kinds of a document's changes."""
    return [change.kind for change in view.changes]


async def test_a_headline_edit(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """The title changes, the text does not: one change, two revisions with one text."""
    view = await follow(rig, archive, newsroom, ("bensong", "vu-lua-mua"), at(16, 8), at(16, 18))
    (change,) = view.changes
    assert (change.kind, change.from_revision, change.to_revision) == (ChangeKind.HEADLINE, 1, 2)
    first, second = view.revisions
    assert first.text == second.text
    assert view.document.title == second.title == "Lúa mùa Bến Lành được mùa, nông dân phấn khởi vì giá tăng"


async def test_a_body_edit(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """A number replaced and a paragraph appended: the change says both."""
    view = await follow(rig, archive, newsroom, ("muara", "banjir-rob-pesisir"), at(16, 11), at(16, 20))
    (change,) = view.changes
    assert change.kind is ChangeKind.BODY
    assert "380 → 452" in change.reason
    assert "one sentence added" in change.reason
    assert change.significance > 0.5


async def test_a_corrected_number_is_significant(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Two changed characters in headline and text: both are seen, and weigh more than a rewording."""
    view = await follow(rig, archive, newsroom, ("litoral", "tormenta-costa-norte"), MORNING, at(16, 13))
    (change,) = view.changes
    assert change.kind is ChangeKind.BOTH
    assert "12 → 21" in change.reason
    assert change.significance > 0.5


async def test_two_headlines_in_turn_are_variants(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """The paper shows two titles by turns for half a day: two revisions, and a variant for each return."""
    view = await follow(rig, archive, newsroom, ("mareverte", "saison-vanille-recolte"), MORNING, at(17, 6))
    assert len(view.revisions) == 2
    assert kinds(view)[0] == ChangeKind.HEADLINE
    assert set(kinds(view)[1:]) == {ChangeKind.VARIANT}
    assert view.document.title == view.revisions[0].title
    assert view.changes[-1].reason.startswith("back to the text of revision 1")


async def test_typography_is_no_change(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Other quotation marks and apostrophes are the same text."""
    view = await follow(rig, archive, newsroom, ("mareverte", "recifs-coralliens-carte"), at(17, 15), at(17, 18))
    before = view.captures[0]
    view = await checked(rig, archive, view.document.id, at(18, 9))
    assert view.captures[0].sha256 != before.sha256
    assert (len(view.revisions), view.changes) == (1, ())


async def test_a_takedown_is_believed_after_enough_checks(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """404: missing at first; gone after three checks over six hours, with its text still there."""
    view = await follow(rig, archive, newsroom, ("litoral", "cosecha-cacao-valle-alto"), at(16, 10), at(16, 14))
    number = view.document.id
    view = await checked(rig, archive, number, at(17, 13), at(17, 14), at(17, 15), at(17, 18, 59))
    assert (view.document.state, view.document.misses, view.changes) == (DocumentState.LIVE, 4, ())
    view = await checked(rig, archive, number, at(17, 19))
    assert kinds(view) == [ChangeKind.REMOVED]
    assert (view.document.state, view.document.revision_count) == (DocumentState.GONE, 1)
    assert "404" in (view.document.state_reason or "")
    assert len((await archive.search("cacao cosecha")).items) == 1


async def test_a_410_is_believed_sooner(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """It is said on purpose: two checks over an hour are enough, one is not, nor are two within minutes."""
    view = await follow(rig, archive, newsroom, ("bensong", "cang-cua-sen-mo-rong"), at(16, 11), at(16, 14))
    view = await checked(rig, archive, view.document.id, at(17, 10, 30), at(17, 10, 50))
    assert (kinds(view), view.document.misses) == ([], 2)
    view = await checked(rig, archive, view.document.id, at(17, 11, 30))
    assert kinds(view) == [ChangeKind.REMOVED]
    assert "410" in (view.document.state_reason or "")


async def test_a_404_of_twenty_minutes_means_nothing(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """It is seen, and forgotten with the next good answer."""
    rig.at(at(16, 12, 40))
    await add(archive, newsroom.desk("prichal").site.feed_url, every_s=600)
    visits = await play_until(rig, archive, at(16, 12, 41), at(16, 18), timedelta(minutes=10))
    url = newsroom.url("prichal", "urozhay-klyukvy")
    await play(rig, archive, at(16, 18, 1))
    rig.at(at(16, 18, 2))
    view = await archive.document(url)
    assert view.changes == ()
    assert (view.document.state, view.document.misses) == (DocumentState.LIVE, 0)
    assert [visit.url for visit in visits].count(url) > 2


async def test_a_check_during_the_404_counts_one_miss(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """And is settled within the hour."""
    rig.at(at(16, 12, 40))
    await add(archive, newsroom.desk("prichal").site.feed_url)
    await play(rig, archive, at(16, 12, 41))
    url = newsroom.url("prichal", "urozhay-klyukvy")
    rig.at(at(16, 16, 10))
    await archive.check_document(url)
    during = (await archive.document(url)).document
    assert (during.state, during.misses, during.missed_since) == (DocumentState.LIVE, 1, at(16, 16, 10))
    await play(rig, archive, at(16, 16, 40))
    after = await archive.document(url)
    assert (after.document.misses, after.document.missed_since, after.changes) == (0, None, ())


async def test_what_comes_back_is_restored(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """A takedown for a day: removed, then restored, still with one text."""
    view = await follow(rig, archive, newsroom, ("difaf", "suq-al-samak"), at(16, 16), at(16, 18))
    number = view.document.id
    view = await checked(rig, archive, number, at(17, 9), at(17, 12), at(17, 15))
    assert kinds(view) == [ChangeKind.REMOVED]
    view = await checked(rig, archive, number, at(18, 10))
    assert kinds(view) == [ChangeKind.REMOVED, ChangeKind.RESTORED]
    assert (view.document.state, len(view.revisions)) == (DocumentState.LIVE, 1)


async def test_an_article_with_a_new_slug_goes_on_at_its_new_address(
    rig: Rig, archive: Archive, newsroom: Newsroom
) -> None:
    """301, and the site tells of the new address before the old one is asked: one live document, found by both."""
    view = await follow(rig, archive, newsroom, ("bensong", "trieu-cuong-cua-sen"), at(16, 7), at(17, 11))
    old = newsroom.url("bensong", "trieu-cuong-cua-sen")
    new = "http://bensong.example/cua-sen-ngap-vi-trieu-cuong-post71836.html"
    assert (kinds(view), [one.url for one in view.addresses]) == ([ChangeKind.RETITLED], [old])
    assert (view.document.state, view.document.url, len(view.revisions)) == (DocumentState.LIVE, new, 1)
    assert view.document.next_check_at is not None
    assert [entry.url for entry in view.entries] == [old, new]
    again = [one for one in await every_document(archive) if one.title == view.document.title and one.url]
    assert [one.id for one in again] == [view.document.id]
    assert await archive.copies(view.document.id) is None


async def test_a_redirect_to_the_front_page_is_a_takedown(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """A soft 404, believed as slowly as a hard one; the front page's text is nobody's revision."""
    view = await follow(rig, archive, newsroom, ("marsat", "mathaf-al-bahr"), at(16, 18), at(16, 21))
    view = await checked(rig, archive, view.document.id, at(18, 8), at(18, 9))
    assert (kinds(view), view.document.misses) == ([], 2)
    view = await checked(rig, archive, view.document.id, at(18, 14))
    assert kinds(view) == [ChangeKind.REMOVED]
    assert len(view.revisions) == 1
    assert "front page" in (view.document.state_reason or "")


@pytest.fixture
async def story(site_rig: Rig, watcher: Archive, website: Website) -> int:
    """One article on the web site, read once; the number of its document."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    (one,) = await every_document(watcher)
    return one.id


async def seen(rig: Rig, archive: Archive, number: int, *times: datetime) -> DocumentView:
    """Look at the document at each of these times; return it."""
    for now in times:
        rig.at(now)
        await play(rig, archive, now)
    return await archive.document(number)


async def test_an_error_page_under_status_200_is_a_miss(
    story: int, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """It makes no revision."""
    website.pages[STORY] = Page(
        b"<title>Page not found</title><h1>Page not found</h1><p>Sorry, this page does not exist.</p>"
    )
    view = await seen(site_rig, watcher, story, at(16, 6, 30))
    assert (len(view.revisions), view.document.misses) == (1, 1)
    assert view.captures[0].quality is Quality.SOFT_404


async def test_a_bot_wall_is_no_revision(story: int, site_rig: Rig, watcher: Archive, website: Website) -> None:
    """The document is blocked for the time being, and live again when the page is back."""
    wall = b"<title>Just a moment...</title><p>Checking your browser before accessing the site.</p>"
    website.pages[STORY] = Page(wall, headers={"cf-mitigated": "challenge"})
    view = await seen(site_rig, watcher, story, at(16, 6, 30))
    assert (view.document.state, len(view.revisions), view.changes) == (DocumentState.BLOCKED, 1, ())
    website.pages[STORY] = Page(article("Ships"))
    view = await seen(site_rig, watcher, story, view.document.next_check_at or MORNING)
    assert (view.document.state, view.changes) == (DocumentState.LIVE, ())


async def test_a_collapsed_text_is_doubted_until_it_lasts(
    story: int, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The first sentence of a page: kept as evidence at once, as a revision when the third check agrees.

    The server's validators must not hide it: a doubted page is asked for in full.
    """
    website.pages[STORY] = Page(article("Ships", sentences=SENTENCES[:1]), etag='"short"')
    view = await seen(site_rig, watcher, story, at(16, 6, 30), at(16, 8))
    assert [capture.quality for capture in view.captures] == [Quality.TRUNCATED, Quality.TRUNCATED, Quality.COMPLETE]
    assert len(view.revisions) == 1
    view = await seen(site_rig, watcher, story, at(16, 13))
    assert (len(view.revisions), kinds(view)) == (2, [ChangeKind.BODY])


async def test_an_empty_page_says_nothing(story: int, site_rig: Rig, watcher: Archive, website: Website) -> None:
    """No text is no removal: the document stays as it is and is looked at again."""
    website.pages[STORY] = Page(b"<html><body><div id=app></div></body></html>")
    view = await seen(site_rig, watcher, story, at(16, 6, 30))
    assert (view.document.state, view.document.misses, view.changes) == (DocumentState.LIVE, 0, ())
    assert view.document.next_check_at is not None
    assert view.document.next_check_at <= at(16, 7, 30)


async def test_a_304_says_that_the_text_still_stands(
    story: int, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The revision is seen at that time, and the capture is one of it."""
    website.pages[STORY] = Page(article("Ships"), etag='"one"')
    view = await seen(site_rig, watcher, story, at(16, 6, 30), at(16, 8))
    assert [fetch.outcome for fetch in view.fetches][:2] == [Outcome.NOT_MODIFIED, Outcome.OK]
    (revision,) = view.revisions
    assert revision.last_seen_at == at(16, 8)
    assert {capture.revision_id for capture in view.captures} == {revision.id}


async def test_a_temporary_redirect_elsewhere_says_nothing(
    story: int, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Sent to a page about maintenance: no revision, no removal."""
    elsewhere = "http://one.example/we-are-being-repaired"
    website.pages |= {STORY: redirect(elsewhere, 302), elsewhere: Page(article("We are being repaired", 77, REPAIRS))}
    view = await seen(site_rig, watcher, story, at(16, 6, 30), at(16, 8))
    assert (view.document.state, len(view.revisions), view.changes) == (DocumentState.LIVE, 1, ())


async def test_failing_servers_say_nothing(story: int, site_rig: Rig, watcher: Archive, website: Website) -> None:
    """500 for half a day: the article is neither missing nor gone."""
    website.pages[STORY] = Page(b"oops", status=500)
    view = await seen(site_rig, watcher, story, *(at(16, hour) for hour in range(7, 19)))
    assert (view.document.state, view.document.misses, view.changes) == (DocumentState.LIVE, 0, ())
    assert len([fetch for fetch in view.fetches if fetch.outcome is Outcome.SERVER_ERROR]) >= 3


async def test_a_watched_page_keeps_to_its_schedule(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Also after its host asked for patience: it gets no ladder of its own."""
    website.pages[STORY] = Page(article("Ships"))
    await add(watcher, STORY, kind=SourceKind.PAGE, every_s=7200)
    await play(site_rig, watcher, MORNING)
    website.pages[STORY] = Page(b"later", status=503, headers={"Retry-After": "9000"})
    await play(site_rig, watcher, at(16, 8))
    site_rig.at(at(16, 10))
    (early,) = await watcher.check(STORY)
    assert early.outcome is None
    website.pages[STORY] = Page(article("Ships", 13))
    website.asked.clear()
    visits = await play_until(site_rig, watcher, at(16, 10, 30), at(16, 16, 30), HALF_HOUR)
    assert {visit.what for visit in visits} == {"source"}
    assert website.asked.count(STORY) in (3, 4)
    view = await watcher.document(STORY)
    assert (kinds(view), view.document.next_check_at) == ([ChangeKind.BODY], None)
