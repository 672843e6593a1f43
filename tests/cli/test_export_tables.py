"""`export` of texts, changes and sources, and `import-opml`, as they are typed."""

import csv
import json
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.failures import INTERRUPTED
from monitor.errors import NotFoundError, UsageError
from tests.cli.conftest import CHANGED, Run


def test_the_ending_of_the_file_says_the_form(ask: Run, tmp_path: Path) -> None:
    """What was written is told in one line; a folder is texts."""
    for name, told in (
        *(("a.jsonl", "4 documents"), ("a.jsonl.gz", "4 documents"), ("a.csv", "4 documents")),
        *(("a.diff", "1 change"), ("a.patch", "1 change"), ("a.atom", "1 change"), ("a.opml", "1 source")),
        ("texts/", "4 texts"),
    ):
        done = ask("export", f"{tmp_path}/{name}")
        assert (done.code, done.err) == (0, "")
        assert done.out.startswith(f"{told}: {tmp_path}/{name.rstrip('/')}, ")
    assert (tmp_path / "texts" / "index.jsonl").exists()


def test_a_search_is_typed_as_everywhere(ask: Run, tmp_path: Path) -> None:
    """Words, fields, -exclusions; numbers and URLs are documents."""
    found = ask("export", "-", "--csv", '"21 millones"', "-feria", "origin:web", "--source", "rss")
    (row,) = csv.DictReader(StringIO(found.out, newline=""))
    assert (row["title"], found.err) == (CHANGED, "1 document\n")
    named = ask("export", "-", "--jsonl", 3, "http://diario.example/tranvia")
    assert [json.loads(line)["document"]["id"] for line in named.out.splitlines()] == [3, 4]
    alike = json.loads(ask("export", tmp_path / "alike.csv", "--copies-of", 3, "--json").out)
    assert alike["rows"] == 2
    late = ask("export", "-", "--csv", "--since", "2026-03-02T09:30")
    assert late.err == "0 documents\nnothing was found\n"


def test_captures_of_a_search(ask: Run, tmp_path: Path) -> None:
    """The same words select captures; what nothing is found by is told."""
    done = ask("export", tmp_path / "a.warc.gz", "vuelve")
    assert " captures of 1 document: " in done.out
    assert ask("export", tmp_path / "b.warc.gz", "nowhere").code == NotFoundError.exit_code


@pytest.mark.parametrize(
    "args",
    [
        ("a.jsonl", 3, "mercado"),
        ("a.jsonl", "--csv", "--jsonl"),
        ("a.jsonl", "--mark", "daily"),
        ("-", "--jsonl", "--since", "last"),
        ("-", "--jsonl", "--resume"),
        ("-", "--text"),
        ("-", "--parquet"),
        ("-", "--jsonl", "--json"),
        ("a.opml", "mercado"),
        ("a.opml", "--since", "last"),
        ("a.diff", "--documents"),
        ("a.wacz", "--since", "last"),
        ("a.wacz", "--resume"),
        ("a.wacz", "--changes"),
        ("a.jsonl", "source:99"),
        ("a.jsonl", "--since", "whenever"),
        ("a.jsonl", "--since", "last", "--mark", "x" * 81),
        ("a.jsonl", "mercado", "--copies-of", 3),
    ],
)
def test_what_does_not_go_together_is_refused(
    ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[object, ...]
) -> None:
    """With a word of why, and no file is left."""
    monkeypatch.chdir(tmp_path)
    refused = ask("export", *args)
    assert (refused.code, refused.out) == (UsageError.exit_code, "")
    assert refused.err.startswith("monitor: ")
    assert list(tmp_path.iterdir()) == []


def test_since_last_goes_on(run: Run, recorded: Path, tmp_path: Path) -> None:
    """The file of the time before may be taken away; another search has another mark."""
    data = tmp_path / "archive"
    data.mkdir()
    (data / "archive.db").write_bytes((recorded / "archive.db").read_bytes())
    first = run("export", tmp_path / "new.jsonl", "--since", "last", "--json", data_dir=data)
    assert json.loads(first.out)["rows"] == 4
    assert run("export", tmp_path / "new.jsonl", "--since", "last", data_dir=data).code == UsageError.exit_code
    (tmp_path / "new.jsonl").unlink()
    again = run("export", tmp_path / "new.jsonl", "--since", "last", data_dir=data)
    assert again.out.startswith("0 documents")
    assert "nothing is new since the last one" in again.err
    other = run("export", tmp_path / "b" / ".." / "new.csv", "mercado", "--since", "last", data_dir=data)
    assert other.code == NotFoundError.exit_code  # there is no folder b
    stream = run("export", "-", "--jsonl", "mercado", "--since", "last", "--mark", "pipe", data_dir=data)
    assert len(stream.out.splitlines()) == 3


def test_an_interruption_tells_how_to_go_on(ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And --resume does."""
    monkeypatch.setattr("monitor.app.export_tables.BATCH", 1)
    from monitor.app.export_writers import LineWriter

    whole, calls = LineWriter.add, []

    def stopped(self: LineWriter, rows: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        whole(self, rows)

    monkeypatch.setattr(LineWriter, "add", stopped)
    done = ask("export", tmp_path / "a.jsonl")
    assert (done.code, done.out) == (INTERRUPTED, "")
    assert done.err == f"interrupted; {tmp_path}/a.jsonl is not whole yet: the same command with --resume goes on\n"
    resumed = ask("export", tmp_path / "a.jsonl", "--resume")
    assert resumed.out.startswith("4 documents: ")
    assert resumed.err == "went on after 2 that were there\n"
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert len({json.loads(line)["document"]["id"] for line in lines}) == 4


@pytest.mark.slow
def test_a_pipe_that_closes_is_no_error(recorded: Path) -> None:
    """`| head -1` ends with 0 and no complaint."""
    command = [sys.executable, "-c", "from monitor.cli.app import main; main()", "--data-dir", str(recorded)]
    line = " ".join(f"'{part}'" for part in (*command, "export", "-", "--jsonl"))
    script = f"trap '' {signal.SIGUSR1.value}; {line} | head -c 1; echo ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == "{0\n"
    assert "Traceback" not in done.stderr


def test_sources_are_imported(ask: Run, run: Run, tmp_path: Path) -> None:
    """From what export wrote, also through a pipe; a dry run adds none."""
    ask("export", tmp_path / "a.opml")
    dry = run("import-opml", tmp_path / "a.opml", "--dry-run")
    assert (dry.code, dry.out.split()[0]) == (0, "found")
    done = run("import-opml", "-", "--json", stdin=(tmp_path / "a.opml").read_bytes())
    (report,) = json.loads(done.out)
    assert (report["status"], report["source"]["url"]) == ("added", "http://diario.example/rss")
    assert run("import-opml", tmp_path / "none.opml").code == NotFoundError.exit_code
    assert run("import-opml", "-", stdin=b"https://a.example/").code == UsageError.exit_code
