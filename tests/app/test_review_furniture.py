"""Doubts believed too soon."""

from monitor import Archive
from tests.app.rig import Rig
from tests.app.test_edits import begin, check
from tests.app.test_review_sequences import LONG, SHORT
from tests.app.website import Website, article

pytest_plugins = ["tests.newsroom.fixtures"]


async def test_a_doubted_text_has_to_stand_for_some_time(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """As a removal must: three checks within two minutes are one server's mood."""
    await begin(site_rig, watcher, website, article("Voyage", 1, LONG))
    for minutes in (60, 61, 62):
        view = await check(site_rig, watcher, minutes / 60, article("Voyage", 1, SHORT), website)
    assert len(view.revisions) == 1
