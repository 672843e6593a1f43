"""An archive of any release, with rows in every table, is brought up to date: nothing is lost, and all is read."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, Engine

from monitor.answers import DocumentFilter
from monitor.core.query import parse_query
from monitor.store import documents, migrating, revisions, search, sources, table_rows, verifying
from monitor.store.dialects import integrity, open_engine
from monitor.store.ranking import How
from monitor.store.schema import metadata
from monitor.store.table_rows import Row
from tests.store.filler import TEXTS
from tests.store.old_archives import RELEASED, ROWS, drop, old_archive
from tests.store.test_schema import _ours

# What migrations judge anew, of rows that are kept.
JUDGED = {("revision", "fingerprint"), ("document", "page_key"), ("document", "title_key")}


@pytest.fixture(params=[(schema, kind) for kind in ("sqlite", "postgresql") for schema in RELEASED], ids="-".join)
def old(request: pytest.FixtureRequest, tmp_path: Path, postgresql_server: str) -> Iterator[Engine]:
    """An archive of each release, once of each kind."""
    schema, kind = request.param
    server = postgresql_server if kind == "postgresql" else None
    url = old_archive(schema, tmp_path, server)
    engine = open_engine(url, 30.0, pool_size=1)
    yield engine
    engine.dispose()
    if server:
        drop(url, server)


def test_an_archive_of_every_release(old: Engine) -> None:
    """Every row keeps what it said, references hold, the tables are the program's, and it reads them."""
    with old.begin() as conn:
        before = dict(_rows(conn))
        assert {len(values) for values in before.values()} == {ROWS}
        migrating.upgrade(conn)
    with old.begin() as conn:
        now = dict(_rows(conn))
        assert {key: now[key] for key in before} == before
        assert verifying.dangling(conn) == ()
        assert integrity(conn, 10)[:2] == ((), ())
        context = MigrationContext.configure(conn, opts={"include_name": _ours, "compare_type": False})
        assert list(compare_metadata(context, metadata)) == []
        _assert_readable(conn)


def _rows(conn: Connection) -> Iterator[tuple[tuple[str, str], Row]]:
    """Yield by table and column all values, in the order of the keys."""
    for table in table_rows.tables_in_order(conn):
        every = [row for part in table_rows.batches(conn, table) for row in part]
        for place, one in enumerate(table_rows.columns(table)):
            if (table.name, one.name) not in JUDGED:
                yield (table.name, one.name), tuple(row[place] for row in every)


def _assert_readable(conn: Connection) -> None:
    document, source = documents.get(conn, 1), sources.get(conn, 1)
    assert document is not None
    assert source is not None
    assert [one.document_id for one in revisions.of_document(conn, 1)] == [1]
    word = TEXTS[0].split()[1]  # that a quarter of the texts have
    found = search.find(conn, parse_query(word), DocumentFilter(limit=100), How(every_revision=True))
    assert {one.revision.id for one in found if one.revision} == {4, 8, 12}
