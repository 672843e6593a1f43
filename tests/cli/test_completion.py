"""What a shell is offered: commands, options, what they take, outlets and options of the configuration."""

import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from monitor.cli.completion import VARIABLE, outlet_keys
from tests.cli.reference import COMMANDS, ROOT

# What a shell does with the script, for each of the lines that a person has typed so far.
ASK = """
source <(monitor completion bash)
while IFS= read -r line; do
    read -ra COMP_WORDS <<< "$line"
    [[ $line == *' ' ]] && COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    COMPREPLY=()
    _monitor_completion monitor
    echo "${COMPREPLY[*]}"
done
"""


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What bash offers for each line."""
    folder = tmp_path_factory.mktemp("completion")
    program = folder / "monitor"
    program.write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m monitor "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    own = folder / "own.toml"
    own.write_text('[[outlet]]\nname = "Our Gazette"\ndomains = ["gazette.example"]\n', encoding="utf-8")
    config = folder / "monitor.toml"
    config.write_text('[corpus]\noutlets = ["own.toml"]\n', encoding="utf-8")
    lines = (
        "monitor docu",
        "monitor documents --or",
        "monitor documents --origin ",
        f"monitor --config {config} documents --outlet gaz",
        "monitor --set alerts.web",
        "monitor token ",
    )
    done = subprocess.run(
        ["bash", "-c", ASK],
        input="\n".join(lines) + "\n",
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
        env={"PATH": f"{folder}:/usr/bin:/bin", "HOME": str(folder)},
    )
    assert done.stderr == ""
    return dict(zip(lines, (line.split() for line in done.stdout.splitlines()), strict=True))


@pytest.mark.slow
def test_bash_is_offered_what_can_be_typed_next(offered: dict[str, list[str]]) -> None:
    """Commands, options, the words that one takes, outlets (one's own as well), and keys for --set."""
    assert list(offered.values()) == [
        ["documents"],
        ["--origin"],
        ["corpus", "web"],
        ["gazette.example"],
        ["alerts.webhook_key="],
        ["create", "list", "revoke"],
    ]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_every_shell_gets_a_script_that_asks_us(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    COMMANDS["completion"].main([shell], prog_name="monitor", standalone_mode=False)
    said = capsys.readouterr().out
    assert f"{VARIABLE}=complete_{shell}" in said


def context(config: Path | None = None) -> Any:
    given = ["--config", str(config)] if config else []
    return ROOT.make_context("monitor", [*given, "documents"], resilient_parsing=True)


def test_outlets_are_offered_by_key_or_name() -> None:
    """In any script; what is typed may be the middle of a name."""
    assert ("granma.cu", "Granma") in outlet_keys(context(), "gran")
    assert any(key == "radiohc.cu" for key, _ in outlet_keys(context(), "habana"))
    assert outlet_keys(context(), "no such outlet") == []


@pytest.mark.parametrize("text", ["", "not TOML", "[corpus]\noutlets = ['none.toml']", "[fetchh]\ngap = 1"])
def test_a_configuration_that_is_wrong_offers_what_is_shipped(tmp_path: Path, text: str) -> None:
    """At a press of a key nobody could be told what is wrong with it."""
    config = tmp_path / "monitor.toml"
    config.write_text(text, encoding="utf-8")
    assert outlet_keys(context(config), "granma")


def test_a_file_of_outlets_that_is_wrong_is_passed_over(tmp_path: Path) -> None:
    config = tmp_path / "monitor.toml"
    config.write_text('[corpus]\noutlets = ["own.toml"]', encoding="utf-8")
    for text in ("[[", "outlet = 3", "[[outlet]]\ndomains = []", "[[outlet]]\nname = 1", "x = 1"):
        (tmp_path / "own.toml").write_text(text, encoding="utf-8")
        assert outlet_keys(context(config), "granma")
