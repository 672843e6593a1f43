"""Stop fetching before the disk is full, so that what was fetched can still be recorded."""

import shutil

import structlog

from monitor.app.context import Context
from monitor.errors import EvidenceError
from monitor.sizes import format_size

log = structlog.get_logger(__name__)


class Room:
    """Whether there is room on the disk for more. Tells once when there is none, and once when there is again."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._was_low = False

    def free(self) -> int:
        """Return the free space in data_dir, in bytes. Raises EvidenceError where the folder is gone."""
        folder = self._ctx.settings.data_dir
        try:
            return shutil.disk_usage(folder).free
        except OSError as error:
            told = f"{folder} cannot be looked at: {error.strerror or error}"
            raise EvidenceError(told, hint="is the disk of data_dir mounted?") from error

    def is_low(self) -> bool:
        """Say whether no more may be fetched, for lack of space. Raises EvidenceError where the folder is gone."""
        free, least = self.free(), self._ctx.settings.evidence.min_free
        low = free < least
        if low != self._was_low:
            self._was_low = low
            told = {"free": format_size(free), "least": format_size(least), "folder": str(self._ctx.settings.data_dir)}
            if low:
                log.error("disk.low", **told, hint="nothing is fetched until there is room again")
            else:
                log.info("disk.well", **told)
        return low

    def need(self) -> None:
        """Raise EvidenceError where there is no room."""
        if self.is_low():
            settings = self._ctx.settings
            free, least = format_size(self.free()), format_size(settings.evidence.min_free)
            raise EvidenceError(
                f"only {free} are free in {settings.data_dir}; nothing is fetched with less than {least}",
                hint="make room, or lower evidence.min_free",
            )
