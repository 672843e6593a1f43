"""Monitor archives news outlets: their articles, every change to them, and the evidence.

The public API: `open_archive` and the `Archive` it gives, `load_settings` and `Settings`, `diff_page` and
`unified_diff` (forms of a DiffView), and the modules `model` (the nouns), `answers`, `errors`, `durations`. Everything
else may change without notice.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.app.archive import Archive, open_archive
    from monitor.app.forms import diff_page, unified_diff
    from monitor.config import load_settings
    from monitor.settings import Settings

__all__ = ["Archive", "Settings", "diff_page", "load_settings", "open_archive", "unified_diff"]

_HOMES = {
    "Archive": "monitor.app.archive",
    "open_archive": "monitor.app.archive",
    "diff_page": "monitor.app.forms",
    "unified_diff": "monitor.app.forms",
    "load_settings": "monitor.config",
    "Settings": "monitor.settings",
}


def __getattr__(name: str) -> Any:
    # Lazily: a worker process that only extracts text must not pay for the database and the network.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'monitor' has no attribute {name!r}")
