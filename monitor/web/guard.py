"""The one gate that every request passes: by which name, how often, who, for how long; and in what form it fails.

What is not allowed is refused: a route that does not say who may ask (routes.py) is answered to nobody.
"""

import asyncio
import logging
from contextlib import nullcontext
from time import monotonic

import structlog
from aiohttp import hdrs, web
from aiohttp.typedefs import Handler, Middleware

from monitor import Archive
from monitor.errors import MonitorError
from monitor.model import Token, TokenScope
from monitor.web.credentials import Shown, challenge, shown
from monitor.web.headers import PRIVATE
from monitor.web.limits import Buckets
from monitor.web.login import TRIES_LEFT, form
from monitor.web.names import NAMES, client_of, host_of, was_forwarded
from monitor.web.refusals import RefusedError, answer_of, of_error, of_http, retry_after, wants_page
from monitor.web.routes import Access, access_of
from monitor.web.sessions import SESSIONS

log = structlog.get_logger(__name__)

BURST = 10  # seconds' worth of requests that may come at once
BODY_S = 20.0  # a body that takes longer to come is given up
TOLD_RATE, TOLD_BURST = 1.0, 20.0  # refusals that are logged; the others are counted
BEGUN = web.RequestKey("begun", bool)  # whether the answer's first bytes are on their way
_SAFE = frozenset({hdrs.METH_GET, hdrs.METH_HEAD, hdrs.METH_OPTIONS})


def guarded(archive: Archive) -> Middleware:
    """Return the middleware; it wants NAMES, SESSIONS and TRIES_LEFT in its application."""
    guard = _Guard(archive)

    @web.middleware
    async def answered(request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request or refuse it; nothing that fails is told in another way."""
        try:
            return await guard.answer(request, handler)
        except RefusedError as refusal:
            return guard.refuse(request, refusal)

    return answered


class _Guard:
    def __init__(self, archive: Archive) -> None:
        web_settings = archive.settings.web
        self._archive = archive
        self._time_limit = web_settings.time_limit
        self._pace = Buckets(web_settings.rate, web_settings.rate * BURST)
        self._told = Buckets(TOLD_RATE, TOLD_BURST)
        self._untold = 0

    async def answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer a request that may be made. Raises RefusedError for one that may not, and for whatever fails."""
        try:
            return await self._handled(request, handler)
        except (RefusedError, ConnectionError):
            raise
        except web.HTTPException as error:
            if error.status < 400:
                return web.Response(status=error.status, headers={"Location": error.headers.get("Location", "/")})
            raise of_http(error) from error
        except MonitorError as error:
            raise _unless_begun(request, error, of_error(error)) from error
        except Exception as error:
            log.error("request.failed", method=request.method, path=request.path, exc_info=True)
            failed = RefusedError(500, "this failed, and the log says why", logged=True)
            raise _unless_begun(request, error, failed) from error

    async def _handled(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        _check_name(request)
        if wait := self._pace.take(client_of(request), monotonic()):
            raise RefusedError(429, "that is too much at once", headers=retry_after(wait))
        access = await self._let_in(request)
        if request.method not in _SAFE:
            await _whole_body(request)
        # What is changed asks the web as well, which takes longer; its questions to the database are small.
        with nullcontext() if access is Access.WRITE else self._archive.within(self._time_limit):
            return await handler(request)

    async def _let_in(self, request: web.Request) -> Access:
        """Return what is asked for, when it may be. Raises RefusedError."""
        access = access_of(request)
        if access is None:
            raise RefusedError(403, "nobody may ask for this")
        if access is Access.OPEN:
            return access
        given = shown(request)
        token = await self._token(request, given) if given else None
        if access is Access.WRITE:
            _check_write(token, given)
        elif token is None:
            await self._check_read(request)
        if token is not None:
            request[PRIVATE] = True
        return access

    async def _token(self, request: web.Request, given: Shown) -> Token:
        request.app[TRIES_LEFT].check(request)
        token = await self._archive.tokens.check(given.secret)
        if token is None:
            request.app[TRIES_LEFT].failed(request)
            asks = {"WWW-Authenticate": challenge(request, wrong=True)}
            raise RefusedError(
                401,
                "this token is not known, or no longer valid",
                hint="`monitor token list` tells which are, and `monitor token create NAME` makes another",
                headers=asks,
            )
        return token

    async def _check_read(self, request: web.Request) -> None:
        """Let in who needs no token, or has logged in."""
        if request.app[NAMES].is_open and not was_forwarded(request):
            return
        request[PRIVATE] = True
        if await request.app[SESSIONS].of(request) is None:
            raise RefusedError(
                401,
                "a token is needed to read here",
                hint="`monitor token create NAME` makes one; send it as Authorization: Bearer, or log in at /login",
                headers={"WWW-Authenticate": challenge(request)},
            )

    def refuse(self, request: web.Request, refusal: RefusedError) -> web.StreamResponse:
        """Return the answer to what is refused, and log it, so many in a second."""
        self._tell(request, refusal)
        if refusal.status == 401 and request.method in _SAFE and wants_page(request) and not _is_api(request):
            answer = form(request, where=str(request.rel_url), status=401)
            answer.headers.update(refusal.headers)
            return answer
        return answer_of(request, refusal)

    def _tell(self, request: web.Request, refusal: RefusedError) -> None:
        """Log a refusal, but never its query, which may hold what a person looks for; not what only was not found."""
        if refusal.logged or refusal.status in (400, 404):
            return
        if self._told.take("", monotonic()):
            self._untold += 1
            return
        untold, self._untold = self._untold, 0
        ours = refusal.status >= 500
        log.log(
            logging.WARNING if ours else logging.INFO,
            "request.refused",
            status=refusal.status,
            method=request.method,
            path=request.path[:200],
            client=client_of(request),
            untold=untold,
            **({"why": refusal.said} if ours else {}),
        )


def _check_name(request: web.Request) -> None:
    """Answer only those who asked for us by name: a page elsewhere may have its own name lead here (rebinding).

    What changes something must not be sent, and nothing be embedded, by a page elsewhere.
    """
    names = request.app[NAMES]
    if host_of(request) not in names.hosts:
        raise RefusedError(421, "this address is not served here")
    origin = request.headers.get("Origin")
    foreign = request.method not in _SAFE and origin and origin.lower() not in names.origins
    if foreign or _is_embedded(request):
        raise RefusedError(403, "a page of another server asked for this")


def _is_embedded(request: web.Request) -> bool:
    """Return whether a page elsewhere has this fetched or framed; following its link is another thing.

    It could read nothing, but learn from how long a search takes, and use up what this browser may ask. Browsers tell
    it (Fetch Metadata); other programs say nothing of the kind.
    """
    said = request.headers
    if said.get("Sec-Fetch-Site", "none") in ("none", "same-origin"):
        return False
    return said.get("Sec-Fetch-Mode") != "navigate" or said.get("Sec-Fetch-Dest", "document") != "document"


def _check_write(token: Token | None, given: Shown | None) -> None:
    """Let in who shows a token to write as Bearer; what browsers send by themselves is not enough."""
    if token is None or given is None or not given.bearer:
        raise RefusedError(
            401,
            "a token to write is needed",
            hint="`monitor token create NAME --write` makes one; send it as Authorization: Bearer",
            headers={"WWW-Authenticate": 'Bearer realm="monitor"'},
        )
    if token.scope is not TokenScope.WRITE:
        raise RefusedError(
            403,
            "this token is for reading",
            hint="`monitor token create NAME --write` makes one for writing",
            headers={"WWW-Authenticate": 'Bearer realm="monitor", error="insufficient_scope"'},
        )


async def _whole_body(request: web.Request) -> None:
    """Have the whole body here before anything is done: neither a slow client nor a large one holds a handler up."""
    try:
        async with asyncio.timeout(BODY_S):
            await request.read()
    except TimeoutError as error:
        raise RefusedError(408, "the body did not come in time") from error
    except web.RequestPayloadError as error:
        raise RefusedError(400, "the body cannot be read") from error


def _unless_begun(request: web.Request, error: Exception, refusal: RefusedError) -> Exception:
    """Return what to raise: once an answer has begun nothing but its end can be told, by closing the connection."""
    return error if request.get(BEGUN) else refusal


def _is_api(request: web.Request) -> bool:
    return request.path.startswith("/api/")
