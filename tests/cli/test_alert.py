"""`monitor alert`: rules are made, shown and tested, and wrong ones are refused with what to do."""

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.blank import blank_sqlite
from tests.cli.conftest import Run

# Said by a module that apprise imports on Python 3.11 and 3.12.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")


@pytest.fixture
def begun(run: Run, tmp_path: Path) -> Run:
    """Run the command line on an empty archive."""
    blank_sqlite(tmp_path / "archive" / "archive.db")
    return run


@pytest.fixture
def hook(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """A channel `desk` in the environment, whose receiver takes one message."""
    taken: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection:
                taken.append(connection.recv(100_000))
                connection.sendall(b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        address = f"webhook+http://127.0.0.1:{server.getsockname()[1]}/verysecret"
        monkeypatch.setenv("MONITOR_ALERTS__CHANNELS", json.dumps({"desk": address}))
        monkeypatch.setenv("MONITOR_ALERTS__WEBHOOK_KEY", "whsec_" + "QUJD" * 12)
        yield taken


def test_an_alert_is_made_tested_shown_paused_and_removed(begun: Run, folder: Path, hook: list[bytes]) -> None:
    assert begun("import-corpus", folder).code == 0
    made = begun("alert", "add", "souks", "lang:es", "-tranvía", "--new", "--daily", "--to", "desk", "--test")
    assert made.code == 0, made.err
    assert "souks" in made.out
    assert "lang:es NOT tranvía" in made.out
    assert "desk: sent (1 item, message msg_" in made.out
    assert hook[0].startswith(b"POST /verysecret HTTP/1.1\r\n")
    (view,) = json.loads(begun("alert", "list", "--json").out)
    assert (view["alert"]["about"], view["alert"]["pace"], view["alert"]["channels"]) == (
        "documents",
        "daily",
        ["desk"],
    )
    assert "verysecret" not in begun("alert", "show", "souks", "--json").out
    assert "paused" in begun("alert", "pause", "souks").out
    assert "daily" in begun("alert", "resume", "souks").out
    assert begun("alert", "remove", "souks").out == "removed souks\n"
    assert json.loads(begun("alert", "list", "--json").out) == []


def test_a_test_that_fails_ends_with_7_and_says_why(begun: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    address = "webhook+http://127.0.0.1:1/verysecret"
    monkeypatch.setenv("MONITOR_ALERTS__CHANNELS", json.dumps({"desk": address}))
    monkeypatch.setenv("MONITOR_ALERTS__WEBHOOK_KEY", "whsec_" + "QUJD" * 12)
    assert begun("alert", "add", "souks", "lang:ar", "--to", "desk").code == 0
    failed = begun("alert", "test", "souks")
    assert failed.code == 7
    assert "monitor: desk: no connection" in failed.err
    assert "verysecret" not in failed.out + failed.err
    assert begun("alert", "test", "souks", "--json").code == 7


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("add", "a", "kind:removd"), 2, "did you mean removed?"),
        (("add", "a", "lang:es", "--to", "chat"), 3, "MONITOR_ALERTS__CHANNELS"),
        (("add", "a"), 2, "the query is empty"),
        (("add", "a b", "lang:es"), 2, "cannot name an alert"),
        (("add", "a", "lang:es", "--daily"), 2, "none is named"),
        (("add", "a", "lang:es", "--to", "x", "--daily", "--hourly"), 2, "two things"),
        (("list", "a"), 2, "monitor alert show a"),
        (("show",), 2, "no name is given\n  hint: `monitor alert show NAME`"),
        (("add",), 2, "no name is given\n  hint: `monitor alert add NAME QUERY...`"),
        (("show", " "), 2, "the name is empty"),
        (("show", "a"), 4, "there is no alert a"),
        (("pause", "a", "--new"), 2, "go with add"),
        (("ad", "a"), 2, "add"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_hint(begun: Run, args: tuple[str, ...], code: int, said: str) -> None:
    result = begun("alert", *args)
    assert (result.code, said in result.err) == (code, True), result.err


def test_without_a_channel_there_is_the_feed(begun: Run) -> None:
    assert "feed only" in begun("alert", "add", "souks", "lang:ar").out
    assert "/atom/alerts/souks" in begun("alert", "test", "souks").err
