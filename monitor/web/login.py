"""Log in with a token, so that a browser can read: a form, and a cookie that no script sees."""

import re
from time import monotonic
from urllib.parse import parse_qsl, urlsplit

import structlog
from aiohttp import web

from monitor import Archive
from monitor.errors import UsageError
from monitor.web import routes
from monitor.web.headers import PRIVATE
from monitor.web.limits import Buckets
from monitor.web.names import NAMES, client_of
from monitor.web.refusals import RefusedError, retry_after
from monitor.web.rendering import page
from monitor.web.routes import Access
from monitor.web.sessions import SESSIONS

log = structlog.get_logger(__name__)

TRIES = 5  # wrong secrets of one client at once, and then one every
AGAIN_S = 20.0
# A path of ours: a second slash or a backslash after the first would make a name of another server of what follows.
_OURS = re.compile(r"/(?![/\\])[\x21-\x5b\x5d-\x7e]*")


class Tries:
    """Bounds how many wrong secrets a client may show."""

    def __init__(self) -> None:
        self._buckets = Buckets(1 / AGAIN_S, TRIES)

    def check(self, request: web.Request) -> None:
        """Raise RefusedError while a client has shown too many."""
        wait = self._buckets.wait(client_of(request), monotonic())
        if wait:
            raise RefusedError(429, "too many wrong tokens were shown from there", headers=retry_after(wait))

    def failed(self, request: web.Request) -> None:
        """Count one."""
        self._buckets.take(client_of(request), monotonic())


TRIES_LEFT = web.AppKey("tries", Tries)


def add_routes(app: web.Application, archive: Archive) -> None:
    """Add the routes to an application."""
    door = _Door(archive)
    routes.add(app, "GET", "/login", door.ask, Access.OPEN)
    routes.add(app, "POST", "/login", door.log_in, Access.OPEN)
    routes.add(app, "POST", "/logout", door.log_out, Access.OPEN)


class _Door:
    def __init__(self, archive: Archive) -> None:
        self._archive = archive

    async def ask(self, request: web.Request) -> web.Response:
        """Ask for a token, or offer to log out."""
        session = await request.app[SESSIONS].of(request)
        return form(request, where=request.query.get("next", ""), name=session.name if session else None)

    async def log_in(self, request: web.Request) -> web.Response:
        """Begin a session for a token that is valid, and go on to where its bearer was about to go."""
        _check_origin(request)
        request.app[TRIES_LEFT].check(request)
        if request.content_type != "application/x-www-form-urlencoded":
            raise UsageError("this is not the form of /login")
        given = dict(parse_qsl((await request.read()).decode("utf-8", "replace")))
        where = given.get("next", "")
        token = await self._archive.tokens.check(given.get("token", "").strip())
        if token is None:
            request.app[TRIES_LEFT].failed(request)
            log.warning("login.refused", client=client_of(request))
            return form(request, where=where, status=403, wrong=True)
        log.info("login.succeeded", token=token.name, client=client_of(request))
        request[PRIVATE] = True
        answer = web.Response(status=303, headers={"Location": _place(where)})
        request.app[SESSIONS].begin(request, token, answer)
        return answer

    async def log_out(self, request: web.Request) -> web.Response:
        """End the session."""
        _check_origin(request)
        answer = web.Response(status=303, headers={"Location": "/login"})
        request.app[SESSIONS].end(request, answer)
        return answer


def form(
    request: web.Request, *, where: str, status: int = 200, wrong: bool = False, name: str | None = None
) -> web.Response:
    """Return the page that asks for a token; `where` it leads then, as asked, `wrong` says that the last was none."""
    request[PRIVATE] = True
    said = {"where": _place(where), "wrong": wrong, "name": name, "needed": status == 401}
    return page(request, "login.html", status=status, **said)


def _place(asked: str) -> str:
    """Return where to go after logging in: a path of this server, whatever was asked."""
    return asked if _OURS.fullmatch(asked) and not asked.startswith(("/login", "/logout")) else "/"


def _check_origin(request: web.Request) -> None:
    """Refuse a form that no page of ours sent (its Origin, or else its Referer, says which); browsers tell one."""
    said = request.headers.get("Origin") or _origin(request.headers.get("Referer", ""))
    if said.lower() not in request.app[NAMES].origins:
        raise RefusedError(403, "this form was not sent by a page of this server")


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
