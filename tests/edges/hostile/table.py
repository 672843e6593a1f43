"""All behaviours, by name."""

from tests.edges.hostile.behaviours import Behaviour
from tests.edges.hostile.bodies import BODIES
from tests.edges.hostile.heads import HEADS
from tests.edges.hostile.leading import LEADING
from tests.edges.hostile.packed import PACKED
from tests.edges.hostile.secure import SECURE

BEHAVIOURS: tuple[Behaviour, ...] = (*HEADS, *BODIES, *PACKED, *LEADING, *SECURE)
