"""The front page: what happened."""

import asyncio
from contextlib import suppress

from aiohttp import web

from monitor import Archive
from monitor.errors import MonitorError
from monitor.web import routes
from monitor.web.rendering import compile_all, page


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""

    async def front(request: web.Request) -> web.Response:
        """Show changes worth reading, takedowns, what is new, and which sources need somebody."""
        return page(request, "front.html", front=await archive.desk.front(), words=archive.words_between)

    async def warm(_: web.Application) -> None:
        """Load at the start what the first reader would wait for: up to two seconds of imports and templates."""
        await asyncio.to_thread(compile_all)
        with suppress(MonitorError):  # whoever asks is told
            await archive.desk.front()

    routes.add(app, "GET", "/", front)
    app.on_startup.append(warm)
