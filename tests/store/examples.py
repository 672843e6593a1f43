"""Nouns to store, each with the fields that a test does not care about filled in."""

from datetime import UTC, datetime, timedelta

from monitor.core.urls import host_of
from monitor.model import Document, DocumentState, Origin, Revision, Source, SourceKind

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


def minutes(count: float) -> timedelta:
    """Return that many minutes."""
    return timedelta(minutes=count)


def a_source(url: str = "https://radio.example/feed", due: datetime | None = NOON, **values: object) -> Source:
    """Return a feed due at noon."""
    fields: dict[str, object] = {"kind": SourceKind.FEED, "added_at": NOON, "next_check_at": due, **values}
    return Source(url=url, host=host_of(url), **fields)  # type: ignore[arg-type]


def a_document(url: str | None = "https://radio.example/a", due: datetime | None = NOON, **values: object) -> Document:
    """Return a document of the web due at noon."""
    fields: dict[str, object] = {"origin": Origin.WEB, "state": DocumentState.PENDING, "first_seen_at": NOON, **values}
    return Document(id=0, url=url, host=host_of(url) if url else None, next_check_at=due, **fields)  # type: ignore[arg-type]


def a_revision(document_id: int, text: str, title: str = "A title", at: datetime = NOON, **values: object) -> Revision:
    """Return a revision of the web; its fingerprint is its text."""
    fields: dict[str, object] = {"origin": Origin.WEB, "number": 0, "text_sha256": "0" * 64, **values}
    return Revision(
        document_id=document_id,
        title=title,
        text=text,
        fingerprint=f"{title}|{text}"[:64],
        first_seen_at=at,
        last_seen_at=at,
        word_count=len(text.split()),
        **fields,  # type: ignore[arg-type]
    )
