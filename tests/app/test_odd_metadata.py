"""Whatever a page says of itself can be stored."""

import pytest

from tests.app.rig import Rig
from tests.app.test_edits import begin
from tests.app.website import Website, article

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
