"""An archive with nothing in it but tokens, to try who may ask for what."""

from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from monitor import Archive, Settings, open_archive
from monitor.edges.clock import drive
from monitor.model import TokenScope
from tests.blank import blank_sqlite
from tests.newsroom.days import at

PUBLIC = "https://archive.example"


@dataclass(frozen=True)
class Secrets:
    """One of each: those of the last three are good for nothing."""

    read: str
    write: str
    revoked: str
    expired: str
    rubbish: str = "mon_rubbish"


@asynccontextmanager
async def blank_archive(folder: Path, **web: object) -> AsyncIterator[Archive]:
    """Open an empty archive with options of the section [web], on a clock that `drive_to` moves."""
    drive(folder / "clock", at(16, 12))
    blank_sqlite(folder / "data/archive.db")
    given = {"data_dir": folder / "data", "daemon": {"clock_file": folder / "clock"}, "web": web}
    async with open_archive(Settings.model_validate(given)) as archive:
        yield archive


async def make_tokens(archive: Archive, folder: Path) -> Secrets:
    """Make a token of each kind; an hour passes."""
    tokens = archive.tokens
    read, write = await tokens.create("read"), await tokens.create("write", TokenScope.WRITE)
    revoked = await tokens.create("revoked", TokenScope.WRITE)
    await tokens.revoke("revoked")
    expired = await tokens.create("expired", TokenScope.WRITE, expires_at=archive.now() + timedelta(minutes=30))
    drive(folder / "clock", archive.now() + timedelta(hours=1))
    return Secrets(read.secret, write.secret, revoked.secret, expired.secret)


def bearer(secret: str) -> dict[str, str]:
    """Return the header that shows a secret."""
    return {"Authorization": f"Bearer {secret}"}


def password(secret: str) -> dict[str, str]:
    """Return the header that shows a secret as feed readers can."""
    return {"Authorization": f"Basic {b64encode(f'anybody:{secret}'.encode()).decode()}"}
