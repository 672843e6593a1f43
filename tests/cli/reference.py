"""Write the generated parts of docs/commands.md: `python -m tests.cli.reference`."""

import re
import types
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from typer.main import get_command

from monitor import answers, evidence_answers, running_answers, telling_answers
from monitor.cli.app import app
from monitor.cli.status import ArchiveStatus
from monitor.config import SettingOrigin
from monitor.model import Outlet

FILE = Path(__file__).parents[2] / "docs" / "commands.md"
MARKED = re.compile(r"(<!-- (?P<what>[a-z-]+): (?P<name>[a-z-]+) -->\n).*?(<!-- end -->)", re.DOTALL)
ANSWERS = (
    *(answers.ImportReport, answers.AddReport, answers.TickReport, answers.DocumentView, answers.SourceView),
    *(answers.SearchHit, answers.DiffView, answers.ChangeView, answers.ClusterView, answers.ReextractReport),
    *(evidence_answers.StampReport, evidence_answers.StampCheck, evidence_answers.ExportReport),
    evidence_answers.ImportedFile,
    *(evidence_answers.VerifyReport,),
    *(evidence_answers.SealView, evidence_answers.ProofReport, evidence_answers.RemovalReport),
    evidence_answers.CompactReport,
    *(telling_answers.NewToken, telling_answers.AlertView, telling_answers.Delivery),
    *(telling_answers.SqlAnswer, telling_answers.SqlTable),
    *(telling_answers.TableReport, telling_answers.DocumentLine, telling_answers.ChangeLine),
    *(Outlet, ArchiveStatus, SettingOrigin),
    running_answers.Finding,
    *(running_answers.StoreReport, running_answers.Waiting),
    *(running_answers.ServiceReport, running_answers.WorkerView),
    *(running_answers.Snapshot, running_answers.BackupCheck, running_answers.PruneReport),
    running_answers.RestoreReport,
    *(running_answers.MigrationReport, running_answers.MoveReport),
)
ROOT = get_command(app)
COMMANDS: dict[str, Any] = dict(ROOT.commands)  # type: ignore[attr-defined]


def written(text: str) -> str:
    """Return the file with its generated parts as they should be now."""
    return MARKED.sub(lambda found: found[1] + _part(found["what"], found["name"]) + found[4], text)


def _part(what: str, name: str) -> str:
    if what == "values":
        return _values()
    return _help(name) if what == "help" else _options(name)


def _options(name: str) -> str:
    """Return the table of a command's arguments and options, `monitor` for the global ones."""
    rows = [f"| `{left}` | {said} |" for left, said in options_of(name)]
    return "\n".join(["| | |", "|---|---|", *rows]) + "\n" if rows else ""


def options_of(name: str) -> Iterator[tuple[str, str]]:
    """Yield what a command takes as its help writes it, and what that is for."""
    command: Any = ROOT if name == "monitor" else COMMANDS[name]
    ctx = ROOT.make_context("monitor", [name], resilient_parsing=True)
    for param in command.params:
        left, said = param.get_help_record(ctx) or ("", "")
        if param.param_type_name == "argument":
            left = left.partition(" <")[0]  # the type, in typer's words
        yield " ".join(left.split()).replace("|", "/"), " ".join(said.split()).replace("|", "/")


def _help(name: str) -> str:
    """Return the help of a command as prose, its example as code."""
    prose, _, example = (COMMANDS[name].help or "").partition("Example: ")
    return f"{prose.strip()}\n\n```\n{example.strip()}\n```\n"


def _values() -> str:
    """Return a paragraph for every dataclass that --json can print."""
    found: dict[str, type] = {}
    for kind in ANSWERS:
        _gather(kind, found)
    return "\n".join(_value(found[name]) for name in sorted(found))


def _gather(kind: type, found: dict[str, type]) -> None:
    if kind.__name__ not in found:
        found[kind.__name__] = kind
        for hint in typing.get_type_hints(kind).values():
            for inner in _dataclasses(hint):
                _gather(inner, found)


def _dataclasses(hint: Any) -> Iterator[type]:
    if isinstance(hint, type) and is_dataclass(hint):
        yield hint
    for inner in typing.get_args(hint):
        yield from _dataclasses(inner)


def _value(kind: type) -> str:
    hints = typing.get_type_hints(kind)
    keys = "\n".join(f"- `{field.name}`: {_said(hints[field.name])}" for field in fields(kind))
    return f"### {kind.__name__}\n\n{(kind.__doc__ or '').strip()}\n\n{keys}\n"


def _said(hint: Any) -> str:
    """Return a type in words."""
    inner = typing.get_args(hint)
    if isinstance(hint, types.UnionType):
        return " or ".join("null" if one is type(None) else _said(one) for one in inner)
    if typing.get_origin(hint) is typing.Literal:
        return ", ".join(f'"{one}"' for one in inner)
    if typing.get_origin(hint) is tuple:
        pair = len(inner) > 1 and inner[1] is not Ellipsis
        return f"[{', '.join(map(_said, inner))}]" if pair else f"array of {_said(inner[0])}"
    if typing.get_origin(hint) is dict:
        return "object: number by text"
    if is_dataclass(hint):
        return f"[{hint.__name__}](#{hint.__name__.lower()})"  # type: ignore[union-attr]
    if issubclass(hint, StrEnum):
        return ", ".join(f'"{one}"' for one in hint)
    return {
        object: "text, number, base64 or null",
        str: "text",
        int: "number",
        float: "number",
        bool: "true or false",
        datetime: "time",
        bytes: "base64",
    }[hint]


if __name__ == "__main__":
    FILE.write_text(written(FILE.read_text(encoding="utf-8")), encoding="utf-8")
