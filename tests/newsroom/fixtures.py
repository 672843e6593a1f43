"""Fixtures: name this module in `pytest_plugins` to get them."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from aiohttp import ClientSession

from monitor.edges.clock import drive
from tests.newsroom.client import room_session
from tests.newsroom.days import MORNING
from tests.newsroom.process import newsroom_process
from tests.newsroom.room import Newsroom, RoomInfo


@pytest.fixture
def newsroom_clock(tmp_path: Path) -> Path:
    """The file of a driven clock that stands still at the first morning."""
    path = tmp_path / "clock.json"
    drive(path, MORNING)
    return path


@pytest.fixture
async def newsroom(newsroom_clock: Path, tmp_path: Path) -> AsyncIterator[Newsroom]:
    """A newsroom in the test's own loop."""
    async with Newsroom.start(newsroom_clock, tmp_path) as room:
        yield room


@pytest.fixture
async def newsroom_session(newsroom: Newsroom) -> AsyncIterator[ClientSession]:
    """A plain client of the newsroom in the test's own loop."""
    async with room_session(newsroom.info) as opened:
        yield opened


@pytest.fixture
def newsroom_apart(newsroom_clock: Path, tmp_path: Path) -> Iterator[RoomInfo]:
    """A newsroom in a process of its own."""
    with newsroom_process(newsroom_clock, tmp_path) as info:
        yield info
