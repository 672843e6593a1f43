"""Monitor archives news outlets: their articles, every change to them, and the evidence.

The public API: `open_archive` and the `Archive` or `BlockingArchive` it gives, `load_settings` and `Settings`,
`diff_page` and `unified_diff` (forms of a DiffView), `atom` (a feed of changes or documents), `sql_csv` (a form of a
SqlAnswer), `opml_urls`, `backup`, `list_backups`, `verify_backups`, `prune_backups` and `restore`, `install_service`
and `uninstall_service`, and the modules `model` (the nouns), `answers`, `desk_answers`, `telling_answers`,
`running_answers`, `errors`, `durations`.
Everything else may change without notice.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from monitor.app.archive import Archive
    from monitor.app.backing_up import backup
    from monitor.app.backing_up_keeping import list_backups, prune_backups, verify_backups
    from monitor.app.blocking import BlockingArchive
    from monitor.app.doctor import doctor
    from monitor.app.entrance import open_archive
    from monitor.app.export_atom import atom
    from monitor.app.forms import diff_page, unified_diff
    from monitor.app.migrating import migrate
    from monitor.app.moving import migrate_to
    from monitor.app.querying import sql_csv
    from monitor.app.restoring import restore
    from monitor.app.service import ServiceOptions, install_service, service_files, uninstall_service
    from monitor.config import load_settings
    from monitor.core.opml import opml_urls
    from monitor.settings import Settings

__all__ = [
    "Archive",
    "BlockingArchive",
    "ServiceOptions",
    "Settings",
    "atom",
    "backup",
    "diff_page",
    "doctor",
    "install_service",
    "list_backups",
    "load_settings",
    "migrate",
    "migrate_to",
    "open_archive",
    "opml_urls",
    "prune_backups",
    "restore",
    "service_files",
    "sql_csv",
    "unified_diff",
    "uninstall_service",
    "verify_backups",
]

_HOMES = {
    "Archive": "monitor.app.archive",
    "BlockingArchive": "monitor.app.blocking",
    "open_archive": "monitor.app.entrance",
    "atom": "monitor.app.export_atom",
    "diff_page": "monitor.app.forms",
    "doctor": "monitor.app.doctor",
    "migrate": "monitor.app.migrating",
    "migrate_to": "monitor.app.moving",
    "unified_diff": "monitor.app.forms",
    "sql_csv": "monitor.app.querying",
    "opml_urls": "monitor.core.opml",
    "backup": "monitor.app.backing_up",
    "list_backups": "monitor.app.backing_up_keeping",
    "verify_backups": "monitor.app.backing_up_keeping",
    "prune_backups": "monitor.app.backing_up_keeping",
    "restore": "monitor.app.restoring",
    "ServiceOptions": "monitor.app.service",
    "install_service": "monitor.app.service",
    "service_files": "monitor.app.service",
    "uninstall_service": "monitor.app.service",
    "load_settings": "monitor.config",
    "Settings": "monitor.settings",
}


def __getattr__(name: str) -> Any:
    # Lazily: a worker process that only extracts text must not pay for the database and the network.
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'monitor' has no attribute {name!r}")
