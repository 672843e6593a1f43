"""Forbid this process system calls that no reader needs: new processes, sockets, and reaching into other processes.

Landlock leaves UDP, unix sockets by name and forking open. Linux on x86-64 and ARM64; elsewhere nothing is done.
"""

import ctypes
import errno
import platform
import struct

_PR_SET_SECCOMP, _MODE_FILTER = 22, 2
# Classic BPF: load a word, jump if equal, if greater or equal, if any bit is set; return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = (
    0x20,
    0x15,
    0x35,
    0x45,
    0x06,
)
_ALLOW, _REFUSE, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_NUMBER_AT, _ARCHITECTURE_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # of struct seccomp_data, little-endian
_CLONE_THREAD = 0x10000
_X32 = 0x40000000  # a second set of numbers on x86-64

_MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # and their names in the kernel's audit
# Numbers on x86-64 and ARM64, None where the call does not exist.
_FORBIDDEN: dict[str, tuple[int | None, int | None]] = {
    "fork": (57, None),
    "vfork": (58, None),
    "execve": (59, 221),
    "execveat": (322, 281),
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "io_uring_setup": (425, 425),  # opens sockets past this filter
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kcmp": (312, 272),
    "pidfd_open": (434, 434),
    "pidfd_getfd": (438, 438),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
}
_CLONE = (56, 220)
_CLONE3 = 435  # its flags lie in memory, where a filter cannot look; the C library falls back to clone


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_char_p))


def forbid() -> bool:
    """Have these calls fail with EPERM from now on. Needs PR_SET_NO_NEW_PRIVS; says whether it took hold."""
    machine = platform.machine()
    if machine not in _MACHINES:
        return False
    instructions = _filter(machine)
    program = _Program(len(instructions) // 8, instructions)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    zero = ctypes.c_ulong(0)
    return bool(prctl(_PR_SET_SECCOMP, ctypes.c_ulong(_MODE_FILTER), ctypes.byref(program), zero, zero) == 0)


def _filter(machine: str) -> bytes:
    place = list(_MACHINES).index(machine)
    refuse, missing = _REFUSE | errno.EPERM, _REFUSE | errno.ENOSYS
    steps = [
        _step(_LOAD, _ARCHITECTURE_AT),
        *_unless(_EQUAL, _MACHINES[machine], _KILL),
        _step(_LOAD, _NUMBER_AT),
        *_when(_AT_LEAST, _X32, _KILL),
        *_when(_EQUAL, _CLONE3, missing),
    ]
    for numbers in _FORBIDDEN.values():
        steps += _when(_EQUAL, number, refuse) if (number := numbers[place]) else ()
    steps += [_step(_EQUAL, _CLONE[place], 1, 0), _step(_RETURN, _ALLOW), _step(_LOAD, _FIRST_ARGUMENT_AT)]
    steps += _unless(_ANY_BIT, _CLONE_THREAD, refuse)
    return b"".join([*steps, _step(_RETURN, _ALLOW)])


def _when(test: int, value: int, answer: int) -> tuple[bytes, bytes]:
    return _step(test, value, 0, 1), _step(_RETURN, answer)


def _unless(test: int, value: int, answer: int) -> tuple[bytes, bytes]:
    return _step(test, value, 1, 0), _step(_RETURN, answer)


def _step(code: int, value: int, when_true: int = 0, when_false: int = 0) -> bytes:
    """Return one struct sock_filter; a test skips as many steps as it says."""
    return struct.pack("=HBBI", code, when_true, when_false, value)
