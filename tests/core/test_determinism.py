"""The same bytes give the same extraction: in any process, with any hash seed, in any order."""

import asyncio
import json
import subprocess
import sys
from datetime import UTC, datetime
from os import environ
from pathlib import Path
from urllib.parse import urlsplit

from monitor.core.extraction import extract_article
from monitor.edges.extractor import WorkerPool
from monitor.interfaces import ReadRequest, Task
from monitor.model import Quality
from tests.newsroom.library import open_desks
from tests.newsroom.replies import Asked

AT = datetime(2026, 11, 19, 12, tzinfo=UTC)
HINTS = (
    ("feed_title", "x"),
    ("outlet", "Diario"),
    ("title_rest", "| Diario"),
    ("title_rest", ":: x"),
    ("mode", "wide"),
)


def requests() -> list[ReadRequest]:
    """Every article of the newsroom as it stands at a time, some with hints."""
    asked = [
        (story.url, desk.reply(_asked(story.url, load), AT))
        for desk in open_desks()
        for load, story in enumerate(desk.stories)
    ]
    return [
        ReadRequest(Task.ARTICLE, url, reply.body, reply.headers.get("Content-Type"), AT, HINTS if number % 2 else ())
        for number, (url, reply) in enumerate(asked)
        if reply.status == 200
    ]


def _asked(url: str, load: int) -> Asked:
    parts = urlsplit(url)
    return Asked(parts.scheme, parts.netloc, parts.path, {}, load)


def extracted(backwards: bool) -> dict[str, str]:
    """What is read of every page, by its URL, as text that can be compared between processes."""
    asked = requests()
    return {one.url: repr(extract_article(one)) for one in (reversed(asked) if backwards else asked)}


def elsewhere(seed: int, backwards: bool) -> dict[str, str]:
    """The same in a process of its own."""
    code = f"import json; from tests.core.test_determinism import extracted; print(json.dumps(extracted({backwards})))"
    env = environ | {"PYTHONHASHSEED": str(seed), "PYTHONUTF8": "1"}
    root = Path(__file__).parents[2]
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, env=env, cwd=root)
    told: dict[str, str] = json.loads(ran.stdout)
    return told


async def in_workers() -> dict[str, str]:
    """The same in the program's own workers, two at a time."""
    asked, pool = requests(), WorkerPool(2)
    try:
        return {
            one.url: repr(reading)
            for one, reading in zip(asked, await asyncio.gather(*map(pool.read, asked)), strict=True)
        }
    finally:
        await pool.close()


async def test_every_page_of_the_newsroom_reads_the_same_everywhere() -> None:
    """Two hash seeds, both orders, two workers at once; nothing is compared in vain."""
    here = extracted(backwards=False)
    assert len(here) > 50
    assert sum(f"{Quality.COMPLETE!r}" in told for told in here.values()) > 0.9 * len(here)
    processes = (asyncio.to_thread(elsewhere, seed, backwards=bool(seed % 2)) for seed in (1, 2))
    first, second, third = await asyncio.gather(*processes, in_workers())
    assert first == here
    assert second == here
    assert third == here
