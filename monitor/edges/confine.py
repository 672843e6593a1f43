"""Take away from this process what a reader of untrusted bytes does not need. Linux only; each part is best effort."""

import ctypes
import os
import resource
import signal
import struct
from collections.abc import Iterable

from monitor.edges import syscalls

_PR_SET_PDEATHSIG = 1
_PR_SET_NO_NEW_PRIVS, _PR_GET_NO_NEW_PRIVS = 38, 39
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same numbers on every architecture
_READ_FILE, _READ_DIR = 1 << 2, 1 << 3
_RULE_PATH_BENEATH = 1
# Rights that exist from each Landlock version on: files, then TCP bind and connect, then signals and abstract sockets.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 5: 16}
_NET_RIGHTS, _NET_SINCE = 0b11, 4
_SCOPES, _SCOPED_SINCE = 0b11, 6

# Where code, shared libraries and time zones are, beside the import path: nothing there is secret.
LIBRARIES = ("/usr/lib", "/usr/lib64", "/lib", "/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/usr/share/zoneinfo")


def die_with_parent(parent: int) -> None:
    """Have the kernel SIGKILL this process when the thread that started it ends. Exits at once if it already has."""
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def renounce(memory_bytes: int, readable: Iterable[str]) -> tuple[str, ...]:
    """Give up new privileges, memory beyond `memory_bytes` of address space, core dumps, file writing, and with
    Landlock every file outside of `readable`, TCP, and signals to others, and with seccomp new processes and any
    socket. Returns what took hold, by name.
    """
    held = []
    if _prctl(_PR_SET_NO_NEW_PRIVS, 1):
        held.append("no-new-privs")
    for limit, most in ((resource.RLIMIT_AS, memory_bytes), (resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0)):
        _lower(limit, most)
    held.append("rlimits")
    if version := _landlock(readable):
        held.append(f"landlock-{version}")
    if syscalls.forbid():
        held.append("seccomp")
    return tuple(held)


def has_no_new_privs() -> bool:
    """Say whether this process, and what it starts, can gain no privileges any more, as the kernel has it."""
    zero = ctypes.c_ulong(0)
    return bool(_libc().prctl(_PR_GET_NO_NEW_PRIVS, zero, zero, zero, zero) == 1)


def allow_cpu(seconds: int) -> None:
    """Let this process use that much more CPU time; beyond it the kernel ends it (SIGXCPU).

    A backstop for a parent that is stopped or wedged: the parent's own deadline comes first.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(usage.ru_utime + usage.ru_stime) + 1 + seconds
    resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


def _lower(limit: int, most: int) -> None:
    _, hard = resource.getrlimit(limit)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(limit, (most, most))


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> bool:
    zero = ctypes.c_ulong(0)
    return bool(_libc().prctl(option, ctypes.c_ulong(value), zero, zero, zero) == 0)


def _syscall(number: int, *arguments: object) -> int:
    call = _libc().syscall
    call.restype = ctypes.c_long
    return int(call(ctypes.c_long(number), *arguments))


def _landlock(readable: Iterable[str]) -> int:
    """Restrict this process to reading beneath these paths. Returns the kernel's Landlock version, 0 without it."""
    version = _syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(1))
    if version < 1:
        return 0
    attributes = _ruleset(version)
    ruleset = _syscall(_CREATE_RULESET, attributes, ctypes.c_size_t(len(attributes)), ctypes.c_uint(0))
    if ruleset < 0:
        return 0
    try:
        for path in readable:
            _admit(ruleset, path)
        return version if _syscall(_RESTRICT_SELF, ctypes.c_int(ruleset), ctypes.c_uint(0)) == 0 else 0
    finally:
        os.close(ruleset)


def _ruleset(version: int) -> bytes:
    """Return struct landlock_ruleset_attr of that version, handling every right it knows."""
    bits = max(count for since, count in _FILE_RIGHTS.items() if since <= version)
    words = [(1 << bits) - 1]
    if version >= _NET_SINCE:
        words.append(_NET_RIGHTS)
    if version >= _SCOPED_SINCE:
        words.append(_SCOPES)
    return struct.pack(f"={len(words)}Q", *words)


def _admit(ruleset: int, path: str) -> None:
    """Allow reading beneath a path; one that is not there needs no rule."""
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        rights = _READ_FILE | (_READ_DIR if os.path.isdir(path) else 0)
        rule = struct.pack("=Qi", rights, place)  # packed, as the kernel has it
        _syscall(_ADD_RULE, ctypes.c_int(ruleset), ctypes.c_int(_RULE_PATH_BENEATH), rule, ctypes.c_uint(0))
    finally:
        os.close(place)
