"""Two texts and the words between them: revisions of a document, a saved text and its page, or copies."""

from aiohttp import web

from monitor import Archive
from monitor.answers import DiffView, DocumentView
from monitor.errors import NotFoundError, UsageError
from monitor.web import routes
from monitor.web.composing import whole
from monitor.web.diff_rows import inline, side_by_side
from monitor.web.rendering import page

LAYOUTS = ("inline", "side")


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    routes.add(app, "GET", "/documents/{id:[0-9]{1,18}}/diff", endpoint.diff)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def diff(self, request: web.Request) -> web.Response:
        """Show the words between two texts; those of the last edit where none are named."""
        layout = request.query.get("view", "inline")
        if layout not in LAYOUTS:
            raise UsageError(f"view={layout} is none", hint="it is inline or side")
        before, after, other = (whole(request, name) for name in ("from", "to", "other"))
        document = int(request.match_info["id"])
        about = await self._archive.document(document)
        try:
            found = await self._archive.diff(document, before, after, other=other)
        except NotFoundError as error:
            return self._nothing(request, about, error)
        return self._page(request, about, found, layout)

    def _page(self, request: web.Request, about: DocumentView, found: DiffView, layout: str) -> web.Response:
        return page(
            request,
            "diff.html",
            about=about,
            document=found.document,
            diff=found,
            layout=layout,
            stretches=inline(found.text),
            sides=side_by_side(found.text) if layout == "side" else (),
            same=all(one.op == "equal" for one in (*found.title, *found.text)),
            moves=any(one.move is not None for one in found.text),
            error=None,
        )

    def _nothing(self, request: web.Request, about: DocumentView, error: NotFoundError) -> web.Response:
        """Say why there is nothing to compare, with the form to choose something else."""
        return page(
            request,
            "diff.html",
            status=404,
            about=about,
            document=about.document,
            diff=None,
            layout="inline",
            stretches=(),
            sides=(),
            same=False,
            moves=False,
            error=error,
        )
