"""What is said again and again is told ever more seldom; what is new is always told."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from monitor.log import configure, tell_the_rest
from monitor.log_repeats import LONGEST_PAUSE_S, HoldBack, Repeats, key_of


@pytest.fixture(autouse=True)
def logging_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(False)
    structlog.reset_defaults()


def told(stream: StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_ten_thousand_repetitions_are_told_once() -> None:
    stream = StringIO()
    configure("debug", "json", stream)
    log = structlog.get_logger()
    for number in range(10_000):
        log.warning("database.busy", job="due", error=f"locked for {number} s")
    assert [(one["event"], one["error"]) for one in told(stream)] == [("database.busy", "locked for 0 s")]


def test_a_day_of_seconds_takes_nine_lines_and_every_repetition_is_counted() -> None:
    repeats = Repeats()
    heard = [repeats.hear("busy", float(second)) for second in range(86_400)]
    lines = [untold for untold in heard if untold is not None]
    assert len(lines) <= 9
    after_the_last = heard[::-1].index(lines[-1])
    assert sum(lines) + len(lines) + after_the_last == 86_400


def test_news_is_never_held_back() -> None:
    stream = StringIO()
    configure("debug", "json", stream)
    for _ in range(3):
        structlog.get_logger().info("document.archived", id=7)
    assert len(told(stream)) == 3


def test_who_reloads_a_broken_configuration_again_is_told_again() -> None:
    stream = StringIO()
    configure("info", "json", stream)
    for _ in range(3):
        structlog.get_logger().error("config.refused", error="fetch.gap is 7")
    assert len(told(stream)) == 3


def test_another_host_error_or_page_is_not_the_same() -> None:
    stream = StringIO()
    configure("debug", "json", stream)
    log = structlog.get_logger()
    for _ in range(2):
        for host in ("one.example", "two.example"):
            log.error("upkeep.failed", work="tend", host=host, error="no space")
        log.error("upkeep.failed", work="tend", host="one.example", error="no permission")
        log.error("verify.text_failed", document=1)
        log.error("verify.text_failed", document=2)
    assert len(told(stream)) == 5


def test_a_fault_of_another_kind_is_told() -> None:
    stream = StringIO()
    configure("debug", "json", stream)
    log = structlog.get_logger()
    for fault in (ValueError("a"), KeyError("b"), ValueError("c")):
        log.error("visit.crashed", url="https://a.example/", exc_info=fault)
    assert len(told(stream)) == 2


def test_what_was_silent_for_hours_is_new() -> None:
    repeats = Repeats()
    assert repeats.hear("full", 0.0) == 0
    assert repeats.hear("full", 1.0) is None
    assert repeats.hear("full", 2.0 + LONGEST_PAUSE_S) == 0
    assert repeats.hear("full", 3.0 + LONGEST_PAUSE_S) is None


def test_how_often_it_was_said_meanwhile_is_told() -> None:
    now = [0.0]
    hold_back = HoldBack(Repeats(), lambda: now[0])
    hold_back(None, "warning", {"event": "database.busy"})
    for _ in range(3):
        now[0] += 10.0
        with pytest.raises(structlog.DropEvent):
            hold_back(None, "warning", {"event": "database.busy"})
    now[0] = 60.0
    assert hold_back(None, "warning", {"event": "database.busy"}) == {"event": "database.busy", "repeated": 3}


def test_the_libraries_are_held_back_too() -> None:
    stream = StringIO()
    configure("info", "json", stream)
    for number in range(100):
        logging.getLogger("apscheduler").warning("Execution of job %s skipped", number)
    assert [one["event"] for one in told(stream)] == ["Execution of job 0 skipped"]


@given(st.lists(st.integers(0, 500), max_size=300))
def test_memory_is_bounded_and_what_was_forgotten_is_told_again(said: list[int]) -> None:
    repeats = Repeats(most=20)
    lately: list[int] = []
    for number in said:
        untold = repeats.hear(number, 0.0)
        assert len(repeats) <= 20
        if number not in lately:
            assert untold == 0
        lately = [*(one for one in lately if one != number), number][-20:]


@given(st.floats(allow_nan=False), st.text(max_size=20))
def test_figures_and_passing_words_tell_nothing_apart(figure: float, words: str) -> None:
    assert key_of({"event": "disk.low", "free": words, "waiting": figure}) == key_of({"event": "disk.low"})


def test_what_is_held_back_at_the_end_is_told_once_and_none_is_missing_in_the_sum() -> None:
    stream = StringIO()
    configure("debug", "json", stream)
    log = structlog.get_logger()
    for number in range(5):
        log.warning("database.busy", job="due", error=f"locked for {number} s")
    log.error("mirror.failed", error="once")
    for _ in range(2):
        log.error("visit.crashed", url="https://a.example/", exc_info=ValueError("a"))
    tell_the_rest()
    tell_the_rest()
    lines = told(stream)
    assert sum(1 + int(str(one.get("repeated", 0))) for one in lines if one["event"] == "database.busy") == 5
    last = [one for one in lines if "ago_s" in one]
    assert [(one["event"], one["level"], one.get("repeated")) for one in last] == [
        ("database.busy", "warning", 3),
        ("visit.crashed", "error", None),
    ]
    assert last[0]["error"] == "locked for 4 s"


def test_what_libraries_say_is_told_at_the_end_as_well() -> None:
    stream = StringIO()
    configure("info", "json", stream)
    for number in range(4):
        logging.getLogger("apscheduler").warning("Execution of job %s skipped", number)
    tell_the_rest()
    assert [one["event"] for one in told(stream)] == [
        "Execution of job 0 skipped",
        "Execution of job 3 skipped (and 2 times more since it was last told, the last 0 s ago)",
    ]


def test_another_level_loses_nothing_that_is_held_back() -> None:
    stream = StringIO()
    configure("debug", "json", stream)
    for _ in range(2):
        structlog.get_logger().warning("database.busy", job="due")
    configure("info", "json", stream)
    assert ["ago_s" in one for one in told(stream)] == [False, True]


def test_a_log_that_was_closed_or_replaced_is_told_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    closed, replaced = StringIO(), StringIO()
    for stream, end in ((closed, closed.close), (replaced, structlog.reset_defaults)):
        configure("debug", "json", stream)
        for _ in range(2):
            structlog.get_logger().warning("database.busy")
        end()
        tell_the_rest()
    assert len(told(replaced)) == 1
    assert capsys.readouterr() == ("", "")


def test_the_end_of_a_program_tells_the_rest() -> None:
    script = (
        "import structlog; from monitor.log import configure; configure('info', 'json')\n"
        "for _ in range(3): structlog.get_logger().warning('database.busy')"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)
    assert [json.loads(line).get("repeated") for line in done.stderr.splitlines()] == [None, 1]
