"""The library as a user has it: blocking and awaited, in notebooks, with pandas and polars, and silent."""

import asyncio
import inspect
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from monitor import Archive, BlockingArchive, Settings, log, open_archive
from monitor.app.blocking_groups import BlockingDesk, BlockingExports
from monitor.app.desk import Desk
from monitor.app.exports import Exports
from monitor.errors import ConfigError, DatabaseError, NotFoundError, TimeLimitError, UsageError
from monitor.store.database import Database
from tests.blank import blank_sqlite
from tests.e2e.warm import shared_warm
from tests.edges import judges
from tests.store.questioned import fill

ROOT = Path(__file__).parents[2]
ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The settings of an archive that has answers."""
    folder = tmp_path_factory.mktemp("library")
    db = Database.open(f"sqlite:///{blank_sqlite(folder / 'archive.db')}")
    asyncio.run(db.write(fill))
    db.close()
    return Settings.model_validate({"data_dir": folder})


def test_what_blocks_gives_what_is_awaited(settings: Settings) -> None:
    async def awaited() -> tuple[object, ...]:
        async with open_archive(settings) as archive:
            return (
                await archive.document(1),
                await archive.sources(),
                await archive.stats(),
                await archive.sql("SELECT 1"),
            )

    with open_archive(settings) as archive:
        blocked = (archive.document(1), archive.sources(), archive.stats(), archive.sql("SELECT 1"))
        assert archive.copies(1) == archive.clusters()[0]
        assert archive.diff(1).after.number == 2
    assert blocked == asyncio.run(awaited())


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [(BlockingArchive, Archive), (BlockingDesk, Desk), (BlockingExports, Exports)],
)
def test_every_method_takes_and_gives_what_the_awaited_one_does(ours: type, theirs: type) -> None:
    own = {"close"} if ours is BlockingArchive else set()
    for name, method in inspect.getmembers(ours, inspect.isfunction):
        if not name.startswith("_") and name not in own:
            assert inspect.signature(method) == inspect.signature(getattr(theirs, name)), name


def test_the_desk_has_every_method() -> None:
    assert {name for name in vars(Desk) if name[0] != "_"} == {name for name in vars(BlockingDesk) if name[0] != "_"}


async def test_it_works_where_a_loop_is_running(settings: Settings) -> None:
    """As in a notebook: a cell runs inside Jupyter's loop."""
    with open_archive(settings) as archive:
        assert archive.document(1).document.id == 1


def test_it_may_be_asked_from_several_threads(settings: Settings) -> None:
    found: list[int] = []
    with open_archive(settings) as archive:
        threads = [threading.Thread(target=lambda: found.append(archive.document(1).document.id)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [1] * 8


def test_errors_are_those_of_the_archive(settings: Settings) -> None:
    with open_archive(settings) as archive:
        with pytest.raises(NotFoundError, match="999"):
            archive.document(999)
        with pytest.raises(TimeLimitError), archive.within(0.2):
            archive.sql(ENDLESS)
        assert archive.sql("SELECT 1").rows == ((1,),)


def test_closing_twice_does_no_harm_and_leaves_no_thread(settings: Settings) -> None:
    before = threading.active_count()
    archive = open_archive(settings).open()
    archive.stats()
    archive.close()
    archive.close()
    assert threading.active_count() == before
    with pytest.raises(DatabaseError, match="closed"):
        archive.stats()


def test_what_another_thread_waits_for_ends_as_it_is_closed(settings: Settings) -> None:
    archive = open_archive(settings).open()
    begun, said = threading.Event(), list[str]()

    async def endless() -> None:
        begun.set()
        await asyncio.Event().wait()

    def ask() -> None:
        try:
            archive._thread.run(endless())
        except DatabaseError as error:
            said.append(str(error))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    assert begun.wait(5)
    archive.close()
    thread.join(5)
    assert said == ["the archive is closed"]


def test_a_process_that_was_forked_is_told_to_open_its_own(settings: Settings) -> None:
    """And leaves the archive of the first one alone as it ends."""
    code = """
import os, sys, monitor
archive = monitor.open_archive(monitor.load_settings(overrides={"data_dir": sys.argv[1]})).open()
if os.fork() == 0:
    try:
        archive.stats()
    except monitor.errors.DatabaseError as error:
        archive.close()
        sys.exit("another process" in str(error))
assert os.waitstatus_to_exitcode(os.wait()[1]) == 1
print(archive.stats().documents)
archive.close()
"""
    done = subprocess.run([sys.executable, "-c", code, settings.data_dir], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "9\n", "")


def test_it_is_opened_once(settings: Settings) -> None:
    entrance = open_archive(settings)
    with entrance as archive:
        with pytest.raises(UsageError, match="already"), entrance:
            pass
        assert archive.sql("SELECT 1").rows == ((1,),)


def test_what_cannot_be_opened_is_told_and_leaves_no_thread(tmp_path: Path) -> None:
    before = threading.active_count()
    (tmp_path / "archive.db").write_bytes(b"no database" * 100)
    with pytest.raises(DatabaseError), open_archive(Settings.model_validate({"data_dir": tmp_path})):
        pass
    assert threading.active_count() == before


def test_without_settings_those_that_are_found_are_used(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "monitor.toml"
    file.write_text(f'data_dir = "{settings.data_dir}"\n')
    monkeypatch.setenv("MONITOR_CONFIG", str(file))
    with open_archive() as archive:
        assert archive.settings.data_dir == settings.data_dir
    file.write_text("no = such_option\n")
    with pytest.raises(ConfigError), open_archive():
        pass


def test_the_library_is_silent_until_a_log_is_configured(capsys: pytest.CaptureFixture[str]) -> None:
    log.keep_quiet()
    structlog.get_logger("monitor.app.visits").warning("visit.failed")
    structlog.get_logger("monitor.app.visits").bind(id=1).exception("visit.failed")
    structlog.get_logger("somebody.else").warning("theirs")
    structlog.get_logger().warning("theirs.too")
    told = capsys.readouterr()
    assert "visit.failed" not in told.out + told.err
    assert "theirs" in told.out
    assert "theirs.too" in told.out
    log.configure("warning", "json")
    log.keep_quiet()
    structlog.get_logger("monitor.app.visits").warning("visit.failed")
    assert "visit.failed" in capsys.readouterr().err


# --- the document --------------------------------------------------------------------------------------------


def examples() -> Iterator[str]:
    """Yield the examples of docs/python.md."""
    yield from re.findall(r"```python\n(.*?)```", (ROOT / "docs/python.md").read_text(encoding="utf-8"), re.DOTALL)


@pytest.mark.parametrize("example", list(examples()), ids=lambda text: text.split("\n")[-2][:40])
def test_an_example_of_the_document_runs(example: str, settings: Settings, tmp_path: Path) -> None:
    """Those with pandas and polars by the interpreter that has them, with our packages behind its own.

    The others in processes that have imported the library (tests/e2e/warm.py).
    """
    judged = "pandas" in example or "polars" in example
    (tmp_path / "monitor.toml").write_text(f'data_dir = "{settings.data_dir}"\n')
    code = example.replace('overrides={"data_dir": "archive"}', f'overrides={{"data_dir": "{settings.data_dir}"}}')
    behind = f"import sys; sys.path += {[str(ROOT), *(one for one in sys.path if 'site-packages' in one)]!r}\n"
    env = {**os.environ, "MONITOR_CONFIG": str(tmp_path / "monitor.toml")}
    if judged:
        python: list[str | Path] = [judges.judge(judges.PYTHON), "-W", "error::ResourceWarning", "-c", behind + code]
        done = subprocess.run(python, capture_output=True, text=True, env=env, cwd=tmp_path, timeout=60)
        ended, out, err = done.returncode, done.stdout, done.stderr
    else:
        ended, out, err = shared_warm().run((), env, tmp_path, before=alone(code))
    assert (ended, err) == (0, ""), err
    assert out or "print" not in code or "search" in code


def alone(code: str) -> str:
    """Return a script that runs in a process of its own, which ends then; what it has left open is told."""
    return f"""
import gc, warnings
warnings.simplefilter("error", ResourceWarning)
exec({code!r}, {{}})
gc.collect()
raise SystemExit(0)
"""
