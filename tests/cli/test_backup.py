"""`backup` and `restore`, as docs/backup.md shows them."""

import json
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Result, Run

PAGE = Path(__file__).parents[2] / "docs" / "backup.md"


def commands() -> Iterator[str]:
    """Yield the commands that the page shows, in its order."""
    for block in re.findall(r"```console\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL):
        yield from re.findall(r"^\$ monitor (.*)$", block, re.MULTILINE)


@pytest.fixture
def backed_up(ask: Run, tmp_path: Path) -> Path:
    """The folder with a snapshot of the recorded archive."""
    assert ask("backup", tmp_path / "vault").code == 0
    return tmp_path / "vault"


def test_every_command_of_the_page_runs(run: Run, recorded: Path, tmp_path: Path) -> None:
    """One after the other, as a reader would: what is backed up first is restored and verified in the end."""
    done: dict[str, Result] = {}
    for command in commands():
        words = shlex.split(command.replace("/mnt/backups", str(tmp_path)).replace("/srv", str(tmp_path)))
        data_dir = Path(words.pop(1)) if words[0] == "--data-dir" else recorded
        words = [word for word in words if word != "--data-dir"]
        told = run("--set", f"backup.folder={tmp_path / 'monitor'}", *words, data_dir=data_dir)
        assert (told.code, command) == (0, command), told.err
        done[command] = told
    assert len(done) == 8
    out = [done[command].out for command in commands()]
    assert re.fullmatch(r"snapshot \S+: \d+ rows, \d files? of evidence; \S+ .B, \S+ .B of it new\n", out[0])
    assert out[2].startswith("1 snapshot read, ")
    assert "all is well" in out[3]
    assert out[4].startswith("0 snapshots removed")
    assert "can be restored; nothing was written" in out[5]
    assert "restored into" in out[6]


def test_a_restored_archive_answers_as_the_old_one(ask: Run, run: Run, backed_up: Path, tmp_path: Path) -> None:
    """Documents, changes and what a search finds are the same."""
    assert run("restore", backed_up, "--into", tmp_path / "again").code == 0
    for question in (("documents",), ("changes", "--since", "2026-01-01"), ("search", "mercado"), ("seals",)):
        told = ask(*question, "--json")
        assert told.code == 0
        assert run(*question, "--json", data_dir=tmp_path / "again").out == told.out
        assert len(json.loads(told.out)) > 0


def test_the_list_shows_the_newest_first(ask: Run, backed_up: Path) -> None:
    """As a table and as JSON."""
    assert ask("backup", backed_up, "--evidence", "none").code == 0
    rows = ask("backup", backed_up, "--list").out.splitlines()
    assert [row.split()[2] for row in rows] == ["evidence", "none", "copied"]
    listed = json.loads(ask("backup", backed_up, "--list", "--json").out)
    assert [one["evidence"] for one in listed] == ["none", "copied"]


def test_damage_is_told_and_ends_with_6(ask: Run, run: Run, backed_up: Path, tmp_path: Path) -> None:
    """By --verify with the files it is in, and by a restore, which is not opened then."""
    for path in (backed_up / "objects").rglob("*"):
        if path.is_file():
            path.write_bytes(b"x" + path.read_bytes()[1:])
    broken = run("restore", backed_up, "--into", tmp_path / "again")
    assert (broken.code, broken.out) == (6, "")
    opened = run("documents", data_dir=tmp_path / "again")
    assert (opened.code, "not restored to its end" in opened.err) == (1, True)
    told = ask("backup", backed_up, "--verify")
    assert told.code == 6
    assert "archive.db" in told.out
    assert len(json.loads(ask("backup", backed_up, "--verify", "--json").out)["damaged"]) > 1


def test_requests_that_make_no_sense_are_refused(ask: Run, run: Run, backed_up: Path, tmp_path: Path) -> None:
    """With what to do instead; and an archive that is not there is not backed up."""
    assert ask("backup", backed_up, "--list", "--verify").code == 2
    assert ask("backup", backed_up, "--all").code == 2
    assert ask("restore", backed_up).code == 2
    assert ask("restore", backed_up, "--into", backed_up).code == 2
    assert ask("backup").code == 2
    assert run("backup", tmp_path / "new").code == 4
    assert ask("backup", tmp_path / "nothing", "--list").code == 4
    for path in (backed_up / "snapshots").iterdir():
        path.unlink()
    assert ask("backup", backed_up, "--verify").code == 4  # nothing is there, so nothing is well
    assert not (tmp_path / "new").exists()
