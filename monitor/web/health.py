"""Whether the daemon lives and works, for those who supervise it: /healthz, /readyz and /metrics.

The first two are open to everybody, since a supervisor has no token: they say yes or no. Why not is told to those who
may read without a token, and to others by the API.
"""

from aiohttp import web

from monitor import Archive
from monitor.as_json import to_json
from monitor.running_answers import Readiness
from monitor.web import routes
from monitor.web.names import NAMES, was_forwarded
from monitor.web.routes import Access

METRICS = "text/plain; version=0.0.4; charset=utf-8"
_NOT_KEPT = {"Cache-Control": "no-store"}


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""

    async def alive(_: web.Request) -> web.Response:
        """Say that the program turns; nothing else is asked."""
        return web.Response(text='{"alive": true}', content_type="application/json", headers=_NOT_KEPT)

    async def ready(request: web.Request) -> web.Response:
        """Say whether the archive does its work; 503 where it does not."""
        found = await archive.health.readiness()
        told = to_json(_told(request, found), indent=None)
        status = 200 if found.ready else 503
        return web.Response(text=told, status=status, content_type="application/json", headers=_NOT_KEPT)

    async def metrics(_: web.Request) -> web.Response:
        """Return the metrics."""
        body = (await archive.health.metrics()).encode()
        return web.Response(body=body, headers={"Content-Type": METRICS, **_NOT_KEPT})

    routes.add(app, "GET", "/healthz", alive, Access.OPEN)
    routes.add(app, "GET", "/readyz", ready, Access.OPEN)
    routes.add(app, "GET", "/metrics", metrics)


def _told(request: web.Request, found: Readiness) -> dict[str, object]:
    if request.app[NAMES].is_open and not was_forwarded(request):
        return {"ready": found.ready, "reasons": found.reasons, "alarms": found.alarms}
    return {"ready": found.ready}
