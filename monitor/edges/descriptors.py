"""How many files and sockets this process may have open, and needs at most."""

import errno
import os
import resource
from typing import NamedTuple

# Standard streams, the log, the event loop's own; nine connections to SQLite of three files each, or to PostgreSQL of
# one socket; evidence, mirror and exports; the pipes of the processes that read pages.
BASE = 96
# Of one request: the second attempt of happy eyeballs (RFC 8305), or a leg on another host before the first is closed.
EACH_REQUEST = 2
IDLE = 256  # connections kept open for the next request, of all hosts together (see edges/connector.py)
LOOKUPS = 2 * 128  # threads of the resolver, each with a socket for either family
SERVED = 256 + 128  # connections to the page and to the door for hubs

# What a system call says when there are no more for this process, or for the machine.
LACKING = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})


class Descriptors(NamedTuple):
    """How many may be open, how many the daemon needs at most, and how many its limit could be raised to."""

    allowed: int
    needed: int
    most: int


def needed(hosts: int, in_flight: int = 1) -> int:
    """Return how many a daemon has open at most that visits so many hosts at once, each by so many requests."""
    return BASE + hosts * in_flight * EACH_REQUEST + IDLE + LOOKUPS + SERVED


def make_room(hosts: int, in_flight: int = 1) -> Descriptors:
    """Raise this process's soft limit where it is too low and may be raised; return what holds now."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    least = needed(hosts, in_flight)
    most = least if hard == resource.RLIM_INFINITY else hard
    if soft != resource.RLIM_INFINITY and soft < least and soft < most:
        soft = min(least, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    allowed = least if soft == resource.RLIM_INFINITY else soft
    return Descriptors(allowed, least, most)


def has_spare(count: int) -> bool:
    """Say whether so many more may be opened now, by opening them."""
    opened: list[int] = []
    try:
        for _ in range(count):
            opened.append(os.open(os.devnull, os.O_RDONLY | os.O_CLOEXEC))  # noqa: PERF401 - closed also where a later one fails
    except OSError:
        return False
    finally:
        for one in opened:
            os.close(one)
    return True


def is_lacking(error: BaseException) -> bool:
    """Say whether an error means that this machine is out of descriptors or memory, and no server is to blame."""
    cause = getattr(error, "os_error", None) or error
    if getattr(cause, "errno", None) in LACKING:
        return True
    return any(f"[Errno {number}]" in str(cause) for number in (errno.EMFILE, errno.ENFILE))
