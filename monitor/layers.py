"""Where option values are found: a TOML file, credentials, the environment, the command line. Nothing is checked here.

Every reader yields a Given for each option it finds, and a Problem for each thing that cannot be one.
"""

import json
import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, unquote

from monitor.options import ENVIRONMENT_PREFIX, Option, literal, options, sections

FILE_VARIABLE = "MONITOR_CONFIG"
COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class Given:
    """A value that was found: for which option, what, and where in words."""

    option: Option
    value: object
    origin: str


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong, and what a person can do."""

    text: str
    hint: str | None = None

    @property
    def line(self) -> str:
        """Return both on one line."""
        return f"{self.text} ({self.hint})" if self.hint else self.text


Findings = Iterator[Given | Problem]


def from_file(path: Path) -> Findings:
    """Read a TOML file. Paths in it are relative to its folder."""
    origin = str(path)
    try:
        document = tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        yield Problem(f"{origin}: {error.strerror or error}", f"name another file with --config or {FILE_VARIABLE}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        yield Problem(f"{origin}: not TOML: {error}", 'a line of TOML is: name = "value"')
    else:
        for key, value in document.items():
            yield from _from_table(key, value, path, origin)


def _from_table(name: str, value: object, path: Path, origin: str) -> Findings:
    if isinstance(value, dict) and name in sections():
        for key, item in value.items():
            yield _given(f"{name}.{key}", item, origin, path.parent)
    elif isinstance(value, dict) and name not in options():
        meant = _closest(name, {section: f"[{section}]" for section in sections()}, 0.7)
        yield Problem(f"{origin}: no such section: [{name}]", _did_you_mean(meant))
    elif name not in sections():
        yield _given(name, value, origin, path.parent)
    else:
        yield Problem(f"{origin}: {name} is a section, not an option", f"begin it with a line of its own: [{name}]")


def from_credentials(folder: Path) -> Findings:
    """Read the files of a systemd credentials directory that are named like options; others are not ours."""
    try:
        names = sorted(os.listdir(folder))
    except OSError as error:
        yield Problem(f"credentials {folder}: {error.strerror or error}")
        return
    for name in names:
        if name in options() or name.partition(".")[0] in sections():
            yield from _from_credential(folder / name)


def _from_credential(path: Path) -> Findings:
    origin = f"credential {path.name}"
    try:
        yield _from_text(path.name, path.read_text(encoding="utf-8").strip(), origin)
    except (OSError, UnicodeDecodeError) as error:
        yield Problem(f"{origin}: {error.strerror if isinstance(error, OSError) else error}")


def from_environment(environment: Mapping[str, str]) -> Findings:
    """Read the variables named like options.

    One that looks like a misspelt option is a Problem; one that does not, such as the MONITOR_PORT that container
    hosts set for a service called monitor, is not ours.
    """
    known = {option.variable: key for key, option in options().items()}
    for name in sorted(environment):
        if name in known:
            yield _from_text(known[name], environment[name], f"environment {name}")
        elif name.startswith(ENVIRONMENT_PREFIX) and name != FILE_VARIABLE:
            yield from _misspelt(name, tuple(known))


def _misspelt(name: str, known: tuple[str, ...]) -> Findings:
    meant = _closest(name.replace("__", "_"), {variable.replace("__", "_"): variable for variable in known}, 0.85)
    if meant or "__" in name:
        yield Problem(f"environment {name}: no such option", _did_you_mean(meant))


def from_overrides(overrides: Mapping[str, str]) -> Findings:
    """Read `--set key=value` pairs of the command line."""
    for key, value in overrides.items():
        yield _from_text(key, value, COMMAND_LINE)


def _from_text(key: str, text: str, origin: str) -> Given | Problem:
    """Read a value out of plain text: lists and tables as TOML or JSON, or parted by commas."""
    shape = options()[key].form.shape if key in options() else "plain"
    if shape == "list":
        return _given(
            key, _literal(text) if text.startswith("[") else re.split(r"[,\s]+", text) if text else [], origin
        )
    if shape == "table":
        return _given(key, _literal(text) if text.startswith("{") else _pairs(text), origin)
    return _given(key, text, origin)


def _literal(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return _toml(text)


def _toml(text: str) -> object:
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text  # which no list or table takes: the check says so


def _pairs(text: str) -> object:
    pairs = [pair.partition("=") for pair in re.split(r"[,\s]+", text) if pair]
    return {key: value for key, _, value in pairs} if all(equals for _, equals, _ in pairs) else text


def _given(key: str, value: object, origin: str, base: Path = Path()) -> Given | Problem:
    option = options().get(key)
    if option is None:
        return Problem(
            f"{origin}: no such option: {key if key.isprintable() else literal(key)}", _did_you_mean(_meant(key))
        )
    if key == "database.url":
        return Given(option, _anchored_url(value, base), origin)
    return Given(option, _anchored(value, base) if option.form.path else value, origin)


def _anchored(value: object, base: Path) -> object:
    if isinstance(value, list):
        return [_anchored(item, base) for item in value]
    if not isinstance(value, str) or not value:
        return value
    return str((base / os.path.expanduser(value)).absolute())


def _anchored_url(value: object, base: Path) -> object:
    prefix, scheme, path = str(value).partition("sqlite:///")
    if prefix or not scheme or path.startswith(("/", ":")) or not path:
        return value
    return f"{scheme}{quote(str(_anchored(unquote(path), base)))}"


def _meant(key: str) -> str | None:
    """Return the option most like a wrong key: the same name in another section, else the closest spelling."""
    elsewhere = [known for known in options() if known.rpartition(".")[2] == key.rpartition(".")[2]]
    return elsewhere[0] if len(elsewhere) == 1 else _closest(key, {known: known for known in options()}, 0.7)


def _closest(given: str, known: Mapping[str, str], cutoff: float) -> str | None:
    from difflib import get_close_matches  # only ever needed for a mistake

    return next((known[name] for name in get_close_matches(given, known, 1, cutoff)), None)


def _did_you_mean(meant: str | None) -> str:
    return f"did you mean {meant}?" if meant else "docs/configuration.md lists every option"
