"""Erase the text of a document from every table, so that only what was removed, when and why is left."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update

from monitor.core.chain import content_sha256
from monitor.core.furniture_lessons import SAMPLE
from monitor.core.urls import page_key, site_of
from monitor.errors import UsageError
from monitor.model import (
    CorpusFile,
    Document,
    DocumentState,
    Entry,
    RemovalCause,
    Revision,
    SourceState,
    Tombstone,
)
from monitor.store import copies, counters, dialects, fulltext
from monitor.store.batches import batches
from monitor.store.removing import bury
from monitor.store.schema import (
    change,
    citation,
    corpus_bytes,
    corpus_file,
    document,
    entry,
    fetch,
    furniture,
    revision,
    source,
)
from monitor.store.types import noun, nouns

# What is written anew on PostgreSQL once rows were erased (scrubbing.scrub).
TABLES = (
    *("document", "revision", "entry", "change", "citation", "corpus_file", "corpus_bytes"),
    *("furniture", "shingle", "capture", "source", "fetch"),
)
UNSCRUBBED = "unscrubbed"  # the counter that says that erased bytes may still lie in the database's files
SHORT_TEXT = 200  # characters; what is shorter could be guessed from its SHA-256
NO_SHA256 = "0" * 64

_GONE_OF_REVISION = (
    *("title", "byline", "published_at", "published_raw", "modified_at", "modified_raw", "section", "canonical_url"),
    *("title_source", "byline_source", "published_source", "published_zone", "modified_source", "modified_zone"),
)
_GONE_OF_DOCUMENT = (
    *("title", "title_key", "canonical_key", "published_at", "next_check_at", "plan_reason", "revision_id", "etag"),
    *("last_modified", "doubted_since", "doubted_text", "mirrored_revision_id", "missed_since", "unlisted_at"),
)


@dataclass(frozen=True, slots=True)
class Told:
    """All by which a document can be told, read before it is erased."""

    document: Document
    revisions: tuple[Revision, ...]
    entries: tuple[Entry, ...]
    corpus_files: tuple[CorpusFile, ...]
    sources: tuple[int, ...]
    mirror_number: int | None

    @property
    def titles(self) -> tuple[str, ...]:
        """Return every title that it had, or was given."""
        titles = (self.document.title, *(one.title for one in self.revisions), *(one.title for one in self.entries))
        return tuple(dict.fromkeys(filter(None, titles)))


def told(conn: Connection, document_id: int) -> Told | None:
    """Return all by which a document can be told, None where there is no such document."""
    row = conn.execute(select(document).where(document.c.id == document_id)).mappings().first()
    if row is None:
        return None
    of = conn.execute(select(revision).where(revision.c.document_id == document_id).order_by(revision.c.number))
    said = conn.execute(select(entry).where(entry.c.document_id == document_id).order_by(entry.c.id))
    saved = conn.execute(select(corpus_file).where(corpus_file.c.document_id == document_id))
    entries = nouns(Entry, said)
    sources = {row["source_id"], *(one.source_id for one in entries)} - {None}
    return Told(
        noun(Document, row),
        nouns(Revision, of),
        entries,
        nouns(CorpusFile, saved),
        tuple(sorted(sources)),
        row["mirror_number"],
    )


def erase(
    conn: Connection, one: Told, reason: str, now: datetime, blanked: Callable[[bytes, Iterable[int]], bytes]
) -> None:
    """Erase the text of a document everywhere, leave tombstones, and say that it is redacted.

    The rows stay with their numbers and times, its addresses (by which it is known and left alone) and digests of what
    nobody can guess. `blanked` takes lines, by number from 1, out of a saved file of many texts. On SQLite what is
    erased is overwritten; see `scrubbing.scrub` for what may lie elsewhere in the files.
    """
    dialects.overwrite_deleted(conn)
    number = one.document.id
    bury(conn, list(_stones(one, reason, now)))
    fulltext.forget(conn, [each.id for each in one.revisions if each.text or each.title is not None])
    for each in one.revisions:
        _erase_revision(conn, each)
    for said in one.entries:
        _erase_entry(conn, said)
    _erase_lessons(conn, one)
    copies.leave(conn, number)
    conn.execute(update(change).where(change.c.document_id == number).values(reason="redacted"))
    conn.execute(delete(citation).where(citation.c.document_id == number))
    conn.execute(update(fetch).where(fetch.c.document_id == number).values(detail=None))
    _erase_saved(conn, one.corpus_files, blanked)
    _erase_watched(conn, one.document)
    _close(conn, one.document, reason, now)
    counters.add_one(conn, UNSCRUBBED)


def _stones(one: Told, reason: str, now: datetime) -> Iterator[Tombstone]:
    for each in one.revisions:
        if each.text or each.title:
            digest = content_sha256(each.title, each.text)
            yield Tombstone(
                now, RemovalCause.REDACTION, reason, revision_id=each.id, document_id=one.document.id, digest=digest
            )
    yield Tombstone(now, RemovalCause.REDACTION, reason, document_id=one.document.id)


def _erase_revision(conn: Connection, one: Revision) -> None:
    if not one.text and one.title is None:
        return  # erased before
    sha256 = one.text_sha256 if len(one.text) >= SHORT_TEXT else NO_SHA256
    values: dict[str, object] = dict.fromkeys(_GONE_OF_REVISION)
    values |= {"text": "", "asides": (), "text_sha256": sha256, "fingerprint": f"redacted-{one.id}"}
    conn.execute(update(revision).where(revision.c.id == one.id).values(**values))


def _erase_entry(conn: Connection, one: Entry) -> None:
    """Erase what a source said; a key or guid that was made of the title becomes one that is not."""
    values: dict[str, object] = {"title": None, "raw_date": None, "published_at": None, "date_source": None}
    if one.title and one.title in one.key:
        values["key"] = f"redacted-{one.id}"
    if one.title and one.guid and one.title in one.guid:
        values["guid"] = None
    conn.execute(update(entry).where(entry.c.id == one.id).values(**values, date_flag=None))


def _erase_lessons(conn: Connection, one: Told) -> None:
    """Erase the lines that only this document taught, and those of it that were not learned; its titles in any case."""
    only = (furniture.c.documents <= 1) & (furniture.c.last_document_id == one.document.id)
    conn.execute(delete(furniture).where(only))
    if one.document.url is None:
        return
    there = furniture.c.site == site_of(one.document.url)
    for some in batches(title[:SAMPLE] for title in one.titles):
        conn.execute(delete(furniture).where(there, furniture.c.sample.in_(some)))
    lines = {line.strip()[:SAMPLE] for each in one.revisions for line in each.text.split("\n")} - {""}
    for some in batches(lines):
        conn.execute(delete(furniture).where(there, furniture.c.sample.in_(some), furniture.c.learned_at.is_(None)))


def _erase_saved(
    conn: Connection, saved: Sequence[CorpusFile], blanked: Callable[[bytes, Iterable[int]], bytes]
) -> None:
    """Erase the bytes of saved files; of one with texts of other documents only the lines."""
    for sha256 in {one.sha256 for one in saved}:
        mine = {one.id: one.line for one in saved if one.sha256 == sha256}
        others = (corpus_file.c.sha256 == sha256) & corpus_file.c.id.not_in(mine) & (corpus_file.c.name != "")
        here = corpus_bytes.c.sha256 == sha256
        if conn.execute(select(corpus_file.c.id).where(others).limit(1)).first() is None:
            conn.execute(delete(corpus_bytes).where(here))
        elif (data := conn.execute(select(corpus_bytes.c.data).where(here)).scalar()) is not None:
            conn.execute(update(corpus_bytes).where(here).values(data=blanked(bytes(data), mine.values())))
        conn.execute(update(corpus_file).where(corpus_file.c.id.in_(mine)).values(name="", path=""))


def _erase_watched(conn: Connection, one: Document) -> None:
    """Stop watching the page as a source of its own."""
    if one.url is None:
        return
    rows = conn.execute(select(source.c.id, source.c.url).where(source.c.host == one.host))
    pages = [row.id for row in rows if _is_page(row.url, one.url)]
    values = {"state": SourceState.REMOVED, "state_reason": "its page was redacted", "title": None}
    conn.execute(update(source).where(source.c.id.in_(pages), source.c.kind == "page").values(**values))


def _is_page(url: str, other: str) -> bool:
    try:
        return page_key(url) == page_key(other)
    except UsageError:
        return False


def _close(conn: Connection, one: Document, reason: str, now: datetime) -> None:
    values: dict[str, object] = dict.fromkeys(_GONE_OF_DOCUMENT)
    if one.state is not DocumentState.REDACTED:
        values |= {"state": DocumentState.REDACTED, "state_reason": reason, "state_since": now}
    conn.execute(update(document).where(document.c.id == one.id).values(**values, doubts=0, misses=0))


def mirror_numbers(conn: Connection) -> tuple[int, ...]:
    """Return the mirror's numbers of redacted documents, whose files must not be there."""
    which = (document.c.state == DocumentState.REDACTED) & document.c.mirror_number.is_not(None)
    return tuple(conn.execute(select(document.c.mirror_number).where(which)).scalars())


def told_since(conn: Connection) -> tuple[int, ...]:
    """Return the redacted documents that a source told of after they were, or tells of still.

    An answer that says the same once more is not read anew, so that what was seen in the last reading is told of still.
    """
    seen = func.coalesce(entry.c.last_seen_at, entry.c.first_seen_at) > document.c.state_since
    still = entry.c.last_seen_at >= source.c.read_at
    statement = select(document.c.id).join(entry, entry.c.document_id == document.c.id).distinct()
    statement = statement.join(source, source.c.id == entry.c.source_id).order_by(document.c.id)
    return tuple(conn.execute(statement.where(document.c.state == DocumentState.REDACTED, seen | still)).scalars())
