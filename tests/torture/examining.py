"""Look at an archive as a stranger would: its database, its files, every record and capture, and all that was said."""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from tests.torture.press import Press
from tests.torture.said import Word
from tests.torture.warcs import Captured, Record, read_files, wrong_with


@dataclass(frozen=True, slots=True)
class Look:
    """What was found: how much there is of everything, what is wrong, and records that the database does not know."""

    counts: Counter[str] = field(default_factory=Counter)
    faults: tuple[str, ...] = ()
    strays: tuple[Record, ...] = ()


def examine(data: Path, words: Sequence[Word] = (), press: Press | None = None, *, judges: bool = True) -> Look:
    """Look at the archive in a folder that nobody has open; `words` were acknowledged, `press` knows what it served.

    With `judges` warcio and fastwarc read every file too.
    """
    counts: Counter[str] = Counter()
    records, faults = read_files(data / "evidence", judges=judges)
    path = data / "archive.db"
    with closing(sqlite3.connect(f"file:{path}?mode=rw", uri=True)) as conn:
        faults += _wrong_database(conn)
        captures = [Captured(*row) for row in conn.execute(_CAPTURES)]
        faults += _wrong_files(conn, data / "evidence")
        faults += _repeats(conn, records)
        faults += _behind(conn, captures)
        faults += _unkept(conn, words)
        for name in ("capture", "revision", "change", "document", "fetch", "evidence_file"):
            counts[name] = conn.execute(f"SELECT count(*) FROM {name}").fetchone()[0]
        counts["redacted"] = conn.execute(f"SELECT count(*) FROM {_REDACTED}").fetchone()[0]
        faults += _unredacted(conn, records)
        counts["torn copy"] = sum(1 for _ in _torn_copies(conn, data / "corpus" / "new"))
    by_place = {(record.file, record.offset): record for record in records}
    for one in captures:
        faults += wrong_with(one, by_place.get((one.file, one.offset)), press.served if press else None)
    counts["record"], counts["word"] = len(records), len(words)
    counts["revisit"] = sum(one.kind == "revisit" for one in captures)
    known = {(one.file, one.offset) for one in captures}
    strays = (one for one in records if one.kind in ("response", "revisit") and (one.file, one.offset) not in known)
    return Look(counts, tuple(faults), tuple(strays))


_CAPTURES = (
    'SELECT id, file, "offset", length, record_id, record_type, url, digest, sha256, record_sha256, status,'
    " revision_id FROM capture WHERE removed_at IS NULL"
)


def _wrong_database(conn: sqlite3.Connection) -> list[str]:
    faults = [f"integrity: {row[0]}" for row in conn.execute("PRAGMA integrity_check") if row[0] != "ok"]
    faults += [f"foreign key: {row}" for row in conn.execute("PRAGMA foreign_key_check")]
    unfound = f"SELECT count(*) FROM ({_TEXTS}) WHERE id NOT IN (SELECT id FROM revision_search_docsize)"
    if (missing := conn.execute(unfound).fetchone()[0]) > 0:
        faults.append(f"{missing} revisions are not in the full-text index")
    holding = "SELECT name FROM host WHERE lease_owner IS NOT NULL"
    return faults + [f"host {name} is still held" for (name,) in conn.execute(holding)]


def _wrong_files(conn: sqlite3.Connection, folder: Path) -> Iterator[str]:
    """Yield files that are not closed, shorter than the database says, or missing."""
    there = {path.name: path.stat().st_size for path in folder.glob("*.warc*")} if folder.exists() else {}
    yield from (f"{name} is no closed file" for name in there if not name.endswith((".warc.gz", ".warc.zst")))
    for name, length in conn.execute("SELECT name, committed_length FROM evidence_file WHERE removed_at IS NULL"):
        if there.get(name, -1) < length:
            yield f"{name} has {there.get(name)} of {length} bytes"


def _repeats(conn: sqlite3.Connection, records: Iterable[Record]) -> Iterator[str]:
    """Yield what is stored twice: a record, a capture, a text of a document, an entry, a change."""
    ids = Counter(record.id for record in records)
    yield from (f"the record {one} is there {count} times" for one, count in ids.items() if count > 1)
    for table, columns in _UNIQUE.items():
        twice = f"SELECT {columns}, count(*) FROM {table} GROUP BY {columns} HAVING count(*) > 1"
        yield from (f"{table}: {row[-1]} times {row[:-1]}" for row in conn.execute(twice))


_UNIQUE = {
    "capture": "record_id",
    "revision": "document_id, fingerprint",
    "entry": "source_id, key",
    "change": "document_id, kind, at, from_revision, to_revision",
    "document": "url",
    "fetch": "url, started_at",
}


# Of what was redacted nothing is to be there.
_REDACTED = "(SELECT id FROM document WHERE state = 'redacted')"
_TEXTS = f"SELECT id, title FROM revision WHERE origin = 'web' AND document_id NOT IN {_REDACTED}"


def _behind(conn: sqlite3.Connection, captures: Iterable[Captured]) -> Iterator[str]:
    """Yield texts of pages without a capture that holds their bytes."""
    proven = {one.revision for one in captures if one.revision is not None}
    for number, title in conn.execute(_TEXTS):
        if number not in proven:
            yield f"revision {number} ({title}) has no capture"


def _unkept(conn: sqlite3.Connection, words: Iterable[Word]) -> Iterator[str]:
    """Yield what was acknowledged and is not there."""
    texts = set(conn.execute("SELECT document_id, title FROM revision"))
    kinds = Counter(row[0] for row in conn.execute("SELECT document_id FROM change"))
    told: Counter[int] = Counter()
    redacted = {row[0] for row in conn.execute(_REDACTED.strip("()"))}
    for word in words:
        if word.document not in redacted and (word.document, word.title) not in texts:
            yield f"LOST: {word.event} of document {word.document}: {word.title}"
        if word.event == "change.recorded":
            told[word.document] += 1
    for document, count in told.items():
        if kinds[document] < count and document not in redacted:
            yield f"LOST: {count} changes of document {document} were told, {kinds[document]} are there"


def _torn_copies(conn: sqlite3.Connection, folder: Path) -> Iterator[int]:
    """Yield the numbers of texts whose plain file should be there and is not, or not whole; it can be made again."""
    whole = {path.name[:16].partition("_")[0] for path in folder.glob("*.txt") if path.read_bytes().endswith(b">\n")}
    mirrored = "SELECT mirror_number FROM document WHERE mirrored_revision_id IS NOT NULL AND url IS NOT NULL"
    yield from (number for (number,) in conn.execute(mirrored) if f"{number:03d}" not in whole)


def _unredacted(conn: sqlite3.Connection, records: Iterable[Record]) -> Iterator[str]:
    """Yield records of what was redacted."""
    gone = {row[0] for row in conn.execute("SELECT url FROM document WHERE state = 'redacted'")}
    yield from (f"redacted, and there: {one.file} at {one.offset}: {one.url}" for one in records if one.url in gone)
