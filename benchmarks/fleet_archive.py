"""The archive of a fleet: filled before it works, and looked at afterwards. For benchmarks.fleet."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select, text

from monitor.model import Origin, Source, SourceKind
from monitor.store.schema import capture, document, entry, host, revision, source
from monitor.store.schema_running import worker
from monitor.store.types import columns_of


def host_names(count: int) -> list[str]:
    """Return the names of the hosts, each an outlet of its own: what is learned of one outlet is written row by row."""
    return [f"h{number}.example" for number in range(count)]


def fill(conn: Connection, count: int, every_s: int, now: datetime) -> None:
    """Watch one feed on each host, none of which was ever asked; all are due within the first seconds."""
    names = host_names(count)
    due = [now + timedelta(seconds=number / 1_000) for number in range(count)]
    conn.execute(
        insert(host),
        [
            {"name": name, "due_at": at, "failures": 0, "asked_for_patience": 0, "kills": 0}
            for name, at in zip(names, due, strict=True)
        ],
    )
    made = (
        Source(f"http://{name}/feed.xml", SourceKind.FEED, name, added_at=now, next_check_at=at, every_s=every_s)
        for name, at in zip(names, due, strict=True)
    )
    conn.execute(insert(source), [columns_of(one) for one in made])


@dataclass(frozen=True, slots=True)
class Kept:
    """What is in the archive of a fleet, and what it should be."""

    articles: int  # that should be there: hosts times what was published
    documents: int
    read: int  # of these, with exactly one text
    doubled_texts: int
    doubled_entries: int
    captures: int
    leases: int
    dead: int  # workers that neither stopped nor live

    def faults(self) -> Iterator[str]:
        """Yield what is not as it should be."""
        if self.documents != self.articles:
            yield f"{self.documents} documents instead of {self.articles}"
        if self.read != self.articles:
            yield f"{self.articles - self.read} articles without their text"
        for count, what in (
            (self.doubled_texts, "documents with two texts"),
            (self.doubled_entries, "entries doubled"),
        ):
            if count:
                yield f"{count} {what}"
        if self.leases:
            yield f"{self.leases} hosts are still leased"


def kept(conn: Connection, articles: int) -> Kept:
    """Return what the archive has."""
    web = document.c.origin == Origin.WEB

    def number(statement: object) -> int:
        return int(conn.execute(statement).scalar_one())  # type: ignore[call-overload]

    doubled = select(entry.c.source_id).group_by(entry.c.source_id, entry.c.key).having(func.count() > 1).subquery()
    texts = select(func.count().label("many")).select_from(revision).group_by(revision.c.document_id).subquery()
    return Kept(
        articles=articles,
        documents=number(select(func.count()).select_from(document).where(web)),
        read=number(select(func.count()).select_from(document).where(web, document.c.revision_count == 1)),
        doubled_texts=number(select(func.count()).select_from(texts).where(texts.c.many > 1)),
        doubled_entries=number(select(func.count()).select_from(doubled)),
        captures=number(select(func.count()).select_from(capture)),
        leases=number(select(func.count()).select_from(host).where(host.c.lease_owner.is_not(None))),
        dead=number(select(func.count()).select_from(worker).where(worker.c.stopped_at.is_(None))),
    )


def missing(conn: Connection, articles: int) -> int:
    """Return how many articles are not read yet."""
    read = document.c.revision_count >= 1
    there = select(func.count()).select_from(document).where(document.c.origin == Origin.WEB, read)
    return articles - int(conn.execute(there).scalar_one())


def transactions(conn: Connection) -> int:
    """Return how many transactions the database has committed since it was made."""
    asked = text("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
    return int(conn.execute(asked).scalar_one())
