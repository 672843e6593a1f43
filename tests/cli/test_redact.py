"""`monitor redact`: asks first, removes for good, and every command says so afterwards."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from monitor.errors import NotFoundError, UsageError
from tests.cli.conftest import Run

WHY = "court order 4 O 112/26"
STORY = "http://diario.example/mercado"


@pytest.fixture
def gone(run: Run, recorded: Path, tmp_path: Path) -> Run:
    """Run the command line on a copy of the recorded archive."""
    copy = tmp_path / "copy"
    shutil.copytree(recorded, copy)
    return lambda *args, **more: run(*args, data_dir=copy, **more)


def test_the_rehearsal_lists_what_would_go(gone: Run) -> None:
    """Captures of the document and of its source, and its texts; nothing is removed."""
    told = gone("redact", STORY, "--reason", WHY, "--dry-run")
    assert told.code == 0
    assert told.out.splitlines()[0].endswith("El mercado central costará 21 millones")
    assert told.out.splitlines()[1].strip() == STORY
    assert "diario.example · first seen 2026-03-02" in told.out.splitlines()[2]
    kinds = {line.split()[0] for line in told.out.splitlines() if line}
    assert {"document", "source", "text"} <= kinds
    assert told.out.splitlines()[-1].endswith("and 2 texts would be removed; nothing was")
    assert "mercado" in gone("search", "mercado").out


def test_the_question_says_what_would_go(gone: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Number, title, address, outlet and date stand above it; a no ends with 1, and nothing is removed."""
    monkeypatch.setattr("monitor.cli.redact.sys", SimpleNamespace(stdin=SimpleNamespace(isatty=lambda: True)))
    refused = gone("redact", STORY, "--reason", WHY, stdin="n\n")
    above, _, after = refused.err.partition("This cannot be undone. Remove it?")
    assert (refused.code, after.strip().endswith("monitor: nothing was removed")) == (1, True)
    for told in ("El mercado central costará 21 millones", STORY, "diario.example", "2026-03-02", "would be removed"):
        assert told in above
    assert "mercado" in gone("search", "mercado").out
    assert "removed, for good" in gone("redact", STORY, "--reason", WHY, stdin="y\n").out


def test_nobody_to_be_asked(gone: Run) -> None:
    """In a script it needs --yes."""
    refused = gone("redact", STORY, "--reason", WHY)
    assert (refused.code, refused.out) == (UsageError.exit_code, "")
    assert "--yes" in refused.err


def test_every_command_says_that_it_is_gone(gone: Run) -> None:
    """When and why; there is nothing to read, to compare or to check."""
    done = gone("redact", STORY, "--reason", WHY, "--yes", "--json")
    assert done.code == 0
    report = json.loads(done.out)
    assert (report["revisions"], report["dry_run"]) == (2, False)
    assert "document.redacted" not in done.err
    shown = gone("show", STORY).out
    assert ".warc.gz" not in shown
    assert "stands" not in shown
    assert "  removed 20" in shown
    assert "redacted since " in shown
    assert WHY in shown
    for command in (("show", STORY, "--text"), ("diff", STORY), ("check", "--document", STORY)):
        refused = gone(*command)
        assert (refused.code, refused.out) == (NotFoundError.exit_code, "")
        assert "redacted" in refused.err
    assert STORY in gone("documents", "--state", "redacted").out
    assert STORY not in gone("search", "mercado central").out


@pytest.mark.parametrize(
    ("args", "code"),
    [
        ((999, "--reason", WHY), NotFoundError.exit_code),
        ((STORY, "--reason", " "), UsageError.exit_code),
        ((STORY,), 2),
    ],
)
def test_what_cannot_be_redacted(gone: Run, args: tuple[object, ...], code: int) -> None:
    """No such document, and no reason."""
    refused = gone("redact", *args, "--yes")
    assert (refused.code, refused.out) == (code, "")
