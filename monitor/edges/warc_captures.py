"""Read off a record what its capture row says of it: for records that no row tells of."""

import hashlib
from datetime import UTC, datetime

from monitor.edges.chunked import without_chunks
from monitor.edges.decoding import BodyLimits, codings_of, decode
from monitor.edges.warc_reader import BadRecordError, RawRecord, split_http
from monitor.edges.warc_records import payload_digest
from monitor.model import Capture

UNKNOWN = ""  # the SHA-256 of a body that is not there to be hashed
_LONGEST_DIGEST = 80


def capture_of(record: RawRecord, file: str, most: int) -> Capture | None:
    """Return the capture that a response or revisit record is; None for other records.

    The record is one of ours, or another archive's whose import was cut short. `most` bounds its decoded body, in
    bytes. Raises BadRecordError where it lacks what every capture has.
    """
    if record.kind not in ("response", "revisit"):
        return None
    first, received, stored = split_http(record.block)
    headers, body, _ = without_chunks(received, stored)
    kind = next((value for name, value in headers if name.lower() == b"content-type"), None)
    return Capture(
        file=file,
        offset=record.offset,
        length=record.length,
        record_id=_needed(record, file, "WARC-Record-ID"),
        record_type=record.kind,
        url=_needed(record, file, "WARC-Target-URI").strip("<>"),
        captured_at=_date(record, file),
        digest=_digest(record, stored),
        sha256=_sha256(headers, body, most) if record.kind == "response" else UNKNOWN,
        status=_status(first) if record.block else 304,
        media_type=None if kind is None else kind.decode("latin-1")[:200],
        record_sha256=hashlib.sha256(record.raw).hexdigest(),
        coding=", ".join(codings_of(headers))[:80] if record.kind == "response" else None,
    )


def _needed(record: RawRecord, file: str, name: str) -> str:
    value = record.header(name)
    if not value:
        raise BadRecordError(file, record.offset, f"the record has no {name}")
    return value


def _digest(record: RawRecord, body: bytes) -> str:
    """Return the payload digest that a record states; one that no row has room for is replaced, as an import does."""
    said = record.header("WARC-Payload-Digest")
    return said if said and len(said) <= _LONGEST_DIGEST else payload_digest(body)


def _date(record: RawRecord, file: str) -> datetime:
    said = _needed(record, file, "WARC-Date")
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except ValueError as error:
        raise BadRecordError(file, record.offset, f"WARC-Date is {said!r}") from error


def _status(first_line: bytes) -> int | None:
    parts = first_line.split(None, 2)
    return int(parts[1]) if len(parts) > 1 and parts[1].isdigit() else None


def _sha256(headers: tuple[tuple[bytes, bytes], ...], body: bytes, most: int) -> str:
    decoded = decode(headers, body, BodyLimits(most, most))
    return hashlib.sha256(decoded.body).hexdigest()
