"""Judge WARC records by themselves, and beside what the database says of them."""

import hashlib
from base64 import b32decode
from datetime import UTC, datetime
from typing import NamedTuple

from monitor.edges.decoding import BodyLimits, Ending, codings_of, decode
from monitor.edges.warc_reader import BadRecordError, RawRecord, parse, split_http
from monitor.edges.warc_records import read_response
from monitor.errors import EvidenceError
from monitor.model import Capture

# The kinds of flaws; docs/verify.md says what each means.
HEADER = "record-header"
DIGEST = "record-digest"
ALTERED = "record-altered"
DIFFERS = "capture-differs"

_WHAT_TO_DO = "the evidence was damaged or altered; `verify` tells what else is"
_ALGORITHMS = frozenset({"md5", "sha1", "sha256", "sha384", "sha512", "blake2b"})
_EMPTY = hashlib.sha256(b"").hexdigest()
_LONGEST_TYPE, _LONGEST_CODING = 200, 80  # characters, as app/keeping.py cuts them
_REFERRING = frozenset({"request", "response", "revisit"})


class Flaw(NamedTuple):
    """One thing that is wrong with a record: the constant word for it, and what, in words."""

    kind: str
    detail: str


def checked(raw: bytes, capture: Capture) -> bytes:
    """Return an uncompressed record, as `Evidence.read` gives it, that is the one its capture tells of.

    By its SHA-256, and by its id where the capture is of a release that did not keep the hash yet. Raises EvidenceError
    for any other: altered bytes are served to nobody.
    """
    if capture.record_sha256 is not None and hashlib.sha256(raw).hexdigest() != capture.record_sha256:
        raise _refused(capture, "is not the record that was written: its SHA-256 is another")
    try:
        record_id = parse(raw, capture.file, capture.offset).header("WARC-Record-ID")
    except BadRecordError as error:
        raise _refused(capture, f"is no record: {error.why}") from error
    if record_id != capture.record_id:
        raise _refused(capture, f"is the record {record_id}, and not {capture.record_id}")
    return raw


def _refused(capture: Capture, why: str) -> EvidenceError:
    return EvidenceError(f"{capture.file}: what lies at byte {capture.offset} {why}", hint=_WHAT_TO_DO)


def flaws(record: RawRecord) -> tuple[Flaw, ...]:
    """Return what is wrong with a record by itself: id, time, address, digests (WARC/1.1 5.2 to 5.9)."""
    found = [Flaw(HEADER, what) for what in _odd_headers(record)]
    block, payload = record.header("WARC-Block-Digest"), record.header("WARC-Payload-Digest")
    if block and digest_holds(block, record.block) is False:
        found.append(Flaw(DIGEST, f"its block does not have the WARC-Block-Digest {block}"))
    if payload and record.kind != "revisit":  # whose digest is that of the record it repeats
        verdicts = {digest_holds(payload, body) for body in _payloads(record)}
        if verdicts == {False}:
            found.append(Flaw(DIGEST, f"its payload does not have the WARC-Payload-Digest {payload}"))
    return tuple(found)


def _odd_headers(record: RawRecord) -> list[str]:
    odd = []
    record_id = record.header("WARC-Record-ID") or ""
    if not (record_id.startswith("<") and record_id.endswith(">") and ":" in record_id):
        odd.append(f"its WARC-Record-ID is {record_id!r}")
    if date_of(record.header("WARC-Date")) is None:
        odd.append(f"its WARC-Date is {record.header('WARC-Date')!r}")
    if record.kind in _REFERRING and ":" not in (record.header("WARC-Target-URI") or ""):
        odd.append(f"its WARC-Target-URI is {record.header('WARC-Target-URI')!r}")
    return odd


def date_of(said: str | None) -> datetime | None:
    """Return a WARC-Date as an aware UTC time, to the microsecond; None for what is none."""
    try:
        moment = datetime.fromisoformat(said or "")
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def uri_of(said: str | None) -> str:
    """Return a URI without the angle brackets that WARC/1.0 writers put around it."""
    return (said or "").removeprefix("<").removesuffix(">")


class Reference(NamedTuple):
    """What a revisit says of the record that it repeats; `url` is of that, or of the revisit where it says none."""

    url: str
    record_id: str | None
    at: datetime | None
    digest: str


def reference(record: RawRecord) -> Reference:
    """Return what a revisit refers to (WARC/1.1 5.12 to 5.14), as `store.originals` is asked for it."""
    url = record.header("WARC-Refers-To-Target-URI") or record.header("WARC-Target-URI")
    at = date_of(record.header("WARC-Refers-To-Date"))
    return Reference(uri_of(url), record.header("WARC-Refers-To"), at, record.header("WARC-Payload-Digest") or "")


def digest_holds(said: str, data: bytes) -> bool | None:
    """Say whether bytes have a labelled digest, in hex or base32; None where its algorithm is not known here."""
    algorithm, expected = _digest(said)
    if algorithm not in _ALGORITHMS:
        return None
    return hashlib.new(algorithm, data, usedforsecurity=False).digest() == expected


def same_digest(one: str, other: str) -> bool:
    """Say whether two labelled digests are the same, however they are written."""
    return one == other or _digest(one) == _digest(other)


def _digest(said: str) -> tuple[str, bytes | str]:
    label, _, value = said.partition(":")
    algorithm = label.strip().lower().replace("-", "")
    for read in (bytes.fromhex, _from_base32):
        try:
            digest = read(value.strip())
        except ValueError:
            continue
        if algorithm in _ALGORITHMS and len(digest) == hashlib.new(algorithm, usedforsecurity=False).digest_size:
            return algorithm, digest
    return algorithm, value


def _from_base32(value: str) -> bytes:
    return b32decode(value.upper() + "=" * (-len(value) % 8))


def _payloads(record: RawRecord) -> tuple[bytes, ...]:
    """Return what the payload may be: the body, and that without its transfer coding where it was kept with it.

    WARC/1.1 5.9 means the body as the server made it, and writers that keep the transfer coding do not agree on it.
    """
    if not (record.header("Content-Type") or "").lower().startswith("application/http"):
        return (record.block,)
    _, headers, body = split_http(record.block)
    if record.kind != "response" or not any(name.lower() == b"transfer-encoding" for name, _ in headers):
        return (body,)
    return body, read_response(record.raw)[1]


def compared(record: RawRecord, capture: Capture, limits: BodyLimits) -> tuple[Flaw, ...]:
    """Return what is wrong with a response or revisit beside the row of its capture, which has the same record id.

    A record whose own digests do not hold is ALTERED, and only that; else each field that the row tells otherwise is
    named in one flaw. Bodies are decoded within `limits`; one that exceeds them is not compared.
    """
    sha256 = hashlib.sha256(record.raw).hexdigest()
    written = capture.record_sha256 in (None, sha256)
    if own := flaws(record):
        told = "; ".join(flaw.detail for flaw in own)
        return own if written else (Flaw(ALTERED, f"it is not the record that was written: {told}"),)
    differences = _differences(record, capture, limits)
    if not written:
        differences.append(f"record_sha256 is {capture.record_sha256}, the record's is {sha256}")
    return (Flaw(DIFFERS, "; ".join(differences)),) if differences else ()


def _differences(record: RawRecord, capture: Capture, limits: BodyLimits) -> list[str]:
    url, at = uri_of(record.header("WARC-Target-URI")), date_of(record.header("WARC-Date"))
    told = (
        ("length", capture.length, record.length, capture.length == record.length),
        ("record_type", capture.record_type, record.kind, capture.record_type == record.kind),
        ("url", capture.url, url, uri_of(capture.url) == url),
        ("captured_at", capture.captured_at, at, capture.captured_at == at),
        ("status", capture.status, status := _status(record), status is None or capture.status == status),
    )
    wrong = [f"{name} is {row} in the database, {said} in the record" for name, row, said, same in told if not same]
    wrong += _differing_headers(record, capture)
    if not _has_digest(record, capture.digest):
        wrong.append(f"digest is {capture.digest}, which is not the payload's")
    if not _has_body(record, capture, limits):
        wrong.append(f"sha256 is {capture.sha256}, which is not the decoded body's")
    return wrong


def _differing_headers(record: RawRecord, capture: Capture) -> list[str]:
    """Return how the row tells the headers of a response otherwise; what it leaves out nobody looked at."""
    if record.kind != "response":
        return []  # a revisit may have them of what it repeats
    headers = split_http(record.block)[1]
    media_type = next((value.decode("latin-1") for name, value in headers if name.lower() == b"content-type"), "")
    told = (
        ("media_type", _printed(capture.media_type), _printed(media_type)),
        ("coding", capture.coding, ", ".join(codings_of(headers))[:_LONGEST_CODING]),
    )
    kept = ((name, row, said) for name, row, said in told if row is not None)
    return [f"{name} is {row!r} in the database, {said!r} in the record" for name, row, said in kept if row != said]


def _printed(media_type: str | None) -> str | None:
    """Return a media type as rows have it, however it came to be one: of a fetch, or of another's archive."""
    if media_type is None:
        return None
    return "".join(char for char in media_type.strip() if char.isprintable())[:_LONGEST_TYPE].strip()


def _status(record: RawRecord) -> int | None:
    """Return the status of an HTTP response; None where the record does not tell it (a 304 without a block)."""
    words = split_http(record.block)[0].split(maxsplit=2)
    return int(words[1]) if len(words) > 1 and words[1].isdigit() and len(words[1]) == 3 else None


def _has_digest(record: RawRecord, digest: str) -> bool:
    """Say whether the payload has the digest in the row. A revisit that tells none of what it repeats has none."""
    said = record.header("WARC-Payload-Digest")
    if said and same_digest(said, digest):
        return True
    if record.kind == "revisit":
        return not said
    return any(digest_holds(digest, body) is True for body in _payloads(record))


def _has_body(record: RawRecord, capture: Capture, limits: BodyLimits) -> bool:
    """Say whether the decoded body has the SHA-256 in the row, where the record tells what was decoded.

    A revisit has no body, nor is there a sure one of what was cut off. Of an answer that was nothing to go by, such as
    a part that nobody asked for, the fetcher gives an empty body; that of a redirect it leaves coded.
    """
    if record.kind != "response" or record.header("WARC-Truncated"):
        return True
    headers, raw = read_response(record.raw)
    decoded = decode(headers, raw, limits)
    if hashlib.sha256(decoded.body).hexdigest() == capture.sha256 or decoded.ending is Ending.TOO_LARGE:
        return True
    plain = decoded.ending is Ending.COMPLETE and _status(record) == 200
    return not plain and capture.sha256 in (_EMPTY, hashlib.sha256(raw).hexdigest())
