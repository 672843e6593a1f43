"""The archive that a browser is shown: the newsroom's days, visited a dozen times."""

import asyncio
from datetime import datetime
from pathlib import Path

import pytest

from monitor.edges.clock import drive
from tests.app.rig import ReadHere, Rig, add, play
from tests.newsroom.days import at
from tests.newsroom.room import Newsroom
from tests.newsroom.settings import CORPUS

BEGIN = at(16, 5, 30)
ROUNDS = (at(16, 7), at(16, 9), at(16, 13), at(17, 6), at(17, 13), at(17, 19), at(18, 6), at(18, 18))
BROKEN = "http://bensong.example/feeds/closed.xml"  # 404 from the first day on


def make(folder: Path) -> Path:
    """Make the archive in a folder; return its configuration, whose clock stands still after the last round."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
        return asyncio.run(_make(folder, ROUNDS))


async def _make(folder: Path, rounds: tuple[datetime, ...]) -> Path:
    clock = folder / "clock.json"
    drive(clock, BEGIN)
    async with Newsroom.start(clock, folder) as room:
        rig = Rig(folder, clock, room.info)
        async with rig.open() as archive:
            await archive.import_corpus(CORPUS, add_sources=True)
            await add(archive, "http://sevprichal.example")
            await add(archive, BROKEN, force=True)
            await play(rig, archive, *rounds)
        return rig.config
