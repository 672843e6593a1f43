"""Send webhooks as the Standard Webhooks specification has it: signed, by one small POST, to where the operator said.

The operator named the address, so that it may be a private one; but no redirect is followed, and what is answered is
only read as far as it takes to tell a person what was wrong.
"""

import asyncio
from ipaddress import ip_address

import aiohttp
from yarl import URL

from monitor.core.alert_messages import Message, json_body
from monitor.core.alerting import Receipt
from monitor.core.freshness import retry_after
from monitor.core.webhook_signing import keys_of, signed_headers
from monitor.edges.connector import tls_context
from monitor.edges.outcomes import NO_ANSWER, blame, plain
from monitor.edges.sessions import bare_session
from monitor.errors import ConfigError
from monitor.interfaces import Clock

SCHEMES = ("webhook+https://", "webhook+http://")
_PATIENCE_S = 30.0  # for one request with its answer; the specification advises 15 to 30
_EXPLANATION = 1_000  # bytes of an answer that are read
# The same bytes will never be taken (410: "the receiver does not want to receive webhooks any more").
_FINAL = frozenset({400, 410, 411, 413, 414, 415, 422, 431})


def is_webhook(address: str) -> bool:
    """Say whether an address is one of ours to send to."""
    return address.startswith(SCHEMES)


def webhook_url(address: str) -> URL:
    """Return where a webhook goes. Raises ConfigError, which does not repeat the address: paths of hooks are secret."""
    try:
        url = URL(address.removeprefix("webhook+"))
        fits = bool(url.host) and url.scheme in ("http", "https")
    except ValueError:
        fits = False
    if not fits:
        raise ConfigError("a webhook's address is no URL", hint="write webhook+https://receiver.example/path")
    if url.scheme == "http" and not _is_loopback(url.host or ""):
        raise ConfigError("a webhook over plain http would show the texts and the address to all on the way",
                          hint="use webhook+https://; webhook+http:// is for this machine only")  # fmt: skip
    return url


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class WebhookSender:
    """Post messages, signed with the keys in `alerts.webhook_key`."""

    def __init__(self, webhook_key: str, clock: Clock, user_agent: str, ca_file: str | None = None) -> None:
        self._webhook_key = webhook_key
        self._clock = clock
        self._user_agent = user_agent
        self._ca_file = ca_file

    async def send(self, address: str, message: Message) -> Receipt:
        """Return what the receiver said, within 30 seconds; a 2xx is taken. Raises ConfigError."""
        url, keys, body = webhook_url(address), keys_of(self._webhook_key), json_body(message)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": self._user_agent,
            **signed_headers(keys, message.id, self._clock.now(), body),
        }
        try:
            async with (
                asyncio.timeout(_PATIENCE_S),
                self._session() as session,
                session.post(url, data=body, headers=headers, allow_redirects=False) as response,
            ):
                return await self._read(response)
        except NO_ANSWER as error:
            return Receipt(False, blame(error).detail)

    async def _read(self, response: aiohttp.ClientResponse) -> Receipt:
        if 200 <= response.status < 300:
            return Receipt(True)
        said = plain((await response.content.read(_EXPLANATION)).decode("utf-8", "replace"))
        detail = f"the receiver answered {response.status}" + (f": {said}" if said else "")
        if 300 <= response.status < 400:
            detail = f"the receiver answered {response.status}; redirects are not followed"
        headers = response.headers
        until = retry_after(headers.get("Retry-After"), headers.get("Date"), self._clock.now())
        return Receipt(False, plain(detail), until, final=response.status in _FINAL)

    def _session(self) -> aiohttp.ClientSession:
        return bare_session(aiohttp.TCPConnector(ssl=tls_context(self._ca_file)))
