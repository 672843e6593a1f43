"""Measure exports: `python -m benchmarks.export [--documents N,M]`.

Prints, for each form and each size of archive, rows a second and the most memory that its process had, which is one of
its own. Documents have a text of 400 words or so, a tenth of them a second one, and an entry and two captures each.
Plain texts are left out: how fast these are is up to the file system. The aim is that memory does not grow with the
archive: at most a quarter more for ten times as many documents.
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from sqlalchemy import Connection, insert

from benchmarks.aims import state
from monitor import load_settings, open_archive
from monitor.model import Capture, ChangeKind, DocumentState, Origin
from monitor.store.database import Database
from monitor.store.schema import capture, change, document, entry, evidence_file, fetch, host, revision, source
from monitor.store.types import columns_of
from monitor.telling_answers import TableFormat

SIZES = (2_000, 20_000)
WORDS = 400
BATCH = 1_000
GROWTH = 1.25
AT = datetime(2026, 11, 16, 6, tzinfo=UTC)
FILES = {
    TableFormat.JSONL: "a.jsonl",
    TableFormat.CSV: "a.csv",
    TableFormat.PARQUET: "a.parquet",
    TableFormat.DIFFS: "a.diff",
    TableFormat.ATOM: "a.atom",
}


def main() -> None:
    """Print the table, or with --one write one file and tell of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--documents", default=",".join(map(str, SIZES)))
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(json.dumps(asyncio.run(_write(Path(arguments.one[0]), TableFormat(arguments.one[1])))))
        return
    sizes = tuple(int(one) for one in arguments.documents.split(","))
    print(f"{'form':10}{'documents':>11}{'rows':>9}{'rows/s':>9}{'MB':>8}{'most MiB':>10}")
    memory = {form: [_measured(form, size) for size in sizes] for form in FILES}
    growth = {form: found[-1] / found[0] for form, found in memory.items()}
    worst = max(growth, key=lambda form: growth[form])
    what = f"memory from {sizes[0]:,} to {sizes[-1]:,} documents, worst ({worst})"
    state(what, f"{growth[worst]:.2f} times", f"at most {GROWTH} times", growth[worst] <= GROWTH)


_MADE: dict[int, tempfile.TemporaryDirectory[str]] = {}


def _measured(form: TableFormat, size: int) -> float:
    """Write one form of one archive, print its line, and return the most memory in MiB."""
    if size not in _MADE:
        _MADE[size] = tempfile.TemporaryDirectory(prefix="monitor-export-")
        _make(Path(_MADE[size].name), size)
    command = [sys.executable, "-m", "benchmarks.export", "--one", _MADE[size].name, form.value]
    told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    rate, size_mb = told["rows"] / told["seconds"], told["bytes"] / 1e6
    print(f"{form:10}{size:11,}{told['rows']:9,}{rate:9,.0f}{size_mb:8.1f}{told['mib']:10.0f}", flush=True)
    return float(told["mib"])


async def _write(folder: Path, form: TableFormat) -> dict[str, float]:
    settings = load_settings(None, {"data_dir": str(folder)})
    with tempfile.TemporaryDirectory(prefix="monitor-exported-") as out:
        async with open_archive(settings) as archive:
            began = time.perf_counter()
            report = await archive.exports.write(form, Path(out) / FILES[form])
            seconds = time.perf_counter() - began
    return {"rows": report.rows, "bytes": report.bytes, "seconds": seconds, "mib": _most_memory()}


def _most_memory() -> float:
    """Return the most MiB that this process had; what getrusage tells begins with what its parent had."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


def _make(folder: Path, count: int) -> None:
    db = Database.open(f"sqlite:///{folder / 'archive.db'}")
    with db._writer.begin() as conn:
        conn.execute(insert(host), [{"name": "news.example"}])
        conn.execute(insert(evidence_file), [{"name": "one.warc.gz", "committed_length": 0}])
        values = {"url": "https://news.example/feed", "kind": "feed", "host": "news.example", "state": "active"}
        lists = dict.fromkeys(("tags", "include", "exclude", "headers", "skip_hours", "skip_days"), ())
        conn.execute(insert(source), [{**values, **lists, "verified": True, "added_at": AT}])
        for start in range(0, count, BATCH):
            _add(conn, range(start + 1, min(start + BATCH, count) + 1))
    db.close()


def _add(conn: Connection, numbers: range) -> None:
    randomly = Random(numbers.start)
    texts = {number: " ".join(_words(randomly)) for number in numbers}
    revisions = [_revision(number, 1, text) for number, text in texts.items()]
    edited = [number for number in numbers if number % 10 == 0]
    revisions += [_revision(number, 2, texts[number] + "\nAnd one line more.") for number in edited]
    conn.execute(insert(document), [_document(number, 2 if number % 10 == 0 else 1) for number in numbers])
    conn.execute(insert(revision), revisions)
    conn.execute(insert(entry), [_entry(number) for number in numbers])
    conn.execute(insert(fetch), [_fetch(number) for number in numbers])
    conn.execute(insert(capture), [_capture(number, at) for number in numbers for at in range(2)])
    if edited:
        conn.execute(insert(change), [_change(number) for number in edited])


def _words(randomly: Random) -> Iterator[str]:
    for number in range(WORDS):
        yield f"{randomly.choice(('ferry', 'market', 'harbour', 'council', 'أخبار'))}{randomly.randrange(500)}"
        if number % 60 == 59:
            yield "\n"


def _document(number: int, revisions: int) -> dict[str, object]:
    return {
        "id": number,
        "origin": Origin.WEB,
        "state": DocumentState.LIVE,
        "first_seen_at": AT + timedelta(seconds=number),
        "url": f"https://news.example/{number}",
        "host": "news.example",
        "outlet": "news.example",
        "title": f"Article {number}",
        "source_id": 1,
        "revision_id": number * 2 + revisions - 2,
        "revision_count": revisions,
    }


def _revision(of: int, number: int, text: str) -> dict[str, object]:
    return {
        "id": of * 2 + number - 2,
        "document_id": of,
        "number": number,
        "origin": Origin.WEB,
        "title": f"Article {of}",
        "text": text,
        "text_sha256": f"{of:064x}",
        "fingerprint": f"{number:04x}{of:060x}",
        "first_seen_at": AT,
        "last_seen_at": AT,
        "word_count": WORDS,
        "asides": (),
    }


def _entry(number: int) -> dict[str, object]:
    url = f"https://news.example/{number}"
    return {"source_id": 1, "key": url, "url": url, "first_seen_at": AT, "last_seen_at": AT, "document_id": number}


def _fetch(number: int) -> dict[str, object]:
    values = {"url": f"https://news.example/{number}", "outcome": "ok", "started_at": AT, "document_id": number}
    return {"id": number, "elapsed_ms": 100, "raw_bytes": 1000, **values}


def _capture(number: int, at: int) -> dict[str, object]:
    one = Capture(
        file="one.warc.gz",
        offset=number * 1000 + at,
        length=1000,
        record_id=f"<urn:uuid:{number:08}-{at}>",
        record_type="response",
        url=f"https://news.example/{number}",
        captured_at=AT,
        digest="sha1:" + "A" * 32,
        sha256=f"{number:064x}",
        fetch_id=number,
        document_id=number,
    )
    return columns_of(one)


def _change(number: int) -> dict[str, object]:
    sizes = {"words_added": 4, "words_removed": 0, "significance": 0.3, "reason": "a line more"}
    return {"kind": ChangeKind.BODY, "at": AT, "document_id": number, "from_revision": 1, "to_revision": 2, **sizes}


if __name__ == "__main__":
    main()
