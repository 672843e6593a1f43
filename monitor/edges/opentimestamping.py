"""OpenTimestamps proofs: made of what calendars answer, read, merged and upgraded. Sends nothing.

A proof leads from a digest, by hashes and by bytes put before and after, to attestations: that a calendar has promised
(pending), or that a Bitcoin block's header commits to it. The library's own reading recomputes every step.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from bitcoin.core import CBlockHeader, SerializationError  # type: ignore[import-untyped]
from bitcoin.core.serialize import uint256_from_compact, uint256_from_str  # type: ignore[import-untyped]
from opentimestamps.core.notary import (  # type: ignore[import-untyped]
    BitcoinBlockHeaderAttestation,
    PendingAttestation,
    VerificationError,
)
from opentimestamps.core.op import OpSHA256  # type: ignore[import-untyped]
from opentimestamps.core.serialize import (  # type: ignore[import-untyped]
    BytesDeserializationContext,
    BytesSerializationContext,
    DeserializationError,
)
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp  # type: ignore[import-untyped]

from monitor.errors import EvidenceError, UsageError

MOST_ANSWER = 10_000  # bytes of a calendar's answer, as the client of the standard has it
MOST = 262_144  # bytes of a proof; real ones have 500 to 5,000
MAGIC: bytes = DetachedTimestampFile.HEADER_MAGIC
MEDIA_TYPE = "application/vnd.opentimestamps.v1"
_HIGHEST = 2**31  # no chain has such a block; a number of 17,000 digits can be written in an attestation
_HEADER = 80  # bytes of a block header
# The hash of a block is a number at most so high, 10^13 times as hard to find as that of the first one: 4 * 10^22 tries
# or years of a machine made for it. No block since September 2019 was easier, and no seal is older.
EASIEST = (0xFFFF << 208) // 10**13
# What the library raises for bytes that are no proof.
_BAD_BYTES = (DeserializationError, ValueError, AssertionError, TypeError, RecursionError)


@dataclass(frozen=True, slots=True)
class Attestation:
    """Where a proof leads: to `commitment`, which a `calendar` (its URL) keeps or a Bitcoin block of `height` holds.

    With neither it is of a kind that is not read here.
    """

    commitment: bytes
    height: int | None = None
    calendar: str | None = None


@dataclass(frozen=True, slots=True)
class BlockHeader:
    """A Bitcoin block's header that was worked for: its time, and its hash as explorers show it.

    Whether it is in the chain is not told.
    """

    header: CBlockHeader
    at: datetime
    hash: str

    def holds(self, one: Attestation) -> bool:
        """Say whether this block commits to where an attestation leads."""
        try:
            BitcoinBlockHeaderAttestation(one.height).verify_against_blockheader(one.commitment, self.header)
        except VerificationError:
            return False
        return one.height is not None


def begun(digest: str, answers: Sequence[bytes]) -> bytes:
    """Return the proof over a digest in hex that calendars' answers make. Raises EvidenceError for a bad one."""
    whole = Timestamp(bytes.fromhex(digest))
    for one in answers:
        with _reading("what came is no answer of a calendar"):
            whole.merge(_answer(one, whole.msg))
    return _written(DetachedTimestampFile(OpSHA256(), whole))


def digest_of(proof: bytes) -> str:
    """Return the digest, in hex, that a proof is over. Raises EvidenceError for what is none, or not over SHA-256."""
    return str(_read(proof).file_digest.hex())


def attestations(proof: bytes) -> tuple[Attestation, ...]:
    """Return where a proof leads, what a block holds first. Raises EvidenceError for what is no proof."""
    found = [_attestation(message, one) for message, one in _read(proof).timestamp.all_attestations()]
    return tuple(sorted(found, key=lambda one: (one.height is None, one.calendar or "", one.commitment)))


def merged(proof: bytes, more: bytes) -> bytes:
    """Return a proof with all of another over the same digest. Raises EvidenceError for another digest."""
    both = _read(proof)
    with _reading("the proofs do not fit together"):
        both.timestamp.merge(_read(more).timestamp)
    return _written(both)


def upgraded(proof: bytes, commitment: bytes, answer: bytes) -> bytes:
    """Return a proof with what a calendar answers to a pending commitment. Raises EvidenceError for a bad answer."""
    whole = _read(proof)
    with _reading("what came is no answer of a calendar"):
        more = _answer(answer, commitment)
        for place in _places(whole.timestamp, commitment):
            place.merge(more)
    return _written(whole)


def block_header(text: str) -> BlockHeader:
    """Read a Bitcoin block's header, 80 bytes in hex. Raises UsageError, also for one that nobody has mined."""
    try:
        raw = bytes.fromhex(text.strip())
        if len(raw) != _HEADER:
            raise ValueError
        header = CBlockHeader.deserialize(raw)
    except (ValueError, SerializationError) as error:
        hint = "`bitcoin-cli getblockheader $(bitcoin-cli getblockhash HEIGHT) false` prints one"
        raise UsageError("a block header is 80 bytes, written as 160 hex digits", hint=hint) from error
    shown = header.GetHash()[::-1].hex()
    if not uint256_from_str(header.GetHash()) <= uint256_from_compact(header.nBits) <= EASIEST:
        raise UsageError(f"the block {shown} is none of Bitcoin's: the work that its hash has to show was not done")
    return BlockHeader(header, datetime.fromtimestamp(header.nTime, UTC), shown)


def _attestation(message: bytes, one: object) -> Attestation:
    if isinstance(one, BitcoinBlockHeaderAttestation):
        if one.height >= _HIGHEST:
            raise EvidenceError("the proof names a Bitcoin block that cannot be")
        return Attestation(message, height=one.height)
    return Attestation(message, calendar=one.uri if isinstance(one, PendingAttestation) else None)


def _answer(raw: bytes, message: bytes) -> Timestamp:
    """Read a calendar's answer: a timestamp without head, over a message that it does not repeat."""
    if len(raw) > MOST_ANSWER:
        raise ValueError(f"it is larger than {MOST_ANSWER:,} bytes")
    ctx = BytesDeserializationContext(raw)
    found = Timestamp.deserialize(ctx, message)
    ctx.assert_eof()
    if not any(one.height is not None or one.calendar for one in (_attestation(*a) for a in found.all_attestations())):
        raise ValueError("it attests nothing that is known here")
    return found


def _read(proof: bytes) -> DetachedTimestampFile:
    if len(proof) > MOST:
        raise EvidenceError(f"the proof is larger than {MOST:,} bytes, which none is")
    with _reading("what came is no OpenTimestamps proof"):
        found = DetachedTimestampFile.deserialize(BytesDeserializationContext(proof))
    if not isinstance(found.file_hash_op, OpSHA256):
        raise EvidenceError("the proof is over a digest of another kind than SHA-256")
    return found


def _written(proof: DetachedTimestampFile) -> bytes:
    """Return a proof as bytes that can be read again: what was merged may be deeper or larger than is allowed."""
    ctx = BytesSerializationContext()
    with _reading("the proof cannot be written"):
        proof.serialize(ctx)
    written = bytes(ctx.getbytes())
    attestations(written)
    return written


def _places(stamp: Timestamp, commitment: bytes) -> Iterator[Timestamp]:
    """Yield where a proof has come to a commitment that is pending."""
    if stamp.msg == commitment and any(isinstance(one, PendingAttestation) for one in stamp.attestations):
        yield stamp
    for after in list(stamp.ops.values()):
        yield from _places(after, commitment)


@contextmanager
def _reading(what: str) -> Iterator[None]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of operations that the library would rather not know
            yield
    except _BAD_BYTES as error:
        said = f": {error}".splitlines()[0][:200] if str(error) else ""
        raise EvidenceError(f"{what}{said}") from error
