"""Every command whose reader has left ends with 0 and says nothing: `monitor documents | head -1`."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.reference import COMMANDS

# One process, since each takes half a second to start; every command then has a child of it with a closed pipe.
RUNNER = """
import os, sys
import monitor.app.searching, monitor.cli.app as cli, sqlalchemy.dialects.sqlite.pysqlite
from monitor import Archive, load_settings
place, lines = sys.argv[1], sys.argv[2].split("; ")
for line in lines:
    child = os.fork()
    if not child:
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, 1)
        sys.argv = ["monitor", "--data-dir", place, *line.split()]
        try:
            cli.main()
        except SystemExit as end:
            sys.stderr.flush()
            os._exit(end.code if isinstance(end.code, int) else bool(end.code))
        os._exit(0)
    print(f"{line}: {os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}", flush=True)
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
    done = subprocess.run(
        [sys.executable, "-c", RUNNER, str(recorded), "; ".join(lines)],
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=120,
    )
    assert done.stdout.splitlines() == [f"{line}: 0" for line in lines]
    assert "Traceback" not in done.stderr
    assert "Broken pipe" not in done.stderr
