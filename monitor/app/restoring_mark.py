"""The mark on a folder that is being restored into: until it is gone, there is no whole archive in there."""

from pathlib import Path

from monitor.errors import MonitorError

MARK = "RESTORE-UNFINISHED"


def refuse_unfinished(data_dir: Path) -> None:
    """Raise MonitorError for a folder in which a restore was interrupted."""
    if (data_dir / MARK).exists():
        again = f"run `monitor restore` with --into {data_dir} again: it goes on, or remove the folder"
        raise MonitorError(f"the archive in {data_dir} was not restored to its end", hint=again)
