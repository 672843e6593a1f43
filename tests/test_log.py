"""Logs: JSON for machines, text for people, and nothing that a page said can act on either."""

import json
import logging
import os
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime
from io import StringIO
from typing import Any, TextIO

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from monitor.log import JOINERS, configure

HOSTILE = "Minister \x1b]0;pwned\x07 \x1b[2J resigns\n2026-01-01T00:00:00Z [info     ] forged \u202e\u2028\x9b1m\x7f"


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def json_lines(stream: StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def on_a_terminal(colours: bool = True, **fields: Any) -> str:
    """Return what a real (pseudo) terminal is sent for one event."""
    ours, theirs = os.openpty()
    with os.fdopen(ours, "rb", buffering=0) as screen, os.fdopen(theirs, "w", encoding="utf-8") as terminal:
        configure("info", "auto", terminal, colours=colours)
        structlog.get_logger().info("article.read", **fields)
        return screen.read(65_536).decode()


def as_text(log: str = "info", *arguments: Any, **fields: Any) -> str:
    stream = StringIO()
    configure("debug", "console", stream)
    getattr(structlog.get_logger(), log)(*(arguments or ("article.read",)), **fields)
    return stream.getvalue()


def test_off_a_terminal_each_event_is_one_line_of_json() -> None:
    stream = StringIO()
    configure("info", "auto", stream)
    at = datetime(2026, 3, 1, tzinfo=UTC)
    structlog.get_logger().info("fetch.finished", url="https://news.example/", status=304, at=at, path=os.devnull)
    (event,) = json_lines(stream)
    assert list(event)[:3] == ["timestamp", "level", "event"]
    stamp = datetime.fromisoformat(event.pop("timestamp"))
    assert stamp.utcoffset() is not None
    assert not stamp.utcoffset()
    assert event == {
        "level": "info",
        "event": "fetch.finished",
        "url": "https://news.example/",
        "status": 304,
        "at": "2026-03-01T00:00:00+00:00",
        "path": os.devnull,
    }


def test_on_a_terminal_events_are_coloured_text() -> None:
    shown = on_a_terminal(status=304)
    assert "article.read" in shown
    assert "\x1b[" in shown
    assert not shown.startswith("{")


def test_colours_can_be_declined() -> None:
    assert "\x1b" not in on_a_terminal(colours=False, status=304)


def test_text_off_a_terminal_has_no_colours() -> None:
    shown = as_text(status=304, title="Two words", empty="", none=None)
    assert "\x1b" not in shown
    assert shown.endswith(' status=304 title="Two words" empty="" none=None\n')


def test_a_hostile_title_cannot_act_on_a_terminal() -> None:
    """No control character but our own colours, and no second line."""
    shown = on_a_terminal(
        colours=False, title=HOSTILE, nested={"deep": [HOSTILE]}, raw=HOSTILE.encode(), **{HOSTILE: 1}
    )
    assert shown.rstrip("\r\n").isprintable()
    assert r"\x1b[2J resigns\n2026" in shown
    assert r"\u202e\u2028\x9b1m\x7f" in shown


def test_what_people_wrote_stays_readable() -> None:
    """Also in scripts whose joiners are invisible characters."""
    for title in ("Übermäßig", "وزارت نیرو می\u200cخواهد", "सरकार", "政府发言人", "🗞"):
        assert title in as_text(title=title)


@given(st.text(), st.text())
def test_no_text_gets_a_control_character_onto_the_terminal(value: str, name: str) -> None:
    shown = as_text("info", value, **{f"x{name}": value, "exception": value, "stack": value})
    assert all(char.isprintable() or char in JOINERS for line in shown.split("\n") for char in line)
    assert all(line.startswith(("    ", "=")) or not line for line in shown.split("\n")[1:])


@given(st.text(), st.text(min_size=1))
def test_json_holds_every_text_unchanged_in_ascii(value: str, name: str) -> None:
    stream = StringIO()
    configure("info", "json", stream)
    structlog.get_logger().info("article.read", **{f"x{name}": value})
    line = stream.getvalue()
    assert line.isascii()
    assert line[:-1].isprintable()
    assert json.loads(line)[f"x{name}"] == value


def failing() -> None:
    secret = "hidden"
    raise ValueError(f"{HOSTILE} {len(secret)}")


def test_a_fault_is_structured_in_json_without_local_variables() -> None:
    stream = StringIO()
    configure("info", "json", stream)
    try:
        failing()
    except ValueError:
        structlog.get_logger().exception("visit.failed", host="news.example")
    (event,) = json_lines(stream)
    (fault,) = event["exception"]
    assert (event["level"], event["event"], fault["exc_type"]) == ("error", "visit.failed", "ValueError")
    assert fault["exc_value"] == f"{HOSTILE} 6"
    assert fault["frames"][-1]["name"] == "failing"
    assert "hidden" not in stream.getvalue()


def test_a_fault_shown_as_text_cannot_forge_an_event() -> None:
    try:
        failing()
    except ValueError:
        shown = as_text("exception", "visit.failed").splitlines()
    assert "visit.failed" in shown[0]
    assert all(line.startswith("    ") and line.isprintable() for line in shown[1:])


def test_events_below_the_level_are_not_told() -> None:
    stream = StringIO()
    configure("warning", "json", stream)
    log = structlog.get_logger()
    log.info("fetch.finished")
    log.warning("host.slowed")
    assert [event["event"] for event in json_lines(stream)] == ["host.slowed"]


@pytest.mark.parametrize("level", ["debug", "info"])
def test_libraries_speak_from_warning_on_in_the_same_form(level: str) -> None:
    stream = StringIO()
    configure(level, "json", stream)
    for name in ("aiohttp.client", "apscheduler", "trafilatura.core", "warcio"):
        logging.getLogger(name).info("chatter")
        logging.getLogger(name).warning("slow %s", HOSTILE)
    events = json_lines(stream)
    assert [event["logger"] for event in events] == ["aiohttp.client", "apscheduler", "trafilatura.core", "warcio"]
    assert {(event["event"], event["level"]) for event in events} == {(f"slow {HOSTILE}", "warning")}
    assert all("timestamp" in event for event in events)


def test_a_librarys_fault_is_structured_too() -> None:
    stream = StringIO()
    configure("error", "json", stream)
    try:
        failing()
    except ValueError:
        logging.getLogger("asyncio").exception("Task exception was never retrieved")
    (event,) = json_lines(stream)
    assert event["exception"][0]["exc_type"] == "ValueError"


def test_pythons_warnings_are_events_too() -> None:
    stream = StringIO()
    configure("info", "json", stream)
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(False)
        logging.captureWarnings(True)
        warnings.warn("old", DeprecationWarning, stacklevel=1)
    (event,) = json_lines(stream)
    assert event["logger"] == "py.warnings"
    assert "DeprecationWarning: old" in event["event"]


def test_configuring_again_replaces_what_was_configured() -> None:
    """Loggers made before follow, libraries speak once, and handlers of others (a test runner's) are kept."""
    log = structlog.get_logger()
    root = logging.getLogger()
    others: logging.Handler = logging.StreamHandler(StringIO())
    root.addHandler(others)
    streams: list[TextIO] = [StringIO(), StringIO()]
    for stream in streams:
        configure("info", "json", stream)
        log.info("fetch.finished")
    logging.getLogger("aiohttp").error("broken")
    first, second = (json_lines(stream) for stream in streams if isinstance(stream, StringIO))
    assert [event["event"] for event in first] == ["fetch.finished"]
    assert [event["event"] for event in second] == ["fetch.finished", "broken"]
    assert others in root.handlers
