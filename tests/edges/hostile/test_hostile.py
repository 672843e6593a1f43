"""Whatever a server does, there is one outcome for it, within bounds of memory and time, and other fetches go on."""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from monitor.model import Outcome
from tests.edges.hostile.behaviours import Behaviour
from tests.edges.hostile.servers import Place, hostile_servers
from tests.edges.hostile.table import BEHAVIOURS

MEMORY = 64 << 20  # bytes above those of the idle process
LAG_S = 0.1  # CPU time of the loop's thread between two heartbeats
PATIENCE_S = 15.0
AT_A_TIME = 24
_WITHOUT_TEXT = {Outcome.TRUNCATED, Outcome.UNDECODABLE, Outcome.TIMEOUT, Outcome.PROTOCOL_ERROR, Outcome.TLS_ERROR}
Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What the process that fetched told, by the name of the behaviour, and what it complained of."""

    reports: dict[str, Report]
    complaints: str


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    """Fetch from all of them in a process of its own."""
    with hostile_servers(BEHAVIOURS, tmp_path_factory.mktemp("tls")) as place:
        return fetch_all(place)


@pytest.fixture(scope="module")
def reports(told: Told) -> dict[str, Report]:
    """What came of each."""
    return told.reports


def fetch_all(place: Place) -> Told:
    """Run the process that fetches: what is heavy by itself, the rest in batches."""
    orders: list[dict[str, Any]] = [
        {"name": one.name, "url": url, "hasty": one.hasty, "request": one.request}
        for one, url in zip(BEHAVIOURS, place.urls, strict=True)
    ]
    heavy = {one.name for one in BEHAVIOURS if one.heavy}
    light = sorted((order for order in orders if order["name"] not in heavy), key=lambda order: order["hasty"])
    batches = [light[at : at + AT_A_TIME] for at in range(0, len(light), AT_A_TIME)]
    batches += [[order] for order in orders if order["name"] in heavy]
    given = json.dumps({"resolve": place.resolve, "ca_file": place.ca_file, "batches": batches})
    command = [sys.executable, "-m", "tests.edges.hostile.child"]
    root = Path(__file__).parents[3]
    done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=150, cwd=root, check=False)
    assert done.returncode == 0, done.stderr
    return Told({report["name"]: report for report in map(json.loads, done.stdout.splitlines())}, done.stderr)


def test_the_table_is_long() -> None:
    """At least sixty behaviours, each with a name of its own."""
    assert len({one.name for one in BEHAVIOURS}) == len(BEHAVIOURS) >= 60


def test_every_outcome_is_reached() -> None:
    """The set of outcomes is closed: each but those that the application makes comes of some server."""
    made_elsewhere = {Outcome.ROBOTS, Outcome.REDIRECTED}
    assert {outcome for one in BEHAVIOURS for outcome in one.outcomes} == set(Outcome) - made_elsewhere


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=lambda one: one.name)
def test_one_outcome_within_bounds(behaviour: Behaviour, reports: dict[str, Report]) -> None:
    """The outcome is the expected one, with a reason; no text but a whole one; memory and the loop are left alone."""
    report = reports[behaviour.name]
    assert report["outcome"] in behaviour.outcomes, report
    assert (report["detail"] is None) == (report["outcome"] in (Outcome.OK, Outcome.NOT_MODIFIED)), report
    if report["outcome"] == Outcome.OK and behaviour.body is not None:
        assert report["sha256"] == hashlib.sha256(behaviour.body).hexdigest(), report
    if report["outcome"] in _WITHOUT_TEXT:
        assert report["size"] == 0, report
    assert report["memory"] < MEMORY, report
    assert report["lag"] < LAG_S, report
    assert report["elapsed_s"] < PATIENCE_S, report


def test_others_go_on(reports: dict[str, Report]) -> None:
    """All the while the same fetchers get a good page from another server."""
    assert {report["others_fine"] for report in reports.values()} == {True}
    assert min(report["others"] for report in reports.values()) >= 2


def test_nothing_is_left_over(told: Told) -> None:
    """No warning, no exception that nobody took: what servers do is in the results and nowhere else."""
    assert told.complaints == ""
