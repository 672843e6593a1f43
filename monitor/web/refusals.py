"""What goes wrong while a request is answered, as the status, the words and the form that fit whoever asked."""

from collections.abc import Mapping

from aiohttp import web

from monitor.errors import (
    DatabaseBusyError,
    EvidenceError,
    MonitorError,
    NotFoundError,
    TimeLimitError,
    UsageError,
)
from monitor.web.problems import PATIENCE_S, phrase, problem
from monitor.web.rendering import page

STATUS: tuple[tuple[type[MonitorError], int], ...] = (
    (NotFoundError, 404),
    (UsageError, 400),
    (TimeLimitError, 503),
    (DatabaseBusyError, 503),
    (EvidenceError, 502),
    (MonitorError, 500),
)
HEADINGS = {
    400: "That cannot be asked so",
    404: "There is nothing here",
    500: "Something failed here",
    503: "That took too long",
}


class RefusedError(Exception):
    """Not to answer, with which status, why, and what can be done about it; `logged` when more was said in the log."""

    def __init__(
        self,
        status: int,
        said: str,
        *,
        hint: str | None = None,
        headers: Mapping[str, str] | None = None,
        logged: bool = False,
    ) -> None:
        super().__init__(said)
        self.status = status
        self.said = said
        self.hint = hint
        self.headers = headers or {}
        self.logged = logged


def retry_after(wait_s: float) -> dict[str, str]:
    """Return the header that says when to come back, in whole seconds."""
    return {"Retry-After": str(int(wait_s) + 1)}


def of_error(error: MonitorError) -> RefusedError:
    """Return what an error of the archive is over HTTP."""
    status = next(status for kind, status in STATUS if isinstance(error, kind))
    retry = {"Retry-After": str(PATIENCE_S)} if status == 503 else {}
    return RefusedError(status, str(error), hint=error.hint, headers=retry)


def of_http(error: web.HTTPException) -> RefusedError:
    """Return what aiohttp refuses: an address that leads nowhere, a method, a body that is too large."""
    allowed = {"Allow": error.headers["Allow"]} if "Allow" in error.headers else {}
    return RefusedError(error.status, _reason(error), headers=allowed)


def _reason(error: web.HTTPException) -> str:
    told = {404: "there is nothing here", 405: "this cannot be done here", 413: "that is too much to send"}
    return told.get(error.status) or (error.reason or "this cannot be answered").lower()


def answer_of(request: web.Request, refusal: RefusedError) -> web.Response:
    """Return the answer: a page for a browser, problem+json from the API, else a line of text."""
    if request.path.startswith("/api/"):
        answer = problem(refusal.status, detail=refusal.said, hint=refusal.hint)
    elif wants_page(request):
        heading = HEADINGS.get(refusal.status) or phrase(refusal.status)
        answer = page(
            request, "error.html", status=refusal.status, heading=heading, message=refusal.said, hint=refusal.hint
        )
    else:
        answer = web.Response(status=refusal.status, text="\n".join(filter(None, (refusal.said, refusal.hint))) + "\n")
    answer.headers.update(refusal.headers)
    return answer


def wants_page(request: web.Request) -> bool:
    """Return whether a browser asks, which shows what it gets to a person."""
    return "text/html" in request.headers.get("Accept", "")
