"""`compact`: what was made, what was left and why."""

import asyncio
import json
from dataclasses import replace
from io import StringIO
from pathlib import Path

import pytest

from monitor.cli.compact import show_report
from monitor.cli.screen import Screen
from monitor.evidence_answers import CompactedFile, CompactReport
from tests.app.shelf import keep, pages, settings_in
from tests.cli.conftest import Run

REPORT = CompactReport(
    made=(
        CompactedFile("a-1.warc.zst", "a.example", 1200, 9_000_000, 700_000, 50_000),
        CompactedFile("b-1.warc.zst", "b.example", 40, 20_000_000, 1_200_000, 90_000),
        CompactedFile("a-2.warc.zst", "a.example", 800, 3_000_000, 100_000, 50_000),
    ),
    replaced=("one.warc.gz", "two.warc.gz"),
    left=("three.warc.gz: was not verified yet",),
)


def told(report: CompactReport, *, dry_run: bool = False) -> tuple[str, str]:
    """Return what standard output and standard error get."""
    out, err = StringIO(), StringIO()
    show_report(Screen(out, err), report, dry_run=dry_run)
    return out.getvalue(), err.getvalue()


def test_a_line_for_each_host_and_the_sum() -> None:
    """The largest first; what was left is told beside the answer, with its reason."""
    out, err = told(REPORT)
    assert [line.split() for line in out.splitlines()] == [
        ["host", "records", "before", "after"],
        ["b.example", "40", "20", "MB", "1.2", "MB"],
        ["a.example", "2,000", "12", "MB", "800", "kB"],
        [],
        ["2", "files", "of", "32", "MB", "became", "2.0", "MB,", "6%", "of", "it,", "in", "3", "files"],
    ]
    assert err == "left as it is: three.warc.gz: was not verified yet\n"


def test_a_dry_run_says_about_how_much() -> None:
    assert told(REPORT, dry_run=True)[0].splitlines()[-1] == "2 files of 32 MB would become about 2.0 MB, 6% of it"


def test_nothing_to_compact() -> None:
    assert told(CompactReport((), ())) == ("nothing to compact\n", "")


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive of pages of long ago."""
    asyncio.run(keep(settings_in(tmp_path / "archive"), [*pages("one.example", 20), *pages("two.example", 20)]))
    return tmp_path / "archive"


def test_the_command_compacts_and_then_has_nothing_to_do(run: Run, archive: Path) -> None:
    """With figures for a person, and for a program as JSON; the dry run before it changes nothing."""
    evidence = archive / "evidence"
    (original,) = evidence.glob("*.warc*")
    dry = run("compact", "--now", "--dry-run", data_dir=archive)
    assert dry.code == 0
    assert "would become about" in dry.out
    assert list(evidence.glob("*.warc*")) == [original]
    done = run("compact", "--now", "--json", data_dir=archive)
    answer = json.loads(done.out)
    assert answer["replaced"] == [original.name]
    assert sorted(one["name"] for one in answer["made"]) == sorted(path.name for path in evidence.glob("*.warc*"))
    again = run("compact", data_dir=archive)
    assert (again.code, again.out) == (0, "nothing to compact\n")
    checked = run("verify", "--again", data_dir=archive)
    assert (checked.code, "nothing wrong" in checked.out) == (0, True)


def test_what_is_too_young_is_counted_in_one_line(run: Run, archive: Path) -> None:
    """How many files, how old they must be, when the first is, and what does not wait."""
    done = run("--set", "evidence.compact_after=3000d", "compact", data_dir=archive)
    assert (done.code, done.out, done.err) == (
        0,
        "nothing to compact yet: 1 file waits until it is 3000 d old, the first on 2035-01-19 10:21; "
        "`compact --now` does not wait\n",
        "",
    )


def test_many_files_with_one_reason_are_one_line() -> None:
    left = tuple(f"{number}.warc.gz: was not verified yet" for number in range(4))
    assert told(CompactReport((), (), left))[1] == (
        "left as it is: 4 files, 0.warc.gz and others: was not verified yet\n"
    )


def test_an_interruption_tells_what_was_done() -> None:
    """In one line; a run that replaced nothing has no other."""
    assert told(CompactReport((), (), finished=False)) == (
        "",
        "interrupted; nothing was replaced, and nothing is left of it\n",
    )
    out, err = told(replace(REPORT, left=(), finished=False))
    assert "became 2.0 MB" in out
    assert err == "interrupted; 2 files replaced, all others are as they were\n"


def test_an_interrupted_command_ends_with_130(run: Run, archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def interrupted(*_: object, **__: object) -> CompactReport:
        return CompactReport((), (), finished=False)

    monkeypatch.setattr("monitor.app.compacting.compact", interrupted)
    done = run("compact", "--now", data_dir=archive)
    assert (done.code, "nothing was replaced" in done.err) == (130, True)
    assert run("compact", "--json", data_dir=archive).code == 130
