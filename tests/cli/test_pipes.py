"""Every command whose reader has left ends with 0 and says nothing: `monitor documents | head -1`."""

import os
from pathlib import Path

import pytest

from tests.cli.reference import COMMANDS
from tests.e2e.processes import ROOT
from tests.e2e.warm import shared_warm

# What makes standard output a pipe whose other end is closed.
LEAVE = """
import os
reading, writing = os.pipe()
os.close(reading)
os.dup2(writing, 1)
"""
LINES = {
    **{name: f"{name} --json" for name in ("documents", "changes", "sources", "status", "outlets", "config", "seals")},
    **{name: name for name in ("mirror", "tick", "verify", "retain", "compact", "reextract")},
    **{name: f"{name} 3 --json" for name in ("show", "diff", "copies")},
    "search": "search mercado",
    "sql": "sql SELECT+1",
    "token": "token list --json",
    "alert": "alert list --json",
    "completion": "completion bash",
    "export": "export - --jsonl",
    "stamp": "stamp --json",
    "prove": "prove 3 --json",
    "pause": "pause 1 --json",
    "resume": "resume 1 --json",
    "workers": "workers --json",
    "service": "service status --json",
    "migrate": "migrate --dry-run --json",
}
# What would fetch, ask a question, run for ever, or change what other tests read, writes as those above do.
ELSEWHERE = {
    *("import-corpus", "add-source", "import-warc", "import-opml"),
    *("run", "check", "remove-source", "redact", "tick", "prove", "stamp", "compact", "retain", "verify", "reextract"),
    *("backup", "restore", "migrate-to", "store", "doctor"),
}
MORE = ("--help", "--version", "documents --help", "documents", "show 3", "show 3 --text")


def test_every_command_is_tried() -> None:
    """Those that are not are named, with the reason."""
    assert set(LINES) | ELSEWHERE == set(COMMANDS)


@pytest.mark.slow
def test_a_reader_that_has_left_is_no_error(recorded: Path) -> None:
    lines = [line for name, line in LINES.items() if name not in ELSEWHERE] + list(MORE)
    place, environment = ["--data-dir", str(recorded)], dict(os.environ)
    done = {line: shared_warm().run([*place, *line.split()], environment, ROOT, before=LEAVE) for line in lines}
    assert {line: code for line, (code, _, _) in done.items() if code} == {}
    told = "".join(err for _, _, err in done.values())
    assert "Traceback" not in told
    assert "Broken pipe" not in told
