"""The real program with other ends: what asks the machine for time, threads, space or chance asks the simulation."""

import importlib
import os
import pkgutil
import random
import shutil
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
from monitor.app import alert_delivery, alert_rules, leases, opening
from monitor.core import reading
from monitor.core.outlets import Registry
from monitor.edges import clock as edge_clock
from monitor.edges import warc
from monitor.interfaces import ReadFailure, Reading, ReadRequest
from monitor.store import database
from tests.simulation.desk import Desk
from tests.simulation.disk import PLENTY, Disk, InlineDoor, failing_file
from tests.simulation.loop import SimulatedLoop

PACKAGES = (monitor.app, monitor.store, monitor.edges)


@cache
def _everything() -> None:
    """Import all there is, so that nothing imported later escapes."""
    for package in PACKAGES:
        for one in pkgutil.iter_modules(package.__path__):
            importlib.import_module(f"{package.__name__}.{one.name}")


_READINGS: dict[tuple[object, ...], Reading] = {}


class RememberedReader:
    """An Extractor that reads the same bytes once: most pages are read many times over in a week."""

    async def read(self, request: ReadRequest) -> Reading:
        """Return what the core reads."""
        key = (request.task, request.url, request.body, request.content_type, request.hints, request.cheap)
        if key not in _READINGS:
            if len(_READINGS) > 50_000:
                _READINGS.clear()
            _READINGS[key] = _read(request)
        return _READINGS[key]

    async def close(self) -> None:
        """Hold nothing, release nothing."""


def _read(request: ReadRequest) -> Reading:
    try:
        return reading.read(request)
    except Exception as error:  # noqa: BLE001 - as in a worker, whatever a reader raises is a failure of this page
        return ReadFailure("error", f"{type(error).__name__}: {error}")


@cache
def _registry() -> Registry:
    return Registry.of()


@contextmanager
def patched(loop: SimulatedLoop, disk: Disk, desk: Desk, is_dead: Callable[[str], bool], seed: int) -> Iterator[None]:
    """Let the program run in the simulation; nothing stays changed afterwards."""
    _everything()
    state = random.getstate()
    random.seed(f"{seed}:program")
    with ExitStack() as stack:

        def put(where: Any, name: str, what: object) -> None:
            stack.enter_context(patch.object(where, name, what))

        def elapsed() -> float:
            return 1_000_000.0 + loop.time()

        for name, module in list(sys.modules.items()):
            if name.startswith("monitor.") and getattr(module, "monotonic", None) is time.monotonic:
                put(module, "monotonic", elapsed)
            if name.startswith("monitor.") and getattr(module, "steady", None) is edge_clock.steady:
                put(module, "steady", elapsed)
        put(
            database, "GroupDoor", lambda engine, threads, name: InlineDoor(engine, disk, writes=name.endswith("write"))
        )
        put(os, "fsync", lambda fd: None)  # see disk.py
        put(os, "fdatasync", lambda fd: None)
        put(warc, "WarcFile", failing_file(disk))
        put(leases, "_is_dead", lambda owner, machine: is_dead(owner))
        put(shutil, "disk_usage", lambda path: SimpleNamespace(total=PLENTY, used=PLENTY - disk.free, free=disk.free))
        put(opening, "load_registry", lambda settings: _registry())
        put(alert_delivery, "notifiers", lambda ctx: desk)
        put(alert_rules, "notifiers", lambda ctx: desk)
        try:
            yield
        finally:
            random.setstate(state)
