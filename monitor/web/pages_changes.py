"""The stream of changes, narrowed by a query."""

from collections.abc import Sequence
from datetime import date
from itertools import groupby

from aiohttp import web

from monitor import Archive
from monitor.answers import ChangeView, Page
from monitor.errors import UsageError
from monitor.web import routes
from monitor.web.composing import led_on
from monitor.web.rendering import page
from monitor.wording import MAJOR, NOTABLE

WEIGHTS = {"": 0.0, "notable": NOTABLE, "major": MAJOR}
FIELDS = ("kind", "outlet", "lang", "since")
LIMIT = 50

ByDay = Sequence[tuple[date, Sequence[ChangeView]]]


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    routes.add(app, "GET", "/changes", endpoint.changes)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def changes(self, request: web.Request) -> web.Response:
        """Show changes that fit, newest first, by day. What the query says wrong is said beside the field."""
        if (elsewhere := led_on(request, FIELDS)) is not None:
            return elsewhere
        try:
            return self._page(request, await self._found(request))
        except UsageError as error:
            return self._page(request, Page(()), error)

    async def _found(self, request: web.Request) -> Page[ChangeView]:
        asked = request.query
        least = WEIGHTS.get(asked.get("weight", ""))
        if least is None:
            raise UsageError(f"weight={asked['weight']} is none", hint="it is notable or major, or left out for all")
        every = "all" in asked
        after = asked.get("after")
        return await self._archive.find_changes(
            asked.get("q", ""), at_least=least, all_kinds=every, limit=LIMIT, after=after
        )

    def _page(self, request: web.Request, found: Page[ChangeView], error: UsageError | None = None) -> web.Response:
        asked = request.query
        return page(
            request,
            "changes.html",
            status=400 if error else 200,
            q=asked.get("q", ""),
            weight=asked.get("weight", ""),
            every="all" in asked,
            days=_by_day(found.items),
            next=found.next,
            error=error,
            outlets=self._archive.outlets,
            words=self._archive.words_between,
        )


def _by_day(found: Sequence[ChangeView]) -> ByDay:
    return [(day, tuple(views)) for day, views in groupby(found, key=lambda view: view.change.at.date())]
