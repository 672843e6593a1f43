"""Fold the events of an article into its moments: what its address holds, from when on."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from tests.newsroom.events import Event, EventKind
from tests.newsroom.sites import Site
from tests.newsroom.texts import Text

ANSWERS = {
    EventKind.TAKEDOWN: 404,
    EventKind.GLITCH: 404,
    EventKind.GONE: 410,
    EventKind.SOFT_404: 302,
    EventKind.RESTORE: 200,
}


@dataclass(frozen=True, slots=True)
class Moment:
    """What an article's address answers from `at` on: a status and, under 200, this title and these paragraphs.

    `location` is the path a redirect leads to, `author` stands in the byline. `why` is the kind of the event that made
    it so.
    """

    at: datetime
    status: int
    title: str
    paragraphs: tuple[str, ...] = field(repr=False)
    why: str
    location: str = ""
    author: str = ""

    @property
    def body(self) -> str:
        """Return the paragraphs, one a line."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True, slots=True)
class Story:
    """One article with all that ever happens to it. After a move, `path` redirects and `moved_to` answers."""

    site: Site
    text: Text
    path: str
    moments: tuple[Moment, ...]
    moved_to: str = ""
    moved_at: datetime | None = None

    @property
    def url(self) -> str:
        """Return the URL it was published at."""
        return self.site.origin + self.path

    @property
    def published_at(self) -> datetime:
        """Return when it was first published."""
        return self.moments[0].at

    def at(self, now: datetime) -> Moment | None:
        """Return its moment at a time, None before it is published."""
        return next((moment for moment in reversed(self.moments) if moment.at <= now), None)

    def path_at(self, now: datetime) -> str:
        """Return the path that holds it at a time."""
        return self.moved_to if self.moved_at and self.moved_at <= now else self.path

    def modified_at(self, now: datetime) -> datetime:
        """Return when its title or text last changed before a time."""
        last = self.published_at
        for before, after in zip(self.moments, self.moments[1:], strict=False):
            if after.at <= now and (before.title, before.paragraphs) != (after.title, after.paragraphs):
                last = after.at
        return last

    def truth(self) -> dict[str, tuple[Moment, ...]]:
        """Return the moments of each of its addresses, by URL."""
        if self.moved_at is None:
            return {self.url: self.moments}
        before = tuple(moment for moment in self.moments if moment.at < self.moved_at)
        after = tuple(moment for moment in self.moments if moment.at >= self.moved_at)
        moved = Moment(self.moved_at, 301, "", (), EventKind.MOVE, location=self.moved_to)
        return {self.url: (*before, moved), self.site.origin + self.moved_to: after}


def story(site: Site, text: Text, events: Iterable[Event]) -> Story:
    """Tell a story from its events. Raises ValueError when it is never published, or an edit finds nothing."""
    own = [event for event in events if (event.outlet, event.slug) == (text.outlet, text.slug)]
    publish = next((event for event in own if event.kind is EventKind.PUBLISH), None)
    if publish is None:
        raise ValueError(f"{text.outlet}/{text.slug} is never published")
    path = site.article_path(text, text.address or text.slug, publish.at)
    move = next((event for event in own if event.kind is EventKind.MOVE), None)
    moved_to = site.article_path(text, move.to, publish.at) if move else ""
    first = Moment(publish.at, 200, text.title, text.paragraphs, EventKind.PUBLISH, author=text.author)
    moments = _fold(first, own, site.home)
    return Story(site, text, path, moments, moved_to, move.at if move else None)


def _fold(first: Moment, events: Iterable[Event], home: str) -> tuple[Moment, ...]:
    moments = [first]
    steps = sorted((step for event in events for step in _steps(event, first)), key=lambda step: step.at)
    for step in steps:
        moments.append(_after(moments[-1], step, home))
    return tuple(moments)


def _steps(event: Event, first: Moment) -> Iterator[Event]:
    """Break an event that lasts into steps that each change something once."""
    if event.kind is EventKind.AB and event.until is not None:
        titles, at = (event.title, first.title), event.at
        while at < event.until:
            yield replace(event, at=at, title=titles[(at - event.at) // timedelta(minutes=event.every_minutes) % 2])
            at += timedelta(minutes=event.every_minutes)
        yield replace(event, at=event.until, title=first.title)
    elif event.kind is EventKind.GLITCH and event.until is not None:
        yield event
        yield replace(event, at=event.until, kind=EventKind.RESTORE)
    elif event.kind is not EventKind.PUBLISH:
        yield event


def _after(moment: Moment, event: Event, home: str) -> Moment:
    return Moment(
        event.at,
        ANSWERS.get(event.kind, moment.status),
        moment.title if event.title is None else event.title,
        _edited(moment.paragraphs, event),
        event.kind,
        location=home if event.kind is EventKind.SOFT_404 else "",
        author=moment.author if event.author is None else event.author,
    )


def _edited(paragraphs: tuple[str, ...], event: Event) -> tuple[str, ...]:
    body = "\n".join(paragraphs)
    for old, new in event.replace:
        if old not in body:
            raise ValueError(f"{event.outlet}/{event.slug} at {event.at}: nothing to replace: {old}")
        body = body.replace(old, new)
    kept = tuple(part for part in body.split("\n") if not part.startswith(event.drop))
    if len(kept) + len(event.drop) != len(paragraphs):
        raise ValueError(f"{event.outlet}/{event.slug} at {event.at}: nothing to drop: {event.drop}")
    return kept + event.append
