"""Check stored stamps without asking anybody: what each one proves, and by whom."""

from collections.abc import Sequence
from datetime import timedelta

from monitor.app import attesting
from monitor.app.context import Context
from monitor.edges import opentimestamping, signing, timestamps
from monitor.edges.opentimestamping import BlockHeader
from monitor.errors import EvidenceError
from monitor.evidence_answers import StampCheck, StampVerdict
from monitor.model import Seal, Stamp, StampMethod
from monitor.store import stamps

_MINERS_APART = timedelta(hours=2)  # what the clock of a miner may be off by


async def check(ctx: Context, block_headers: Sequence[str] = ()) -> tuple[StampCheck, ...]:
    """Return what each stored stamp proves, in the order of the chain.

    Raises UsageError for what is no block header, ConfigError for a bad file of certificates.
    """
    headers = [opentimestamping.block_header(one) for one in block_headers]
    certificates = attesting.trusted(ctx)
    found = await ctx.db.read(stamps.every)
    return tuple(_check(ctx, seal, one, certificates, headers) for seal, one in found)


def _check(
    ctx: Context,
    seal: Seal,
    one: Stamp,
    certificates: timestamps.Certificates | None,
    headers: Sequence[BlockHeader],
) -> StampCheck:
    if one.token is None:
        return StampCheck(seal, one, StampVerdict.WAITING, "no answer was given to `monitor stamp --answer` yet")
    try:
        attesting.preimage(seal)
        if one.method is StampMethod.RFC3161:
            return _check_token(seal, one, one.token, certificates)
        if one.method is StampMethod.OPENTIMESTAMPS:
            return _check_proof(ctx, seal, one, one.token, headers)
        return _check_signature(ctx, seal, one, one.token)
    except EvidenceError as error:
        return StampCheck(seal, one, StampVerdict.WRONG, str(error))


def _check_token(seal: Seal, one: Stamp, answer: bytes, certificates: timestamps.Certificates | None) -> StampCheck:
    token = timestamps.check(answer, one.request or b"", certificates)
    _expect(token.digest, seal)
    verdict = StampVerdict.GOOD if token.checked else StampVerdict.UNCHECKED
    if odd := attesting.oddities(seal, one, token):
        raise EvidenceError("; ".join((attesting.told_of(token), *odd)))
    return StampCheck(seal, one, verdict, attesting.told_of(token), token.at)


def _check_proof(ctx: Context, seal: Seal, one: Stamp, proof: bytes, headers: Sequence[BlockHeader]) -> StampCheck:
    _expect(opentimestamping.digest_of(proof), seal)
    found = opentimestamping.attestations(proof)
    for header in headers:
        for held in filter(header.holds, found):
            return _held(seal, one, header, held.height)
    detail = attesting.told_of_proof(found)
    if attesting.pending(proof):
        how = "`monitor stamp --ots` asks for it" if ctx.settings.stamp.calendars else "`ots upgrade` completes it"
        return StampCheck(seal, one, StampVerdict.WAITING, f"{detail}; {how}")
    if all(each.height is None for each in found):
        return StampCheck(seal, one, StampVerdict.UNCHECKED, detail)
    wanting = "no header given is that block's" if headers else "give its header to check it: --block-header HEX"
    return StampCheck(seal, one, StampVerdict.UNCHECKED, f"{detail}, not checked here: {wanting}")


def _held(seal: Seal, one: Stamp, header: BlockHeader, height: int | None) -> StampCheck:
    """Tell of the block that a proof leads to; that it is in Bitcoin's chain, whoever gave the header has to know."""
    detail = f"there at {header.at:%Y-%m-%d %H:%M:%S} UTC, when Bitcoin block {height} was made ({header.hash})"
    if header.at < seal.at - _MINERS_APART:
        raise EvidenceError(f"{detail}; its time is before that of the seal ({seal.at:%Y-%m-%d %H:%M} UTC)")
    return StampCheck(seal, one, StampVerdict.GOOD, detail, header.at)


def _check_signature(ctx: Context, seal: Seal, one: Stamp, signature: bytes) -> StampCheck:
    public = one.request or b""
    signing.verify(public, signing.statement(seal.hash), signature)
    key, detail = ctx.settings.stamp.key, f"signed with the key {signing.fingerprint(public)}"
    if key is None:
        return StampCheck(seal, one, StampVerdict.UNCHECKED, f"{detail}; whose it is, stamp.key does not tell")
    if signing.fingerprint(signing.public_key(key)) != signing.fingerprint(public):
        return StampCheck(seal, one, StampVerdict.UNCHECKED, f"{detail}, which is not the one that stamp.key names now")
    return StampCheck(seal, one, StampVerdict.GOOD, detail)


def _expect(digest: str, seal: Seal) -> None:
    if digest != seal.hash:
        raise EvidenceError(f"it is about {digest[:64]}, and the seal's hash is {seal.hash}")
