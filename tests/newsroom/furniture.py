"""What news pages carry besides news, different on every load: counters, clocks, advertisement ids, tokens, lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from tests.newsroom.edition import Item

LINES = 5  # in "most read" and "related" lists


@dataclass(frozen=True, slots=True)
class Furniture:
    """The furniture of one load of a page. `values` go into templates as they are; the lists are drawn anew."""

    values: dict[str, str]
    mostread: tuple[Item, ...]
    related: tuple[Item, ...]


def furnish(load: int, items: Sequence[Item], local: datetime) -> Furniture:
    """Draw the furniture of the load of that number; the same number draws the same."""
    chance = Random(load)
    values = {
        "views": str(1200 + 7 * load + chance.randrange(7)),
        "visitors": str(chance.randrange(80, 4000)),
        "comments": str(chance.randrange(3, 240)),
        "shares": str(chance.randrange(10, 900)),
        "degrees": str(chance.randrange(4, 34)),
        "served": str(chance.randrange(11, 99)),
        "token": f"{chance.getrandbits(96):024x}",
        "ad": str(chance.randrange(10**6, 10**7)),
        "ad2": f"{chance.getrandbits(40):010x}",
        "clock": f"{local:%H:%M}:{load % 60:02d}",
    }
    return Furniture(values, _some(chance, items), _some(chance, items))


def _some(chance: Random, items: Sequence[Item]) -> tuple[Item, ...]:
    return tuple(chance.sample(items, min(LINES, len(items))))
