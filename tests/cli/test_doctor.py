"""`monitor doctor` and `monitor status`: what is wrong is said with what to do, and by the exit code."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from monitor.model import Alarm, AlarmKind, Worker
from monitor.store import alarms, sources, workers
from monitor.store.database import Database
from monitor.store.schema import alert
from tests.blank import blank_sqlite
from tests.cli.conftest import Run
from tests.store.examples import NOON, a_source


@pytest.fixture
def fill(tmp_path: Path) -> Callable[..., None]:
    """Put rows into the archive that `run` works on."""
    path = blank_sqlite(tmp_path / "archive" / "archive.db")

    def work(*jobs: Callable[[Connection], object]) -> None:
        db = Database.open(f"sqlite:///{path}", 5.0)
        with db._writer.begin() as conn:
            for job in jobs:
                job(conn)
        db.close()

    return work


def test_a_healthy_archive_ends_with_0_and_each_finding_has_a_grade(fill: Callable[..., None], run: Run) -> None:
    fill()
    looked = run("doctor", "--json")
    assert looked.code == 0, looked.out
    found = json.loads(looked.out)
    assert {one["grade"] for one in found} <= {"good", "warning", "skipped"}
    assert "network" in [one["about"] for one in found if one["grade"] == "skipped"], "nobody outside is asked"
    shown = run("doctor")
    assert "good     database: " in shown.out
    assert shown.out.splitlines()[-1].split()[1] == "good,"


def test_what_is_bad_ends_with_1_and_says_what_to_do(fill: Callable[..., None], run: Run) -> None:
    fill(lambda conn: conn.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'"))
    looked = run("doctor")
    assert looked.code == 1
    lines = looked.out.splitlines()
    (place,) = [number for number, line in enumerate(lines) if line.startswith("bad      database: ")]
    assert lines[place + 1].strip() == "→ `monitor migrate`"


def test_a_configuration_that_is_no_good_is_a_finding_as_well(run: Run) -> None:
    looked = run("--set", "fetch.timeout=soon", "doctor", "--json")
    assert looked.code == 1
    (found,) = json.loads(looked.out)
    assert (found["about"], found["grade"]) == ("configuration", "bad")
    assert "fetch.timeout" in found["detail"]


def test_status_says_who_is_at_work_and_what_is_wrong(fill: Callable[..., None], run: Run) -> None:
    now = datetime.now(UTC)
    fill(
        lambda conn: workers.register(conn, Worker("m:7", "here", 7, "1", now, now, name="desk")),
        lambda conn: alarms.begin(conn, Alarm(AlarmKind.DISK, "here:/data", now, "9 MB are free"), now),
    )
    shown = run("status")
    assert shown.code == 0, shown.err
    assert "daemon      running: desk (process 7, started " in shown.out
    assert "the disk is filling up: here:/data" in shown.out
    assert "9 MB are free" in shown.out
    told = json.loads(run("status", "--json").out)["health"]
    assert [one["kind"] for one in told["alarms"]] == ["disk"]
    assert [one["name"] for one in told["workers"]] == ["desk"]


def test_status_shows_the_ten_worst_of_many_sources(fill: Callable[..., None], run: Run) -> None:
    fill(*(lambda conn, n=number: _failing(conn, n) for number in range(25)))
    shown = run("status")
    assert "sources     25: 25 failing" in shown.out
    assert shown.out.count("https://") == 10
    assert "and 15 more in trouble" in shown.err


def _failing(conn: Connection, number: int) -> None:
    sources.add(conn, a_source(f"https://{number}.example/feed", due=NOON, failures=2, verified=True))


def test_an_alert_about_alarms_needs_no_query(fill: Callable[..., None], run: Run) -> None:
    fill(lambda conn: conn.execute(insert(alert).values(**_elder())))
    assert run("alert", "add", "ops", "--alarms").code == 0
    listed = run("alert", "list").out
    assert "alarms" in listed
    assert run("alert", "add", "ops2", "kind:disc", "--alarms").code == 2
    assert run("alert", "add", "ops2", "--alarms", "--new").code == 2


def _elder() -> dict[str, object]:
    rule = {"name": "elder", "query": "kind:body", "about": "changes", "channels": (), "pace": "at_once"}
    return {**rule, "made_at": NOON, "position": 0}
