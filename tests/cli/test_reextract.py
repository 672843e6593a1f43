"""`reextract`: stored captures read again."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest

from monitor.answers import ReextractReport
from monitor.cli.reextract import show_sum
from monitor.cli.screen import Screen
from monitor.errors import NotFoundError, UsageError
from tests.cli.conftest import Run

AT = datetime(2026, 11, 16, tzinfo=UTC)


def told(report: ReextractReport, *, dry_run: bool = False) -> tuple[str, str]:
    """Return what standard output and standard error get."""
    out, err = StringIO(), StringIO()
    show_sum(Screen(out, err), report, dry_run=dry_run)
    return out.getvalue(), err.getvalue()


def test_what_came_of_it_is_one_line() -> None:
    """How much was read, and what came of it; what did not happen is not told."""
    report = ReextractReport("a/1 reader/2", documents=1, captures=5, same=2, different=1, unreadable=1, missing=1)
    assert told(report) == (
        "5 captures of 1 document read again by a/1 reader/2: "
        "2 the same text, 1 another text, 1 no text, 1 not in the evidence\n",
        "",
    )
    assert told(ReextractReport("a/1 reader/2", 2, 3, 3, 0, 0, 0), dry_run=True)[0] == (
        "3 captures of 2 documents read again by a/1 reader/2: 3 the same text; nothing was stored\n"
    )


def test_nothing_to_do_is_said() -> None:
    """On standard error, with the way to read all the same."""
    out, err = told(ReextractReport("a/1 reader/2", 0, 0, 0, 0, 0, 0))
    assert out == ""
    assert "--all" in err


def test_what_the_present_extractor_read_stays(ask: Run) -> None:
    """Without an ID only what an older extractor read is read again; a document by number is read in any case."""
    assert ask("reextract").out == ""
    report = json.loads(ask("reextract", 3, "--dry-run", "--json").out)
    assert (report["documents"], report["different"], report["changes"]) == (1, 0, [])
    assert report["captures"] == report["same"] == 1


def test_every_revision_on_request(ask: Run) -> None:
    """The document with two revisions has two readings; the evidence gives the same texts again."""
    told = ask("reextract", 3, "--all", "--dry-run").out
    assert told.startswith("2 captures of 1 document read again by trafilatura/")
    assert told.endswith(": 2 the same text; nothing was stored\n")


@pytest.mark.parametrize(
    ("args", "code"), [((3, "--outlet", "granma.cu"), UsageError.exit_code), ((999,), NotFoundError.exit_code)]
)
def test_what_cannot_be_read_again_is_refused(ask: Run, args: tuple[object, ...], code: int) -> None:
    """Two ways to choose at once, and documents that are not there."""
    refused = ask("reextract", *args)
    assert (refused.code, refused.out) == (code, "")
    assert "hint: " in refused.err
