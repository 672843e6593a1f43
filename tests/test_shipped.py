"""The files that come with the program are found in a checkout and in a wheel."""

import tomllib
from pathlib import Path
from typing import get_args

import pytest

from monitor import shipped as module
from monitor.errors import NotFoundError
from monitor.shipped import Kind, shipped

CHECKOUT = Path(__file__).parent.parent


@pytest.mark.parametrize("kind", get_args(Kind))
def test_in_a_checkout_it_is_the_folder_at_the_top(kind: Kind) -> None:
    assert shipped(kind) == CHECKOUT / kind


@pytest.mark.parametrize("kind", get_args(Kind))
def test_in_a_wheel_it_is_where_the_build_puts_it(kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The build's own list is followed, so that it and the code cannot part."""
    build = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    inside = tmp_path / build["targets"]["wheel"]["force-include"][kind]
    inside.mkdir(parents=True)
    monkeypatch.setattr(module, "PACKAGE", tmp_path / "monitor")
    assert shipped(kind) == inside


def test_an_installation_without_them_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PACKAGE", tmp_path / "monitor")
    with pytest.raises(NotFoundError, match="no config folder"):
        shipped("config")
