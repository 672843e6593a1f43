"""Migrate an archive in processes that are killed: `python -m tests.e2e.killing_migrations FOLDER URL [POINT]...`.

Prints a line of JSON for each kill: where, by which signal the process ended, the schema of the archive then, and
whether all rows were what they had been. A process of one thread, so that it may fork: each kill costs no new imports.
"""

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from monitor import Settings, migrate
from monitor.store import migrating, table_rows
from monitor.store.dialects import open_to_look

# Within each migration, at its third statement; and when all are done, before the commit.
POINTS = ("0002", "0003", "0004", "0005", "0006", "0007", "0008", "commit")
STATEMENT = 3


class Killer:
    """Kill this process once a migration comes to its third statement, or at the commit of them all."""

    def __init__(self, point: str) -> None:
        self._point = point
        self._at, self._seen = "0002", 0
        event.listen(Engine, "before_cursor_execute", self._before)
        event.listen(Engine, "commit", self._commit)

    def _before(self, _conn: object, _cursor: object, statement: str, values: Any, *_: object) -> None:
        if statement.startswith("UPDATE alembic_version"):
            done = max(place for place, one in enumerate(POINTS) if one in statement + str(values))
            self._at, self._seen = POINTS[done + 1], 0
        elif not statement.startswith(("SELECT", "PRAGMA", "BEGIN", "SET")) or self._seen:
            self._seen += 1
            if self._seen == STATEMENT:
                self._die_at(self._at)

    def _commit(self, _conn: object) -> None:
        self._die_at("commit" if self._at == "commit" else "")

    def _die_at(self, here: str) -> None:
        if here == self._point:
            os.kill(os.getpid(), signal.SIGKILL)


def in_a_process(work: Callable[[], object]) -> int:
    """Do something in a process of its own, and return the signal that ended it; 0 for none."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(pid, 0)[1])


def state(url: str) -> tuple[str | None, list[tuple[int, str]]]:
    """Return the schema of an archive, and the digests of its tables."""
    engine = open_to_look(url, 30.0)
    assert engine is not None
    with engine.begin() as conn:
        tables = table_rows.tables_in_order(conn)
        found = migrating.schema_of(conn, url), [table_rows.digest(conn, one) for one in tables]
    engine.dispose()
    return found


def main(folder: str, url: str, *points: str) -> None:
    """Kill at these points, then migrate."""
    settings = Settings.model_validate({"data_dir": Path(folder), "database": {"url": url}})

    def killed(point: str) -> None:
        Killer(point)
        migrate(settings, backup=False)

    before = state(url)
    for point in points:
        ended = in_a_process(lambda point=point: killed(point))  # type: ignore[misc]
        now = state(url)
        print(json.dumps({"point": point, "signal": ended, "schema": now[0], "same": now == before}))
    report = migrate(settings, backup=False)
    print(json.dumps({"steps": [one.revision for one in report.steps], "done": report.done, "schema": state(url)[0]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
