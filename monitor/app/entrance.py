"""The way into an archive, for programs that await and for those that do not."""

from contextlib import AbstractAsyncContextManager, AbstractContextManager
from datetime import datetime
from types import TracebackType
from typing import TYPE_CHECKING

from monitor import log
from monitor.app import opening
from monitor.app.archive import Archive
from monitor.errors import UsageError
from monitor.settings import Settings

if TYPE_CHECKING:
    from monitor.app.blocking import BlockingArchive


def open_archive(settings: Settings | None = None, *, at: datetime | None = None) -> "Entrance":
    """Open the archive in `settings.data_dir`, making it where there is none; with `at`, as if it were that time.

    `async with open_archive() as archive` gives an Archive, `with open_archive() as archive` a BlockingArchive, whose
    methods return instead of being awaited; `open_archive().open()` is for notebooks, where no block spans the cells.
    Without settings those that `load_settings()` finds are used. Opening raises DatabaseError when the database cannot
    be used, ConfigError for bad settings or a bad outlet file.
    """
    return Entrance(settings, at)


class Entrance(AbstractAsyncContextManager[Archive], AbstractContextManager["BlockingArchive"]):
    """An archive about to be opened, once."""

    def __init__(self, settings: Settings | None, at: datetime | None) -> None:
        self._settings = settings
        self._at = at
        self._entered = False
        self._archive: Archive | None = None
        self._blocking: BlockingArchive | None = None

    async def __aenter__(self) -> Archive:
        if self._entered:
            raise UsageError("it was opened already", hint="call open_archive() once more")
        self._entered = True
        log.keep_quiet()
        self._archive = Archive(await opening.open_context(self._settings or _found(), self._at))
        return self._archive

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        archive, self._archive = self._archive, None
        if archive is not None:
            await archive.close()

    def open(self) -> "BlockingArchive":
        """Open it for calls that block; call `close` of what is returned in the end."""
        from monitor.app.blocking import BlockingArchive  # which commands and the daemon do without
        from monitor.app.loop_thread import LoopThread

        thread = LoopThread()
        try:
            return BlockingArchive(thread.run(self.__aenter__()), thread)
        except BaseException:
            thread.stop()
            raise

    def __enter__(self) -> "BlockingArchive":
        self._blocking = self.open()
        return self._blocking

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._blocking is not None:
            self._blocking.close()


def _found() -> Settings:
    from monitor.config import load_settings

    return load_settings()
