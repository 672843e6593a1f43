"""Write an evidence file anew without some of its records, and take the old one away.

Records that stay are copied as they are, compressed (those of a `.warc.zst` become gzip members: its dictionary was
made of pages, and of those that go as well). What belongs to a record that goes, goes with it: its request, metadata of
it, and redirects on its way that no row tells of.
"""

import fcntl
import hashlib
import os
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from monitor.edges.warc_files import sync_directory
from monitor.edges.warc_reader import RawRecord, split_http
from monitor.edges.warc_records import gzip_member
from monitor.edges.warc_walk import Torn, Walk
from monitor.errors import EvidenceError

DRAFT_SUFFIX = ".new"
_NAME = re.compile(r"(?P<stem>.*?)(?:-r(?P<number>\d+))?\.warc\.(?:gz|zst)")


@dataclass(frozen=True, slots=True)
class Removals:
    """What goes from a file: the offsets of records. `known` are the offsets of all that rows tell of.

    With `at_any_price` damage does not hinder it: a stretch that cannot be read goes where it may hold what has to go.
    """

    offsets: frozenset[int]
    known: frozenset[int]
    at_any_price: bool = False


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file written anew: its length in bytes, the SHA-256 of them, and where records lie now.

    `places` maps an old offset to the new one and the length there, 0 for what was copied unread; `torn` says that
    there is such.
    """

    name: str
    length: int
    sha256: str
    places: dict[int, tuple[int, int]]
    torn: bool = False


@contextmanager
def alone(directory: Path) -> Iterator[None]:
    """Keep other processes from writing files of this directory anew meanwhile. Raises BlockingIOError.

    The lock is on the directory, and goes with the process. Appending to files takes no part in it.
    """
    fd = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(fd)


def next_name(name: str) -> str:
    """Return the name of a file written anew: `a.warc.gz` becomes `a-r1.warc.gz`, and that `a-r2.warc.gz`."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise EvidenceError(f"{name} is no name of an evidence file")
    return f"{found['stem']}-r{int(found['number'] or 0) + 1}.warc.gz"


def rewrite(directory: Path, name: str, new: str, removals: Removals) -> Rewritten:
    """Write `new` as `name` without what goes, verified and synced under its final name; the old file stays.

    To be called again after a crash: a draft, or a `new` that nobody has heard of, is written over. Raises
    EvidenceError where the file is damaged, unless it has to be done at any price, and where what was written does not
    read as what was to be kept.
    """
    draft = directory / (new + DRAFT_SUFFIX)
    try:
        with draft.open("wb") as out:
            copied = _copy(directory / name, out, removals)
            out.flush()
            os.fsync(out.fileno())
        done = _verified(draft, new, copied)
        draft.rename(directory / new)
        sync_directory(directory)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise EvidenceError(f"{name} cannot be written anew: {error.strerror}", hint="check the free space") from error
    except EvidenceError:
        draft.unlink(missing_ok=True)
        raise
    return done


@dataclass
class _Copied:
    """What was copied: places by old offset, and the SHA-256 of each record that was, None for a torn stretch."""

    places: dict[int, tuple[int, int]] = field(default_factory=dict)
    hashes: list[str] = field(default_factory=list)
    torn: bool = False


def _copy(path: Path, out: BinaryIO, removals: Removals) -> _Copied:
    gone = _belonging(path, removals)
    done = _Copied()
    with Walk(path) as walk, path.open("rb") as source:
        plain = path.name.endswith(".gz")
        for one in walk.records():
            if isinstance(one, Torn):
                _copy_torn(source, out, one, removals, gone, done, plain=plain)
            elif one.offset not in gone:
                start = out.tell()
                out.write(_bytes(source, one.offset, one.length) if plain else gzip_member(one.raw))
                done.places[one.offset] = (start, out.tell() - start)
                done.hashes.append(hashlib.sha256(one.raw).hexdigest())
    return done


def _copy_torn(
    source: BinaryIO,
    out: BinaryIO,
    torn: Torn,
    removals: Removals,
    gone: Collection[int],
    done: _Copied,
    *,
    plain: bool,
) -> None:
    """Copy a stretch that cannot be read, unless it may hold what goes: that itself, or the request before it."""
    if not removals.at_any_price:
        raise EvidenceError(
            f"{Path(source.name).name} is damaged at byte {torn.offset} and was left as it is", hint="monitor verify"
        )
    if not plain or torn.until in gone or any(torn.offset <= one < torn.until for one in removals.offsets):
        return
    start = out.tell()
    out.write(_bytes(source, torn.offset, torn.until - torn.offset))
    done.places |= {one: (start + one - torn.offset, 0) for one in removals.known if torn.offset <= one < torn.until}
    done.torn = True


def _bytes(source: BinaryIO, offset: int, length: int) -> bytes:
    return os.pread(source.fileno(), length, offset)


def _belonging(path: Path, removals: Removals) -> frozenset[int]:
    """Return the offsets of all that goes: what was named, and what belongs to it."""
    by_id: dict[str, int] = {}
    told: dict[int, set[str]] = {}  # which records a record says it belongs to
    gone, since = set(removals.offsets), list[int]()
    with Walk(path) as walk:
        for one in walk.records():
            if isinstance(one, Torn):
                continue
            by_id[one.header("WARC-Record-ID") or ""] = one.offset
            told[one.offset] = _told(one)
            if one.offset in gone:
                gone.update(since)
            if one.offset in removals.known:
                since = []
            elif _is_redirect(one):
                since.append(one.offset)
    named = {by_id[record] for offset in gone if offset in told for record in told[offset] if record in by_id}
    gone |= named - removals.known
    ids = {record for record, offset in by_id.items() if offset in gone}
    with_them = {offset for offset, of in told.items() if offset not in removals.known and not ids.isdisjoint(of)}
    return frozenset(gone | with_them)


def _told(record: RawRecord) -> set[str]:
    names = {"warc-concurrent-to"} if record.kind == "revisit" else {"warc-concurrent-to", "warc-refers-to"}
    return {value for name, value in record.headers if name.lower() in names}


def _is_redirect(record: RawRecord) -> bool:
    status = split_http(record.block)[0].split(b" ")[1:2]
    return record.kind == "response" and bool(status) and status[0].startswith(b"30")


def _verified(draft: Path, new: str, copied: _Copied) -> Rewritten:
    """Read what was written again, and compare every record with the one that it was."""
    with Walk(draft) as walk:
        read = [hashlib.sha256(one.raw).hexdigest() for one in walk.records() if isinstance(one, RawRecord)]
    if read != copied.hashes:
        raise EvidenceError(f"{new} does not read as what was written to it", hint="check the disk")
    return Rewritten(new, draft.stat().st_size, walk.sha256, copied.places, copied.torn)


def take_away(directory: Path, name: str) -> bool:
    """Unlink a file for good; False where it is not there. Raises EvidenceError."""
    if Path(name).name != name:
        raise EvidenceError(f"{name} is no name of an evidence file")
    try:
        (directory / name).unlink()
        sync_directory(directory)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise EvidenceError(f"{name} cannot be removed: {error.strerror}") from error
    return True
