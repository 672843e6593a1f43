"""What a behaviour of a server is, and how the table of them is written."""

import asyncio
import socket
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from monitor.model import Outcome
from tests.edges.loopback import Handler, bit_by_bit, saying, whole

PAGE = "".join(f"<p>{n}. Something happened, and {n * 7919 % 1000} saw it.</p>\n" for n in range(40)).encode()


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One thing that a server may do, and what is to come of it; one of several outcomes where it depends on how the
    bytes happen to be cut into packets.

    `body` is the decoded body expected with OK. `request` are further fields of the request. A `hasty` one is fetched
    with little patience, since it never ends by itself; a `heavy` one alone, since it is made to eat memory or time.
    `tls` names the certificate that the server shows.
    """

    name: str
    handler: Handler
    outcome: Outcome | tuple[Outcome, ...]
    body: bytes | None = None
    request: dict[str, Any] = field(default_factory=dict)
    hasty: bool = False
    heavy: bool = False
    tls: str | None = None

    @property
    def outcomes(self) -> tuple[Outcome, ...]:
        """What may come of it."""
        return self.outcome if isinstance(self.outcome, tuple) else (self.outcome,)


def answering(
    name: str, outcome: Outcome | tuple[Outcome, ...], *parts: bytes, keep: bool = False, **more: Any
) -> Behaviour:
    """Describe a server that says these bytes and closes; with `keep` it leaves the connection open."""
    return Behaviour(name, saying(b"".join(parts), close=not keep), outcome, **more)


def fine(name: str, *parts: bytes, body: bytes = PAGE, **more: Any) -> Behaviour:
    """Describe a server whose odd answer is understood."""
    return answering(name, Outcome.OK, *parts, body=body, **more)


def forever(first: bytes, again: bytes | Callable[[int], bytes], pause: float = 0.0) -> Handler:
    """Return a handler that says one thing, then another until nobody listens."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        turn = 0
        while not writer.is_closing():
            writer.write(again if isinstance(again, bytes) else again(turn))
            await writer.drain()
            await asyncio.sleep(pause)
            turn += 1

    return handler


def resetting(*parts: bytes) -> Handler:
    """Return a handler that resets the connection after its parts."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        for part in parts:
            writer.write(part)
            await writer.drain()
        await asyncio.sleep(0.05)
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()

    return handler


def walking(steps: dict[str, bytes]) -> Handler:
    """Return a handler that answers by the last part of the path, which `start` stands for at first."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(steps.get(path.rpartition("/")[2], whole(b"", status="404 Not Found")))

    return handler


def endless(
    name: str, outcome: Outcome | tuple[Outcome, ...], first: bytes, again: bytes | Callable[[int], bytes]
) -> Behaviour:
    """Describe a flood, which ends at a cap, or with little patience when nothing else ends it."""
    return Behaviour(name, forever(first, again), outcome, hasty=outcome is Outcome.TIMEOUT, heavy=True)


def stalling(name: str, *parts: bytes) -> Behaviour:
    """Describe a server that says its parts and then nothing for longer than anybody waits."""
    return Behaviour(name, bit_by_bit(*parts, pause=9), Outcome.TIMEOUT, hasty=True)
