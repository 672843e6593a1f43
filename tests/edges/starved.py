"""Fetch from many hosts at once with few file descriptors; run as a process of its own, since the limit is a process's.

`python -m tests.edges.starved PORT HOSTS SPARE` prints a line of JSON: the outcomes, and how many were open at most.
"""

import asyncio
import json
import os
import resource
import sys

from monitor.edges import descriptors
from monitor.edges.clock import SystemClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.interfaces import FetchRequest


async def main(port: int, hosts: int, spare: int) -> None:
    """Fetch once from each host with `spare` descriptors to do it with."""
    names = [f"h{number}.example" for number in range(hosts)]
    resolve = tuple((f"{name}:80", f"127.0.0.1:{port}") for name in names)
    fetcher = HttpFetcher(FetchPolicy("test", timeout_s=60.0, resolve=resolve), SystemClock())
    warm = await fetcher.fetch(FetchRequest(f"http://{names[0]}/"))  # what is opened once is open now
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(map(int, _open())) + 1 + spare, hard))
    watching = asyncio.create_task(_watch())
    results = await asyncio.gather(*(fetcher.fetch(FetchRequest(f"http://{name}/")) for name in names))
    watching.cancel()
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    outcomes = [warm.outcome.value, *(one.outcome.value for one in results)]
    print(json.dumps({"outcomes": outcomes, "most": MOST[0], "needed": descriptors.needed(hosts)}))
    await fetcher.close()


MOST = [0]


async def _watch() -> None:
    while True:
        await asyncio.sleep(0.005)
        try:
            MOST[0] = max(MOST[0], in_use())
        except OSError:  # not even the list can be read: all are in use
            MOST[0] = max(MOST[0], resource.getrlimit(resource.RLIMIT_NOFILE)[0])


def in_use() -> int:
    """Return how many descriptors are open now. Raises OSError when not even the list can be read."""
    return len(_open()) - 1  # the listing has one itself


def _open() -> list[str]:
    return os.listdir("/proc/self/fd")


if __name__ == "__main__":
    asyncio.run(main(*map(int, sys.argv[1:])))
