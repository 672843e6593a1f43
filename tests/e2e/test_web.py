"""The daemon serves what it keeps, where it is told to."""

import json
import socket
import sys
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.e2e.processes import daemon, end, run, wait_until
from tests.edges import foreign_warcs as foreign

URL = "https://news.example/2021/03/04/the-bridge-is-coming"
AT = datetime(2021, 3, 4, 9, 30, tzinfo=UTC)


def monitor(folder: Path, port: int, *arguments: str) -> list[str]:
    """Return a command on the archive in a folder, which is served on that port."""
    script = "from monitor.cli.app import main; main()"
    chosen = ("--set", f"web.listen=127.0.0.1:{port}", "--set", "evidence.min_free=1MB", "--set", "extract.workers=1")
    return [sys.executable, "-c", script, "--data-dir", str(folder), *chosen, *arguments]


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as tried:
        tried.bind(("127.0.0.1", 0))
        return int(tried.getsockname()[1])


def ask(port: int, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Ask as any client of HTTP does."""
    connection = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()
    finally:
        connection.close()


@pytest.mark.slow
def test_a_running_daemon_answers_a_timegate(tmp_path: Path) -> None:
    """It leads to the page as it was, and ends as quickly as without anybody to serve."""
    kept, port, log = tmp_path / "other.warc.gz", free_port(), tmp_path / "log"
    kept.write_bytes(foreign.gzipped([foreign.page(URL, AT)]))
    taken = run(monitor(tmp_path / "data", port, "import-warc", str(kept)))
    assert taken.returncode == 0, taken.stderr
    with daemon(monitor(tmp_path / "data", port, "run"), log) as process:
        wait_until(lambda: "daemon.started" in log.read_text(encoding="utf-8"), process)
        status, headers, _ = ask(port, f"/timegate/{URL}", Accept_Datetime="Fri, 05 Mar 2021 00:00:00 GMT")
        assert (status, headers["Location"]) == (302, f"http://127.0.0.1:{port}/memento/20210304093000/{URL}")
        status, headers, body = ask(port, headers["Location"].partition(str(port))[2])
        assert (status, headers["Memento-Datetime"]) == (200, "Thu, 04 Mar 2021 09:30:00 GMT")
        assert body == foreign.html("The bridge is coming")
        assert len(json.loads(ask(port, f"/timemap/json/{URL}")[2])["mementos"]["list"]) == 1
        assert ask(port, f"/timegate/{URL}", Host="evil.example")[0] == 421
        code, seconds = end(process)
    assert (code, seconds < 30.0) == (0, True)  # on a machine that has much else to do
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.slow
def test_an_address_that_is_taken_is_said_in_one_line(tmp_path: Path) -> None:
    """Exit code 3, as for any configuration that cannot be; nothing was begun."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        ended = run(monitor(tmp_path / "data", port, "run"))
    assert ended.returncode == 3
    assert f"web.listen: 127.0.0.1:{port} cannot be had: " in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "hint: name a port that no other program has" in ended.stderr
    assert "daemon.started" not in ended.stderr
