"""Tell the service manager how we are, and take the sockets that it hands us: sd_notify(3), sd_listen_fds(3).

Also whether one runs at all, and its command `systemctl`.
"""

import socket
import subprocess
import time
from pathlib import Path

from monitor.config import notify_socket, passed_sockets
from monitor.errors import MonitorError

READY = "READY=1"
STOPPING = "STOPPING=1"
WATCHDOG = "WATCHDOG=1"

FIRST_PASSED = 3  # SD_LISTEN_FDS_START: after standard input, output and error
RUNNING = Path("/run/systemd/system")  # there while systemd runs the system (sd_booted(3))
PATIENCE_S = 120.0  # for systemctl to do what it is told


def status(text: str) -> str:
    """Return the state that shows a line of text in `systemctl status`; line ends would begin another state."""
    return f"STATUS={' '.join(text.split())}"


def reloading() -> str:
    """Return the state that says that the configuration is read anew, from now until the next READY."""
    return f"RELOADING=1\nMONOTONIC_USEC={time.monotonic_ns() // 1000}"


def longer(seconds: float) -> str:
    """Return the state that asks for so much more time, from now, to start or to stop."""
    return f"EXTEND_TIMEOUT_USEC={int(seconds * 1_000_000)}"


def notify(*states: str) -> bool:
    """Send states, in one datagram: such as READY or `status("...")`; return whether a service manager took them.

    False without one (NOTIFY_SOCKET unset), and when it cannot be reached or is too busy: never waits, never raises,
    since nobody's work depends on being heard. An address that begins with @ is in the abstract namespace; vsock
    addresses of virtual machines are not served.
    """
    address = notify_socket()
    if address is None or address[0] not in "/@":
        return False
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as connection:
            connection.setblocking(False)
            connection.connect("\0" + address[1:] if address[0] == "@" else address)
            connection.sendall("\n".join(states).encode())
    except OSError:
        return False
    return True


def passed_socket(name: str) -> socket.socket | None:
    """Return the listening socket that a unit with this FileDescriptorName= opened for us, else None.

    Take it once: it is ours from then on, and is not inherited by the processes that we start.
    """
    names = passed_sockets()
    if name not in names:
        return None
    passed = socket.socket(fileno=FIRST_PASSED + names.index(name))
    passed.set_inheritable(False)
    passed.setblocking(False)
    return passed


def is_running() -> bool:
    """Return whether systemd runs this machine, so that there is something to tell `systemctl`."""
    return RUNNING.is_dir()


def command(*words: str) -> None:
    """Run a command of systemd's, such as `systemctl daemon-reload`. Raises MonitorError when it fails."""
    try:
        done = subprocess.run(words, capture_output=True, encoding="utf-8", timeout=PATIENCE_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MonitorError(f"`{' '.join(words)}` failed: {error}") from error
    if done.returncode:
        said = done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}"
        raise MonitorError(f"`{' '.join(words)}` failed: {said}")
