"""What an import asks of the archive, on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from monitor.model import Capture, Document, DocumentState, EvidenceFile, Fetch, Origin, Outcome
from monitor.store import captures, documents, fetches, files, hosts, importing
from monitor.store.database import Database
from monitor.store.importing import Wanted

AT = datetime(2021, 3, 4, 9, tzinfo=UTC)
URL = "https://news.example/a"
PAGE = Capture(
    "import-1.warc.gz", 0, 10, "<urn:1>", "response", URL, AT, "sha1:AAA", "a" * 64, status=200, media_type="Text/HTML"
)  # fmt: skip


async def keep(db: Database, *kept: Capture, outcome: Outcome = Outcome.OK) -> None:
    """Store captures, each with its fetch."""

    def store(conn: Connection) -> None:
        for one in kept:
            fetch_id = fetches.add(conn, Fetch(one.url, outcome, one.captured_at, status=one.status))
            captures.add(conn, replace(one, fetch_id=fetch_id))

    await db.write(store)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (Wanted(5, "<urn:1>", URL, AT + timedelta(1), "sha1:B", "b"), True),
        (Wanted(5, "<urn:2>", URL, AT, "sha1:AAA", "b"), True),
        (Wanted(5, "<urn:2>", URL, AT, "sha256:0", "a" * 64), True),
        (Wanted(5, "<urn:2>", URL, AT, "sha1:B", ""), False),
        (Wanted(5, "<urn:2>", URL, AT + timedelta(1), "sha1:AAA", "a" * 64), False),
        (Wanted(5, "<urn:1>", f"{URL}/b", AT, "sha1:AAA", "a" * 64), False),
    ],
)
async def test_what_is_here_is_known_again(db: Database, wanted: Wanted, found: bool) -> None:
    """By its id, or by its payload at the same address and time."""
    await keep(db, PAGE)
    assert await db.read(importing.repeated, [wanted]) == ({5} if found else set())


async def test_pages_that_nobody_read_are_found_in_the_order_of_time(db: Database) -> None:
    """Pictures, failures, what was read and what is gone are left out."""
    later = replace(PAGE, offset=10, captured_at=AT + timedelta(1), record_id="<urn:2>")
    others = [
        replace(later, offset=20, media_type="image/png"),
        replace(later, offset=30, status=404),
        replace(later, offset=40, removed_at=AT),
        replace(later, offset=50, file="other.warc.gz"),
    ]
    revisit = replace(PAGE, offset=60, record_type="revisit", captured_at=AT - timedelta(1), media_type=None)
    await keep(db, later, PAGE, *others, revisit)
    await keep(db, replace(PAGE, offset=70), outcome=Outcome.TRUNCATED)
    found = await db.read(importing.unread, ["import-1.warc.gz"])
    assert [one.offset for one in found] == [60, 0, 10]


async def test_a_file_is_known_by_what_it_was_made_from(db: Database) -> None:
    """While it is there; and it is accounted for behind its last capture, too."""
    await keep(db, PAGE)
    await db.write(importing.account_for, PAGE.file, 25, "imported from a_b.warc.gz (sha256 abc)")
    await db.write(importing.account_for, PAGE.file, 20, "imported from a_b.warc.gz (sha256 abc)")
    (one,) = await db.read(importing.files_from, "abc")
    assert isinstance(one, EvidenceFile)
    assert (one.name, one.committed_length) == (PAGE.file, 25)
    await db.write(lambda conn: files.set_fields(conn, PAGE.file, removed_at=AT))
    assert await db.read(importing.files_from, "abc") == ()


async def test_pages_that_were_redacted_are_known(db: Database) -> None:
    """By their page keys, so that no other spelling is a way round."""

    def add(conn: Connection) -> None:
        hosts.ensure(conn, "news.example")
        documents.add(conn, Document(0, Origin.WEB, DocumentState.REDACTED, AT, url=URL, host="news.example"))

    await db.write(add)
    assert await db.read(importing.redacted_pages) == frozenset({"news.example/a"})
