"""The service is put in place with the path of the program, and taken away without a trace."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor import ServiceOptions, install_service, service_files, uninstall_service
from monitor.app.service_units import program_for, quoted
from monitor.errors import MonitorError, UsageError

PROGRAM = Path("/opt/a monitor/100%/bin/monitor")
needs_systemd = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None and not os.environ.get("CI"), reason="systemd-analyze is not installed"
)


@pytest.fixture
def whole(tmp_path: Path) -> ServiceOptions:
    """Everything, below a root of its own."""
    config = tmp_path / "etc/monitor/monitor.toml"
    config.parent.mkdir(parents=True)
    config.write_text('[backup]\nfolder = "/mnt/two disks"\n', encoding="utf-8")
    return ServiceOptions(root=tmp_path, executable=PROGRAM, backup=True, socket=True)


def files(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file() or path.is_symlink()}


def test_what_is_installed_is_taken_away_again_and_the_configuration_stays(whole: ServiceOptions) -> None:
    before = files(whole.root)
    done = install_service(whole)
    assert {Path(path).name for path in done.files} == {
        *("monitor.service", "monitor@.service", "monitor-web.socket", "monitor.conf"),
        *("monitor-backup.service", "monitor-backup.timer"),
    }
    assert done.commands[0] == "systemd-sysusers monitor.conf"
    assert done.commands[-1] == "systemctl start monitor-web.socket monitor-backup.timer monitor.service"
    assert {state for _, state in service_files(whole)} == {"as installed"}
    wants = whole.root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir()
    for name in ("monitor.service", "monitor@2.service"):
        (wants / name).symlink_to("/etc/systemd/system/" + name.replace("2", ""))
    gone = uninstall_service(ServiceOptions(root=whole.root))
    assert set(gone.files) == set(done.files)
    assert files(whole.root) == before


def test_installed_twice_writes_nothing_the_second_time(whole: ServiceOptions) -> None:
    first = install_service(whole)
    second = install_service(whole)
    assert (second.files, second.left, second.problems) == ((), first.files, ())


def test_a_unit_of_another_program_is_replaced(whole: ServiceOptions) -> None:
    install_service(whole)
    moved = ServiceOptions(root=whole.root, executable=Path("/usr/bin/monitor"))
    assert [Path(path).name for path in install_service(moved).files] == ["monitor.service", "monitor@.service"]
    assert "ExecStart=/usr/bin/monitor run" in _unit(whole).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["[Service]\nExecStart=/bin/true\n", None])
def test_an_edited_unit_stays_until_it_is_forced(whole: ServiceOptions, text: str | None) -> None:
    """Also one that somebody else wrote."""
    install_service(whole)
    edited = text or _unit(whole).read_text(encoding="utf-8").replace("WatchdogSec=120", "WatchdogSec=600")
    _unit(whole).write_text(edited, encoding="utf-8")
    assert "stays" in install_service(whole).problems[0]
    assert "stays" in uninstall_service(whole).problems[0]
    assert _unit(whole).read_text(encoding="utf-8") == edited
    assert _unit(whole).name in {Path(path).name for path in uninstall_service(_forced(whole)).files}
    assert not _unit(whole).exists()


def test_a_broken_configuration_keeps_nobody_from_taking_it_away(whole: ServiceOptions) -> None:
    install_service(whole)
    (whole.root / "etc/monitor/monitor.toml").write_text("broken", encoding="utf-8")
    assert len(uninstall_service(whole).files) == 6


def test_a_dry_run_tells_the_same_and_writes_nothing(whole: ServiceOptions) -> None:
    before = files(whole.root)
    dry = install_service(ServiceOptions(root=whole.root, executable=PROGRAM, dry_run=True))
    assert files(whole.root) == before
    assert dry == install_service(ServiceOptions(root=whole.root, executable=PROGRAM))


def test_the_folder_of_backups_is_the_only_other_place_it_may_write_to(whole: ServiceOptions) -> None:
    install_service(whole)
    unit = (whole.root / "etc/systemd/system/monitor-backup.service").read_text(encoding="utf-8")
    assert [line for line in unit.splitlines() if line.startswith("ReadWritePaths")] == [
        'ReadWritePaths=-"/mnt/two disks"'
    ]


def test_beside_the_units_of_a_package_it_refuses_and_names_the_command_instead(whole: ServiceOptions) -> None:
    """Its own would hide them, and stay as they are when the package is upgraded or removed."""
    theirs = whole.root / "lib/systemd/system/monitor.service"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[Service]\nExecStart=/usr/bin/monitor run\n", encoding="utf-8")
    before = files(whole.root)
    with pytest.raises(UsageError, match="a package") as refused:
        install_service(whole)
    starting = "systemctl enable --now monitor.service monitor-backup.timer monitor-web.socket"
    assert starting in str(refused.value.hint)
    assert files(whole.root) == before
    assert (str(theirs), "a package's") in service_files(whole)
    assert "goes with the package" in uninstall_service(whole).problems[0]
    assert install_service(_forced(whole)).problems == ()
    uninstall_service(whole)
    assert files(whole.root) == before


def test_the_unit_that_a_package_has_for_users_is_not_hidden_either(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    theirs = tmp_path / "usr/lib/systemd/user/monitor.service"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("[Service]\nExecStart=/usr/bin/monitor run\n", encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        install_service(ServiceOptions(user=True, root=tmp_path, executable=PROGRAM))
    assert "systemctl --user enable --now monitor.service" in str(refused.value.hint)


def test_backups_without_a_folder_are_a_problem_that_says_where_to_name_it(tmp_path: Path) -> None:
    done = install_service(ServiceOptions(root=tmp_path, executable=PROGRAM, backup=True))
    assert "backup.folder is not set" in done.problems[0]


def test_a_user_has_one_unit_below_the_folder_of_configurations(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    done = install_service(ServiceOptions(user=True, dry_run=True))
    assert done.files == (str(tmp_path / "config/systemd/user/monitor.service"),)
    assert all("--user" in command for command in done.commands)
    with pytest.raises(UsageError):
        install_service(ServiceOptions(user=True, backup=True, root=tmp_path))


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "etc").write_bytes(b"")
    with pytest.raises(MonitorError, match=r"monitor\.service"):
        install_service(ServiceOptions(root=tmp_path, executable=PROGRAM))


def test_a_program_that_the_service_could_not_see_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """ProtectHome= hides the homes: such a unit could never start."""
    monkeypatch.setattr("sys.executable", "/home/ada/monitor/bin/python")
    with pytest.raises(UsageError, match="does not see"):
        program_for(None, system=True)
    assert program_for(None, system=False) == "/home/ada/monitor/bin/python -m monitor"
    with pytest.raises(UsageError, match="relative"):
        program_for(Path("bin/monitor"), system=True)


@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1))
def test_a_quoted_word_is_read_back_as_it_was(word: str) -> None:
    """As systemd reads it: quotes and backslashes first, then `$$` and `%%`."""
    said = quoted(word)
    if said.startswith('"') and said.endswith('"') and len(said) > 1:
        said = said[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    assert said.replace("$$", "$").replace("%%", "%") == word


@needs_systemd
def test_what_is_installed_is_what_systemd_takes(tmp_path: Path) -> None:
    program = tmp_path / "a 100% monitor"
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    install_service(ServiceOptions(root=tmp_path, executable=program, backup=True, socket=True))
    units = sorted((tmp_path / "etc/systemd/system").iterdir())
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def _unit(options: ServiceOptions) -> Path:
    return options.root / "etc/systemd/system/monitor.service"


def _forced(options: ServiceOptions) -> ServiceOptions:
    return ServiceOptions(root=options.root, executable=PROGRAM, backup=True, socket=True, force=True)
