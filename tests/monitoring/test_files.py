"""The table of series, the dashboard and the rules speak of series that are exported, and of no others."""

import json
import re
from importlib import import_module
from typing import Any

from monitor.app.metrics_series import LABELS, PROCESS, SERIES, Kind
from monitor.model import AlarmKind, ChangeKind, Outcome
from monitor.shipped import shipped
from tests.monitoring.series import FILE, MARKED, table

FOLDER = shipped("config") / "monitoring"
NAME = re.compile(r"\b(?:monitor|process)_[a-z_]+\b")
PARTED = re.compile(r"(monitor_[a-z_]+)\{([^}]*)\}")
COUNTS = re.compile(r"(?:rate|increase)\((\w+)")


def _known() -> set[str]:
    """Return every name that can be asked for; a histogram has three."""
    plain = {name for name, (kind, *_) in SERIES.items() if kind is not Kind.HISTOGRAM}
    spread = {name for name, (kind, *_) in SERIES.items() if kind is Kind.HISTOGRAM}
    return plain | {f"{name}_{part}" for name in spread for part in ("bucket", "sum", "count")} | set(PROCESS)


def _expressions() -> dict[str, str]:
    rules = import_module("yaml").safe_load((FOLDER / "alerts.rules.yml").read_text(encoding="utf-8"))
    found = {rule["alert"]: rule["expr"] for group in rules["groups"] for rule in group["rules"]}
    board: dict[str, Any] = json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))
    for panel in board["panels"]:
        found |= {f"{panel['title']} {one['refId']}": one["expr"] for one in panel["targets"]}
    return found


def test_every_series_that_is_asked_for_is_exported_with_that_label() -> None:
    expressions = _expressions()
    assert len(expressions) > 40
    for where, asked in expressions.items():
        names = set(NAME.findall(asked))
        assert names or "up{" in asked, where
        assert names <= _known(), f"{where}: {names - _known()}"
        for name, labels in PARTED.findall(asked):
            mine = {SERIES[name.removesuffix("_bucket")][2], "job", "instance"}
            assert {one.partition("=")[0].strip() for one in labels.split(",")} <= mine, where
        assert all(name.endswith(("_total", "_bucket")) for name in COUNTS.findall(asked)), f"{where}: no counter"


def test_every_series_is_on_the_dashboard_or_in_a_rule() -> None:
    asked = " ".join(_expressions().values())
    assert [name for name in SERIES if name != "monitor_build_info" and name not in asked] == []


def test_the_rules_tell_a_person_what_is_wrong_and_where_to_look() -> None:
    rules = import_module("yaml").safe_load((FOLDER / "alerts.rules.yml").read_text(encoding="utf-8"))
    for rule in rules["groups"][0]["rules"]:
        assert set(rule["annotations"]) == {"summary", "description"}, rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning")


def test_the_dashboard_fits_the_grid_without_overlap() -> None:
    taken: set[tuple[int, int]] = set()
    for panel in json.loads((FOLDER / "grafana.json").read_text(encoding="utf-8"))["panels"]:
        at = panel["gridPos"]
        mine = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert at["x"] + at["w"] <= 24
        assert not mine & taken, panel["title"]
        taken |= mine


def test_the_document_lists_the_series_as_they_are() -> None:
    found = MARKED.search(FILE.read_text(encoding="utf-8"))
    assert found is not None
    assert found[0] == table(), "run `python -m tests.monitoring.series`"


def test_labels_can_say_few_things_that_are_known_beforehand() -> None:
    assert all(len(values) <= 25 for values in LABELS.values())
    assert LABELS["monitor_fetches_total"] == tuple(Outcome)
    assert LABELS["monitor_changes_total"] == tuple(ChangeKind)
    assert LABELS["monitor_alarms"] == tuple(AlarmKind)
