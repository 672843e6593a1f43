"""The nouns of evidence: bytes kept, and what proves when they were. Import them from `model`, with the others."""

from dataclasses import dataclass
from datetime import datetime

from monitor.kinds import LeafKind, Quality, RemovalCause, StampMethod


@dataclass(frozen=True, slots=True)
class Capture:
    """Where the bytes of a fetch are kept: one WARC record and its index line. Offsets and lengths are bytes.

    `digest` is of the payload as the record tells it, `sha256` of the decoded body, `record_sha256` of the whole record
    uncompressed, which outlives compaction and export. `coding` are the content codings of its payload, in order, empty
    for none and None where nobody looked. `removed_at` is when its bytes were removed for good.
    """

    file: str
    offset: int
    length: int
    record_id: str
    record_type: str  # response or revisit
    url: str
    captured_at: datetime
    digest: str  # "sha1:" + base32 of the payload, as in the WARC
    sha256: str  # of the decoded body, hex
    id: int = 0
    fetch_id: int = 0
    status: int | None = None
    media_type: str | None = None
    document_id: int | None = None
    revision_id: int | None = None
    quality: Quality | None = None
    quality_reason: str | None = None
    record_sha256: str | None = None
    removed_at: datetime | None = None
    coding: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceFile:
    """One WARC file. `committed_length`, in bytes, is how much of it the database accounts for.

    `origin` says what it was made from, where that was not the fetcher: an import, a compaction. `verified_at` is when
    `verified_length` bytes of it were last read and found right, `sha256` is of all its bytes then; `problem` is what
    was found wrong. A file that was replaced or removed stays as a row, with `removed_at` and `removed_why`.
    `folder` names the evidence folder that it was written to (None in archives of one folder), `stored_at` is when all
    of it was safe in the object store.
    """

    name: str
    committed_length: int
    origin: str | None = None
    verified_at: datetime | None = None
    verified_length: int = 0
    sha256: str | None = None
    problem: str | None = None
    removed_at: datetime | None = None
    removed_why: str | None = None
    folder: str | None = None
    stored_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Seal:
    """One link of the chain: a Merkle tree over what was kept since the seal before, and the hash of that seal.

    Numbered from 1. `previous` is the `hash` of the seal before, 64 zeros in the first. All hashes are SHA-256 in hex
    (core/chain.py defines them).
    """

    number: int
    at: datetime
    previous: str
    leaves: int
    root: str
    hash: str


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a seal covers: one capture, revision or tombstone, at its place (from 0) in the seal's tree.

    `read_from` is what the text of a revision was read from: the number of a capture, of a saved file for one of the
    corpus; None where nothing was kept of that.
    """

    seal: int
    place: int
    kind: LeafKind
    subject_id: int
    digest: str
    read_from: int | None = None


@dataclass(frozen=True, slots=True)
class Stamp:
    """What others, or the operator's key, said of a seal. `request` went to `authority`, `token` is its answer.

    Without a token it waits for one. `detail` tells what the token says, in words.
    """

    seal: int
    method: StampMethod
    made_at: datetime
    id: int = 0
    authority: str | None = None
    request: bytes | None = None
    token: bytes | None = None
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Tombstone:
    """What is left of bytes or a text that were removed: which, when, why; `digest` is of what was removed.

    Of a capture that is its `record_sha256`, of a revision its content's (core/chain.py).
    """

    at: datetime
    cause: RemovalCause
    reason: str
    id: int = 0
    capture_id: int | None = None
    revision_id: int | None = None
    document_id: int | None = None
    digest: str | None = None
