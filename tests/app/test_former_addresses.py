"""Addresses that articles leave, and get again: what links there, what was saved from there, what is there now."""

from pathlib import Path

import pytest

from monitor import Archive
from monitor.model import ChangeKind, Document, DocumentState, Origin
from tests.app.rig import Rig, add, every_document, play
from tests.app.test_edits import FEED, HARVEST, HOUR, NEW, STORY, begin, check
from tests.app.website import SENTENCES, Page, Website, article, redirect, rss
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]

TITLE = "Twelve ships wait in the roads for the pilots to return"
OTHER_FEED = "http://one.example/topic.rss"


def told(url: str, title: str, guid: str) -> Page:
    """Return a feed of one article with that guid."""
    page = rss((url, title))
    return Page(page.body.replace(f"<guid>{url}<".encode(), f"<guid>{guid}<".encode()), page.kind)


async def retitle(rig: Rig, archive: Archive, website: Website) -> None:
    """Have a story read, which then gets a new address."""
    await begin(rig, archive, website)
    website.pages |= {STORY: redirect(NEW), NEW: Page(article("Ships"))}
    await check(rig, archive, 1)


def put(folder: Path, number: int, address: str, rest: str = "") -> Path:
    """Write the story of so many ships as a saved text that states a URL; return its folder."""
    folder.mkdir()
    parts = (TITLE, *(one.format(number=number) for one in SENTENCES), rest, f"<{address}>")
    (folder / "ships.txt").write_text("\n\n".join(filter(None, parts)) + "\n", encoding="utf-8")
    return folder


async def save(archive: Archive, folder: Path, address: str) -> int:
    """Import a saved text of 99 ships that states a URL and cites another; return the number of its document."""
    report = await archive.import_corpus(put(folder, 99, address, "Read http://two.example/more as well."))
    assert report.documents[0].document_id is not None
    return report.documents[0].document_id


async def texts_of(archive: Archive, one: Document) -> list[str]:
    """Return the texts of a document."""
    return [each.text for each in (await archive.document(one.id)).revisions]


async def all_texts(archive: Archive) -> str:
    """Return every text there is, as one."""
    return "\n".join([text for one in await every_document(archive) for text in await texts_of(archive, one)])


async def the_article(archive: Archive) -> Document:
    """Return the document whose history holds the saved text (99 ships) and the live one (12 ships)."""
    for one in await every_document(archive):
        texts = await texts_of(archive, one)
        if any("99 ships" in text for text in texts) and any("12 ships" in text for text in texts):
            return one
    raise AssertionError("the saved text was never compared with its page")


# --- what links to an address that an article left ------------------------------------------------------------------


async def test_a_document_is_found_by_every_spelling_of_each_of_its_addresses(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await retitle(site_rig, watcher, website)
    for url in (NEW, STORY):
        for spelling in (url, f"{url}/", url.replace("http://", "https://www."), f"{url}?utm_source=rss"):
            assert (await watcher.document(spelling)).document.id == 1


async def test_an_address_that_another_article_gets_later_is_read(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A page of the day is put away at an address of its own, and its old one gets the next day's article."""
    await retitle(site_rig, watcher, website)
    website.pages |= {STORY: Page(article("Harvest", 5, HARVEST)), FEED: told(STORY, "Harvest", "next")}
    await play(site_rig, watcher, *(MORNING + n * 6 * HOUR for n in range(1, 4)))
    second = (await watcher.document(STORY)).document
    assert (second.id, second.url, second.state) == (2, STORY, DocumentState.LIVE)
    assert "Upper Weir" in (await texts_of(watcher, second))[0]
    assert (await watcher.document(NEW)).document.id == 1
    assert (await watcher.document(1)).entries[0].title == "Ships"


async def test_an_entry_that_keeps_its_guid_and_changes_its_title_leads_to_the_new_article(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await retitle(site_rig, watcher, website)
    website.pages |= {STORY: Page(article("Harvest", 5, HARVEST)), FEED: rss((STORY, "Harvest"))}
    await play(site_rig, watcher, MORNING + 6 * HOUR)
    assert "Upper Weir" in await all_texts(watcher)


async def test_what_links_to_the_former_address_by_the_same_name_means_the_article(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Another feed, the same title and guid: nothing is asked there."""
    await retitle(site_rig, watcher, website)
    website.asked.clear()
    website.pages[OTHER_FEED] = rss((STORY, "Ships"))
    await add(watcher, OTHER_FEED)
    await play(site_rig, watcher, MORNING + 2 * HOUR)
    assert STORY not in website.asked
    assert len(await every_document(watcher)) == 1
    assert len((await watcher.document(1)).entries) == 2


async def test_a_former_address_that_still_leads_to_the_article_becomes_its_second(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Told of by another name it is asked once, and what was told is about the article."""
    await retitle(site_rig, watcher, website)
    website.asked.clear()
    website.pages[OTHER_FEED] = told(STORY, "Ships, ships, ships", "other")
    await add(watcher, OTHER_FEED, every_s=3600)
    await play(site_rig, watcher, *(MORNING + n * HOUR for n in range(2, 12)))
    first, second = await every_document(watcher)
    assert (second.url, second.state, second.moved_to) == (STORY, DocumentState.MOVED, NEW)
    assert website.asked.count(STORY) == 1
    assert len((await watcher.document(first.id)).entries) == 2
    assert (await watcher.document(STORY)).document.id == first.id


async def test_a_second_address_that_a_source_tells_of_anew_is_looked_at_again(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """And not at every poll, should two entries name it in turn."""
    await retitle(site_rig, watcher, website)
    website.pages[OTHER_FEED] = told(STORY, "Ships, ships, ships", "other")
    await add(watcher, OTHER_FEED, every_s=3600)
    await play(site_rig, watcher, MORNING + 2 * HOUR)
    website.asked.clear()
    for hours in range(3, 9):
        website.pages[OTHER_FEED] = told(STORY, f"Ships {hours}", f"other {hours}")
        await play(site_rig, watcher, MORNING + hours * HOUR)
    assert website.asked.count(STORY) == 1
    website.pages |= {
        STORY: Page(article("Harvest", 5, HARVEST)),
        OTHER_FEED: told(STORY, "Harvest", "next"),
    }
    await play(site_rig, watcher, MORNING + 9 * HOUR, MORNING + 15 * HOUR)
    assert "Upper Weir" in await all_texts(watcher)


async def test_a_former_address_that_had_a_document_is_looked_at_after_a_week(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """What was told of at the new address, and not read, stands for the old one from then on."""
    await begin(site_rig, watcher, website)
    website.pages |= {FEED: rss((NEW, "More ships")), STORY: redirect(NEW), NEW: Page(b"busy", status=503)}
    await play(site_rig, watcher, MORNING + 6 * HOUR)
    website.pages[NEW] = Page(article("More ships"))
    await check(site_rig, watcher, 7)
    website.pages[STORY] = Page(article("Harvest", 5, HARVEST))
    await play(site_rig, watcher, MORNING + 8 * 24 * HOUR)
    view = await watcher.document(STORY)
    assert (view.document.id, view.document.state, len(view.revisions)) == (2, DocumentState.LIVE, 1)


async def test_the_younger_document_of_an_article_gives_its_address_up(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Both were read: the elder one goes on at the new address, and a new article at the old one is its own."""
    await begin(site_rig, watcher, website)
    website.pages |= {FEED: rss((NEW, "Ships")), NEW: Page(article("Ships"))}
    await play(site_rig, watcher, MORNING + 6 * HOUR)
    website.pages[STORY] = redirect(NEW)
    await check(site_rig, watcher, 13)
    elder, younger = await every_document(watcher)
    assert (elder.url, elder.state) == (NEW, DocumentState.LIVE)
    assert (younger.url, younger.state, younger.moved_to) == (None, DocumentState.MOVED, NEW)
    website.pages |= {STORY: Page(article("Harvest", 5, HARVEST)), FEED: told(STORY, "Harvest", "next")}
    await play(site_rig, watcher, MORNING + 18 * HOUR)
    view = await watcher.document(STORY)
    assert (view.document.id, [one.number for one in view.revisions], view.changes) == (3, [1], ())


async def test_a_watched_page_is_asked_at_the_address_that_was_named(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A feed tells of it as well; it redirects for a while, and then has another text."""
    website.pages |= {FEED: rss((STORY, "Ships")), STORY: Page(article("Ships"))}
    await add(watcher, STORY, kind="page", every_s=3600)
    await add(watcher, FEED, every_s=6 * 3600)
    await play(site_rig, watcher, MORNING)
    website.pages |= {STORY: redirect(NEW), NEW: Page(article("Ships", 13))}
    await play(site_rig, watcher, MORNING + HOUR, MORNING + 2 * HOUR)
    website.pages |= {STORY: Page(article("Harvest", 5, HARVEST)), NEW: Page(article("Ships", 14))}
    await play(site_rig, watcher, *(MORNING + n * HOUR for n in range(3, 14)))
    texts = await all_texts(watcher)
    for word in ("12 ships", "13 ships", "14 ships", "Upper Weir"):
        assert word in texts, word


async def test_the_last_article_to_leave_an_address_is_found_by_it(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A page of the day, day after day."""
    await retitle(site_rig, watcher, website)
    third = "http://one.example/2026/11/17/the-harvest-of-upper-weir"
    website.pages |= {STORY: Page(article("Harvest", 5, HARVEST)), FEED: told(STORY, "Harvest", "next")}
    await play(site_rig, watcher, MORNING + 6 * HOUR)
    website.pages |= {STORY: redirect(third), third: Page(article("Harvest", 5, HARVEST))}
    site_rig.at(MORNING + 8 * HOUR)
    await watcher.check_document(2)
    assert (await watcher.document(STORY)).document.url == third
    assert [one.url for one in (await watcher.document(1)).addresses] == [STORY]


# --- saved texts ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_a_text_saved_from_the_new_address_of_an_article_is_of_that_article(
    database: str, site_rig: Rig, website: Website, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """With its file and what it cites; the live text stays the current one, and is no copy of itself."""
    if database == "postgresql":
        site_rig.overrides["database.url"] = request.getfixturevalue("postgresql_url")
    async with site_rig.open() as archive:
        await begin(site_rig, archive, website, article(TITLE))
        saved = await save(archive, tmp_path / "saved", NEW)
        website.pages |= {STORY: redirect(NEW), NEW: Page(article(TITLE))}
        view = await check(site_rig, archive, 1)
        left = await archive.document(saved)
        (hit,) = (await archive.search('"99 ships"', every_revision=True)).items
    assert [one.origin for one in view.revisions] == [Origin.WEB, Origin.CORPUS]
    assert view.document.revision_id == view.revisions[0].id
    assert [one.revision_id for one in view.corpus_files] == [view.revisions[1].id]
    assert "http://two.example/more" in [one.url for one in view.citations]
    assert view.cluster is None
    assert [one.kind for one in view.changes] == [ChangeKind.RETITLED]
    assert (left.document.state, left.document.url, left.revisions) == (DocumentState.MOVED, STORY, ())
    assert hit.document.id == 1


async def test_a_saved_text_whose_address_leads_to_a_known_article_is_compared_with_it(
    site_rig: Rig, watcher: Archive, website: Website, tmp_path: Path
) -> None:
    await begin(site_rig, watcher, website, article(TITLE))
    website.pages[NEW] = redirect(STORY)
    await save(watcher, tmp_path / "saved", NEW)
    await play(site_rig, watcher, MORNING + HOUR)
    assert (await the_article(watcher)).id == 1
    index = (site_rig.settings.mirror_dir / "index.jsonl").read_text(encoding="utf-8")
    assert [line for line in index.splitlines() if '"seed/' in line and '"document": 1' in line]


async def test_a_text_saved_from_a_second_address_is_of_the_article(
    site_rig: Rig, watcher: Archive, website: Website, tmp_path: Path
) -> None:
    """It is imported when its address is known as a second one."""
    await begin(site_rig, watcher, website, article(TITLE))
    website.pages |= {NEW: redirect(STORY), FEED: rss((STORY, TITLE), (NEW, TITLE))}
    await play(site_rig, watcher, MORNING + 6 * HOUR)
    assert await save(watcher, tmp_path / "saved", NEW) == 1
    assert (await the_article(watcher)).id == 1


async def test_a_text_saved_from_a_former_address_is_of_the_article(
    site_rig: Rig, watcher: Archive, website: Website, tmp_path: Path
) -> None:
    await retitle(site_rig, watcher, website)
    assert await save(watcher, tmp_path / "saved", STORY) == 1


async def test_a_text_equal_to_the_article_at_its_second_address_is_no_revision(
    site_rig: Rig, watcher: Archive, website: Website, tmp_path: Path
) -> None:
    """The address that it states is no part of it, whichever the article has."""
    await begin(site_rig, watcher, website, article(TITLE))
    website.pages |= {NEW: redirect(STORY), FEED: rss((STORY, TITLE), (NEW, TITLE))}
    await play(site_rig, watcher, MORNING + 6 * HOUR)
    await watcher.import_corpus(put(tmp_path / "saved", 12, NEW))
    view = await watcher.document(1)
    assert (len(view.revisions), len(view.corpus_files)) == (1, 1)


async def test_a_saved_text_of_an_article_that_moved_to_another_stays_with_it(
    site_rig: Rig, watcher: Archive, website: Website, tmp_path: Path
) -> None:
    """Where another article is now, there is nothing to compare it with."""
    await begin(site_rig, watcher, website, article(TITLE))
    website.pages |= {STORY: redirect(NEW), NEW: Page(article("Harvest", 5, HARVEST))}
    view = await check(site_rig, watcher, 1)
    assert [one.kind for one in view.changes] == [ChangeKind.MOVED]
    assert await save(watcher, tmp_path / "saved", STORY) == 1
    assert (await the_article(watcher)).id == 1


async def test_an_article_that_moves_to_another_site_is_moved(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The same text there is another document: whose it is, is for people to say."""
    there = "http://two.example/2026/11/16/ships-in-the-roads"
    await begin(site_rig, watcher, website)
    website.pages |= {STORY: redirect(there), there: Page(article("Ships"))}
    view = await check(site_rig, watcher, 1)
    assert [one.kind for one in view.changes] == [ChangeKind.MOVED]
    assert (view.document.state, view.document.url, view.document.moved_to) == (DocumentState.MOVED, STORY, there)
    await play(site_rig, watcher, MORNING + 2 * HOUR)
    successor = await watcher.document(there)
    assert (successor.document.state, len(successor.revisions)) == (DocumentState.LIVE, 1)
