"""The guide for administrators, read as what it is: files to write and commands to give, on which machine and when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tests.e2e.processes import ROOT

GUIDE = ROOT / "docs/administration.md"
BLOCK = re.compile(r"((?:^<!-- [^\n]* -->\n)*)^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# How the program is installed; a block with such a mark is for one of them only.
WAYS = ("package", "wheel")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of the guide: a file to write, or commands with what they print; `chapter` is its heading."""

    chapter: str
    marks: dict[str, str]
    text: str

    @property
    def commands(self) -> Iterator[tuple[str, str]]:
        """Yield each command and what the guide shows that it prints."""
        for part in re.split(r"^\$ ", self.text, flags=re.MULTILINE)[1:]:
            command, _, shown = part.partition("\n")
            yield command, shown

    @property
    def machine(self) -> str:
        """Return which machine it is for."""
        return self.marks.get("machine", "first")


def blocks(way: str) -> list[Block]:
    """Return in order the blocks for whoever installs it that way.

    Raises AssertionError for a block that says nothing of what it is, and for a way that there is none.
    """
    return [block for block in every() if block.marks.get("way", way) == way]


def every() -> list[Block]:
    """Return the blocks of the guide in order. Raises as `blocks` does."""
    text = GUIDE.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(text):
        marks, kind, said = match.groups()
        chapter = re.findall(r"^## (.*)$", text[: match.start()], re.MULTILINE)[-1]
        block = Block(chapter, dict(re.findall(r"<!-- ([\w ,]+): (.*) -->", marks)), said)
        assert (kind == "console") != any(mark.startswith("file") for mark in block.marks), said
        assert block.marks.get("way", WAYS[0]) in WAYS, said
        found.append(block)
    return found


def unseen(shown: str, told: str) -> list[str]:
    """Return the words of six letters or more that the guide shows and a command did not print."""
    return [word for word in re.findall(r"[^\W\d_]{6,}", shown) if word not in told]
