"""Every command that a document names exists, with every option it is named with."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.cli.reference import COMMANDS, ROOT

HOME = Path(__file__).parents[2]
PAGES = sorted(path for path in (*HOME.glob("*.md"), *HOME.glob("docs/*.md")) if path.name != "CHANGELOG.md")
FENCED = re.compile(r"^```[^\n]*\n(.*?)^```", re.DOTALL | re.MULTILINE)
INLINE = re.compile(r"`((?:\$ )?monitor [^`\n]+)`")
SAID = re.compile(r"\s{2,}|\s#\s|[|>;…]")  # what follows a command on its line


def commands_in(page: str) -> Iterator[str]:
    """Yield the command lines of ours in a page, of its blocks and within its sentences."""
    for block in FENCED.findall(page):
        for line in block.replace("\\\n", " ").split("\n"):
            bare = line.removeprefix("$ ").removeprefix(".venv/bin/")
            if bare.startswith("monitor "):
                yield SAID.split(bare)[0]
    for found in INLINE.findall(FENCED.sub("", page)):
        yield SAID.split(found.removeprefix("$ "))[0]


def options_of(command: Any) -> set[str]:
    """Return every option that a command takes."""
    return {name for param in command.params for name in (*param.opts, *param.secondary_opts)} | {"--help", "-h"}


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_what_a_document_tells_to_type_can_be_typed(page: Path) -> None:
    unknown = []
    for line in commands_in(page.read_text(encoding="utf-8")):
        words = shlex.split(line, comments=False)[1:]
        named = next((word for word in words if word in COMMANDS), None)
        known = options_of(ROOT) | (options_of(COMMANDS[named]) if named else set())
        given = {word.partition("=")[0] for word in words if word.startswith("--")}
        if named is None and words and re.fullmatch(r"[a-z][a-z-]+", words[0]):
            unknown.append(f"{line}: no command {words[0]}")
        unknown += [f"{line}: no option {option}" for option in sorted(given - known)]
    assert unknown == []


def test_commands_are_found_in_the_documents() -> None:
    """Else nothing above could fail."""
    found = {line.split()[1] for page in PAGES for line in commands_in(page.read_text(encoding="utf-8"))}
    assert set(COMMANDS) <= found
