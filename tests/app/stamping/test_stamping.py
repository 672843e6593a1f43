"""Stamping the newest seal by whom the operator configured: on demand, and by the daemon."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update
from structlog.testing import capture_logs

from monitor.app import stamping
from monitor.core.chain import canonical, seal_content
from monitor.edges import opentimestamping, timestamps
from monitor.errors import ConfigError, NotFoundError
from monitor.evidence_answers import StampVerdict
from monitor.store import schema
from tests.app.stamping.rig import ED25519, OTS, RFC3161, Opened, expose, keep, stored, verdicts
from tests.edges.authority import Authority, openssl
from tests.edges.calendar import HEIGHT, Calendar


async def test_everything_configured_stamps_the_newest_seal(
    opened: Opened, authority: Authority, calendar: Calendar, key: Path, tmp_path: Path
) -> None:
    """What was not sealed is sealed first; the stamps are over that seal's hash, and openssl agrees with each."""
    ctx = opened(authority=authority.url, authority_certificates=authority.root, calendars=[calendar.url], key=key)
    await keep(ctx)
    reports = await stamping.stamp(ctx)
    assert [(one.method, one.new, one.problem) for one in reports] == [
        (RFC3161, True, None), (OTS, True, None), (ED25519, True, None)
    ]  # fmt: skip
    seal = reports[0].seal
    assert (seal.number, seal.leaves) == (1, 1)
    assert authority.types == ["application/timestamp-query"]
    assert calendar.asked == [bytes.fromhex(seal.hash)]
    assert calendar.heads[0]["User-Agent"] == ctx.settings.user_agent
    made: dict[str, bytes] = {}
    for report in reports:
        assert report.stamp is not None
        made |= dict(stamping.files_of(report.stamp, seal))
    for name, content in made.items():
        (tmp_path / name).write_bytes(content)
    at = str(tmp_path / "seal-1")
    by = ("-queryfile", f"{at}.tsq", "-CAfile", str(authority.root))
    assert "Verification: OK" in openssl("ts", "-verify", "-in", f"{at}.tsr", *by)
    assert "Verification: OK" in openssl("ts", "-verify", "-in", f"{at}.tsr", "-digest", seal.hash, *by[2:])
    said = ("-in", f"{at}.txt", "-sigfile", f"{at}.sig")
    assert "Verified" in openssl("pkeyutl", "-verify", "-pubin", "-inkey", f"{at}.pub.pem", "-rawin", *said)
    assert opentimestamping.digest_of(made["seal-1.ots"]) == seal.hash
    assert made["seal-1.txt"] == f"{seal.hash}\n".encode()


async def test_a_seal_is_stamped_once(opened: Opened, authority: Authority, key: Path) -> None:
    """What it has stays; a newer seal is stamped anew."""
    ctx = opened(authority=authority.url, key=key)
    await keep(ctx)
    await stamping.stamp(ctx)
    again = await stamping.stamp(ctx)
    assert [(one.seal.number, one.new, one.problem) for one in again] == [(1, False, None)] * 2
    assert again[0].detail.startswith("has it already: there at ")
    await keep(ctx)
    assert [(one.seal.number, one.new) for one in await stamping.stamp(ctx, [ED25519])] == [(2, True)]
    assert len(authority.asked) == 1
    assert [(one.seal, one.method) for one in await stored(ctx)] == [(1, RFC3161), (1, ED25519), (2, ED25519)]


async def test_what_one_cannot_do_the_others_do(opened: Opened, authority: Authority, key: Path) -> None:
    """A failure is told, and leaves nothing behind."""
    authority.status, authority.says = 503, b"closed today"
    ctx = opened(authority=authority.url, key=key)
    await keep(ctx)
    failed, signed = await stamping.stamp(ctx)
    assert "the server answered 503: closed today" in str(failed.problem)
    assert (failed.stamp, failed.new, signed.new) == (None, False, True)
    assert [one.method for one in await stored(ctx)] == [ED25519]
    authority.status, authority.says = 200, None
    assert [one.new for one in await stamping.stamp(ctx)] == [True, False]


@pytest.mark.parametrize("kind", ["html", "rejection", "other", "huge", "garbage"])
async def test_a_hostile_answer_is_refused_and_nothing_is_stored(
    opened: Opened, authority: Authority, kind: str
) -> None:
    ctx = opened(authority=authority.url, authority_certificates=authority.root)
    await keep(ctx)
    other = authority.answer(timestamps.request(b"another seal"))
    authority.says = {
        "html": b"<html>log in</html>",
        "rejection": authority.answer(b"no query"),
        "other": other,
        "huge": other + bytes(timestamps.MOST),
        "garbage": other + b"\x00",
    }[kind]
    (report,) = await stamping.stamp(ctx)
    assert report.problem
    assert await stored(ctx) == []


async def test_an_answer_of_somebody_else_is_refused(opened: Opened, authority: Authority, tmp_path: Path) -> None:
    """One that is right in everything, by a key that the operator's certificates do not lead to."""
    ctx = opened(authority=authority.url, authority_certificates=Authority.make(tmp_path / "other").root)
    await keep(ctx)
    (report,) = await stamping.stamp(ctx)
    assert "the signature cannot be trusted" in str(report.problem)
    assert await stored(ctx) == []


async def test_an_answer_with_an_old_nonce_is_refused(opened: Opened, authority: Authority) -> None:
    """Right in everything else: an answer over this very seal, given before."""
    ctx = opened(authority=authority.url, authority_certificates=authority.root)
    await keep(ctx)
    authority.status = 503
    (first,) = await stamping.stamp(ctx)
    authority.status, authority.says = 200, authority.answer(timestamps.request(canonical(seal_content(first.seal))))
    (report,) = await stamping.stamp(ctx)
    assert "nonce" in str(report.problem)
    assert await stored(ctx) == []


async def test_nobody_is_asked_who_is_not_configured(opened: Opened, authority: Authority, calendar: Calendar) -> None:
    """The error says how to go on by hand."""
    ctx = opened()
    await keep(ctx)
    by_hand = ((), "--rfc3161 --request"), ((RFC3161,), "--rfc3161 --request"), ((OTS,), "--ots --request")
    for methods, hint in (*by_hand, ((ED25519,), "how to make a key")):
        with pytest.raises(ConfigError) as refused:
            await stamping.stamp(ctx, methods)
        assert hint in str(refused.value.hint)
    assert authority.asked == calendar.asked == []
    assert await stamping.stamp_when_due(ctx) == ()


async def test_private_addresses_are_asked_only_when_allowed(opened: Opened, authority: Authority) -> None:
    ctx = opened(private=False, authority=authority.url)
    await keep(ctx)
    (report,) = await stamping.stamp(ctx)
    assert "not a public address" in str(report.problem)
    assert authority.asked == []


async def test_an_empty_archive_has_nothing_to_stamp(opened: Opened, key: Path) -> None:
    with pytest.raises(NotFoundError, match="nothing is kept yet"):
        await stamping.stamp(opened(key=key))


async def test_bad_files_are_told_before_anybody_is_asked(opened: Opened, authority: Authority, tmp_path: Path) -> None:
    for wrong in ({"authority_certificates": tmp_path / "no.pem"}, {"key": tmp_path / "no.key"}):
        ctx = opened(authority=authority.url, **wrong)
        await keep(ctx)
        with pytest.raises(ConfigError, match="No such file"):
            await stamping.stamp(ctx)
    assert authority.asked == []


async def test_a_key_that_others_may_read_is_noted(opened: Opened, key: Path) -> None:
    ctx = opened(key=expose(key))
    await keep(ctx)
    (report,) = await stamping.stamp(ctx)
    assert "chmod 600" in report.notes[0]


async def test_a_seal_that_is_not_its_hash_is_not_stamped(opened: Opened, authority: Authority, key: Path) -> None:
    """Whoever altered the database gets no authority's word for it; the check tells of those stamped before."""
    ctx = opened(authority=authority.url, key=key)
    await keep(ctx)
    await stamping.stamp(ctx, [ED25519])
    await ctx.db.write(lambda conn: conn.execute(update(schema.seal).values(leaves=2)).close())
    (report,) = await stamping.stamp(ctx, [RFC3161])
    assert "the hash of seal 1 is not of what it says" in str(report.problem)
    assert authority.asked == []
    assert await verdicts(ctx) == [(ED25519, StampVerdict.WRONG)]


async def test_the_daemon_stamps_when_it_is_time(opened: Opened, key: Path) -> None:
    """Each method after `stamp.every` since its last stamp; a seal that has one is left alone."""
    now = datetime.now(UTC)
    ctx = opened(now=now, key=key, every=3600)
    await keep(ctx)
    with capture_logs() as logs:
        assert [one.new for one in await stamping.stamp_when_due(ctx)] == [True]
    assert [(one["event"], one["seal"], one["method"]) for one in logs] == [("stamp.made", 1, "ed25519")]
    await keep(ctx)
    assert await stamping.stamp_when_due(opened(now=now + timedelta(minutes=59), key=key, every=3600)) == ()
    later = opened(now=now + timedelta(hours=1), key=key, every=3600)
    assert [(one.seal.number, one.new) for one in await stamping.stamp_when_due(later)] == [(2, True)]
    idle = opened(now=now + timedelta(hours=2), key=key, every=3600)
    with capture_logs() as logs:
        assert [one.new for one in await stamping.stamp_when_due(idle)] == [False]
    assert logs == []


async def test_the_daemon_logs_what_fails_and_tries_again(
    opened: Opened, authority: Authority, key: Path, tmp_path: Path
) -> None:
    """Nothing is raised: an empty archive, an authority that is down, a key that is gone."""
    ctx = opened(authority=authority.url, key=key, every=3600)
    with capture_logs() as logs:
        assert await stamping.stamp_when_due(ctx) == ()
    assert [one["event"] for one in logs] == ["stamp.failed"]
    await keep(ctx)
    authority.status = 503
    with capture_logs() as logs:
        await stamping.stamp_when_due(ctx)
    assert [(one["event"], one["method"]) for one in logs] == [("stamp.failed", "rfc3161"), ("stamp.made", "ed25519")]
    authority.status = 200
    gone = opened(authority=authority.url, key=tmp_path / "gone", every=3600)
    assert [(one.method, one.new) for one in await stamping.stamp_when_due(gone)] == [(RFC3161, True)]


async def test_the_daemon_asks_for_promises_after_an_hour(opened: Opened, calendar: Calendar) -> None:
    now = datetime.now(UTC)
    ctx = opened(now=now, calendars=[calendar.url], every=864_000)
    await keep(ctx)
    await stamping.stamp_when_due(ctx)
    calendar.mine()
    early = opened(now=now + timedelta(minutes=59), calendars=[calendar.url], every=864_000)
    assert await stamping.stamp_when_due(early) == ()
    later = opened(now=now + timedelta(hours=1), calendars=[calendar.url], every=864_000)
    assert [one.detail for one in await stamping.stamp_when_due(later)] == [f"in Bitcoin block {HEIGHT}"]
