"""Every example of the documents runs: commands against an archive of the newsroom, SQL on both databases."""

import asyncio
import os
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from monitor import load_settings, open_archive
from monitor.edges.clock import drive
from monitor.store import statements
from monitor.store.database import Database
from monitor.telling_answers import SqlAnswer
from tests.app.rig import ReadHere
from tests.e2e.processes import COLD, daemon, end, wait_until
from tests.e2e.warm import shared_warm
from tests.newsroom.days import at
from tests.newsroom.process import newsroom_process
from tests.newsroom.settings import CORPUS, config_toml
from tests.store.questioned import fill

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/tutorial.md", "docs/health.md")
HOURS = tuple(at(16, hour) for hour in range(6, 24, 2)) + tuple(at(17, hour) for hour in range(0, 24, 2))

# What the documents name that is not of the newsroom.
STANDING_FOR = {
    "~/articles": str(CORPUS),
    "https://www.radiohc.cu/fr": "http://www.radio-mareverte.example/fr/",
    "~/backups": "backups",
    "--user --now": "--user --root .",
    "--since 24h": "--since 3d",
    "--outlet radiohc.cu": "--outlet radio-mareverte.example",
}


@dataclass(frozen=True, slots=True)
class Example:
    """A command of a page, and the output the page shows for it."""

    page: str
    command: str
    output: str


def _examples() -> Iterator[Example]:
    for page in PAGES:
        for block in re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.DOTALL):
            for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                line, _, output = command.partition("\n")
                yield Example(page, line, output)


def _questions() -> dict[str, str]:
    """Return the questions of a page, each with its SQL."""
    page = (ROOT / "docs/querying.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^([^\n]+)\n\n```sql\n(.*?)```", page, re.MULTILINE | re.DOTALL))


@pytest.fixture(scope="module")
def config(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A configuration with an archive of two newsroom days, and the newsroom still up."""
    folder = tmp_path_factory.mktemp("examples")
    clock = folder / "clock.json"
    drive(clock, at(16, 5, 30))
    with newsroom_process(clock, folder) as room:
        path = folder / "monitor.toml"
        path.write_text(config_toml(folder / "archive", room, clock), encoding="utf-8")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("monitor.edges.extractor.WorkerPool", lambda *_: ReadHere())
            asyncio.run(_fill(path, clock, HOURS))
        yield path


async def _fill(config: Path, clock: Path, times: tuple[datetime, ...]) -> None:
    async with open_archive(load_settings(config)) as archive:
        await archive.import_corpus(CORPUS, add_sources=True)
        for moment in times:
            drive(clock, moment)
            await archive.tick()


@pytest.mark.slow
@pytest.mark.parametrize("example", list(_examples()), ids=lambda one: f"{one.page}: {one.command}")
def test_a_command_of_the_documents_runs_and_shows_what_the_page_shows(
    config: Path, tmp_path: Path, example: Example
) -> None:
    """Every word of six letters or more that a page shows as output is in the real output."""
    command = example.command
    for words, stand_in in STANDING_FOR.items():
        command = command.replace(words, stand_in)
    if not command.startswith("monitor "):
        pytest.fail(f"{example.page} has an example that no test runs: {command}")
    if command == "monitor run":
        assert _run_and_stop(config, tmp_path / "log") == 0
        return
    arguments = shlex.split(command.partition("#")[0])[1:]
    env = {**os.environ, "MONITOR_CONFIG": str(config), "COLUMNS": "100"}
    code, told, complained = shared_warm().run(arguments, env, tmp_path)
    assert code == 0, complained
    assert [word for word in re.findall(r"[^\W\d_]{6,}", example.output) if word not in told] == [], told


def _run_and_stop(config: Path, log: Path) -> int:
    with daemon([*COLD, "run"], log, MONITOR_CONFIG=str(config), MONITOR_LOG__FORMAT="json") as process:
        wait_until(lambda: "daemon.started" in log.read_text(encoding="utf-8"), process)
        return end(process)[0]


async def test_the_questions_of_the_documents_have_answers_and_the_same_on_both_databases(
    tmp_path: Path, postgresql_url: str
) -> None:
    """Every question finds rows in an archive that was made to answer it."""
    questions = _questions()
    assert len(questions) >= 20
    on_sqlite = await _answers(f"sqlite:///{tmp_path / 'archive.db'}", questions.values())
    on_postgresql = await _answers(postgresql_url, questions.values())
    for asked, one, other in zip(questions, on_sqlite, on_postgresql, strict=True):
        assert one.rows, asked
        assert one.columns == other.columns, asked
        assert sorted(map(repr, one.rows)) == sorted(map(repr, other.rows)), asked


async def _answers(url: str, questions: Iterable[str]) -> list[SqlAnswer]:
    db = Database.open(url)
    try:
        await db.write(fill)
        return [await db.read(statements.ask, question, None, 1000) for question in questions]
    finally:
        db.close()
