"""`python -m tests.documentation`: what the documents promise about the tree holds. Part of `make check`.

Links lead somewhere, every noun is in the glossary, every module that ARCHITECTURE.md names exists, every log event is
documented, files are small, and no file has a name that says nothing.
"""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path

from monitor import model

ROOT = Path(__file__).parents[1]
LONGEST = 400  # lines of a source file
NAMELESS = {"utils", "util", "helpers", "helper", "common", "misc"}
LINK = re.compile(r"\[[^\]]*\]\((?!https?://|mailto:|#)([^)#\s]+)[^)]*\)")
EVENT = re.compile(r'\blog\.(?:debug|info|warning|error|exception)\(\s*"([a-z_.]+)"')
LAYERS = ("core", "store", "edges", "app")


def main() -> int:
    """Print what is wrong; return the exit code."""
    checks = (broken_links, missing_nouns, missing_modules, missing_events, long_files, nameless_files)
    problems = [problem for check in checks for problem in check()]
    for problem in problems:
        print(problem)
    print(f"documentation: {len(checks)} checks, {len(problems)} problems")
    return 1 if problems else 0


def tracked(*patterns: str) -> list[Path]:
    """Return the files that git tracks, or would."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [ROOT / name for name in names if (ROOT / name).exists()]


def broken_links() -> Iterator[str]:
    """Yield links between documents that lead nowhere."""
    for page in tracked("*.md"):
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            if not (page.parent / target).exists():
                yield f"{page.relative_to(ROOT)}: the link to {target} leads nowhere"


def missing_nouns() -> Iterator[str]:
    """Yield nouns of the model that the glossary lacks."""
    glossary = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    nouns = [name for name, value in vars(model).items() if is_dataclass(value)]
    yield from (f"ARCHITECTURE.md: no glossary entry for {noun}" for noun in nouns if f"| **{noun}** |" not in glossary)


def missing_modules() -> Iterator[str]:
    """Yield modules that the house of ARCHITECTURE.md names and that do not exist."""
    house = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").split("```")[1]
    layer = None
    for line in house.splitlines():
        named = re.match(r"\s{2}(\w+)/\s+\S+\s+(.*)", line)
        if named:
            layer = named[1] if named[1] in LAYERS else None
        elif not line.startswith(" " * 18):
            layer = None
        for module in (named[2] if named else line).split() if layer else ():
            if not (ROOT / "monitor" / str(layer) / f"{module}.py").exists():
                yield f"ARCHITECTURE.md: monitor/{layer}/{module}.py does not exist"


def missing_events() -> Iterator[str]:
    """Yield log events that docs/logs.md lacks."""
    documented = (ROOT / "docs/logs.md").read_text(encoding="utf-8")
    for path in tracked("monitor/*.py"):
        for event in EVENT.findall(path.read_text(encoding="utf-8")):
            if f"`{event}`" not in documented:
                yield f"docs/logs.md: no entry for {event} ({path.relative_to(ROOT)})"


def long_files() -> Iterator[str]:
    """Yield source files that are too long."""
    for path in tracked("monitor/*.py", "tests/*.py", "migrations/*.py"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > LONGEST:
            yield f"{path.relative_to(ROOT)}: {lines} lines; split it before {LONGEST}"


def nameless_files() -> Iterator[str]:
    """Yield files whose names say nothing."""
    yield from (f"{path.relative_to(ROOT)}: a name that says nothing" for path in tracked() if path.stem in NAMELESS)


if __name__ == "__main__":
    sys.exit(main())
