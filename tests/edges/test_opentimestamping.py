"""OpenTimestamps proofs: the library of the standard reads what is written, and writes what is read."""

import hashlib
import random
from typing import Any

import pytest
from opentimestamps.core.notary import BitcoinBlockHeaderAttestation  # type: ignore[import-untyped]
from opentimestamps.core.op import OpAppend, OpHexlify, OpSHA1  # type: ignore[import-untyped]
from opentimestamps.core.serialize import (  # type: ignore[import-untyped]
    BytesDeserializationContext,
    BytesSerializationContext,
)
from opentimestamps.core.timestamp import DetachedTimestampFile, Timestamp  # type: ignore[import-untyped]

from monitor.edges import opentimestamping as ots
from monitor.edges.opentimestamping import Attestation
from monitor.errors import EvidenceError, UsageError
from tests.edges import calendar
from tests.edges.calendar import HEIGHT, mined, promised, proof, raw, unknown, worked

DIGEST = hashlib.sha256(b"a seal").hexdigest()
MESSAGE = bytes.fromhex(DIGEST)
ALICE, BOB = "https://alice.calendar.example", "https://bob.calendar.example"


def read(written: bytes) -> Any:
    """Return a proof as the library reads it."""
    return DetachedTimestampFile.deserialize(BytesDeserializationContext(written))


def pending(*calendars: str) -> tuple[bytes, dict[str, bytes]]:
    """Return a proof that calendars have promised, and the commitment of each."""
    promises = {url: promised(MESSAGE, url) for url in calendars}
    made = ots.begun(DIGEST, [raw(whole) for whole, _ in promises.values()])
    return made, {url: commitment for url, (_, commitment) in promises.items()}


def test_what_calendars_promise_becomes_one_proof() -> None:
    """An .ots file over the seal's hash, from which every calendar's commitment is reached."""
    made, commitments = pending(ALICE, BOB)
    assert read(made).file_digest == MESSAGE
    assert ots.digest_of(made) == DIGEST
    assert ots.attestations(made) == (
        Attestation(commitments[ALICE], calendar=ALICE),
        Attestation(commitments[BOB], calendar=BOB),
    )


def test_a_calendar_s_answer_leads_to_a_block(easy_blocks: None) -> None:
    """Whose header holds where the operations lead, and tells the time."""
    made, commitments = pending(ALICE, BOB)
    upgrade, header = mined(commitments[BOB], at=1_794_830_400)
    whole = ots.upgraded(made, commitments[BOB], raw(upgrade))
    first, *rest = ots.attestations(whole)
    assert first.height == HEIGHT
    assert {one.calendar for one in rest} == {ALICE, BOB}
    block = ots.block_header(header.hex())
    assert block.holds(first)
    assert (block.at.isoformat(), len(block.hash)) == ("2026-11-16T12:00:00+00:00", 64)
    assert read(whole).timestamp is not None
    _, other = mined(commitments[ALICE])
    assert not ots.block_header(other.hex()).holds(first)
    assert not any(block.holds(one) for one in rest)


def test_the_hash_of_a_header_is_the_one_that_the_world_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bitcoin's first block, and that its hash shows the work that it claims."""
    root = "3ba3edfd7a7b12b27ac72c3e67768f617fc81bc3888a51323a9fb8aa4b1e5e4a"
    header = "01000000" + "00" * 32 + root + "29ab5f49ffff001d1dac2b7c"
    monkeypatch.setattr(ots, "EASIEST", 0xFFFF << 208)  # exactly what it took
    known = ots.block_header(header)
    assert known.hash == "000000000019d6689c085ae165831e934ff763ae46a2a6c172b3f1b60a8ce26f"
    assert known.at.isoformat() == "2009-01-03T18:15:05+00:00"
    monkeypatch.undo()
    with pytest.raises(UsageError, match=r"000000000019d6689c085ae1.*was not done"):
        ots.block_header(header)  # what it took then is nothing to the machines of today


BITS = {
    "what it claims": calendar.EASY,
    "what every block took since 2019": 0x1716849B,
    "more than there can be": 0x02008000,
    "none": 0,
}


@pytest.mark.parametrize("bits", BITS.values(), ids=BITS)
def test_a_header_that_nobody_has_worked_for_is_refused(bits: int, easy_blocks: None) -> None:
    """Whoever makes one up writes what root and time they like, but finds no such hash."""
    header = worked(MESSAGE, 1_794_830_400, bits=bits, enough=False)
    with pytest.raises(UsageError, match="was not done"):
        ots.block_header(header.hex())


@pytest.mark.parametrize("bits", [calendar.EASY, 0xFFFFFFFF])
def test_a_header_that_was_worked_for_is_refused_where_that_was_easy(bits: int) -> None:
    with pytest.raises(UsageError, match="was not done"):
        ots.block_header(worked(MESSAGE, 1_794_830_400, bits=bits).hex())


def test_proofs_over_one_digest_are_merged() -> None:
    """What the `ots` client upgraded elsewhere adds to what is known here; a second time it adds nothing."""
    made, commitments = pending(ALICE)
    upgrade, _ = mined(commitments[ALICE])
    elsewhere = ots.upgraded(made, commitments[ALICE], raw(upgrade))
    more, _ = pending(BOB)
    both = ots.merged(more, elsewhere)
    assert [one.height for one in ots.attestations(both)] == [HEIGHT, None, None]
    assert ots.merged(both, elsewhere) == both


def test_a_proof_over_another_digest_is_refused() -> None:
    made, _ = pending(ALICE)
    other, _ = promised(hashlib.sha256(b"another seal").digest(), ALICE)
    with pytest.raises(EvidenceError, match="different messages"):
        ots.merged(made, proof(other))


def test_a_digest_of_another_kind_is_refused() -> None:
    ctx, whole = BytesSerializationContext(), Timestamp(bytes(20))
    whole.attestations.add(BitcoinBlockHeaderAttestation(1))
    DetachedTimestampFile(OpSHA1(), whole).serialize(ctx)
    with pytest.raises(EvidenceError, match="another kind than SHA-256"):
        ots.digest_of(ctx.getbytes())


def test_an_answer_to_something_else_changes_nothing(easy_blocks: None) -> None:
    """The operations are computed anew over our commitment, so that it leads to a root that no block has."""
    made, commitments = pending(ALICE)
    upgrade, header = mined(b"another commitment")
    whole = ots.upgraded(made, commitments[ALICE], raw(upgrade))
    assert not any(ots.block_header(header.hex()).holds(one) for one in ots.attestations(whole))
    assert ots.upgraded(made, b"not in the proof", raw(upgrade)) == made


def huge_height() -> bytes:
    """An attestation of a block whose number has thousands of digits, more than Python would write out."""
    whole = Timestamp(MESSAGE)
    whole.attestations.add(BitcoinBlockHeaderAttestation(1 << 40_000))
    return raw(whole)


def deep() -> bytes:
    """More operations, one after the other, than may be."""
    whole = here = Timestamp(MESSAGE)
    for _ in range(250):
        here = here.ops.add(OpAppend(b"x"))
    for _ in range(20):
        here = here.ops.add(OpAppend(b"y"))
    here.attestations.add(BitcoinBlockHeaderAttestation(1))
    return raw(whole)


def swelling() -> bytes:
    """An operation that doubles its input, again and again."""
    here = whole = Timestamp(MESSAGE)
    for _ in range(7):
        here = here.ops.add(OpHexlify())
    here.attestations.add(BitcoinBlockHeaderAttestation(1))
    return raw(whole)[:-12] + b"\xf3" * 3 + raw(whole)[-12:]


BAD = {
    "empty": b"",
    "html": b"<html>busy</html>",
    "cut": raw(promised(MESSAGE, ALICE)[0])[:-3],
    "trailing": raw(promised(MESSAGE, ALICE)[0]) + b"\x00",
    "huge": raw(promised(MESSAGE, ALICE)[0]) + bytes(ots.MOST_ANSWER),
    "unknown": raw(unknown(MESSAGE)),
    "height": huge_height(),
    "deep": deep(),
    "swelling": swelling(),
    "forks": b"\xff" * 5_000,
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_answer_is_refused(name: str) -> None:
    """As the first and as a later one."""
    made, commitments = pending(ALICE)
    with pytest.raises(EvidenceError):
        ots.begun(DIGEST, [BAD[name]])
    with pytest.raises(EvidenceError):
        ots.upgraded(made, commitments[ALICE], BAD[name])


def test_what_grew_too_deep_by_an_answer_is_refused() -> None:
    """Each half may be read; both together could not be read again."""
    here = whole = Timestamp(MESSAGE)
    for number in range(200):
        here = here.ops.add(OpAppend(bytes([number])))
    promise, _ = promised(here.msg, ALICE)
    here.merge(promise)
    made = ots.begun(DIGEST, [raw(whole)])
    (one,) = ots.attestations(made)
    longer = more = Timestamp(one.commitment)
    for number in range(200):
        longer = longer.ops.add(OpAppend(bytes([number])))
    longer.attestations.add(BitcoinBlockHeaderAttestation(1))
    with pytest.raises(EvidenceError, match="recursion"):
        ots.upgraded(made, one.commitment, raw(more))


def test_a_damaged_proof_is_refused_or_leads_elsewhere(easy_blocks: None) -> None:
    """Whatever bytes change: never another error, and never the same block over another digest."""
    made, commitments = pending(ALICE)
    upgrade, header = mined(commitments[ALICE])
    whole, chance = ots.upgraded(made, commitments[ALICE], raw(upgrade)), random.Random(21)
    block, held = ots.block_header(header.hex()), 0
    for _ in range(3_000):
        damaged = bytearray(whole)
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
        try:
            found, digest = ots.attestations(bytes(damaged)), ots.digest_of(bytes(damaged))
        except EvidenceError:
            continue
        if any(block.holds(one) for one in found):
            held += 1
            assert digest == DIGEST
    assert held > 0  # where the address of the calendar was hit


@pytest.mark.parametrize("text", ["", "zz" * 80, "00" * 79, "00" * 81])
def test_what_is_no_header_is_refused(text: str) -> None:
    with pytest.raises(UsageError) as refused:
        ots.block_header(text)
    assert "bitcoin-cli" in str(refused.value.hint)
