"""The list of all options, read off the models, and what is written from it: the shipped file and the reference."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from pydantic.fields import FieldInfo

from monitor.forms import Form
from monitor.settings import Section, Settings

ENVIRONMENT_PREFIX = "MONITOR_"

MASK = "***"
_CARRIES_SECRET = re.compile(r"@|password=", re.IGNORECASE)
_HEAD = """\
# Every option of Monitor with its default. Each can also be set by an environment variable (fetch.timeout is
# MONITOR_FETCH__TIMEOUT) or a systemd credential (a file called fetch.timeout); both win over this file.
# Durations: "45s", "15m", "1h30m", "2d". Sizes: "500kB", "20MB", "1GiB". Relative paths start at this file's folder.
"""


@dataclass(frozen=True, slots=True)
class Option:
    """One option: its dotted key, its default as it is written in a file, why it is there and what it takes."""

    key: str
    default: object
    why: str
    form: Form

    @property
    def variable(self) -> str:
        """Return the environment variable that sets it."""
        return ENVIRONMENT_PREFIX + self.key.upper().replace(".", "__")

    def shown(self, value: object) -> str:
        """Return a value as a person would write it in the file, secrets masked whole: of a table all but the names."""
        if not self.form.secret or not value:
            return literal(value)
        if isinstance(value, Mapping):
            return literal(dict.fromkeys(value, MASK))
        is_plain_url = self.key == "database.url" and not _CARRIES_SECRET.search(str(value))
        return literal(value if is_plain_url else MASK)

    def hides(self, shown: str) -> bool:
        """Return whether a value as `shown` has something in it that was masked."""
        return self.form.secret and MASK in shown


@cache
def options() -> Mapping[str, Option]:
    """Return every option by its key, in the order of the models."""
    listed = [_option(name, field) for name, field in Settings.model_fields.items() if name not in sections()]
    for section, model in sections().items():
        listed += [_option(f"{section}.{name}", field) for name, field in model.model_fields.items()]
    return {option.key: option for option in listed}


@cache
def sections() -> Mapping[str, type[Section]]:
    """Return the models of the sections by name."""
    fields = {name: field.annotation for name, field in Settings.model_fields.items()}
    return {name: kind for name, kind in fields.items() if isinstance(kind, type) and issubclass(kind, Section)}


def _option(key: str, field: FieldInfo) -> Option:
    form = next(extra for extra in field.metadata if isinstance(extra, Form))
    return Option(key, field.default, field.description or "", form)


def literal(value: object) -> str:
    """Return a value as TOML writes it, safe to print."""
    if isinstance(value, Mapping):
        return (
            "{ " + ", ".join(f"{literal(key)} = {literal(item)}" for key, item in value.items()) + " }"
            if value
            else "{}"
        )
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(literal, value))}]"
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return json.dumps(str(value), ensure_ascii=not str(value).isprintable())


def file_text() -> str:
    """Return config/monitor.toml: every option, active, with its default and one line of why."""
    top = (option for option in options().values() if "." not in option.key)
    return "\n".join([_HEAD, *map(_entry, top), *map(_table, sections())])


def _table(section: str) -> str:
    entries = [_entry(option) for option in options().values() if option.key.startswith(f"{section}.")]
    return "\n".join([f"\n# {sections()[section].__doc__}\n[{section}]", *entries])


def _entry(option: Option) -> str:
    example = "" if option.form.shape == "plain" else f"# Takes {option.form.text}.\n"
    return f"# {option.why}\n{example}{option.key.rpartition('.')[2]} = {literal(option.default)}\n"


def reference() -> str:
    """Return the table of docs/configuration.md: each option's key, default, what it takes, and why."""
    return "\n".join(("| Option | Default | Takes | Why |", "|---|---|---|---|", *_rows())) + "\n"


def _rows() -> Iterator[str]:
    for option in options().values():
        default, takes = literal(option.default), option.form.text.replace("|", r"\|")
        yield f"| `{option.key}` | `{default}` | {takes} | {option.why} |"
