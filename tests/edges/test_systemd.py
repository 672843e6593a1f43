"""What the service manager hears of us, and what it hands us."""

import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.config import passed_sockets, watchdog_interval
from monitor.edges.systemd import (
    READY,
    STOPPING,
    WATCHDOG,
    command,
    notify,
    passed_socket,
    reloading,
    status,
)
from monitor.errors import MonitorError


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """A service manager that listens, by a file or in the abstract namespace."""
    address = str(tmp_path / "notify") if request.param == "path" else f"@{tmp_path}"[:100]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address.replace("@", "\0", 1))
        listening.settimeout(5)
        monkeypatch.setenv("NOTIFY_SOCKET", address)
        yield listening


@pytest.mark.parametrize("state", [READY, STOPPING, WATCHDOG])
def test_a_state_arrives_as_one_datagram(manager: socket.socket, state: str) -> None:
    assert notify(state)
    assert manager.recv(1024) == state.encode()


def test_a_status_of_several_lines_arrives_as_one(manager: socket.socket) -> None:
    """A line end would begin another state, such as a READY=1 that a page's title smuggled in."""
    assert notify(READY, status("12 hosts due\nWATCHDOG=trigger  – ürgent"))
    assert manager.recv(1024).decode() == "READY=1\nSTATUS=12 hosts due WATCHDOG=trigger – ürgent"


def test_a_manager_that_does_not_read_is_not_waited_for(manager: socket.socket) -> None:
    heard = [notify(WATCHDOG) for _ in range(5_000)]
    assert heard[0]
    assert not heard[-1]


@pytest.mark.parametrize("address", ["", "/nowhere/notify", "@nobody-listens-here", "vsock:2:1", "/" + "x" * 200])
def test_without_a_manager_nothing_is_sent(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    assert not notify(READY)
    monkeypatch.delenv("NOTIFY_SOCKET")
    assert not notify(READY)


def test_the_watchdog_wants_a_sign_twice_in_its_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WATCHDOG_PID", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    assert watchdog_interval() is None
    monkeypatch.setenv("WATCHDOG_USEC", "120000000")
    assert watchdog_interval() == 60
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    assert watchdog_interval() == 60


@pytest.mark.parametrize(("name", "value"), [("WATCHDOG_PID", "1"), ("WATCHDOG_USEC", "0"), ("WATCHDOG_USEC", "x")])
def test_a_watchdog_for_another_process_or_none_is_none(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "120000000")
    monkeypatch.setenv(name, value)
    assert watchdog_interval() is None


def test_a_reload_says_since_when(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else systemd could take the READY of an earlier one for its end (sd_notify(3))."""
    before = time.monotonic_ns() // 1000
    begun, _, since = reloading().partition("\n")
    assert begun == "RELOADING=1"
    assert before <= int(since.removeprefix("MONOTONIC_USEC=")) <= time.monotonic_ns() // 1000


@pytest.mark.parametrize("given", [{}, {"LISTEN_FDS": "x"}, {"LISTEN_PID": "1"}, {"LISTEN_FDNAMES": "other:page"}])
def test_sockets_of_others_are_left_alone(given: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Those for another process above all: its environment may have come down to us."""
    passed = {"LISTEN_FDS": "1", "LISTEN_PID": str(os.getpid()), "LISTEN_FDNAMES": "web"}
    for name, value in ({**passed, **given} if given else {}).items():
        monkeypatch.setenv(name, value)
    assert passed_socket("web") is None


def test_sockets_are_told_by_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LISTEN_FDS", "3")
    monkeypatch.setenv("LISTEN_PID", str(os.getpid()))
    monkeypatch.setenv("LISTEN_FDNAMES", "push:web")
    assert passed_sockets() == ("push", "web", "")


def test_a_command_that_fails_says_what_it_said() -> None:
    with pytest.raises(MonitorError, match="failed: it broke"):
        command("sh", "-c", "echo it broke >&2; exit 1")
    with pytest.raises(MonitorError, match="failed"):
        command("/nowhere/systemctl")
