"""The addresses of documents: one page has several spellings, and settles at the one that stays."""

from datetime import datetime

from sqlalchemy import Connection

from monitor.core.redirectors import unwrapped
from monitor.core.urls import canonical_url, host_of, plain_url, same_page
from monitor.model import Document, Origin
from monitor.store import addresses as former
from monitor.store import documents, hosts


def address_of(url: str) -> str:
    """Return the address that a document has when it is heard of by a URL: behind redirectors, and clean.

    Its host may be another than the URL's. Raises UsageError when it is no http(s) URL.
    """
    return canonical_url(unwrapped(url))


def known_at(conn: Connection, url: str) -> Document | None:
    """Return the document at a URL, in whichever spelling it is kept: a saved text may have http, a feed https.

    A document is also found by an address that it had before.
    """
    address = address_of(url)
    return documents.by_url(conn, address) or documents.by_page(conn, address) or former.holder(conn, address)


def correct(conn: Connection, one: Document, url: str, due: datetime | None) -> None:
    """Let a saved text have the spelling that a source uses today: its own may be answered no more.

    The AMP variant of its page is no better spelling, and stays a visitor.
    """
    url = address_of(url)
    if one.origin is not Origin.CORPUS or one.url == url or plain_url(url) != url:
        return
    _move(conn, one, url)
    documents.set_fields(conn, one.id, next_check_at=due or one.next_check_at)
    hosts.refresh_due(conn, [one.host or "", host_of(url)])


def settled(conn: Connection, one: Document, permanent_url: str | None) -> str | None:
    """Move a document to the spelling that its server permanently redirects to; return it, None when all is as it was.

    Only the same page in another spelling: another page is a move, which is a change (core/presence.py).
    """
    url = canonical_url(permanent_url) if permanent_url else None
    if url is None or url == one.url or not same_page(url, one.url or "") or documents.by_url(conn, url):
        return None
    _move(conn, one, url)
    return url


def _move(conn: Connection, one: Document, url: str) -> None:
    hosts.ensure(conn, host_of(url))
    documents.set_fields(conn, one.id, url=url, host=host_of(url))
