"""Wake the workers that wait when something is due at once: LISTEN and NOTIFY of PostgreSQL.

Nothing depends on it: whoever is not told finds it at the next tick. On SQLite nobody tells or listens.
"""

import asyncio
from collections.abc import Callable

from sqlalchemy import Connection

from monitor.store import sessions

CHANNEL = "monitor_due"


def wake(conn: Connection) -> None:
    """Wake the workers once this transaction is committed.

    For what people and hubs do, not for visits: commits that notify wait for each other.
    """
    sessions.notify(conn, CHANNEL)


class Ear:
    """A session that listens. `heard` is called when the workers are woken, `lost` with the reason when it has ended.

    Both are called by the event loop that `open` was awaited on.
    """

    def __init__(self, url: str, patience_s: float, heard: Callable[[], None], lost: Callable[[str], None]) -> None:
        self._url = url
        self._patience_s = patience_s
        self._heard = heard
        self._lost = lost
        self._session: Connection | None = None
        self._socket = -1

    @property
    def is_open(self) -> bool:
        """Say whether it listens."""
        return self._session is not None

    async def open(self) -> bool:
        """Listen; False on SQLite. Raises DBAPIError or ConnectionError when the server cannot be reached."""
        session = await asyncio.to_thread(sessions.open_session, self._url, self._patience_s)
        if session is None:
            return False
        try:
            self._socket = await asyncio.to_thread(sessions.listen, session, CHANNEL)
        except BaseException:
            sessions.end_session(session)
            raise
        self._session = session
        asyncio.get_running_loop().add_reader(self._socket, self._read)
        return True

    def _read(self) -> None:
        assert self._session is not None
        try:
            if sessions.heard(self._session):
                self._heard()
        except ConnectionError as error:
            self.close()
            self._lost(str(error))

    def close(self) -> None:
        """Listen no more."""
        session, self._session = self._session, None
        if session is None:
            return
        asyncio.get_running_loop().remove_reader(self._socket)
        sessions.end_session(session)
