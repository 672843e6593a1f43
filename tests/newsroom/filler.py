"""Make up articles for volume, the same ones every time, out of an outlet's own paragraphs."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

from tests.newsroom.events import Event, EventKind
from tests.newsroom.sites import Site
from tests.newsroom.texts import Text

BEGIN = datetime(2026, 11, 16, tzinfo=UTC)
SPAN = timedelta(days=3)  # over which they are published, evenly
FIRST_NUMBER = 200_000
PARAGRAPHS = 7


def fill(sites: Iterable[Site], texts: Iterable[Text], count: int) -> tuple[tuple[Text, ...], tuple[Event, ...]]:
    """Return `count` texts for each site, and the events that publish them."""
    texts = tuple(texts)
    made = [(site.key, index) for site in sites for index in range(count)]
    fillers = tuple(_text(key, index, [text for text in texts if text.outlet == key]) for key, index in made)
    events = tuple(
        Event(BEGIN + SPAN * (index / count), key, EventKind.PUBLISH, slug=text.slug)
        for (key, index), text in zip(made, fillers, strict=True)
    )
    return fillers, events


def _text(key: str, index: int, own: list[Text]) -> Text:
    chance = Random(f"{key}/{index}")
    model = chance.choice(own)
    pool = sorted({part for text in own for part in text.paragraphs})
    number = FIRST_NUMBER + index
    return replace(
        model,
        slug=f"{model.slug}-{number}",
        address=f"{model.address}-{number}" if model.address else "",
        title=f"{model.title} ({index + 1})",
        number=number,
        paragraphs=tuple(chance.sample(pool, PARAGRAPHS)),
    )
