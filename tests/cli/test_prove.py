"""`prove` and `seals`: what is printed, and how they end."""

import json
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from monitor.app.custody import Custody
from monitor.cli.failures import INTERRUPTED
from monitor.cli.prove import show_proof
from monitor.cli.screen import Screen
from monitor.cli.seals import show_seals
from monitor.cli.session import Session
from monitor.cli.stamp import next_step
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import ProofReport, SealView
from monitor.model import Document, DocumentState, Origin, Revision, Seal, Stamp, StampMethod
from tests.cli.conftest import Run

AT = datetime(2026, 11, 16, 14, 5, tzinfo=UTC)
SEAL = Seal(7, AT, "ab" * 32, 12, "cd" * 32, "ef" * 32)
SIGNED = Stamp(7, StampMethod.ED25519, AT, token=b"signed")
ASKED = Stamp(7, StampMethod.OPENTIMESTAMPS, AT, request=b"asked")


def shown(*views: SealView) -> tuple[str, str]:
    """Return what standard output and standard error get of seals."""
    out, err = StringIO(), StringIO()
    show_seals(Screen(out, err), views)
    return out.getvalue(), err.getvalue()


def test_seals_are_a_table() -> None:
    """With the whole hash, to be compared and published; a stamp that waits for its answer says so."""
    head, row = shown(SealView(SEAL, (SIGNED, ASKED)))[0].splitlines()
    assert head.split() == ["seal", "at", "leaves", "stamps", "hash"]
    assert row.split() == ["7", "2026-11-16", "14:05", "12", "ed25519,", "opentimestamps", "(asked)", "ef" * 32]


def test_without_seals_it_is_said_how_they_come() -> None:
    """On standard error."""
    out, err = shown()
    assert out == ""
    assert "monitor run" in err


def test_what_a_bundle_lacks_is_told_beside_the_answer() -> None:
    """Where it is and what it proves is the answer."""
    document = Document(3, Origin.WEB, DocumentState.LIVE, AT)
    revision = Revision(3, 2, Origin.WEB, "Title", "Text", "", "", AT, AT)
    out, err = StringIO(), StringIO()
    report = ProofReport(
        "p.zip", document, revision, (), SEAL, (), ("text.txt", "proof.json"), ("It was there",), ("a.warc.gz",)
    )
    show_proof(Screen(out, err), report)
    assert out.getvalue() == "p.zip: 2 files\n  It was there.\n"
    assert err.getvalue() == "left out: a.warc.gz\n"


def test_a_revision_is_proved(ask: Run, tmp_path: Path) -> None:
    """To a folder it has a name of its own; the checker in it says proved."""
    done = ask("prove", 3, "--revision", 1, "--out", tmp_path)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"{tmp_path / 'proof-3-1.zip'}: 5 files\n  The text of revision 1 is in the chain")
    with zipfile.ZipFile(tmp_path / "proof-3-1.zip") as bundle:
        bundle.extractall(tmp_path / "proof")
    command = [sys.executable, "-I", "check_proof.py"]
    told = subprocess.run(command, cwd=tmp_path / "proof", capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert b"12 millones" in (tmp_path / "proof" / "text.txt").read_bytes()


def test_as_json(ask: Run, tmp_path: Path) -> None:
    """One report; the seal in it is the one that `seals` lists."""
    report = json.loads(ask("prove", 3, "--out", tmp_path / "p.zip", "--json").out)
    assert (report["document"]["id"], report["revision"]["number"], report["left_out"]) == (3, 2, [])
    assert report["files"] == ["records.warc.gz", "text.txt", "proof.json", "README.txt", "check_proof.py"]
    seals = json.loads(ask("seals", "--json").out)
    assert report["seal"]["hash"] == seals[0]["seal"]["hash"]
    assert len(json.loads(ask("seals", "--limit", 1, "--json").out)) == 1
    assert seals[0]["seal"]["hash"] in ask("seals").out


def test_every_capture_comes_along_if_told(ask: Run, tmp_path: Path) -> None:
    """And not otherwise."""
    few, every = (
        json.loads(ask("prove", 3, "--revision", 1, *more, "--out", tmp_path / f"{name}.zip", "--json").out)["captures"]
        for name, more in (("few", ()), ("every", ("--all",)))
    )
    assert len(few) <= len(every)
    assert {one["id"] for one in few} <= {one["id"] for one in every}


def test_a_saved_text_has_no_records(ask: Run, tmp_path: Path) -> None:
    """But the file that was imported."""
    files = json.loads(ask("prove", 2, "--out", tmp_path, "--json").out)["files"]
    assert "records.warc.gz" not in files
    assert [name for name in files if name.startswith("saved/")] != []


def test_records_that_are_missing_end_it_with_6(ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After all was told, as text and as JSON: like `export`."""
    whole = Custody.prove

    async def damaged(*args: Any, **options: Any) -> ProofReport:
        return replace(await whole(*args, **options), left_out=("a.warc.gz: byte 7: torn",))

    monkeypatch.setattr(Custody, "prove", damaged)
    done = ask("prove", 3, "--out", tmp_path / "p.zip")
    assert done.code == EvidenceError.exit_code
    assert done.out.startswith(f"{tmp_path / 'p.zip'}: 5 files\n")
    assert "left out: a.warc.gz: byte 7: torn\n" in done.err
    assert "monitor: 1 record could not be read and was left out\n" in done.err
    done = ask("prove", 3, "--out", tmp_path / "q.zip", "--json")
    assert (done.code, json.loads(done.out)["left_out"]) == (EvidenceError.exit_code, ["a.warc.gz: byte 7: torn"])


def test_an_interruption_is_told(ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And that nothing half done is left."""

    async def stopped(*_: Any, **__: Any) -> ProofReport:
        raise KeyboardInterrupt

    monkeypatch.setattr(Custody, "prove", stopped)
    done = ask("prove", 3, "--out", tmp_path / "p.zip")
    assert (done.code, done.out, done.err) == (INTERRUPTED, "", "interrupted; a bundle is there whole or not at all\n")


@pytest.mark.parametrize("way", ["authority=https://tsa.example/tsr", "calendars=['https://c.example']", "key=k.pem"])
def test_what_is_hinted_at_can_be_done(run: Run, recorded: Path, tmp_path: Path, way: str) -> None:
    """By whom is configured; where nobody is, by hand, and that command works."""
    option, _, value = way.partition("=")
    there = {"data_dir": str(tmp_path)}
    assert next_step(Session(overrides={**there, f"stamp.{option}": value})) == "stamp"
    hinted = next_step(Session(overrides=there)).replace("seal.tsq", str(tmp_path / "seal.tsq"))
    copied = Path(shutil.copytree(recorded, tmp_path / "copy"))
    assert run(*hinted.split(), data_dir=copied).code == 0


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ((999,), NotFoundError.exit_code),
        ((3, "--revision", 9), NotFoundError.exit_code),
        ((3, "--revision", 0), UsageError.exit_code),
        ((3, "--out", ""), UsageError.exit_code),
        ((3, "--out", "nowhere/proof.zip"), NotFoundError.exit_code),
        ((3, "--out", "nowhere/"), NotFoundError.exit_code),
        ((3, "--out", "proof.txt"), UsageError.exit_code),
        ((3, "--out", "proof"), UsageError.exit_code),
    ],
)
def test_what_cannot_be_proved_is_refused(
    ask: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, args: tuple[object, ...], code: int
) -> None:
    """With the reason, and without a file."""
    monkeypatch.chdir(tmp_path)
    refused = ask("prove", *args)
    assert (refused.code, refused.out) == (code, "")
    assert refused.err != ""
    assert list(tmp_path.iterdir()) == []
