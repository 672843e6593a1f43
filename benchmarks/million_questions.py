"""The questions that `benchmarks.million` times: those on the daemon's path, one by one, and those of pages, whole."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection

from benchmarks.crowd import host_names
from benchmarks.million_fill import OUTLETS, Size
from benchmarks.server import ZONE
from monitor import Archive
from monitor.answers import DocumentFilter
from monitor.app import asking
from monitor.model import AlertAbout, Document, Entry, Fetch, Host, Outcome, Source
from monitor.store import (
    alerts,
    captures,
    documents,
    entries,
    fetches,
    hosts,
    mirror,
    outbox,
    rechecks,
    sources,
    subscriptions,
    vanishing,
)

OWNER = "benchmark:1:1#1"
LEASE_S = 600.0
LADDER = (1200.0, 3600.0, 7200.0, 10800.0, 21600.0, 43200.0, 86400.0, 172800.0, 604800.0, 2592000.0)


@dataclass(frozen=True, slots=True)
class Question:
    """Something that is asked of the database, within a transaction; `by` is the daemon or a page."""

    by: str
    name: str
    ask: Callable[[Connection, Random], object]
    writes: bool = False


def asked_by_daemon(size: Size, now: datetime) -> tuple[Question, ...]:
    """Return what a tick, a visit and the fixed jobs ask."""
    asks = _Asks(size, now)
    read = (
        ("next_turn", asks.next_turn), ("sources.next_due", asks.next_source),
        ("documents.next_due", asks.next_document), ("captures.newest", asks.newest_capture),
        ("entries.by_key, 20 items", asks.known_entries), ("sources.recent_times", asks.recent_times),
        ("rechecks.edit_ages", asks.edit_ages), ("rechecks.ages_on", asks.ages_on),
        ("vanishing.dropped", asks.dropped), ("documents.edited", asks.edited), ("documents.by_page", asks.by_page),
        ("fetches.gone_since", asks.gone_since),
        ("mirror.lacking", lambda conn, _: mirror.lacking(conn, 1)),
        ("mirror.newest_state", lambda conn, _: mirror.newest_state(conn)),
        ("outbox.due", lambda conn, _: outbox.due(conn, now)),
        ("outbox.held", lambda conn, _: outbox.held(conn, 100)),
        ("subscriptions.due", lambda conn, _: subscriptions.due(conn, now, 20)),
        ("hosts.lease_owners, at the start", lambda conn, _: hosts.lease_owners(conn)),
        ("ping", lambda conn, _: asking.ping(conn)),
    )  # fmt: skip
    written = (
        ("claim_due, 16 hosts", asks.claim), ("claim_due, 64 hosts", asks.claim_many),
        ("release_all", asks.release_all), ("claim one, release", asks.claim_one), ("settle", asks.settle),
        ("refresh_due", asks.refresh), ("fetches.add", asks.add_fetch), ("entries.sight, 20 items", asks.sight),
        ("sources.save", asks.save), ("documents.set_fields", asks.set_fields),
        ("alerts.settled", lambda conn, _: alerts.settled(conn, AlertAbout.CHANGES)),
    )  # fmt: skip
    return (
        *(Question("daemon", name, ask) for name, ask in read),
        *(Question("daemon", name, ask, writes=True) for name, ask in written),
    )


def asked_by_pages(archive: Archive) -> dict[str, Callable[[], Awaitable[object]]]:
    """Return what pages and commands ask, by name."""
    since = archive.now() - timedelta(days=1)
    return {
        "stats (status, start of the daemon)": archive.stats,
        "desk.front": archive.desk.front,
        "desk.sources, a page": lambda: archive.desk.sources(100),
        "desk.source": lambda: archive.desk.source(77),
        "desk.outlets": archive.desk.outlets,
        "desk.outlet": lambda: archive.desk.outlet("o7"),
        "documents, newest 50": lambda: archive.documents(DocumentFilter(limit=50)),
        "documents of an outlet": lambda: archive.documents(DocumentFilter(outlet="o7", limit=50)),
        "document": lambda: archive.document(77),
        "changes of a day": lambda: archive.changes(since),
        "hidden_changes of a day": lambda: archive.hidden_changes(since),
        "search, without words": lambda: archive.search(""),
        "source by number": lambda: archive.source(77),
        "source by a part of its URL": lambda: archive.source("feed71.xml"),
        "alerts.gather": archive.alerts.gather,
    }


class _Asks:
    """The questions that need to know how much there is."""

    def __init__(self, size: Size, now: datetime) -> None:
        self.size, self.now = size, now
        self._names = host_names(min(size.hosts, 20_000))

    def _host(self, chance: Random) -> str:
        return chance.choice(self._names)

    def _source(self, chance: Random) -> int:
        return chance.randrange(1, min(self.size.sources, 20_000))

    def _document(self, conn: Connection, chance: Random) -> Document:
        found = documents.get(conn, chance.randrange(1, self.size.documents))
        assert found is not None
        return found

    def _entries(self, conn: Connection, chance: Random) -> tuple[int, list[str]]:
        number, most = chance.randrange(1, 10_000), min(self.size.sources, 20_000)
        keys = [number + most * step for step in range(20)]
        places = min(self.size.hosts, 20_000)
        urls = [
            f"https://h{key % self.size.documents % places}.{ZONE}/a/{key % self.size.documents}#{key}" for key in keys
        ]
        return number % most + 1, urls

    def next_turn(self, conn: Connection, _: Random) -> object:
        return hosts.next_turn(conn, self.now, self.now)

    def next_source(self, conn: Connection, chance: Random) -> object:
        return sources.next_due(conn, self._host(chance), self.now)

    def next_document(self, conn: Connection, chance: Random) -> object:
        return documents.next_due(conn, self._host(chance), self.now)

    def newest_capture(self, conn: Connection, chance: Random) -> object:
        return captures.newest(conn, self._document(conn, chance).url or "")

    def known_entries(self, conn: Connection, chance: Random) -> dict[str, Entry]:
        return entries.by_key(conn, *self._entries(conn, chance))

    def sight(self, conn: Connection, chance: Random) -> None:
        entries.sight(conn, *self._entries(conn, chance), self.now)

    def recent_times(self, conn: Connection, chance: Random) -> object:
        return sources.recent_times(conn, self._source(chance))

    def edit_ages(self, conn: Connection, chance: Random) -> object:
        return rechecks.edit_ages(conn, self._document(conn, chance), self.now)

    def ages_on(self, conn: Connection, chance: Random) -> object:
        return rechecks.ages_on(conn, self._host(chance), self.now, LADDER)

    def dropped(self, conn: Connection, chance: Random) -> object:
        week = self.now - timedelta(days=7)
        return vanishing.dropped(conn, self._source(chance), self.now, self.now, week)

    def edited(self, conn: Connection, chance: Random) -> object:
        return documents.edited(conn, chance.randrange(1, self.size.documents), self.now - timedelta(days=1))

    def by_page(self, conn: Connection, chance: Random) -> object:
        return documents.by_page(conn, f"https://{self._host(chance)}/a/1")

    def gone_since(self, conn: Connection, chance: Random) -> object:
        return fetches.gone_since(conn, self._source(chance))

    def claim(self, conn: Connection, _: Random) -> tuple[Host, ...]:
        return hosts.claim_due(conn, self.now, self.now, OWNER, LEASE_S, 16)

    def claim_many(self, conn: Connection, _: Random) -> tuple[Host, ...]:
        return hosts.claim_due(conn, self.now, self.now, OWNER, LEASE_S, 64, tuple(self._names[:64]))

    def release_all(self, conn: Connection, _: Random) -> object:
        return hosts.release_all(conn, [OWNER])

    def claim_one(self, conn: Connection, chance: Random) -> None:
        if one := hosts.claim(conn, self._host(chance), self.now, OWNER, LEASE_S):
            hosts.release(conn, one, OWNER)

    def settle(self, conn: Connection, chance: Random) -> object:
        return hosts.settle(conn, Host(self._host(chance)))

    def refresh(self, conn: Connection, chance: Random) -> object:
        return hosts.refresh_due(conn, [self._host(chance)])

    def add_fetch(self, conn: Connection, chance: Random) -> object:
        return fetches.add(conn, Fetch("https://f.example/1", Outcome.OK, self.now, source_id=self._source(chance)))

    def save(self, conn: Connection, chance: Random) -> Source | None:
        one = sources.get(conn, self._source(chance))
        assert one is not None
        sources.save(conn, one, replace(one, last_checked_at=self.now, next_check_at=self.now + timedelta(hours=1)))
        return one

    def set_fields(self, conn: Connection, chance: Random) -> None:
        number = chance.randrange(1, self.size.documents)
        documents.set_fields(conn, number, last_checked_at=self.now)


assert OUTLETS > 7  # the outlet that is asked for
