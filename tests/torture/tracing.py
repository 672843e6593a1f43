"""Which bytes a process wrote, which names it gave, and what it synced, in order, as strace saw it."""

import os
import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

WRITES = ("write", "pwrite64", "ftruncate", "fallocate")
SYNCS = ("fsync", "fdatasync")
NAMES = ("openat", "rename", "renameat", "renameat2", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "link")
# These would have to be understood as well; that nobody uses them is checked.
UNKNOWN = ("writev", "pwritev", "pwritev2", "truncate", "linkat", "symlink", "symlinkat", "sendfile")
UNKNOWN_TOO = ("copy_file_range", "sync_file_range", "msync")
CALLS = (*WRITES, *SYNCS, *NAMES, *UNKNOWN, *UNKNOWN_TOO)


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a file or a name; offsets and sizes are in bytes.

    `begin` and `end` of a sync share their `call`, since other threads write meanwhile. In `position` is where a write
    says it goes, None for the end of what was written before.
    """

    what: str  # open, write, truncate, begin, end, rename, link, unlink, mkdir
    path: str
    to: str = ""
    data: bytes = b""
    position: int | None = None
    call: int = 0
    flags: str = ""


def strace() -> str | None:
    """Return where strace is, or None."""
    return shutil.which("strace")


def traced(out: Path, command: list[str]) -> list[str]:
    """Return a command that runs another under strace; what goes into files without a name is left out."""
    calls = f"trace={','.join(CALLS)}"
    into = f"|grep --line-buffered -v '(deleted), ' > {shlex.quote(str(out))}"
    options = ["-f", "-y", "-xx", "--seccomp-bpf", "-s", "100000000"]
    return [strace() or "strace", *options, "-o", into, "-e", calls, *command]


def first_process(out: Path) -> int:
    """Return the number of the process that strace started. Raises ValueError before it did anything."""
    with out.open("rb") as stream:
        return int(stream.read(20).split(b" ")[0])


_LINE = re.compile(r"(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)")
_RESULT = re.compile(r"\) += (-?\d+)(?:<[^>]*>)?(?: .*)?$")


def events(out: Path, folder: Path) -> Iterator[Event]:
    """Yield what happened to files under a folder, in order: writes when they began, syncs when they began and ended.

    A call that failed did nothing. Raises ValueError for a call on such a file that is not understood.
    """
    root, under_way, number = os.fspath(folder), dict[str, tuple[str, str]](), 0
    begun: dict[str, int] = {}
    with out.open(encoding="ascii") as lines:
        for line in lines:
            found = _LINE.match(line)
            if not found:
                continue
            thread, resumed, name, rest = found.groups()
            number += 1
            if name and rest.endswith("<unfinished ...>"):
                under_way[thread] = name, rest.removesuffix("<unfinished ...>")
                if name in SYNCS:
                    begun[thread] = number
                    yield from _in(root, Event("begin", _descriptor(rest), call=number))
                continue
            if resumed:
                name, before = under_way.pop(thread, (resumed, ""))
                rest = before + rest
            result = _RESULT.search(rest)
            if result is None or int(result[1]) < 0:
                if rest.endswith("= ?") and name in WRITES and _descriptor(rest).startswith(root):
                    raise ValueError(
                        f"it was killed in a {name} to {_descriptor(rest)}, and nobody knows what came of it"
                    )
                continue
            call = begun.pop(thread, 0) if name in SYNCS else 0
            if name in SYNCS and not call:
                call = number
                yield from _in(root, Event("begin", _descriptor(rest), call=call))
            yield from _in(root, _event(name, rest[: result.start()], int(result[1]), call, root))


def _in(root: str, event: Event | None) -> Iterator[Event]:
    if event is not None and event.path.startswith(root):
        yield event


_STRING = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace("\\x", ""))


def _descriptor(rest: str) -> str:
    """Return the path of the descriptor that is a call's first argument; one without a name there has none."""
    found = re.match(r"\d+<((?:\\x[0-9a-f]{2})*)>(\(deleted\))?", rest)
    if not found or found[2]:
        return ""
    path = os.fsdecode(_bytes(found[1]))
    return "" if path.endswith(" (deleted)") else path


def _event(name: str, rest: str, result: int, call: int, root: str) -> Event | None:
    if name in SYNCS:
        return Event("end", _descriptor(rest), call=call)
    if name in WRITES:
        return _written(name, rest, result)
    paths = [os.fsdecode(_bytes(found)) for found in _STRING.findall(rest)]
    if name == "openat":
        return Event("open", paths[0], flags=rest)
    if name.startswith("rename"):
        return Event("rename", paths[0], paths[1])
    if name == "link":
        return Event("link", paths[0], paths[1])
    if name.startswith("unlink") or name == "rmdir":
        return Event("unlink", paths[0])
    if name.startswith("mkdir"):
        return Event("mkdir", paths[0])
    if any(path.startswith(root) for path in (*paths, _descriptor(rest))):
        raise ValueError(f"{name} of {paths or _descriptor(rest)} is not understood")
    return None


def _written(name: str, rest: str, result: int) -> Event | None:
    path = _descriptor(rest)
    if not path:
        return None
    if name in ("ftruncate", "fallocate"):
        numbers = [int(one) for one in re.findall(r", (\d+)", rest)]
        size = numbers[0] if name == "ftruncate" else sum(numbers[-2:])
        return Event("truncate" if name == "ftruncate" else "extend", path, position=size)
    text = _STRING.search(rest)
    data = _bytes(text[1])[:result] if text else b""
    position = int(rest.rpartition(", ")[2]) if name == "pwrite64" else None
    return Event("write", path, data=data, position=position)
