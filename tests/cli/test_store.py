"""`store`: the commands of docs/storage.md, as a person runs them and as a program reads them."""

import asyncio
import json
import re
from pathlib import Path

import pytest

from tests.app.shelf import keep, pages, settings_in
from tests.blank import blank_sqlite
from tests.cli.conftest import Run

DOCS = (Path(__file__).parents[2] / "docs" / "storage.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^monitor (\S[^#\n]*?)\s+#", DOCS, re.MULTILINE)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive with a closed file."""
    blank_sqlite(tmp_path / "archive" / "archive.db")
    asyncio.run(keep(settings_in(tmp_path / "archive"), pages("one.example", 3)))
    return tmp_path / "archive"


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder as a store, named in the environment."""
    monkeypatch.setenv("MONITOR_EVIDENCE__STORE", f"file://{tmp_path / 'bucket'}")
    return tmp_path / "bucket"


def test_the_commands_of_the_page_store_and_tell(run: Run, archive: Path, bucket: Path) -> None:
    """First how much waits, then that it was stored; then nothing waits."""
    assert COMMANDS == ["store --dry-run", "store"]
    dry, done = (run(*command.split(), data_dir=archive) for command in COMMANDS)
    assert (dry.code, done.code) == (0, 0)
    assert "not stored yet, those being written included: 1 file" in dry.out
    assert f"file://{bucket}: 1 file stored" in done.out
    assert len(list(bucket.glob("*.warc.gz"))) == 1
    answer = json.loads(run("store", "--dry-run", "--json", data_dir=archive).out)
    assert (answer["stored_files"], answer["waiting_files"], answer["oldest"]) == (1, 0, None)
    assert json.loads(run("store", "--json", data_dir=archive).out)["stored"] == []


def test_without_a_store_it_says_what_to_configure(run: Run, archive: Path) -> None:
    """As an error of the configuration; how much there is it tells all the same."""
    assert run("store", data_dir=archive).code == 3
    told = run("store", "--dry-run", data_dir=archive)
    assert (told.code, "no object store is configured" in told.err) == (0, True)


def test_what_cannot_be_stored_ends_with_an_error(run: Run, archive: Path, bucket: Path) -> None:
    """Another object has its name: it stays, and so does the file."""
    (file,) = (archive / "evidence").glob("*.warc.gz")
    bucket.mkdir()
    (bucket / file.name).write_bytes(b"what somebody else put there")
    done = run("store", data_dir=archive)
    assert done.code == 6
    assert f"{file.name} was not stored: file://{bucket}/{file.name} has 28 bytes" in done.out
    assert (bucket / file.name).read_bytes() == b"what somebody else put there"
    assert file.exists()
