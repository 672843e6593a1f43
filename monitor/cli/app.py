"""The command `monitor`: its global options, how it begins and how it ends. Its commands are in commands.py."""

import sys
from io import TextIOWrapper
from pathlib import Path
from typing import Annotated, TextIO

import typer

from monitor.cli.commands import LazyCommands
from monitor.cli.completion import option_keys
from monitor.cli.failures import close_quietly
from monitor.cli.inputs import filled
from monitor.cli.session import Session
from monitor.errors import MonitorError, UsageError
from monitor.shipped import version as installed

# Without markup, typer prints plain help: no boxes, and no rich to import for it.
app = typer.Typer(
    cls=LazyCommands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"monitor {installed()}")
        raise typer.Exit


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
        list[str] | None,
        typer.Option(
            "--set", metavar="KEY=VALUE", help="Set one option; may be given again.", autocompletion=option_keys
        ),
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
    except SystemExit as end:
        if not isinstance(end.__context__, BrokenPipeError):  # which typer ends with 1, at --help and --version
            raise
        close_quietly()
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
