"""Polls a second of feeds that have not changed, against a bare aiohttp loop at the same server, in the same run.

`python -m benchmarks.polls [HOSTS...]`. Ours is the whole program: hosts leased in the database, robots.txt judged,
politeness kept and recorded, a revisit record in the WARC file synced to disk, the next check planned, one transaction
a visit. The bare loop sends the same requests and throws the answers away. Beside the rates stands what a poll costs
the processor, all threads together, which tells more on a machine that others use as well.
"""

import argparse
import asyncio
import ssl
import tempfile
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import uvloop
from sqlalchemy import Connection, insert

from benchmarks.aims import state
from benchmarks.server import ETAG, ZONE, Served, serving
from monitor import Settings, log, open_archive
from monitor.app.archive import Archive
from monitor.app.ticks import Rounds
from monitor.model import Outcome, Source, SourceKind
from monitor.settings import DaemonSettings, FetchSettings
from monitor.store.schema import host, source
from monitor.store.types import columns_of

AT_ONCE = 64  # hosts visited at the same time, in both


def main() -> None:
    """Print a table: hosts, scheme, both rates, their ratio, and microseconds of the processor a poll in both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("hosts", nargs="*", type=int, default=[1_000, 10_000])
    arguments = parser.parse_args()
    log.configure("warning")
    print(f"{'hosts':>7}  {'scheme':6}  {'bare/s':>7}  {'ours/s':>7}  ratio  {'bare us':>7}  {'ours us':>7}")
    ratios: list[float] = []
    for scheme in ("http", "https"):
        for count in arguments.hosts:
            with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as served:
                bare = uvloop.run(_bare(served, scheme, count))
                ours = uvloop.run(_ours(served, scheme, count, Path(folder)))
            ratios.append(ours.a_second / bare.a_second)
            rates = f"{bare.a_second:7,.0f}  {ours.a_second:7,.0f}  {ours.a_second / bare.a_second:5.2f}"
            print(f"{count:7,}  {scheme:6}  {rates}  {bare.cpu_us:7,.0f}  {ours.cpu_us:7,.0f}", flush=True)
    told = f"{min(ratios):.2f} to {max(ratios):.2f} of a bare aiohttp loop"
    state("polls of unchanged feeds", told, "0.70 or more", min(ratios) >= 0.7)


@dataclass(frozen=True, slots=True)
class Pace:
    """Polls a second, and the microseconds of the processor that each took."""

    a_second: float
    cpu_us: float


class Watch:
    """A watch that runs from its making."""

    def __init__(self) -> None:
        self._began, self._cpu = time.perf_counter(), time.process_time()

    def pace(self, count: int) -> Pace:
        """Return the pace of so many polls made since."""
        took, cpu = time.perf_counter() - self._began, time.process_time() - self._cpu
        return Pace(count / took, cpu / count * 1e6)


def _names(count: int) -> list[str]:
    return [f"h{number}.{ZONE}" for number in range(count)]


async def _bare(served: Served, scheme: str, count: int) -> Pace:
    """Return the pace of aiohttp alone; names are resolved by a table, as in ours."""
    port = served.https if scheme == "https" else served.http
    context = ssl.create_default_context(cafile=str(served.ca_file))
    connector = aiohttp.TCPConnector(resolver=_Table(port), ssl=context, limit=0)
    agent = {"User-Agent": "bare", "If-None-Match": ETAG, "Accept-Encoding": "gzip, deflate, br, zstd"}
    names = iter(_names(count))
    async with aiohttp.ClientSession(
        connector=connector, headers=agent, cookie_jar=aiohttp.DummyCookieJar()
    ) as session:

        async def work() -> None:
            for name in names:
                async with session.get(f"{scheme}://{name}/feed.xml", allow_redirects=False) as response:
                    await response.read()

        watch = Watch()
        await asyncio.gather(*(work() for _ in range(AT_ONCE)))
        return watch.pace(count)


class _Table(aiohttp.abc.AbstractResolver):
    def __init__(self, port: int) -> None:
        self._port = port

    async def resolve(self, name: str, port: int = 0, family: int = 0) -> list[aiohttp.abc.ResolveResult]:
        import socket

        return [
            aiohttp.abc.ResolveResult(
                hostname=name, host="127.0.0.1", port=self._port, family=socket.AF_INET, proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]  # fmt: skip

    async def close(self) -> None:
        """Hold nothing."""


async def _ours(served: Served, scheme: str, count: int, folder: Path) -> Pace:
    """Return the pace of the program; every source is due once."""
    async with open_archive(_settings(served, scheme, count, folder)) as archive:
        await archive._ctx.db.write(_fill, archive, scheme, _names(count))
        rounds = Rounds(archive._ctx)
        watch = Watch()
        report = await rounds.round(archive.now())
        pace = watch.pace(count)
    outcomes = {visit.outcome for visit in report.visits}
    assert len(report.visits) == count, len(report.visits)
    assert outcomes == {Outcome.NOT_MODIFIED}, outcomes
    return pace


def _settings(served: Served, scheme: str, count: int, folder: Path) -> Settings:
    port, own = (443, served.https) if scheme == "https" else (80, served.http)
    resolve = {f"{name}:{port}": f"127.0.0.1:{own}" for name in _names(count)}
    fetch = FetchSettings(resolve=resolve, ca_file=served.ca_file, contact="https://bench.example/")
    return Settings(data_dir=folder / "data", fetch=fetch, daemon=DaemonSettings(hosts=AT_ONCE))


def _fill(conn: Connection, archive: Archive, scheme: str, names: Iterable[str]) -> None:
    """Add a source on each host, known and unchanged since an hour, with a robots.txt just read."""
    now = archive.now()
    ago, due = now - timedelta(hours=1), now - timedelta(seconds=1)
    every = list(names)
    robots = {"robots_text": "User-agent: *\nDisallow: /private/\n", "robots_status": 200, "robots_fetched_at": ago}
    manners = {"failures": 0, "asked_for_patience": 0, "kills": 0}
    conn.execute(insert(host), [{"name": name, "due_at": due, **robots, **manners} for name in every])
    made = (
        Source(
            f"{scheme}://{name}/feed.xml", SourceKind.FEED, name, added_at=ago, next_check_at=due, last_checked_at=ago,
            fully_checked_at=ago, interval_s=3600, plan_reason="new", etag=ETAG,
        )
        for name in every
    )  # fmt: skip
    conn.execute(insert(source), [columns_of(one) for one in made])


if __name__ == "__main__":
    main()
