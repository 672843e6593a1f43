"""Write the manual page docs/monitor.1 from the program: `python -m tests.cli.manual`."""

import re
from collections.abc import Iterator
from pathlib import Path

from monitor import errors
from monitor.shipped import version
from tests.cli.reference import COMMANDS, ROOT, options_of

FILE = Path(__file__).parents[2] / "docs" / "monitor.1"
EXITS = re.compile(r"(?P<name>\w+Error) +exit (?P<code>\d) +(?P<said>.+)")
FILES = (
    ("/etc/monitor/monitor.toml", "Options of the machine."),
    ("~/.config/monitor/monitor.toml", "Options of a person; where it is, that of the machine is not read."),
    ("~/.local/share/monitor", "The archive: archive.db, evidence and corpus, unless data_dir says otherwise."),
    ("/var/lib/monitor", "The archive of the system service."),
)
VARIABLES = (
    ("MONITOR_CONFIG", "The configuration file."),
    ("MONITOR_SECTION__OPTION", "An option, such as MONITOR_FETCH__CONTACT."),
    ("MONITOR_DATA_DIR", "Where the archive lies."),
    ("CREDENTIALS_DIRECTORY", "Where systemd puts credentials: files named as options, such as database.url."),
    ("NO_COLOR", "No colours, whatever the terminal."),
)


def page() -> str:
    """Return the page in the macros of man(7)."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield f'.TH MONITOR 1 "" "monitor {_escaped(version())}" "User Commands"'
    yield from (".SH NAME", _escaped("monitor - watch news outlets, archive their articles, keep every change"))
    yield from (".SH SYNOPSIS", r".B monitor", r"[\fIOPTIONS\fR] \fICOMMAND\fR [\fIARGUMENTS\fR]")
    yield from (".SH DESCRIPTION", *_paragraphs(ROOT.help or ""))
    yield ".SH OPTIONS"
    yield from _terms(options_of("monitor"))
    yield ".SH COMMANDS"
    for name, command in COMMANDS.items():
        prose, _, example = (command.help or "").partition("Example: ")
        yield from (f".SS {_escaped(name)}", *_paragraphs(prose))
        yield from _terms(options_of(name))
        if example:
            yield from (".PP", "Example:", ".PP", ".nf", f".RS 4\n{_escaped(example.strip())}\n.RE", ".fi")
    yield ".SH FILES"
    yield from _terms(FILES)
    yield ".SH ENVIRONMENT"
    yield from _terms(VARIABLES)
    yield ".SH EXIT STATUS"
    yield from _terms([("0", "All went well."), *exits(), ("130", "The command was interrupted.")])
    yield from (".SH SEE ALSO", r".BR systemctl (1),", r".BR journalctl (1)", ".PP")
    yield "The documents that come with the program tell the rest, administration.md first."


def exits() -> Iterator[tuple[str, str]]:
    """Yield each exit code that an error has, and what it means."""
    for found in sorted(EXITS.finditer(errors.__doc__ or ""), key=lambda found: found["code"]):
        said = found["said"]
        yield found["code"], f"{said[0].upper()}{said[1:]}."


def _paragraphs(text: str) -> Iterator[str]:
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        if not paragraph.startswith("Example:"):
            yield from (".PP", _escaped(" ".join(paragraph.split())))


def _terms(pairs: "Iterator[tuple[str, str]] | list[tuple[str, str]] | tuple[tuple[str, str], ...]") -> Iterator[str]:
    for term, said in pairs:
        yield from (".TP", f"\\fB{_escaped(term)}\\fR", _escaped(said))


def _escaped(text: str) -> str:
    """Return text that means itself: a line may begin with a dot, and a hyphen is to be copied as one."""
    plain = text.replace("\\", r"\e").replace("-", r"\-").replace("`", "").replace("…", "...")
    return "\n".join(rf"\&{line}" if line[:1] in (".", "'") else line for line in plain.split("\n"))


if __name__ == "__main__":
    FILE.write_text(page(), encoding="utf-8")
