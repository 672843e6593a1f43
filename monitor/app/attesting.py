"""Have a seal attested, each method in its own way; what comes back is checked before it is stored."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

from monitor.app.context import Context
from monitor.core import chain
from monitor.core.urls import site_of
from monitor.edges import opentimestamping, signing, timestamps
from monitor.edges.authorities import AuthorityClient
from monitor.edges.guard import Guard
from monitor.edges.opentimestamping import Attestation
from monitor.errors import ConfigError, EvidenceError, UsageError
from monitor.model import Seal, Stamp, StampMethod

_QUERY, _REPLY = "application/timestamp-query", "application/timestamp-reply"  # RFC 3161 3.4
_RAW = "application/octet-stream"
APART = timedelta(minutes=5)  # clocks that are not further apart than this agree


@dataclass(frozen=True, slots=True)
class Attested:
    """A stamp that was checked, not stored yet; `notes` are what is odd about it."""

    stamp: Stamp
    notes: tuple[str, ...] = ()


@asynccontextmanager
async def asking(ctx: Context) -> AsyncIterator[AuthorityClient]:
    """Open the client that authorities and calendars are asked with, guarded like every fetch."""
    fetch = ctx.settings.fetch
    guard = Guard(fetch.allow_private, tuple(fetch.resolve.items()))
    client = AuthorityClient(guard, ctx.settings.user_agent, str(fetch.ca_file) if fetch.ca_file else None)
    try:
        yield client
    finally:
        await client.close()


def expect_files(ctx: Context, methods: Sequence[StampMethod]) -> None:
    """Read the files that the configuration names for these methods. Raises ConfigError for one that cannot be used."""
    if StampMethod.RFC3161 in methods:
        trusted(ctx)
    if StampMethod.ED25519 in methods and ctx.settings.stamp.key is not None:
        signing.public_key(ctx.settings.stamp.key)


def preimage(seal: Seal) -> bytes:
    """Return the bytes whose SHA-256 is a seal's hash (docs/proofs.md). Raises EvidenceError where it is not."""
    if chain.seal_hash(seal) != seal.hash:
        raise EvidenceError(f"the hash of seal {seal.number} is not of what it says", hint="`monitor verify`")
    return chain.canonical(chain.seal_content(seal))


def begin(seal: Seal, ctx: Context) -> Stamp:
    """Return the request to a time-stamping authority, which waits for an answer. Raises EvidenceError."""
    return Stamp(seal.number, StampMethod.RFC3161, ctx.clock.now(), request=timestamps.request(preimage(seal)))


async def attest(ctx: Context, client: AuthorityClient, method: StampMethod, seal: Seal, begun: Stamp) -> Attested:
    """Have a seal attested by whom the operator configured. Raises EvidenceError, ConfigError."""
    if method is StampMethod.RFC3161:
        return await _by_authority(ctx, client, seal, begun)
    if method is StampMethod.OPENTIMESTAMPS:
        return await _by_calendars(ctx, client, seal)
    return by_key(ctx, seal)


async def _by_authority(ctx: Context, client: AuthorityClient, seal: Seal, begun: Stamp) -> Attested:
    url = ctx.settings.stamp.authority
    answer = await client.post(url, begun.request or b"", sends=_QUERY, takes=_REPLY, most=timestamps.MOST)
    return granted(ctx, seal, replace(begun, authority=url), answer)


def granted(ctx: Context, seal: Seal, begun: Stamp, answer: bytes) -> Attested:
    """Check an authority's answer to a request. Raises EvidenceError where it does not fit, ConfigError."""
    token = timestamps.check(answer, begun.request or b"", trusted(ctx))
    now = ctx.clock.now()
    stamp = replace(begun, token=answer, made_at=now, detail=told_of(token))
    return Attested(stamp, oddities(seal, stamp, token))


def trusted(ctx: Context) -> timestamps.Certificates | None:
    """Return the certificates that authorities are checked by, or None. Raises ConfigError for a bad file."""
    path = ctx.settings.stamp.authority_certificates
    return timestamps.read_certificates(path) if path else None


def told_of(token: timestamps.Token) -> str:
    """Return what a token says, in words."""
    checked = "" if token.checked else "; whether it signed is not checked: stamp.authority_certificates names nobody"
    return f"there at {token.at:%Y-%m-%d %H:%M:%S} UTC, says {token.signer}{checked}"


def oddities(seal: Seal, stamp: Stamp, token: timestamps.Token) -> tuple[str, ...]:
    """Return what is odd about the time of a token: it can be neither before the seal nor after its arrival."""
    if token.at < seal.at - APART:
        return (f"its time is before that of the seal ({seal.at:%Y-%m-%d %H:%M} UTC): one of the clocks is wrong",)
    if token.at > stamp.made_at + APART:
        return (f"its time is after it came here ({stamp.made_at:%Y-%m-%d %H:%M} UTC): one of the clocks is wrong",)
    return ()


async def _by_calendars(ctx: Context, client: AuthorityClient, seal: Seal) -> Attested:
    """Submit to every calendar; one that answers is enough."""
    digest, answers, refused = seal.hash, dict[str, bytes](), list[str]()
    preimage(seal)
    for calendar in ctx.settings.stamp.calendars:
        try:
            answer = await _submit(client, calendar, digest)
            opentimestamping.begun(digest, [answer])
        except EvidenceError as error:
            refused.append(f"{calendar}: {error}" if calendar not in str(error) else str(error))
        else:
            answers[calendar] = answer
    if not answers:
        raise EvidenceError("; ".join(refused))
    proof = opentimestamping.begun(digest, list(answers.values()))
    stamp = Stamp(
        seal.number,
        StampMethod.OPENTIMESTAMPS,
        ctx.clock.now(),
        authority=" ".join(answers),
        request=bytes.fromhex(digest),
        token=proof,
        detail=told_of_proof(opentimestamping.attestations(proof)),
    )
    return Attested(stamp, tuple(refused))


async def _submit(client: AuthorityClient, calendar: str, digest: str) -> bytes:
    return await client.post(
        f"{calendar.rstrip('/')}/digest",
        bytes.fromhex(digest),
        sends=_RAW,
        takes=opentimestamping.MEDIA_TYPE,
        most=opentimestamping.MOST_ANSWER,
    )


def told_of_proof(found: Sequence[Attestation]) -> str:
    """Return where a proof leads, in words."""
    heights = sorted({one.height for one in found if one.height is not None})
    if heights:
        return "in Bitcoin block " + ", ".join(map(str, heights))
    calendars = sorted({one.calendar for one in found if one.calendar})
    return "promised by " + ", ".join(calendars) if calendars else "attested in a way that is not read here"


async def upgraded(ctx: Context, client: AuthorityClient, stamp: Stamp) -> Attested | None:
    """Ask calendars for what they promised; None where nothing came, or nothing is wanting.

    Only calendars of the domains that the operator configured are asked, whatever a proof names. Raises EvidenceError
    when none of them could be asked.
    """
    proof, refused, asked = stamp.token or b"", list[str](), 0
    for one in pending(proof):
        if not _is_configured(ctx, one.calendar or ""):
            continue
        asked += 1
        try:
            proof = await _upgraded_by(client, proof, one)
        except EvidenceError as error:
            refused.append(str(error))
    if refused and len(refused) == asked:
        raise EvidenceError("; ".join(refused))
    if proof == stamp.token:
        return None
    detail = told_of_proof(opentimestamping.attestations(proof))
    return Attested(replace(stamp, token=proof, detail=detail), tuple(refused))


async def _upgraded_by(client: AuthorityClient, proof: bytes, one: Attestation) -> bytes:
    url = f"{(one.calendar or '').rstrip('/')}/timestamp/{one.commitment.hex()}"
    answer = await client.get(url, takes=opentimestamping.MEDIA_TYPE, most=opentimestamping.MOST_ANSWER)
    return proof if answer is None else opentimestamping.upgraded(proof, one.commitment, answer)


def pending(proof: bytes) -> tuple[Attestation, ...]:
    """Return the promises in a proof that no block keeps yet. Raises EvidenceError for what is no proof."""
    found = opentimestamping.attestations(proof)
    return () if any(one.height is not None for one in found) else tuple(one for one in found if one.calendar)


def _is_configured(ctx: Context, calendar: str) -> bool:
    """Say whether a calendar is of a configured domain: pools hand out what others of their domain keep."""
    try:
        return site_of(calendar) in {site_of(one) for one in ctx.settings.stamp.calendars}
    except UsageError:  # a proof can name anything
        return False


def by_key(ctx: Context, seal: Seal) -> Attested:
    """Sign a seal with the operator's key. Raises ConfigError, EvidenceError."""
    key = ctx.settings.stamp.key
    if key is None:
        raise ConfigError("stamp.key names no key", hint="docs/stamps.md tells how to make one")
    preimage(seal)
    public, exposed = signing.public_key(key), signing.exposed(key)
    stamp = Stamp(
        seal.number,
        StampMethod.ED25519,
        ctx.clock.now(),
        request=public,
        token=signing.sign(key, signing.statement(seal.hash)),
        detail=f"signed with the key {signing.fingerprint(public)}",
    )
    return Attested(stamp, (exposed,) if exposed else ())
