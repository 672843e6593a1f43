"""Atom feeds of changes: all, those that a query finds, of a source, of an outlet, and of what an alert tells.

/atom/changes[?q=QUERY]   /atom/sources/{id}   /atom/outlets/{key}   /atom/alerts/{name}

What was seen at one check only is left out until it was seen again, as alerts do; an entry is never taken back.
"""

import re
from collections.abc import Sequence
from datetime import datetime

from aiohttp import web

from monitor import Archive, atom
from monitor.answers import ChangeView
from monitor.errors import NotFoundError, UsageError
from monitor.model import Alarm, Document
from monitor.web.etags import tagged
from monitor.web.names import NAMES
from monitor.web.routes import add

ENTRIES = 50
_KEY = re.compile(r"[\w.-]{1,255}")
_MEDIA_TYPE = "application/atom+xml"

Item = ChangeView | Document | Alarm


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    feeds = _Feeds(archive)
    add(app, "GET", "/atom/changes", feeds.changes)
    add(app, "GET", "/atom/sources/{id:[0-9]{1,18}}", feeds.source)
    add(app, "GET", "/atom/outlets/{key}", feeds.outlet)
    add(app, "GET", "/atom/alerts/{name}", feeds.alert)


class _Feeds:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def changes(self, request: web.Request) -> web.Response:
        """Return the newest changes, or those that a query finds."""
        query = request.query.get("q", "")
        return await self._found(request, query, f"Changes: {query}" if query else "Changes")

    async def source(self, request: web.Request) -> web.Response:
        """Return the newest changes of what a source told of. Raises NotFoundError."""
        source = await self._archive.source(int(request.match_info["id"]))
        return await self._found(request, f"source:{source.id}", f"Changes: {source.title or source.url}")

    async def outlet(self, request: web.Request) -> web.Response:
        """Return the newest changes of an outlet. Raises NotFoundError for a key that is none."""
        key = request.match_info["key"]
        if not _KEY.fullmatch(key):
            raise NotFoundError(f"there is no outlet {key}")
        name = next((one.name for one in self._archive.outlets if one.key == key), key)
        try:
            return await self._found(request, f"outlet:{key}", f"Changes: {name}")
        except UsageError as error:
            raise NotFoundError(f"there is no outlet {key}") from error

    async def alert(self, request: web.Request) -> web.Response:
        """Return what an alert tells of, also what came before it was made. Raises NotFoundError."""
        name = request.match_info["name"]
        return self._feed(request, await self._archive.alerts.latest(name, ENTRIES), f"Alert: {name}")

    async def _found(self, request: web.Request, query: str, title: str) -> web.Response:
        return self._feed(request, await self._archive.alerts.would_tell(query, ENTRIES), title)

    def _feed(self, request: web.Request, items: Sequence[Item], title: str) -> web.Response:
        """Return a feed; 304 to who has it already, since readers ask for it all day."""
        base_url = self._archive.settings.web.public_url.rstrip("/") or request.app[NAMES].base(request)
        at = max((_time(one) for one in items), default=datetime.fromisoformat("2026-01-01T00:00:00+00:00"))
        asked = request.rel_url.with_query({name: request.query[name] for name in ("q",) if name in request.query})
        text = atom(
            items,
            title=f"Monitor: {title[0].lower()}{title[1:]}",
            at=at,
            self_url=f"{base_url}{asked}",
            base_url=base_url,
        )
        return tagged(request, web.Response(text=text, content_type=_MEDIA_TYPE, charset="utf-8"))


def _time(item: Item) -> datetime:
    if isinstance(item, Alarm):
        return item.ended_at or item.since
    return item.first_seen_at if isinstance(item, Document) else item.change.at
