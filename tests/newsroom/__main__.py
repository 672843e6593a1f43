"""Serve the newsroom until SIGTERM: `python -m tests.newsroom --clock FILE --state DIR`.

Prints one line of JSON when it is ready (see RoomInfo). The clock file must exist (`monitor.edges.clock.drive`).
"""

import argparse
import asyncio
import json
import signal
from dataclasses import asdict
from pathlib import Path

from monitor.edges.clock import DrivenClock
from tests.newsroom.room import Newsroom


def main() -> None:
    """Read the options and serve."""
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom", description="a local web of invented outlets")
    parser.add_argument("--clock", type=Path, required=True, help="the driven clock's file")
    parser.add_argument("--state", type=Path, required=True, help="a folder for the CA's certificate")
    parser.add_argument("--filler", type=int, default=0, help="how many made-up articles each outlet adds")
    options = parser.parse_args()
    DrivenClock(options.clock).now()  # fail now rather than at the first request
    options.state.mkdir(parents=True, exist_ok=True)
    asyncio.run(serve(options.clock, options.state, options.filler))


async def serve(clock_path: Path, directory: Path, filler: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with Newsroom.start(clock_path, directory, filler) as room:
        print(json.dumps(asdict(room.info)), flush=True)
        await stopped.wait()


if __name__ == "__main__":
    main()
