"""Ask hubs for subscriptions (WebSub 5.1): one small POST, guarded like every fetch."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urljoin

import aiohttp
from yarl import URL

from monitor.core.freshness import retry_after
from monitor.edges.guard import Guard, RefusedError, safe_url
from monitor.edges.outcomes import NO_ANSWER, DeadEndError, blame, plain
from monitor.edges.sessions import GuardedSession
from monitor.interfaces import Clock

_PATIENCE_S = 10.0  # for one request with its redirects
_MOST_REDIRECTS = 3
_REDIRECTS = frozenset({307, 308})  # the only ones that keep a POST a POST (WebSub 5.1.2)
_EXPLANATION = 2_000  # bytes of an error page that are read; hubs should say there what was wrong (5.1.2)


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """What a hub said to a request: `status` is None when nobody answered, `detail` why it was not taken, in words."""

    status: int | None
    detail: str | None = None
    retry_after: datetime | None = None

    @property
    def accepted(self) -> bool:
        """Say whether the hub took the request and will now verify it (202; 204 from older ones)."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def troubled(self) -> bool:
        """Say whether the hub itself is in trouble or overrun, so that others need not be asked of it now."""
        return self.status is None or self.status == 429 or self.status >= 500


class HubClient:
    """Post forms to hubs. A hub is named by a publisher, so the guard watches where it leads. May be repeated."""

    def __init__(self, guard: Guard, clock: Clock, user_agent: str, ca_file: str | None = None) -> None:
        self._clock = clock
        self._user_agent = user_agent
        self._session = GuardedSession(guard, ca_file)

    async def ask(self, hub: str, form: Mapping[str, str]) -> HubAnswer:
        """Return what a hub says to a form, within ten seconds; only cancellation is raised.

        A hub advertised with http is asked over https first (8.2), and plainly when nobody answers there.
        """
        try:
            url = safe_url(hub)
            async with asyncio.timeout(_PATIENCE_S):
                if (secure := _secured(url)) and (answer := await self._attempt(secure, form)):
                    return answer
                return await self._post(url, form)
        except NO_ANSWER as error:
            return HubAnswer(None, blame(error).detail)

    async def close(self) -> None:
        """Release connections, and give up names that are being looked up."""
        await self._session.close()

    async def _attempt(self, url: URL, form: Mapping[str, str]) -> HubAnswer | None:
        try:
            async with asyncio.timeout(_PATIENCE_S / 2):
                return await self._post(url, form)
        except NO_ANSWER:
            return None  # asked without https next, whose failure is the one that is told

    async def _post(self, url: URL, form: Mapping[str, str]) -> HubAnswer:
        """Post a form, also where a 307 or 308 leads. Raises one of NO_ANSWER."""
        headers = {"User-Agent": self._user_agent, "Accept-Encoding": "identity"}
        for _ in range(1 + _MOST_REDIRECTS):
            async with self._session.open().post(
                url, data=dict(form), headers=headers, allow_redirects=False
            ) as response:
                if response.status not in _REDIRECTS:
                    return await self._read(response)
                url = _target(url, response.headers.get("Location", ""))
        raise DeadEndError(f"more than {_MOST_REDIRECTS} redirects")

    async def _read(self, response: aiohttp.ClientResponse) -> HubAnswer:
        if 200 <= response.status < 300:
            return HubAnswer(response.status)
        said = plain((await response.content.read(_EXPLANATION)).decode("utf-8", "replace"))
        detail = f"the hub answered {response.status}" + (f": {said}" if said else "")
        headers = response.headers
        until = retry_after(headers.get("Retry-After"), headers.get("Date"), self._clock.now())
        return HubAnswer(response.status, plain(detail), until)


def _secured(url: URL) -> URL | None:
    return url.with_scheme("https") if url.scheme == "http" and url.port == 80 else None


def _target(url: URL, location: str) -> URL:
    """Return where a redirect leads: to another hub that serves the topic, if this one does not (5.1.2)."""
    if not location:
        raise DeadEndError("the hub's redirect names no place to go")
    target = safe_url(urljoin(str(url), location))
    if (url.scheme, target.scheme) == ("https", "http"):
        raise RefusedError("the hub leads from https to http, and the form holds a secret")
    return target
