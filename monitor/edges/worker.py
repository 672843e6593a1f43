"""The process that reads untrusted bytes: started by the pool, answers one request after the other, owns nothing.

Run as `python -m monitor.edges.worker PARENT MEMORY_BYTES DEADLINE_S` with a connected socket as standard input.
The first frame it sends says that it is ready and how it is confined; see `wire` for the frames.
"""

import gc
import logging
import math
import os
import signal
import socket
import sys
from io import BufferedReader

from monitor.core.reading import read, warm
from monitor.edges import confine, wire
from monitor.interfaces import ReadFailure, Reading, ReadRequest

OUT_OF_MEMORY = 3  # exit code: a heap that failed once fails the next, innocent request too


def main(arguments: list[str]) -> int:
    """Serve requests until the parent hangs up. Returns the exit code."""
    parent, memory_bytes, deadline_s = int(arguments[0]), int(arguments[1]), float(arguments[2])
    confine.die_with_parent(parent)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # the parent decides when its workers end
    with socket.socket(fileno=os.dup(0)) as channel, channel.makefile("rb") as incoming:
        logging.disable()  # the libraries' words about bad pages have no reader here
        warm()
        gc.freeze()
        nothing = os.open(os.devnull, os.O_RDWR)  # now: soon this process can open no file but code
        held = confine.renounce(memory_bytes, [*sys.path, *confine.LIBRARIES])
        _silence(nothing)
        channel.sendall(wire.pack_ready(held))
        return serve(channel, incoming, math.ceil(deadline_s))


def serve(channel: socket.socket, incoming: BufferedReader, cpu_s: int) -> int:
    """Answer request after request, each with `cpu_s` seconds of CPU time. Returns the exit code."""
    while head := incoming.read(wire.HEAD.size):
        of_head, of_body = wire.lengths(head)
        request = wire.unpack_request(incoming.read(of_head), incoming.read(of_body))
        confine.allow_cpu(cpu_s)
        try:
            answer = wire.pack_reading(attempt(request))
        except MemoryError:
            return OUT_OF_MEMORY
        channel.sendall(answer)
    return 0


def attempt(request: ReadRequest) -> Reading:
    """Read, and turn whatever a reader raises into a failure of this reading. Raises MemoryError."""
    try:
        return read(request)
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 - parsers raise anything on hostile bytes
        return ReadFailure("error", f"{type(error).__name__}: {error}"[:500])


def _silence(nothing: int) -> None:
    """Point the standard streams at /dev/null: what a library prints is neither an answer nor the daemon's log."""
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
