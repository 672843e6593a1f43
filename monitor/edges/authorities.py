"""Ask those who attest times: one small request and its answer over HTTP, guarded and bounded like every fetch."""

import asyncio

import aiohttp

from monitor.edges.guard import Guard, safe_url
from monitor.edges.outcomes import NO_ANSWER, DeadEndError, blame, plain
from monitor.edges.sessions import GuardedSession
from monitor.errors import EvidenceError

_EXPLANATION = 300  # bytes of an error page that are told
_REDIRECTS = range(300, 400)


class AuthorityClient:
    """Post to and get from whom the operator configured. May be repeated; each answer is read to `most` bytes.

    Redirects are not followed: whoever is trusted with a time is named in the configuration. A whole request has
    `patience_s` seconds.
    """

    def __init__(self, guard: Guard, user_agent: str, ca_file: str | None = None, *, patience_s: float = 30.0) -> None:
        self._user_agent = user_agent
        self._patience_s = patience_s
        self._session = GuardedSession(guard, ca_file)

    async def post(self, url: str, body: bytes, *, sends: str, takes: str, most: int) -> bytes:
        """Return the body of the answer to a POST. Raises EvidenceError when there is none that says 200."""
        status, answer = await self._ask("POST", url, {"Content-Type": sends, "Accept": takes}, body, most)
        if status != 200:
            raise _refusal(url, status, answer)
        return answer

    async def get(self, url: str, *, takes: str, most: int) -> bytes | None:
        """Return the body of the answer to a GET, None for a 404. Raises EvidenceError for every other status."""
        status, answer = await self._ask("GET", url, {"Accept": takes}, None, most)
        if status not in (200, 404):
            raise _refusal(url, status, answer)
        return answer if status == 200 else None

    async def close(self) -> None:
        """Release connections, and give up names that are being looked up."""
        await self._session.close()

    async def _ask(
        self, method: str, url: str, headers: dict[str, str], body: bytes | None, most: int
    ) -> tuple[int, bytes]:
        sent = {"User-Agent": self._user_agent, "Accept-Encoding": "identity", **headers}
        try:
            async with (
                asyncio.timeout(self._patience_s),
                self._session.open().request(
                    method, safe_url(url), data=body, headers=sent, allow_redirects=False
                ) as response,
            ):
                if response.status in _REDIRECTS:
                    where = plain(response.headers.get("Location", "nowhere"))
                    raise DeadEndError(f"it redirects to {where}; name the address where it really is")
                return response.status, await _body(response, most if response.status == 200 else _EXPLANATION)
        except NO_ANSWER as error:
            raise EvidenceError(f"{url}: {blame(error).detail}") from error


async def _body(response: aiohttp.ClientResponse, most: int) -> bytes:
    """Return a body; of an error the head will do, of an answer all is needed."""
    body = bytearray()
    while len(body) <= most and (part := await response.content.read(most + 1 - len(body))):
        body += part
    if len(body) > most and response.status == 200:
        raise DeadEndError(f"the answer is larger than {most:,} bytes")
    return bytes(body)


def _refusal(url: str, status: int, said: bytes) -> EvidenceError:
    words = plain(said[:_EXPLANATION].decode("utf-8", "replace"))
    return EvidenceError(f"{url}: the server answered {status}" + (f": {words}" if words else ""))
