"""Leases: whose a host is. One is held outside a round too, so that politeness holds beside a running daemon."""

import os
import socket
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

import structlog
from sqlalchemy import Connection

from monitor.app import shared_clock
from monitor.app.context import Context
from monitor.app.gate import Gate
from monitor.app.shared_clock import ClockTurnedError
from monitor.core import politeness, robots
from monitor.errors import DatabaseBusyError, MonitorError
from monitor.model import Host
from monitor.store import hosts

log = structlog.get_logger(__name__)

TRIES = 20
PAUSE_S = 0.5


@asynccontextmanager
async def leased(ctx: Context, host: str) -> AsyncIterator[Gate]:
    """Give the gate of a host once no other process holds it. Raises MonitorError when it stays held."""
    for _ in range(TRIES):
        gate = await _take(ctx, host)
        if gate is not None:
            break
        await ctx.clock.sleep(PAUSE_S)
    else:
        raise MonitorError(f"another process is visiting {host}", hint="try again in a minute")
    try:
        yield gate
    finally:
        await give_back(ctx, gate)


@asynccontextmanager
async def at_hand(ctx: Context, host: str) -> AsyncIterator[Gate | None]:
    """Give the gate of a host if it is to be had now, and None while another process holds it."""
    gate = await _take(ctx, host)
    try:
        yield gate
    finally:
        if gate is not None:
            await give_back(ctx, gate)


async def _take(ctx: Context, host: str) -> Gate | None:
    """Share the gate that this process has already, or claim the host."""
    if (gate := ctx.held.get(host)) is None:
        try:
            one = await ctx.db.write(_claim, ctx, host)
        except ClockTurnedError:
            await shared_clock.follow(ctx)
            one = await ctx.db.write(_claim, ctx, host)
        if one is not None:
            return adopt(ctx, one)
        gate = ctx.held.get(host)  # somebody of this process may have claimed it in the meantime
    if gate is not None:
        gate.users += 1
    return gate


def adopt(ctx: Context, host: Host) -> Gate:
    """Return the gate of a host that was just claimed; whoever gets it gives it back."""
    gate = ctx.held.setdefault(host.name, Gate(ctx, host))
    gate.users += 1
    return gate


async def give_back(ctx: Context, gate: Gate) -> None:
    """Let go of a gate; the last one out gives the host back, with what was learned of it."""
    gate.users -= 1
    if gate.users:
        return
    ctx.held.pop(gate.host.name, None)
    try:
        await ctx.db.write(hosts.release, gate.host, ctx.owner)
    except DatabaseBusyError as error:
        lease = timedelta(seconds=ctx.settings.daemon.lease)
        ctx.owed[gate.host.name] = gate.host, ctx.clock.now() + lease
        log.warning("lease.kept", host=gate.host.name, error=str(error))  # `pay` gives it back, or it runs out


async def pay(ctx: Context) -> None:
    """Give back what could not be given back before, with what was learned of it. Raises DatabaseError."""
    for name, (host, until) in list(ctx.owed.items()):
        await ctx.db.write(hosts.release, host, ctx.owner, until)
        ctx.owed.pop(name, None)


def _claim(conn: Connection, ctx: Context, host: str) -> Host | None:
    hosts.ensure(conn, host)
    return hosts.claim(conn, host, shared_clock.checked(conn, ctx), ctx.owner, ctx.settings.daemon.lease)


def claim_due(conn: Connection, ctx: Context, due: datetime, limit: int, besides: tuple[str, ...]) -> tuple[Host, ...]:
    """Lease up to `limit` hosts that are due (store/hosts.py). Raises ClockTurnedError."""
    now = shared_clock.checked(conn, ctx)
    return hosts.claim_due(conn, now, due, ctx.owner, ctx.settings.daemon.lease, limit, besides)


_ARCHIVES = count(1)  # opened in this process; each holds leases of its own


def owner_name() -> str:
    """Name an archive in leases: machine, process number, when that began, since numbers come again, and which one."""
    return f"{_machine()}:{os.getpid()}:{_began(os.getpid())}#{next(_ARCHIVES)}"


def _machine() -> str:
    """Name the machine, and which of its numbering of processes is ours: containers may share the name."""
    try:
        return f"{socket.gethostname()}/{Path('/proc/self/ns/pid').stat().st_ino}"
    except OSError:
        return socket.gethostname()


async def free_leases_of_the_dead(ctx: Context) -> int:
    """Give back what processes of this machine that no longer run still hold; return how many hosts."""
    dead = dead_among(await ctx.db.read(hosts.lease_owners))
    return await free(ctx, dead) if dead else 0


def dead_among(owners: Iterable[str]) -> list[str]:
    """Return those owners that were processes of this machine, and run no more."""
    machine = _machine()
    return [owner for owner in owners if _is_dead(owner, machine)]


async def free(ctx: Context, owners: list[str]) -> int:
    """Give back what these owners hold, who are known to be dead; return how many hosts that were.

    Nobody knows when they asked last, so that each host is left alone for its gap from now on.
    """
    return await ctx.db.write(_free, ctx, owners)


def _free(conn: Connection, ctx: Context, owners: list[str]) -> int:
    held, now = hosts.held_by(conn, owners), ctx.clock.now()
    for one in held:
        delay = robots.crawl_delay(one.robots_text, ctx.settings.user_agent)
        until = now + timedelta(seconds=politeness.gap(one, delay, ctx.politeness))
        waiting = replace(one, next_allowed_at=max(until, one.next_allowed_at or until))
        hosts.release(conn, waiting, one.lease_owner or "")
    return len(held)


def _is_dead(owner: str, machine: str) -> bool:
    name, number, began = (*owner.partition("#")[0].rsplit(":", 2), "", "")[:3]
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
