"""Say what came of a fetch: one outcome and plain words for every answer and every way to get none."""

import asyncio
import re
import ssl
from dataclasses import dataclass
from datetime import datetime

import aiohttp
from aiohttp.http import HttpProcessingError

from monitor.core.freshness import retry_after
from monitor.edges.decoding import Decoded, Ending
from monitor.edges.descriptors import is_lacking
from monitor.edges.guard import RefusedError
from monitor.interfaces import Hop
from monitor.model import Outcome

_MAX_DETAIL = 300  # characters
_CONTROLS = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]+")
_FORBIDDEN = frozenset({401, 402, 403, 451})
_CUT = {"time": Outcome.TIMEOUT, "disconnect": Outcome.TRUNCATED, "length": Outcome.TOO_LARGE}
_ENDED = {
    Ending.COMPLETE: Outcome.OK,
    Ending.TRUNCATED: Outcome.TRUNCATED,
    Ending.UNDECODABLE: Outcome.UNDECODABLE,
    Ending.TOO_LARGE: Outcome.TOO_LARGE,
}
# What aiohttp lets through when a server misbehaves; RuntimeError is its "Connection closed." under a broken chunk.
FAILURES: tuple[type[Exception], ...] = (aiohttp.ClientError, HttpProcessingError, OSError, ValueError, RuntimeError)


class DeadEndError(Exception):
    """A chain of redirects leads nowhere."""


class HeldBackError(Exception):
    """A redirect is not followed now, and why."""


NO_ANSWER: tuple[type[Exception], ...] = (*FAILURES, DeadEndError, HeldBackError)


@dataclass(frozen=True, slots=True)
class Answer:
    """A response as received, and its body as far as it could be decoded."""

    hop: Hop
    decoded: Decoded


@dataclass(frozen=True, slots=True)
class Judgement:
    """What came of a fetch, why in words, and until when the server asks to be left alone."""

    outcome: Outcome
    detail: str | None = None
    retry_after: datetime | None = None


def judge(answer: Answer, *, conditional: bool, now: datetime) -> Judgement:
    """Return what an answer that is no redirect means. `conditional`: validators were sent.

    The status decides first: a 404 with a damaged body is a 404. Only a 2xx needs its body whole.
    """
    status = answer.hop.status
    if 200 <= status < 300:
        return _judge_body(answer)
    if status == 304:
        return _judge_unchanged(conditional)
    asked = _first(answer.hop, b"retry-after")
    if status == 429 or (status == 503 and asked is not None):
        until = retry_after(asked, _first(answer.hop, b"date"), now)
        return Judgement(Outcome.RATE_LIMITED, f"the server answered {_status(answer.hop)}", until)
    return Judgement(_refusal(status), f"the server answered {_status(answer.hop)}")


def _judge_body(answer: Answer) -> Judgement:
    if answer.hop.status == 206:
        return Judgement(Outcome.PROTOCOL_ERROR, "the server sent a part that nobody asked for")
    if (transfer := _names(_all(answer.hop.headers, b"transfer-encoding"), b"identity")) not in ([], [b"chunked"]):
        said = plain(b", ".join(transfer).decode("latin-1"))[:40]
        return Judgement(Outcome.PROTOCOL_ERROR, f"the server sent a transfer coding that nobody asked for: {said}")
    if answer.hop.status == 226 and not _is_feed_delta(answer.hop):
        return Judgement(Outcome.PROTOCOL_ERROR, "the server sent a difference that nobody asked for")
    if answer.hop.truncated is not None:
        return Judgement(_CUT[answer.hop.truncated], plain(answer.decoded.detail or "the body was cut"))
    detail = answer.decoded.detail
    return Judgement(_ENDED[answer.decoded.ending], plain(detail) if detail else None)


def _is_feed_delta(hop: Hop) -> bool:
    """Say whether a 226 holds the new items of a feed, as asked: `A-IM: feed` there, `IM: feed` or nothing here."""
    asked, given = _names(_all(hop.request_headers, b"a-im")), _names(_all(hop.headers, b"im"))
    return b"feed" in asked and given in ([], [b"feed"])


def _all(headers: tuple[tuple[bytes, bytes], ...], wanted: bytes) -> bytes:
    return b",".join(value for name, value in headers if name.lower() == wanted)


def _names(value: bytes, without: bytes = b"") -> list[bytes]:
    """Return the names of a list, without their parameters, and without one that means nothing."""
    names = (part.partition(b";")[0].strip().lower() for part in value.split(b","))
    return [name for name in names if name not in (b"", without)]


def _judge_unchanged(conditional: bool) -> Judgement:
    if conditional:
        return Judgement(Outcome.NOT_MODIFIED)
    return Judgement(Outcome.PROTOCOL_ERROR, "the server answered 304 to a request without validators")


def _refusal(status: int) -> Outcome:
    if status in _FORBIDDEN:
        return Outcome.FORBIDDEN
    if status in (404, 410):
        return Outcome.NOT_FOUND if status == 404 else Outcome.GONE
    if 400 <= status < 500:
        return Outcome.CLIENT_ERROR
    return Outcome.SERVER_ERROR if 500 <= status < 600 else Outcome.PROTOCOL_ERROR


def blame(error: Exception) -> Judgement:
    """Return what a failure to get an answer means."""
    cause = getattr(error, "os_error", error)
    if isinstance(cause, RefusedError):
        return Judgement(Outcome.REFUSED, plain(cause.reason))
    if isinstance(error, HeldBackError):
        return Judgement(Outcome.REDIRECTED, plain(str(error)))
    if isinstance(error, DeadEndError):
        return Judgement(Outcome.REDIRECT_ERROR, plain(str(error)))
    if isinstance(error, aiohttp.InvalidURL):
        return Judgement(Outcome.REFUSED, plain(f"not a URL that can be fetched: {error}"))
    return _blame_network(error, cause)


def _unresolved(cause: Exception) -> str:
    """Say that a name leads nowhere, and why where the resolver says more than that: not its number for it."""
    said = (getattr(cause, "strerror", None) or str(cause)).strip()
    why = "" if not said or "not known" in said or said.startswith("[Errno") else f": {said}"
    return f"the name does not resolve{why}"


def _blame_network(error: Exception, cause: Exception) -> Judgement:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Judgement(Outcome.DNS_ERROR, plain(_unresolved(cause)))
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError) or isinstance(cause, ssl.SSLError):
        return Judgement(Outcome.TLS_ERROR, plain(f"no trustworthy connection: {_tls_reason(cause)}"))
    if isinstance(error, TimeoutError | asyncio.TimeoutError):
        return Judgement(Outcome.TIMEOUT, plain(str(error) or "no answer in time"))
    if isinstance(error, aiohttp.ServerDisconnectedError):
        return Judgement(Outcome.PROTOCOL_ERROR, "the server closed the connection without a whole answer")
    if is_lacking(error):
        return Judgement(Outcome.CONNECT_ERROR, "no connection: this machine is out of file descriptors or memory")
    if isinstance(error, OSError):
        reason = getattr(cause, "strerror", None) or str(cause) or "the other side closed it"
        return Judgement(Outcome.CONNECT_ERROR, plain(f"no connection: {reason}"))
    return _blame_protocol(error)


def _blame_protocol(error: Exception) -> Judgement:
    if isinstance(error, aiohttp.ClientPayloadError):
        return Judgement(Outcome.TRUNCATED, plain(str(error)))
    message = getattr(error, "message", "") or str(error) or type(error).__name__
    return Judgement(Outcome.PROTOCOL_ERROR, plain(f"the answer is not HTTP: {message}"))


def plain(text: str) -> str:
    """Return a text, which may hold anything a server sent, as one printable line of bounded length."""
    return _CONTROLS.sub(" ", text).strip()[:_MAX_DETAIL]


def _tls_reason(cause: Exception) -> str:
    return getattr(cause, "verify_message", None) or getattr(cause, "reason", None) or str(cause)


def _status(hop: Hop) -> str:
    return plain(hop.status_line.partition(b" ")[2].decode("utf-8", "replace")) or str(hop.status)


def _first(hop: Hop, name: bytes) -> str | None:
    return next((value.decode("latin-1") for key, value in hop.headers if key.lower() == name), None)
