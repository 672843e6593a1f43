"""Answer requests as the outlets would at a given time: which page, which status, which headers. Opens no sockets."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote, unquote

from tests.newsroom import feeds, pages, wire
from tests.newsroom.edition import Edition, edition, item
from tests.newsroom.events import Event, EventKind
from tests.newsroom.furniture import Furniture, furnish
from tests.newsroom.history import Story
from tests.newsroom.sites import Site
from tests.newsroom.wire import Reply

IMAGE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: its path percent-encoded and without the query, its headers by lower-case name."""

    scheme: str
    host: str
    path: str
    headers: Mapping[str, str] = field(repr=False)
    load: int = 0  # counts requests; furniture changes with it


# Makes another reply of an honest one.
Turn = Callable[[Asked, Reply], Reply]


class Desk:
    """All that one outlet can answer; the same request at the same time has the same reply."""

    def __init__(self, site: Site, stories: Iterable[Story], events: Iterable[Event]) -> None:
        self.site = site
        self.stories = tuple(stories)
        self._paths = {path: story for story in self.stories for path in (story.path, story.moved_to) if path}
        self._spells = tuple(event for event in events if event.outlet == site.key and not event.slug)
        self._sections = {site.listing_path(key): key for key in site.sections}
        self._documents = self._fixed()
        self._changes = sorted({moment.at for story in self.stories for moment in story.moments})
        self._editions: dict[int, Edition] = {}  # by how many changes had happened
        self.instead: dict[str, Turn] = {}  # what tests have paths answer in place of the honest reply

    def reply(self, asked: Asked, now: datetime) -> Reply:
        """Answer a request as of `now`."""
        outage = self._spell(EventKind.OUTAGE, now)
        if outage:
            return wire.unavailable(outage.retry_after_s)
        if asked.host != self.site.host or asked.scheme != self.site.scheme:
            return wire.redirect(301, self.site.origin + asked.path)
        reply = self._find(asked, now)
        turn = self.instead.get(asked.path)
        return wire.finish(turn(asked, reply) if turn else reply, asked.headers, self.site.compress)

    def _find(self, asked: Asked, now: datetime) -> Reply:
        path = quote(unquote(asked.path))
        if path in self._paths:
            return self._article(self._paths[path], path, asked, now)
        if path in self._documents:
            return self._documents[path](asked, now)
        if path.startswith("/images/"):
            return Reply(200, IMAGE, {"Content-Type": "image/png", "Cache-Control": "max-age=86400"})
        return self._missing(404)

    def _fixed(self) -> dict[str, Callable[[Asked, datetime], Reply]]:
        site = self.site
        found: dict[str, Callable[[Asked, datetime], Reply]] = dict.fromkeys(self._sections, self._section)
        found |= {site.home: self._front, "/robots.txt": self._robots}
        if site.home != "/":
            found["/"] = lambda asked, now: wire.redirect(302, site.origin + site.home)
        if site.latest:
            found[site.latest] = self._latest
        if site.feed:
            found[site.feed.path] = self._feed
        if site.sitemap_index and site.feed:
            listed = (site.feed.path, "/sitemap-sections.xml")
            found[site.sitemap_index] = lambda asked, now: self._xml(feeds.sitemap_index(site, listed))
            found[listed[1]] = lambda asked, now: self._xml(feeds.sections_sitemap(site))
        return found

    def _article(self, story: Story, path: str, asked: Asked, now: datetime) -> Reply:
        moment = story.at(now)
        current = story.path_at(now)
        if moment is None or (path != current and path != story.path):
            return self._missing(404)
        if path != current or moment.status == 302:
            return wire.redirect(301 if path != current else 302, self.site.origin + (moment.location or current))
        if moment.status != 200:
            return self._missing(moment.status)
        html = pages.article_page(item(story, moment, now), self._furniture(asked, now))
        changed = story.modified_at(now) if self.site.page_validators else None
        return self._html(html, last_modified=changed)

    def _front(self, asked: Asked, now: datetime) -> Reply:
        return self._html(pages.front_page(self._edition(now), self._furniture(asked, now)))

    def _section(self, asked: Asked, now: datetime) -> Reply:
        section = self._sections[asked.path]
        return self._html(pages.section_page(self._edition(now), section, self._furniture(asked, now)))

    def _latest(self, asked: Asked, now: datetime) -> Reply:
        return self._html(pages.latest_page(self._edition(now), self._furniture(asked, now)))

    def _robots(self, asked: Asked, now: datetime) -> Reply:
        if self.site.robots is None:
            return self._missing(404)
        return Reply(200, self.site.robots.strip().encode() + b"\n", {"Content-Type": "text/plain; charset=utf-8"})

    def _feed(self, asked: Asked, now: datetime) -> Reply:
        kept, shown = self.site.feed, self._edition(now)
        if kept is None or self._spell(EventKind.FEED_HTML, now):
            return self._front(asked, now)
        body = self._encoded(feeds.feed(shown, kept, now))
        changed = shown.modified_at if kept.last_modified else None
        return wire.cached(body, self._type(feeds.TYPES[kept.kind]), kept.etag, changed, kept.max_age)

    def _missing(self, status: int) -> Reply:
        return self._html(f"<!DOCTYPE html><title>{status}</title><h1>{status}</h1><p>{self.site.name}</p>", status)

    def _html(self, html: str, status: int = 200, last_modified: datetime | None = None) -> Reply:
        kind = self._type("text/html")
        if last_modified is not None:
            return wire.cached(self._encoded(html), kind, "", last_modified, 0)
        return Reply(status, self._encoded(html), {"Content-Type": kind, "Cache-Control": "no-cache"})

    def _xml(self, text: str) -> Reply:
        return Reply(200, self._encoded(text), {"Content-Type": self._type("application/xml")})

    def _type(self, kind: str) -> str:
        return f"{kind}; charset={self.site.charset}"

    def _encoded(self, text: str) -> bytes:
        return text.encode(self.site.charset, "xmlcharrefreplace")

    def _edition(self, now: datetime) -> Edition:
        past = bisect_right(self._changes, now)
        if past not in self._editions:
            self._editions[past] = edition(self.site, self.stories, now)
        return self._editions[past]

    def _furniture(self, asked: Asked, now: datetime) -> Furniture:
        return furnish(asked.load, self._edition(now).items, self.site.local(now))

    def _spell(self, kind: EventKind, now: datetime) -> Event | None:
        return next((event for event in self._spells if event.kind is kind and event.lasts(now)), None)
