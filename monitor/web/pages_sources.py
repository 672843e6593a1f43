"""Sources: how each is doing, when it is asked next and why, and when what it tells of appears."""

from aiohttp import web

from monitor import Archive
from monitor.web import charts, routes
from monitor.web.rendering import page
from monitor.web.source_facts import facts

LIMIT = 100


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    routes.add(app, "GET", "/sources", endpoint.sources)
    routes.add(app, "GET", "/sources/{id:[0-9]{1,18}}", endpoint.source)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def sources(self, request: web.Request) -> web.Response:
        """List the sources, those in trouble first."""
        found = await self._archive.desk.sources(LIMIT, request.query.get("after"))
        return page(request, "sources.html", rows=found.items, next=found.next, begun="after" in request.query)

    async def source(self, request: web.Request) -> web.Response:
        """Show all about a source."""
        found = await self._archive.desk.source(int(request.match_info["id"]))
        return page(
            request,
            "source.html",
            found=found,
            source=found.view.source,
            facts=facts(found.view, self._archive.now()),
            charts=charts.of_rhythm(found.rhythm),
        )
