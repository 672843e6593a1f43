"""Leases: whose a host is. One is held outside a round too, so that politeness holds beside a running daemon."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.errors import MonitorError
from monitor.model import Host
from monitor.store import hosts

TRIES = 20
PAUSE_S = 0.5


@asynccontextmanager
async def leased(ctx: Context, host: str) -> AsyncIterator[Gate]:
    """Give the gate of a host once nobody else holds it. Raises MonitorError when it stays held."""
    for _ in range(TRIES):
        one = await ctx.db.write(_claim, ctx, host)
        if one is not None:
            break
        await ctx.clock.sleep(PAUSE_S)
    else:
        raise MonitorError(f"another process is visiting {host}", hint="try again in a minute")
    try:
        yield Gate(ctx, one)
    finally:
        await ctx.db.write(hosts.release, host, ctx.owner)


def _claim(conn: Connection, ctx: Context, host: str) -> Host | None:
    hosts.ensure(conn, host)
    return hosts.claim(conn, host, ctx.clock.now(), ctx.owner, ctx.settings.daemon.lease)


def owner_name() -> str:
    """Name this process in leases: machine, process number, and when it began, since numbers come again."""
    return f"{_machine()}:{os.getpid()}:{_began(os.getpid())}"


def _machine() -> str:
    """Name the machine, and which of its numbering of processes is ours: containers may share the name."""
    try:
        return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return socket.gethostname()


async def free_leases_of_the_dead(ctx: Context) -> int:
    """Give back what processes of this machine that no longer run still hold; return how many hosts."""
    machine = _machine()
    owners = await ctx.db.read(hosts.lease_owners)
    dead = [owner for owner in owners if _is_dead(owner, machine)]
    return await ctx.db.write(hosts.release_all, dead) if dead else 0


def _is_dead(owner: str, machine: str) -> bool:
    name, number, began = (*owner.rsplit(":", 2), "", "")[:3]
    if name != machine or not number.isdigit():
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        pass  # somebody else's, and alive
    return _began(int(number)) != began


def _began(number: int) -> str:
    """Return when a process began, in clock ticks since the machine did; "" where that is not told (proc(5), stat)."""
    try:
        stat = Path(f"/proc/{number}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]
