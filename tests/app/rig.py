"""What the tests of the application work with: an archive, the web around it, and the clock of both."""

import asyncio
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection, update

from monitor import Archive, Settings, load_settings, open_archive
from monitor.answers import AddReport, DocumentFilter, DocumentView, SourceOptions, VisitReport
from monitor.core import reading
from monitor.edges.clock import drive
from monitor.interfaces import ReadFailure, Reading, ReadRequest
from monitor.model import Document, DocumentState
from monitor.store import hosts
from monitor.store.schema import host
from tests.blank import blank_sqlite
from tests.newsroom.days import at
from tests.newsroom.room import RoomInfo
from tests.newsroom.settings import config_toml

ALL = DocumentFilter(limit=10_000)


class ReadHere:
    """An Extractor that reads in a thread of this process, as a worker does in its own: tests need not wait for it.

    The pages of the tests are ours and harmless. tests/edges shows what the real pool does with others.
    """

    async def read(self, request: ReadRequest) -> Reading:
        """Return what the core reads."""
        try:
            return await asyncio.to_thread(reading.read, request)
        except Exception as error:  # noqa: BLE001 - as in a worker, whatever a reader raises is a failure of this page
            return ReadFailure("error", f"{type(error).__name__}: {error}")

    async def close(self) -> None:
        """Hold nothing, release nothing."""


@dataclass
class Rig:
    """A folder with a configuration, a driven clock, and a web to look at."""

    folder: Path
    clock: Path
    info: RoomInfo
    overrides: dict[str, str] = field(default_factory=lambda: {"schedule.jitter": "0"})  # plans by the hour

    @property
    def config(self) -> Path:
        """Return the configuration file, written anew."""
        path = self.folder / "monitor.toml"
        path.write_text(config_toml(self.folder / "data", self.info, self.clock), encoding="utf-8")
        return path

    @property
    def settings(self) -> Settings:
        """Return the settings in effect."""
        return load_settings(self.config, self.overrides)

    def open(self) -> AbstractAsyncContextManager[Archive]:
        """Open the archive, an empty one where there is none."""
        settings = self.settings
        if not settings.database.url:
            blank_sqlite(settings.data_dir / "archive.db")
        return open_archive(settings)

    def at(self, now: datetime) -> None:
        """Set the clock of archive and web."""
        drive(self.clock, now)


async def play(rig: Rig, archive: Archive, *times: datetime) -> list[VisitReport]:
    """Do a round at each of these times; return every visit."""
    visits: list[VisitReport] = []
    for now in times:
        rig.at(now)
        visits += (await archive.tick()).visits
    return visits


async def play_until(rig: Rig, archive: Archive, start: datetime, end: datetime, step: timedelta) -> list[VisitReport]:
    """Do rounds from start to end, both included; return every visit."""
    count = (end - start) // step
    return await play(rig, archive, *(start + step * number for number in range(count + 1)))


async def add(archive: Archive, url: str, **options: object) -> AddReport:
    """Add one source and return the report of it."""
    (report,) = await archive.add_sources([url], SourceOptions(**options))  # type: ignore[arg-type]
    return report


async def every_document(archive: Archive) -> list[Document]:
    """Return all documents, those not read included, by number."""
    found = {one.id: one for one in await archive.documents(ALL)}
    for state in DocumentState:
        found |= {one.id: one for one in await archive.documents(DocumentFilter(state=state, limit=10_000))}
    return [found[number] for number in sorted(found)]


async def views(archive: Archive) -> dict[str, DocumentView]:
    """Return every document that has a URL, whole, by URL."""
    return {one.url: await archive.document(one.id) for one in await every_document(archive) if one.url}


async def hold(archive: Archive, name: str, next_allowed_at: datetime | None = None) -> None:
    """Let another process visit a host, for the first hour and a half."""
    await archive._ctx.db.write(_hold, name, next_allowed_at)


def _hold(conn: Connection, name: str, next_allowed_at: datetime | None) -> None:
    hosts.ensure(conn, name)
    values = {"lease_owner": "elsewhere:1:1", "lease_until": at(16, 7, 30), "next_allowed_at": next_allowed_at}
    conn.execute(update(host).where(host.c.name == name).values(**values))
