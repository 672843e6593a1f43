"""The JSON API: every operation, and the documents that describe it. It answers what the pages show (docs/api.md)."""

import asyncio
import json
from collections.abc import AsyncIterator

from aiohttp import web

from monitor import Archive
from monitor.web import api_changes, api_desk, api_documents, api_writes, openapi, routes
from monitor.web.api_routes import BASE, Operation
from monitor.web.api_serving import handler_of
from monitor.web.etags import tagged
from monitor.web.under_way import UnderWay

SPECIFICATION = f"{BASE}/openapi.json"


def operations(under_way: UnderWay) -> tuple[Operation, ...]:
    """Return every operation."""
    return (
        *api_documents.OPERATIONS,
        *api_changes.OPERATIONS,
        *api_desk.OPERATIONS,
        *api_writes.operations(under_way),
    )


def specification() -> dict[str, object]:
    """Return the OpenAPI document."""
    return openapi.document(operations(UnderWay()))


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    under_way = UnderWay()
    every = operations(under_way)
    for one in every:
        routes.add(app, one.method, f"{BASE}{one.path}", handler_of(one, archive), one.access)
    about = _About(every)
    routes.add(app, "GET", SPECIFICATION, about.specification)
    routes.add(app, "GET", f"{BASE}/", about.index)

    async def closing(_: web.Application) -> AsyncIterator[None]:
        yield
        await under_way.close()

    app.cleanup_ctx.append(closing)


class _About:
    """The documents about the API, made when first asked for."""

    def __init__(self, every: tuple[Operation, ...]) -> None:
        self._every = every
        self._specification = ""

    async def specification(self, request: web.Request) -> web.StreamResponse:
        """Return the OpenAPI document."""
        if not self._specification:
            self._specification = json.dumps(await asyncio.to_thread(openapi.document, self._every))
        return tagged(request, _json(self._specification))

    async def index(self, request: web.Request) -> web.StreamResponse:
        """Return which operations there are."""
        told = [{"method": one.method, "path": f"{BASE}{one.path}", "about": one.about} for one in self._every]
        return tagged(request, _json(json.dumps({"specification": SPECIFICATION, "operations": told})))


def _json(text: str) -> web.Response:
    return web.Response(text=text, content_type="application/json")
