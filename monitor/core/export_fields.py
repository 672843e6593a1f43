"""The columns of tables that others read: of documents with their current texts, and of changes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from monitor.model import Document, Revision

Kind = Literal["number", "share", "text", "time"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, what it holds, and how it is told of a row. A share is a number from 0 to 1."""

    name: str
    kind: Kind
    of: Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class TextRow:
    """A document and its current text; one that has none any more (it moved on) has no revision."""

    document: Document
    revision: Revision | None


def _document(name: str, kind: Kind = "text", as_name: str | None = None) -> Column:
    return Column(as_name or name, kind, lambda row: _said(getattr(row.document, name)))


def _revision(name: str, kind: Kind = "text", as_name: str | None = None) -> Column:
    return Column(as_name or name, kind, lambda row: row.revision and _said(getattr(row.revision, name)))


def _change(name: str, kind: Kind = "number") -> Column:
    return Column(name, kind, lambda view: _said(getattr(view.change, name)))


def _headline(name: str, place: int) -> Column:
    return Column(name, "text", lambda view: view.headlines and view.headlines[place])


def _said(value: object) -> object:
    return str(value) if isinstance(value, str) else value  # an enumeration is its word


def _published(row: TextRow) -> datetime | None:
    stated = row.revision.published_at if row.revision else None
    return stated or row.document.published_at


OF_TEXTS: tuple[Column, ...] = (
    _document("id", "number"),
    *(_document(name) for name in ("origin", "state", "url", "outlet", "host", "language")),
    _revision("title"),
    *(_revision(name) for name in ("byline", "section")),
    Column("published_at", "time", _published),
    _revision("modified_at", "time"),
    _document("first_seen_at", "time"),
    _document("last_checked_at", "time"),
    _revision("number", "number", "revision"),
    _document("revision_count", "number", "revisions"),
    _revision("first_seen_at", "time", "text_since"),
    _revision("last_seen_at", "time", "text_seen_at"),
    _revision("word_count", "number", "words"),
    _revision("text_sha256"),
    _revision("text"),
)

OF_CHANGES: tuple[Column, ...] = (
    _change("id"),
    _change("at", "time"),
    _change("kind", "text"),
    _change("document_id"),
    *(_document(name) for name in ("url", "outlet", "language", "title")),
    _change("from_revision"),
    _change("to_revision"),
    _headline("headline_before", 0),
    _headline("headline_after", 1),
    *(_change(name) for name in ("words_added", "words_removed", "words_moved")),
    *(_change(name) for name in ("sentences_added", "sentences_removed", "sentences_moved")),
    _change("significance", "share"),
    _change("reason", "text"),
    _change("earlier_seen_at", "time"),
    _change("stood_s"),
    _change("standing", "text"),
    _change("sightings"),
    _change("judged_at", "time"),
)


def names(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """Return the head of a table."""
    return tuple(column.name for column in columns)


def values(columns: tuple[Column, ...], row: object) -> tuple[object, ...]:
    """Return a row of a table."""
    return tuple(column.of(row) for column in columns)
