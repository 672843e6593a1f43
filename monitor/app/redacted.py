"""What was redacted stays away: nothing asks for it again, and nothing that is told of it is kept."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import Connection

from monitor.app import keeping
from monitor.app.finding import Finding
from monitor.core.urls import page_key
from monitor.errors import NotFoundError, UsageError
from monitor.interfaces import FeedItem
from monitor.model import Document, DocumentState, Entry, RemovalCause
from monitor.store import documents, erasing, hosts, redactions, removing

NEVER = timedelta(days=36_500)  # as good as


def said(one: Document) -> str:
    """Say that a document was redacted, when and why."""
    since = f" on {one.state_since:%Y-%m-%d}" if one.state_since else ""
    return f"document {one.id} was redacted{since}: {one.state_reason}"


def refuse(one: Document) -> None:
    """Raise NotFoundError for a document that was redacted."""
    if one.state is DocumentState.REDACTED:
        raise NotFoundError(said(one), hint="its bytes and texts are gone for good, and it is not asked for again")


def untold(conn: Connection, items: tuple[FeedItem, ...]) -> tuple[FeedItem, ...]:
    """Return what a source tells of, without a word about articles that were redacted."""
    barred = redactions.barred(conn)
    return tuple(_untold(item) if _is_barred(item.url, barred) else item for item in items) if barred else items


def silenced(conn: Connection, known: dict[str, Entry], items: tuple[FeedItem, ...]) -> tuple[FeedItem, ...]:
    """Return items without a word where the entry that is known of one is of an article that was redacted.

    Its link may lead there by another host, whose addresses are not barred.
    """
    gone = set(redactions.numbers(conn)) if known else set[int]()
    silent = {key for key, one in known.items() if one.document_id in gone}
    return tuple(_untold(item) if item.key in silent else item for item in items)


def _is_barred(url: str, barred: dict[str, int]) -> bool:
    try:
        return page_key(url) in barred
    except UsageError:
        return False


def _untold(item: FeedItem) -> FeedItem:
    """Leave what it is known again by, unless the title is in that."""
    telling = item.title or "\0"
    key = item.url if telling in item.key else item.key
    guid = None if telling in (item.guid or "") else item.guid
    return replace(item, key=key, guid=guid, title=None, summary=None, raw_date=None, published_at=None)


def led_to(conn: Connection, found: Finding) -> Document | None:
    """Return the redacted document that a check was of, or was led to; else None."""
    one, result = found.document, found.result
    if one.state is DocumentState.REDACTED:
        return one
    if result is None:
        return None
    urls = {result.final_url, result.permanent_url, result.redirect_url, *(hop.url for hop in result.hops)}
    elsewhere = urls - {one.url, None}
    barred = redactions.bars(conn, *sorted(filter(None, elsewhere))) if elsewhere else None
    return documents.get(conn, barred) if barred is not None else None


def turn_away(conn: Connection, found: Finding, barred: Document, steps: list[str]) -> None:
    """Record a check that led to a redacted document: its bytes count as removed, and nothing of it is kept.

    What was never read there is one more address of it, and redacted with it; what was read keeps its own texts.
    """
    one = found.document
    steps.append(said(barred))
    reason = f"its address leads to document {barred.id}, which was redacted"
    made = keeping.record(conn, found.fetch, found.captures, document_id=barred.id)
    if made is not None:
        removing.mark(conn, redactions.of_fetch(conn, made), RemovalCause.REDACTION, reason, found.at)
    if one.id == barred.id:
        return
    told = erasing.told(conn, one.id)
    if told is not None and not one.revision_count:
        erasing.erase(conn, told, reason, found.at, _untouched)
    else:
        documents.set_fields(conn, one.id, next_check_at=None, plan_reason=reason, last_checked_at=found.at)
    hosts.refresh_due(conn, [one.host or ""])


def _untouched(data: bytes, _: object) -> bytes:
    """A document without a text has no saved file."""
    return data
