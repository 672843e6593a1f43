"""The chain of seals: what a leaf says, the Merkle tree over leaves, the hash of a seal. docs/proofs.md is its text.

All digests are SHA-256 in lower-case hex. Whoever changes a definition here changes what was proven: a leaf's `v` tells
which definition it follows.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from monitor.model import Capture, Origin, Seal, Tombstone

VERSION = 1
FIRST = "0" * 64  # what the first seal names as the one before it
_EXACT = 2**53 - 1  # the largest whole number that every JSON reader keeps (RFC 8785 3.2.2.3)
_LEAF, _NODE = b"\x00", b"\x01"  # RFC 9162 2.1.1: so that no node can pass for a leaf

Content = Mapping[str, str | int | None]


def canonical(content: Content) -> bytes:
    """Return JSON that is the same to the byte whoever writes it (RFC 8785): sorted keys, no blanks, UTF-8.

    For objects of strings, whole numbers and null. Raises ValueError for a number that some readers would round, and
    for text that is no Unicode (a lone surrogate).
    """
    if any(isinstance(value, int) and abs(value) > _EXACT for value in content.values()):
        raise ValueError(f"a number beyond 2^53 is not the same in every JSON: {content}")
    return json.dumps(dict(content), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def written(at: datetime) -> str:
    """Return a time as leaves and seals have it: UTC to the microsecond, with a Z."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def capture_content(capture: Capture) -> Content:
    """Return what the chain says of a capture. Its place in a file is not in it: compaction moves records."""
    return {
        "v": VERSION,
        "kind": "capture",
        "id": capture.record_id,
        "url": capture.url,
        "at": written(capture.captured_at),
        "type": capture.record_type,
        "status": capture.status,
        "payload": capture.digest,
        "sha256": capture.sha256,
        "record": capture.record_sha256,
    }


@dataclass(frozen=True, slots=True)
class ReadFrom:
    """What a text was read from: the WARC record of a capture, with its address, or a saved file, by its SHA-256."""

    record: str | None = None
    url: str | None = None
    file: str | None = None


def revision_content(revision_id: int, origin: Origin, content: str, read_from: ReadFrom) -> Content:
    """Return what the chain says of a revision; `content` is its `content_sha256`.

    By its number in the whole archive, and by what it was read from: a saved text may be handed to another document
    and numbered anew, and which extractor confirmed it, or when it was seen, may be told otherwise later.
    """
    return {
        "v": VERSION,
        "kind": "revision",
        "id": revision_id,
        "origin": str(origin),
        "content": content,
        "record": read_from.record,
        "url": read_from.url,
        "file": read_from.file,
    }


def tombstone_content(tombstone: Tombstone, record_id: str | None) -> Content:
    """Return what the chain says of a removal; `record_id` is the WARC record's, of a removed capture."""
    return {
        "v": VERSION,
        "kind": "tombstone",
        "at": written(tombstone.at),
        "cause": str(tombstone.cause),
        "reason": tombstone.reason,
        "capture": record_id,
        "revision": tombstone.revision_id,
        "document": tombstone.document_id,
        "digest": tombstone.digest,
    }


def content_bytes(title: str | None, text: str) -> bytes:
    """Return what the digest of a revision is of: its title, an empty line, its text, in UTF-8."""
    return f"{title or ''}\n\n{text}".encode()


def content_sha256(title: str | None, text: str) -> str:
    """Return the digest of a revision's title and text."""
    return hashlib.sha256(content_bytes(title, text)).hexdigest()


def leaf_digest(content: Content) -> str:
    """Return the hash of a leaf: of a zero byte and its canonical JSON (RFC 9162 2.1.1)."""
    return hashlib.sha256(_LEAF + canonical(content)).hexdigest()


def merkle_root(digests: Sequence[str]) -> str:
    """Return the root of the tree over leaf hashes (RFC 9162 2.1.1); of none it is the hash of nothing."""
    level = [bytes.fromhex(one) for one in digests]
    if not level:
        return hashlib.sha256(b"").hexdigest()
    while len(level) > 1:
        level = _level_above(level)
    return level[0].hex()


def _level_above(level: Sequence[bytes]) -> list[bytes]:
    """Join neighbours; one without a neighbour goes up as it is, which is the same tree as the RFC's by halves."""
    joined = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    return [*joined, level[-1]] if len(level) % 2 else joined


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(_NODE + left + right).digest()


def audit_path(digests: Sequence[str], place: int) -> tuple[str, ...]:
    """Return the hashes that lead from the leaf at `place` (from 0) to the root, lowest first (RFC 9162 2.1.3.1)."""
    if not 0 <= place < len(digests):
        raise ValueError(f"there is no leaf {place} among {len(digests)}")
    level, path = [bytes.fromhex(one) for one in digests], []
    while len(level) > 1:
        beside = place ^ 1
        if beside < len(level):
            path.append(level[beside].hex())
        level, place = _level_above(level), place // 2
    return tuple(path)


def seal_content(seal: Seal) -> Content:
    """Return what the hash of a seal is of."""
    at = written(seal.at)
    return {"at": at, "leaves": seal.leaves, "number": seal.number, "previous": seal.previous, "root": seal.root}


def seal_hash(seal: Seal) -> str:
    """Return the hash that a seal should have, by its other fields."""
    return hashlib.sha256(canonical(seal_content(seal))).hexdigest()


def next_seal(before: Seal | None, at: datetime, digests: Sequence[str]) -> Seal:
    """Return the seal that follows another (None: the first) over these leaf hashes, in their order."""
    number, previous = (before.number + 1, before.hash) if before else (1, FIRST)
    seal = Seal(number, at, previous, len(digests), merkle_root(digests), hash="")
    return replace(seal, hash=seal_hash(seal))
