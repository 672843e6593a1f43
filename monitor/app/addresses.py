"""The addresses of documents: one page has several spellings, and settles at the one that stays."""

from datetime import datetime
from urllib.parse import urlsplit, urlunsplit

from sqlalchemy import Connection

from monitor.core.urls import canonical_url, host_of, same_page
from monitor.model import Document, Origin
from monitor.store import documents, hosts


def spellings(url: str) -> tuple[str, ...]:
    """Return a URL with http and https, with and without `www.`, itself first."""
    parts = urlsplit(url)
    bare = parts.netloc.removeprefix("www.")
    places = (parts.netloc, bare if bare != parts.netloc else f"www.{bare}")
    schemes = (parts.scheme, "http" if parts.scheme == "https" else "https")
    return tuple(urlunsplit(parts._replace(scheme=scheme, netloc=place)) for scheme in schemes for place in places)


def known_at(conn: Connection, url: str) -> Document | None:
    """Return the document at a URL, in whichever spelling it is kept: a saved text may have http, a feed https."""
    return next((found for one in spellings(url) if (found := documents.by_url(conn, one))), None)


def correct(conn: Connection, one: Document, url: str, due: datetime | None) -> None:
    """Let a saved text have the spelling that a source uses today: its own may be answered no more."""
    if one.origin is not Origin.CORPUS or one.url == url:
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
