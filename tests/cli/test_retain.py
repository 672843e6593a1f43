"""`monitor retain`: what would go, by kind, and what went."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Run

OLD = ("--set", "retention.sources=1h", "--set", "retention.robots=1h")


@pytest.fixture
def keep(run: Run, recorded: Path, tmp_path: Path) -> Run:
    """Run the command line on a copy of the recorded archive."""
    copy = tmp_path / "copy"
    shutil.copytree(recorded, copy)
    return lambda *args, **more: run(*args, data_dir=copy, **more)


def test_nothing_goes_unless_it_is_said(keep: Run) -> None:
    """The default keeps everything; that is told on standard error."""
    done = keep("retain")
    assert (done.code, done.out) == (0, "")
    assert "[retention]" in done.err


def test_the_rehearsal_shows_kinds_and_examples(keep: Run) -> None:
    """And says that nothing was removed."""
    told = keep(*OLD, "retain", "--dry-run")
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0].split() == ["kind", "captures", "bytes", "from", "to"]
    assert any(line.startswith("sources ") for line in lines)
    assert any(line.endswith("/rss") for line in lines)
    assert lines[-1].endswith("would be removed; nothing was")


def test_what_went_is_counted(keep: Run) -> None:
    """In JSON field by field; the second time there is nothing left to go."""
    told = json.loads(keep(*OLD, "retain", "--dry-run", "--json").out)
    done = json.loads(keep(*OLD, "retain", "--json").out)
    assert told["dry_run"] is True
    assert done == {**told, "dry_run": False}
    assert done["captures"] == sum(one["captures"] for one in done["kinds"]) > 0
    assert json.loads(keep(*OLD, "retain", "--json").out)["captures"] == 0


def test_the_last_line_says_what_was_done(keep: Run) -> None:
    """Captures, bytes and files."""
    assert keep(*OLD, "retain").out.splitlines()[-1].endswith("in 2 files removed; tombstones tell of them")
