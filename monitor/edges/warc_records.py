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
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import NamedTuple
from uuid import UUID

from monitor.edges.chunked import without_chunks
from monitor.edges.warc_reader import parse, split_http
from monitor.errors import EvidenceError
from monitor.interfaces import Earlier, Hop, Kept

VERSION = "WARC/1.1"
_CONFORMS_TO = "http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/"
_SAME_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
SAME_READING = "urn:monitor:revisit:same-reading"
RECEIVED_DIGEST = "Monitor-Received-Payload-Digest"
RECEIVED_LENGTH = "Monitor-Received-Payload-Length"
_LENGTH = b"X-Archive-Orig-Content-Length"
_RENAMED = {b"transfer-encoding": b"X-Archive-Orig-Transfer-Encoding"}

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


class Member(NamedTuple):
    """A record ready to be written: compressed, and the SHA-256 of what that decompresses to."""

    data: bytes
    sha256: str


def payload_digest(body: bytes) -> str:
    """Return the digest of a body as stored: `sha1:` and base32."""
    return _digest(body)


def _digest(*parts: bytes) -> str:
    sha1 = hashlib.sha1(usedforsecurity=False)
    for part in parts:
        sha1.update(part)
    return "sha1:" + b32encode(sha1.digest()).decode()


def warcinfo(file: str, at: datetime, software: str, about: Mapping[str, str]) -> bytes:
    """Return the record that begins a file; `about` are further fields, of which empty ones are left out."""
    fields = {"software": software, "format": "WARC File Format 1.1", "conformsTo": _CONFORMS_TO, **about}
    block = "".join(f"{name}: {' '.join(value.split())}\r\n" for name, value in fields.items() if value).encode()
    headers = {"WARC-Filename": file}
    return _record("warcinfo", new_id(), at, headers, b"", block, "application/warc-fields").data


def batch(file: str, hops: Iterable[Hop], earlier: Earlier | None) -> Batch:
    """Return the records of a fetch: for each hop its request, then its response, the last one's at the very end.

    With `earlier` of the same payload the last response is a revisit; one of another payload is written in full, so
    that no byte is lost to a mistaken caller.
    """
    out = BytesIO()
    *before, last = hops
    redirects = tuple(_write_hop(out, file, hop, None) for hop in before)
    kept = _write_hop(out, file, last, earlier)
    return Batch(out.getvalue(), replace(kept, before=redirects))


def _write_hop(out: BytesIO, file: str, hop: Hop, earlier: Earlier | None) -> Kept:
    """Write the records of a hop, and return the place of its response."""
    record_id, digest = new_id(), payload_digest(hop.raw_body)
    common = {"WARC-Target-URI": hop.url} | ({"WARC-IP-Address": hop.ip} if hop.ip else {})
    request = common | {"WARC-Concurrent-To": record_id}
    head = _head(hop.request_line, hop.request_headers)
    out.write(
        _record("request", new_id(), hop.started_at, request, head, b"", "application/http; msgtype=request").data
    )
    kind, made = "revisit", None
    if earlier is not None and hop.status == 304:
        made = _not_modified(record_id, hop, common, earlier)
    elif earlier is not None and (earlier.same_reading or earlier.digest == digest):
        made = _repeated(record_id, hop, common, earlier, digest)
    if made is None or earlier is None:
        kind, made = "response", _response(record_id, hop, common, digest)
    else:
        digest = earlier.digest
    offset = out.tell()
    out.write(made.data)
    return Kept(file, offset, len(made.data), record_id, kind, digest, hop.started_at, made.sha256)


def _response(record_id: str, hop: Hop, common: Mapping[str, str], digest: str) -> Member:
    cut = {"WARC-Truncated": hop.truncated} if hop.truncated else {}
    headers = dict(common) | cut | {"WARC-Payload-Digest": digest}
    head = _head(hop.status_line, _stored(hop.headers))
    return _record("response", record_id, hop.started_at, headers, head, hop.raw_body, _RESPONSE)


def _repeated(record_id: str, hop: Hop, common: Mapping[str, str], earlier: Earlier, digest: str) -> Member:
    """WARC/1.1 6.7.2: the head without the body, which is marked as cut for length.

    Where other bytes came, their digest is told beside: the profile is our own, as 6.7.1 has it for what is a
    substantial duplicate, and the payload that it refers to is the earlier one.
    """
    same = not earlier.same_reading
    received = {} if same else {RECEIVED_DIGEST: digest, RECEIVED_LENGTH: str(len(hop.raw_body))}
    profile = _SAME_PAYLOAD if same else SAME_READING
    headers = dict(common) | _refers_to(profile, earlier) | {"WARC-Truncated": "length"} | received
    stored = _stored(hop.headers)
    if not same:  # the length is of what came, and readers put the other payload behind this head
        stored = tuple((_LENGTH if name.lower() == b"content-length" else name, value) for name, value in stored)
    head = _head(hop.status_line, stored)
    return _record("revisit", record_id, hop.started_at, headers, head, b"", _RESPONSE)


def _not_modified(record_id: str, hop: Hop, common: Mapping[str, str], earlier: Earlier) -> Member:
    """WARC/1.1 6.7.3, without a block: with the head of a 304, pywb 2.10 replays an empty page.

    Where what the server says still holds is bytes that only read the same as those referred to, it says so.
    """
    profile = SAME_READING if earlier.same_reading else _NOT_MODIFIED
    return _record("revisit", record_id, hop.started_at, dict(common) | _refers_to(profile, earlier), b"", b"")


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
) -> Member:
    """Return a record with the lines, in the order, that warcio writes; its own writer takes six times as long."""
    named = {"WARC-Type": kind, "WARC-Record-ID": record_id, "WARC-Date": warc_date(at)} | dict(headers)
    if kind == "request":
        named["WARC-Payload-Digest"] = payload_digest(body)
    named["WARC-Block-Digest"] = _digest(head, body)
    if content_type is not None:
        named["Content-Type"] = content_type
    named["Content-Length"] = str(len(head) + len(body))
    lines = [VERSION, *(f"{name}: {value}" for name, value in named.items()), "", ""]
    start = "\r\n".join(lines).encode() + head
    return Member(gzip_member(start, body, _END), _sha256(start, body, _END))


def _sha256(*parts: bytes) -> str:
    sha256 = hashlib.sha256()
    for part in parts:
        sha256.update(part)
    return sha256.hexdigest()


def gzip_member(*parts: bytes) -> bytes:
    """Return a record's parts as one gzip member.

    A small one is made with a small window: a large one costs 50 microseconds to set up.
    """
    small = sum(map(len, parts)) <= _SMALL
    window, memory = (12, 5) if small else (zlib.MAX_WBITS, zlib.DEF_MEM_LEVEL)
    engine = zlib.compressobj(_LEVEL, zlib.DEFLATED, 16 + window, memory)
    if small:  # as one: whenever zlib works, other threads get the interpreter first
        return engine.compress(b"".join(parts)) + engine.flush()
    return b"".join((*map(engine.compress, parts), engine.flush()))


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

    The chunks that other archives leave in a body are taken out. A revisit has no body of its own: read the record it
    refers to. Raises EvidenceError for anything else, and for a record that is not whole.
    """
    record = parse(raw)
    if record.kind not in ("response", "revisit"):
        raise EvidenceError(f"not a response record: {record.kind}")
    _, headers, body = split_http(record.block)
    freed, whole, _ = without_chunks(headers, body)
    return freed, whole
