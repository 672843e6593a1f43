"""Bounds what clients can hold: so many connections, and none that takes nothing of what it asked for."""

import asyncio
import logging
from typing import Protocol

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError, Server

# For what aiohttp says of connections.
LOGGER = logging.getLogger("monitor.web.connections")
_THEIRS = (HttpProcessingError, RequestPayloadError, ConnectionError)

MOST = 256  # connections at a time
LOOK_S = 10.0
STUCK_LOOKS = 6  # in a row at which a client had taken nothing more of its answer


class _Handler(Protocol):
    transport: asyncio.Transport | None


class Connections:
    """Makes the protocols of a server's connections, and ends those of clients that no longer read."""

    def __init__(self, server: Server, most: int = MOST) -> None:
        self._server = server
        self._most = most
        self._stuck: dict[asyncio.Transport, tuple[int, int]] = {}

    def __call__(self) -> asyncio.Protocol:
        """Return what serves one more connection; beyond the bound, what closes it."""
        return _Closing() if len(self._server.connections) >= self._most else self._server()

    async def watch(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            await asyncio.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """End the connections that had nothing taken of what waits to be sent, at so many looks in a row."""
        before, self._stuck = self._stuck, {}
        for handler in self._server.connections:
            transport = handler.transport
            if not isinstance(transport, asyncio.Transport) or not (waiting := transport.get_write_buffer_size()):
                continue
            was, looks = before.get(transport, (0, 0))
            looks = looks + 1 if was == waiting else 1
            if looks >= STUCK_LOOKS:
                transport.abort()
            else:
                self._stuck[transport] = (waiting, looks)


def _is_no_bad_request(record: logging.LogRecord) -> bool:
    """Tell whether to log: not the clients' own mistakes, whose bytes may be a token, nor that they went away."""
    return record.exc_info is None or not isinstance(record.exc_info[1], _THEIRS)


LOGGER.addFilter(_is_no_bad_request)


class _Closing(asyncio.Protocol):
    """Closes what has come too much."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        transport.close()
