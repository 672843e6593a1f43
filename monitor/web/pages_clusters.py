"""Clusters: who had a text first, and what those who carried it altered."""

from aiohttp import web

from monitor import Archive
from monitor.web import routes
from monitor.web.rendering import page

LIMIT = 20


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    routes.add(app, "GET", "/clusters", endpoint.clusters)
    routes.add(app, "GET", "/clusters/{id:[0-9]{1,18}}", endpoint.cluster)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def clusters(self, request: web.Request) -> web.Response:
        """List the clusters that grew last, newest first."""
        found = await self._archive.desk.clusters(LIMIT, request.query.get("after"))
        return page(request, "clusters.html", clusters=found.items, next=found.next)

    async def cluster(self, request: web.Request) -> web.Response:
        """Show one cluster, whoever had the text first, first."""
        return page(request, "cluster.html", view=await self._archive.desk.cluster(int(request.match_info["id"])))
