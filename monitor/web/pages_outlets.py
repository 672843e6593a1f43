"""Outlets: what is kept of each, and when it publishes and edits."""

from aiohttp import web

from monitor import Archive
from monitor.web import charts, routes
from monitor.web.rendering import page


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    routes.add(app, "GET", "/outlets", endpoint.outlets)
    routes.add(app, "GET", "/outlets/{key}", endpoint.outlet)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def outlets(self, request: web.Request) -> web.Response:
        """List the outlets that anything is kept of, by name."""
        return page(request, "outlets.html", rows=await self._archive.desk.outlets())

    async def outlet(self, request: web.Request) -> web.Response:
        """Show all about an outlet."""
        found = await self._archive.desk.outlet(request.match_info["key"])
        return page(
            request,
            "outlet.html",
            found=found,
            row=found.row,
            outlet=found.outlet,
            charts=charts.of_rhythm(found.rhythm, checks=bool(found.sources)),
            words=self._archive.words_between,
        )
