"""Empty archives to begin with: migrated once in a process, then copied, since each migration takes its time."""

import atexit
import shutil
import tempfile
import uuid
from functools import cache
from pathlib import Path

from sqlalchemy import Engine, create_engine, text

from monitor.store.database import Database


@cache
def _sqlite() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="monitor-blank-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "archive.db"
    Database.open(f"sqlite:///{path}").close()
    return path


def blank_sqlite(path: Path) -> Path:
    """Put an empty archive there, unless something is there already; return the path."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_sqlite(), path)
    return path


@cache
def _postgresql(server: str) -> str:
    name = f"blank_{uuid.uuid4().hex[:12]}"
    engine = administration(server)
    with engine.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name}"))
    Database.open(engine.url.set(database=name).render_as_string(hide_password=False)).close()
    engine.dispose()
    return name


def make_postgresql(server: str, *, bare: bool = False) -> str:
    """Return the name of a new database on that server: an empty archive, or nothing at all."""
    name, like = f"test_{uuid.uuid4().hex[:12]}", "template1" if bare else _postgresql(server)
    engine = administration(server)
    with engine.connect() as conn:
        conn.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))
    engine.dispose()
    return name


def administration(server: str) -> Engine:
    """Return an engine to make and drop databases with."""
    return create_engine(server.replace("postgresql://", "postgresql+psycopg://"), isolation_level="AUTOCOMMIT")
