"""Confine this process as a reading worker is, and try what it must not be able to do. Prints what came of it as JSON.

Run as `python -m monitor.edges.sandbox_trial MEMORY_BYTES FORBIDDEN_FILE`: a worker's own word for how it is confined
would prove less than trying.
"""

import json
import os
import signal
import socket
import sys
from collections.abc import Callable

from monitor.edges import confine


def main(arguments: list[str]) -> int:
    """Try everything; return the exit code, 0 whatever came of it."""
    memory_bytes, forbidden = int(arguments[0]), arguments[1]
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    told = os.dup(1)
    held = confine.renounce(memory_bytes, [*sys.path, *confine.LIBRARIES])
    tries: dict[str, Callable[[], object]] = {
        "read a file of the archive": lambda: os.close(os.open(forbidden, os.O_RDONLY)),
        "list the root folder": lambda: os.listdir("/"),
        "write a file": _write,
        "open a socket": lambda: socket.socket().close(),
        "start a process": _start,
        "take more memory": lambda: bytearray(2 * memory_bytes),
    }
    could = [name for name, attempt in tries.items() if _works(attempt)]
    os.write(told, json.dumps({"held": held, "could": could, "no_new_privs": confine.has_no_new_privs()}).encode())
    return 0


def _works(attempt: Callable[[], object]) -> bool:
    try:
        attempt()
    except (OSError, MemoryError):
        return False
    return True


def _write() -> None:
    path = f"/tmp/monitor-sandbox-trial-{os.getpid()}"
    place = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.unlink(path)
    os.close(place)


def _start() -> None:
    if (child := os.fork()) == 0:
        os._exit(0)
    os.waitpid(child, 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
