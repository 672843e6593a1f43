"""The real program with other ends: what asks the machine for time, threads, space or chance asks the simulation."""

import fcntl
import importlib
import os
import pkgutil
import random
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import monitor.app
import monitor.edges
import monitor.store
from monitor.app import alert_delivery, alert_rules, leases, opening, workers
from monitor.core.outlets import Registry
from monitor.edges import clock as edge_clock
from monitor.edges import warc, warc_records
from monitor.store import database, dialects, sessions
from tests.simulation.clock import SetClock
from tests.simulation.desk import Desk
from tests.simulation.disk import PLENTY, failing_file
from tests.simulation.doors import InlineDoor, InlinePool, end_session
from tests.simulation.loop import OWNER
from tests.simulation.machine import Machine
from tests.simulation.process import LOCAL, Process

PACKAGES = (monitor.app, monitor.store, monitor.edges)


@cache
def _everything() -> None:
    """Import all there is, so that nothing imported later escapes."""
    for package in PACKAGES:
        for one in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{one.name}")


@cache
def _registry() -> Registry:
    return Registry.of()


def _home() -> str:
    owner = OWNER.get()
    return owner.home if isinstance(owner, Process) else LOCAL


def _number() -> int:
    owner = OWNER.get()
    return owner.number if isinstance(owner, Process) else 0


@contextmanager
def patched(machine: Machine, desk: Desk, seed: int) -> Iterator[None]:
    """Let the program run in the simulation; nothing stays changed afterwards."""
    _everything()
    state = random.getstate()
    random.seed(f"{seed}:program")
    disk, clock, steady = machine.disk, machine.clock, edge_clock.steady
    with ExitStack() as stack:

        def put(where: Any, name: str, what: object) -> None:
            stack.enter_context(patch.object(where, name, what))

        def elapsed() -> float:
            return 1_000_000.0 + machine.loop.time()

        for name, module in list(sys.modules.items()):
            if name.startswith("monitor.") and getattr(module, "monotonic", None) is time.monotonic:
                put(module, "monotonic", elapsed)
            if name.startswith("monitor.") and getattr(module, "steady", None) is steady:
                put(module, "steady", elapsed)
        put(edge_clock.SystemClock, "now", lambda self: clock.now())
        put(dialects, "present", lambda conn: None if dialects.is_sqlite(conn) else clock.now())
        put(
            database, "GroupDoor", lambda engine, threads, name: InlineDoor(engine, disk, writes=name.endswith("write"))
        )
        put(database, "PoolDoor", lambda engine: InlinePool(engine, disk))
        put(sessions, "end_session", end_session)
        put(fcntl, "flock", machine.flock)
        put(os, "fsync", lambda fd: None)  # see doors.py
        put(os, "fdatasync", lambda fd: None)
        put(warc, "WarcFile", failing_file(disk))
        put(socket, "gethostname", _home)
        put(workers, "getpid", _number)
        put(leases, "_is_dead", lambda owner, here: machine.is_dead(owner, here.partition("/")[0]))
        put(shutil, "disk_usage", lambda path: SimpleNamespace(total=PLENTY, used=PLENTY - disk.free, free=disk.free))
        put(opening, "load_registry", lambda settings: _registry())
        put(alert_delivery, "notifiers", lambda ctx: desk)
        put(alert_rules, "notifiers", lambda ctx: desk)
        _of_the_system(put, random.Random(f"{seed}:system"), clock)
        try:
            yield
        finally:
            random.setstate(state)


def _of_the_system(put: Callable[[Any, str, object], None], chance: random.Random, clock: SetClock) -> None:
    """Take the chance that the system gives, of which names of files and ids are made, and its times of files.

    Ids are compressed with what bears them, so that the length of a record depends on them, too.
    """
    put(secrets, "token_bytes", lambda size=32: chance.randbytes(size))
    put(secrets, "randbelow", chance.randrange)
    put(os, "urandom", chance.randbytes)
    put(warc_records, "_IDS", random.Random(chance.random()))
    put(os, "rename", _stamping(os.rename, clock))
    put(os, "replace", _stamping(os.replace, clock))


def _stamping(move: Callable[[Any, Any], None], clock: SetClock) -> Callable[[Any, Any], None]:
    """Let what is put in its place, as evidence is when it is closed, be of the simulated time."""

    def stamped(source: Any, target: Any) -> None:
        move(source, target)
        now = clock.now().timestamp()
        os.utime(target, (now, now))

    return stamped
