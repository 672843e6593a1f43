"""Documents that meet at one address: saved texts, former addresses, redirects."""

import pytest

from monitor import Archive
from monitor.model import ChangeKind, DocumentState
from tests.app.rig import Rig, play
from tests.app.test_edits import HOUR, NEW, STORY, begin, check
from tests.app.website import Page, Website, article, redirect
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_whatever_a_page_says_of_itself_is_stored(
    site_rig: Rig, website: Website, database: str, request: pytest.FixtureRequest
) -> None:
    """Languages, dates, zones, authors and sections of any length and kind."""
    if database == "postgresql":
        site_rig.overrides["database.url"] = request.getfixturevalue("postgresql_url")
    odd = "x" * 400 + "\\u0000\\ud83d"
    data = (
        f'<script type="application/ld+json">{{"@type":"NewsArticle","headline":"Ships {odd}","inLanguage":"{odd}",'
        f'"author":{{"name":"{odd}"}},"articleSection":"{odd}","datePublished":"2026-11-15T10:00:00+05:45:30",'
        '"dateModified":"2026-11-15T10:00:00.123456789+14:00"}</script>'
    )
    page = article("Ships").replace(
        b"</head>", data.encode() + b'<link rel=canonical href="http://one.example/%00a\x01">'
    )
    page = page.replace(b"<html lang=en>", b"<html lang=" + b"en-x-" * 30 + b">")
    async with site_rig.open() as archive:
        await begin(site_rig, archive, website, page)
        view = await archive.document(1)
    assert len(view.revisions) == 1


async def test_a_removal_and_a_text_on_its_return(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Moved, then there again with another text: both are told, and the text is kept."""
    from tests.app.test_edits import HARVEST

    await begin(site_rig, watcher, website)
    website.pages |= {STORY: redirect(NEW), NEW: Page(article("Harvest", 5, HARVEST))}
    await check(site_rig, watcher, 1)
    await play(site_rig, watcher, MORNING + 2 * HOUR)
    website.pages[STORY] = Page(article("Ships", 77))
    view = await check(site_rig, watcher, 3)
    assert {one.kind for one in view.changes} == {ChangeKind.MOVED, ChangeKind.RESTORED, ChangeKind.BODY}
    assert view.document.state is DocumentState.LIVE
    view = await check(site_rig, watcher, 4)
    assert view.changes[-1].standing is not None or view.changes[-2].standing is not None
