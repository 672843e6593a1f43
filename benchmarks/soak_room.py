"""A newsroom that publishes for as long as a soak lasts: `python -m benchmarks.soak_room --clock FILE --state DIR`.

The invented outlets of tests/newsroom, with articles made up evenly over the days. Every fourth gets another headline,
every fifth another paragraph, every twentieth is taken down; each third day one outlet is out of order for two hours.
"""

import argparse
import asyncio
import json
import signal
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from monitor.edges.clock import DrivenClock
from tests.newsroom.events import Event, EventKind, read_events
from tests.newsroom.filler import BEGIN, SPAN, fill
from tests.newsroom.history import story
from tests.newsroom.replies import Desk
from tests.newsroom.room import Newsroom
from tests.newsroom.sites import Site, read_sites
from tests.newsroom.texts import Text, read_texts

OUTAGE = timedelta(hours=2)


class LongNewsroom(Newsroom):
    """A newsroom of many days; it keeps no list of who asked, which would grow with them."""

    def __init__(self, clock: DrivenClock, days: int, daily: int) -> None:
        super().__init__(clock)
        self.desks = _desks(days, daily)
        self._by_host = {host: desk for desk in self.desks for host in (desk.site.host, *desk.site.other_hosts)}

    def _log(self, request: web.Request, host: str, status: int, now: object) -> None:
        """Forget who asked."""


def _desks(days: int, daily: int) -> tuple[Desk, ...]:
    sites, texts, events = read_sites(), read_texts(), read_events()
    more, published = fill(sites, texts, days * daily)
    told = tuple(_told(sites, {(text.outlet, text.slug): text for text in more}, published, days))
    return tuple(_desk(site, texts + more, events + told) for site in sites)


def _told(
    sites: Iterable[Site], texts: dict[tuple[str, str], Text], published: Iterable[Event], days: int
) -> Iterator[Event]:
    """Spread publications over the days, and have some of what was published change."""
    for number, one in enumerate(published):
        event = replace(one, at=BEGIN + (one.at - BEGIN) * (timedelta(days=days) / SPAN))
        yield event
        yield from _later(event, texts[event.outlet, event.slug], number)
    for number, site in enumerate(sites):
        for day in range(4 + 3 * number, days, 24):
            at = BEGIN + timedelta(days=day, hours=10)
            yield Event(at, site.key, EventKind.OUTAGE, until=at + OUTAGE)


def _later(event: Event, text: Text, number: int) -> Iterator[Event]:
    if number % 4 == 0:
        at = event.at + timedelta(hours=2)
        yield replace(event, at=at, kind=EventKind.HEADLINE, title=f"{text.title} – {number}")
    if number % 5 == 0:
        at = event.at + timedelta(hours=5)
        yield replace(event, at=at, kind=EventKind.BODY, append=(f"{text.paragraphs[0]} ({number})",))
    if number % 20 == 0:
        yield replace(event, at=event.at + timedelta(hours=30), kind=EventKind.TAKEDOWN)


def _desk(site: Site, texts: Iterable[Text], events: tuple[Event, ...]) -> Desk:
    own = tuple(event for event in events if event.outlet == site.key)
    by_slug: dict[str, list[Event]] = {}
    for event in own:
        by_slug.setdefault(event.slug, []).append(event)
    stories = tuple(story(site, text, by_slug[text.slug]) for text in texts if text.outlet == site.key)
    return Desk(site, stories, own)


def main() -> None:
    """Read the options and serve until SIGTERM; print where, as one line of JSON, when ready."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak_room", description=__doc__)
    parser.add_argument("--clock", type=Path, required=True, help="the driven clock's file")
    parser.add_argument("--state", type=Path, required=True, help="a folder for the CA's certificate")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--daily", type=int, default=3, help="articles an outlet publishes in a day")
    options = parser.parse_args()
    asyncio.run(_serve(LongNewsroom(DrivenClock(options.clock), options.days, options.daily), options.state))


async def _serve(room: LongNewsroom, folder: Path) -> None:
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    async with room.served(folder):
        print(json.dumps(asdict(room.info)), flush=True)
        await stopped.wait()


if __name__ == "__main__":
    main()
