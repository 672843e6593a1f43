"""Every command by name, in the order of the help. A command's module is imported when it is the one that is asked for.

All of them together take as long to import as most commands take to answer.
"""

from collections.abc import Iterator, MutableMapping
from importlib import import_module
from typing import Any

import typer
from typer.main import get_command

from monitor.cli.failures import Commands

# The module of each, in monitor/cli; the function there has the name of the command.
PLACES = {
    "import-corpus": "corpus",
    "add-source": "adding",
    "run": "rounds",
    "tick": "rounds",
    "documents": "documents",
    "show": "show",
    "search": "search",
    "diff": "diffs",
    "changes": "changes",
    "copies": "copies",
    "sql": "sql",
    "sources": "sources",
    "check": "checks",
    "pause": "sources",
    "resume": "sources",
    "remove-source": "sources",
    "status": "status",
    "doctor": "doctor",
    "outlets": "configured",
    "config": "configured",
    "mirror": "mirror",
    "reextract": "reextract",
    "export": "export",
    "import-warc": "import_warc",
    "import-opml": "import_opml",
    "compact": "compact",
    "store": "store",
    "verify": "verify",
    "seals": "seals",
    "stamp": "stamp",
    "prove": "prove",
    "retain": "retain",
    "redact": "redact",
    "alert": "alert",
    "token": "token",
    "workers": "workers",
    "backup": "backup",
    "restore": "restore",
    "migrate": "migrate",
    "migrate-to": "migrate",
    "service": "service",
    "completion": "completion",
}
QUERIES = frozenset({"search", "documents", "changes", "export", "alert"})  # which take `-word`, and are SearchCommands


class LazyCommands(Commands):
    """The commands, each loaded when it is asked for."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.commands = _Known()


class _Known(MutableMapping[str, Any]):
    """The commands by name; telling their names loads none."""

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = _load(name, PLACES[name])
        return self._loaded[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


def _load(name: str, place: str) -> Any:
    function = getattr(import_module(f"monitor.cli.{place}"), name.replace("-", "_"))
    kind = import_module("monitor.cli.search").SearchCommand if name in QUERIES else None
    alone = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    alone.command(name, cls=kind)(function)
    return get_command(alone)
