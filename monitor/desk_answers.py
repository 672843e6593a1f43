"""What the archive answers to a reader's desk (app/desk.py): pages made of many nouns."""

from dataclasses import dataclass
from datetime import date, datetime

from monitor.answers import ChangeView, SourceView, Stats
from monitor.model import Alarm, Citation, CorpusFile, Document, Outlet, Revision, Source


@dataclass(frozen=True, slots=True)
class OutletRow:
    """An outlet in figures: documents read and sources watched; new in a day, edited and removed in seven."""

    key: str
    name: str
    documents: int
    sources: int
    new: int
    edited: int
    removed: int
    newest_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source, how many articles it told of, and in words what is wrong with it, None while it is well.

    `health` is ok, new (never checked), failing, silent, unverified (never read), paused or removed.
    """

    source: Source
    articles: int
    trouble: str | None = None
    health: str = "ok"


@dataclass(frozen=True, slots=True)
class FrontPage:
    """What happened: changes worth reading and takedowns, newest first; outlets by what is new; sources in trouble.

    `alarms` are those that are open, oldest first: what is wrong with the running of the archive.
    """

    at: datetime
    stats: Stats
    changes: tuple[ChangeView, ...]
    removals: tuple[ChangeView, ...]
    documents: tuple[Document, ...]
    outlets: tuple[OutletRow, ...]
    troubled: tuple[SourceRow, ...]
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class DayCount:
    """What happened on one day (UTC)."""

    day: date
    published: int
    edited: int
    removed: int
    fetches: int
    failures: int


@dataclass(frozen=True, slots=True)
class Rhythm:
    """When it happens: articles published and edited by hour of the day (UTC, 24 figures each), and day by day.

    `lags` counts articles by how long after their publication they were first seen: (label, count), shortest first.
    """

    published_by_hour: tuple[int, ...]
    edited_by_hour: tuple[int, ...]
    days: tuple[DayCount, ...]
    lags: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class OutletPage:
    """All about one outlet; `outlet` is None for a domain that no outlet is known by."""

    row: OutletRow
    outlet: Outlet | None
    sources: tuple[SourceRow, ...]
    documents: tuple[Document, ...]
    changes: tuple[ChangeView, ...]
    rhythm: Rhythm


@dataclass(frozen=True, slots=True)
class SourcePage:
    """All about one source, with the newest documents it told of."""

    view: SourceView
    trouble: str | None
    documents: tuple[Document, ...]
    rhythm: Rhythm
    health: str = "ok"


@dataclass(frozen=True, slots=True)
class CorpusRow:
    """A saved text: its file, what it cites, and what became of its page."""

    document: Document
    file: CorpusFile
    citations: int
    outlets: tuple[str, ...]
    edits: int


@dataclass(frozen=True, slots=True)
class CorpusText:
    """A saved text as it was saved, with its citations; their spans are characters of `saved.text`.

    `sources` are those watched of the outlets and URLs it cites; `live` is the current text of its page, where there is
    one that differs. `leads` pairs a citation's number with the document kept of the page it names; `edits` counts what
    became of its own page, and `cluster_id` is the cluster that carries the same text.
    """

    document: Document
    file: CorpusFile
    saved: Revision
    citations: tuple[Citation, ...]
    sources: tuple[Source, ...]
    live: Revision | None = None
    leads: tuple[tuple[int, int], ...] = ()
    edits: int = 0
    cluster_id: int | None = None
