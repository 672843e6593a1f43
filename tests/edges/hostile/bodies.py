"""Servers that lie about the length of a body, or never come to its end."""

from monitor.model import Outcome
from tests.edges.hostile.behaviours import PAGE, Behaviour, answering, endless, fine, forever, resetting, stalling
from tests.edges.loopback import chunked, head, whole

_BAD = Outcome.PROTOCOL_ERROR
_CUT = Outcome.TRUNCATED
# A parser that stumbles over the body loses the head too when both came in one packet.
_BROKEN = (Outcome.PROTOCOL_ERROR, Outcome.TRUNCATED)
_CHUNKED = head("200 OK", "Transfer-Encoding: chunked")
_LENGTH = f"Content-Length: {len(PAGE)}"
_ENDLESS = head("200 OK", "Connection: close")
_BLOCK = PAGE * 30


BODIES: tuple[Behaviour, ...] = (
    # Lengths.
    answering("two lengths that agree", _BAD, head("200 OK", _LENGTH, _LENGTH), PAGE),
    answering("two lengths that differ", _BAD, head("200 OK", _LENGTH, "Content-Length: 5"), PAGE),
    answering("two lengths in one header", _BAD, head("200 OK", "Content-Length: 5, 5"), PAGE),
    answering("a negative length", _BAD, head("200 OK", "Content-Length: -1"), PAGE),
    answering("a hexadecimal length", _BAD, head("200 OK", "Content-Length: 0x10"), PAGE),
    answering("a length with a sign", _BAD, head("200 OK", "Content-Length: +5"), b"hello"),
    answering("an empty length", _BAD, head("200 OK", "Content-Length: "), PAGE),
    answering("a length of 2**63", _CUT, head("200 OK", f"Content-Length: {2**63}"), PAGE),
    answering("a length of 2**64 + 5", _BAD, head("200 OK", f"Content-Length: {2**64 + 5}"), PAGE),
    answering("a length of 400 digits", _BAD, head("200 OK", "Content-Length: " + "9" * 400), PAGE),
    answering("a length in Arabic digits", _BAD, head("200 OK", "Content-Length: ٥".encode()), PAGE),
    answering("a length too long", _CUT, head("200 OK", f"Content-Length: {len(PAGE) + 1}"), PAGE),
    answering("a length too short", _BAD, head("200 OK", "Content-Length: 5"), b"hello, and more"),
    answering("rubbish after the body", _BAD, whole(PAGE), b"\0\xff rubbish" * 500),
    fine("a second answer after the body", whole(PAGE), whole(b"poison")),
    answering("a length and chunks", _BAD, head("200 OK", _LENGTH, "Transfer-Encoding: chunked"), chunked(PAGE)),
    fine("no length", head("200 OK"), PAGE),
    fine("no length in HTTP/1.0", b"HTTP/1.0 200 OK\r\n\r\n", PAGE),
    # Chunks.
    fine("one byte a chunk", _CHUNKED, chunked(PAGE, 1)),
    fine("chunk extensions", _CHUNKED, b'3;a=b;c="d"\r\nabc\r\n0;e\r\n\r\n', body=b"abc"),
    fine("trailers", _CHUNKED, b"3\r\nabc\r\n0\r\nX: y\r\n\r\n", body=b"abc"),
    answering("a length among the trailers", _BROKEN, _CHUNKED, b"3\r\nabc\r\n0\r\nContent-Length: 7\r\n\r\n"),
    answering("chunk sizes that are none", _BROKEN, _CHUNKED, b"xyz\r\nabc\r\n0\r\n\r\n"),
    answering("a negative chunk size", _BROKEN, _CHUNKED, b"3\r\nabc\r\n-3\r\nabc\r\n0\r\n\r\n"),
    answering("a chunk size of 2**64 + 3", _BROKEN, _CHUNKED, b"3\r\nabc\r\n10000000000000003\r\nabc\r\n0\r\n\r\n"),
    answering("a chunk size with 0x", _BROKEN, _CHUNKED, b"3\r\nabc\r\n0x3\r\nabc\r\n0\r\n\r\n"),
    answering("a chunk longer than it says", _BROKEN, _CHUNKED, b"3\r\nabcdef\r\n0\r\n\r\n"),
    answering("a chunk shorter than it says", _CUT, _CHUNKED, b"9\r\nabc\r\n0\r\n\r\n"),
    answering("no last chunk", _CUT, _CHUNKED, chunked(PAGE)[:-5]),
    answering("a last chunk that is cut", _CUT, _CHUNKED, chunked(PAGE)[:-2]),
    fine("a chunk size of a megabyte of zeros", _CHUNKED, b"0" * 1_000_000 + b"3\r\nabc\r\n0\r\n\r\n", body=b"abc"),
    endless("a chunk size without end", Outcome.TIMEOUT, _CHUNKED, b"0" * 65_536),
    endless("chunk extensions without end", Outcome.TIMEOUT, _CHUNKED + b"3;", b"x" * 65_536),
    endless("extensions on each chunk", Outcome.TIMEOUT, _CHUNKED, b"1;" + b"x" * 8_000 + b"\r\na\r\n"),
    endless("trailers without end", _BROKEN, _CHUNKED + b"3\r\nabc\r\n0\r\n", lambda n: b"X-%d: y\r\n" % n),
    endless("a trailer without end", _BROKEN, _CHUNKED + b"3\r\nabc\r\n0\r\nX: ", b"x" * 65_536),
    endless("tiny chunks without end", Outcome.TIMEOUT, _CHUNKED, b"1\r\na\r\n" * 5_000),
    answering("gzip as a transfer coding", _BAD, head("200 OK", "Transfer-Encoding: gzip, chunked"), chunked(PAGE)),
    answering("chunked twice", _BAD, head("200 OK", "Transfer-Encoding: chunked, chunked"), chunked(chunked(PAGE))),
    answering("an unknown transfer coding", _BAD, head("200 OK", "Transfer-Encoding: rot13"), PAGE),
    # Ends that never come, or come too early.
    endless("a body without end", Outcome.TOO_LARGE, _ENDLESS, _BLOCK),
    endless("chunks without end", Outcome.TOO_LARGE, _CHUNKED, b"%x\r\n%b\r\n" % (len(_BLOCK), _BLOCK)),
    endless("a terabyte announced", Outcome.TOO_LARGE, head("200 OK", "Content-Length: 1099511627776"), _BLOCK),
    Behaviour("a body over the cap asked", forever(_ENDLESS, _BLOCK), Outcome.TOO_LARGE, request={"max_bytes": 1000}),
    Behaviour("a body that drips", forever(_ENDLESS, b"x", 0.02), Outcome.TIMEOUT, hasty=True),
    Behaviour("chunks that drip", forever(_CHUNKED, b"1\r\nx\r\n", 0.02), Outcome.TIMEOUT, hasty=True),
    Behaviour("a body below the rate", forever(_ENDLESS, b"x" * 100, 0.02), Outcome.TIMEOUT, hasty=True),
    stalling("a body that stops", head("200 OK", _LENGTH) + PAGE[:50]),
    stalling("a body that never starts", head("200 OK", _LENGTH)),
    Behaviour("a reset amid the body", resetting(head("200 OK", _LENGTH) + PAGE[:50]), _CUT),
    Behaviour("a reset instead of an end", resetting(_ENDLESS + PAGE[:50]), _CUT),
    Behaviour("a reset amid a chunk", resetting(_CHUNKED + b"9\r\nabc"), _CUT),
    # Statuses and their bodies.
    answering("204 with a body", (Outcome.OK, _BAD), head("204 No Content", "Content-Length: 5"), b"hello"),
    fine("205 with a body", whole(b"hello", status="205 Reset Content"), body=b"hello"),
    answering("304 unasked", _BAD, head("304 Not Modified")),
    answering("304 with a body", (Outcome.NOT_MODIFIED, _BAD), whole(PAGE, status="304 No"), request={"etag": '"1"'}),
    answering("206 unasked", _BAD, whole(PAGE, "Content-Range: bytes 0-9/99", status="206 Partial Content")),
    answering("404", Outcome.NOT_FOUND, whole(b"no", status="404 Not Found")),
    answering("404 with a body cut", Outcome.NOT_FOUND, head("404 Not Found", "Content-Length: 9"), b"no"),
    answering("410", Outcome.GONE, whole(b"no", status="410 Gone")),
    answering("403", Outcome.FORBIDDEN, whole(b"no", status="403 Forbidden")),
    answering("418", Outcome.CLIENT_ERROR, whole(b"no", status="418 I'm a teapot")),
    answering("429 for ages", Outcome.RATE_LIMITED, whole(b"", "Retry-After: " + "9" * 300, status="429 Too Many")),
    answering("500", Outcome.SERVER_ERROR, whole(b"no", status="500 Oh")),
)  # fmt: skip
