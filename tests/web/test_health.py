"""Supervisors are told whether the daemon lives and works, strangers no more than that."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import ClientSession
from prometheus_client import ProcessCollector
from sqlalchemy import Connection, text

from monitor import Archive
from monitor.app.metrics_series import LABELS, PROCESS, SERIES, Kind
from monitor.interfaces import ReadFailure
from tests.web.asking import free_port
from tests.web.blank import PUBLIC, bearer, blank_archive
from tests.web.test_server import served

FAMILY = re.compile(r"^# TYPE (\S+) (\S+)$", re.MULTILINE)
SAMPLE = re.compile(r"^(\w+)(?:\{(.*)\})? (\S+)$", re.MULTILINE)


@pytest.fixture
async def archive(tmp_path: Path) -> AsyncIterator[Archive]:
    """An empty archive for this machine only."""
    async with blank_archive(tmp_path, listen=f"127.0.0.1:{free_port()}") as opened:
        yield opened


async def _get(url: str, headers: dict[str, str] | None = None) -> tuple[int, str]:
    async with ClientSession() as session, session.get(url, headers=headers) as response:
        return response.status, await response.text()


async def test_it_lives_from_the_start_and_is_ready_once_a_round_has_begun(archive: Archive) -> None:
    async with served(archive) as base:
        assert await _get(f"{base}/healthz") == (200, '{"alive": true}')
        status, said = await _get(f"{base}/readyz")
        assert (status, json.loads(said)["reasons"]) == (503, ["no round has begun yet"])
        await archive.launch()
        status, said = await _get(f"{base}/readyz")
        assert (status, json.loads(said)) == (200, {"ready": True, "reasons": [], "alarms": []})
        await archive.stop()
        assert json.loads((await _get(f"{base}/readyz"))[1])["reasons"] == ["the program is stopping"]


async def test_a_database_of_another_schema_and_a_full_disk_are_said(archive: Archive) -> None:
    await archive.launch()
    await archive._ctx.db.write(_make_newer)
    (reason,) = (await archive.health.readiness()).reasons
    assert "has the schema 9999" in reason


def _make_newer(conn: Connection) -> None:
    conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))


async def test_strangers_hear_yes_or_no_and_those_with_a_token_why(tmp_path: Path) -> None:
    listen = f"127.0.0.1:{free_port()}"
    async with blank_archive(tmp_path, listen=listen, public_url=PUBLIC) as archive:
        token = (await archive.tokens.create("prometheus")).secret
        async with served(archive) as base:
            assert await _get(f"{base}/readyz") == (503, '{"ready": false}')
            assert (await _get(f"{base}/healthz"))[0] == 200
            for guarded in ("/metrics", "/api/v1/health", "/api/v1/alarms"):
                assert (await _get(f"{base}{guarded}"))[0] == 401
                assert (await _get(f"{base}{guarded}", bearer(token)))[0] == 200
            assert "no round has begun" in (await _get(f"{base}/api/v1/health", bearer(token)))[1]


async def test_exactly_the_series_that_are_documented_are_exported(archive: Archive) -> None:
    """All but those that need something: a backup folder, an object store, anything sealed or fetched."""
    await archive.launch()
    async with served(archive) as base:
        status, said = await _get(f"{base}/metrics")
    assert status == 200
    found = dict(FAMILY.findall(said))
    absent = {f"monitor_last_{what}_timestamp_seconds" for what in ("backup", "fetch_success", "seal")}
    absent |= {f"monitor_evidence_unstored_{what}" for what in ("files", "bytes", "seconds")}
    assert found.keys() == {*SERIES, *PROCESS} - absent
    assert all(found[name] == kind for name, (kind, *_) in SERIES.items() if name not in absent)


async def test_what_waits_for_an_object_store_is_told_where_there_is_one(archive: Archive) -> None:
    evidence = archive.settings.evidence.model_copy(update={"store": "s3://bucket"})
    archive._ctx.settings = archive.settings.model_copy(update={"evidence": evidence})
    said = await archive.health.metrics()
    assert "monitor_evidence_unstored_files 0.0" in said
    assert "monitor_evidence_unstored_seconds 0.0" in said


async def test_the_process_is_told_of_where_proc_shows_processes_only(
    archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As under the unit's ProcSubset=pid, where /proc/stat is not there."""

    def hidden(_: object) -> float:
        raise FileNotFoundError(2, "No such file or directory", "/proc/stat")

    monkeypatch.setattr(ProcessCollector, "_boot_time", hidden)
    found = dict(FAMILY.findall(await archive.health.metrics()))
    assert set(PROCESS) <= found.keys()


async def test_labels_are_there_at_zero_and_hold_nothing_else(archive: Archive) -> None:
    samples: dict[str, set[str]] = {}
    for name, labels, _ in SAMPLE.findall(await archive.health.metrics()):
        samples.setdefault(name, set()).add(labels)
    for name, values in LABELS.items():
        label = SERIES[name][2]
        assert samples[name] >= {f'{label}="{value}"' for value in values}
        assert len(samples[name]) == len(values)
    unparted = (one for one, (kind, _, label) in SERIES.items() if label is None and kind is not Kind.HISTOGRAM)
    assert all(samples.get(name, {""}) == {""} for name in unparted)


async def test_work_is_counted_and_a_silent_database_leaves_its_figures_out(archive: Archive) -> None:
    tally = archive._ctx.tally
    tally.read(ReadFailure("deadline", "too long"), 3.0)
    tally.visits["source"] += 2
    archive._ctx.db.close()
    said = await archive.health.metrics()
    assert 'monitor_reading_failures_total{kind="deadline"} 1.0' in said
    assert 'monitor_visits_total{what="source"} 2.0' in said
    assert 'monitor_reading_seconds_bucket{le="2.5"} 0.0' in said
    assert 'monitor_reading_seconds_bucket{le="5.0"} 1.0' in said
    assert "monitor_database_answered 0.0" in said
    assert "monitor_sources{" not in said
