"""What a process that died held is given back at the next start, also when its number has come again."""

import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from monitor import Archive
from monitor.app.leases import owner_name
from monitor.store.schema import host
from tests.app.rig import Rig, add, play
from tests.newsroom.days import MORNING, at
from tests.newsroom.replies import Asked
from tests.newsroom.room import Newsroom
from tests.newsroom.wire import Reply

pytest_plugins = ["tests.newsroom.fixtures"]

MACHINE = owner_name().rsplit(":", 2)[0]
MACHINE = owner_name().rsplit(":", 2)[0]
FEED = "http://www.agencialitoral.example/feed/"


def ended() -> str:
    """Return the owner name of a process that has ended."""
    script = "from monitor.app.leases import owner_name; print(owner_name())"
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True
    ).stdout.strip()


@pytest.mark.parametrize(
    ("owner", "freed"),
    [
        (ended, True),
        (lambda: f"{MACHINE}:{os.getpid()}:1", True),  # another process had our number before
        (owner_name, False),
        (lambda: "elsewhere:1:1", False),
        (lambda: f"{MACHINE}:{os.getppid()}:", True),  # a name without its beginning says too little to be trusted
    ],
    ids=["ended", "number reused", "alive", "another machine", "no beginning"],
)
async def test_leases_of_the_dead(owner: Callable[[], str], freed: bool, rig: Rig) -> None:
    """Only what a dead process of this machine held is visited at once; other leases run out by themselves."""
    async with rig.open() as archive:
        await add(archive, FEED)
        await archive._ctx.db.write(_lease, owner())
    async with rig.open() as archive:
        visits = await play(rig, archive, MORNING)
        assert bool(visits) is freed
        assert await play(rig, archive, at(16, 7, 30))


def _lease(conn: Connection, owner: str) -> None:
    conn.execute(update(host).values(lease_owner=owner, lease_until=at(16, 6, 10)))


async def test_a_lost_lease_ends_the_visit(
    rig: Rig, archive: Archive, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever finds, when a lease is to be renewed, that another process holds the host leaves the rest to it."""

    def slow(asked: Asked, reply: Reply) -> Reply:
        rig.at(MORNING + timedelta(minutes=5))
        return reply

    def taken(conn: Connection, *_: object) -> bool:
        _lease(conn, "elsewhere:1:1")
        return False

    await add(archive, FEED)
    newsroom.desk("litoral").instead["/feed/"] = slow
    monkeypatch.setattr("monitor.store.hosts.renew", taken)
    visits = await play(rig, archive, MORNING)
    assert [visit.what for visit in visits] == ["source"]
