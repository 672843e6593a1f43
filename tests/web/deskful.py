"""The archive of tests/app/deskful.py behind the web server. A module asks for it with `pytest_plugins`."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from monitor import Archive, load_settings, open_archive
from monitor.store.dialects import open_engine
from tests.app import deskful
from tests.blank import blank_sqlite
from tests.store.examples import NOON
from tests.web.asking import Client, serving

OUTLETS = """
[[outlet]]
name = "Radio Mareverte"
domains = ["radio.example", "www.radio.example"]
aliases = ["RMV"]
languages = ["fr"]
[[outlet]]
name = "وكالة مرساة"
domains = ["agency.example"]
homes = { ar = "https://agency.example/" }
"""


@pytest.fixture(scope="module")
def desk_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive's folder, made once; nobody writes to it."""
    folder = tmp_path_factory.mktemp("desk")
    engine = open_engine(f"sqlite:///{blank_sqlite(folder / 'archive.db')}", 5.0)
    with engine.begin() as conn:
        deskful.fill(conn)
    engine.dispose()
    (folder / "outlets.toml").write_text(OUTLETS, encoding="utf-8")
    return folder


@pytest.fixture
async def desk_archive(desk_folder: Path) -> AsyncIterator[Archive]:
    """The archive, as of noon."""
    (desk_folder / "monitor.toml").write_text(
        f"data_dir = {str(desk_folder)!r}\n\n[corpus]\noutlets = ['outlets.toml']\n"
    )
    settings = load_settings(desk_folder / "monitor.toml", {})
    async with open_archive(settings, at=NOON) as opened:
        yield opened


@pytest.fixture
async def desk_reader(desk_archive: Archive) -> AsyncIterator[Client]:
    """Who looks at its pages."""
    async with serving(desk_archive) as client:
        yield client
