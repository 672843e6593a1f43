"""Rows for every table of an archive of any schema, made by its types: no two alike, each reference to a row there."""

from base64 import b64encode
from collections.abc import Iterator, Sequence
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Boolean, Column, Connection, Float, Integer, LargeBinary, String, Table

from monitor.store import table_rows
from monitor.store.schema import metadata
from monitor.store.types import Numbers, Strings, UtcTime, Word
from tests.store.examples import NOON

TEXTS = (
    "The ferry to Ängelö left at noon — 120 aboard…",
    "العاصفة تغلق المرفأ",
    "Шторм закрыл гавань, 17 судов",
    "风暴关闭了港口\ttab \\N backslash \"quotes\" 'and' \x01",
)

# Nobody works on it: whoever wants it alone may have it.
AT_REST = {"host.lease_owner", "host.lease_until"}
STOPPED = "worker.stopped_at"


def fill(conn: Connection, tables: Sequence[Table], count: int) -> None:
    """Put `count` rows into each of these tables."""
    for table in tables:
        table_rows.put(conn, table, _rows(table, count))


def _rows(table: Table, count: int) -> Iterator[tuple[Any, ...]]:
    for number in range(1, count + 1):
        yield tuple(_value(table, one, number) for one in table_rows.columns(table))


def _value(table: Table, one: Column[Any], number: int) -> Any:
    """Return a canonical value; where none is needed every third row has none."""
    model = metadata.tables[table.name].columns[one.name]
    for key in model.foreign_keys:
        return _value(key.column.table, key.column, number)
    if f"{table.name}.{one.name}" in AT_REST or (model.nullable and number % 3 == 0 and f"{model}" != STOPPED):
        return None
    return _made(f"{table.name}.{one.name}", model.type, number)


def _made(name: str, kind: Any, number: int) -> Any:
    if isinstance(kind, Word):
        words: list[StrEnum] = list(kind.words)
        return str(words[number % len(words)])
    if isinstance(kind, UtcTime):
        return (NOON + timedelta(hours=number, microseconds=number)).isoformat(timespec="microseconds")[:-6] + "Z"
    if isinstance(kind, Strings):
        return [TEXTS[number % len(TEXTS)], ""][: number % 3]
    if isinstance(kind, Numbers):
        return list(range(number % 4))
    return _simple(name, kind, number)


def _simple(name: str, kind: Any, number: int) -> Any:
    if isinstance(kind, Boolean):
        return number % 2 == 0
    if isinstance(kind, Float):
        return number / 7
    if isinstance(kind, Integer):  # and BigInteger
        return number
    if isinstance(kind, LargeBinary):
        return b64encode(bytes([number % 256, 0, 255])).decode()
    assert isinstance(kind, String)
    if name.endswith(".url"):
        return f"https://radio.example/{name}/{number}"
    return f"{number} {name}"[: kind.length] if kind.length else f"{number} {name} {TEXTS[number % len(TEXTS)]}"
