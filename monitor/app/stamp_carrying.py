"""Stamp by hand: write what a person carries to an authority, and take what comes back. Nothing is sent."""

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

from sqlalchemy import Connection

from monitor.app import attesting
from monitor.app.attesting import Attested
from monitor.app.context import Context
from monitor.app.stamping import BY_HAND, already, kept, newest_seal
from monitor.edges import opentimestamping, timestamps
from monitor.edges.whole_file import refuse_place
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import StampReport
from monitor.model import Seal, Stamp, StampMethod
from monitor.store import stamps


async def write_request(ctx: Context, method: StampMethod, to: Path) -> StampReport:
    """Write to a file what is to be given to an authority, or to OpenTimestamps; nothing is sent.

    For an authority a query in DER (`.tsq`). For OpenTimestamps the text whose SHA-256 is the seal's hash, which the
    `ots` client stamps; the proof itself once there is one, for `ots upgrade`. The same seal gets the same query again.
    Raises UsageError where the file is in the way or among the evidence, NotFoundError, EvidenceError.
    """
    await asyncio.to_thread(refuse_place, to, ctx.settings.evidence_dir)
    newest = await newest_seal(ctx)
    mine = next((one for one in newest.stamps if one.method is method), None)
    if method is StampMethod.RFC3161:
        mine = mine or await _query(ctx, newest.seal)
        said = "give it to a time-stamping authority, and its answer to `monitor stamp --answer FILE`"
        said = said if mine.token is None else f"the seal has its answer: {mine.detail}"
        content = mine.request or b""
    elif method is StampMethod.OPENTIMESTAMPS:
        content = mine.token if mine and mine.token else attesting.preimage(newest.seal)
        told = "`ots upgrade` completes it" if mine else "`ots stamp` makes a proof of it"
        said = f"{told}; give that to `monitor stamp --answer FILE`"
    else:
        raise UsageError("signing needs no request", hint="`monitor stamp --sign` signs with stamp.key")
    await asyncio.to_thread(_write, to, content)
    return StampReport(newest.seal, method, mine, files=(str(to),), detail=said)


async def _query(ctx: Context, seal: Seal) -> Stamp:
    begun = attesting.begin(seal, ctx)
    return replace(begun, id=await ctx.db.write(stamps.add, begun))


def _write(to: Path, content: bytes) -> None:
    try:
        with to.open("xb") as file:
            file.write(content)
    except FileExistsError as error:
        raise UsageError(f"{to} is there already", hint="name another file, or remove it") from error


async def take_answer(ctx: Context, file: Path) -> StampReport:
    """Take an answer from a file: of an authority to a query written here, or an OpenTimestamps proof.

    Which seal it is about is told by the digest in it, so that it may come days later. Raises NotFoundError where there
    is no such file, UsageError for the request itself, EvidenceError where it is no answer to anything asked here.
    """
    answer = await asyncio.to_thread(_bytes, file)
    if (what_to_do := await ctx.db.read(_is_request, file, answer)) is not None:
        raise UsageError(f"{file} is the request, and not the answer to it", hint=what_to_do)
    try:
        if answer.startswith(opentimestamping.MAGIC):
            return await _take_proof(ctx, answer)
        return await _take_token(ctx, answer)
    except EvidenceError as error:
        raise EvidenceError(f"{file}: {error}", hint=error.hint) from error


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(max(timestamps.MOST, opentimestamping.MOST) + 1)
    except FileNotFoundError as error:
        raise NotFoundError(f"there is no file {file}") from error


def _is_request(conn: Connection, file: Path, given: bytes) -> str | None:
    """Return what is to be done with a file that was written here to be given to others; None for another."""
    if stamps.seal_of(conn, hashlib.sha256(given).hexdigest()) is not None:
        return f"`ots stamp {file}` makes {file}.ots of it, which is the answer"
    if any(one.request == given for _, one in stamps.every(conn, StampMethod.RFC3161)):
        return "give it to a time-stamping authority, and here what that answers"
    return None


async def _seal_of(ctx: Context, digest: str) -> Seal:
    found = await ctx.db.read(stamps.seal_of, digest)
    if found is None:
        raise EvidenceError(f"it is about the digest {digest[:64]}, which is no seal's here")
    return found


async def _take_token(ctx: Context, answer: bytes) -> StampReport:
    seal = await _seal_of(ctx, timestamps.digest_of(answer))
    there = [one for of, one in await ctx.db.read(stamps.every, StampMethod.RFC3161) if of.number == seal.number]
    for one in there:
        if one.token == answer:
            return already(seal, one)
    if not there:
        raise EvidenceError(f"no query about seal {seal.number} was made here", hint=BY_HAND)
    if there[0].token is not None:
        raise EvidenceError(f"seal {seal.number} has a time-stamp already: {there[0].detail}")
    return await kept(ctx, seal, there[0], attesting.granted(ctx, seal, there[0], answer))


async def _take_proof(ctx: Context, proof: bytes) -> StampReport:
    seal = await _seal_of(ctx, opentimestamping.digest_of(proof))
    found = opentimestamping.attestations(proof)
    if not any(one.calendar or one.height is not None for one in found):
        raise EvidenceError("it attests nothing that is known here")
    mine = [one for of, one in await ctx.db.read(stamps.every, StampMethod.OPENTIMESTAMPS) if of.number == seal.number]
    seen = mine[0] if mine else Stamp(seal.number, StampMethod.OPENTIMESTAMPS, ctx.clock.now())
    whole = opentimestamping.merged(seen.token, proof) if seen.token else proof
    if whole == seen.token:
        return already(seal, seen)
    detail = attesting.told_of_proof(opentimestamping.attestations(whole))
    stamp = replace(seen, request=bytes.fromhex(seal.hash), token=whole, detail=detail)
    return await kept(ctx, seal, seen, Attested(stamp))
