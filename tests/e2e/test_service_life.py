"""The daemon under a service manager: a small socket stands in for systemd, the processes are real."""

import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from signal import SIGABRT, SIGHUP, SIGTERM

import pytest

from tests.blank import blank_sqlite
from tests.e2e.processes import PATIENCE, daemon, environment, monitor, service_manager, wait_until

BEAT = "400000"  # microseconds that the watchdog allows: a sign of life every 0.2 s


class Told:
    """All that the service manager was told, in order."""

    def __init__(self, listen: Callable[[], list[str]]) -> None:
        self._listen = listen
        self.all: list[str] = []

    def has(self, wanted: str) -> bool:
        """Say whether something was told that begins so."""
        self.all += self._listen()
        return any(one.startswith(wanted) for one in self.all)

    def forget(self) -> None:
        """Begin anew."""
        self._listen()
        self.all = []


def config(folder: Path, *, gap: str = "2s", workers: int = 2) -> Path:
    """Write a configuration of an empty archive."""
    blank_sqlite(folder / "data" / "archive.db")
    path = folder / "monitor.toml"
    path.write_text(
        f'data_dir = "data"\n[fetch]\ncontact = "https://archive.example"\ngap = "{gap}"\n'
        f"[extract]\nworkers = {workers}\n",
        encoding="utf-8",
    )
    return path


def child(config: Path, before: str) -> list[str]:
    """Return a daemon in whose process something is done first."""
    script = textwrap.dedent(before) + "\nfrom monitor.cli.app import main; main()"
    return [sys.executable, "-c", script, "--config", str(config), "run"]


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """A socket that was listened on before the daemon began, as monitor-web.socket does."""
    with socket.create_server(("127.0.0.1", 0)) as opened:
        yield opened


def handed(listening: socket.socket) -> str:
    """Return what makes a process find a socket as systemd hands it over (sd_listen_fds(3))."""
    return f"""
        import os
        os.dup2({listening.fileno()}, 3)
        os.environ |= {{"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": "1", "LISTEN_FDNAMES": "web"}}
    """


@pytest.mark.slow
def test_a_service_starts_gives_signs_of_life_reloads_and_stops(tmp_path: Path, listening: socket.socket) -> None:
    """Ready once the archive is open, alive while idle, another configuration by SIGHUP, and a broken one by none.

    Who asks its socket while it starts waits, and is answered; `web.listen` need not say anything.
    """
    file, log, port = config(tmp_path), tmp_path / "log", listening.getsockname()[1]
    asking = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    asking.request("GET", "/healthz")  # nobody is there yet
    with (
        closing(asking),
        service_manager() as (address, listen),
        daemon(
            child(file, handed(listening)),
            log,
            inherited=(listening.fileno(),),
            NOTIFY_SOCKET=address,
            WATCHDOG_USEC=BEAT,
        ) as process,
    ):
        told = Told(listen)
        wait_until(lambda: told.has("READY=1"), process)
        assert told.all[0].startswith("EXTEND_TIMEOUT_USEC=")
        assert asking.getresponse().status == 200
        wait_until(lambda: told.has("WATCHDOG=1"), process)
        assert told.has("STATUS=watching 0 sources, visiting 0 hosts")

        config(tmp_path, gap="9s", workers=3)
        told.forget()
        process.send_signal(SIGHUP)
        wait_until(lambda: told.has("READY=1"), process)
        assert told.all.index("RELOADING=1") < told.all.index("READY=1")
        assert told.has("MONOTONIC_USEC=")
        assert told.has("STATUS=the configuration was read anew; restart for extract.workers")
        assert '"applied": ["fetch.gap"], "needs_restart": ["extract.workers"]' in log.read_text(encoding="utf-8")

        file.write_text("broken", encoding="utf-8")
        told.forget()
        process.send_signal(SIGHUP)
        wait_until(lambda: told.has("STATUS=the configuration is broken, and the one before stays in effect:"), process)
        assert "config.refused" in log.read_text(encoding="utf-8")
        wait_until(lambda: told.has("WATCHDOG=1"), process)
        process.send_signal(SIGTERM)
        process.send_signal(SIGHUP)  # too late: who ends is not ready again
        assert process.wait(PATIENCE) == 0
        assert told.has("STOPPING=1")
        assert "READY=1" not in told.all[told.all.index("STOPPING=1") :]
    assert f"http://127.0.0.1:{port}/" in log.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_daemon_whose_rounds_hang_gives_no_sign_of_life_and_says_why(tmp_path: Path) -> None:
    """The loop turns and the database answers: that alone is no progress. What kills it has it say where it hangs."""
    hanging = """
        import asyncio
        from monitor.app import pulse, ticks
        pulse.ROUND_S = 0.3
        claims = ticks.Rounds.launch
        calls = []
        async def launch(self, due):
            await claims(self, due)
            calls.append(due)
            if len(calls) > 1:
                await asyncio.Event().wait()
        ticks.Rounds.launch = launch
    """
    log = tmp_path / "log"
    with (
        service_manager() as (address, listen),
        daemon(
            monitor(config(tmp_path), "run"),
            log,
            before=textwrap.dedent(hanging),
            NOTIFY_SOCKET=address,
            WATCHDOG_USEC=BEAT,
            MONITOR_DATABASE__PATIENCE="1s",
            MONITOR_DAEMON__TICK="100ms",
        ) as process,
    ):
        told = Told(listen)
        wait_until(lambda: told.has("STATUS=stuck: no round has begun for"), process)
        told.forget()
        wait_until(lambda: told.has("STATUS=stuck"), process)  # and again
        assert not told.has("WATCHDOG=1")
        assert "watchdog.withheld" in log.read_text(encoding="utf-8")
        process.send_signal(SIGABRT)  # as systemd does
        assert process.wait(PATIENCE) == -SIGABRT
    assert "Fatal Python error: Aborted" in log.read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_terminal_that_hangs_up_ends_what_was_started_from_it(tmp_path: Path) -> None:
    """A daemon without one takes the same signal for a wish to read its configuration anew."""
    leader, follower = os.openpty()
    log = tmp_path / "log"
    owning = "import fcntl, os, termios; os.setsid(); fcntl.ioctl(0, termios.TIOCSCTTY, 0)"
    with log.open("ab") as errors, os.fdopen(follower, "rb") as terminal:
        process = subprocess.Popen(
            child(config(tmp_path), owning), stdin=terminal, stdout=errors, stderr=errors, env=environment()
        )
    try:
        wait_until(lambda: "daemon.started" in log.read_text(encoding="utf-8"), process)
        os.close(leader)  # the kernel sends SIGHUP
        assert process.wait(PATIENCE) == 0
    finally:
        process.kill()
        process.wait(PATIENCE)
    assert "daemon.stopped" in log.read_text(encoding="utf-8")
    assert "config.reloaded" not in log.read_text(encoding="utf-8")
