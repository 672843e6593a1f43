"""What an installation holds is written down, and what is known against it is asked."""

import json
import sys
from pathlib import Path

import pytest

from tests.supply import audit, sbom

ROOT = Path(__file__).parents[2]
JUDGES = ROOT / ".venv" / "judges" / "bin"


def test_every_pinned_package_is_in_the_bill_of_materials(tmp_path: Path) -> None:
    """With its version, where this platform installs it, and nothing that only development needs."""
    if not (JUDGES / "cyclonedx-py").exists():
        pytest.fail("make .venv/judges/ready installs what this test needs")
    out = tmp_path / "sbom.json"
    sbom.main(str(out), judged=False)
    components = json.loads(out.read_text(encoding="utf-8"))["components"]
    found = {one["name"].lower().replace("_", "-").replace(".", "-"): one["version"] for one in components}
    wanted = sbom.locked((ROOT / "requirements" / "run.lock").read_text(encoding="utf-8"))
    assert set(found) <= set(wanted)
    assert {name: version for name, version in found.items() if version not in wanted[name]} == {}
    assert {"aiohttp", "trafilatura", "apscheduler", "sqlalchemy", "structlog", "psycopg"} <= set(found)
    assert "pytest" not in found
    assert all(one.get("licenses") for one in components if one["name"] in {"aiohttp", "trafilatura", "SQLAlchemy"})


def test_both_lock_files_pin_the_same() -> None:
    """What is tested is what is installed."""
    run = sbom.locked((ROOT / "requirements" / "run.lock").read_text(encoding="utf-8"))
    dev = sbom.locked((ROOT / "requirements" / "dev.lock").read_text(encoding="utf-8"))
    assert {name: dev[name] for name in run} == run


def test_an_audit_tells_faults_from_what_nobody_knows() -> None:
    report = {
        "dependencies": [
            {"name": "fine", "version": "1", "vulns": []},
            {"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": ["3"]}]},
            {"name": "unknown", "skip_reason": "not found"},
        ]
    }
    assert audit.told(report) == (["bad 2: PYSEC-1, mended in 3"], 2, 1)


def test_an_audit_that_finds_a_fault_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And one whose tool says nothing does not, but says so."""
    tool = tmp_path / "pip-audit"
    monkeypatch.setattr(audit, "TOOL", tool)
    fault = {"dependencies": [{"name": "bad", "version": "2", "vulns": [{"id": "PYSEC-1", "fix_versions": []}]}]}
    for answer, code in ((fault, 1), ({"dependencies": []}, 0)):
        tool.write_text(f"#!{sys.executable}\nimport sys\nopen(sys.argv[-1], 'w').write({json.dumps(answer)!r})\n")
        tool.chmod(0o755)
        assert audit.main() == code
    tool.write_text("#!/bin/sh\necho no network >&2\nexit 1\n")
    assert audit.main() == 0
