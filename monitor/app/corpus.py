"""Import a folder of saved texts: language, title, date, citations; and the sources they propose."""

import asyncio
import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import Connection

from monitor.answers import ImportedText, ImportReport, Problem
from monitor.app import addresses, copying, mirror, redacted
from monitor.app.context import Context
from monitor.app.proposing import propose
from monitor.app.revising import compared
from monitor.core import changes as comparing
from monitor.core.citations import find_citations
from monitor.core.corpus import CorpusText, read_corpus_file
from monitor.core.urls import host_of
from monitor.core.words import count_words
from monitor.errors import DatabaseError, MonitorError, NotFoundError
from monitor.model import Citation, CitationKind, CorpusFile, Document, DocumentState, Origin, Revision
from monitor.progress import Progress
from monitor.store import citations as citations_store
from monitor.store import corpus as store
from monitor.store import documents, hosts, revisions, wakes

log = structlog.get_logger(__name__)


BESIDE = 40  # characters between a credit and the date of its dateline
LABEL = 80  # characters


@dataclass(frozen=True, slots=True)
class _Read:
    """One text of a file, with what it cites."""

    path: str
    data: bytes
    sha256: str
    text: CorpusText
    citations: tuple[Citation, ...]
    outlet: str | None


async def import_corpus(ctx: Context, folder: Path, *, dry_run: bool, progress: Progress | None) -> ImportReport:
    """Read every text of a folder, or one file, and store what is new; `dry_run` stores nothing."""
    problems: list[Problem] = []
    paths = await asyncio.to_thread(_paths, folder, problems)
    found: list[ImportedText] = []
    for number, path in enumerate(paths):
        try:
            reads, bad = await asyncio.to_thread(_read, ctx, path)
            problems += bad
            found += [await _import(ctx, one, dry_run) for one in reads]
        except DatabaseError:
            raise  # no fault of this file, and the next one would wait as long for nothing
        except MonitorError as error:
            problems.append(Problem(_printable(path), _printable(Path(str(error))), error.hint))
        except Exception as error:
            if not isinstance(error, OSError):
                log.exception("import.crashed", path=_printable(path))
            problems.append(Problem(_printable(path), f"cannot be read: {getattr(error, 'strerror', error)}"))
        if progress:
            progress(number + 1, len(paths))
    if not dry_run and any(one.status == "new" for one in found):
        await mirror.write_index(ctx)
    return ImportReport(tuple(found), tuple(problems), propose(found, ctx.registry))


def _paths(folder: Path, problems: list[Problem]) -> list[Path]:
    """Return the files to read, by name; folders that cannot be read are problems.

    Raises NotFoundError when there is nothing at that path.
    """
    if folder.is_file():
        return [folder]
    if not folder.is_dir():
        raise NotFoundError(f"there is no file or folder {folder}", hint="name the folder of your saved articles")
    found = sorted(path for path in _walk(folder, problems) if path.is_file() and not _hidden(path, folder))
    if not found and not problems:
        raise NotFoundError(f"there is no file in {folder}", hint="read are .txt, .md, .html and .jsonl files")
    return found


def _walk(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    def unreadable(error: OSError) -> None:
        problems.append(Problem(_printable(Path(error.filename)), f"the folder cannot be read: {error.strerror}"))

    for place, _, names in os.walk(folder, onerror=unreadable):
        yield from (Path(place) / name for name in names)


def _hidden(path: Path, folder: Path) -> bool:
    """Say whether a file is hidden, or the index that a mirror has beside its texts."""
    parts = path.relative_to(folder).parts
    return any(part.startswith(".") for part in parts) or path.name == mirror.INDEX


def _read(ctx: Context, path: Path) -> tuple[list[_Read], list[Problem]]:
    limit = ctx.settings.corpus.max_file
    with path.open("rb") as file:
        data = file.read(limit + 1)
    reading = read_corpus_file(path.name, data, max_bytes=limit, registry=ctx.registry)
    sha256 = hashlib.sha256(data).hexdigest()
    reads = [_with_citations(ctx, _printable(path), data, sha256, text) for text in reading.texts]
    return reads, [Problem(_printable(path), problem) for problem in reading.problems]


def _printable(path: Path) -> str:
    """Return a path as text; bytes in a name that are not UTF-8 become escapes."""
    return str(path).encode("utf-8", "backslashreplace").decode()


def _with_citations(ctx: Context, path: str, data: bytes, sha256: str, text: CorpusText) -> _Read:
    cited = find_citations(text.text, ctx.registry, language=text.language)
    outlet = ctx.registry.by_host(host_of(text.url)) if text.url else None
    return _Read(path, data, sha256, text, cited, outlet.key if outlet else None)


async def _import(ctx: Context, one: _Read, dry_run: bool) -> ImportedText:
    known = await ctx.db.read(store.known, one.sha256, one.text.origin_line or 0)
    if known is not None:
        return _imported(one, "known", known.name, known.document_id)
    if dry_run:
        return _imported(one, "found")
    file = await ctx.db.write(_store, ctx, one, ctx.clock.now())
    await asyncio.to_thread(mirror.write_file, ctx.settings.mirror_dir / "seed" / file.name, one.data)
    return _imported(one, "new", file.name, file.document_id)


def _imported(one: _Read, status: str, name: str | None = None, document_id: int | None = None) -> ImportedText:
    text = one.text
    return ImportedText(
        path=one.path,
        line=text.origin_line or 0,
        status=status,
        sha256=one.sha256,
        encoding=text.encoding,
        title=text.title,
        language=text.language,
        date=_date(text),
        url=text.url,
        citations=one.citations,
        name=name,
        document_id=document_id,
    )


def _date(text: CorpusText) -> str | None:
    if text.published_at is not None:
        return text.published_at.date().isoformat()
    return text.stated_date.iso if text.stated_date else None


def _store(conn: Connection, ctx: Context, one: _Read, now: datetime) -> CorpusFile:
    """Store a text with its bytes and citations; a text that states its URL is the document at that URL."""
    document = _document(conn, one, now)
    if document.host:
        hosts.refresh_due(conn, [document.host])
        wakes.wake(conn)
    revision = _revision(conn, ctx, document, one, now)
    copying.assign(conn, ctx, document, revision)
    store.keep_bytes(conn, one.sha256, one.data)
    file = CorpusFile(
        sha256=one.sha256,
        name=_name(conn, one),
        path=one.path,
        size=len(one.data),
        encoding=one.text.encoding,
        imported_at=now,
        line=one.text.origin_line or 0,
        document_id=document.id,
        revision_id=revision.id,
    )
    store.add(conn, file)
    citations_store.add(conn, revision.id, (replace(cited, document_id=document.id) for cited in one.citations))
    return file


def _document(conn: Connection, one: _Read, now: datetime) -> Document:
    url = addresses.address_of(one.text.url) if one.text.url else None
    if url and (known := addresses.known_at(conn, url)):
        redacted.refuse(article := addresses.article_of(conn, known))
        return article
    document, _ = documents.add(
        conn,
        Document(
            id=0,
            origin=Origin.CORPUS,
            state=DocumentState.PENDING if url else DocumentState.SAVED,
            first_seen_at=now,
            url=url,
            host=host_of(url) if url else None,
            outlet=one.outlet,
            language=one.text.language,
            title=one.text.title or _beginning(one.text.text),
            published_at=_published(one),
            # The saved text is compared with the live page by the next round.
            next_check_at=now if url else None,
            plan_reason="saved text, not compared with the live page yet" if url else None,
        ),
    )
    return document


def _published(one: _Read) -> datetime | None:
    """Return when a text says it was published: in its metadata, or beside the credit of its dateline.

    Any other date that it states early on is of what it tells, not of itself.
    """
    stated = one.text.stated_date
    if one.text.published_at is not None or stated is None or not stated.year:
        return one.text.published_at
    credited = [cited for cited in one.citations if cited.kind in (CitationKind.DATELINE, CitationKind.WIRE_CREDIT)]
    gaps = (min(abs(cited.start - stated.end), abs(stated.start - cited.end)) for cited in credited)
    beside = min(gaps, default=BESIDE + 1) <= BESIDE
    return datetime(stated.year, stated.month, stated.day, tzinfo=UTC) if beside else None


def _beginning(text: str) -> str:
    """Return the first words of a text that has no title line, for lists."""
    words = " ".join(text.split())
    return words if len(words) <= LABEL else words[:LABEL].rsplit(" ", 1)[0] + "…"


def _revision(conn: Connection, ctx: Context, document: Document, one: _Read, now: datetime) -> Revision:
    """Store the text as a revision, unless the document has that very text."""
    text = one.text
    revision = Revision(
        document_id=document.id,
        number=0,
        origin=Origin.CORPUS,
        title=text.title,
        text=text.text,
        text_sha256=hashlib.sha256(text.text.encode()).hexdigest(),
        fingerprint="",
        first_seen_at=now,
        last_seen_at=now,
        language=text.language,
        published_at=_published(one),
        published_raw=text.stated_date.raw if text.stated_date else None,
        extractor=text.extractor,
        word_count=count_words(text.text),
    )
    state = compared(ctx.registry, document, revision)
    fingerprint = comparing.fingerprint(state.title, state.text)
    if known := revisions.by_fingerprint(conn, document.id, fingerprint):
        return known
    # A saved text is older than what was found at its address: that stays the current one.
    current = revisions.get(conn, document.revision_id) if document.revision_id else None
    found = current is not None and current.origin is Origin.WEB
    return revisions.add(conn, replace(revision, fingerprint=fingerprint), current=not found)


def _name(conn: Connection, one: _Read) -> str:
    """Return the file's name in the mirror: its own where it follows the pattern and is free, else the next."""
    if known := store.name_of(conn, one.sha256):
        return known
    own = Path(one.path).name
    number = mirror.number_in(own)
    if number is not None and not store.is_taken(conn, f"{number:03d}_"):
        store.next_number(conn, at_least=number)
        return own
    return mirror.name_of(store.next_number(conn), one.text.url or one.sha256, Path(own).suffix)
