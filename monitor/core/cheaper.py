"""Cut what killed its reader down to a start that cannot: the second and last try at a feed, sitemap or page of links.

An article is not cut but read in another way (see `extraction`).
"""

from dataclasses import dataclass, replace

from monitor.core.inflate import inflate
from monitor.core.page_bounds import start_of_page
from monitor.interfaces import PageReading, ParsedFeed, Reading, ReadRequest, Task

_ENDS = (b"</item>", b"</entry>", b"</url>", b"</sitemap>")  # of what stays whole when a feed or sitemap is cut


@dataclass(frozen=True, slots=True)
class CheapPolicy:
    """How much is read: bytes of a feed or sitemap once unpacked; characters and tags of a page.

    Real feeds have 45 to 184 KB with 40 items. What kills costs time that grows with the square of its size, so a
    tenth of it costs a hundredth.
    """

    source_bytes: int = 500_000
    page_length: int = 1_000_000
    page_tags: int = 10_000


DEFAULT = CheapPolicy()


def cut_down(request: ReadRequest, policy: CheapPolicy = DEFAULT) -> ReadRequest:
    """Return a request for the start of the same bytes; JSON stays whole, since half of it is none."""
    if request.task is Task.ARTICLE:
        return request
    body, _ = inflate(request.body, policy.source_bytes)
    if request.task is Task.LISTING or _is_html(body):
        return replace(request, body=start_of_page(request.body, policy.page_tags, policy.page_length))
    if body.lstrip()[:1] in (b"{", b"[") or (len(body) < policy.source_bytes):
        return request
    end = max(body.rfind(mark) + len(mark) if mark in body else 0 for mark in _ENDS)
    return replace(request, body=body[: end or len(body)])


def told(reading: Reading, request: ReadRequest, cut: ReadRequest) -> Reading:
    """Return a reading with a word on how much of the bytes it comes from."""
    much = f"only its first {len(cut.body) // 1000} KB were read" if cut is not request else "read a second time"
    why = f"{much}, since the whole killed its reader"
    if isinstance(reading, ParsedFeed):
        said = "" if reading.items or reading.parts or not reading.problem else f"; {reading.problem}"
        return replace(reading, problem=why + said)
    return replace(reading, reason=f"{reading.reason}; {why}") if isinstance(reading, PageReading) else reading


def _is_html(body: bytes) -> bool:
    head = body[:4_000].lower()
    return b"<html" in head or b"<!doctype html" in head
