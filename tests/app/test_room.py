"""A disk that is nearly full stops fetching before it stops recording."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, NamedTuple

import pytest
from structlog.testing import capture_logs

from monitor import Archive
from monitor.edges import descriptors
from monitor.errors import EvidenceError
from monitor.model import AlarmKind
from tests.app.rig import Rig, add, play
from tests.app.website import Page, Website, article, rss
from tests.edges.starved import in_use
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


@contextmanager
def no_more_files(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let no file be made, nor anything be opened to see whether it may."""
    real = os.open

    def refusing(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_CREAT or path == os.devnull:
            raise OSError(errno.EMFILE, os.strerror(errno.EMFILE), str(path))
        return real(path, flags, *more, **named)

    with monkeypatch.context() as patched:
        patched.setattr(os, "open", refusing)
        yield


async def test_nothing_is_fetched_while_no_file_may_be_opened_for_evidence(
    site_rig: Rig, watcher: Archive, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says once that it waits, and once that it goes on; what could not be kept is fetched again."""
    website.pages |= {FEED: rss((ARTICLE, "Ships")), ARTICLE: Page(article("Ships"))}
    site_rig.at(at(16, 7))
    (source,) = await watcher.add_sources([FEED])
    assert source.status == "added"
    await watcher._ctx.evidence.close()  # the next record begins a file
    vars(watcher._ctx).pop("evidence")
    with capture_logs() as logs:
        with no_more_files(monkeypatch):
            site_rig.at(at(16, 8))
            await watcher.launch()
            await watcher._rounds._wait_for_room(lambda: None)
            asked = len(website.asked)
            for _ in range(3):
                await watcher.launch()
            with pytest.raises(EvidenceError, match="no more files may be opened") as raised:
                await watcher.tick()
            assert "LimitNOFILE" in (raised.value.hint or "")
            assert (await watcher.health.readiness()).reasons[
                -1
            ] == "no more files may be opened, and nothing is fetched"
            assert (asked, len(website.asked)) == (len(website.asked), asked)
        await play(site_rig, watcher, at(16, 8) + timedelta(minutes=2))
    told = [one["event"] for one in logs if one["event"].startswith(("files.", "visit."))]
    assert [one for one in told if one != "visit.finished"] == ["files.lacking", "visit.postponed", "files.well"]
    assert website.asked.count(ARTICLE) == 1


def test_a_spare_descriptor_is_had_by_opening_it(monkeypatch: pytest.MonkeyPatch) -> None:
    before = in_use()
    assert descriptors.has_spare(5)
    with no_more_files(monkeypatch):
        assert not descriptors.has_spare(1)
    assert in_use() == before
