"""The alerts: the rules, and how their outbox is doing. They are made and changed at the terminal."""

from aiohttp import web

from monitor import Archive
from monitor.web import routes
from monitor.web.rendering import page


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""

    async def alerts(request: web.Request) -> web.Response:
        """Show every rule."""
        return page(request, "alerts.html", alerts=await archive.alerts.every())

    routes.add(app, "GET", "/alerts", alerts)
