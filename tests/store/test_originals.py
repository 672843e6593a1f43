"""What a revisit repeats, on both databases: by all that revisits tell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection

from monitor.model import Capture, Fetch, Outcome
from monitor.store import captures, fetches
from monitor.store.database import Database
from monitor.store.originals import original_of, was_removed

AT = datetime(2021, 3, 4, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
URL, OTHER = "https://news.example/a", "https://news.example/b"
FIRST = Capture("a.warc.gz", 0, 10, "<urn:1>", "response", URL, AT, "sha1:AAA", "a" * 64, status=200)
SAME = replace(FIRST, offset=10, record_id="<urn:2>", captured_at=AT + HOUR)
CHANGED = replace(FIRST, offset=20, record_id="<urn:3>", captured_at=AT + 2 * HOUR, digest="sha1:CCC")
REVISIT = replace(CHANGED, offset=30, record_id="<urn:4>", captured_at=AT + 3 * HOUR, record_type="revisit")
TWIN = replace(FIRST, offset=40, record_id="<urn:5>", captured_at=CHANGED.captured_at, digest="sha1:DDD")
ELSEWHERE = replace(FIRST, offset=50, record_id="<urn:6>", url=OTHER, digest="sha1:EEE")

Told = tuple[str, str | None, datetime | None, str]


async def keep(db: Database, *kept: Capture) -> None:
    """Store captures, each with its fetch."""

    def store(conn: Connection) -> None:
        for one in kept:
            fetch_id = fetches.add(conn, Fetch(one.url, Outcome.OK, one.captured_at, status=one.status))
            captures.add(conn, replace(one, fetch_id=fetch_id))

    await db.write(store)


async def found(db: Database, *told: str | datetime | None) -> str | None:
    """Return the id of the record that is found by what a revisit tells."""
    one = await db.read(original_of, *told)  # type: ignore[arg-type]
    return one.record_id if one else None


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((URL, "<urn:2>", AT, "sha1:AAA"), SAME),
        ((URL, "<urn:3>", AT, "sha1:AAA"), CHANGED),  # whoever compares them is told, and not led elsewhere
        ((OTHER, "<urn:2>", None, ""), SAME),
        ((URL, "<urn:9>", CHANGED.captured_at, "sha1:CCC"), CHANGED),
        ((URL, None, CHANGED.captured_at, "sha1:DDD"), TWIN),
        ((URL, None, CHANGED.captured_at, ""), CHANGED),
        ((URL, None, CHANGED.captured_at, "sha1:AAA"), FIRST),  # of that time, but another payload
        ((URL, None, AT, "sha1:0a0a"), FIRST),  # a spelling of the payload that nobody knows
        ((URL, None, AT + 9 * HOUR, "sha1:AAA"), FIRST),
        ((URL, None, None, "sha1:CCC"), CHANGED),
        ((URL, "<urn:4>", None, ""), CHANGED),  # a revisit is what it repeats
        ((URL, None, REVISIT.captured_at, ""), CHANGED),
        ((OTHER, None, None, "sha1:AAA"), None),
        ((URL, None, None, "sha1:EEE"), None),
        ((URL, "<urn:9>", AT + 9 * HOUR, "sha1:ZZZ"), None),
        ((URL, None, None, ""), None),
    ],
)
async def test_an_original_is_found_by_id_else_by_time_else_by_payload(
    db: Database, told: Told, expected: Capture | None
) -> None:
    await keep(db, FIRST, SAME, CHANGED, REVISIT, TWIN, ELSEWHERE)
    assert await found(db, *told) == (expected.record_id if expected else None)
    assert not await db.read(was_removed, *told)


async def test_what_was_removed_for_good_is_no_original(db: Database) -> None:
    """Another response with its payload is; without one it is known that there was one, through a revisit as well."""
    await keep(db, replace(FIRST, removed_at=AT))
    for told in ((URL, "<urn:1>", None, ""), (URL, None, AT, ""), (URL, None, None, "sha1:AAA")):
        assert await found(db, *told) is None
        assert await db.read(was_removed, *told)
    await keep(db, replace(REVISIT, digest="sha1:AAA"))
    assert await db.read(was_removed, URL, "<urn:4>", None, "")
    await keep(db, SAME)
    assert await found(db, URL, None, None, "sha1:AAA") == "<urn:2>"
    assert await found(db, URL, "<urn:1>", AT, "sha1:AAA") == "<urn:2>"
    assert await found(db, URL, "<urn:4>", None, "") == "<urn:2>"
