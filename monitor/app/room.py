"""Stop fetching before the disk is full, and while no more files may be opened: what is fetched is to be recorded."""

import shutil

import structlog

from monitor.app.context import Context
from monitor.edges import descriptors
from monitor.errors import EvidenceError
from monitor.sizes import format_size

log = structlog.get_logger(__name__)

SPARE = 16  # files that may be opened again before anything is fetched: a record, a lock, a folder, a few requests
MORE_FILES = "raise LimitNOFILE= (`ulimit -n`), or lower daemon.hosts; what else has so many open?"


class Room:
    """Whether there is room for more. Tells once when there is none, and once when there is again."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._was_low = False
        self._is_starved = False

    def free(self) -> int:
        """Return the free space in data_dir, in bytes. Raises EvidenceError where the folder is gone."""
        folder = self._ctx.settings.data_dir
        try:
            return shutil.disk_usage(folder).free
        except OSError as error:
            told = f"{folder} cannot be looked at: {error.strerror or error}"
            raise EvidenceError(told, hint="is the disk of data_dir mounted?") from error

    def is_low(self) -> bool:
        """Say whether no more may be fetched. Raises EvidenceError where the folder is gone."""
        return self.lack() is not None

    def lack(self) -> str | None:
        """Return for lack of what no more may be fetched, in words. Raises EvidenceError where the folder is gone."""
        if self._is_full():
            return "the disk is full"
        return "no more files may be opened" if self._lacks_files() else None

    def hear(self, error: BaseException) -> bool:
        """Say whether evidence could not be kept since no more files may be opened, and note it until they may."""
        if not (isinstance(error, EvidenceError) and error.__cause__ and descriptors.is_lacking(error.__cause__)):
            return False
        if not self._is_starved:
            self._is_starved = True
            log.error("files.lacking", error=str(error), hint=f"nothing is fetched until they may; {MORE_FILES}")
        return True

    def _is_full(self) -> bool:
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

    def _lacks_files(self) -> bool:
        if self._is_starved and descriptors.has_spare(SPARE):
            self._is_starved = False
            log.info("files.well")
        return self._is_starved

    def need(self) -> None:
        """Raise EvidenceError where there is no room."""
        lack = self.lack()
        if lack is not None and self._is_starved:
            raise EvidenceError(f"{lack}; nothing is fetched until they may", hint=MORE_FILES)
        if lack is not None:
            settings = self._ctx.settings
            free, least = format_size(self.free()), format_size(settings.evidence.min_free)
            raise EvidenceError(
                f"only {free} are free in {settings.data_dir}; nothing is fetched with less than {least}",
                hint="make room, or lower evidence.min_free",
            )
