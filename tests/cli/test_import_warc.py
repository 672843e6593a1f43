"""`import-warc`: the files of other archives."""

import json
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from monitor.cli.import_warc import show
from monitor.cli.screen import Screen
from monitor.errors import EvidenceError, NotFoundError
from monitor.evidence_answers import Fault, ImportedFile
from tests.cli.conftest import Run
from tests.edges import foreign_warcs as foreign

AT = datetime(2021, 3, 4, 9, 30, tzinfo=UTC)
URL = "https://news.example/2021/03/04/the-bridge-is-coming"


def told(report: ImportedFile, *, keep_good: bool = False, dry_run: bool = False) -> str:
    """Return what standard output gets."""
    out = StringIO()
    show(Screen(out, StringIO()), [report], keep_good=keep_good, dry_run=dry_run)
    return out.getvalue()


def test_what_came_of_a_file_is_one_line() -> None:
    """What did not happen is not told."""
    assert told(ImportedFile("a.warc.gz", 9, 4, 2, 3, 2, 1, 3, 1, redacted=1)) == (
        "a.warc.gz: 9 records: 4 captures kept, 2 here already, 1 of documents that were removed for good,"
        " 3 no captures; 2 documents (1 new), 3 new texts, 1 older than all known before\n"
    )
    assert told(ImportedFile("a.warc.gz", 1, 1, 0, 0, 0, 0, 0, 0), dry_run=True) == (
        "a.warc.gz: 1 record: 1 capture would be kept\n"
    )


def test_many_faults_are_not_all_told() -> None:
    """Twenty, and how many more; none of them can act on the terminal."""
    faults = tuple(Fault("bad-url", "a.warc.gz", "it is \x1b[31mred", number) for number in range(25))
    lines = told(ImportedFile("a.warc.gz", 25, 0, 0, 0, 0, 0, 0, 0, faults)).splitlines()
    assert lines[0] == "a.warc.gz: byte 0: bad-url: it is \\x1b[31mred"
    assert lines[-2:] == [
        "and 5 faults more; --json lists all",
        "a.warc.gz: refused, nothing was kept; --keep-good keeps what is sound",
    ]


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    """A good file and one with a fault in it."""
    good, odd = tmp_path / "good.warc.gz", tmp_path / "odd.warc.gz"
    good.write_bytes(foreign.gzipped(foreign.wget(URL, AT, foreign.html("The bridge is coming"))))
    wrong = foreign.page(f"{URL}-2", AT, "Odd", WARC_Block_Digest=foreign.sha1(b"other"))
    odd.write_bytes(foreign.gzipped([wrong, foreign.page(f"{URL}-3", AT, "The bridge is delayed")]))
    return good, odd


def test_good_files_are_imported_beside_bad_ones(run: Run, files: tuple[Path, Path]) -> None:
    """The bad one is refused with its place, and the command ends with 6 once everything was told."""
    good, odd = files
    done = run("import-warc", good, odd, "--new-documents")
    assert done.code == EvidenceError.exit_code
    assert "good.warc.gz: 4 records: 1 capture kept, 2 no captures; 1 document (1 new), 1 new text\n" in done.out
    assert "odd.warc.gz: byte 0: wrong-block-digest: " in done.out
    assert "odd.warc.gz: refused, nothing was kept" in done.out
    assert "1 fault in " in done.err
    assert "--keep-good" in done.err
    assert "The bridge is coming" in run("show", 1).out
    kept = run("import-warc", odd, "--keep-good", "--json")
    (report,) = json.loads(kept.out)
    assert (kept.code, report["kept"], report["faults"][0]["kind"]) == (6, 1, "wrong-block-digest")
    assert run("verify").code == 0


def test_a_dry_run_begins_no_archive(run: Run, files: tuple[Path, Path], tmp_path: Path) -> None:
    """It tells all the same what would come of it; nor is one begun for a file that is not there."""
    done = run("import-warc", files[0], "--dry-run")
    assert (done.code, "1 capture would be kept" in done.out) == (0, True)
    assert "import-warc" in run("status").err
    assert not (tmp_path / "archive").exists()
    assert run("import-warc", tmp_path / "gone.warc.gz").code == NotFoundError.exit_code
    assert not (tmp_path / "archive").exists()
