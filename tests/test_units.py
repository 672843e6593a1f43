"""The units of systemd: what it takes, how little they may do, and what the program relies on."""

import os
import re
import shutil
from pathlib import Path

import pytest

from monitor.errors import ConfigError, DatabaseError, SchemaError, UsageError
from monitor.options import options
from tests import units

ROOT = Path(__file__).parents[1]
# A Debian program: where it is missing the judgement is left out, and with CI=true that is a failure.
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and not os.environ.get("CI"), reason="systemd-analyze is not installed"
)


@needs_systemd
def test_the_units_are_sound_and_confined(capsys: pytest.CaptureFixture[str]) -> None:
    """`make check` prints these figures."""
    assert units.main() == 0
    told = capsys.readouterr().out
    assert re.search(r"exposure 1\.[012] of 10 +monitor\.service\n", told)


@needs_systemd
def test_a_fault_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """systemd ends with 0 on a key that it does not know, and a unit that confines nothing is sound."""
    (tmp_path / "monitor.service").write_text("[Service]\nTypo=yes\nExecStart=/bin/true\n", encoding="utf-8")
    monkeypatch.setattr(units, "FOLDER", tmp_path)
    assert units.main() == 1
    told = capsys.readouterr().out
    assert "Typo" in told
    assert "is more than 1.2" in told


@pytest.mark.parametrize("unit", units.services(), ids=lambda path: path.name)
def test_a_unit_says_what_the_program_relies_on(unit: Path) -> None:
    lines = set(unit.read_text(encoding="utf-8").splitlines())
    assert "ExecStart=/usr/bin/env monitor backup" in lines or lines >= {
        *("Type=notify", "KillMode=mixed", "OOMPolicy=continue", "WatchdogSec=120", "Restart=on-failure"),
        *("ExecStart=/usr/bin/env monitor run", "ExecReload=/bin/sh -c 'kill -HUP $MAINPID'"),
    }


@pytest.mark.parametrize("name", ["monitor.service", "monitor@.service", "user/monitor.service"])
def test_what_a_restart_cannot_mend_is_not_tried_again(name: str) -> None:
    """A wrong request, a wrong configuration, an archive of another release; a server that is away comes back."""
    codes = re.findall(
        r"^RestartPreventExitStatus=(.*)$", (units.FOLDER / name).read_text(encoding="utf-8"), re.MULTILINE
    )
    hopeless = (UsageError, ConfigError, SchemaError)
    assert codes == [" ".join(str(kind.exit_code) for kind in hopeless)]
    assert DatabaseError.exit_code not in {kind.exit_code for kind in hopeless}


@pytest.mark.parametrize("name", ["monitor.service", "monitor@.service", "monitor-backup.service"])
def test_every_secret_option_may_be_a_credential(name: str) -> None:
    """From the folder of credentials, which is not missed where it is not there (systemd.exec(5))."""
    lines = (units.FOLDER / name).read_text(encoding="utf-8").splitlines()
    secret = [f"LoadCredential={key}:monitor.{key}" for key, one in options().items() if one.form.secret]
    assert [line for line in lines if line.startswith("LoadCredential=")] == secret


def test_an_instance_sets_options_that_there_are() -> None:
    text = (units.FOLDER / "monitor@.service").read_text(encoding="utf-8")
    named = re.findall(r"MONITOR_[A-Z_]+", text)
    assert set(named) <= {option.variable for option in options().values()}
    assert "MONITOR_DAEMON__NAME" in named


def test_the_container_is_made_of_what_there_is() -> None:
    """What it copies is there, and what it sets are options; `python -m tests.machine.container` builds and runs it."""
    recipe = (ROOT / "packaging" / "Containerfile").read_text(encoding="utf-8")
    copied = [part for line in re.findall(r"^COPY (?!--)(.*) \S+$", recipe, re.MULTILINE) for part in line.split()]
    assert "requirements/run.lock" in copied
    assert [path for path in copied if not (ROOT / path).exists()] == []
    assert {option.variable for option in options().values()} >= set(re.findall(r"(MONITOR_[A-Z_]+)=", recipe))
    assert re.search(r"^USER monitor$", recipe, re.MULTILINE)


def test_the_configuration_of_the_package_is_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also once its examples are in effect."""
    from monitor import load_settings

    text = (ROOT / "packaging/deb/monitor.toml").read_text(encoding="utf-8")
    file = tmp_path / "monitor.toml"
    file.write_text(re.sub(r"^#(\w+ = )", r"\1", text, flags=re.MULTILINE), encoding="utf-8")
    settings = load_settings(file)
    assert settings.web.listen == "127.0.0.1:8474"
    assert str(settings.backup.folder) == "/var/backups/monitor"
