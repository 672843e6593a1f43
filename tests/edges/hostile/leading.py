"""Servers that send us on and on, or nowhere."""

import asyncio

from monitor.model import Outcome
from tests.edges.hostile.behaviours import PAGE, Behaviour, fine, forever, walking
from tests.edges.loopback import Handler, head, whole

_NOWHERE = Outcome.REDIRECT_ERROR
_REFUSED = Outcome.REFUSED


def _to(*locations: bytes | str, status: str = "302 Found") -> bytes:
    lines = [b"Location: " + (one if isinstance(one, bytes) else one.encode()) for one in locations]
    return whole(b"this way", *lines, status=status)


def _leading(name: str, outcome: Outcome, *locations: bytes | str, status: str = "302 Found") -> Behaviour:
    steps = {"start": _to(*locations, status=status), "there": whole(PAGE)}
    return Behaviour(name, walking(steps), outcome, body=PAGE if outcome is Outcome.OK else None)


def _stairs(pause: float = 0.0) -> Handler:
    async def handler(path: str, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(pause)
        writer.write(_to(path + "x"))

    return handler


LEADING: tuple[Behaviour, ...] = (
    _leading("a redirect", Outcome.OK, "there"),
    _leading("a redirect to itself", _NOWHERE, "start"),
    _leading("a redirect to itself with a fragment", _NOWHERE, "start#again"),
    Behaviour("a loop of two", walking({"start": _to("other"), "other": _to("start")}), _NOWHERE),
    Behaviour("stairs without end", _stairs(), _NOWHERE),
    Behaviour("slow stairs", _stairs(0.2), Outcome.TIMEOUT, hasty=True),
    Behaviour("a redirect to a 404", walking({"start": _to("gone")}), Outcome.NOT_FOUND),
    _leading("a redirect that stays in the query", Outcome.NOT_FOUND, "?" + "x" * 100),
    Behaviour("a redirect without a Location", walking({"start": whole(b"", status="302 Found")}), _NOWHERE),
    _leading("an empty Location", _NOWHERE, ""),
    _leading("a Location of spaces", _NOWHERE, "   "),
    _leading("two Locations", Outcome.OK, "there", "http://127.0.0.1:1/"),
    _leading("a Location of rubbish", _REFUSED, b"http://[\xff\xfe"),
    _leading("a Location with a bad port", _REFUSED, "http://news.test:99999/"),
    _leading("a Location with port 25", _REFUSED, "http://news.test:25/"),
    _leading("a Location of 60 KB", _REFUSED, "/" + "x" * 60_000),
    _leading("a Location to mailto", _REFUSED, "mailto:desk@news.test"),
    _leading("a Location to a file", _REFUSED, "file:///etc/passwd"),
    _leading("a Location to a script", _REFUSED, "javascript:alert(1)"),
    _leading("a Location to our own machine", _REFUSED, "http://127.0.0.1:9000/"),
    _leading("a Location to an unknown name", Outcome.DNS_ERROR, "http://nowhere.invalid/"),
    _leading("a Location to a closed port", Outcome.CONNECT_ERROR, "http://closed.test/"),
    _leading("a Location in Arabic", Outcome.NOT_FOUND, "/خبر".encode()),
    _leading("a Location in Latin-1", Outcome.NOT_FOUND, b"/caf\xe9"),
    _leading("a Location with a NUL", Outcome.PROTOCOL_ERROR, b"/a\0b"),
    _leading("a Location with spaces inside", Outcome.NOT_FOUND, "/a b"),
    _leading("status 300 with a Location", Outcome.OK, "there", status="300 Choices"),
    _leading("status 305", _NOWHERE, "there", status="305 Use Proxy"),
    _leading("status 306", _NOWHERE, "there", status="306 Unused"),
    _leading("status 399", Outcome.PROTOCOL_ERROR, "there", status="399 Unknown"),
    fine("a Location under 200", whole(PAGE, "Location: there")),
    Behaviour(
        "a redirect with a body without end",
        forever(head("302 Found", "Location: http://news.test/fine"), b"x" * 65_536),
        Outcome.OK, body=PAGE, heavy=True,
    ),
    Behaviour(
        # Not a hasty one: it ends by itself, when the fetcher has heard enough of a redirect's body.
        "a redirect whose body drips", forever(head("302 Found", "Location: http://news.test/fine"), b"x", 0.02),
        Outcome.OK, body=PAGE,
    ),
    fine("a Refresh header with a page", whole(PAGE, "Refresh: 0; url=/there")),
)  # fmt: skip
