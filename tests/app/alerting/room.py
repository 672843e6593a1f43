"""An archive whose clock the test moves, and what happens in it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from monitor import Archive, Settings
from monitor.edges.clock import drive
from monitor.model import Change, ChangeKind, DocumentState, Standing
from monitor.store import changes, documents, revisions
from monitor.telling_answers import Delivery
from tests.blank import blank_sqlite
from tests.edges.receiver import KEY
from tests.store.examples import a_document, a_revision

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
TITLES = ("El mercado costará 12 millones", "El mercado costará 21 millones")


class Room:
    """An archive whose clock and documents the test moves, with channels that lead to servers of the test."""

    def __init__(self, folder: Path, channels: Mapping[str, str], **options: Any) -> None:
        self.clock = folder / "clock.json"
        self.now = NOON
        drive(self.clock, NOON)
        blank_sqlite(folder / "archive.db")
        self.settings = Settings.model_validate(
            {
                "data_dir": folder,
                "daemon": {"clock_file": str(self.clock)},
                "alerts": {"channels": channels, "webhook_key": KEY, **options},
                "web": {"public_url": "https://archive.example"},
            }
        )

    def wait(self, span: timedelta) -> None:
        """Let time pass."""
        self.now += span
        drive(self.clock, self.now)


def publish(conn: Connection, path: str, text: str = "El mercado abrió.") -> int:
    """Add an article and its first text; return its number."""
    page, _ = documents.add(conn, a_document(f"https://radio.example/{path}", title=TITLES[0], outlet="radio.example"))
    revisions.add(conn, a_revision(page.id, text, TITLES[0]))
    documents.set_fields(conn, page.id, state=DocumentState.LIVE)
    return page.id


def edit(conn: Connection, number: int, at: datetime, standing: Standing | None = Standing.CONFIRMED) -> int:
    """Add a further text with the change that it made; return the number of the change."""
    new = revisions.add(conn, a_revision(number, f"{at:%d %H%M%S}, el mercado abrió.", TITLES[1]))
    step = Change(ChangeKind.BOTH, at, 0, number, new.number - 1, new.number, 2, 1, 0.7, "a number changed")
    return changes.add(conn, Change(**{**_fields(step), "standing": standing}))


def remove(conn: Connection, number: int, at: datetime) -> int:
    """Add that an article was taken down; return the number of the change."""
    return changes.add(conn, Change(ChangeKind.REMOVED, at, 0, number, reason="404 three times"))


def _fields(step: Change) -> dict[str, Any]:
    return {name: getattr(step, name) for name in Change.__dataclass_fields__}


async def write(archive: Archive, work: Callable[..., int], *args: Any) -> int:
    """Change the archive from within."""
    return await archive._ctx.db.write(work, *args)


async def one_round(archive: Archive) -> tuple[Delivery, ...]:
    """Do what the daemon does every few seconds."""
    await archive.alerts.gather()
    return await archive.alerts.deliver()
