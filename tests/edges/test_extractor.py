"""Untrusted bytes are read in processes that can be killed, and a hostile page costs only its own reading."""

import asyncio
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Protocol

import pytest

from monitor.core.extraction import extract_article
from monitor.core.reading import read
from monitor.edges import extractor
from monitor.edges.extractor import WorkerPool
from monitor.interfaces import Extraction, ParsedFeed, ReadFailure, ReadRequest, Task
from monitor.model import Quality
from tests.core.newspages import SAMPLES
from tests.core.test_reading import FEED, LISTING, SITEMAP

REQUESTS = [ReadRequest(Task.ARTICLE, sample.url, sample.body, "text/html") for sample in SAMPLES]
# 850 KB in one tag: half a minute in C code, which nothing but killing the process ends. The angle brackets in quotes
# hide from the bounds how many attributes it has.
_HIDDEN = b" ".join((b'a%d="<"' if n % 200 == 0 else b"a%d=1") % n for n in range(95_000))
SPINNING = b"<html><body><div %s>x</div><p>Behind it stands a text of at least eight words.</p></body></html>" % _HIDDEN
HOSTILE = ReadRequest(Task.LISTING, "https://hostile.example/", SPINNING, "text/html")


class Pools(Protocol):
    """Make a pool that the test's end closes."""

    def __call__(self, workers: int = 2, deadline_s: float = 3.0, memory_bytes: int = 1 << 30) -> WorkerPool: ...


@pytest.fixture
async def pools() -> AsyncIterator[Pools]:
    """Make pools; by default two workers with 3 seconds for a page."""
    made: list[WorkerPool] = []

    def make(workers: int = 2, deadline_s: float = 3.0, memory_bytes: int = 1 << 30) -> WorkerPool:
        made.append(WorkerPool(workers, deadline_s, memory_bytes))
        return made[-1]

    yield make
    for pool in made:
        await pool.close()


@pytest.fixture
def pool(pools: Pools) -> WorkerPool:
    """Two workers with 3 seconds for a page."""
    return pools()


def alive(pid: int) -> bool:
    """Whether a process runs (one that waits to be reaped does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


async def gone(*pids: int) -> bool:
    """Wait up to 5 seconds until none of these processes runs."""
    for _ in range(100):
        if not any(alive(pid) for pid in pids):
            return True
        await asyncio.sleep(0.05)
    return False


async def busy(pid: int) -> None:
    """Wait until a process has used some CPU time beyond what it had."""
    before = ticks(pid)
    while ticks(pid) < before + 20:  # noqa: ASYNC110 - a process tells of no such event
        await asyncio.sleep(0.02)


def ticks(pid: int) -> int:
    """CPU time of a process in clock ticks."""
    return sum(int(field) for field in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13])


async def test_pages_read_the_same_in_any_process_and_order(pool: WorkerPool) -> None:
    """Twenty at once over two workers, forwards and backwards, as in this process; and none is left after close."""
    at_once = (REQUESTS * 2 + REQUESTS[::-1] * 2)[:20]
    assert len(at_once) == 20
    found = await asyncio.gather(*(pool.read(request) for request in at_once))
    pids = pool.pids()
    assert found == [extract_article(request) for request in at_once]
    assert len(pids) == 2
    await pool.close()
    assert await gone(*pids)
    assert pool.pids() == ()
    late = await pool.read(REQUESTS[0])
    assert isinstance(late, ReadFailure)


async def test_a_page_is_not_blamed_for_a_daemon_that_stood_still(pools: Pools) -> None:
    """Frozen for longer than the deadline, it takes the answer that came meanwhile."""
    pool = pools(workers=1, deadline_s=2.0)
    right = extract_article(REQUESTS[0])
    assert await pool.read(REQUESTS[0]) == right
    reading = asyncio.create_task(pool.read(REQUESTS[0]))
    await asyncio.sleep(0)
    time.sleep(3.0)  # noqa: ASYNC251  nothing of this process goes on
    assert await reading == right
    assert pool.retired == 0


async def test_a_page_that_spins_is_killed_at_the_deadline_while_others_are_read(pool: WorkerPool) -> None:
    """One worker is lost, the other goes on, and a new one takes the place."""
    await pool.read(REQUESTS[0])
    started = time.monotonic()
    spinning = asyncio.create_task(pool.read(HOSTILE))
    others = [await pool.read(request) for request in REQUESTS * 2]
    assert not spinning.done()
    assert all(isinstance(other, Extraction) for other in others)
    assert await spinning == ReadFailure("deadline", "not read within 3 s; cheaper mode: not read within 1 s")
    assert pool.kills("hostile.example") == 2
    assert time.monotonic() - started < 15
    assert all(isinstance(found, Extraction) for found in await asyncio.gather(*map(pool.read, REQUESTS)))


async def test_what_killed_a_worker_is_read_once_more_in_a_cheaper_way(pools: Pools) -> None:
    """An article without its attributes, marked as not to be compared; the next page of that host counts it out."""
    pool = pools(deadline_s=7.5)  # of which a third is for the cheaper way: a busy machine needs more than a second
    request = ReadRequest(Task.ARTICLE, "https://hostile.example/a", SPINNING, "text/html")
    found = await pool.read(request)
    assert isinstance(found, Extraction)
    assert "Behind it stands a text" in found.text
    assert (found.quality, found.extractor.split()[-1]) == (Quality.FAILED, "text=cheap")
    assert "cheaper" in (found.quality_reason or "")
    assert pool.kills("hostile.example") == 1
    await pool.read(ReadRequest(Task.ARTICLE, "https://hostile.example/b", REQUESTS[0].body, "text/html"))
    assert pool.kills("hostile.example") == 0


async def test_hosts_that_kill_leave_the_other_worker_free(pool: WorkerPool) -> None:
    """Many killers at once, of several hosts already known for it: others are read without waiting for them."""
    await asyncio.gather(*(pool.read(REQUESTS[n]) for n in range(2)))
    known = [ReadRequest(Task.LISTING, f"https://h{n}.example/", SPINNING, "text/html") for n in range(3)]
    for request in known:
        pool._quarantine.killed(f"h{request.url[9]}.example")
    killers = [asyncio.create_task(pool.read(request)) for request in known * 2]
    await asyncio.sleep(0.1)
    started = time.monotonic()
    for request in REQUESTS:
        assert isinstance(await pool.read(request), Extraction)
    assert time.monotonic() - started < 2.9  # less than one deadline
    assert not any(task.done() for task in killers)
    for task in killers:
        task.cancel()
    await asyncio.gather(*killers, return_exceptions=True)


async def test_a_worker_killed_from_outside_costs_one_reading(pools: Pools) -> None:
    """The reading fails as a crash that says how; the next works; signals to end politely are the parent's to send."""
    pool = pools(workers=1, deadline_s=30)
    assert isinstance(await pool.read(REQUESTS[0]), Extraction)
    (pid,) = pool.pids()
    os.kill(pid, signal.SIGTERM)
    os.kill(pid, signal.SIGINT)
    assert isinstance(await pool.read(REQUESTS[1]), Extraction)
    assert pool.pids() == (pid,)

    doomed = asyncio.create_task(pool.read(HOSTILE))
    await busy(pid)
    os.kill(pid, signal.SIGKILL)
    while pool.pids() in ((), (pid,)):  # noqa: ASYNC110 - the second try starts in a new worker
        await asyncio.sleep(0.02)
    (again,) = pool.pids()
    await busy(again)
    os.kill(again, signal.SIGKILL)
    killed = "worker killed by SIGKILL"
    assert await doomed == ReadFailure("crash", f"{killed}; cheaper mode: {killed}")
    assert isinstance(await pool.read(REQUESTS[2]), Extraction)

    (second,) = pool.pids()
    cancelled = asyncio.create_task(pool.read(HOSTILE))
    await busy(second)
    cancelled.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await cancelled
    assert await gone(pid, second)


async def test_what_a_reader_raises_is_a_failure_of_that_reading_only(pool: WorkerPool) -> None:
    """The worker lives on."""
    failed = await pool.read(ReadRequest(Task.ARTICLE, "no address", REQUESTS[0].body, "text/html"))
    pids = pool.pids()
    assert isinstance(failed, ReadFailure)
    assert failed.kind == "error"
    assert "UsageError" in failed.detail
    assert isinstance(await pool.read(REQUESTS[0]), Extraction)
    assert pool.pids() == pids


async def test_memory_is_bounded(pools: Pools) -> None:
    """A page that would take more than allowed costs the worker, only its start is read, and the next is read."""
    pool = pools(workers=1, deadline_s=30, memory_bytes=420 << 20)
    await pool.read(REQUESTS[0])
    (pid,) = pool.pids()
    found = await pool.read(ReadRequest(Task.LISTING, "https://bell.example/", LISTING + b"<i>x</i>" * 3_000_000))
    assert isinstance(found, ParsedFeed)
    assert len(found.items) == 8
    assert "since the whole killed its reader" in (found.problem or "")
    assert isinstance(await pool.read(REQUESTS[0]), Extraction)
    assert await gone(pid)


@pytest.mark.parametrize(
    ("program", "detail"),
    [
        ("import sys; sys.exit(9)", "exit code 9"),
        ("SEND(b'{\"ready\": []}'); ASKED(); SEND(b'cos\\nsystem\\n(S\"true\"\\ntR.')", "malformed answer"),
        ("SEND(b'{\"ready\": []}'); ASKED(); S.sendall(b'\\xff' * 8)", "malformed answer"),
        ("SEND(b'not ready')", "no worker"),
    ],
)
async def test_a_worker_that_answers_nonsense_is_a_crash(
    program: str, detail: str, pools: Pools, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever comes from a worker, it is checked data or a failure."""
    prelude = (
        "import socket, struct, time; S = socket.socket(fileno=0)\n"
        "def SEND(head): S.sendall(struct.pack('>II', len(head), 0) + head)\n"
        "def ASKED(): S.recv(1)\n"
    )
    code = f"{prelude}{program}\ntime.sleep(30)"
    monkeypatch.setattr(extractor, "_command", lambda _settings: (sys.executable, "-c", code))
    monkeypatch.setattr(extractor, "_LAST_WORDS_S", 0.2)
    pool = pools(workers=1)
    found = await pool.read(REQUESTS[0])
    assert isinstance(found, ReadFailure)
    assert found.kind == "crash"
    assert detail in found.detail
    assert pool.pids() == ()


async def test_a_program_that_is_not_there_is_a_crash(pool: WorkerPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not an exception."""
    monkeypatch.setattr(extractor, "_command", lambda _settings: ("/nonexistent/python",))
    found = await pool.read(REQUESTS[0])
    assert isinstance(found, ReadFailure)
    assert found.kind == "crash"


async def test_closing_ends_readings_under_way(pools: Pools) -> None:
    """As failures, at once."""
    pool = pools(workers=1, deadline_s=60)
    await pool.read(REQUESTS[0])
    (pid,) = pool.pids()
    doomed = [asyncio.create_task(pool.read(HOSTILE)) for _ in range(3)]
    await busy(pid)
    await asyncio.wait_for(pool.close(), timeout=5)
    assert [type(found) for found in await asyncio.gather(*doomed)] == [ReadFailure] * 3
    assert await gone(pid)


PARENT = """
import asyncio, sys
from monitor.edges.extractor import WorkerPool
from tests.edges.test_extractor import HOSTILE, REQUESTS

async def main():
    pool = WorkerPool(workers=2, deadline_s=60)
    spinning = asyncio.create_task(pool.read(HOSTILE))
    while len(pool.pids()) < 2:
        await pool.read(REQUESTS[0])
    print("pids", *pool.pids(), flush=True)
    await spinning

asyncio.run(main())
"""


async def test_no_worker_outlives_a_killed_parent() -> None:
    """Neither an idle one nor one that spins in C code."""
    parent = await asyncio.create_subprocess_exec(
        sys.executable, "-c", PARENT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert parent.stdout
    try:
        lines = [await parent.stdout.readline() for _ in range(3)]  # two of them are the log's
        pids = [int(pid) for line in lines if line.startswith(b"pids") for pid in line.split()[1:]]
        assert len(pids) == 2
        assert all(alive(pid) for pid in pids)
    finally:
        parent.kill()
        await parent.communicate()
    assert await gone(*pids)


CONFINED = """
import json, os, socket, sys, threading
from monitor.edges import confine

def tried(act):
    try:
        act()
        return "done"
    except OSError as error:
        return type(error).__name__

def write():
    with open(sys.argv[1] + "/written", "w") as file:
        file.write("x")

secret, port = sys.argv[1] + "/secret", int(sys.argv[2])
held = confine.renounce(1 << 30, [*sys.path, *confine.LIBRARIES])
import html.entities  # code can still be imported
print(json.dumps({
    "held": held,
    "read": tried(lambda: open(secret).close()),
    "write": tried(write),
    "connect": tried(lambda: socket.create_connection(("127.0.0.1", port)).close()),
    "datagram": tried(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM).close()),
    "unix": tried(lambda: socket.socket(socket.AF_UNIX).close()),
    "fork": tried(lambda: os.fork() or os._exit(0)),
    "program": tried(lambda: os.execv(sys.executable, [sys.executable, "-c", "print(1)"])),
    "thread": tried(lambda: threading.Thread(target=int).start()),
}))
"""


def test_a_confined_process_can_neither_read_nor_write_files_nor_connect(tmp_path: Path) -> None:
    """Where the kernel has Landlock; file writing ends anywhere."""
    (tmp_path / "secret").write_text("s")
    with socket.create_server(("127.0.0.1", 0)) as server:
        arguments = (sys.executable, "-c", CONFINED, str(tmp_path), str(server.getsockname()[1]))
        done = subprocess.run(arguments, capture_output=True, text=True, check=True, timeout=30)
    found = json.loads(done.stdout)
    assert {"no-new-privs", "rlimits"} <= set(found["held"])
    assert found["write"] != "done"
    version = max((int(name.removeprefix("landlock-")) for name in found["held"] if "landlock" in name), default=0)
    if version:
        assert found["read"] == "PermissionError"
    calls = "seccomp" in found["held"]
    assert found["connect"] == ("PermissionError" if calls or version >= 4 else "done")
    assert found["thread"] == "done"
    if calls:
        assert {found[name] for name in ("datagram", "unix", "fork", "program")} == {"PermissionError"}


def test_the_environment_of_a_worker_is_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials stay here; what is added is added."""
    monkeypatch.setenv("MONITOR_SECRET", "s")
    given = extractor._environment(extractor.WorkerSettings(1.0, 1, {"LD_PRELOAD": "x"}))
    assert "MONITOR_SECRET" not in given
    assert given["LD_PRELOAD"] == "x"
    assert given["PYTHONHASHSEED"] == "0"


async def test_every_task_is_read_in_a_worker_as_in_this_process(pool: WorkerPool) -> None:
    """Confinement takes nothing that a reader imports or looks up late."""
    bodies = {Task.FEED: FEED, Task.SITEMAP: SITEMAP, Task.LISTING: LISTING, Task.PAGE: LISTING}
    legacy = b"<rss version='2.0'><channel><title>x<item><title>y</title><link>/1</link><pubDate>5 novembre 2026"
    requests = [ReadRequest(task, "https://bell.example/x", body) for task, body in bodies.items()]
    requests.append(ReadRequest(Task.FEED, "https://bell.example/x", legacy, "text/xml; charset=windows-1256"))
    assert [await pool.read(request) for request in requests] == [read(request) for request in requests]


async def test_an_empty_page_is_a_reading_not_a_failure(pool: WorkerPool) -> None:
    """No bytes, and more bytes than a socket holds."""
    nothing = await pool.read(ReadRequest(Task.ARTICLE, "https://bell.example/", b""))
    much = await pool.read(ReadRequest(Task.ARTICLE, "https://bell.example/", b"<!--" + b"x" * 5_000_000 + b"-->"))
    assert isinstance(nothing, Extraction)
    assert isinstance(much, Extraction)
    assert (nothing.quality, much.quality) == (Quality.EMPTY, Quality.EMPTY)
