"""What exports write, in pages: documents with all that is kept of each, and changes. Nothing that was redacted."""

from array import array
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from sqlalchemy import Column, Connection, Table, func, select

from monitor.answers import ChangeView, DocumentFilter
from monitor.core.export_fields import TextRow
from monitor.model import (
    Address,
    Capture,
    Change,
    Citation,
    Copy,
    CorpusFile,
    Document,
    DocumentState,
    Entry,
    Fetch,
    Revision,
    Source,
    SourceState,
)
from monitor.store import changes, documents
from monitor.store.schema import (
    address,
    capture,
    change,
    citation,
    copy,
    corpus_file,
    document,
    entry,
    fetch,
    revision,
    source,
)
from monitor.store.types import Noun, noun, nouns
from monitor.telling_answers import DocumentLine

N = TypeVar("N", bound=Noun)
IDS_AT_ONCE = 10_000
CHUNK = 500  # numbers in one statement; databases limit their parameters

_OPEN = document.c.state != DocumentState.REDACTED


def all_ids(conn: Connection, which: DocumentFilter) -> "array[int]":
    """Return the numbers of the documents that a filter lets through, ascending, eight bytes each."""
    statement = documents.filtered(select(document.c.id), which).where(_OPEN).order_by(document.c.id)
    return array("q", conn.execute(statement.execution_options(yield_per=IDS_AT_ONCE)).scalars())


def let_through(conn: Connection, ids: Iterable[int], which: DocumentFilter) -> "array[int]":
    """Return those of these documents that a filter lets through, ascending."""
    wanted, found = sorted(set(ids)), array("q")
    for some in _chunks(wanted):
        statement = documents.filtered(select(document.c.id), which).where(_OPEN, document.c.id.in_(some))
        found.extend(conn.execute(statement.order_by(document.c.id)).scalars())
    return found


def touched(conn: Connection, revisions: tuple[int, int], steps: tuple[int, int]) -> set[int]:
    """Return the documents with a revision, or a change, numbered above the first of a pair and up to the second."""
    texts = select(revision.c.document_id).where(revision.c.id > revisions[0], revision.c.id <= revisions[1])
    told = select(change.c.document_id).where(change.c.id > steps[0], change.c.id <= steps[1])
    return {*conn.execute(texts).scalars(), *conn.execute(told).scalars()}


def redacted(conn: Connection) -> int:
    """Count the documents that were redacted: it grows when another is."""
    redacted = select(func.count()).select_from(document).where(document.c.state == DocumentState.REDACTED)
    return conn.execute(redacted).scalar_one()


def words(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return how many words the texts of documents have, all revisions together."""
    counted = select(revision.c.document_id, func.sum(revision.c.word_count)).where(revision.c.document_id.in_(ids))
    rows = conn.execute(counted.group_by(revision.c.document_id))
    return {row[0]: int(row[1] or 0) for row in rows}


def text_rows(conn: Connection, ids: Sequence[int]) -> tuple[TextRow, ...]:
    """Return documents with their current texts, by number."""
    about = _documents(conn, ids)
    current = [one.revision_id for one in about if one.revision_id]
    rows = conn.execute(select(revision).where(revision.c.id.in_(current))).mappings()
    texts = {row["id"]: noun(Revision, row) for row in rows}
    return tuple(TextRow(one, texts.get(one.revision_id or 0)) for one in about)


def lines(conn: Connection, ids: Sequence[int]) -> tuple[DocumentLine, ...]:
    """Return documents with everything kept of each, by number."""
    about = _documents(conn, ids)
    kept = [one.id for one in about]
    revisions = _many(conn, Revision, revision, kept, revision.c.number)
    steps = _many(conn, Change, change, kept, change.c.at, change.c.id)
    captures = _many(conn, Capture, capture, kept, capture.c.captured_at, capture.c.id)
    fetches = _many(conn, Fetch, fetch, kept, fetch.c.id)
    entries = _many(conn, Entry, entry, kept, entry.c.id)
    citations = _many(conn, Citation, citation, kept, citation.c.revision_id, citation.c.start)
    files = _many(conn, CorpusFile, corpus_file, kept, corpus_file.c.name, corpus_file.c.line)
    former = _many(conn, Address, address, kept, address.c.id)
    places = _many(conn, Copy, copy, kept)
    return tuple(
        DocumentLine(
            document=one,
            revisions=revisions[one.id],
            changes=steps[one.id],
            captures=captures[one.id],
            fetches=fetches[one.id],
            entries=entries[one.id],
            citations=citations[one.id],
            corpus_files=files[one.id],
            addresses=former[one.id],
            copy=next(iter(places[one.id]), None),
        )
        for one in about
    )


def _many(
    conn: Connection, kind: type[N], table: Table, ids: Sequence[int], *order: Column[object]
) -> dict[int, tuple[N, ...]]:
    found: dict[int, list[N]] = defaultdict(list)
    statement = select(table).where(table.c.document_id.in_(ids)).order_by(*order)
    for row in conn.execute(statement).mappings():
        found[row["document_id"]].append(noun(kind, row))
    return defaultdict(tuple, {key: tuple(values) for key, values in found.items()})


def _documents(conn: Connection, ids: Sequence[int]) -> list[Document]:
    statement = select(document).where(document.c.id.in_(ids), _OPEN).order_by(document.c.id)
    return [noun(Document, row) for row in conn.execute(statement).mappings()]


def changes_of(
    conn: Connection, ids: Sequence[int], after_id: int, until_id: int, limit: int, *, all_kinds: bool
) -> tuple[ChangeView, ...]:
    """Return changes of these documents, by number; without `all_kinds` those that are no edits are left out."""
    between = (change.c.id > after_id) & (change.c.id <= until_id)
    statement = select(change).where(change.c.document_id.in_(ids), between)
    if not all_kinds:
        statement = statement.where(change.c.kind.not_in(changes.NO_EDITS))
    rows = conn.execute(statement.order_by(change.c.id).limit(limit)).mappings().all()
    about = {one.id: one for one in _documents(conn, [row["document_id"] for row in rows])}
    return tuple(
        changes.seen(conn, noun(Change, row), about[row["document_id"]]) for row in rows if row["document_id"] in about
    )


def texts_between(conn: Connection, views: Iterable[ChangeView]) -> dict[tuple[int, int], Revision]:
    """Return the revisions that changes lead from and to, by document and number."""
    found: dict[tuple[int, int], Revision] = {}
    for view in views:
        step = view.change
        which = revision.c.number.in_((step.from_revision, step.to_revision))
        rows = conn.execute(select(revision).where(revision.c.document_id == step.document_id, which)).mappings()
        found |= {(step.document_id, row["number"]): noun(Revision, row) for row in rows}
    return found


def watched(conn: Connection, outlet: str | None, source_id: int | None) -> tuple[Source, ...]:
    """Return the sources that are not removed, by number; of an outlet, or one, where told."""
    statement = select(source).where(source.c.state != SourceState.REMOVED)
    if outlet is not None:
        statement = statement.where(source.c.outlet == outlet)
    if source_id is not None:
        statement = statement.where(source.c.id == source_id)
    return nouns(Source, conn.execute(statement.order_by(source.c.id)))


def newest(conn: Connection) -> tuple[int, int]:
    """Return the highest numbers of a revision and of a change, 0 where there is none."""
    texts, steps = (conn.execute(select(func.max(table.c.id))).scalar() for table in (revision, change))
    return texts or 0, steps or 0


def mirror_numbers(conn: Connection, ids: Sequence[int]) -> dict[int, int]:
    """Return the numbers of documents in the mirror, those that have one."""
    which = document.c.id.in_(ids) & document.c.mirror_number.is_not(None)
    rows = conn.execute(select(document.c.id, document.c.mirror_number).where(which))
    return {row[0]: row[1] for row in rows}


def saved_files(conn: Connection, ids: Sequence[int]) -> tuple[tuple[CorpusFile, Revision], ...]:
    """Return the saved files of documents, with the revisions that they are, by name and line."""
    which = corpus_file.c.document_id.in_(ids) & (corpus_file.c.name != "")  # else it was redacted
    rows = conn.execute(select(corpus_file).where(which).order_by(corpus_file.c.name, corpus_file.c.line)).mappings()
    files = [noun(CorpusFile, row) for row in rows]
    statement = select(revision).where(revision.c.id.in_([one.revision_id for one in files]))
    texts = {row["id"]: noun(Revision, row) for row in conn.execute(statement).mappings()}
    return tuple((one, texts[one.revision_id]) for one in files if one.revision_id in texts)


def redacted_among(conn: Connection, ids: Iterable[int]) -> set[int]:
    """Return those of these documents that were redacted."""
    found: set[int] = set()
    for some in _chunks(sorted(set(ids))):
        which = document.c.id.in_(some) & (document.c.state == DocumentState.REDACTED)
        found.update(conn.execute(select(document.c.id).where(which)).scalars())
    return found


def _chunks(ids: Sequence[int]) -> Iterable[Sequence[int]]:
    return (ids[start : start + CHUNK] for start in range(0, len(ids), CHUNK))
