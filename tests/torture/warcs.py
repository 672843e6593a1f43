"""Read evidence files with three readers, and hold each record against its capture."""

import base64
import gzip
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastwarc import ArchiveIterator as FastWarc
from warcio.archiveiterator import ArchiveIterator as WarcIo

from monitor.edges import warc_zstd
from monitor.edges.warc_reader import records_of, split_http
from monitor.errors import EvidenceError


@dataclass(frozen=True, slots=True)
class Record:
    """A record as it lies in its file."""

    file: str
    offset: int
    length: int
    id: str
    kind: str
    url: str
    raw: bytes
    block: bytes


@dataclass(frozen=True, slots=True)
class Captured:
    """A row of `capture`."""

    id: int
    file: str
    offset: int
    length: int
    record_id: str
    kind: str
    url: str
    digest: str
    sha256: str
    record_sha256: str | None
    status: int | None
    revision: int | None


def read_files(folder: Path, *, judges: bool) -> tuple[list[Record], list[str]]:
    """Read every file of a folder to its end; return the records, and what is wrong."""
    records: list[Record] = []
    faults: list[str] = []
    for path in sorted(folder.glob("*.warc*")) if folder.exists() else ():
        try:
            own = list(_records(path))
            records += own
            faults += _disagreements(path, [record.id for record in own]) if judges else ()
        except (EvidenceError, ValueError, OSError) as error:
            faults.append(f"unreadable: {path.name}: {error}")
    return records, faults


def _records(path: Path) -> Iterator[Record]:
    read = warc_zstd.records_of if path.name.endswith(".zst") else records_of
    for one in read(path):
        record_id, url = one.header("WARC-Record-ID") or "", one.header("WARC-Target-URI") or ""
        yield Record(path.name, one.offset, one.length, record_id, one.kind, url, one.raw, one.block)


def _disagreements(path: Path, own: list[str]) -> Iterator[str]:
    """Yield where warcio or fastwarc read other records of a file than we do, or find a digest wrong."""
    readers = (_by_fastwarc,) if path.name.endswith(".zst") else (_by_fastwarc, _by_warcio)  # which reads no zstd
    for read in readers:
        theirs, wrong = [], 0
        for record_id, is_right in read(path):
            theirs.append(record_id)
            wrong += not is_right
        if theirs != own or wrong:
            yield f"unreadable: {path.name}: {read.__name__}: {len(theirs)} of {len(own)} records, {wrong} wrong"


def _by_warcio(path: Path) -> Iterator[tuple[str, bool]]:
    with path.open("rb") as stream:
        for record in WarcIo(stream, check_digests=True):
            record.content_stream().read()
            yield record.rec_headers.get_header("WARC-Record-ID"), record.digest_checker.passed is not False


def _by_fastwarc(path: Path) -> Iterator[tuple[str, bool]]:
    with path.open("rb") as stream:
        for record in FastWarc(stream, parse_http=False):
            yield record.record_id or "", not record.headers.get("WARC-Block-Digest") or record.verify_block_digest()


def wrong_with(one: Captured, record: Record | None, served: Mapping[str, set[bytes]] | None) -> Iterator[str]:
    """Yield what a capture says that its record does not; `served` are the digests of all bodies by URL."""
    name = partial("capture {} ({} at {}): {}".format, one.id, one.file, one.offset)
    if record is None:
        yield name("there is no record")
        return
    told = (record.length, record.id, record.kind, record.url)
    if told != (one.length, one.record_id, one.kind, one.url):
        yield name(f"another record: {told}")
    if one.record_sha256 and one.record_sha256 != hashlib.sha256(record.raw).hexdigest():
        yield name("other bytes: its record_sha256 is wrong")
    if one.kind == "response":
        yield from map(name, _wrong_body(one, record, served))


def _wrong_body(one: Captured, record: Record, served: Mapping[str, set[bytes]] | None) -> Iterator[str]:
    _, headers, body = split_http(record.block)
    sha1 = hashlib.sha1(body).digest()
    if one.digest != "sha1:" + base64.b32encode(sha1).decode():
        yield "its payload digest is wrong"
    coded = Counter(value for key, value in headers if key.lower() == b"content-encoding")
    decoded = gzip.decompress(body) if coded[b"gzip"] else body
    if one.sha256 != hashlib.sha256(decoded).hexdigest():
        yield "its sha256 is not that of the body"
    if served is not None and sha1 not in served.get(one.url, ()):
        yield f"a body that was never served at {one.url}"
