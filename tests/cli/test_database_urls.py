"""What is given as the URL of a database, or forgotten."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from monitor.cli.app import app
from tests.blank import blank_sqlite


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("migrate-to", "foo"), "the URL is that of no database"),
        (("restore", "backups", "--into", "new", "--database-url", "foo"), "--database-url is that of no database"),
        (("restore", "backups"), "it is not said where to"),
    ],
)
def test_what_is_no_url_is_refused_with_what_is_one(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    """It is a fault of the command, and nothing has been touched."""
    blank_sqlite(tmp_path / "archive.db")
    done = CliRunner().invoke(app, ["--data-dir", str(tmp_path), *arguments])
    assert done.exit_code == 2
    assert told in done.stderr
    assert "hint" in done.stderr
