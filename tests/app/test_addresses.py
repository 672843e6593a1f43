"""One article is one document, however its address is spelt: http or https, with www. or without."""

from pathlib import Path

import pytest

from monitor import Archive
from monitor.app.addresses import address_of
from monitor.model import DocumentState, Origin
from tests.app.rig import Rig, add, every_document, play
from tests.app.website import Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING, at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://www.one.example/rss"
BARE = "http://one.example/news/ships"
WWW = "http://www.one.example/news/ships"
SAVED = (
    "Ships\n\nThe harbour office reported 11 ships in the roads on Tuesday evening, more than in any week of the year."
    f"\n\nPilots went out in pairs because of the swell, and the ferry was called back twice.\n\n<{BARE}>\n"
)


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """A saved text that states its address without www."""
    path = tmp_path / "saved.txt"
    path.write_text(SAVED, encoding="utf-8")
    return path


def test_an_address_is_what_lies_behind_redirectors() -> None:
    """Clean, and on its own host."""
    assert address_of("https://www.google.com/url?q=https%3A%2F%2FOne.example%2Fa%3Futm_source%3Dx%26id%3D5") == (
        "https://one.example/a?id=5"
    )


@pytest.mark.parametrize(
    ("link", "address"),
    [
        (f"{WWW}/", f"{WWW}/"),
        (f"{BARE}?utm_source=rss", BARE),
        (f"{BARE}/amp", BARE),
        ("https://www.google.com/url?q=http%3A%2F%2Fone.example%2Fnews%2Fships", BARE),
    ],
)
async def test_a_saved_text_is_found_by_every_spelling_of_its_address(
    link: str, address: str, saved: Path, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A final slash is taken over; tracking, AMP and redirectors are not."""
    website.pages |= {FEED: rss((link, "Ships")), address: Page(article("Ships"))}
    await watcher.import_corpus(saved)
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING, at(16, 6, 30))
    (one,) = await every_document(watcher)
    assert (one.url, one.state) == (address, DocumentState.LIVE)
    assert len((await watcher.document(one.id)).entries) == 1


async def test_a_saved_text_and_a_feed_may_spell_one_address_differently(
    saved: Path, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """One document: the saved text is its first revision, and it takes the address that the feed has today."""
    website.pages |= {FEED: rss((WWW, "Ships")), WWW: Page(article("Ships"))}  # nothing answers without www.
    await watcher.import_corpus(saved)
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING, at(16, 6, 30))  # the old address may be asked before the feed is read
    (one,) = await every_document(watcher)
    assert (one.url, one.host, one.state) == (WWW, "www.one.example", DocumentState.LIVE)
    view = await watcher.document(one.id)
    assert [revision.origin for revision in view.revisions] == [Origin.CORPUS, Origin.WEB]
    assert len(view.entries) == 1
    website.asked.clear()
    await play(site_rig, watcher, at(16, 8), at(16, 12))
    assert (WWW in website.asked, BARE in website.asked) == (True, False)


async def test_a_text_saved_later_joins_the_document(
    saved: Path, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Imported after the article was read: the document keeps its address and its current text."""
    website.pages |= {FEED: rss((WWW, "Ships")), WWW: Page(article("Ships"))}
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    await watcher.import_corpus(saved)
    (one,) = await every_document(watcher)
    assert (one.url, one.revision_count) == (WWW, 2)
    assert (await watcher.document(one.id)).revisions[0].id == one.revision_id


async def test_a_permanent_redirect_to_another_spelling_is_taken_over(
    saved: Path, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The document moves house without a change; from then on the redirect is not asked any more."""
    website.pages |= {BARE: redirect(WWW), WWW: Page(article("Ships"))}
    await watcher.import_corpus(saved)
    await play(site_rig, watcher, MORNING)
    (one,) = await every_document(watcher)
    assert (one.url, one.host, one.state) == (WWW, "www.one.example", DocumentState.LIVE)
    website.asked.clear()
    await play(site_rig, watcher, at(16, 8))
    assert (WWW in website.asked, BARE in website.asked) == (True, False)
    assert not {view.change.kind for view in await watcher.changes()} & {"moved", "removed", "restored"}


async def test_a_temporary_redirect_to_another_spelling_is_only_followed(
    saved: Path, site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """302: the text is read, the address stays."""
    website.pages |= {BARE: redirect(WWW, 302), WWW: Page(article("Ships"))}
    await watcher.import_corpus(saved)
    await play(site_rig, watcher, MORNING)
    (one,) = await every_document(watcher)
    assert (one.url, one.revision_count) == (BARE, 2)


async def test_two_sources_may_spell_one_address_differently(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """One document with two entries, at the address heard of first."""
    other = "http://two.example/rss"
    website.pages |= {FEED: rss((WWW, "Ships")), other: rss((BARE, "Ships")), WWW: Page(article("Ships"))}
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    await add(watcher, other)
    await play(site_rig, watcher, at(16, 6, 5))
    (one,) = await every_document(watcher)
    assert one.url == WWW
    assert len((await watcher.document(one.id)).entries) == 2


def calling_itself(url: str, title: str, number: int = 12) -> Page:
    """Return an article that names its canonical address."""
    return Page(article(title, number).replace(b"<head>", f'<head><link rel="canonical" href="{url}">'.encode()))


async def test_an_article_is_found_by_the_address_it_calls_its_own(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A feed links it by number, then by name: one document, the other address is known to be its second."""
    by_number, by_name = "http://one.example/2026/11/16/123456", "http://one.example/world/ships-in-the-roads-123456"
    website.pages |= {url: calling_itself(by_name, "Ships in the roads") for url in (by_number, by_name)}
    website.pages["http://one.example/rss"] = rss((by_number, "Ships in the roads"))
    await add(watcher, "http://one.example/rss")
    await play(site_rig, watcher, MORNING)
    website.pages["http://one.example/rss"] = rss((by_name, "Ships in the roads"))
    await play(site_rig, watcher, at(16, 9), at(16, 12))
    first, second = await every_document(watcher)
    assert (first.url, first.state, first.revision_count) == (by_number, DocumentState.LIVE, 1)
    assert (second.state, second.moved_to, second.revision_count) == (DocumentState.MOVED, by_number, 0)
    assert website.asked.count(by_name) == 1


async def test_one_canonical_address_on_every_page_makes_no_two_articles_one(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A template that names the wrong article is not believed where the texts differ."""
    named = "http://one.example/world/ships-in-the-roads"
    stories = [f"http://one.example/world/ships-in-the-roads-again-{number}" for number in range(2)]
    website.pages["http://one.example/rss"] = rss(*((story, f"Ships {at}") for at, story in enumerate(stories)))
    website.pages |= {story: calling_itself(named, f"Ships {at}", at) for at, story in enumerate(stories)}
    await add(watcher, "http://one.example/rss")
    await play(site_rig, watcher, MORNING)
    found = await every_document(watcher)
    assert [(one.url, one.state, one.revision_count) for one in found] == [
        (story, DocumentState.LIVE, 1) for story in stories
    ]
