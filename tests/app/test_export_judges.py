"""What programs of other makes read from our tables: DuckDB, pandas and polars."""

import asyncio
import json
from pathlib import Path

import pytest

from monitor.app.exports import Exports
from monitor.telling_answers import TableFormat
from tests.app.exported import fill, opened
from tests.edges.judges import PYTHON, run

_READ = """
import duckdb, json, pandas, polars, sys
csv, lines, table = sys.argv[1:]
told = {}
told["pandas csv"] = pandas.read_csv(csv)[["id", "title"]].values.tolist()
told["polars csv"] = [list(row) for row in polars.read_csv(csv, infer_schema_length=None)["id", "title"].rows()]
told["duckdb csv"] = [list(row) for row in duckdb.sql(f"select id, title from read_csv('{csv}')").fetchall()]
told["polars parquet"] = [list(row) for row in polars.read_parquet(table)["id", "title"].rows()]
told["duckdb parquet"] = [list(row) for row in duckdb.sql(f"select id, title from '{table}'").fetchall()]
query = f"select document.id, revisions[-1].title from read_json('{lines}') order by 1"
told["duckdb jsonl"] = [list(row) for row in duckdb.sql(query).fetchall()]
told["times"] = str(polars.read_parquet(table)["first_seen_at"].dtype)
print(json.dumps(told))
"""


def test_others_read_the_same(tmp_path: Path) -> None:
    """The byte order mark of CSV is no part of its first column, and times of Parquet are times."""
    pytest.importorskip("pyarrow")
    asyncio.run(_export(tmp_path))
    verdict = run(PYTHON, "-c", _READ, *(tmp_path / name for name in ("a.csv", "a.jsonl", "a.parquet")))
    assert verdict.code == 0, verdict.err
    told = json.loads(verdict.out)
    times = told.pop("times")
    expected = [[1, "Ferry number 0 sails"], *([number + 1, f"Ferry number {number}"] for number in range(1, 5))]
    assert told == dict.fromkeys(told, expected)
    assert times == "Datetime(time_unit='us', time_zone='UTC')"


async def _export(folder: Path) -> None:
    with opened(folder / "data") as ctx:
        await fill(ctx)
        forms = {"a.csv": TableFormat.CSV, "a.jsonl": TableFormat.JSONL, "a.parquet": TableFormat.PARQUET}
        for name, form in forms.items():
            await Exports(ctx).write(form, folder / name)
