"""What a clock that was ahead has left is looked for in tables of any size: a piece of one costs what a piece does."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, Table, event

from monitor.store import timekeeping
from monitor.store.dialects import open_engine
from monitor.store.schema import fetch, host
from tests.blank import blank_sqlite
from tests.store.examples import NOON, minutes

BOUNDS = timekeeping.Bounds(minutes(1), minutes(60), minutes(60 * 24), minutes(10))


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """An archive of which SQLite knows nothing yet, so that it guesses which index is best."""
    made = open_engine(f"sqlite:///{blank_sqlite(tmp_path / 'archive.db')}", 5.0, read_only=True)
    yield made
    made.dispose()


def plans(engine: Engine, table: Table) -> list[str]:
    """Return how SQLite finds the rows of a table, from here on."""
    found: list[str] = []

    def explain(conn: Connection, cursor: Any, statement: str, parameters: Any, *_: object) -> None:
        told = cursor.connection.cursor().execute(f"EXPLAIN QUERY PLAN {statement}", parameters)
        found.extend(line[3] for line in told if table.name in line[3])

    event.listen(engine, "before_cursor_execute", explain)
    return found


@pytest.mark.parametrize("table", timekeeping.TABLES, ids=lambda table: table.name)
def test_a_piece_is_found_by_its_keys_alone(engine: Engine, table: Table) -> None:
    """By another index, such as that of the active sources, each piece would cost what the whole table does."""
    found, first = plans(engine, table), timekeeping.TABLES[table]
    last: timekeeping.Key = "z" if isinstance(first, str) else 9
    with engine.connect() as conn:
        assert timekeeping.misdated(conn, table, first, NOON, BOUNDS) == ([], None)
        conn.execute(timekeeping.of_piece(table, first, last, NOON, BOUNDS)).all()
    key = "autoindex_host_1 (name>?" if table is host else "PRIMARY KEY (rowid>?"
    assert len(found) == 2
    assert [plan for plan in found if key not in plan] == []


def test_new_fetches_are_found_by_their_numbers(engine: Engine) -> None:
    found = plans(engine, fetch)
    with engine.connect() as conn:
        assert timekeeping.asked(conn, 7) == (None, 7)
    assert [plan for plan in found if "PRIMARY KEY (rowid>?" not in plan] == []
