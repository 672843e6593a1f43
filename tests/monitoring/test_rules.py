"""What each alert rule fires at, and what it does not, as Prometheus' own tool judges it."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from monitor.shipped import shipped

RULES = shipped("config") / "monitoring" / "alerts.rules.yml"
JOB, HERE = {"job": "monitor"}, {"job": "monitor", "instance": "a"}


@dataclass(frozen=True)
class Case:
    """Series, a value a minute, after so many minutes of which a rule has said that, with those labels."""

    rule: str
    series: dict[str, str]
    minutes: int
    says: str = ""  # nothing: it does not fire
    labels: dict[str, str] | None = None


def one(name: str, values: str, more: str = "") -> dict[str, str]:
    """Return one series of one daemon."""
    return {f'{name}{{job="monitor",instance="a"{more}}}': values}


UP, ROUND, ANSWERED = "up", "monitor_round_age_seconds", "monitor_database_answered"
FETCHED, OVERDUE = "monitor_last_fetch_success_timestamp_seconds", "monitor_due_overdue_seconds"
FREE, FAILED, READ = "monitor_free_bytes", "monitor_reading_failures_total", "monitor_readings_total"
WRITTEN, LOST = "monitor_database_write_seconds_bucket", "monitor_reader_respawns_total"
SEAL, UNSTORED, BACKUP = (
    "monitor_seal_lag_seconds",
    "monitor_evidence_unstored_seconds",
    "monitor_last_backup_timestamp_seconds",
)
ALARMS, OUTBOX, LOGGED = "monitor_alarms", "monitor_outbox_notifications", "monitor_log_events_total"
OPEN, MOST = "process_open_fds", "process_max_fds"


def writes(fast: str, slow: str) -> dict[str, str]:
    """Return a histogram of which so many took less than a tenth of a second, and so many up to five."""
    return one(WRITTEN, fast, ',le="0.1"') | one(WRITTEN, slow, ',le="5"') | one(WRITTEN, slow, ',le="+Inf"')


CASES = (
    Case("MonitorDown", one(UP, "1x10 0x10"), 17, "No daemon answers at a", HERE),
    Case("MonitorDown", one(UP, "1x10 0x10"), 13),
    Case(
        "MonitorStandsStill",
        one(ROUND, "0 60 120 180 240 300 360"),
        6,
        "a has not looked for due hosts for 6m 0s",
        HERE,
    ),
    Case("MonitorStandsStill", one(ROUND, "0 60 120 180 240 300 0"), 6),
    Case("MonitorDatabaseSilent", one(ANSWERED, "1 0x9"), 7, "The database does not answer a in time", HERE),
    Case("MonitorDatabaseSilent", one(ANSWERED, "1 0 0 1 0 0 1"), 6),
    Case(
        "MonitorNothingFetched",
        one(FETCHED, "0x200") | one(OVERDUE, "1900x200"),
        130,
        "No fetch has succeeded for 2h 10m 0s",
        JOB,
    ),
    Case("MonitorNothingFetched", one(FETCHED, "0x200") | one(OVERDUE, "0x200"), 130),  # nothing was due
    Case(
        "MonitorNothingFetched",
        one(FETCHED, "0x200") | {f'{FETCHED}{{job="monitor",instance="b"}}': "0+60x200"} | one(OVERDUE, "1900x200"),
        130,
    ),  # another daemon fetches
    Case("MonitorDiskLow", one(FREE, "500000000x20"), 10, "476.8MiB are free for a", HERE),
    Case("MonitorDiskLow", one(FREE, "2000000000x20"), 10),
    Case(
        "MonitorDiskFillsUp",
        one(FREE, "100000000000-30000000x200"),
        200,
        "The disk of a will be full within three days",
        HERE,
    ),
    Case("MonitorDiskFillsUp", one(FREE, "100000000000-10000000x200"), 200),
    Case(
        "MonitorReadingFails",
        one(FAILED, "0+3x120", ',kind="crash"') | one(READ, "0+10x120"),
        100,
        "30% of what is fetched cannot be read",
        JOB,
    ),
    Case("MonitorReadingFails", one(FAILED, "0+1x120", ',kind="crash"') | one(READ, "0+10x120"), 100),
    Case("MonitorReadingFails", one(FAILED, "0x120", ',kind="crash"') | one(READ, "0x120"), 100),
    Case("MonitorReadersLost", one(LOST, "0+1x120"), 60, "60 reading workers of a were lost in an hour", HERE),
    Case("MonitorReadersLost", one(LOST, "0+1x20 20x100"), 60),
    Case(
        "MonitorDatabaseSlow",
        writes("0x60", "0+60x60"),
        40,
        "Writing to the database takes 4.755s on a",
        {"instance": "a"},
    ),
    Case("MonitorDatabaseSlow", writes("0+60x60", "0+60x60"), 40),
    Case("MonitorSealingLags", one(SEAL, "3700x9"), 3, "What was captured waits to be sealed for 1h 1m 40s", JOB),
    Case("MonitorSealingLags", one(SEAL, "3500x9"), 3),
    Case(
        "MonitorEvidenceNotStored",
        one(UNSTORED, "180000x9"),
        3,
        "Evidence waits for the object store for 2d 2h 0m 0s",
        JOB,
    ),
    Case("MonitorEvidenceNotStored", one(UNSTORED, "170000x9"), 3),
    Case(
        "MonitorMessagesGivenUp",
        one(OUTBOX, "2x9", ',state="failed"'),
        3,
        "2 messages of alerts did not get through",
        JOB,
    ),
    Case("MonitorMessagesGivenUp", one(OUTBOX, "2x9", ',state="waiting"'), 3),
    Case("MonitorBackupOld", one(BACKUP, "0x4000"), 3020, "The last backup is 2d 2h 20m 0s old", JOB),
    Case("MonitorBackupOld", one(BACKUP, "0x4000"), 2900),
    Case(
        "MonitorAlarm",
        one(ALARMS, "2x9", ',kind="silence"'),
        3,
        "2 open alarms of the kind silence",
        {"job": "monitor", "kind": "silence"},
    ),
    Case("MonitorAlarm", one(ALARMS, "0x9", ',kind="silence"'), 3),
    Case(
        "MonitorErrors",
        one(LOGGED, "0x5 15x30", ',level="error"'),
        18,
        "a logged 15 errors",
        {**HERE, "level": "error"},
    ),
    Case("MonitorErrors", one(LOGGED, "0+1x30", ',level="warning"'), 18),
    Case(
        "MonitorFileDescriptors",
        one(OPEN, "900x30") | one(MOST, "1000x30"),
        15,
        "a has 90% of its file descriptors open",
        HERE,
    ),
    Case("MonitorFileDescriptors", one(OPEN, "90x30") | one(MOST, "1000x30"), 15),
)


def _rules() -> dict[str, Any]:
    groups = import_module("yaml").safe_load(RULES.read_text(encoding="utf-8"))["groups"]
    return {rule["alert"]: rule for group in groups for rule in group["rules"]}


def _asked(case: Case, rule: dict[str, Any]) -> dict[str, Any]:
    """Return a case as the tool reads it."""
    told = {"summary": case.says, "description": rule["annotations"]["description"]}
    labels = {**rule["labels"], **(case.labels or {})}
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in case.series.items()],
        "alert_rule_test": [
            {
                "eval_time": f"{case.minutes}m",
                "alertname": case.rule,
                "exp_alerts": [{"exp_labels": labels, "exp_annotations": told}] if case.says else [],
            }
        ],
    }


def test_every_rule_is_seen_to_fire_and_not_to() -> None:
    fired, silent = ({case.rule for case in CASES if bool(case.says) is which} for which in (True, False))
    assert fired == silent == set(_rules())


@pytest.mark.skipif(shutil.which("promtool") is None and "CI" not in os.environ, reason="promtool is not installed")
def test_rules_fire_when_they_should_and_say_what_is_wrong(tmp_path: Path) -> None:
    """All cases at once; promtool names each that is otherwise."""
    rules = _rules()
    cases = {
        "rule_files": [str(RULES)],
        "evaluation_interval": "1m",
        "tests": [_asked(case, rules[case.rule]) for case in CASES],
    }
    file = tmp_path / "cases.yml"
    file.write_text(json.dumps(cases), encoding="utf-8")
    done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
