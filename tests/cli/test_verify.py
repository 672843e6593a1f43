"""`verify` on the command line: what it prints, and how it ends."""

import contextlib
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest

from monitor.app import verifying_database, verifying_files, verifying_objects, verifying_records, verifying_texts
from monitor.cli.failures import INTERRUPTED
from monitor.cli.screen import Screen
from monitor.cli.verify import ADVICE, show, told
from monitor.edges import warc_checks
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import Fault, VerifyReport
from tests.cli.conftest import Result, Run

DOCS = (Path(__file__).parents[2] / "docs" / "verify.md").read_text(encoding="utf-8")
MODULES = (verifying_database, verifying_files, verifying_objects, verifying_records, verifying_texts, warc_checks)


@pytest.fixture
def data_dir(recorded: Path, tmp_path: Path) -> Path:
    """The recorded archive, to be damaged."""
    return Path(shutil.copytree(recorded, tmp_path / "copied"))


def test_an_archive_that_is_right(run: Run, data_dir: Path) -> None:
    """One line; run again at once it says what it did not read, and since when."""
    first = run("verify", data_dir=data_dir)
    assert first.code == 0
    assert re.fullmatch(
        r"\d files read \(.* records, .* captures\), 5 texts made again, \d seals?: nothing wrong\n", first.out
    )
    second = run("verify", "--no-texts", data_dir=data_dir)
    assert re.fullmatch(
        r"0 files read \(0 B, 0 records, 0 captures\), 3 files not read again since 20\d\d-\d\d-\d\d \d\d:\d\d"
        r" \(--again reads them\), \d seals?: nothing wrong in what was read\n",
        second.out,
    )
    again = run("verify", "--again", "--no-texts", "--rate", "50MB", "--json", data_dir=data_dir)
    assert again.code == 0
    report = json.loads(again.out)
    assert (report["skipped"], report["texts"], report["faults"], report["finished"]) == (0, 0, [], True)


def test_what_is_wrong_is_printed_and_told_by_the_exit_code(run: Run, data_dir: Path) -> None:
    """A line for each thing: kind, where, what, and what to do."""
    first, *_ = sorted((data_dir / "evidence").glob("*.warc*"))
    first.unlink()
    result = run("verify", "--no-texts", data_dir=data_dir)
    assert result.code == EvidenceError.exit_code
    line = result.out.splitlines()[0]
    assert line.startswith(f"file-missing: {first.name}: it is not in ")
    assert line.endswith(" -> restore the file from a backup")
    assert result.err.startswith("monitor: 1 thing is wrong with the archive\n  hint: ")
    result = run("verify", "--no-texts", "--json", data_dir=data_dir)
    assert result.code == EvidenceError.exit_code
    assert [one["kind"] for one in json.loads(result.out)["faults"]] == ["file-missing"]


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (("none.warc.gz",), NotFoundError.exit_code),
        (("--rate", "fast"), UsageError.exit_code),
        (("--rate", "0"), UsageError.exit_code),
        (("",), UsageError.exit_code),
    ],
)
def test_what_cannot_be_verified_is_refused(ask: Run, args: tuple[str, ...], code: int) -> None:
    refused: Result = ask("verify", *args)
    assert (refused.code, refused.out) == (code, "")


def test_an_interrupted_run_tells_what_it_found(config: Path, data_dir: Path) -> None:
    """Ctrl-C as soon as the bar shows that it reads: it ends with 130 and says that the next run goes on."""
    command = [sys.executable, "-m", "monitor", "--config", str(config), "--data-dir", str(data_dir)]
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*command, "verify", "--no-texts", "--rate", "100"], stdout=subprocess.PIPE, stderr=slave, text=True
    ) as process:
        os.close(slave)
        err = b""
        while b"verifying" not in err:
            err += os.read(master, 1000)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while True:
                err += os.read(master, 10_000)
        os.close(master)
    assert process.returncode == INTERRUPTED, err
    assert out.endswith(": nothing wrong so far\n")
    assert b"the next run goes on from there" in b" ".join(err.split())


def test_every_kind_of_fault_has_advice_and_an_entry() -> None:
    """In the table of docs/verify.md, which has no other."""
    kinds = {value for module in MODULES for name, value in vars(module).items() if _is_kind(name, value)}
    table = DOCS.partition("<!-- kinds -->")[2].partition("<!-- end -->")[0]
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE))
    assert kinds == documented
    assert kinds <= ADVICE.keys()


def _is_kind(name: str, value: object) -> bool:
    return name.isupper() and isinstance(value, str) and re.fullmatch(r"[a-z]+(-[a-z]+)+", value) is not None


def test_what_comes_from_outside_cannot_act_on_the_screen() -> None:
    """Addresses in altered records are somebody else's words."""
    line = told(Fault("capture-differs", "a.warc.gz", "url is http://a/\x1b[31m\nforged: line", 7))
    assert "\x1b" not in line
    assert "\n" not in line
    assert line.startswith("capture-differs: a.warc.gz at byte 7: url is ")


def test_an_unknown_kind_is_told_without_advice() -> None:
    assert told(Fault("other", "something", "is odd")) == "other: something: is odd"


def test_what_was_not_compared_is_a_note() -> None:
    """On standard error."""
    out, err = StringIO(), StringIO()
    show(Screen(out, err), VerifyReport(1, 2, 3, 4, 5, 0, 0, (), ("2 texts whose bytes are not kept",)))
    told = "1 file read (4 B, 3 records, 5 captures), 2 files not read again (--again reads them)"
    assert out.getvalue() == f"{told}: nothing wrong in what was read\n"
    assert err.getvalue() == "2 texts whose bytes are not kept\n"
