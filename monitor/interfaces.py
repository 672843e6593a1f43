"""The seams: what the shell does for the core, and the values that cross. A fake passes the real contract."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from monitor.model import Outcome, Quality, SourceKind


class Clock(Protocol):
    """Tell the time; the only source of it."""

    def now(self) -> datetime:
        """Return the present as an aware UTC datetime."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that many seconds of this clock."""
        ...


# Told when a request has gone out, and whether on a connection that was used before, which may have ended meanwhile.
Sent = Callable[[bool], None]


@dataclass(frozen=True, slots=True)
class FetchRequest:
    """One URL to get. Validators are sent as they are; `max_bytes` overrides the configured cap.

    `headers` never leave the host of `url`, and their values are masked in the evidence. `proxy` is an http:// URL
    that the operator named for this source; `insecure_tls` accepts any certificate.

    `sent` is told of each request once its last byte was handed to the network: names have been found by then, and
    connections made. A connection used before may have ended meanwhile: whoever is told makes that request again, else
    the fetcher does so at once.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    headers: tuple[tuple[str, str], ...] = ()
    max_bytes: int | None = None
    proxy: str | None = None
    insecure_tls: bool = False
    sent: Sent | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Hop:
    """One request and its response as they crossed the wire; the body keeps its Content-Encoding."""

    url: str
    started_at: datetime
    request_line: bytes
    request_headers: tuple[tuple[bytes, bytes], ...]
    status_line: bytes
    status: int
    headers: tuple[tuple[bytes, bytes], ...]
    raw_body: bytes
    ip: str | None = None
    truncated: str | None = None  # "length", "time" or "disconnect", as WARC-Truncated has it


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What came of a request: a value for every outcome, never an exception. `body` is decoded; `elapsed_s` seconds.

    With REDIRECTED, `redirect_url` is where the last hop leads, which was not asked.
    """

    request: FetchRequest
    outcome: Outcome
    started_at: datetime
    elapsed_s: float
    hops: tuple[Hop, ...] = ()
    final_url: str | None = None
    status: int | None = None
    body: bytes = b""
    detail: str | None = None
    retry_after: datetime | None = None
    permanent_url: str | None = None  # where an unbroken chain of 301/308 led
    redirect_url: str | None = None

    def header(self, name: str) -> str | None:
        """Return the first header of that name in the last response, Latin-1 decoded, or None."""
        wanted = name.lower().encode()
        last = self.hops[-1].headers if self.hops else ()
        return next((value.decode("latin-1").strip(" \t") for key, value in last if key.lower() == wanted), None)


# Asked about the target of each redirect: why it is not to be followed, or None when it may be.
Admit = Callable[[str], str | None]


class Fetcher(Protocol):
    """Get URLs from the network, safely. May be called again with the same request; never raises for a bad server."""

    async def fetch(self, request: FetchRequest, admit: Admit | None = None) -> FetchResult:
        """Return what came of the request, redirects followed as far as `admit` lets them."""
        ...

    async def close(self) -> None:
        """Release connections."""
        ...


@dataclass(frozen=True, slots=True)
class Kept:
    """Where evidence was put, on disk and synced: what a Capture needs to know of its WARC record.

    `record_sha256` is of the whole record uncompressed, its end mark included. `before` are the redirects on the way.
    """

    file: str
    offset: int
    length: int
    record_id: str
    record_type: str
    digest: str
    captured_at: datetime
    record_sha256: str = ""
    before: tuple["Kept", ...] = ()


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier capture that a revisit record refers to.

    Of the same payload, unless `same_reading`: then other bytes came, and whoever read them found nothing new.
    """

    record_id: str
    url: str
    captured_at: datetime
    digest: str
    same_reading: bool = False


class Evidence(Protocol):
    """Keep the bytes of fetches. When `append` returns they are on disk; a repeat is a second record."""

    async def append(self, result: FetchResult, earlier: Earlier | None = None) -> Kept:
        """Keep every hop of a result, the last as a revisit when `earlier` is the same payload, or the same reading.

        Raises EvidenceError when the bytes cannot be made safe.
        """
        ...

    async def read(self, file: str, offset: int, length: int) -> bytes:
        """Return the record at that place, uncompressed. Raises EvidenceError when it is not there, or not whole."""
        ...

    async def tend(self) -> None:
        """Close the file in use where that is due, though nothing more is kept."""
        ...

    async def leave(self) -> None:
        """End like `close`, where something is unsettled: the next start looks through what was in use."""
        ...

    def unsettled(self, before: datetime | None = None) -> tuple[tuple[str, int], ...]:
        """Return the places (file, offset) of what was kept until then and not called settled yet."""
        ...

    def settle(self, places: Iterable[tuple[str, int]]) -> None:
        """Take note that the database knows what lies at these places."""
        ...

    async def close(self) -> None:
        """Close the file in use."""
        ...


class Task(StrEnum):
    """What to read out of bytes."""

    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    ARTICLE = "article"
    PAGE = "page"  # what kind of thing is this, and which sources does it name


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """Bytes from outside and what to read out of them; `content_type` is the raw header value.

    `hints` are pairs of name and value known beforehand. For an article: `feed_title`; `outlet`, its name; `title_rest`
    (there may be several), what the outlet is known to add to `<title>`; `mode`, the way in which its text was found
    before. For a listing, addresses that it has linked before: `article` for those that turned out to be one,
    `no_article` for those that did not.
    `cheap` asks for the least that will do, since the whole reading killed a worker.
    """

    task: Task
    url: str
    body: bytes
    content_type: str | None = None
    now: datetime | None = None
    hints: tuple[tuple[str, str], ...] = ()
    cheap: bool = False


@dataclass(frozen=True, slots=True)
class FeedItem:
    """One article as a feed, sitemap or listing tells of it. `key` identifies it within its source.

    `date_source` names where `raw_date` stood (pubDate, dc:date, lastmod, ...); `date_flag` says what is odd about it:
    future, epoch (1970, an unset clock) or ambiguous (day and month cannot be told apart; then there is no date).
    """

    key: str
    url: str
    guid: str | None = None
    title: str | None = None
    raw_date: str | None = None
    published_at: datetime | None = None
    summary: str | None = None
    date_source: str | None = None
    date_flag: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """What a feed, sitemap or listing says. `problem` is set when it is none, or broken beyond its items.

    `ttl_s` is the publisher's own lower bound between polls, in seconds; in `skip_hours` (UTC) and on `skip_days` (0 is
    Monday) it asks not to be polled (RSS 2.0). `parts` are the sitemaps of an index, `part_dates` when each was last
    changed. `hub` and `self_url` are for WebSub: who pushes, and under which address.
    """

    kind: SourceKind
    format: str  # rss20, atom10, json11, news-sitemap, ...
    items: tuple[FeedItem, ...] = ()
    title: str | None = None
    language: str | None = None
    ttl_s: int | None = None
    parts: tuple[str, ...] = ()
    problem: str | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    hub: str | None = None
    self_url: str | None = None
    part_dates: tuple[datetime | None, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """What an article page says.

    `extractor` names program, version and options, e.g. `trafilatura/2.3.1 reader/2 text=default`. `title_rest` is what
    `<title>` holds beside the headline, `asides` are the lines of the text that the page itself marks as no part of
    the article. The zones are the offsets that the dates were stated with, e.g. "+03:00". `ended` is False where the
    page lacks its end tag, which many pages do and all that were cut off.
    """

    text: str
    title: str | None
    quality: Quality
    extractor: str
    quality_reason: str | None = None
    title_source: str | None = None
    language: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    published_raw: str | None = None
    published_source: str | None = None
    modified_at: datetime | None = None
    canonical_url: str | None = None
    site_name: str | None = None
    title_rest: str | None = None
    byline_source: str | None = None
    published_zone: str | None = None
    modified_raw: str | None = None
    modified_source: str | None = None
    modified_zone: str | None = None
    section: str | None = None
    asides: tuple[str, ...] = ()
    ended: bool = True


@dataclass(frozen=True, slots=True)
class Candidate:
    """A source that a page names or implies, best score first; `reason` in words."""

    url: str
    kind: SourceKind
    score: float
    reason: str
    title: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class PageReading:
    """What kind of thing is at a URL: the kind it is itself, and the sources it points to."""

    kind: SourceKind
    reason: str
    title: str | None = None
    language: str | None = None
    candidates: tuple[Candidate, ...] = ()
    article_links: tuple[FeedItem, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """The reader did not finish: `kind` is "deadline", "crash" or "error"; it costs only this one reading."""

    kind: str
    detail: str


Reading = ParsedFeed | Extraction | PageReading | ReadFailure


class Extractor(Protocol):
    """Read untrusted bytes away from the event loop, with a deadline. May be called again with the same request."""

    async def read(self, request: ReadRequest) -> Reading:
        """Return what the bytes say, or a ReadFailure; never raises for bad bytes."""
        ...

    async def close(self) -> None:
        """Stop the workers."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """When to check next, and why in words."""

    next_check_at: datetime
    interval_s: int
    reason: str


class Action(StrEnum):
    """What the gate says."""

    GO = "go"
    WAIT = "wait"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """May this URL be fetched now? `until` with WAIT; `reason` always."""

    action: Action
    reason: str
    until: datetime | None = None
