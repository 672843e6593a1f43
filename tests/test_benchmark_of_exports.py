"""The benchmark of exports runs, at a tiny size; how fast they are is not judged here."""

from pathlib import Path

from benchmarks import export
from monitor.telling_answers import TableFormat


async def test_it_writes_what_it_measures(tmp_path: Path) -> None:
    """Every document of the archive that it makes, and the edits of a tenth."""
    export._make(tmp_path, 20)
    lines = await export._write(tmp_path, TableFormat.JSONL)
    diffs = await export._write(tmp_path, TableFormat.DIFFS)
    assert (lines["rows"], diffs["rows"]) == (20, 2)
    assert lines["bytes"] > 20 * 2_000
