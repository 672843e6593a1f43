"""Checking stored stamps without asking anybody."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import update

from monitor.app import sealing, stamping
from monitor.edges.signing import fingerprint
from monitor.evidence_answers import StampVerdict
from monitor.store import schema, stamps
from tests.app.stamping.rig import ED25519, OTS, RFC3161, Opened, checked, keep, stored, verdicts
from tests.edges.authority import Authority, openssl
from tests.edges.calendar import Calendar


async def test_who_signed_is_checked_by_the_configured_certificates(
    opened: Opened, authority: Authority, tmp_path: Path
) -> None:
    """Without them it is said that nobody was checked; by another's it is wrong."""
    ctx = opened(authority=authority.url)
    await keep(ctx)
    (report,) = await stamping.stamp(ctx)
    assert "not checked" in report.detail
    assert await verdicts(ctx) == [(RFC3161, StampVerdict.UNCHECKED)]
    assert await verdicts(opened(authority_certificates=authority.root)) == [(RFC3161, StampVerdict.GOOD)]
    other = Authority.make(tmp_path / "other")
    assert await verdicts(opened(authority_certificates=other.root)) == [(RFC3161, StampVerdict.WRONG)]


async def test_whose_key_signed_is_told(opened: Opened, key: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.key"
    openssl("genpkey", "-algorithm", "ed25519", "-out", str(other))
    ctx = opened(key=key)
    await keep(ctx)
    (report,) = await stamping.stamp(ctx)
    assert report.stamp is not None
    assert report.detail == f"signed with the key {fingerprint(report.stamp.request or b'')}"
    assert await verdicts(ctx) == [(ED25519, StampVerdict.GOOD)]
    assert await verdicts(opened()) == [(ED25519, StampVerdict.UNCHECKED)]
    assert await verdicts(opened(key=other)) == [(ED25519, StampVerdict.UNCHECKED)]


async def test_stamps_that_were_altered_are_wrong(
    opened: Opened, authority: Authority, calendar: Calendar, key: Path
) -> None:
    """Each in the database under another seal, too."""
    trusted = {"authority": authority.url, "authority_certificates": authority.root}
    ctx = opened(**trusted, calendars=[calendar.url], key=key)
    await keep(ctx)
    await stamping.stamp(ctx)
    before = await stored(ctx)
    for one in before:
        token = one.token or b""
        altered = token[:-1] if one.method is OTS else token[:-1] + bytes([token[-1] ^ 1])
        await ctx.db.write(stamps.answer, one, replace(one, token=altered))
    assert [verdict for _, verdict in await verdicts(ctx)] == [StampVerdict.WRONG] * 3
    for one, seen in zip(before, await stored(ctx), strict=True):
        await ctx.db.write(stamps.answer, seen, one)
    await keep(ctx)
    await sealing.seal(ctx)
    await ctx.db.write(lambda conn: conn.execute(update(schema.stamp).values(seal=2)).close())
    assert [verdict for _, verdict in await verdicts(ctx)] == [StampVerdict.WRONG] * 3


async def test_times_that_cannot_be_are_noted_and_wrong(opened: Opened, authority: Authority) -> None:
    """A token is neither older than its seal nor from the future; some minutes are a matter of clocks."""
    trusted = {"authority": authority.url, "authority_certificates": authority.root}
    for shift, notes in ((timedelta(hours=2), 1), (timedelta(hours=-2), 1), (timedelta(minutes=1), 0)):
        ctx = opened(now=datetime.now(UTC) + shift, **trusted)
        await keep(ctx)
        (report,) = await stamping.stamp(ctx)
        assert len(report.notes) == notes
        last = (await checked(ctx))[-1]
        assert last.verdict is (StampVerdict.WRONG if notes else StampVerdict.GOOD)
        assert all(last.detail.endswith(one) for one in report.notes)
