"""Tell the service manager how we are: the protocol of sd_notify(3), which is one datagram."""

import socket

from monitor.config import notify_socket

READY = "READY=1"
STOPPING = "STOPPING=1"
WATCHDOG = "WATCHDOG=1"


def status(text: str) -> str:
    """Return the state that shows a line of text in `systemctl status`; line ends would begin another state."""
    return f"STATUS={' '.join(text.split())}"


def notify(*states: str) -> bool:
    """Send states such as READY or `status("...")`; return whether a service manager took them.

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
