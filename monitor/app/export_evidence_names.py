"""What evidence files are called on the disk: an index names them for programs that know nothing of files in use."""

import asyncio
import contextlib
from pathlib import Path

from monitor.app.context import Context
from monitor.edges.warc_files import OPEN_SUFFIX, ask_to_close, is_written

TRIES = 260  # over 65 seconds: the daemon looks once a minute whether it is asked, and whenever it keeps something
PAUSE_S = 0.25


class Names:
    """The names of evidence files, each looked up once: one in use is asked to be closed, and waited for.

    `in_use` are the names of those that nobody closed; they will lose their `.open`.
    """

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._names: dict[str, str] = {}
        self.in_use: list[str] = []

    async def of(self, file: str) -> str:
        """Return what a file is called now. Raises EvidenceError where this process cannot close its own."""
        if file not in self._names:
            self._names[file] = file if await self._is_closed(file) else file + OPEN_SUFFIX
            if self._names[file] != file:
                self.in_use.append(self._names[file])
        return self._names[file]

    async def _is_closed(self, file: str) -> bool:
        folder = self._ctx.settings.evidence_dir
        with contextlib.suppress(OSError):  # where we may not write nobody can be asked, and the file is as it is
            if is_written(folder, file):
                ask_to_close(folder, file)
                await self._ctx.evidence.tend()
                await _wait(folder, file)
        return (folder / file).exists() or not (folder / (file + OPEN_SUFFIX)).exists()


async def _wait(folder: Path, file: str) -> None:
    for _ in range(TRIES):
        if not is_written(folder, file):
            return
        await asyncio.sleep(PAUSE_S)
