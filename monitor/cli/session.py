"""What a command works with: the global options, the settings, the open archive, the screen."""

import asyncio
import shlex
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import typer

from monitor.cli.screen import Screen
from monitor.errors import NotFoundError

if TYPE_CHECKING:
    from monitor import Archive, Settings

Answer = TypeVar("Answer")
DATABASE = "archive.db"  # in data_dir, unless database.url names another
UNFINISHED = "RESTORE-UNFINISHED"  # there instead while it is being restored; opening it tells what to do
BEGIN = "`monitor import-corpus DIR`, `monitor add-source URL` or `monitor import-warc FILE` begins one"
BEGINNING = datetime.min.replace(tzinfo=UTC)


@dataclass
class Session:
    """One run of the command line. `now` is the archive's present once it was asked; `json` is told by the command."""

    config: Path | None = None
    overrides: dict[str, str] = field(default_factory=dict)
    debug: bool = False
    verbose: bool = False
    quiet: bool = False
    json: bool = False
    now: datetime = BEGINNING

    @cached_property
    def screen(self) -> Screen:
        """Return where to write."""
        from monitor.config import colour_wanted

        return Screen(colours=colour_wanted(), quiet=self.quiet, program=self.program)

    @property
    def program(self) -> str:
        """Return how a command that works on the same archive begins; secrets are masked."""
        config = ["--config", str(self.config)] if self.config else []
        given = {key: value for key, value in self.overrides.items() if key != "data_dir"}
        folder = ["--data-dir", self.overrides["data_dir"]] if "data_dir" in self.overrides else []
        options = [part for key, value in given.items() for part in ("--set", f"{key}={_masked(key, value)}")]
        return shlex.join(["monitor", *config, *folder, *options])

    @cached_property
    def settings(self) -> "Settings":
        """Return the settings in effect. Raises ConfigError."""
        return self.found()

    def found(self) -> "Settings":
        """Return the settings as they are found now. Raises ConfigError."""
        from monitor import load_settings

        return load_settings(self.config, self.overrides)

    @property
    def has_archive(self) -> bool:
        """Return whether there is a database to open; one on a server is asked for by opening it."""
        folder = self.settings.data_dir
        return bool(self.settings.database.url) or any((folder / name).exists() for name in (DATABASE, UNFINISHED))

    def log(self, level: str = "warning") -> None:
        """Log from a level on; --verbose and --quiet win over it."""
        from monitor import log
        from monitor.config import colour_wanted

        chosen = "debug" if self.verbose else "error" if self.quiet else level
        log.configure(chosen, self.settings.log.format, sys.stderr, colours=colour_wanted())

    def ask(
        self,
        question: "Callable[[Archive], Awaitable[Answer]]",
        *,
        at: datetime | None = None,
        begins: bool = False,
    ) -> Answer:
        """Open the archive, as if it were the time `at` where given, and return the answer to one question.

        One that `begins` makes the archive where there is none; for the others that is a NotFoundError.
        """
        self.log()
        if not begins and not self.has_archive:
            raise NotFoundError(f"there is no archive in {self.settings.data_dir}", hint=BEGIN)
        return asyncio.run(self._ask(question, at))

    def ask_without(self, question: "Callable[[Archive], Awaitable[Answer]]") -> Answer:
        """Return the answer to a question where no archive is yet, of an empty one, and leave none behind."""
        from tempfile import TemporaryDirectory  # slow to import, and rarely needed

        with TemporaryDirectory(prefix="monitor-") as folder:
            return replace(self, overrides=self.overrides | {"data_dir": folder}).ask(question, begins=True)

    async def _ask(self, question: "Callable[[Archive], Awaitable[Answer]]", at: datetime | None) -> Answer:
        from monitor import open_archive  # the database and the network are slow to import: --help needs neither

        async with open_archive(self.settings, at=at) as archive:
            self.now = archive.now()
            return await question(archive)


def _masked(key: str, value: str) -> str:
    from monitor.options import MASK, options  # slow to import, and rarely needed

    option = options().get(key)
    return MASK if option is not None and option.hides(option.shown(value)) else value


def session_of(ctx: typer.Context, *, as_json: bool = False) -> Session:
    """Return the session of a command, told whether it answers in JSON."""
    session = ctx.find_object(Session)
    assert session is not None  # the callback of the whole program made it
    session.json = as_json
    return session
