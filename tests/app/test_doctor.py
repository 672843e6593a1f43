"""The doctor finds what is wrong, says what to do, changes nothing, and never fails for what it is to find."""

import gzip
import os
import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert

from monitor import Settings, doctor
from monitor.app import doctor as checks
from monitor.app import doctor_reader
from monitor.app.doctor_database import judged_clock
from monitor.app.examining import open_patient
from monitor.edges.clock import drive
from monitor.model import Alert, AlertAbout, Capture, Fetch, Outcome, Worker
from monitor.running_answers import Finding, Grade
from monitor.store import alerts, captures, fetches, hosts, sources
from monitor.store.database import Database
from monitor.store.schema import evidence_file, worker
from monitor.store.types import columns_of
from tests.blank import blank_sqlite
from tests.store.examples import NOON, a_source

QUICK = tuple(name for name, _ in checks.CHECKS if name != "reading worker")


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of an empty archive, at noon."""
    drive(tmp_path / "clock", NOON)
    blank_sqlite(tmp_path / "data/archive.db")
    given = {"data_dir": tmp_path / "data", "daemon": {"clock_file": tmp_path / "clock"}}
    return Settings.model_validate({**given, "fetch": {"contact": "https://desk.example"}})


def _examined(settings: Settings, *about: str, deep: bool = False) -> list[Finding]:
    """Return the findings of some checks; of all but the slowest unless named."""
    with open_patient(settings, deep=deep, network=False) as patient:
        wanted = about or QUICK
        return [one for name, check in checks.CHECKS if name in wanted for one in checks._safely(name, check, patient)]


def _of(found: list[Finding], grade: Grade) -> list[str]:
    return [one.about for one in found if one.grade is grade]


def _do(settings: Settings, work: str, *more: object) -> None:
    with sqlite3.connect(settings.data_dir / "archive.db") as conn:
        conn.execute(work, more)


async def _write(settings: Settings, *works: object) -> None:
    db = Database.open(settings.database_url, 5.0)
    for work in works:
        await db.write(work)  # type: ignore[arg-type]
    db.close()


def test_a_healthy_archive_has_nothing_bad_and_nothing_is_changed(settings: Settings) -> None:
    before = {one: one.stat().st_mtime_ns for one in settings.data_dir.iterdir()}
    found = _examined(settings)
    assert _of(found, Grade.BAD) == []
    assert {"database", "integrity", "alarms", "evidence", "User-Agent", "web page"} <= set(_of(found, Grade.GOOD))
    assert {one: one.stat().st_mtime_ns for one in settings.data_dir.iterdir()} == before


def test_every_finding_that_is_not_well_says_what_to_do(settings: Settings) -> None:
    found = [*_examined(settings), *_examined(settings.model_copy(update={"data_dir": settings.data_dir / "no"}))]
    assert all(one.advice for one in found if one.grade in (Grade.WARNING, Grade.BAD))
    assert {one.about for one in found} == set(QUICK)


def test_where_there_is_no_archive_yet_it_says_how_one_begins(tmp_path: Path) -> None:
    found = _examined(Settings(data_dir=tmp_path / "nothing"))
    (database,) = [one for one in found if one.about == "database"]
    assert database.grade is Grade.WARNING
    assert "add-source" in str(database.advice)
    assert not (tmp_path / "nothing").exists()


def test_a_database_that_is_gone_is_no_archive_that_is_still_to_begin(settings: Settings) -> None:
    """Its evidence is left: to begin anew would be the wrong advice."""
    settings.evidence_dir.mkdir()
    (settings.evidence_dir / "one.warc.gz").touch()
    (settings.data_dir / "archive.db").unlink()
    (found,) = _examined(settings, "database")
    assert found.grade is Grade.BAD
    assert "docs/backup.md" in str(found.advice)


@pytest.mark.parametrize(
    ("ill", "advice"),
    [
        ("UPDATE alembic_version SET version_num = '0001'", "`monitor migrate`"),
        ("UPDATE alembic_version SET version_num = '9999'", "upgrade monitor: a newer one wrote this archive"),
        ("DROP TABLE alembic_version", "point database.url at an empty database"),
    ],
)
def test_another_schema_is_bad_and_what_needs_it_is_skipped(settings: Settings, ill: str, advice: str) -> None:
    _do(settings, ill)
    found = _examined(settings)
    assert [one.advice for one in found if one.about == "database"] == [advice]
    assert {"integrity", "workers", "sources", "evidence", "alerts"} <= set(_of(found, Grade.SKIPPED))


def test_no_database_and_a_server_out_of_reach_are_told(tmp_path: Path) -> None:
    (tmp_path / "archive.db").write_bytes(b"no database at all" * 99)
    assert _of(_examined(Settings(data_dir=tmp_path), "database"), Grade.BAD) == ["database"]
    away = Settings.model_validate({"data_dir": tmp_path, "database": {"url": "postgresql://127.0.0.1:9/none"}})
    (found,) = _examined(away, "database")
    assert found.grade is Grade.BAD
    assert found.advice


def test_a_folder_where_the_database_should_be_is_told_as_such(tmp_path: Path) -> None:
    """It is no archive that is still to begin."""
    (tmp_path / "archive.db").mkdir()
    (found,) = _examined(Settings(data_dir=tmp_path), "database")
    assert found.grade is Grade.BAD
    assert "archive.db is a folder" in found.detail
    assert "database.url names the file" in str(found.advice)


def test_damaged_pages_are_found(settings: Settings) -> None:
    """Zeros in the middle of the file, as a disk leaves them."""
    path = settings.data_dir / "archive.db"
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2)
        stream.write(bytes(8192))
    assert "integrity" in _of(_examined(settings, "integrity"), Grade.BAD)
    assert "integrity" in _of(_examined(settings, "integrity", deep=True), Grade.BAD)


async def test_evidence_sources_and_alerts_in_trouble_are_named(settings: Settings) -> None:
    await _write(settings, _trouble)
    found = {one.about: one for one in _examined(settings, "evidence", "sources", "robots.txt", "alerts")}
    assert found["evidence"].grade is Grade.BAD
    assert "gone.warc.gz" in found["evidence"].detail
    assert "1 failing" in found["sources"].detail
    assert "https://a.example/feed" in found["robots.txt"].detail
    assert "is told to pager, which alerts.channels does not name" in found["alerts"].detail


def _keep(conn: Connection, at: datetime, *lengths: int) -> None:
    """Store the captures of a file, one behind the other."""
    url = "https://a.example/"
    fetch = fetches.add(conn, Fetch(url, Outcome.OK, at))
    for number, length in enumerate(lengths):
        place = ("one.warc.gz", sum(lengths[:number]), length, f"<urn:{number}>")
        captures.add(conn, Capture(*place, "response", url, at, "sha1:A", "a" * 64, fetch_id=fetch))


def _trouble(conn: Connection) -> None:
    conn.execute(insert(evidence_file).values(name="gone.warc.gz", committed_length=9, verified_length=0))
    sources.add(conn, replace(a_source("https://a.example/feed"), failures=3))
    hosts.set_robots(conn, "a.example", "User-agent: *\nDisallow: /", 200, NOON)
    alerts.add(conn, Alert("ops", "", AlertAbout.ALARMS, ("pager",), made_at=NOON))


def test_a_folder_that_all_may_write_and_a_full_disk_are_bad(settings: Settings) -> None:
    os.chmod(settings.data_dir, 0o777)
    full = settings.model_copy(update={"evidence": settings.evidence.model_copy(update={"min_free": 1 << 60})})
    assert _of(_examined(full, "data folder", "disk"), Grade.BAD) == ["data folder", "disk"]


@pytest.mark.parametrize(
    ("web", "grades"),
    [
        ({"listen": "127.0.0.1:8474"}, [Grade.GOOD]),
        ({"listen": "0.0.0.0:8474", "hosts": ["a.lan"]}, [Grade.BAD, Grade.WARNING]),
        ({"listen": "127.0.0.1:8474", "public_url": "https://a.example"}, [Grade.BAD, Grade.GOOD]),
    ],
)
def test_a_page_that_others_reach_needs_tokens_and_tls(
    settings: Settings, web: dict[str, object], grades: list[Grade]
) -> None:
    opened = settings.model_copy(update={"web": settings.web.model_copy(update=web)})
    assert [one.grade for one in _examined(opened, "web page")] == grades


def test_a_clock_that_differs_from_the_servers_is_told(settings: Settings) -> None:
    found = [judged_clock(timedelta(minutes=off), "theirs").grade for off in (1, 5, 30)]
    assert found == [Grade.GOOD, Grade.WARNING, Grade.BAD]


@pytest.mark.parametrize(("age", "grade"), [("", Grade.BAD), ("Age: 1800\r\n", Grade.GOOD), ("Age: x\r\n", Grade.BAD)])
async def test_what_a_cache_kept_for_long_says_nothing_of_our_clock(settings: Settings, age: str, grade: Grade) -> None:
    """Its date is that of its making; how long it was kept says its Age. A record that is damaged is not asked."""
    made = format_datetime(NOON - timedelta(minutes=30), usegmt=True)
    record = gzip.compress(f"WARC/1.1\r\n\r\nHTTP/1.1 200 OK\r\nDate: {made}\r\n{age}\r\nbody".encode())
    settings.evidence_dir.mkdir()
    (settings.evidence_dir / "one.warc.gz").write_bytes(record + b"damaged")
    away = settings.model_copy(update={"daemon": settings.daemon.model_copy(update={"clock_file": None})})
    await _write(settings, lambda conn: _keep(conn, NOON, len(record), 7))
    (found,) = _examined(away, "clock")
    assert (found.grade, "1 server" in found.detail) == (grade, True)


async def test_a_worker_that_went_without_a_word_is_named(settings: Settings) -> None:
    """Where no daemon is left to raise an alarm about it."""
    silent = Worker("w:1", "vm/1", 7, "1.0", NOON - timedelta(days=1), NOON - timedelta(hours=9))
    await _write(settings, lambda conn: conn.execute(insert(worker), columns_of(silent)))
    found = _examined(settings, "workers")
    assert [one.grade for one in found] == [Grade.WARNING, Grade.WARNING]
    assert "no sign of life since" in found[0].detail


async def test_evidence_that_waits_for_the_object_store_for_days_is_told(settings: Settings) -> None:
    far = settings.model_copy(update={"evidence": settings.evidence.model_copy(update={"store": "s3://far"})})
    assert _examined(far, "evidence")[-1].grade is Grade.GOOD

    def keep(conn: Connection) -> None:
        conn.execute(insert(evidence_file).values(name="one.warc.gz", committed_length=9, verified_length=0))
        _keep(conn, NOON - timedelta(days=3), 9)

    await _write(settings, keep)
    waiting = _examined(far, "evidence")[-1]
    assert waiting.grade is Grade.WARNING
    assert "the oldest for 3 d" in waiting.detail


def test_certificates_that_end_are_told(settings: Settings, tmp_path: Path) -> None:
    trustme = pytest.importorskip("trustme")
    path = tmp_path / "ca.pem"
    trustme.CA().cert_pem.write_to_path(str(path))
    trusting = settings.model_copy(update={"fetch": settings.fetch.model_copy(update={"ca_file": path})})
    assert _of(_examined(trusting, "certificates"), Grade.BAD) == []
    drive(Path(str(settings.daemon.clock_file)), datetime(3001, 1, 1, tzinfo=UTC))
    assert _of(_examined(trusting, "certificates"), Grade.BAD) == ["certificates"]
    path.write_text("nothing")
    assert "cannot be read" in _examined(trusting, "certificates")[-1].detail


def test_a_confined_process_could_do_nothing_that_it_must_not(settings: Settings) -> None:
    """Here; on a kernel without Landlock or seccomp it is a warning that names what it could."""
    came = doctor_reader._tried(settings.extract.memory)
    assert came["no_new_privs"]
    assert "rlimits" in came["held"]
    (found,) = _examined(settings, "reading worker")
    assert found.grade is (Grade.WARNING if came["could"] else Grade.GOOD)


def test_a_check_that_fails_is_a_finding_and_hides_no_other(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> list[Finding]:
        raise RuntimeError("a bug")

    monkeypatch.setattr(checks, "CHECKS", (("disk", broken), *checks.CHECKS[:1]))
    found = doctor(settings)
    assert (found[0].grade, found[0].about) == (Grade.BAD, "disk")
    assert "a bug" in found[0].detail
    assert found[1].about == "configuration"
