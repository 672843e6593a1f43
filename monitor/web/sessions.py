"""Who has logged in with a browser: a secret in a cookie, known here by its hash, until the daemon ends.

A session allows reading and nothing else. It ends after a week, by logging out, and with its token.
"""

import secrets
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from aiohttp import web

from monitor import Archive
from monitor.model import Token
from monitor.web.names import NAMES

LASTS = timedelta(days=7)
MOST = 1_000  # sessions at a time; the oldest ends first


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who logged in with a token."""

    token_id: int
    name: str
    ends_at: datetime


class Sessions:
    """The sessions of one web server."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self._open: OrderedDict[str, Session] = OrderedDict()

    def begin(self, request: web.Request, token: Token, answer: web.Response) -> None:
        """Begin a session for whoever has shown a token; the answer carries its cookie."""
        secret = secrets.token_urlsafe(32)
        self._open[_digest(secret)] = Session(token.id, token.name, self._archive.now() + LASTS)
        while len(self._open) > MOST:
            self._open.popitem(last=False)
        answer.set_cookie(
            cookie_name(request),
            secret,
            max_age=int(LASTS.total_seconds()),
            path="/",
            httponly=True,
            secure=request.app[NAMES].is_secure,
            samesite="Strict",
        )

    async def of(self, request: web.Request) -> Session | None:
        """Return the session that a request is part of; None without one, and once its token is no longer valid."""
        key = _digest(request.cookies.get(cookie_name(request), ""))
        found = self._open.get(key)
        if found is None:
            return None
        if found.ends_at <= self._archive.now() or not await self._archive.tokens.is_active(found.token_id):
            self._open.pop(key, None)
            return None
        return found

    def end(self, request: web.Request, answer: web.Response) -> None:
        """End the session of a request, and take its cookie back."""
        name = cookie_name(request)
        self._open.pop(_digest(request.cookies.get(name, "")), None)
        secure = request.app[NAMES].is_secure
        answer.del_cookie(name, path="/", httponly=True, secure=secure, samesite="Strict")


SESSIONS = web.AppKey("sessions", Sessions)


def cookie_name(request: web.Request) -> str:
    """Return the name of the cookie: over TLS one that nobody can set but us, over TLS (RFC 6265bis)."""
    return "__Host-monitor" if request.app[NAMES].is_secure else "monitor"


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()
