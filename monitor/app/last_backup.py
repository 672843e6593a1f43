"""When the newest backup was made: asked of a folder that may be on a disk far away, which may not answer."""

import asyncio
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from threading import Thread

from monitor.errors import EvidenceError, MonitorError

PATIENCE_S = 5.0

Answer = datetime | MonitorError | None


class LastBackup:
    """Asks in a thread of its own, one at a time: on a disk that hangs it stays for as long as that does."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._asked: asyncio.Future[Answer] | None = None

    async def get(self, folder: Path) -> datetime | None:
        """Return when the newest backup in a folder was made, None without any.

        Raises MonitorError where the folder cannot be read, or does not answer in time.
        """
        if self._asked is None or self._asked.done() or folder != self._folder:
            self._folder, self._asked = folder, asyncio.wrap_future(_ask(folder))
        try:
            async with asyncio.timeout(PATIENCE_S):
                answer = await asyncio.shield(self._asked)
        except TimeoutError as error:
            raise EvidenceError(f"{folder} has not answered for {PATIENCE_S:g} s", hint="is its disk there?") from error
        if isinstance(answer, MonitorError):
            raise answer
        return answer


def _ask(folder: Path) -> "Future[Answer]":
    said: Future[Answer] = Future()
    # Not of a pool, and a daemon: nothing waits for a thread that may hang, not even the end of the program.
    Thread(target=lambda: said.set_result(_newest(folder)), name="last-backup", daemon=True).start()
    return said


def _newest(folder: Path) -> Answer:
    from monitor.app.backing_up import snapshots  # which most processes never need

    try:
        return max((one.made_at for one in snapshots(folder)), default=None)
    except MonitorError as error:
        return error
    except Exception as error:  # noqa: BLE001 - handed to whoever waits, who would else wait in vain
        return EvidenceError(f"{folder} cannot be read: {error}")
