"""Where a simulation takes place: a world, its network, the machines, their disk and clock, all made from a seed."""

import asyncio
import gc
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

import structlog

from monitor import load_settings
from tests.blank import blank_sqlite
from tests.simulation.clock import SetClock
from tests.simulation.desk import ADDRESS, CHANNEL, Desk
from tests.simulation.disk import Disk
from tests.simulation.loop import SimulatedLoop
from tests.simulation.machine import Machine
from tests.simulation.network import Network, Trouble
from tests.simulation.process import LOCAL
from tests.simulation.world import World

SETTINGS = {
    "fetch.gap": "5s",
    "fetch.contact": "https://desk.example/",
    "schedule.default": "2h",
    "schedule.shortest": "1h",
    "daemon.beat": "1h",
    "recheck.ladder": json.dumps(["1h", "4h", "12h", "1d", "2d", "7d"]),
    "daemon.mirror": "false",
    "health.silence": "false",
    "alerts.channels": json.dumps({CHANNEL: ADDRESS}),
}
AWAY = "elsewhere"  # the second machine of an archive that two share


@contextmanager
def own_loop() -> Iterator[SimulatedLoop]:
    """Give an event loop of its own time, and no log."""
    loop = SimulatedLoop()
    asyncio.set_event_loop(loop)
    structlog.configure(processors=[_drop], cache_logger_on_first_use=False)
    gc.collect()
    gc.freeze()  # what is of before is no part of it
    gc.disable()  # see loop.py
    try:
        yield loop
    finally:
        gc.enable()
        gc.unfreeze()
        asyncio.set_event_loop(None)
        structlog.reset_defaults()
        loop.close()


def _drop(logger: object, name: str, values: object) -> Any:
    """Write no log. Raises DropEvent, as processors of structlog may."""
    raise structlog.DropEvent


@contextmanager
def own_folder(given: Path | None = None) -> Iterator[Path]:
    """Give a folder that is removed in the end, unless one was given."""
    place = given or Path(tempfile.mkdtemp(prefix="monitor-weeks-"))
    try:
        yield place
    finally:
        if given is None:
            shutil.rmtree(place, ignore_errors=True)


def make_machine(
    loop: SimulatedLoop, seed: object, folder: Path, world: World, troubles: tuple[Trouble, ...], database: str = ""
) -> Machine:
    """Return the machine of an archive in SQLite, or the two that share one in the `database` of PostgreSQL."""
    clock = SetClock(loop)
    network = Network(world, clock, troubles, Random(f"{seed}:answers"))
    (empty := folder / "empty.toml").write_text("", encoding="utf-8")
    homes = {}
    for name in (LOCAL, AWAY) if database else (LOCAL,):
        place = folder / name
        if not database:
            blank_sqlite(place / "archive.db")
        own = {"data_dir": str(place)} | ({"database.url": database} if database else {})
        homes[name] = load_settings(empty, SETTINGS | own)
    return Machine(loop, homes, clock, Disk(Random(f"{seed}:disk")), network, Random(f"{seed}:kills"))


def make_desk(seed: object) -> Desk:
    """Return the desk that alerts are told to."""
    return Desk(Random(f"{seed}:desk"))
