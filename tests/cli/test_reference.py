"""docs/commands.md is complete and current, and the help is what it says."""

import re
import shlex
from typing import Any

import pytest

from monitor.errors import MonitorError
from tests.cli.reference import COMMANDS, FILE, MARKED, ROOT, options_of, written

TEXT = FILE.read_text(encoding="utf-8")


def test_the_generated_parts_are_current() -> None:
    """Run `python -m tests.cli.reference` after a change of a command, an option or an answer."""
    assert written(TEXT) == TEXT


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_an_entry(name: str) -> None:
    """A heading, its help, its options; and, where it has --json, which value that prints."""
    section = TEXT.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    assert {found["what"] for found in MARKED.finditer(section)} == {"help", "options"}
    for option, _ in options_of(name):
        assert f"| `{option}` |" in section
    takes_json = any("--json" in option for option, _ in options_of(name))
    assert bool(re.search(r"^`--json`: ", section, re.MULTILINE)) is takes_json


def test_no_entry_is_left_over() -> None:
    """Every heading is a command or a chapter of its own."""
    chapters = {"What you see", "Exit codes", "Global options", "JSON values"}
    assert set(re.findall(r"^## (.*)$", TEXT, re.MULTILINE)) == set(COMMANDS) | chapters


def test_links_within_the_page_lead_somewhere() -> None:
    """Every anchor is a heading."""
    headings = {title.lower().replace(" ", "-") for title in re.findall(r"^#+ (.*)$", TEXT, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([^)]*)\)", TEXT)) <= headings


@pytest.mark.parametrize("name", COMMANDS)
def test_every_help_has_an_example_that_parses(name: str) -> None:
    """One line that one can copy."""
    (example,) = re.findall(r"Example: (.*)", COMMANDS[name].help)
    program, command, *args = shlex.split(example)
    assert (program, command) == ("monitor", name)
    ctx: Any = ROOT.make_context("monitor", [command])
    COMMANDS[name].make_context(name, args, parent=ctx)


def test_exit_codes_are_those_of_the_errors() -> None:
    """Each class of errors has its row."""
    codes = {int(code) for code in re.findall(r"^\| (\d+) \|", TEXT, re.MULTILINE)}
    assert codes == {0, 70, 130} | {kind.exit_code for kind in _all_errors(MonitorError)}


def _all_errors(kind: type[MonitorError]) -> set[type[MonitorError]]:
    return {kind}.union(*(_all_errors(one) for one in kind.__subclasses__()))


def test_short_helps_are_not_cut() -> None:
    """The list of commands fits 80 columns with whole sentences."""
    assert all(len(command.get_short_help_str(80)) <= 60 for command in COMMANDS.values())
    assert all(not command.get_short_help_str(60).endswith("...") for command in COMMANDS.values())
