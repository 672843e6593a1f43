"""The seed corpus: the saved texts, and each as it was saved with its citations marked."""

from aiohttp import web

from monitor import Archive
from monitor.web import routes
from monitor.web.cited import Mentions
from monitor.web.rendering import page

LIMIT = 50


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    routes.add(app, "GET", "/corpus", endpoint.corpus)
    routes.add(app, "GET", "/corpus/{id:[0-9]{1,18}}", endpoint.text)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._names = {one.key: one.name for one in archive.outlets}

    async def corpus(self, request: web.Request) -> web.Response:
        """List the saved texts, by the name of their file."""
        found = await self._archive.desk.corpus(LIMIT, request.query.get("after"))
        return page(request, "corpus.html", rows=found.items, next=found.next, names=self._names)

    async def text(self, request: web.Request) -> web.Response:
        """Show a saved text, with what it cites."""
        found = await self._archive.desk.corpus_text(int(request.match_info["id"]))
        mentions = Mentions(found, self._names)
        return page(
            request,
            "corpus_text.html",
            found=found,
            document=found.document,
            paragraphs=mentions.paragraphs(),
            cited=mentions.listed(),
            names=self._names,
        )
