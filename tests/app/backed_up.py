"""Archives to back up, and where they are restored, for the tests of backups."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, create_engine, text

from monitor import Settings, backup, open_archive, restore
from monitor.core.manifests import Manifest, manifest_of, text_of
from monitor.edges.vault import Vault
from monitor.running_answers import RestoreReport, Snapshot
from monitor.store import table_rows
from monitor.store.dialects import open_to_look
from tests.app.verified import START, STORY, here, recorded, settings_in
from tests.blank import administration, make_postgresql

__all__ = ["here", "recorded"]  # fixtures
LATER = timedelta(days=2)


@dataclass(frozen=True)
class Place:
    """An archive to back up, and where it may be restored."""

    settings: Settings
    into_url: str = ""

    @property
    def folder(self) -> Path:
        return self.settings.data_dir.parent

    @property
    def vault(self) -> Path:
        return self.folder / "vault"

    @property
    def into(self) -> Path:
        return self.folder / "restored"

    @property
    def restored(self) -> Settings:
        """Return the settings of the restored archive."""
        return settings_in(self.folder, data_dir=self.into, database={"url": self.into_url})

    def backup(self, **more: Any) -> Snapshot:
        """Back it up."""
        return backup(self.settings, self.vault, **more)

    def restore(self, **more: Any) -> RestoreReport:
        """Restore it to where it may be."""
        return restore(self.vault, self.into, database_url=self.into_url, **more)

    def manifest(self) -> Manifest:
        """Return what the newest snapshot says."""
        vault = Vault(self.vault)
        return manifest_of(vault.manifest(vault.names()[-1]))

    def pieces(self) -> list[Path]:
        """Return the files of all pieces."""
        return sorted(path for path in (self.vault / "objects").rglob("*") if path.is_file())


@pytest.fixture
def place(recorded: Path, tmp_path: Path) -> Place:
    """The archive of a morning, on SQLite."""
    shutil.copytree(recorded / "data", tmp_path / "data")
    return Place(settings_in(tmp_path))


@contextmanager
def another(server: str) -> Iterator[str]:
    """Give an empty database beside that of the test."""
    name, engine = make_postgresql(server, bare=True), administration(server)
    yield engine.url.set(database=name, drivername="postgresql").render_as_string(hide_password=False)
    with engine.connect() as conn:
        conn.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty archive of each kind."""
    if request.param == "sqlite":
        yield Place(settings_in(tmp_path))
        return
    url = request.getfixturevalue("postgresql_url")
    with another(request.getfixturevalue("postgresql_server")) as other:
        yield Place(settings_in(tmp_path, database={"url": url}), other)


@contextmanager
def engine_of(url: str) -> Iterator[Engine]:
    """Give an engine, and close what it opened."""
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
    yield engine
    engine.dispose()


def digests(settings: Settings) -> dict[str, tuple[int, str]]:
    """Return how many rows each table has, and their digest."""
    engine = open_to_look(settings.database_url, 30.0)
    assert engine is not None
    with engine.connect() as conn:
        told = {one.name: table_rows.digest(conn, one) for one in table_rows.tables_in_order(conn)}
    engine.dispose()
    return told


async def assert_whole(settings: Settings) -> None:
    """Everything can be read, agrees, and is found."""
    async with open_archive(settings, at=START + LATER) as archive:
        report = await archive.custody.verify(again=True, texts=False)
        assert (report.finished, report.faults) == (True, ())
        assert report.records
        found = await archive.search("breakwater")
        assert STORY in {hit.document.url for hit in found.items}


def alter(place: Place, **values: Any) -> None:
    """Have the newest manifest say something else, as whoever writes it may."""
    one = place.manifest()
    if "schema" in values:
        one = replace(one, snapshot=replace(one.snapshot, schema=values.pop("schema")))
    path = place.vault / "snapshots" / f"{one.snapshot.name}.json"
    path.write_text(text_of(replace(one, **values)), encoding="utf-8")
