"""Servers whose TLS is wrong."""

import asyncio

from monitor.model import Outcome
from tests.edges.hostile.behaviours import PAGE, Behaviour, answering, fine, forever, resetting
from tests.edges.loopback import Handler, bit_by_bit, head, whole

_BAD = Outcome.TLS_ERROR


def _vanishing(*parts: bytes) -> Handler:
    """Return a handler that closes below TLS, without saying goodbye there."""

    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(parts))
        await writer.drain()
        await asyncio.sleep(0.05)
        writer.transport.abort()

    return handler


def _alert(number: int) -> bytes:
    return b"\x15\x03\x01\x00\x02\x02" + bytes((number,))


_LENGTH = f"Content-Length: {len(PAGE)}"
# `tls`: "good" and three bad certificates are shown by real TLS; with "none" the bytes go out as they are.
SECURE: tuple[Behaviour, ...] = (
    fine("TLS as it should be", whole(PAGE), tls="good"),
    fine("TLS, no length, a proper end", head("200 OK", "Connection: close"), PAGE, tls="good"),
    answering("an expired certificate", _BAD, whole(PAGE), tls="expired"),
    answering("a certificate of tomorrow", _BAD, whole(PAGE), tls="early"),
    answering("a certificate of another name", _BAD, whole(PAGE), tls="other"),
    answering("a certificate that nobody vouches for", _BAD, whole(PAGE), tls="unknown"),
    answering("plain HTTP on the port of TLS", _BAD, whole(PAGE), tls="none"),
    answering("TLS 1.0 at the most", _BAD, _alert(70), tls="none"),
    answering("no cipher in common", _BAD, _alert(40), tls="none"),
    answering("a name unknown to the server", _BAD, _alert(112), tls="none"),
    answering("noise on the port of TLS", _BAD, bytes(range(256)) * 64, tls="none"),
    answering("a handshake cut at once", Outcome.CONNECT_ERROR, tls="none"),
    answering("a handshake cut early", Outcome.CONNECT_ERROR, b"\x16\x03\x03\x00\x7a\x02\x00", tls="none"),
    Behaviour("a handshake that is reset", resetting(), Outcome.CONNECT_ERROR, tls="none"),
    Behaviour("a handshake that stalls", bit_by_bit(b"", pause=9), Outcome.TIMEOUT, hasty=True, tls="none"),
    Behaviour(
        "a handshake that drips", forever(b"\x16\x03\x03\x3f\xff", b"\2", 0.02), Outcome.TIMEOUT, hasty=True, tls="none"
    ),
    Behaviour("TLS cut amid a body", _vanishing(head("200 OK", _LENGTH) + PAGE[:50]), Outcome.TRUNCATED, tls="good"),
    # Many honest servers end so, and asyncio does not tell it from a proper end, as RFC 9112 9.8 would have it.
    Behaviour("TLS cut instead of an end", _vanishing(head("200 OK"), PAGE), Outcome.OK, body=PAGE, tls="good"),
    Behaviour("TLS cut after a whole body", _vanishing(whole(PAGE)), Outcome.OK, body=PAGE, tls="good"),
    Behaviour("TLS cut amid the head", _vanishing(b"HTTP/1.1 200 OK\r\nX:"), Outcome.PROTOCOL_ERROR, tls="good"),
)  # fmt: skip
