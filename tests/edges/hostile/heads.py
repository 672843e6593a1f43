"""Servers that are hostile, or merely broken, before the body begins."""

from monitor.model import Outcome
from tests.edges.hostile.behaviours import PAGE, Behaviour, answering, endless, fine, forever, resetting, stalling
from tests.edges.loopback import head, whole

_BAD = Outcome.PROTOCOL_ERROR
_HTTP2 = b"\x00\x00\x12\x04\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x80\x00\x04\x00\x01\x00\x00\x00\x05\x00\xff\xff\xff"


def _ok(*headers: bytes | str) -> bytes:
    return whole(PAGE, *headers)


HEADS: tuple[Behaviour, ...] = (
    # Nothing that is HTTP.
    answering("nothing at all", _BAD),
    answering("a greeting of another protocol", _BAD, b"SSH-2.0-OpenSSH_9.6\r\n"),
    answering("HTTP/0.9", _BAD, PAGE),
    answering("HTTP/2 settings", _BAD, _HTTP2),
    answering("HTTP/2 preface", _BAD, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    answering("a request", _BAD, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
    answering("a megabyte of noise", _BAD, bytes(range(256)) * 4096, heavy=True),
    answering("a TLS alert on a plain port", _BAD, b"\x15\x03\x01\x00\x02\x02\x46"),
    # The status line.
    answering("a status line and no more", _BAD, b"HTTP/1.1 200 OK\r\n"),
    answering("half a status line", _BAD, b"HTTP/1.1 20"),
    answering("status 000", _BAD, _ok().replace(b" 200 ", b" 000 ", 1)),
    answering("status 99", _BAD, _ok().replace(b" 200 ", b" 99 ", 1)),
    answering("status 999", _BAD, _ok().replace(b" 200 ", b" 999 ", 1)),
    answering("status 1000", _BAD, _ok().replace(b" 200 ", b" 1000 ", 1)),
    answering("status abc", _BAD, _ok().replace(b" 200 ", b" abc ", 1)),
    answering("status -200", _BAD, _ok().replace(b" 200 ", b" -200 ", 1)),
    answering("no status", _BAD, _ok().replace(b" 200 OK", b"", 1)),
    answering("status 20000000000000000000", _BAD, _ok().replace(b" 200 ", b" 20000000000000000000 ", 1)),
    fine("no reason", _ok().replace(b" 200 OK", b" 200", 1)),
    fine("a reason in Latin-1", _ok().replace(b"OK", b"Tr\xe8s bien", 1)),
    answering("HTTP/3.7", _BAD, _ok().replace(b"/1.1", b"/3.7", 1)),
    answering("HTTP/9", _BAD, _ok().replace(b"/1.1", b"/9", 1)),
    answering("ICY, as radio stations say", _BAD, _ok().replace(b"HTTP/1.1", b"ICY", 1)),
    answering("a reason of 100 KB", _BAD, _ok().replace(b"OK", b"O" * 100_000, 1)),
    # Interim answers.
    fine("fifty early hints", head("103 Early Hints", "Link: </a.css>") * 50, _ok()),
    answering("100 Continue, then nothing", _BAD, head("100 Continue")),
    stalling("100 Continue, then silence", head("100 Continue")),
    endless("a flood of 100 Continue", Outcome.TIMEOUT, b"", head("100 Continue") * 50),
    endless("a flood of large early hints", Outcome.TIMEOUT, b"", head("103 Hints", "Link: " + "x" * 60_000)),
    answering("101 to another protocol", _BAD, head("101 Switching", "Upgrade: h2c", "Connection: Upgrade"), _HTTP2),
    # Headers.
    answering("a header without a colon", _BAD, _ok("no colon here")),
    answering("a header without a name", _BAD, _ok(": nobody")),
    answering("a header with a space in its name", _BAD, _ok("X Y: z")),
    answering("a header with a space before the colon", _BAD, _ok("X : z")),
    answering("a NUL in a header", _BAD, _ok(b"X: a\0b")),
    answering("a CR in a header", _BAD, _ok(b"X: a\rb")),
    answering("a NUL in a header's name", _BAD, _ok(b"X\0Y: a")),
    fine("a folded header", _ok(b"X: a\r\n b")),
    fine("bytes 0x80 to 0xff in a header", _ok(b"X: " + bytes(range(0x80, 0x100)))),
    fine("an ETag that is not ASCII", _ok('ETag: "خبر"'.encode())),
    fine("an ETag of 60 KB", _ok('ETag: "' + "x" * 60_000 + '"')),
    fine("a Last-Modified from nowhere", _ok(b"Last-Modified: \xff\xfe yesterday")),
    fine("dates that are none", _ok("Date: never", "Expires: -1", "Retry-After: -5", "Age: " + "9" * 400)),
    fine("line ends without CR", _ok().replace(b"\r\n", b"\n")),
    answering("line ends without LF", _BAD, _ok().replace(b"\r\n", b"\r")),
    answering("a head that is cut", _BAD, head("200 OK", "X: y")[:-2]),
    fine("250 headers", _ok(*(f"X-{n}: y" for n in range(250)))),
    answering("1,000 headers", _BAD, _ok(*(f"X-{n}: y" for n in range(1000)))),
    answering("a header of 70 KB", _BAD, _ok("X: " + "y" * 70_000)),
    answering("a name of 70 KB", _BAD, _ok("X" * 70_000 + ": y")),
    answering("a header of 20 MB", _BAD, _ok("X: " + "y" * 20_000_000), heavy=True),
    endless("a header without end", _BAD, b"HTTP/1.1 200 OK\r\nX: ", b"y" * 65_536),
    endless("headers without end", _BAD, b"HTTP/1.1 200 OK\r\n", lambda n: b"X-%d: y\r\n" % n),
    endless("one header for ever", _BAD, b"HTTP/1.1 200 OK\r\n", b"X: " + b"y" * 60_000 + b"\r\n"),
    endless("a folded header without end", _BAD, b"HTTP/1.1 200 OK\r\nX: y", b"\r\n y"),
    fine("a flood of cookies", _ok(*(f"Set-Cookie: c{n}=" + "x" * 4000 for n in range(250)))),
    fine("a Refresh header", _ok("Refresh: 0; url=http://127.0.0.1:1/")),
    fine("no Content-Type", _ok()),
    fine("a Content-Type of rubbish", _ok(b"Content-Type: ;;\xff=\"'/charset=\x01")),
    fine("ten Content-Types", _ok(*(f"Content-Type: text/{n}" for n in range(10)))),
    # Drips and resets.
    stalling("silence", b""),
    Behaviour("a head that drips", forever(b"HTTP/1.1 200 OK\r\nX: ", b"y", 0.02), Outcome.TIMEOUT, hasty=True),
    Behaviour("headers that drip", forever(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n", 0.03), Outcome.TIMEOUT, hasty=True),
    Behaviour("empty lines that drip", forever(b"", b"\r\n", 0.02), Outcome.TIMEOUT, hasty=True),
    endless("a flood of empty lines", Outcome.TIMEOUT, b"", b"\r\n" * 30_000),
    Behaviour("a reset before anything", resetting(), Outcome.CONNECT_ERROR),
    Behaviour("a reset amid the head", resetting(b"HTTP/1.1 200 OK\r\nX:"), Outcome.CONNECT_ERROR),
)  # fmt: skip
