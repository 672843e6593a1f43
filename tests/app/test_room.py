"""A disk that is nearly full stops fetching before it stops recording."""

import shutil
from typing import Any, NamedTuple

import pytest
from structlog.testing import capture_logs

from monitor import Archive
from monitor.errors import EvidenceError
from monitor.model import AlarmKind
from tests.app.rig import Rig, add, play
from tests.app.website import Page, Website, article, rss
from tests.newsroom.days import at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED, ARTICLE = "http://one.example/feed", "http://one.example/2026/11/16/harbour-story"


class Usage(NamedTuple):
    """What the system says of a disk."""

    total: int
    used: int
    free: int


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """A disk whose free space a test sets."""
    said = {"free": 10**12}

    def usage(_path: Any) -> Usage:
        return Usage(10**12, 0, said["free"])

    monkeypatch.setattr(shutil, "disk_usage", usage)
    return said


async def test_nothing_is_asked_for_while_the_disk_is_nearly_full(
    site_rig: Rig, watcher: Archive, website: Website, disk: dict[str, int]
) -> None:
    website.pages |= {FEED: rss((ARTICLE, "Ships")), ARTICLE: Page(article("Ships"))}
    site_rig.at(at(16, 7))
    await add(watcher, FEED)
    asked = len(website.asked)
    disk["free"] = watcher.settings.evidence.min_free - 1
    with pytest.raises(EvidenceError, match="are free in") as raised:
        await watcher.tick()
    assert "evidence.min_free" in (raised.value.hint or "")
    with pytest.raises(EvidenceError):
        await watcher.check(1)
    assert len(website.asked) == asked


async def test_the_daemon_goes_on_when_there_is_room_again(
    site_rig: Rig, watcher: Archive, website: Website, disk: dict[str, int]
) -> None:
    """It says once that it waits, and once that it goes on."""
    website.pages |= {FEED: rss((ARTICLE, "Ships")), ARTICLE: Page(article("Ships"))}
    site_rig.at(at(16, 7))
    await add(watcher, FEED)
    asked = len(website.asked)
    disk["free"] = 1
    with capture_logs() as logs:
        for _ in range(3):
            await watcher.launch()
        assert len(website.asked) == asked
        disk["free"] = 10**12
        await play(site_rig, watcher, at(16, 8))
    assert [one["event"] for one in logs if one["event"].startswith("disk.")] == ["disk.low", "disk.well"]
    assert website.asked.count(ARTICLE) == 1


async def test_a_data_folder_that_is_gone_is_told_and_no_fault_of_the_program(
    watcher: Archive, disk: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where its disk is not mounted any more: no traceback, and whoever asks is answered."""

    def gone(path: Any) -> Usage:
        raise FileNotFoundError(2, "No such file or directory", str(path))

    monkeypatch.setattr(shutil, "disk_usage", gone)
    with pytest.raises(EvidenceError, match="cannot be looked at: No such file") as raised:
        await watcher.launch()
    assert "mounted" in (raised.value.hint or "")
    assert "cannot be looked at" in (await watcher.health.readiness()).reasons[-1]
    assert "monitor_free_bytes " not in await watcher.health.metrics()
    (alarm,) = await watcher.health.watch()
    assert (alarm.kind, "cannot be looked at" in alarm.detail) == (AlarmKind.DISK, True)
