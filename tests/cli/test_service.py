"""The command `service`, and every one of its examples in the documents."""

import json
import re
import shlex
from pathlib import Path

import pytest

from tests.cli.conftest import Run

PAGE = Path(__file__).parents[2] / "docs" / "service.md"
EXAMPLES = re.findall(r"^\$ (?:sudo )?monitor (service .*)$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_page_has_examples() -> None:
    assert len(EXAMPLES) >= 3


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_runs_as_it_is_written(example: str, run: Run, tmp_path: Path) -> None:
    """Below a root of its own, and for a program that services can see."""
    where = ["--root", tmp_path, *(["--executable", "/opt/monitor/bin/monitor"] if "install " in example + " " else [])]
    words = shlex.split(example)
    done = run(*words, *(where if "uninstall" not in words else where[:2]))
    assert done.code == 0, done.err
    assert done.out or "nothing to remove" in done.err


def test_it_tells_what_it_did_and_what_comes_next(run: Run, tmp_path: Path) -> None:
    place = ["--root", tmp_path, "--executable", "/opt/monitor/bin/monitor"]
    done = run("service", "install", *place)
    assert done.out.splitlines() == [
        f"wrote {tmp_path}/etc/systemd/system/monitor.service",
        f"wrote {tmp_path}/etc/systemd/system/monitor@.service",
        f"wrote {tmp_path}/etc/sysusers.d/monitor.conf",
        "next:",
        "  systemd-sysusers monitor.conf",
        "  systemctl daemon-reload",
        "  systemctl enable monitor.service",
        "  systemctl stop monitor.service",
        "  systemctl start monitor.service",
    ]
    assert "as installed" in run("service", "status", *place).out
    gone = json.loads(run("service", "uninstall", "--root", tmp_path, "--json").out)
    assert len(gone["files"]) == 3
    assert "nothing to remove" in run("service", "uninstall", "--root", tmp_path).err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["uninstall", "--now"], "takes no --now"),
        (["install", "--user", "--socket"], "--user goes without"),
        (["install", "--executable", "bin/monitor"], "relative"),
        (["install", "--root", " "], "--root is empty"),
    ],
)
def test_what_does_not_fit_is_refused(options: list[str], said: str, run: Run, tmp_path: Path) -> None:
    done = run("service", *options, *([] if "--root" in options else ["--root", tmp_path]))
    assert done.code == 2
    assert said in done.err
    assert list(tmp_path.iterdir()) == []
