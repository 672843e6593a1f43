"""Rows that the chain is over, as a visit, an import or a removal leaves them."""

from datetime import timedelta
from hashlib import sha256

from sqlalchemy import Connection, insert, update

from monitor.model import Capture, Fetch, Outcome, RemovalCause, Tombstone
from monitor.store import captures, documents, fetches, revisions
from monitor.store.schema import capture, tombstone
from monitor.store.types import columns_of
from tests.store.examples import NOON, a_document, a_revision

URL = "https://radio.example/a"


def a_capture(fetch_id: int, number: int, **values: object) -> Capture:
    """Return the capture of a fetch, `number` records into one file."""
    fields: dict[str, object] = {"status": 200, "record_sha256": sha256(b"record %d" % number).hexdigest(), **values}
    return Capture(
        file="one.warc.gz",
        offset=number * 100,
        length=100,
        record_id=f"<urn:uuid:{number}>",
        record_type="response",
        url=URL,
        captured_at=NOON + timedelta(seconds=number),
        digest=f"sha1:{number}",
        sha256=sha256(b"body %d" % number).hexdigest(),
        fetch_id=fetch_id,
        **fields,  # type: ignore[arg-type]
    )


def add_captures(conn: Connection, first: int, count: int, record: bool = True) -> list[int]:
    """Store captures; return their ids. Without `record` as a release did that kept no digest of records."""
    values = {} if record else {"record_sha256": None}
    fetch_id = fetches.add(conn, Fetch(URL, Outcome.OK, NOON))
    return [captures.add(conn, a_capture(fetch_id, first + step, **values)) for step in range(count)]


def add_text(conn: Connection, text: str, url: str = URL) -> int:
    """Store a revision of a document; return its id."""
    document, _ = documents.add(conn, a_document(url))
    return revisions.add(conn, a_revision(document.id, text)).id


def add_tombstone(conn: Connection, digest: str, capture_id: int | None = None, revision_id: int | None = None) -> int:
    """Say that something was removed; return the number of its tombstone."""
    stone = Tombstone(
        NOON, RemovalCause.REDACTION, "a court's order", capture_id=capture_id, revision_id=revision_id, digest=digest
    )
    made = conn.execute(insert(tombstone), columns_of(stone)).inserted_primary_key
    assert made is not None
    return int(made[0])


def remove(conn: Connection, capture_id: int) -> None:
    """Say that a capture's bytes are gone."""
    conn.execute(update(capture).where(capture.c.id == capture_id).values(removed_at=NOON))
