"""Fill an archive with a million sources and what they told of, by statements that run inside the database.

The rows are like those of a year of polling: every source polled an hour ago, articles over ninety days on the first
hosts, a tenth of them edited, some sources in trouble. Texts are short: what is measured is how many rows there are.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, String, Table, cast, insert, literal, select, text, update

from benchmarks import crowd
from benchmarks.server import ZONE
from monitor.core.urls import page_key
from monitor.evidence import Capture
from monitor.model import (
    Change,
    ChangeKind,
    Document,
    DocumentState,
    Entry,
    Fetch,
    Origin,
    Outcome,
    Revision,
    Standing,
)
from monitor.store.schema import capture, change, document, entry, evidence_file, fetch, revision, source
from monitor.store.types import columns_of

BATCH = 5_000
OUTLETS = 2_000
SPAN = timedelta(days=90)  # over which the articles came

Place = Callable[[ColumnElement[int]], dict[str, ColumnElement[Any]]]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is."""

    sources: int = 1_000_000
    hosts: int = 1_000_000
    documents: int = 300_000
    entries: int = 1_000_000
    fetches: int = 1_000_000
    changes: int = 30_000


def fill(conn: Connection, size: Size, now: datetime) -> None:
    """Add everything; half of the sources are due, from an hour ago on."""
    half = timedelta(seconds=size.hosts / crowd.BATCH / 2)
    crowd.fill(conn, size.sources, size.hosts, now, now - half)
    conn.execute(update(source).values(outlet=literal("o") + cast(source.c.id % OUTLETS, String)))
    troubled = source.c.id % 5_000 == 0
    conn.execute(update(source).where(troubled).values(failures=3, last_outcome=Outcome.TIMEOUT))
    conn.execute(insert(evidence_file).values(name="a.warc.gz", committed_length=10**9))
    _documents(conn, size, now)
    _told(conn, size, now)


def _host(number: ColumnElement[int], size: Size) -> ColumnElement[str]:
    return literal("h") + cast(number % min(size.hosts, 20_000), String) + literal(f".{ZONE}")


def _url(number: ColumnElement[int], size: Size) -> ColumnElement[str]:
    return literal("https://") + _host(number, size) + literal("/a/") + cast(number, String)


def _documents(conn: Connection, size: Size, now: datetime) -> None:
    def made(number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
        url = _url(number, size)
        return {
            "url": url, "host": _host(number, size), "outlet": literal("o") + cast(number % OUTLETS, String),
            "page_key": url, "id": number, "revision_id": number,
        }  # fmt: skip

    def text_of(number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
        named = cast(number, String)
        return {"id": number, "document_id": number, "fingerprint": named, "text_sha256": named}

    def kept(number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
        same = {"document_id": number, "revision_id": number, "offset": number * 3000, "fetch_id": number}
        return {**same, "url": _url(number, size), "record_id": cast(number, String)}

    assert page_key("https://h1.example/a/1") is not None
    for start in range(0, size.documents, BATCH):
        at = now - SPAN + SPAN * (start / size.documents)
        end = min(start + BATCH, size.documents)
        one = Document(
            0, Origin.WEB, DocumentState.LIVE, at, title="An article", published_at=at, last_checked_at=at,
            next_check_at=now + timedelta(days=1), revision_count=1,
        )  # fmt: skip
        _add(conn, document, columns_of(one), start, end, made)
        said = Revision(0, 1, Origin.WEB, "An article", "A text of some words. " * 10, "", "", at, at)
        _add(conn, revision, columns_of(said), start, end, text_of)
        got = Fetch("https://a.example/", Outcome.OK, at, status=200)
        _add(
            conn, fetch, columns_of(got), start, end, lambda number: {"document_id": number, "url": _url(number, size)}
        )
        record = Capture("a.warc.gz", 0, 3000, "", "response", "", at, "sha1:A", "a", status=200)
        _add(conn, capture, columns_of(replace(record, record_sha256="a")), start, end, kept)
    if conn.dialect.name == "postgresql":  # numbers were given, so the sequences do not know of them
        for table in ("document", "revision"):
            conn.execute(text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), {size.documents + 1})"))


def _told(conn: Connection, size: Size, now: datetime) -> None:
    sources, documents = size.sources, size.documents

    def told(number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
        url = _url(number % documents, size)
        whose = {"source_id": number % min(sources, 20_000) + 1, "document_id": number % documents + 1}
        return {**whose, "url": url, "key": url + literal("#") + cast(number, String)}

    def polled(number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
        return {
            "source_id": number % sources + 1,
            "url": literal("https://f.example/") + cast(number % sources, String),
        }

    def edited(number: ColumnElement[int]) -> dict[str, ColumnElement[Any]]:
        return {"document_id": number * (documents // max(size.changes, 1)) % documents + 1}

    for start in range(0, size.entries, BATCH):
        at = now - SPAN + SPAN * (start / size.entries)
        one = Entry(1, "", "", title="An article", first_seen_at=at, last_seen_at=now, appeared_at=at, published_at=at)
        _add(conn, entry, columns_of(one), start, min(start + BATCH, size.entries), told)
    for start in range(0, size.fetches, BATCH):
        at = now - timedelta(hours=1) - timedelta(seconds=start / 1000)
        got = Fetch("", Outcome.NOT_MODIFIED, at, status=304)
        _add(conn, fetch, columns_of(got), start, min(start + BATCH, size.fetches), polled)
    for start in range(0, size.changes, 100):
        at = now - SPAN + SPAN * (start / max(size.changes, 1))
        step = Change(ChangeKind.BODY, at, significance=0.4, reason="edited", standing=Standing.CONFIRMED)
        _add(conn, change, columns_of(step), start, min(start + 100, size.changes), edited)


def _add(conn: Connection, table: Table, alike: dict[str, Any], start: int, end: int, place: Place) -> None:
    """Insert rows numbered from `start + 1` that are alike but for what `place` says of each number."""
    numbers = select(literal(start + 1, Integer).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number < end))
    differing = place(numbers.c.number)
    same = {name: literal(value, table.c[name].type) for name, value in alike.items() if name not in differing}
    values = {**same, **differing}
    conn.execute(insert(table).from_select(list(values), select(*values.values()).select_from(numbers)))
