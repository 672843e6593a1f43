"""Tables as Parquet, a row group at a time. pyarrow is an extra, and imported when it is asked for."""

from collections.abc import Sequence
from contextlib import suppress
from importlib import import_module
from typing import Any, BinaryIO

from monitor.core.export_fields import Column, Kind, values
from monitor.errors import UsageError

ROWS = 5_000  # of a group: what is held in memory, unless texts are long
WEIGHT = 4_000_000  # characters of a group, at most about; pyarrow holds them several times over


class ParquetWriter:
    """Rows in columns with types: times are timestamp[us, UTC], numbers int64, texts UTF-8, shares float64."""

    def __init__(self, out: BinaryIO, columns: tuple[Column, ...]) -> None:
        self._pyarrow, parquet = _imported()
        self._columns = columns
        self._schema = self._pyarrow.schema([(column.name, self._type(column.kind)) for column in columns])
        self._out = out
        self._file = parquet.ParquetWriter(out, self._schema, compression="zstd")
        self._waiting: list[tuple[object, ...]] = []
        self._weight = 0
        self.length = 0
        self.rows = 0

    def begin(self) -> None:
        """Write nothing: the head is written by now, and the schema stands at the end."""

    def add(self, rows: Sequence[Any]) -> None:
        """Gather rows, and write them once they are many or long."""
        for row in rows:
            told = values(self._columns, row)
            self._waiting.append(told)
            self._weight += sum(len(value) for value in told if isinstance(value, str))
        self.rows += len(rows)
        if len(self._waiting) >= ROWS or self._weight >= WEIGHT:
            self._flush()

    def end(self) -> None:
        """Write the rest, and the footer, without which the file is none."""
        self._flush()
        self._file.close()

    def drop(self) -> None:
        """Close the file, which is none; pyarrow would try to when it is collected."""
        with suppress(OSError):
            self._file.close()
        self._file.is_open = False

    def _flush(self) -> None:
        if self._waiting:
            columns = zip(self._columns, zip(*self._waiting, strict=True), strict=True)
            arrays = [self._pyarrow.array(held, self._type(column.kind)) for column, held in columns]
            self._file.write_table(self._pyarrow.Table.from_arrays(arrays, schema=self._schema))
            self._waiting, self._weight = [], 0

    def _type(self, kind: Kind) -> Any:
        arrow = self._pyarrow
        if kind == "time":
            return arrow.timestamp("us", tz="UTC")
        return {"number": arrow.int64(), "share": arrow.float64(), "text": arrow.string()}[kind]


def _imported() -> tuple[Any, Any]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet")
    except ImportError as error:
        hint = "pip install 'monitor-archive[parquet]'"
        raise UsageError("Parquet needs pyarrow, which is not installed", hint=hint) from error
