"""`export`: captures for other programs."""

import json
import zipfile
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.export_evidence import show
from monitor.cli.failures import INTERRUPTED
from monitor.cli.screen import Screen
from monitor.edges.warc_reader import records_of
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import ExportFormat, ExportReport, Fault
from tests.cli.conftest import Run


def test_the_name_of_the_file_says_the_format(ask: Run, tmp_path: Path) -> None:
    """Or a flag does, whatever the name; what was written is told in one line."""
    done = ask("export", tmp_path / "all.warc.gz")
    assert done.code == 0
    assert f" captures of 3 documents: {tmp_path}/all.warc.gz, " in done.out
    assert next(records_of(tmp_path / "all.warc.gz")).kind == "warcinfo"
    assert ask("export", tmp_path / "all.wacz").code == 0
    assert zipfile.is_zipfile(tmp_path / "all.wacz")
    assert ask("export", tmp_path / "index", "--cdxj").code == 0
    assert (tmp_path / "index").read_text().startswith("example,diario)/")


def test_an_index_may_go_to_the_screen(ask: Run) -> None:
    """Only lines are on standard output, so that another program may read them; how many is told beside."""
    done = ask("export", "-", "--cdxj")
    lines = done.out.splitlines()
    assert lines
    assert all(json.loads(line[line.index("{") :])["filename"] for line in lines)
    assert done.err.startswith(f"{len(lines)} captures of 3 documents")


def test_a_selection_is_exported(ask: Run, tmp_path: Path) -> None:
    """One document by its number, and the same by time; --json prints the report."""
    report = json.loads(ask("export", tmp_path / "one.warc.gz", 3, "--json").out)
    assert (report["format"], report["documents"], report["left_out"]) == ("warc", 1, [])
    found = {one.header("WARC-Target-URI") for one in records_of(tmp_path / "one.warc.gz")} - {None}
    assert found == {"http://diario.example/mercado"}
    until = json.loads(ask("export", tmp_path / "early.warc.gz", 3, "--until", "2026-03-02T09:30", "--json").out)
    assert 0 < until["captures"] < report["captures"]
    source = json.loads(ask("export", tmp_path / "source.warc.gz", "--source", "rss", "--json").out)
    assert source["documents"] == 2
    alike = json.loads(ask("export", tmp_path / "alike.warc.gz", "--copies-of", 3, "--json").out)
    assert alike["documents"] == 2  # a saved text is its copy, and the page that this names was asked for


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("all.txt",), UsageError.exit_code),
        (("all.wacz", "--warc", "--cdxj"), UsageError.exit_code),
        (("-", "--wacz"), UsageError.exit_code),
        (("-", "--cdxj", "--json"), UsageError.exit_code),
        (("-",), UsageError.exit_code),
        (("",), UsageError.exit_code),
        (("none/a.wacz",), NotFoundError.exit_code),
        (("a.wacz", 99), NotFoundError.exit_code),
        (("a.wacz", "--until", "2020-01-01"), NotFoundError.exit_code),
        (("a.wacz", "--source", "none"), NotFoundError.exit_code),
        (("a.wacz", "--outlet", "nobody"), NotFoundError.exit_code),
    ],
)
def test_what_cannot_be_exported_is_refused(
    ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[object, ...], code: int
) -> None:
    """A format that nothing says, or two; a selection of nothing; and no file is left."""
    monkeypatch.chdir(tmp_path)
    refused = ask("export", *args)
    assert (refused.code, refused.out) == (code, "")
    assert refused.err.startswith("monitor: ")
    assert list(tmp_path.iterdir()) == []


def test_no_file_is_overwritten(ask: Run, tmp_path: Path) -> None:
    """Whatever it is."""
    (tmp_path / "mine.wacz").write_bytes(b"mine")
    assert ask("export", tmp_path / "mine.wacz").code == UsageError.exit_code
    assert (tmp_path / "mine.wacz").read_bytes() == b"mine"


def test_an_interruption_is_told(ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no part of a file is left."""

    async def stopped(*_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("monitor.app.export_evidence.write_warc", stopped)
    done = ask("export", tmp_path / "all.warc.gz")
    assert (done.code, done.out, done.err) == (INTERRUPTED, "", "interrupted; no file was written\n")
    assert list(tmp_path.iterdir()) == []


def test_what_is_left_out_is_named_and_ends_with_6(run: Run, recorded: Path, tmp_path: Path) -> None:
    """The file is written all the same."""
    archive = tmp_path / "archive"
    archive.mkdir()
    (archive / "archive.db").write_bytes((recorded / "archive.db").read_bytes())  # and no evidence
    done = run("export", tmp_path / "all.cdxj")
    assert done.code == EvidenceError.exit_code
    assert "left out: monitor-" in done.err
    assert "hint: `monitor verify`" in done.err
    assert (tmp_path / "all.cdxj").exists()


def test_the_report_in_words() -> None:
    """What was brought along is told; of much that is left out the first ten, and how many more."""
    faults = tuple(Fault("damaged", f"http://a.example/{n}", "is not the record") for n in range(12))
    out, err = StringIO(), StringIO()
    report = ExportReport("a.wacz", ExportFormat.WACZ, 1200, 2401, 0, 12_345_678, faults, brought=3)
    show(Screen(out, err), report, on_screen=False)
    assert out.getvalue() == "1,200 captures, 3 of them because others refer to them: a.wacz, 12 MB\n"
    assert err.getvalue().count("left out: http://a.example/") == 10
    assert err.getvalue().endswith("left out: 2 more; --json names all\n")
    index = ExportReport("a.cdxj", ExportFormat.CDXJ, 3, 0, 0, 900, in_use=("one.warc.gz.open",))
    show(Screen(out, err), index, on_screen=True)
    assert "one.warc.gz.open is in use and will lose its .open: make the index again then\n" in err.getvalue()
