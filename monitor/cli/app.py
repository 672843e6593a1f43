"""The command `monitor`: the global options, and every command in the order of its help."""

import sys
from collections.abc import Callable
from importlib import metadata
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

import typer

from monitor.cli.adding import add_source
from monitor.cli.changes import changes
from monitor.cli.checks import check
from monitor.cli.compact import compact
from monitor.cli.copies import copies
from monitor.cli.corpus import import_corpus
from monitor.cli.diffs import diff
from monitor.cli.documents import documents
from monitor.cli.export import export
from monitor.cli.failures import Commands, close_quietly
from monitor.cli.import_warc import import_warc
from monitor.cli.inputs import filled
from monitor.cli.mirror import mirror
from monitor.cli.prove import prove
from monitor.cli.redact import redact
from monitor.cli.reextract import reextract
from monitor.cli.retain import retain
from monitor.cli.rounds import run, tick
from monitor.cli.seals import seals
from monitor.cli.search import SearchCommand, search
from monitor.cli.session import Session
from monitor.cli.show import show
from monitor.cli.sources import pause, remove_source, resume, sources
from monitor.cli.stamp import stamp
from monitor.cli.status import config, outlets, status
from monitor.cli.verify import verify
from monitor.errors import MonitorError, UsageError

# Without markup, typer prints plain help: no boxes, and no rich to import for it.
app = typer.Typer(
    cls=Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)

COMMANDS: tuple[Callable[..., None], ...] = (
    *(import_corpus, add_source, run, tick),
    *(documents, show, search, diff, changes, copies),
    *(sources, check, pause, resume, remove_source),
    *(status, outlets, config, mirror, reextract),
    *(export, import_warc),
    *(compact,),
    *(verify, seals, stamp, prove),
    *(retain, redact),
)
for command in COMMANDS:
    app.command(cls=SearchCommand if command is search else None)(command)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"monitor {_installed()}")
        raise typer.Exit


def _installed() -> str:
    try:
        return metadata.version("monitor-archive")
    except metadata.PackageNotFoundError:
        return "0+unknown"


@app.callback(no_args_is_help=True)
def begin(
    ctx: typer.Context,
    config_file: Annotated[
        str | None, typer.Option("--config", metavar="FILE", help="The configuration file, instead of finding one.")
    ] = None,
    data_dir: Annotated[
        str | None, typer.Option("--data-dir", metavar="DIR", help="Where the archive lies, or shall lie.")
    ] = None,
    options: Annotated[
        list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="Set one option; may be given again.")
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Print the traceback of an error.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log every step to standard error.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No hints, notes, progress or warnings.")] = False,
    version: Annotated[
        bool, typer.Option("--version", help="Print the version and end.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Watch news outlets, archive their articles, and keep every change with its evidence.

    Begin with `monitor import-corpus DIR` or `monitor add-source URL`; `monitor run` then watches.

    Example: monitor --data-dir ./archive status
    """
    overrides = dict(_pair(option) for option in options or ())
    if data_dir is not None:
        overrides["data_dir"] = filled(data_dir, "--data-dir")
    file = None if config_file is None else Path(filled(config_file, "--config"))
    ctx.obj = Session(file, overrides, debug=debug, verbose=verbose, quiet=quiet)


def _pair(option: str) -> tuple[str, str]:
    key, equals, value = option.partition("=")
    if not equals:
        raise UsageError(f"--set {option} has no value", hint="write it like --set fetch.timeout=90s")
    return key.strip(), value.strip()


def main() -> None:
    """Run the command line and end the process with its exit code (docs/commands.md lists them)."""
    for stream in (sys.stdout, sys.stderr):
        _make_tolerant(stream)
    try:
        app(prog_name="monitor")
    finally:
        _flush()


def _make_tolerant(stream: TextIO) -> None:
    """Escape what the encoding of a terminal cannot write, instead of failing at a headline."""
    if isinstance(stream, TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")


def _flush() -> None:
    """Write what is left. That whoever read it is gone is no error of ours; that the disk is full is one."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        close_quietly()
    except OSError as error:
        close_quietly()
        sys.stderr.write(f"monitor: standard output: {error.strerror}\n")
        sys.exit(MonitorError.exit_code)
