"""Hosts whose pages killed workers are remembered, within bounds, and trusted again."""

import asyncio

from monitor.edges import quarantine
from monitor.edges.quarantine import Quarantine


async def test_kills_are_made_good_by_as_many_readings() -> None:
    """Five at most are held against a host."""
    known = Quarantine()
    for _ in range(9):
        known.killed("a.example")
    assert known.kills("a.example") == 5
    assert known.kills("b.example") == 0
    for _ in range(5):
        assert known.kills("a.example") > 0
        known.survived("a.example")
    assert known.kills("a.example") == 0
    known.survived("a.example")
    assert known.kills("a.example") == 0


async def test_the_host_that_killed_longest_ago_is_forgotten_first() -> None:
    """The memory is bounded."""
    known = Quarantine()
    known.killed("first.example")
    known.killed("second.example")
    known.killed("first.example")
    for n in range(quarantine._MOST_HOSTS - 1):
        known.killed(f"h{n}.example")
    assert known.kills("first.example") == 2
    assert known.kills("second.example") == 0


async def test_hosts_with_kills_wait_for_each_other_and_for_nobody_else() -> None:
    """One of them at a time, whichever host it is; others enter at once."""
    known = Quarantine()
    known.killed("a.example")
    known.killed("b.example")
    inside: list[str] = []
    leave = asyncio.Event()

    async def stay(host: str) -> None:
        async with known.turn(host):
            inside.append(host)
            await leave.wait()

    staying = [asyncio.create_task(stay(host)) for host in ("a.example", "b.example", "c.example")]
    await asyncio.sleep(0)
    assert inside == ["a.example", "c.example"]
    leave.set()
    await asyncio.gather(*staying)
    assert inside[-1] == "b.example"
