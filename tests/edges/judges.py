"""Readers of other makes that judge what we write: warcio, fastwarc, cdxj-indexer, wacz, surt, pywb.

They are in an environment of their own, since their dependencies are not ours. Where they are missing, a test that
needs them is skipped, and fails in CI: there nobody would notice.
"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(sys.prefix) / "judges" / "bin"
PYTHON = "python"
_STARTS_WITHIN_S = 30.0

# gevent takes header values as Latin-1 (PEP 3333), and pywb 2.10 hands it decoded UTF-8: it answers 500 to any value
# that Latin-1 cannot write. This is pywb with such values passed on as the bytes they are.
_TOLERANT_PYWB = """
from pywb.apps import cli
class Tolerant(cli.WaybackCli):
    def load(self):
        inner = super().load()
        def application(environ, start_response):
            def start(status, headers, *more):
                return start_response(_wire(status), [(name, _wire(value)) for name, value in headers], *more)
            return inner(environ, start)
        return application
def _wire(value):
    try:
        value.encode("latin-1")
        return value
    except UnicodeEncodeError:
        return value.encode("utf-8").decode("latin-1")
import sys
Tolerant(sys.argv[1:], default_port=8080, desc="pywb").run()
"""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a judge printed, and its exit code."""

    code: int
    out: str
    err: str


def judge(name: str) -> Path:
    """Return a judge's program; without it skip the test, or fail it in CI."""
    program = FOLDER / name
    if not program.exists():
        said = f"{name} is not installed: `make test` installs the judges"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(said)
    return program


def run(name: str, *args: object, stdin: str | None = None, within: Path | None = None) -> Verdict:
    """Run a judge to its end, in the folder `within`."""
    program = [str(judge(name)), *map(str, args)]
    done = subprocess.run(
        program, input=stdin, capture_output=True, text=True, timeout=60, check=False, cwd=within
    )  # fmt: skip
    return Verdict(done.returncode, done.stdout, done.stderr)


def fastwarc(*args: object) -> Verdict:
    """Run fastwarc, which is installed beside us."""
    program = [sys.executable, "-m", "fastwarc.cli", *map(str, args)]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60, check=False)
    return Verdict(done.returncode, done.stdout, done.stderr)


def cdxj_index(*files: Path) -> list[str]:
    """Return the index lines of WARC files as cdxj-indexer makes them, sorted."""
    verdict = run("cdxj-indexer", "-s", *files)
    assert verdict.code == 0, verdict.err
    return verdict.out.splitlines()


def fastwarc_index(file: Path) -> list[dict[str, str]]:
    """Return the responses and revisits of a WARC file as `fastwarc index` finds them."""
    fields = "offset,length,warc-type,warc-record-id,warc-target-uri,warc-payload-digest"
    verdict = fastwarc("index", "-f", fields, file)
    assert verdict.code == 0, verdict.err
    found = [json.loads(line[line.index("{") :]) for line in verdict.out.splitlines()]
    return [one for one in found if one["warc-type"] in ("response", "revisit")]


def surts(urls: list[str]) -> list[str]:
    """Return the keys that the `surt` library makes of URLs."""
    program = "import json, surt, sys; print(json.dumps([surt.surt(url) for url in json.load(sys.stdin)]))"
    verdict = run(PYTHON, "-W", "ignore", "-c", program, stdin=json.dumps(urls))
    assert verdict.code == 0, verdict.err
    keys: list[str] = json.loads(verdict.out)
    return keys


@dataclass(frozen=True, slots=True)
class Replayed:
    """What pywb answered: status line, the headers that the archived server sent, the body as it came."""

    status: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Pywb:
    """A running pywb."""

    port: int

    def replay(self, collection: str, timestamp: str, url: str, coding: bytes = b"") -> Replayed:
        """Return a capture as it was (`id_`); `coding` is the Content-Encoding to accept, or it would be undone."""
        head = f"GET /{collection}/{timestamp}id_/{url} HTTP/1.0\r\nHost: 127.0.0.1\r\n".encode()
        head += b"Accept-Encoding: " + coding + b"\r\n" if coding else b""
        with socket.create_connection(("127.0.0.1", self.port), timeout=20) as connection:
            connection.sendall(head + b"\r\n")
            answer = b"".join(iter(lambda: connection.recv(65_536), b""))
        lines, _, body = answer.partition(b"\r\n\r\n")
        status, *fields = lines.split(b"\r\n")
        return Replayed(status, tuple(_archived(field) for field in fields), body)


def _archived(field: bytes) -> tuple[bytes, bytes]:
    name, _, value = field.partition(b":")
    return name.removeprefix(b"X-Archive-Orig-"), value.strip(b" \t")


def collection(folder: Path, name: str, files: list[Path], index: str) -> None:
    """Make a collection of pywb from WARC files and their CDXJ index."""
    place = folder / "collections" / name
    for part in ("archive", "indexes"):
        (place / part).mkdir(parents=True)
    for file in files:
        (place / "archive" / file.name).symlink_to(file)
    (place / "indexes" / "index.cdxj").write_text(index, encoding="ascii")


def manage(folder: Path, *commands: Sequence[object]) -> None:
    """Have pywb's own manager of collections do several things, in one process: it takes seconds to start."""
    program = "import json, sys; from pywb.manager.manager import main; [main(one) for one in json.loads(sys.argv[1])]"
    verdict = run(PYTHON, "-c", program, json.dumps([list(map(str, one)) for one in commands]), within=folder)
    assert verdict.code == 0, verdict.err


@contextmanager
def pywb(folder: Path, *, tolerant: bool = False) -> Iterator[Pywb]:
    """Run pywb over the collections in a folder until the context ends."""
    program: list[Any] = [judge(PYTHON), "-c", _TOLERANT_PYWB] if tolerant else [judge("wayback")]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program += ["-b", "127.0.0.1", "-p", str(port)]
    with (folder / "log").open("wb") as log, subprocess.Popen(program, cwd=folder, stdout=log, stderr=log) as up:
        try:
            _await(port, up, folder / "log")
            yield Pywb(port)
        finally:
            up.kill()


def _await(port: int, program: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + _STARTS_WITHIN_S
    while time.monotonic() < until and program.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"pywb did not start: {log.read_text(errors='replace')[-2000:]}")
