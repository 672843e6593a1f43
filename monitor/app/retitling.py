"""Know an article again at another address: outlets put a new headline into the URL and redirect the old one."""

from dataclasses import replace

from sqlalchemy import Connection

from monitor.app import addresses, joining
from monitor.app.finding import Finding
from monitor.core.presence import Sighting
from monitor.core.urls import canonical_url, host_of, same_page, site_of
from monitor.core.words import words
from monitor.model import Address, Change, ChangeKind, Document, DocumentState, Quality
from monitor.store import addresses as former
from monitor.store import changes, copies, documents, entries, revisions

SEQUENCE = 3  # words; fewer are shared by any two articles on one subject
WEIGHT = 0.1  # the article is what it was; that its address says something else is told


def known_again(conn: Connection, found: Finding, steps: list[str]) -> tuple[Finding, Change | None]:
    """Return a finding as it is once the article was known again where its address leads now, with the change.

    A permanent redirect within the site gives the document the new address; what stood there as another document, not
    read yet, becomes its second address. A temporary one changes no address, and its text is compared all the same.
    """
    final = found.result.final_url if found.result else None
    if not final or not _leads_elsewhere(found) or not _is_the_article(conn, found):
        return found, None
    if found.sighting is Sighting.UNCLEAR:
        return replace(found, sighting=Sighting.FOUND, why=f"the same article, for now at {final}"), None
    url = canonical_url(final)
    if not _make_room(conn, found, url):
        return found, None
    steps.append(f"its address is now {url}")
    change = _retitled(conn, found, url)
    document = replace(found.document, url=url, host=host_of(url))
    return replace(found, document=document, sighting=Sighting.FOUND, why="there, at its new address"), change


def _leads_elsewhere(found: Finding) -> bool:
    """Say whether a page of the same site answered for an article that is read on its own schedule."""
    result, one = found.result, found.document
    if result is None or result.final_url is None or not found.on_schedule or found.extraction is None:
        return False
    if found.extraction.quality is not Quality.COMPLETE or one.url is None or one.state is DocumentState.MOVED:
        return False
    if site_of(result.final_url) != site_of(one.url):
        return False
    return found.sighting in (Sighting.MOVED, Sighting.UNCLEAR) and not same_page(result.final_url, one.url)


def _is_the_article(conn: Connection, found: Finding) -> bool:
    """Say whether what answered shares most of its words with the text that stood."""
    return found.extraction is not None and _holds(conn, found.document, found.extraction.text)


def _holds(conn: Connection, document: Document, text: str) -> bool:
    """Say whether a document's current text and another are mostly made of the same sequences of words.

    Half of the longer one, since articles on one subject share whole paragraphs of background.
    """
    current = revisions.get(conn, document.revision_id) if document.revision_id else None
    if current is None:
        return False
    old, new = _sequences(current.text), _sequences(text)
    return 2 * len(old & new) >= max(len(old), len(new)) > 0


def _sequences(text: str) -> set[tuple[str, ...]]:
    found = [word.text.casefold() for word in words(text)]
    return set(zip(*(found[start:] for start in range(SEQUENCE)), strict=False))


def _make_room(conn: Connection, found: Finding, url: str) -> bool:
    """Let the document have an address; False when another article is there, which then is what it moved to.

    What was only heard of, or saved, at the new address is this article. A source may also have told of it before the
    old address led there: that younger document gives the address up, and keeps what was read of it.
    """
    one, extraction = found.document, found.extraction
    other = addresses.at(conn, url)
    if other is None or other.id == one.id:
        addresses.settle(conn, one, url)
        return True
    read = revisions.has_web(conn, other.id)
    if read and (other.first_seen_at < one.first_seen_at or extraction is None):
        return False
    if read and extraction is not None and not _holds(conn, other, extraction.text):
        return False
    entries.repoint(conn, other.id, one.id)
    if read:
        copies.hand_over(conn, other.id, one.id)  # it is the same article, and no copy of it
    else:
        joining.join(conn, other, one)
    documents.set_fields(conn, other.id, url=None)
    addresses.settle(conn, one, url)
    _put_away(conn, found, other, url, read=read)
    return True


def _put_away(conn: Connection, found: Finding, other: Document, url: str, *, read: bool) -> None:
    """Keep the document that was at the new address: as the former address, or without one where it has a text.

    Whatever the former address shows later is no edit of that text.
    """
    one = found.document
    documents.set_fields(
        conn,
        other.id,
        url=None if read else one.url,
        host=one.host,
        state=DocumentState.MOVED,
        state_reason=f"{'the same article as' if read else 'a former address of'} document {one.id}",
        state_since=found.at,
        moved_to=url,
        next_check_at=None if read else found.at + addresses.SECOND_LOOK,
        plan_reason=None if read else "a former address of an article",
        mirrored_revision_id=None,
    )


def _retitled(conn: Connection, found: Finding, url: str) -> Change:
    one = found.document
    former.add(conn, Address(one.url or "", one.id, found.at))
    current = revisions.get(conn, one.revision_id or 0)
    number = current.number if current else None
    change = Change(
        ChangeKind.RETITLED,
        found.at,
        document_id=one.id,
        from_revision=number,
        to_revision=number,
        significance=WEIGHT,
        reason=f"the same article at a new address: {one.url} → {url}",
        earlier_seen_at=current.last_seen_at if current else None,
    )
    changes.add(conn, change)
    return change
