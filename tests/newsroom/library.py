"""Put the newsroom's content together: sites, texts and events become stories, by site."""

from collections.abc import Iterable
from datetime import datetime

from tests.newsroom.events import Event, read_events
from tests.newsroom.filler import fill
from tests.newsroom.history import Moment, Story, story
from tests.newsroom.replies import Desk
from tests.newsroom.sites import Site, read_sites
from tests.newsroom.texts import Text, read_texts


def open_desks(filler: int = 0) -> tuple[Desk, ...]:
    """Read everything and return a desk for each site; `filler` is how many made-up articles each site adds."""
    texts, events = read_texts(), read_events()
    sites = read_sites()
    _check(sites, texts, events)
    more_texts, more_events = fill(sites, texts, filler)
    return tuple(_desk(site, texts + more_texts, events + more_events) for site in sites)


def truth(desks: Iterable[Desk], until: datetime) -> dict[str, tuple[Moment, ...]]:
    """Return what every article's URL held, moment by moment, up to a time; URLs not yet published are left out."""
    told: dict[str, tuple[Moment, ...]] = {}
    for desk in desks:
        for one in desk.stories:
            told |= {url: tuple(m for m in moments if m.at <= until) for url, moments in one.truth().items()}
    return {url: moments for url, moments in told.items() if moments}


def _desk(site: Site, texts: Iterable[Text], events: tuple[Event, ...]) -> Desk:
    own = tuple(event for event in events if event.outlet == site.key)
    stories: tuple[Story, ...] = tuple(story(site, text, own) for text in texts if text.outlet == site.key)
    return Desk(site, stories, own)


def _check(sites: Iterable[Site], texts: Iterable[Text], events: Iterable[Event]) -> None:
    known = {site.key for site in sites} | {(text.outlet, text.slug) for text in texts}
    wild = [
        event
        for event in events
        if (event.outlet, event.slug) not in known and (event.slug or event.outlet not in known)
    ]
    if wild:
        raise ValueError(f"events about nothing: {wild}")
