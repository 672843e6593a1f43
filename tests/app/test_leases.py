"""What a process that died held is given back at the next start, also when its number has come again."""

import os
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from monitor import Archive
from monitor.app.leases import dead_among, owner_name
from monitor.store.schema import host
from tests.app.rig import Rig, add, play
from tests.newsroom.days import MORNING, at
from tests.newsroom.replies import Asked
from tests.newsroom.room import Newsroom
from tests.newsroom.wire import Reply

pytest_plugins = ["tests.newsroom.fixtures"]

MACHINE = owner_name().rsplit(":", 2)[0]
FEED = "http://www.agencialitoral.example/feed/"


def ended() -> str:
    """Return the owner name of a process that has ended."""
    with subprocess.Popen(["sleep", "60"]) as process:
        stat = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii")
        process.kill()
    return f"{MACHINE}:{process.pid}:{stat.rpartition(')')[2].split()[19]}#1"


@pytest.mark.parametrize(
    ("owner", "dead"),
    [
        (ended, True),
        (lambda: f"{MACHINE}:{os.getpid()}:1", True),  # another process had our number before
        (owner_name, False),
        (lambda: "elsewhere:1:1", False),
        (lambda: f"{MACHINE}:{os.getppid()}:", True),  # a name without its beginning says too little to be trusted
    ],
    ids=["ended", "number reused", "alive", "another machine", "no beginning"],
)
def test_who_is_known_to_be_dead(owner: Callable[[], str], dead: bool) -> None:
    """Only a process of this machine that runs no more, or whose number is another's by now."""
    name = owner()
    assert dead_among([name]) == ([name] if dead else [])


@pytest.mark.parametrize(("owner", "freed"), [(ended, True), (owner_name, False)], ids=["ended", "alive"])
async def test_leases_of_the_dead(owner: Callable[[], str], freed: bool, rig: Rig) -> None:
    """What a dead process of this machine held is visited at once; other leases run out by themselves."""
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
