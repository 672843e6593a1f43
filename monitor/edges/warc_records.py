"""WARC/1.1 records of what crossed the wire, made and read back.

One gzip member each, with SHA-1 digests in base32, as the ecosystem indexes them. The HTTP head is the bytes received
(warcio would percent-encode those that are not ASCII). The body keeps its content coding and is without its transfer
coding, as the fetcher received it; so `Transfer-Encoding` is stored under the name `X-Archive-Orig-Transfer-Encoding`,
or readers would look for chunks.
"""

import hashlib
import os
import random
import zlib
from base64 import b32encode
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from uuid import UUID

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeadersParserException

from monitor.errors import EvidenceError
from monitor.interfaces import Earlier, Hop, Kept

VERSION = "WARC/1.1"
_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_RENAMED = {b"transfer-encoding": b"X-Archive-Orig-Transfer-Encoding"}
_BROKEN = (ArchiveLoadFailed, StatusAndHeadersParserException, StopIteration, EOFError, zlib.error, ValueError)

_END = b"\r\n\r\n"
_SMALL = 4096
# Of a page of 171 KB the best level makes 0.6 % less in twice the time (23.0 KB in 3.5 ms, 23.2 KB in 1.8 ms); the next
# one down makes 3 % more. What a server sent compressed takes 0.3 ms at any level.
_LEVEL = 6
# Ids must be new, not secret. The system's randomness costs a system call each, and a turn at the interpreter.
_IDS = random.Random()
os.register_at_fork(after_in_child=_IDS.seed)

Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """Records ready to be appended: their bytes, and the place of the last response, its offset from their start."""

    data: bytes
    kept: Kept


def payload_digest(body: bytes) -> str:
    """Return the digest of a body as stored: `sha1:` and base32."""
    return _digest(body)


def _digest(*parts: bytes) -> str:
    sha1 = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        sha1.update(part)
    return "sha1:" + b32encode(sha1.digest()).decode()


def warcinfo(file: str, at: datetime, software: str, contact: str | None) -> bytes:
    """Return the record that begins a file."""
    fields = {"software": software, "format": "WARC File Format 1.1", "conformsTo": _CONFORMS_TO, "operator": contact}
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value).encode()
    headers = {"WARC-Filename": file}
    return _record("warcinfo", new_id(), at, headers, b"", block, "application/warc-fields")


def batch(file: str, hops: Iterable[Hop], earlier: Earlier | None) -> Batch:
    """Return the records of a fetch: for each hop its request, then its response, the last one's at the very end.

    With `earlier` of the same payload the last response is a revisit; one of another payload is written in full, so
    that no byte is lost to a mistaken caller.
    """
    *before, last = hops
    out = BytesIO()
    for hop in before:
        _write_hop(out, hop, None)
    offset, kind, record_id, digest = _write_hop(out, last, earlier)
    length = out.tell() - offset
    return Batch(out.getvalue(), Kept(file, offset, length, record_id, kind, digest, last.started_at))


def _write_hop(out: BytesIO, hop: Hop, earlier: Earlier | None) -> tuple[int, str, str, str]:
    """Write the records of a hop; return the place, the kind, the id and the payload digest of its response."""
    record_id, digest = new_id(), payload_digest(hop.raw_body)
    common = {"WARC-Target-URI": hop.url} | ({"WARC-IP-Address": hop.ip} if hop.ip else {})
    request = common | {"WARC-Concurrent-To": record_id}
    head = _head(hop.request_line, hop.request_headers)
    out.write(_record("request", new_id(), hop.started_at, request, head, b"", "application/http; msgtype=request"))
    offset = out.tell()
    if earlier is not None and hop.status == 304:
        out.write(_not_modified(record_id, hop, common, earlier))
    elif earlier is not None and earlier.digest == digest:
        out.write(_same_payload(record_id, hop, common, earlier))
    else:
        out.write(_response(record_id, hop, common, digest))
        return offset, "response", record_id, digest
    return offset, "revisit", record_id, earlier.digest


def _response(record_id: str, hop: Hop, common: Mapping[str, str], digest: str) -> bytes:
    cut = {"WARC-Truncated": hop.truncated} if hop.truncated else {}
    headers = dict(common) | cut | {"WARC-Payload-Digest": digest}
    head = _head(hop.status_line, _stored(hop.headers))
    return _record("response", record_id, hop.started_at, headers, head, hop.raw_body, _RESPONSE)


def _same_payload(record_id: str, hop: Hop, common: Mapping[str, str], earlier: Earlier) -> bytes:
    """WARC/1.1 6.7.2: the head without the body, which is marked as cut for length."""
    headers = dict(common) | _refers_to(_SAME_PAYLOAD, earlier) | {"WARC-Truncated": "length"}
    head = _head(hop.status_line, _stored(hop.headers))
    return _record("revisit", record_id, hop.started_at, headers, head, b"", _RESPONSE)


def _not_modified(record_id: str, hop: Hop, common: Mapping[str, str], earlier: Earlier) -> bytes:
    """WARC/1.1 6.7.3, without a block: with the head of a 304, pywb 2.10 replays an empty page."""
    return _record("revisit", record_id, hop.started_at, dict(common) | _refers_to(_NOT_MODIFIED, earlier), b"", b"")


def _refers_to(profile: str, earlier: Earlier) -> dict[str, str]:
    return {
        "WARC-Profile": profile,
        "WARC-Refers-To": earlier.record_id,
        "WARC-Refers-To-Target-URI": earlier.url,
        "WARC-Refers-To-Date": warc_date(earlier.captured_at),
        "WARC-Payload-Digest": earlier.digest,
    }


_RESPONSE = "application/http; msgtype=response"


def _record(
    kind: str,
    record_id: str,
    at: datetime,
    headers: Mapping[str, str],
    head: bytes,
    body: bytes,
    content_type: str | None = None,
) -> bytes:
    """Return a record with the lines, in the order, that warcio writes; its own writer takes six times as long."""
    named = {"WARC-Type": kind, "WARC-Record-ID": record_id, "WARC-Date": warc_date(at)} | dict(headers)
    if kind == "request":
        named["WARC-Payload-Digest"] = payload_digest(body)
    named["WARC-Block-Digest"] = _digest(head, body)
    if content_type is not None:
        named["Content-Type"] = content_type
    named["Content-Length"] = str(len(head) + len(body))
    lines = [VERSION, *(f"{name}: {value}" for name, value in named.items()), "", ""]
    return _member("\r\n".join(lines).encode() + head, body)


def _member(head: bytes, body: bytes) -> bytes:
    """Return a gzip member. A small one is made with a small window: a large one costs 50 microseconds to set up."""
    small = len(head) + len(body) <= _SMALL
    window, memory = (12, 5) if small else (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    engine = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + window, memory)
    if small:  # as one: whenever zlib works, other threads get the interpreter first
        return engine.compress(head + body + _END) + engine.flush()
    return b"".join((engine.compress(head), engine.compress(body), engine.compress(_END), engine.flush()))


def _head(first_line: bytes, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    lines = [first_line, *(name + b": " + value for name, value in headers), b"", b""]
    return b"\r\n".join(lines)


def _stored(headers: Headers) -> Headers:
    return tuple((_RENAMED.get(name.lower(), name), value) for name, value in headers)


def new_id() -> str:
    """Return a record id that no other record has."""
    return f"<urn:uuid:{UUID(int=_IDS.getrandbits(128), version=4)}>"


def warc_date(at: datetime) -> str:
    """Return a time as WARC/1.1 writes it, to the microsecond, so that a revisit can name its original exactly."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def read_response(raw: bytes) -> tuple[Headers, bytes]:
    """Return the HTTP headers and the body, its content coding kept, of a response record as `Evidence.read` gives it.

    A revisit has no body of its own: read the record it refers to. Raises EvidenceError for anything else, and for
    a record that is not whole.
    """
    try:
        record = next(ArchiveIterator(BytesIO(raw), no_record_parse=True))
        block = record.raw_stream.read()
        length = int(record.rec_headers.get_header("Content-Length"))
    except (*_BROKEN, TypeError) as error:
        raise EvidenceError(f"not a WARC record: {error}") from error
    if record.rec_type not in ("response", "revisit") or len(block) != length:
        raise EvidenceError(f"not a whole response record: {record.rec_type}, {len(block)} of {length} bytes")
    head, _, body = block.partition(b"\r\n\r\n")
    return tuple(_split(line) for line in head.split(b"\r\n")[1:]), body


def _split(line: bytes) -> tuple[bytes, bytes]:
    name, _, value = line.partition(b":")
    return name, value.strip(b" \t")
