"""What goes wrong: one line, a hint, a documented exit code."""

import asyncio
from pathlib import Path

import pytest

from monitor.cli.failures import BUG, INTERRUPTED, tell
from monitor.cli.session import Session
from monitor.errors import ConfigError, MonitorError, UsageError
from tests.cli.conftest import Run

USAGE = [
    ("nonsense",),
    ("documents", "--nonsense"),
    ("documents", "--since", "2026"),
    ("documents", "--state", "dead"),
    ("documents", "--limit", "0"),
    ("show",),
    ("show", "9" * 40),
    ("diff", "1", "0"),
    ("search",),
    ("search", '""'),
    ("search", "-cuba"),
    ("changes", "--since", "soon"),
    ("changes", "--kind", "big"),
    ("add-source",),
    ("add-source", "https://a.example", "--every", "often"),
    ("add-source", "https://a.example", "--every", "0s"),
    ("add-source", "https://a.example", "--every", "1h", "--cron", "0 * * * *"),
    ("add-source", "https://a.example", "--cron", "every day"),
    ("check",),
    ("check", "1", "--all"),
    ("tick", "--at", "noon"),
    ("import-corpus",),
    ("--set", "fetch.timeout", "status"),
    ("show", ""),
    ("pause", ""),
    ("resume", " "),
    ("check", ""),
    ("check", "--document", ""),
    ("remove-source", "", "--yes"),
    ("import-corpus", ""),
    ("add-source", ""),
    ("add-source", "--from", ""),
    ("search", ""),
    ("search", " ", " "),
    ("documents", "--outlet", ""),
    ("documents", "--cites", ""),
    ("documents", "--source", ""),
    ("documents", "--lang", ""),
    ("documents", "--since", ""),
    ("documents", "--until", ""),
    ("changes", "--since", ""),
    ("changes", "--outlet", ""),
    ("tick", "--at", ""),
    ("tick", "--at", "1999-12-31T23:59"),
    ("tick", "--at", "2101-01-01"),
    ("--data-dir", "", "status"),
    ("--config", "", "status"),
]
READING = [
    *(("documents",), ("show", "1"), ("search", "cuba"), ("diff", "1"), ("changes",), ("sources",), ("status",)),
    *(("check", "1"), ("check", "--all"), ("pause", "1"), ("resume", "1"), ("remove-source", "1", "--yes")),
]
MISSING = [
    ("show", "99"),
    ("show", "https://nowhere.example/"),
    ("diff", "99"),
    ("pause", "99"),
    ("resume", "nothing"),
    ("remove-source", "99", "--yes"),
    ("check", "99"),
    ("check", "--document", "99"),
    ("documents", "--source", "99"),
    ("import-corpus", "/nonexistent/folder"),
    ("add-source", "--from", "/nonexistent/list"),
]


@pytest.mark.parametrize("command", USAGE)
def test_wrong_requests_end_with_2(ask: Run, command: tuple[str, ...]) -> None:
    """A bad option, time, number or combination; nothing on standard output."""
    refused = ask(*command)
    assert (refused.code, refused.out) == (2, ""), refused
    assert refused.err


@pytest.mark.parametrize("command", MISSING)
def test_what_is_not_there_ends_with_4(ask: Run, command: tuple[str, ...]) -> None:
    """One line that says what is missing, and what to do."""
    missing = ask(*command)
    assert (missing.code, missing.out) == (4, ""), missing
    assert missing.err.startswith("monitor: ")
    assert "\n  hint: " in missing.err


@pytest.mark.parametrize("command", READING)
def test_reading_begins_no_archive(run: Run, tmp_path: Path, command: tuple[str, ...]) -> None:
    """A mistyped data directory is told, with how an archive begins, and stays as it is."""
    missing = run(*command)
    assert (missing.code, missing.out) == (4, "")
    assert missing.err.startswith(
        f"monitor: there is no archive in {tmp_path / 'archive'}\n  hint: `monitor import-corpus"
    )
    assert not (tmp_path / "archive").exists()


def test_a_limit_is_one_or_more(ask: Run) -> None:
    """Said in words; one beyond all counting is all."""
    assert ask("documents", "--limit", 0).err == "monitor: --limit 0 is too few\n  hint: it must be 1 or more\n"
    assert ask("documents", "--limit", 10**30, "--json").out == ask("documents", "--json").out


def test_arguments_that_are_not_utf_8_are_no_bug(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database cannot look for them."""
    monkeypatch.setattr("sys.argv", ["monitor", "show", "\udcfc"])
    assert tell(UnicodeEncodeError("utf-8", "\udcfc", 0, 1, "surrogates not allowed"), Session()) == 2
    assert capsys.readouterr().err.startswith("monitor: \\udcfc is not UTF-8\n")


def test_revisions_that_are_not_there_end_with_4(ask: Run) -> None:
    """Both commands that take revisions say which there are."""
    for command in (("show", 3, "--revision", 9), ("diff", 3, 1, 9), ("diff", 4)):
        missing = ask(*command)
        assert (missing.code, missing.out) == (4, "")
        assert "hint" in missing.err


def test_wrong_configuration_ends_with_3(run: Run) -> None:
    """Each problem on a line of its own, before anything is opened."""
    refused = run("--set", "fetch.timeout=soon", "--set", "fetch.nonsense=1", "status")
    assert (refused.code, refused.out) == (3, "")
    assert [line.partition(":")[0] for line in refused.err.splitlines()] == ["monitor", "monitor"]


def test_no_database_ends_with_8(run: Run, tmp_path: Path) -> None:
    """A file that is no archive is not touched."""
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / "archive.db").write_bytes(b"not a database, but long enough to be read as one" * 100)
    refused = run("status")
    assert (refused.code, refused.out) == (8, "")


def test_what_the_system_refuses_ends_with_1(run: Run, tmp_path: Path) -> None:
    """A data directory that is a file: told with its name, as no bug of ours."""
    (tmp_path / "file").write_text("")
    refused = run("mirror", data_dir=tmp_path / "file")
    assert (refused.code, refused.out) == (1, "")
    assert str(tmp_path / "file") in refused.err
    assert "bug" not in refused.err


def test_with_json_an_error_is_one_line(ask: Run) -> None:
    """The hint on the same line; standard output stays empty."""
    missing = ask("show", "99", "--json")
    assert (missing.code, missing.out) == (4, "")
    assert missing.err == "monitor: there is no document 99 (`monitor documents` lists them)\n"


def test_a_global_option_after_the_command_is_explained(run: Run) -> None:
    """The place is the mistake, not the option."""
    assert "monitor --debug status" in run("status", "--debug").err


def test_a_word_that_is_none_of_those_allowed_is_told_plainly(run: Run) -> None:
    """Which they are, without what the libraries call it."""
    refused = run("add-source", "http://a.example", "--evidence", "some")
    assert refused.code == UsageError.exit_code
    assert "'some' is not one of 'all', 'changes', 'none'" in refused.err
    assert "Value error" not in refused.err


def test_debug_shows_the_traceback(ask: Run) -> None:
    """Where an error comes from, for a report."""
    assert "Traceback" in ask("--debug", "show", "99").err
    assert "Traceback" not in ask("show", "99").err


def test_a_bug_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    """Type and message on one line, and how to get more."""
    assert tell(ValueError("a\nb"), Session()) == BUG
    said, hint = capsys.readouterr().err.splitlines()
    assert said == "monitor: this is a bug: ValueError: a b"
    assert "monitor --debug" in hint


def test_messages_from_outside_are_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    """An error may quote a page."""
    assert tell(MonitorError("said \x1b[2J", hint="\x07"), Session()) == 1
    assert capsys.readouterr().err == "monitor: said \\x1b[2J\n  hint: \\x07\n"
    assert tell(ConfigError("one\ntwo"), Session()) == 3
    assert capsys.readouterr().err == "monitor: one\nmonitor: two\n"


@pytest.mark.parametrize("error", [KeyboardInterrupt, asyncio.CancelledError])
def test_interrupted_commands_end_with_130(
    run: Run, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    """Quietly: who pressed Ctrl-C knows it."""

    def interrupted(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Session, "ask", interrupted)
    stopped = run("status")
    assert (stopped.code, stopped.out, stopped.err) == (INTERRUPTED, "", "")
