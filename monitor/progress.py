"""How work tells how far it is."""

from collections.abc import Callable

# Called with how much is done and how much there is.
Progress = Callable[[int, int], None]
