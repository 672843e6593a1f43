"""What one worker of many does alone: advisory locks of PostgreSQL, held by a session of their own."""

import threading

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from monitor.store import sessions


class Locks:
    """The locks of this process. On SQLite everything is ours: many workers need PostgreSQL.

    When the session is lost the locks are, and another worker may take them while what they were taken for still goes
    on here: they save work that would be done twice, and nothing may depend on them to be right. Its methods wait for
    the database, and belong into threads. They raise DBAPIError.
    """

    def __init__(self, url: str, patience_s: float) -> None:
        self._url = url
        self._patience_s = patience_s
        self._session: Connection | None = None
        self._users: dict[str, int] = {}
        self._door = threading.Lock()

    def take(self, name: str) -> bool:
        """Take a lock unless another process has it; it may be taken several times here, and is given back as often."""
        with self._door:
            if name not in self._users and not self._try(name):
                return False
            self._users[name] = self._users.get(name, 0) + 1
            return True

    def hold(self, name: str) -> bool:
        """Take a lock for as long as this process lives; say whether it is ours now. To be asked again and again."""
        with self._door:
            if name in self._users and self._is_alive():
                return True
            if not self._try(name):
                return False
            self._users[name] = 1
            return True

    def give_back(self, name: str) -> None:
        """Give back a lock that was taken."""
        with self._door:
            left = self._users.pop(name, 0) - 1
            if left > 0:
                self._users[name] = left
            elif left == 0 and self._session is not None:
                try:
                    sessions.unlock(self._session, name)
                except DBAPIError:
                    self._forget()  # with the session the lock is given back

    def close(self) -> None:
        """Give everything back."""
        with self._door:
            self._forget()

    def _try(self, name: str) -> bool:
        """Ask for a lock, once more through a new session when the one that was open is lost."""
        if self._session is not None:
            try:
                return sessions.try_lock(self._session, name)
            except DBAPIError:
                self._forget()
        self._session = sessions.open_session(self._url, self._patience_s)
        return self._session is None or sessions.try_lock(self._session, name)

    def _is_alive(self) -> bool:
        if self._session is None:  # SQLite
            return True
        try:
            self._session.execute(text("SELECT 1")).close()
        except DBAPIError:
            self._forget()
            return False
        return True

    def _forget(self) -> None:
        session, self._session = self._session, None
        self._users.clear()
        if session is not None:
            sessions.end_session(session)
