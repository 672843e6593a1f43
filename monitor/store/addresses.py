"""Addresses that documents had before: what still links there means the document that moved on."""

from sqlalchemy import Connection, select, update

from monitor.core.urls import page_key
from monitor.model import Address, Document
from monitor.store import dialects
from monitor.store.schema import address, document
from monitor.store.types import columns_of, first, nouns


def add(conn: Connection, new: Address) -> None:
    """Note a former address, once a page and document: of one that it had again the last time counts."""
    key = page_key(new.url)
    made = dialects.insert_new(conn, address, columns_of(new) | {"page_key": key}, ["page_key", "document_id"])
    if made is None:
        which = (address.c.page_key == key) & (address.c.document_id == new.document_id)
        conn.execute(update(address).where(which).values(until=new.until))


def holder(conn: Connection, url: str) -> Document | None:
    """Return the document that had this address last, in whichever spelling, or None."""
    statement = select(document).join(address, address.c.document_id == document.c.id)
    statement = statement.where(address.c.page_key == page_key(url))
    return first(Document, conn.execute(statement.order_by(address.c.until.desc(), address.c.id.desc()).limit(1)))


def of_document(conn: Connection, document_id: int) -> tuple[Address, ...]:
    """Return the addresses that a document had, first first."""
    statement = select(address).where(address.c.document_id == document_id).order_by(address.c.id)
    return nouns(Address, conn.execute(statement))
