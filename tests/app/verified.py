"""A recorded archive to damage, for the tests of `verify`."""

import asyncio
import gzip
import shutil
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from monitor import Settings, open_archive
from monitor.app import verifying_files
from monitor.evidence_answers import VerifyReport
from monitor.model import Capture
from monitor.store import captures, files, fulltext
from monitor.store.database import Database
from monitor.store.schema import capture, evidence_file
from tests.app.rig import ReadHere
from tests.app.website import Page, Website, article, redirect, rss
from tests.blank import blank_sqlite
from tests.once import once

START = datetime(2026, 11, 16, 6, tzinfo=UTC)
HOUR = timedelta(hours=1)
FEED = "http://one.example/rss"
STORY = "http://one.example/2026/11/16/ships-in-the-roads"
LINK = "http://one.example/go/harvest"
HARVEST = "http://one.example/2026/11/16/harvest-at-upper-weir"
SAVED = (
    "The ferry to the outer islands\n\nPORT OF CALL, Nov. 2 - The ferry was called back twice because of the swell, "
    "the harbour office said on Monday, and no boat has left since the morning.\n"
)


@dataclass(frozen=True)
class Kept:
    """An archive on disk."""

    settings: Settings

    @property
    def evidence(self) -> Path:
        """Return the folder of its evidence."""
        return self.settings.evidence_dir

    def run(self, **options: Any) -> VerifyReport:
        """Verify it."""
        return asyncio.run(self._run(**options))

    async def _run(self, files: tuple[str, ...] = (), hours: int = 24, **options: Any) -> VerifyReport:
        async with open_archive(self.settings, at=START + hours * HOUR) as archive:
            return await archive.custody.verify(files, **options)

    def read(self, fn: Any, *args: Any) -> Any:
        """Return what `fn(conn, ...)` reads."""
        return asyncio.run(self._through("read", fn, args))

    def write(self, fn: Any, *args: Any) -> Any:
        """Do `fn(conn, ...)` behind the program's back."""
        return asyncio.run(self._through("write", fn, args))

    async def _through(self, door: str, fn: Any, args: Any) -> Any:
        db = Database.open(self.settings.database_url)
        try:
            return await getattr(db, door)(fn, *args)
        finally:
            db.close()

    def captures(self) -> tuple[Capture, ...]:
        """Return all captures."""
        rows: tuple[Capture, ...] = self.read(_captures)
        return rows

    def path(self, one: Capture) -> Path:
        """Return the file in which a capture is kept."""
        return self.evidence / one.file

    def change(self, one: Capture, start: int, data: bytes) -> None:
        """Overwrite bytes of a capture's record as it lies in the file."""
        with self.path(one).open("r+b") as stream:
            stream.seek(one.offset + start)
            stream.write(data)

    def replace(self, one: Capture, old: bytes, new: bytes) -> None:
        """Rewrite a record with good checksums of gzip, and let the database know where the others are now."""
        data = self.path(one).read_bytes()
        raw = gzip.decompress(data[one.offset : one.offset + one.length])
        assert raw.count(old) == 1
        made = gzip.compress(raw.replace(old, new), mtime=0)
        self.path(one).write_bytes(data[: one.offset] + made + data[one.offset + one.length :])
        self.write(_move, one, len(made) - one.length)


def _move(conn: Connection, one: Capture, by: int) -> None:
    """Say that a record is longer now, and what comes after it is further on."""
    in_file = update(capture).where(capture.c.file == one.file)
    conn.execute(in_file.where(capture.c.offset > one.offset).values(offset=capture.c.offset + by))
    conn.execute(in_file.where(capture.c.offset == one.offset).values(length=one.length + by))
    files.set_fields(conn, one.file, committed_length=evidence_file.c.committed_length + by)


def _captures(conn: Connection) -> tuple[Capture, ...]:
    numbers = conn.execute(select(capture.c.id).order_by(capture.c.id)).scalars().all()
    return tuple(one for number in numbers if (one := captures.get(conn, number)))


async def record(settings: Settings, site: Website) -> None:
    """A morning: an article behind a redirect, one that is edited, every kind of revisit, and a saved text."""
    folder = settings.data_dir.parent / "texts"
    folder.mkdir(exist_ok=True)
    (folder / "ferry.txt").write_text(SAVED, encoding="utf-8")
    site.pages |= {
        FEED: replace(rss((STORY, "Ships"), (LINK, "Harvest")), etag='"1"'),
        STORY: Page(article("Ships")),
        LINK: redirect(HARVEST),
        HARVEST: Page(article("Harvest at Upper Weir", 30)),
    }
    async with open_archive(settings, at=START) as archive:
        await archive.import_corpus(folder)
        await archive.add_sources([FEED])
        await archive.tick()
    edited = article("Ships", 21)
    for hours, page in enumerate(
        (Page(article("Ships")), Page(edited, etag='"2"'), Page(edited, etag='"2"'), Page(edited + b"<!-- x -->")), 1
    ):
        site.pages[STORY] = page
        async with open_archive(settings, at=START + hours * HOUR) as archive:
            await archive.check_document(STORY)
    async with open_archive(settings, at=START + 8 * HOUR) as archive:
        await archive.tick()


def settings_in(folder: Path, site: Website | None = None, **more: Any) -> Settings:
    """Return the settings of an archive in a folder."""
    fetch = {"gap": 0, "resolve": site.resolve("one.example") if site else {}}
    return Settings.model_validate({"data_dir": folder / "data", "fetch": fetch, "schedule": {"jitter": 0}, **more})


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read pages in this process, and wait for nobody."""
    monkeypatch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
    monkeypatch.setattr(verifying_files, "GRACE_S", 0.0)


@pytest.fixture(scope="session")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The archive of a morning. Whoever writes to it copies it first."""

    async def make(folder: Path) -> None:
        blank_sqlite(folder / "data/archive.db")
        async with Website.start() as site:
            await record(settings_in(folder, site), site)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
        return once(tmp_path_factory, "morning", lambda folder: asyncio.run(make(folder)))


@pytest.fixture
def kept(recorded: Path, tmp_path: Path) -> Kept:
    """The archive of a morning, to be damaged."""
    shutil.copytree(recorded / "data", tmp_path / "data")
    return Kept(settings_in(tmp_path))


def kinds(report: VerifyReport) -> list[tuple[str, str]]:
    """Return what is wrong, and with what."""
    return [(one.kind, one.what) for one in report.faults]


def story(kept: Kept) -> Capture:
    """Return the first capture of the story: a response in a file of several."""
    return next(one for one in kept.captures() if one.url == STORY)


def unindex(conn: Connection, number: int) -> None:
    """Take a revision out of the full-text index."""
    fulltext.forget(conn, [number])


def set_row(conn: Connection, table: Any, values: dict[str, Any], number: int) -> None:
    conn.execute(update(table).where(table.c.id == number).values(**values))
