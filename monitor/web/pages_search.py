"""Search: one field that says everything, and a form for those who do not know its language yet."""

from aiohttp import web

from monitor import Archive
from monitor.answers import DocumentFilter, Page, SearchHit
from monitor.errors import UsageError
from monitor.model import Order
from monitor.web import routes
from monitor.web.composing import led_on
from monitor.web.rendering import page

FIELDS = ("outlet", "lang", "origin", "since", "until", "changed")
LIMIT = 20


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    routes.add(app, "GET", "/search", endpoint.search)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def search(self, request: web.Request) -> web.Response:
        """Show what a query finds. What it says wrong is said beside the field, with status 400."""
        if (elsewhere := led_on(request, FIELDS)) is not None:
            return elsewhere
        if not request.query.get("q", "").strip():
            return self._page(request, None)
        try:
            return self._page(request, await self._found(request))
        except UsageError as error:
            return self._page(request, None, error)

    async def _found(self, request: web.Request) -> Page[SearchHit]:
        asked = request.query
        return await self._archive.search(
            asked["q"],
            DocumentFilter(limit=LIMIT),
            order=_order(asked.get("order", "")),
            every_revision="every" in asked,
            after=asked.get("after"),
        )

    def _page(
        self, request: web.Request, found: Page[SearchHit] | None, error: UsageError | None = None
    ) -> web.Response:
        asked = request.query
        return page(
            request,
            "search.html",
            status=400 if error else 200,
            q=asked.get("q", "").strip(),
            order=asked.get("order", ""),
            every="every" in asked,
            first="after" not in asked,
            found=found,
            error=error,
            outlets=self._archive.outlets,
        )


def _order(said: str) -> Order:
    if not said:
        return Order.RELEVANCE
    try:
        return Order(said)
    except ValueError as error:
        raise UsageError(f"order={said} is none", hint=f"it is {', '.join(Order)}") from error
