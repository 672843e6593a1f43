"""Documents: the list, one with all that is kept about it, and one of its revisions."""

from collections.abc import Mapping

from aiohttp import web

from monitor import Archive
from monitor.answers import DocumentFilter, DocumentView, Page, SearchHit
from monitor.errors import NotFoundError, UsageError
from monitor.model import Capture, Field, Order, Origin, Revision
from monitor.web import routes
from monitor.web.rendering import page
from monitor.web.timelines import timeline

LIMIT = 50


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    endpoint = _Endpoint(archive)
    routes.add(app, "GET", "/documents", endpoint.documents)
    routes.add(app, "GET", "/documents/{id:[0-9]{1,18}}", endpoint.document)
    routes.add(app, "GET", "/documents/{id:[0-9]{1,18}}/revisions/{number:[0-9]{1,9}}", endpoint.revision)


class _Endpoint:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def documents(self, request: web.Request) -> web.Response:
        """List documents, newest first. What a filter says wrong is said above the list, with status 400.

        Every field of the search is a filter, also one that the form does not have.
        """
        asked = request.query
        shown = {name: asked.get(name, "").strip() for name in ("outlet", "lang", "source", "origin", "state")}
        try:
            found = await self._archive.search(
                _query(asked), DocumentFilter(limit=LIMIT), order=Order.NEWEST, after=asked.get("after")
            )
        except UsageError as error:
            return self._listed(request, shown, Page(()), error)
        return self._listed(request, shown, found)

    def _listed(
        self, request: web.Request, asked: dict[str, str], found: Page[SearchHit], error: UsageError | None = None
    ) -> web.Response:
        return page(
            request,
            "documents.html",
            status=400 if error else 200,
            asked=asked,
            documents=[hit.document for hit in found.items],
            next=found.next,
            error=error,
            outlets=self._archive.outlets,
        )

    async def document(self, request: web.Request) -> web.Response:
        """Show all about a document."""
        view = await self._archive.document(int(request.match_info["id"]))
        current = current_revision(view)
        live = [one for one in view.revisions if one.origin is Origin.WEB]
        return page(
            request,
            "document.html",
            view=view,
            document=view.document,
            current=current,
            saved=[one for one in view.revisions if one.origin is Origin.CORPUS],
            live=live,
            timeline=timeline(view),
            mementos=[(one, memento_url(one)) for one in view.captures],
        )

    async def revision(self, request: web.Request) -> web.Response:
        """Show one text as it was."""
        view = await self._archive.document(int(request.match_info["id"]))
        number = int(request.match_info["number"])
        found = [one for one in view.revisions if one.number == number]
        if not found:
            known = f"it has 1 to {len(view.revisions)}" if view.revisions else "it has none"
            raise NotFoundError(f"document {view.document.id} has no revision {number}", hint=known)
        return page(
            request,
            "revision.html",
            view=view,
            document=view.document,
            revision=found[0],
            current=current_revision(view),
            captures=[(one, memento_url(one)) for one in view.captures if one.revision_id == found[0].id],
            changes=[one for one in view.changes if one.to_revision == number],
        )


def current_revision(view: DocumentView) -> Revision | None:
    """Return the text that stands, the last where none does, None for a page never read."""
    standing = [one for one in view.revisions if one.id == view.document.revision_id]
    return next(iter(standing or view.revisions[-1:]), None)


def memento_url(capture: Capture) -> str | None:
    """Return where the bytes of a capture are given out (web/memento.py); None for what is not shown."""
    if capture.removed_at or not capture.url.startswith(("http://", "https://")):
        return None
    return f"/memento/{capture.captured_at:%Y%m%d%H%M%S%f}{capture.id}/{capture.url}"


def _query(asked: Mapping[str, str]) -> str:
    """Return the query that says what the filters do."""
    said = ((field, asked.get(field, "").replace('"', " ").strip()) for field in Field)
    return " ".join(f'{field}:"{value}"' for field, value in said if value)
