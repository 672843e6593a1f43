"""`completion`: let a shell complete commands, options and what they take; and what it offers for outlets."""

import tomllib
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer._completion_shared import get_completion_script

from monitor.errors import MonitorError
from monitor.shipped import shipped

VARIABLE = "_MONITOR_COMPLETE"


class Shell(StrEnum):
    """The shells that can complete."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def completion(shell: Annotated[Shell, typer.Argument(help="The shell.")]) -> None:
    """Print what makes a shell complete commands and outlets.

    bash: `monitor completion bash > ~/.local/share/bash-completion/completions/monitor`. zsh: into a file called
    `_monitor` in a folder of `fpath`. fish: into `~/.config/fish/completions/monitor.fish`. `monitor
    --install-completion` does it for the shell you are in.

    Example: monitor completion bash
    """
    typer.echo(get_completion_script(prog_name="monitor", complete_var=VARIABLE, shell=shell))


def outlet_keys(ctx: typer.Context, incomplete: str) -> list[tuple[str, str]]:
    """Return the keys of outlets that begin so, or whose name has it in it, each with its name.

    Reads files only, no database: a shell waits for it at every press of a key. A file that cannot be read offers
    nothing, since a shell could not show why; the command itself will tell.
    """
    found: dict[str, str] = {}
    for path in (shipped("config") / "outlets.toml", *_own_files(ctx)):
        try:
            listed = tomllib.loads(path.read_text(encoding="utf-8"))["outlet"]
            found |= {str(one["domains"][0]): str(one["name"]) for one in listed}
        except (OSError, ValueError, LookupError, TypeError):
            continue
    wanted = incomplete.casefold()
    return sorted((key, name) for key, name in found.items() if key.startswith(wanted) or wanted in name.casefold())


def option_keys(incomplete: str) -> list[tuple[str, str]]:
    """Return the options of the configuration that begin so, ready for a value, each with its one line of why."""
    from monitor.options import options  # slow to import, and rarely needed

    return [(f"{key}=", one.why) for key, one in options().items() if key.startswith(incomplete)]


def _own_files(ctx: typer.Context) -> tuple[Path, ...]:
    """Return the files of outlets that the configuration names; it is as it is for the command."""
    from monitor import load_settings  # slow to import, and rarely needed

    given = ctx.find_root().params.get("config_file")
    try:
        return load_settings(Path(given) if given else None).corpus.outlets
    except MonitorError:
        return ()
