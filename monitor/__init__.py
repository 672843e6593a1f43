"""Monitor archives news outlets: their articles, every change to them, and the evidence.

The public API: `open_archive` and the `Archive` or `BlockingArchive` it gives, `load_settings` and `Settings`,
`diff_page` and `unified_diff` (forms of a DiffView), `atom` (a feed of changes or documents), `sql_csv` (a form of a
SqlAnswer), and the modules `model` (the nouns), `answers`, `desk_answers`, `telling_answers`, `errors`, `durations`.
Everything else may change without notice.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.app.archive import Archive
    from monitor.app.blocking import BlockingArchive
    from monitor.app.entrance import open_archive
    from monitor.app.export_atom import atom
    from monitor.app.forms import diff_page, unified_diff
    from monitor.app.querying import sql_csv
    from monitor.config import load_settings
    from monitor.settings import Settings

__all__ = [
    "Archive",
    "BlockingArchive",
    "Settings",
    "atom",
    "diff_page",
    "load_settings",
    "open_archive",
    "sql_csv",
    "unified_diff",
]

_HOMES = {
    "Archive": "monitor.app.archive",
    "BlockingArchive": "monitor.app.blocking",
    "open_archive": "monitor.app.entrance",
    "atom": "monitor.app.export_atom",
    "diff_page": "monitor.app.forms",
    "unified_diff": "monitor.app.forms",
    "sql_csv": "monitor.app.querying",
    "load_settings": "monitor.config",
    "Settings": "monitor.settings",
}


def __getattr__(name: str) -> Any:
    # Lazily: a worker process that only extracts text must not pay for the database and the network.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'monitor' has no attribute {name!r}")
