"""`token`: make, list and revoke, as scripts and people do."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app


def run(data_dir: Path, *args: str) -> tuple[int, str, str]:
    """Run a command; return its exit code and what both streams got."""
    done = CliRunner().invoke(app, ["--data-dir", str(data_dir), "token", *args])
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    code, out, _ = run(tmp_path, "create", "laptop", "--expires", "90d")
    assert (code, out[:4]) == (0, "mon_")
    return tmp_path


def test_the_secret_is_alone_on_standard_output(tmp_path: Path) -> None:
    """So that `> file` keeps it and nothing else; also before there is anything else in the archive."""
    code, out, err = run(tmp_path, "create", "robot", "--write")
    assert code == 0
    assert len(out.split()) == 1
    assert out.strip() not in err
    assert "reading and writing" in err


def test_the_list_tells_what_each_allows_and_until_when(data_dir: Path) -> None:
    """No secret is in it."""
    run(data_dir, "create", "robot", "--write")
    _, out, _ = run(data_dir, "list")
    head, laptop, robot = out.splitlines()
    assert head.split("  ")[0] == "id"
    assert "laptop  read " in laptop
    assert "never" not in laptop.split("valid")[1][:10]
    assert "read and write" in robot
    assert "mon_" not in out


def test_what_was_revoked_is_listed_on_request(data_dir: Path) -> None:
    assert run(data_dir, "revoke", "laptop") == (0, "revoked token 1, 'laptop'\n", "")
    assert run(data_dir, "list")[1] == ""
    assert "revoked" in run(data_dir, "list", "--all")[1]
    assert run(data_dir, "revoke", "1")[0] == 0


def test_json_has_every_answer(data_dir: Path) -> None:
    made = json.loads(run(data_dir, "create", "other", "--json")[1])
    assert made["secret"].startswith("mon_")
    assert made["token"]["scope"] == "read"
    assert [one["name"] for one in json.loads(run(data_dir, "list", "--json")[1])] == ["laptop", "other"]
    assert json.loads(run(data_dir, "revoke", "other", "--json")[1])["revoked_at"]


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (("create", "laptop"), 2, "already"),
        (("create", "12"), 2, "is a number"),
        (("create",), 2, "no name is given\n  hint: `monitor token create NAME`"),
        (("create", ""), 2, "is empty"),
        (("create", "x", "--expires", "soon"), 2, "no duration"),
        (("create", "x", "--expires", "0s"), 2, "future"),
        (("revoke", "nobody"), 4, "no token nobody"),
        (("revoke", "laptop", "--write"), 2, "takes no --write"),
        (("list", "laptop"), 2, "takes no name"),
        (("burn", "laptop"), 2, "burn"),
    ],
)
def test_what_cannot_be_done_is_said(data_dir: Path, args: tuple[str, ...], code: int, said: str) -> None:
    given, out, err = run(data_dir, *args)
    assert (given, out) == (code, "")
    assert said in err
