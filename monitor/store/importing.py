"""What an import asks and says of the archive: which records are here, whose pages they are, what a file holds."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, func, select, update

from monitor.model import Capture, DocumentState, EvidenceFile, Outcome
from monitor.store.schema import address, capture, document, evidence_file, fetch, revision
from monitor.store.types import nouns

_AT_ONCE = 400  # URLs in one statement


class Wanted(NamedTuple):
    """A capture that may be here already: its place in its file, and by what it is known."""

    place: int
    record_id: str
    url: str
    at: datetime
    digest: str
    sha256: str


def repeated(conn: Connection, wanted: Sequence[Wanted]) -> set[int]:
    """Return the places of those that are here: the same record, or the same payload at that URL and time.

    What was removed for good counts as well: it is not to come back by the back door.
    """
    found: set[int] = set()
    by_url: dict[str, list[Wanted]] = {}
    for one in wanted:
        by_url.setdefault(one.url, []).append(one)
    urls = list(by_url)
    columns = (capture.c.url, capture.c.record_id, capture.c.captured_at, capture.c.digest, capture.c.sha256)
    for start in range(0, len(urls), _AT_ONCE):
        rows = conn.execute(select(*columns).where(capture.c.url.in_(urls[start : start + _AT_ONCE])))
        for url, record_id, at, digest, sha256 in rows:
            found |= {
                one.place
                for one in by_url[url]
                if one.record_id == record_id
                or (one.at == at and (one.digest == digest or (one.sha256 == sha256 and sha256)))
            }
    return found


def redacted_pages(conn: Connection) -> frozenset[str]:
    """Return the page keys of what was removed from the archive for good, former addresses included."""
    gone = select(document.c.id).where(document.c.state == DocumentState.REDACTED)
    own = conn.execute(select(document.c.page_key).where(document.c.state == DocumentState.REDACTED)).scalars()
    former = conn.execute(select(address.c.page_key).where(address.c.document_id.in_(gone))).scalars()
    return frozenset(key for key in (*own, *former) if key)


def account_for(conn: Connection, file: str, length: int, origin: str | None) -> None:
    """Say how much of a file the database accounts for, requests behind the last capture included, and whence it is."""
    which = update(evidence_file).where(evidence_file.c.name == file)
    conn.execute(which.where(evidence_file.c.committed_length <= length).values(committed_length=length, origin=origin))


def files_from(conn: Connection, sha256: str) -> tuple[EvidenceFile, ...]:
    """Return the evidence files that hold what was imported from the file with that SHA-256."""
    which = evidence_file.c.origin.contains(f"sha256 {sha256}", autoescape=True)
    statement = select(evidence_file).where(which, evidence_file.c.removed_at.is_(None)).order_by(evidence_file.c.name)
    return nouns(EvidenceFile, conn.execute(statement))


def unread(conn: Connection, files: Iterable[str]) -> tuple[Capture, ...]:
    """Return the captures in these files that may be pages and that nobody has read yet, in the order of time."""
    is_page = func.lower(capture.c.media_type).contains("html") | capture.c.media_type.is_(None)
    revisit = (capture.c.record_type == "revisit") & fetch.c.outcome.in_([Outcome.OK, Outcome.NOT_MODIFIED])
    answer = (capture.c.record_type == "response") & (capture.c.status == 200) & (fetch.c.outcome == Outcome.OK)
    statement = select(capture).join(fetch, fetch.c.id == capture.c.fetch_id)
    statement = statement.where(capture.c.file.in_(list(files)), capture.c.quality.is_(None), is_page)
    statement = statement.where(answer | revisit, capture.c.removed_at.is_(None))
    return nouns(Capture, conn.execute(statement.order_by(capture.c.captured_at, capture.c.id)))


def describe(conn: Connection, capture_id: int, /, **values: object) -> None:
    """Say of a capture what its bytes turned out to be: whose they are, and how good."""
    conn.execute(update(capture).where(capture.c.id == capture_id).values(**values))


def sightings(conn: Connection, revision_ids: Iterable[int]) -> tuple[datetime, ...]:
    """Return when captures showed these revisions."""
    which = capture.c.revision_id.in_(list(revision_ids))
    return tuple(conn.execute(select(capture.c.captured_at).where(which)).scalars())


def widen(conn: Connection, revision_id: int, at: datetime) -> None:
    """Say that a revision's text was seen at a time, be that before or after all that was known."""
    mine = update(revision).where(revision.c.id == revision_id)
    conn.execute(mine.where(revision.c.first_seen_at > at).values(first_seen_at=at))
    conn.execute(mine.where(revision.c.last_seen_at < at).values(last_seen_at=at))


def begin_at(conn: Connection, document_id: int, at: datetime) -> None:
    """Say that a document was there at a time, if that is before all that was known."""
    mine = (document.c.id == document_id) & (document.c.first_seen_at > at)
    conn.execute(update(document).where(mine).values(first_seen_at=at))
