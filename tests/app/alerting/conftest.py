"""An archive with channels that lead to servers of the test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor import Archive, open_archive
from tests.app.alerting.room import Room
from tests.edges.mailbox import Mailbox
from tests.edges.receiver import Receiver


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server."""
    async with Mailbox.start() as started:
        yield started


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver of webhooks."""
    async with Receiver.start() as started:
        yield started


@pytest.fixture
def room(tmp_path: Path, mailbox: Mailbox, receiver: Receiver) -> Room:
    """An empty archive with two channels."""
    return Room(tmp_path, {"desk": mailbox.address, "hook": receiver.address}, most=3, tries=3)


@pytest.fixture
async def archive(room: Room) -> AsyncIterator[Archive]:
    """The archive, open."""
    async with open_archive(room.settings) as opened:
        yield opened
