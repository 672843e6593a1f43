"""Compaction that is interrupted: whatever step it dies at, every capture is there, and the next run does the rest."""

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from monitor.app.compacting import compact, finish
from monitor.settings import Settings
from monitor.store import files
from tests.app.shelf import everything, keep, pages, read_all, settings_in, shelf

ROOT = Path(__file__).parents[2]


def on_disk(settings: Settings) -> list[str]:
    return sorted(path.name for path in settings.evidence_dir.glob("*.warc*"))


# Each is a call that a compaction makes on its way; the process dies just before it, or just after.
CRASH = """
import asyncio, os, sys, traceback
from pathlib import Path
from monitor.app import compacting, compacting_swap
from monitor.edges import compacting as edge
from tests.app.shelf import settings_in, shelf

def dying(owner, name, at, when):
    real = getattr(owner, name)
    calls = [0]
    def call(*args, **more):
        calls[0] += 1
        if calls[0] == at and when == "before":
            os._exit(9)
        done = real(*args, **more)
        if calls[0] == at and when == "after":
            os._exit(9)
        return done
    setattr(owner, name, call)

async def main(folder):
    async with shelf(settings_in(Path(folder))) as ctx:
        await compacting.compact(ctx, dry_run=False, now=True)

PLACES = [(edge, "_verify", 1), (edge, "publish", 2), (os, "fsync", 1), (compacting_swap.Run, "take_away", 1),
          (Path, "unlink", 2)]
folders = iter(sys.argv[1:])
for owner, name, at in PLACES:
    for when in ("before", "after"):
        folder = next(folders)
        if (pid := os.fork()) == 0:
            try:
                dying(owner, name, at, when)
                asyncio.run(main(folder))
            except Exception:
                traceback.print_exc()
            os._exit(0)
        print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
"""
CRASHES = 10


@pytest.mark.slow
async def test_a_crash_at_any_step_loses_nothing(tmp_path: Path) -> None:
    """Everything can be read right after it, and after what it left behind was finished; the next run does the rest."""
    settings = settings_in(tmp_path / "archive")
    await keep(settings, [*pages("one.example", 8), *pages("two.example", 8)])
    await keep(settings, pages("one.example", 12)[8:])
    before = await everything(settings)
    folders = [tmp_path / f"crash{number}" for number in range(CRASHES)]
    for folder in folders:
        await asyncio.to_thread(shutil.copytree, settings.data_dir, folder)
    command = [sys.executable, "-c", _SMALL_PARTS + CRASH, *map(str, folders)]
    done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == ["9"] * CRASHES, done.stderr
    left = set()
    for folder in folders:
        crashed = settings_in(folder)
        left.add(_state(crashed))
        async with shelf(crashed) as ctx:
            assert await read_all(ctx) == before
            await finish(ctx)
            assert await read_all(ctx) == before
            assert set(on_disk(crashed)) == {one.name for one in await ctx.db.read(files.every)}
            assert await finish(ctx) == ()
            await compact(ctx, dry_run=False, now=True)
            assert await read_all(ctx) == before
        assert all(name.endswith(".warc.zst") for name in on_disk(crashed))
    assert len(left) >= 4, "the crashes were at different points"


_SMALL_PARTS = """
import functools, monitor.app.compacting as one
one.PartPolicy = functools.partial(one.PartPolicy, most=150_000, least=10_000)
"""


def _state(settings: Settings) -> tuple[int, int, int]:
    """Return how many originals, drafts and finished files there are."""
    names = on_disk(settings)
    return tuple(sum(name.endswith(end) for name in names) for end in (".gz", ".tmp", ".zst"))  # type: ignore[return-value]
