"""Archives of every schema that was ever released, with rows in every table; each step up to one is made once."""

import atexit
import shutil
import tempfile
import uuid
from functools import cache
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.engine import make_url

from monitor.store import indexing_anew, migrating, table_rows
from monitor.store.dialects import open_engine
from tests.blank import administration
from tests.store.filler import fill

RELEASED = ("0001", "0002", "0003", "0004", "0005", "0006", "0007")
INDEXED = "0007"  # since then the index for search is what it is now; the migration to it makes it anew
ROWS = 12


def old_archive(schema: str, folder: Path, server: str | None = None) -> str:
    """Make an archive of a schema, with rows in every table; return its URL. On that server, else in that folder."""
    url = blank_archive(schema, folder, server)
    engine = open_engine(url, 30.0, pool_size=1)
    with engine.begin() as conn:
        fill(conn, table_rows.tables_in_order(conn), ROWS)
        if schema >= INDEXED:
            indexing_anew.index_all(conn)
    engine.dispose()
    return url


def blank_archive(schema: str, folder: Path, server: str | None = None) -> str:
    """Make an archive of a schema without any row; return its URL."""
    if server is None:
        return f"sqlite:///{shutil.copyfile(_sqlite(schema), folder / 'archive.db')}"
    return _made(server, f"test_{uuid.uuid4().hex[:12]}", _postgresql(server, schema))


@cache
def _sqlite(schema: str) -> Path:
    path = _folder() / f"{schema}.db"
    if schema != RELEASED[0]:
        shutil.copyfile(_sqlite(_before(schema)), path)
    _raise(f"sqlite:///{path}", schema)
    return path


def _before(schema: str) -> str:
    return RELEASED[RELEASED.index(schema) - 1]


@cache
def _folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="monitor-old-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _postgresql(server: str, schema: str) -> str:
    name = f"old_{schema}"
    _raise(_made(server, name, "template1" if schema == RELEASED[0] else _postgresql(server, _before(schema))), schema)
    return name


def _made(server: str, name: str, like: str) -> str:
    engine = administration(server)
    with engine.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
    engine.dispose()
    return engine.url.set(database=name).render_as_string(hide_password=False)


def drop(url: str, server: str) -> None:
    """Drop a database of that server again."""
    engine = administration(server)
    with engine.connect() as conn:
        conn.execute(text(f"DROP DATABASE {make_url(url).database} WITH (FORCE)"))
    engine.dispose()


def _raise(url: str, schema: str) -> None:
    engine = open_engine(url, 30.0, pool_size=1)
    with engine.begin() as conn:
        migrating.upgrade(conn, schema)
    engine.dispose()
