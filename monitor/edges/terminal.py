"""Whether there is a terminal that we were started from: its hang-up means the end, that of a service a reload."""

import os


def has_terminal() -> bool:
    """Return whether this process has a controlling terminal; one that hung up is none any more (tty(4))."""
    try:
        os.close(os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY))
    except OSError:
        return False
    return True
