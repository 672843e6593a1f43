"""A server that says 304 to everything, as fast as one process can: the other end of the polling benchmark.

`python -m benchmarks.server FOLDER HOST...` prints its two ports (http, https) and serves until its input ends; the
certificate authority goes into FOLDER.
"""

import asyncio
import ssl
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import cast

import trustme
import uvloop

ETAG = '"the-same-as-ever"'
ANSWER = f"HTTP/1.1 304 Not Modified\r\nETag: {ETAG}\r\nCache-Control: max-age=0\r\n\r\n".encode()
ZONE = "bench.example"


class Unchanged(asyncio.Protocol):
    """Answer each head with a 304; keep the connection."""

    def __init__(self) -> None:
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self._transport = cast(asyncio.Transport, transport)  # uvloop's does not inherit from asyncio's

    def data_received(self, data: bytes) -> None:
        """Answer every whole head."""
        *heads, self._rest = (self._rest + data).split(b"\r\n\r\n")
        if heads:
            self._transport.write(ANSWER * len(heads))


@dataclass(frozen=True, slots=True)
class Served:
    """Where the server is, and whose word its certificate has."""

    http: int
    https: int
    ca_file: Path


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    """Run the server in a process of its own until the context ends."""
    with Popen([sys.executable, "-m", "benchmarks.server", str(folder)], stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        http, https = map(int, process.stdout.readline().split())
        try:
            yield Served(http, https, folder / "ca.pem")
        finally:
            process.stdin.close()


async def _serve(folder: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert(f"*.{ZONE}").configure_cert(context)
    loop = asyncio.get_running_loop()
    plain = await loop.create_server(Unchanged, "127.0.0.1", 0, backlog=4096)
    secure = await loop.create_server(Unchanged, "127.0.0.1", 0, ssl=context, backlog=4096)
    print(*(one.sockets[0].getsockname()[1] for one in (plain, secure)), flush=True)
    await loop.run_in_executor(None, sys.stdin.buffer.read)


if __name__ == "__main__":
    uvloop.run(_serve(Path(sys.argv[1])))
