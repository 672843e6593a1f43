"""A process of its own that fetches from hostile servers and tells what came of it and what it cost.

It reads its orders as JSON from standard input and writes one line of JSON for each fetch.
"""

import asyncio
import hashlib
import json
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from monitor.edges.clock import SystemClock
from monitor.edges.fetcher import FetchPolicy, HttpFetcher
from monitor.interfaces import FetchRequest, FetchResult
from tests.edges.hostile.behaviours import PAGE
from tests.edges.hostile.measuring import Cost, costing
from tests.edges.hostile.servers import FINE

# The caps on sizes are the defaults: it is they that bound the memory.
_PATIENT: dict[str, Any] = {"timeout_s": 60.0}
_HASTY: dict[str, Any] = {"timeout_s": 1.0, "grace_s": 0.3, "min_rate": 10_000.0, "connect_timeout_s": 1.0}
Order = dict[str, Any]


async def main(orders: dict[str, Any]) -> None:
    """Do every batch of fetches, one batch after the other, the fetches of one at the same time."""
    resolve = tuple((name, place) for name, place in orders["resolve"])
    fetchers = [
        HttpFetcher(FetchPolicy("hostile-test", resolve=resolve, ca_file=orders["ca_file"], **more), SystemClock())
        for more in (_PATIENT, _HASTY)
    ]
    for _ in range(5):
        await asyncio.gather(*(fetcher.fetch(FetchRequest(FINE)) for fetcher in fetchers))
    for batch in orders["batches"]:
        for line in await _batch(fetchers, batch):
            print(json.dumps(line), flush=True)
    await asyncio.gather(*(fetcher.close() for fetcher in fetchers))


async def _batch(fetchers: Sequence[HttpFetcher], batch: Sequence[Order]) -> list[dict[str, Any]]:
    others: list[bool] = []
    bystander = asyncio.create_task(_stand_by(fetchers, others))
    async with costing() as cost:
        results = await asyncio.gather(*(_fetch(fetchers[order["hasty"]], order) for order in batch))
        others += [await _is_fine(fetcher) for fetcher in fetchers]
    bystander.cancel()
    with suppress(asyncio.CancelledError):
        await bystander
    return [_told(order, result, cost, others) for order, result in zip(batch, results, strict=True)]


async def _fetch(fetcher: HttpFetcher, order: Order) -> FetchResult:
    return await fetcher.fetch(FetchRequest(order["url"], **order["request"]))


async def _stand_by(fetchers: Sequence[HttpFetcher], seen: list[bool]) -> None:
    """Fetch a good page again and again by the same fetchers, and note whether it came."""
    while True:
        for fetcher in fetchers:
            seen.append(await _is_fine(fetcher))
            await asyncio.sleep(0.005)


async def _is_fine(fetcher: HttpFetcher) -> bool:
    return (await fetcher.fetch(FetchRequest(FINE))).body == PAGE


def _told(order: Order, result: FetchResult, cost: Cost, others: Sequence[bool]) -> dict[str, Any]:
    return {
        "name": order["name"],
        "outcome": result.outcome,
        "detail": result.detail,
        "status": result.status,
        "size": len(result.body),
        "sha256": hashlib.sha256(result.body).hexdigest(),
        "elapsed_s": result.elapsed_s,
        "memory": cost.memory,
        "lag": cost.lag,
        "others": len(others),
        "others_fine": all(others),
    }


if __name__ == "__main__":
    asyncio.run(main(json.load(sys.stdin)))
