"""The manual page says what the program does, in a form that man reads without complaint."""

import os
import shutil
import subprocess

import pytest

from tests.cli import manual
from tests.cli.reference import COMMANDS


def test_the_page_is_what_the_program_says() -> None:
    """`python -m tests.cli.manual` writes it anew."""
    assert manual.FILE.read_text(encoding="utf-8") == manual.page()


def test_every_exit_code_is_told() -> None:
    assert [code for code, _ in manual.exits()] == ["1", "2", "3", "4", "5", "6", "7", "8"]


def test_man_has_nothing_to_complain_of() -> None:
    """And shows every command, its options with two hyphens that can be copied."""
    groff = shutil.which("groff")
    if groff is None:
        if os.environ.get("CI"):
            pytest.fail("groff is not installed: .ci/run installs it")
        pytest.skip("groff is not installed: nobody looked at the page as man does")
    command = [groff, "-man", "-Tutf8", "-ww", "-P-c", "-P-b", "-P-u", str(manual.FILE)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True)
    assert shown.stderr == ""
    for name in COMMANDS:
        assert name in shown.stdout
    assert "--data-dir" in shown.stdout
