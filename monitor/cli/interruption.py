"""Say what an interrupted command leaves behind: Ctrl-C ends it without another word."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from monitor.cli.screen import Screen


@contextmanager
def told_of(screen: Screen, left: Callable[[], str]) -> Iterator[None]:
    """Tell of an interruption, and what is `left` by then, on standard error; the command ends by it all the same."""
    try:
        yield
    except (KeyboardInterrupt, asyncio.CancelledError):
        screen.note(f"interrupted; {left()}")
        raise
