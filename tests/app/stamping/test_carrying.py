"""Stamping by hand: requests and answers in files."""

import hashlib
from pathlib import Path

import pytest

from monitor.app import stamp_carrying, stamping
from monitor.edges import opentimestamping, timestamps
from monitor.errors import EvidenceError, NotFoundError, UsageError
from monitor.evidence_answers import StampVerdict
from tests.app.stamping.rig import ED25519, OTS, RFC3161, Opened, keep, stored, verdicts
from tests.edges.authority import Authority
from tests.edges.calendar import HEIGHT, mined, promised, proof, raw, unknown


async def test_an_authority_asked_by_hand(opened: Opened, keys: Authority, tmp_path: Path) -> None:
    """The query waits for its answer, also when newer seals came; written again it is the same."""
    ctx = opened(authority_certificates=keys.root)
    await keep(ctx)
    query, again, answer = (tmp_path / name for name in ("seal.tsq", "again.tsq", "seal.tsr"))
    written = await stamp_carrying.write_request(ctx, RFC3161, query)
    await stamp_carrying.write_request(ctx, RFC3161, again)
    assert query.read_bytes() == again.read_bytes()
    assert written.files == (str(query),)
    assert await verdicts(ctx) == [(RFC3161, StampVerdict.WAITING)]
    assert stamping.files_of((await stored(ctx))[0], written.seal) == ()
    await keep(ctx)
    await stamp_carrying.write_request(ctx, RFC3161, tmp_path / "newer.tsq")
    answer.write_bytes(keys.answer(query.read_bytes()))
    report = await stamp_carrying.take_answer(ctx, answer)
    assert (report.seal.number, report.new) == (1, True)
    assert await verdicts(ctx) == [(RFC3161, StampVerdict.GOOD), (RFC3161, StampVerdict.WAITING)]
    assert not (await stamp_carrying.take_answer(ctx, answer)).new
    answer.write_bytes(keys.answer(query.read_bytes()))
    with pytest.raises(EvidenceError, match="has a time-stamp already"):
        await stamp_carrying.take_answer(ctx, answer)


async def test_a_query_written_by_hand_may_be_sent_later(opened: Opened, authority: Authority, tmp_path: Path) -> None:
    """Then its answer is the one that it waited for."""
    ctx = opened(authority=authority.url)
    await keep(ctx)
    await stamp_carrying.write_request(ctx, RFC3161, tmp_path / "seal.tsq")
    await stamping.stamp(ctx)
    assert authority.asked == [(tmp_path / "seal.tsq").read_bytes()]
    (only,) = await stored(ctx)
    assert (only.authority, only.token is None) == (authority.url, False)


async def test_answers_by_hand_that_fit_nothing_are_refused(opened: Opened, keys: Authority, tmp_path: Path) -> None:
    """With what is wrong; nothing is stored."""
    ctx, file = opened(), tmp_path / "answer"
    await keep(ctx)
    report = await stamp_carrying.write_request(ctx, OTS, tmp_path / "seal.json")
    ours, url = (tmp_path / "seal.json").read_bytes(), "https://calendar.example"
    stranger = proof(promised(bytes(32), url)[0])
    for content, why in (
        (b"", "no time-stamp response"),
        (keys.answer(timestamps.request(b"else")), "no seal's here"),
        (keys.answer(timestamps.request(ours)), "no query about seal 1"),
        (stranger, "no seal's here"),
        (stranger[:-2], "no OpenTimestamps proof"),
        (proof(unknown(bytes.fromhex(report.seal.hash))), "attests nothing"),
        (opentimestamping.MAGIC + bytes(opentimestamping.MOST), "larger than"),
    ):
        file.write_bytes(content)
        with pytest.raises(EvidenceError, match=why):
            await stamp_carrying.take_answer(ctx, file)
    assert await stored(ctx) == []
    with pytest.raises(NotFoundError, match="there is no file"):
        await stamp_carrying.take_answer(ctx, tmp_path / "nowhere")


async def test_opentimestamps_by_hand(opened: Opened, tmp_path: Path, easy_blocks: None) -> None:
    """The text whose SHA-256 is the seal's hash goes to `ots stamp`; its proof comes back, is upgraded, comes again."""
    ctx, proven = opened(), tmp_path / "seal.json.ots"
    await keep(ctx)
    report = await stamp_carrying.write_request(ctx, OTS, tmp_path / "seal.json")
    text = (tmp_path / "seal.json").read_bytes()
    digest = hashlib.sha256(text).digest()
    assert digest.hex() == report.seal.hash
    promise, commitment = promised(digest, "https://calendar.example")
    proven.write_bytes(proof(promise))
    assert (await stamp_carrying.take_answer(ctx, proven)).detail == "promised by https://calendar.example"
    await stamp_carrying.write_request(ctx, OTS, tmp_path / "pending.ots")
    assert (tmp_path / "pending.ots").read_bytes() == proven.read_bytes()
    upgrade, header = mined(commitment)
    proven.write_bytes(opentimestamping.upgraded(proven.read_bytes(), commitment, raw(upgrade)))
    assert (await stamp_carrying.take_answer(ctx, proven)).detail == f"in Bitcoin block {HEIGHT}"
    assert not (await stamp_carrying.take_answer(ctx, proven)).new
    assert await verdicts(ctx, header) == [(OTS, StampVerdict.GOOD)]


async def test_a_request_overwrites_nothing(opened: Opened, tmp_path: Path) -> None:
    ctx, there = opened(), tmp_path / "there"
    await keep(ctx)
    there.write_text("mine")
    with pytest.raises(UsageError, match="is there already"):
        await stamp_carrying.write_request(ctx, RFC3161, there)
    with pytest.raises(UsageError, match="needs no request"):
        await stamp_carrying.write_request(ctx, ED25519, tmp_path / "new")
    assert there.read_text() == "mine"
