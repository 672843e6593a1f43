"""Changes as patches that git and patch apply."""

import os
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.answers import ChangeView
from monitor.core.changes import TextState
from monitor.core.patches import patch_of
from monitor.model import Change, ChangeKind, Document, DocumentState, Origin

AT = datetime(2026, 11, 16, 6, tzinfo=UTC)
HOSTILE = "diff --git a/x b/x\n--- a/etc\n+++ b/etc\n@@ -1 +1 @@"
DOCUMENT = Document(7, Origin.WEB, DocumentState.LIVE, AT, url="https://radio.example/a", title=HOSTILE)
VIEW = ChangeView(Change(ChangeKind.BOTH, AT, 3, 7, 1, 2, 4, 2, 0.5, HOSTILE), DOCUMENT)


@pytest.mark.skipif(shutil.which("git") is None and "CI" not in os.environ, reason="git is not installed")
def test_git_applies_them_in_order(tmp_path: Path) -> None:
    """Two steps of one document in one file, with a text that looks like a patch, and lines without an end."""
    texts = [
        TextState("Before", f"One.\n\nTwo.\u2028still two\x0c.\n{HOSTILE}"),
        TextState("After", f"One.\n\nTwo and a half.\n{HOSTILE}\n"),
        TextState("After all", "Everything is new.\r\n"),
    ]
    (tmp_path / "documents").mkdir()
    file = tmp_path / "documents" / "7.txt"
    file.write_bytes(f"Before\n\n{texts[0].text}\n".encode())
    patch = patch_of(VIEW, texts[0], texts[1]) + patch_of(VIEW, texts[1], texts[2])
    (tmp_path / "all.patch").write_bytes(patch.encode())
    done = subprocess.run(["git", "apply", "--whitespace=nowarn", "all.patch"], cwd=tmp_path, capture_output=True)
    assert done.returncode == 0, done.stderr
    assert file.read_bytes() == b"After all\n\nEverything is new.\r\n\n"


def test_nothing_changed_is_no_patch() -> None:
    """A step whose article reads the same."""
    assert patch_of(VIEW, TextState("A", "b"), TextState("A", "b")) == ""


@given(st.text(max_size=40), st.text(max_size=40))
def test_what_stands_above_is_passed_over(reason: str, title: str) -> None:
    """Every line before the patch begins with #, whatever an outlet wrote."""
    patch = patch_of(VIEW, TextState("A", "b"), TextState(title, reason + "c"))
    about, _, _ = patch.partition("diff --git a/documents/7.txt b/documents/7.txt\n")
    assert all(line.startswith("# ") for line in about.splitlines() if line)
