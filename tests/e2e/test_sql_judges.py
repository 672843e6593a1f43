"""Programs of other makes read the database as it is: Datasette, and DuckDB."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from monitor import Settings, open_archive
from monitor.store.database import Database
from tests.blank import blank_sqlite
from tests.edges import judges
from tests.store.questioned import AGENCY, fill

QUESTION = "SELECT outlet, documents, edits, removals FROM v_outlets WHERE documents > 0 ORDER BY outlet"

DUCKDB = """
import json, sys, duckdb
from duckdb_extensions import import_extension
database, question = sys.argv[1:]
import_extension("sqlite_scanner")  # installed with DuckDB, instead of downloaded
con = duckdb.connect(config={"autoinstall_known_extensions": "false"})
con.execute("LOAD sqlite_scanner")
con.execute(f"ATTACH '{database}' AS archive (TYPE sqlite, READ_ONLY)")
con.execute("USE archive")
rows = con.execute(question).fetchall()
views = [name for name, in con.execute("SHOW TABLES").fetchall() if name.startswith("v_")]
types = {view: [row[1] for row in con.execute(f"DESCRIBE {view}").fetchall()] for view in views}
for view in views:
    con.execute(f"SELECT * FROM {view}").fetchall()
print(json.dumps({"rows": rows, "types": types}))
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of an archive that has answers."""
    path = blank_sqlite(tmp_path_factory.mktemp("judged") / "archive.db")
    db = Database.open(f"sqlite:///{path}")
    asyncio.run(db.write(fill))
    db.close()
    return path


@pytest.fixture(scope="module")
def ours(database: Path) -> list[list[Any]]:
    """What we answer ourselves."""
    with open_archive(Settings.model_validate({"data_dir": database.parent})) as archive:
        answer = archive.sql(QUESTION)
    assert answer.rows[0][0] == AGENCY
    return [list(row) for row in answer.rows]


def told(*command: str | Path) -> Any:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_datasette_shows_a_view_and_answers_a_question(database: Path, ours: list[list[Any]]) -> None:
    datasette = judges.judge("datasette")
    rows = told(datasette, "--get", "/archive/v_outlets.json?_shape=array&_sort=outlet&documents__gt=0", database)
    assert [[row[name] for name in ("outlet", "documents", "edits", "removals")] for row in rows] == ours
    known = told(datasette, "--get", "/archive.json", database)
    assert {"v_documents", "v_changes", "v_copies"} <= {view["name"] for view in known["views"]}


def test_duckdb_reads_the_file_as_it_is(database: Path, ours: list[list[Any]]) -> None:
    """Every view, with types."""
    answer = told(judges.judge(judges.PYTHON), "-c", DUCKDB, database, QUESTION)
    assert answer["rows"] == ours
    assert len(answer["types"]) == 13
    assert not [view for view, types in answer["types"].items() if "BLOB" in types]
