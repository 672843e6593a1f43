"""An archive of an earlier release is brought up to date with all it holds, and reads as the program expects."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, MetaData, create_engine, insert

from monitor.answers import DocumentFilter
from monitor.core.changes import fingerprint
from monitor.core.label_lines import exact_key
from monitor.core.query import parse_query
from monitor.errors import SchemaError
from monitor.model import DocumentState, SourceKind
from monitor.store import captures, documents, entries, files, furniture, hosts, migrating, revisions, search, sources
from monitor.store.database import Database
from monitor.store.ranking import How
from monitor.store.schema import SCHEMA
from monitor.store.types import UtcTime
from tests.store.examples import NOON
from tests.store.old_archives import blank_archive, drop

SERVICE = "http://radio.example:8081"
ARTICLE = "https://radio.example/2026/11/16/a?utm_source=rss"


UNREAD = DocumentFilter(state=DocumentState.PENDING, limit=1_000)  # as the documents of that archive are
EVERY = How(every_revision=True)
MANY = 250  # texts; the migration takes 200 at a time


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def upgraded(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, postgresql_server: str
) -> Iterator[str]:
    """An archive of schema 0001 with a host, a source, documents, and what was said and read of them, brought up."""
    server = postgresql_server if request.param == "postgresql" else None
    url = blank_archive("0001", tmp_path_factory.mktemp("old"), server)
    engine = create_engine(url)
    _fill(engine)
    with engine.begin() as conn:
        migrating.upgrade(conn)
    engine.dispose()
    yield url
    if server:
        drop(url, server)


@pytest.fixture
def db(upgraded: str) -> Iterator[Database]:
    """That archive, opened."""
    made = Database.open(upgraded)
    yield made
    made.close()


def _fill(engine: Engine) -> None:
    tables = MetaData()
    tables.reflect(engine)
    time = UtcTime()
    for table in tables.tables.values():
        for column in table.columns:
            if column.name.endswith("_at"):
                column.type = time
    rows: dict[str, dict[str, object]] = {
        "host": {"name": "radio.example", "due_at": NOON, "failures": 2},
        "source": {
            "id": 1,
            "url": "https://radio.example/feed",
            "kind": "feed",
            "host": "radio.example",
            "tags": '["a"]',
            "include": "[]",
            "exclude": "[]",
            "state": "active",
            "verified": True,
            "added_at": NOON,
            "failures": 0,
            "next_check_at": NOON,
        },
        "document": {
            "id": 1,
            "origin": "web",
            "state": "pending",
            "first_seen_at": NOON,
            "url": ARTICLE.partition("?")[0],
            "title": "Storm closes the harbour",
            "host": "radio.example",
            "source_id": 1,
            "revision_count": 0,
            "misses": 0,
        },
        "document of a service": {
            "id": 2,
            "origin": "web",
            "state": "pending",
            "first_seen_at": NOON,
            "url": f"{SERVICE}/a",
            "host": "radio.example",
            "source_id": 1,
            "revision_count": 0,
            "misses": 0,
            "next_check_at": NOON,
        },
        "entry": {
            "id": 1,
            "source_id": 1,
            "key": "k",
            "url": ARTICLE,
            "published_at": NOON - timedelta(hours=3),
            "first_seen_at": NOON,
            "last_seen_at": NOON,
            "document_id": 1,
        },
        "fetch": {
            "id": 1,
            "url": ARTICLE,
            "outcome": "ok",
            "started_at": NOON,
            "elapsed_ms": 5,
            "raw_bytes": 7,
        },
        "evidence_file": {"name": "monitor-1.warc.gz", "committed_length": 900},
        "capture": {
            "id": 1,
            "file": "monitor-1.warc.gz",
            "offset": 400,
            "length": 500,
            "record_id": "<urn:uuid:1>",
            "record_type": "response",
            "url": ARTICLE,
            "captured_at": NOON,
            "digest": "sha1:A",
            "sha256": "b" * 64,
            "fetch_id": 1,
            "status": 200,
        },
    }
    with engine.begin() as conn:
        for name, values in rows.items():
            conn.execute(insert(tables.tables[name.partition(" ")[0]]), values)
        conn.execute(insert(tables.tables["revision"]), [_revision(number) for number in range(1, MANY + 1)])


def _revision(number: int) -> dict[str, object]:
    """Return a text: the first two are the same but for typography, the last one is a saved one."""
    return {
        "id": number,
        "document_id": 1 if number < 4 else 2,
        "number": number,
        "origin": "web" if number < MANY else "corpus",
        "title": "Storm",
        "text": _text(number),
        "text_sha256": "a" * 64,
        "fingerprint": f"{number:064}",
        "first_seen_at": NOON,
        "last_seen_at": NOON,
        "word_count": 4,
    }


def _text(number: int) -> str:
    return {1: "The harbour is closed…", 2: "The harbour is closed..."}.get(number, f"There are {number} ships.")


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_an_older_archive_is_not_opened(kind: str, tmp_path: Path, postgresql_server: str) -> None:
    """Nothing is migrated behind anybody's back: the error names both schemas, and the hint the command."""
    server = postgresql_server if kind == "postgresql" else None
    url = blank_archive("0001", tmp_path, server)
    with pytest.raises(SchemaError, match=rf"0001.*{SCHEMA}") as refused:
        Database.open(url)
    assert "monitor migrate" in str(refused.value.hint)
    if server:
        drop(url, server)


async def test_the_first_release_with_its_data(db: Database) -> None:
    source = await db.read(sources.get, 1)
    host = await db.read(hosts.get, "radio.example")
    assert source is not None
    assert host is not None
    assert (source.kind, source.tags, source.headers, source.skip_hours) == (SourceKind.FEED, ("a",), (), ())
    assert (source.insecure_tls, source.full_checks, host.failures, host.kills) == (False, 0, 2, 0)
    assert await db.read(sources.recent_times, 1) == (NOON - timedelta(hours=3),)
    found = await db.read(documents.by_page, "http://www.radio.example/2026/11/16/a/")
    assert found is not None
    assert found.id == 1
    (entry,) = await db.read(entries.of_document, 1)
    assert entry.last_seen_at == NOON
    capture = (await db.read(captures.newest, ARTICLE)).response
    assert capture is not None
    assert (capture.id, capture.record_sha256, capture.removed_at) == (1, None, None)
    (file,) = await db.read(files.every)
    assert (file.committed_length, file.verified_length, file.problem) == (900, 0, None)
    assert (source.evidence, source.retain_s) == (None, None)
    claimed = await db.write(hosts.claim_due, NOON, NOON, "one:1", 60, 5)
    assert {one.name for one in claimed} == {"radio.example", "radio.example:8081"}
    key = exact_key("STORM closes the harbour")
    assert await db.read(furniture.headlines, "radio.example", [key], 2) == {key}
    other = await db.read(documents.get, 2)
    assert other is not None
    assert other.host == "radio.example:8081"


async def test_texts_are_compared_as_this_release_normalises_them(db: Database) -> None:
    """No check takes an upgrade for an edit; of two revisions that are one text by now one keeps what it has."""
    kept = [one.fingerprint for number in (1, 2) for one in await db.read(revisions.of_document, number)]
    renewed = [fingerprint("Storm", _text(number)) for number in range(1, MANY)]
    assert kept == [renewed[0], f"{2:064}", *renewed[2:], f"{MANY:064}"]


async def test_every_text_is_indexed_anew(db: Database) -> None:
    """Those of an archive of any age are found by their words, also in phrases."""
    found = await db.read(search.find, parse_query("ships OR harbour"), UNREAD, EVERY)
    last = await db.read(search.find, parse_query('"are 249 ships"'), UNREAD, EVERY)
    assert len(found) == MANY
    assert [one.revision and one.revision.number for one in last] == [MANY - 1]
