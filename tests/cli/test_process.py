"""The command as a process: pipes, terminals, signals, start-up.

In a terminal it is one that was imported before (tests/e2e/warm.py); with pipes, and to be ended, it starts cold.
"""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from rich.cells import cell_len

from tests.cli.conftest import Run
from tests.cli.site import HOST
from tests.e2e.processes import ROOT
from tests.e2e.warm import shared_warm

pytestmark = pytest.mark.slow

MONITOR = [sys.executable, "-m", "monitor"]
PLAIN = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "TERM", "FORCE_COLOR")}


def command(data_dir: Path, *args: object) -> list[str]:
    return [*MONITOR, "--data-dir", str(data_dir), *map(str, args)]


def piped(data_dir: Path, *args: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run with pipes on both ends."""
    return subprocess.run(
        command(data_dir, *args),
        capture_output=True,
        encoding="utf-8",
        env=PLAIN | environment,
        check=False,
        timeout=60,
    )


def in_terminal(width: int, data_dir: Path, *commands: str, **environment: str) -> list[str]:
    """Run commands in terminals of that width; return what was sent to each. All must succeed."""
    environment = PLAIN | {"TERM": "xterm-256color"} | environment
    return [_sent(width, ["--data-dir", str(data_dir), *line.split()], environment) for line in commands]


def _sent(width: int, arguments: list[str], environment: dict[str, str]) -> str:
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, width, 0, 0))
    process = shared_warm().start_in(os.ttyname(slave), arguments, environment, ROOT)
    sent = b""
    while process.poll() is None or select.select([master], [], [], 0)[0]:
        if select.select([master], [], [], 0.02)[0]:
            sent += _read(master)
    os.close(slave)
    os.close(master)
    assert process.returncode == 0, sent
    return sent.decode()


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65_536)
    except OSError:  # how Linux says that the other end is closed
        return b""


def test_any_encoding_will_do(recorded: Path) -> None:
    """JSON is alone on standard output; what the encoding cannot write is escaped, and reads the same."""
    told = piped(recorded, "documents", "--json", PYTHONIOENCODING="ascii")
    assert (told.returncode, told.stderr) == (0, "")
    assert any(one["title"] and "السوق" in one["title"] for one in json.loads(told.stdout))


def test_a_reader_that_leaves_is_no_error(recorded: Path) -> None:
    """`monitor outlets | head -1` ends quietly."""
    shell = f"{subprocess.list2cmdline(command(recorded, 'outlets'))}; echo $? >&3"
    read, write = os.pipe()
    with os.fdopen(read) as codes:
        done = subprocess.run(
            ["bash", "-c", f"exec 3>&{write}; ({shell}) | head -1"],
            capture_output=True,
            encoding="utf-8",
            pass_fds=[write],
            check=False,
            timeout=60,
        )
        os.close(write)
        assert (codes.read().strip(), done.stderr) == ("0", "")
    assert done.stdout.startswith("key")


def test_a_full_disk_is_an_error(recorded: Path) -> None:
    """What could not be written is told, with 1."""
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            command(recorded, "status"), stdout=full, stderr=subprocess.PIPE, encoding="utf-8", check=False, timeout=60
        )
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.startswith("monitor: ")
    assert line.endswith("No space left on device")


@pytest.mark.parametrize("width", [80, 140])
def test_answers_fit_the_window(recorded: Path, width: int) -> None:
    """No line is wider than the terminal, the next command is named, and NO_COLOR leaves no escapes."""
    commands = ("documents", "changes", "show 3", "show 1", "sources", "outlets", "search mercado", "status", "diff 3")
    answers = in_terminal(width, recorded, *commands, NO_COLOR="1")
    for command_line, answer in zip(commands, answers, strict=True):
        lines = answer.splitlines()
        _, _, hint = answer.partition("\nnext: ")
        assert "\x1b" not in answer, command_line
        assert max(map(cell_len, lines)) <= width, command_line
        assert " ".join(hint.split()).startswith(f"monitor --data-dir {recorded}"), command_line
    (souk,) = [line for line in answers[0].splitlines() if "السوق" in line]
    assert souk.count("\u2068") == souk.count("\u2069") == 1


def test_an_empty_archive_is_told_how_to_begin(tmp_path: Path) -> None:
    """The status of nothing names the two commands that bring something."""
    _, told = in_terminal(200, tmp_path, "mirror", "status", NO_COLOR="1")
    for command_line in ("import-corpus DIR", "add-source URL"):
        assert f"monitor --data-dir {tmp_path} {command_line}" in told


def test_a_terminal_is_coloured(recorded: Path) -> None:
    """Red and green on a terminal; --plain has marks instead."""
    coloured, plain = in_terminal(80, recorded, "diff 3", "diff 3 --plain")
    assert "\x1b[9;31m12\x1b[0m\x1b[32m21\x1b[0m" in coloured
    assert "[-12-]{+21+}" in plain


def test_the_daemon_ends_when_told(tmp_path: Path) -> None:
    """`run` hands over to the daemon, whose exit code is the command's; SIGTERM is a good end."""
    with subprocess.Popen(
        command(tmp_path, "run"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=PLAIN
    ) as daemon:
        assert daemon.stdout is not None
        assert daemon.stderr is not None
        for line in daemon.stderr:
            if b"daemon.started" in line:
                daemon.send_signal(signal.SIGTERM)
                break
        assert daemon.stdout.read() == b""
        daemon.stderr.read()
    assert daemon.returncode == 0


def test_ctrl_c_ends_with_130(tmp_path: Path) -> None:
    """At once and without a traceback."""
    fifo = tmp_path / "urls"
    os.mkfifo(fifo)
    with subprocess.Popen(
        command(tmp_path, "add-source", f"http://{HOST}/", "--from", fifo), stderr=subprocess.PIPE, env=PLAIN
    ) as reading:
        descriptor = os.open(fifo, os.O_WRONLY)  # returns once the command reads
        reading.send_signal(signal.SIGINT)
        assert reading.stderr is not None
        assert b"Traceback" not in reading.stderr.read()
        os.close(descriptor)
    assert reading.returncode == 130


@pytest.mark.parametrize(
    ("typed", "code", "kept"),
    [(b"\x03", 130, True), (b"perhaps\nY\n", 0, False), (b"\n", 0, True), (b"\x04", 130, True)],
)
def test_a_question_is_answered_or_left_at_once(run: Run, tmp_path: Path, typed: bytes, code: int, kept: bool) -> None:
    """Ctrl-C and Ctrl-D end it, no answer is no, and what is neither is asked again."""
    run("add-source", "http://127.0.0.1:9/", "--force", data_dir=tmp_path)
    master, slave = pty.openpty()
    arguments = ["--data-dir", str(tmp_path), "remove-source", "1"]
    asking = shared_warm().start_in(os.ttyname(slave), arguments, PLAIN, ROOT)
    told = b""
    while b"[y/N]" not in told:
        told += _read(master)
    os.close(slave)
    told += _type(master, typed)
    assert asking.wait(60) == code
    os.close(master)
    assert (b"neither yes nor no" in told) is (b"perhaps" in typed)
    assert b"Traceback" not in told
    assert bool(json.loads(run("sources", "--json", data_dir=tmp_path).out)) is kept


def _type(master: int, typed: bytes) -> bytes:
    """Type, and return all that is told until the end. A key that falls between two modes of the terminal is lost."""
    told = b""
    for _ in range(5):
        os.write(master, typed)
        while select.select([master], [], [], 3)[0]:
            if not (more := _read(master)):
                return told
            told += more
    return told


def test_help_is_quick(tmp_path: Path) -> None:
    """Neither the database nor the network nor the extractor is loaded to print help: 0.2 s, not 1.5 s."""
    script = (
        "import sys; sys.argv = ['monitor', '--help']\n"
        "from monitor.cli.app import main\n"
        "try:\n    main()\n"
        "finally:\n    slow = {'sqlalchemy', 'aiohttp', 'trafilatura', 'pydantic', 'lxml', 'structlog'}\n"
        "    print(*sorted(slow & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True, timeout=60)
    assert "import-corpus" in done.stdout
    assert done.stderr.strip() == ""
