"""The addresses of documents: one page has several spellings, and settles at the one that stays."""

from datetime import datetime, timedelta

from sqlalchemy import Connection

from monitor.core.redirectors import unwrapped
from monitor.core.urls import canonical_url, host_of, plain_url, same_page
from monitor.errors import UsageError
from monitor.model import Document, DocumentState, Origin
from monitor.store import addresses as former
from monitor.store import documents, hosts, revisions

SECOND_LOOK = timedelta(days=7)  # a second address may become an article's own


def address_of(url: str) -> str:
    """Return the address that a document has when it is heard of by a URL: behind redirectors, and clean.

    Its host may be another than the URL's. Raises UsageError when it is no http(s) URL.
    """
    return canonical_url(unwrapped(url))


def at(conn: Connection, url: str) -> Document | None:
    """Return the document at a URL, in whichever spelling it is kept: a saved text may have http, a feed https.

    One that moved on is only returned where no other is.
    """
    address = address_of(url)
    found = documents.by_url(conn, address)
    if found is None or found.state is DocumentState.MOVED:
        return documents.by_page(conn, address) or found
    return found


def known_at(conn: Connection, url: str) -> Document | None:
    """Return the document at a URL, or the one that had this address before."""
    found = at(conn, url)
    if found is None or found.state is DocumentState.MOVED:
        return former.holder(conn, address_of(url)) or found
    return found


def sought(conn: Connection, url: str) -> Document | None:
    """Return the document at what may be a URL, or may be none that can be asked for; None where there is none."""
    try:
        return known_at(conn, url)
    except UsageError:
        return None


def article_of(conn: Connection, one: Document) -> Document:
    """Return the article that a document is only another address of: one that moved on and had no text of its own."""
    passed = {one.id}
    while one.state is DocumentState.MOVED and one.moved_to and not revisions.has_web(conn, one.id):
        other = known_at(conn, one.moved_to)
        if other is None or other.id in passed:
            break
        passed.add(other.id)
        one = other
    return one


def correct(conn: Connection, one: Document, url: str, due: datetime | None) -> None:
    """Let a saved text have the spelling that a source uses today: its own may be answered no more.

    The AMP variant of its page is no better spelling, and stays a visitor.
    """
    url = address_of(url)
    if one.origin is not Origin.CORPUS or one.url == url or plain_url(url) != url or not same_page(url, one.url or ""):
        return
    settle(conn, one, url)
    documents.set_fields(conn, one.id, next_check_at=due or one.next_check_at)
    hosts.refresh_due(conn, [one.host or "", host_of(url)])


def settled(conn: Connection, one: Document, permanent_url: str | None) -> str | None:
    """Move a document to the spelling that its server permanently redirects to; return it, None when all is as it was.

    Only the same page in another spelling: another page is a move, which is a change (core/presence.py).
    """
    url = canonical_url(permanent_url) if permanent_url else None
    if url is None or url == one.url or not same_page(url, one.url or "") or documents.by_url(conn, url):
        return None
    settle(conn, one, url)
    return url


def settle(conn: Connection, one: Document, url: str) -> None:
    """Give a document an address that it has from now on."""
    hosts.ensure(conn, host_of(url))
    documents.set_fields(conn, one.id, url=url, host=host_of(url), mirrored_revision_id=None)
