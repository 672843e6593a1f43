"""Captures go when their time is over, their texts stay, and what repeats or proves something is not cut off."""

import gzip
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from monitor import Archive
from monitor.answers import DocumentView
from monitor.app import removing as sweeping
from monitor.app import retaining
from monitor.core.retention import KeptAs
from monitor.edges import warc_rewrite
from monitor.errors import EvidenceError
from monitor.evidence_answers import RemovalReport
from monitor.model import Capture, DocumentState, RemovalCause, Tombstone
from monitor.store import captures, files, leaves, redactions, removing
from monitor.store.schema import capture, tombstone
from tests.app.rig import Rig, add, play
from tests.app.website import Page, Website, article, robots, rss
from tests.newsroom.days import MORNING, at
from tests.store.rows import every

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
SHIPS, MARKET = "http://one.example/news/ships", "http://one.example/news/market"
LATER = at(20, 6)  # four days after the first morning


@pytest.fixture
async def recorded(site_rig: Rig, website: Website) -> Rig:
    """A feed and two articles; the first is edited, the second one taken down; later the feed tells of another."""
    site_rig.overrides |= {"evidence.keep": "all", "recheck.removal_span": "1h"}
    website.pages |= {
        "http://one.example/robots.txt": robots("Disallow: /private"),
        FEED: rss((SHIPS, "Ships"), (MARKET, "Market")),
        SHIPS: Page(article("Ships come in")),
        MARKET: Page(article("The market opens", 40)),
    }
    async with site_rig.open() as archive:
        await add(archive, FEED, every_s=3600)
        await play(site_rig, archive, MORNING)
        website.pages[SHIPS] = Page(article("Ships leave again", 13))
        del website.pages[MARKET]
        await play(site_rig, archive, at(16, 7), at(16, 9), at(16, 12), at(16, 18), at(17, 5))
    website.pages[FEED] = rss((SHIPS, "Ships"))
    website.pages["http://one.example/robots.txt"] = robots("Disallow: /secret")
    async with site_rig.open() as archive:
        await play(site_rig, archive, LATER)
    return site_rig


def kept_for(rig: Rig, **times: str) -> Rig:
    rig.overrides |= {f"retention.{kind}": time for kind, time in times.items()}
    return rig


async def retained(rig: Rig, *, dry_run: bool = False) -> RemovalReport:
    async with rig.open() as archive:
        return await archive.custody.retain(dry_run=dry_run)


def by_kind(report: RemovalReport) -> dict[str, int]:
    return {one.kind: one.captures for one in report.kinds}


async def readable(archive: Archive, kept: tuple[Capture, ...]) -> bool:
    """Read every capture that is not removed."""
    for one in kept:
        if one.removed_at is None:
            await archive._ctx.evidence.read(one.file, one.offset, one.length)
    return True


async def test_without_a_policy_nothing_goes(recorded: Rig) -> None:
    """That is the default."""
    report = await retained(recorded)
    assert (report.captures, report.files, report.kinds) == (0, (), ())


async def test_the_rehearsal_tells_and_removes_nothing(recorded: Rig) -> None:
    """By kind, with counts, bytes and the oldest of each; the same that goes then."""
    kept_for(recorded, robots="3d", sources="3d", unchanged="3d")
    told = await retained(recorded, dry_run=True)
    assert set(by_kind(told)) == {"robots", "sources", "unchanged"}
    assert told.captures == sum(one.captures for one in told.kinds)
    assert told.bytes == sum(one.bytes for one in told.kinds) > 0
    assert {one.url for one in told.removals if one.what == "robots"} == {"http://one.example/robots.txt"}
    assert {one.url for one in told.removals if one.what == "unchanged"} <= {SHIPS, MARKET}
    done = await retained(recorded)
    assert (by_kind(done), done.bytes, done.files) == (by_kind(told), told.bytes, told.files)
    assert (await retained(recorded)).captures == 0


async def test_the_bytes_go_and_the_rows_stay(recorded: Rig) -> None:
    """With a tombstone each, which the chain seals; what stays is where the database says."""
    kept_for(recorded, sources="3d")
    async with recorded.open() as archive:
        (source,) = await archive.sources()
        before = await archive._ctx.db.read(redactions.captures_of_sources, [source.id])
        await archive.custody.seal()
        report = await archive.custody.retain()
        after = [await archive._ctx.db.read(captures.get, one.id) for one in before]
        gone = [one for one in after if one is not None and one.removed_at]
        assert gone
        assert {one.removed_at for one in gone} == {LATER}
        unsealed = await archive._ctx.db.read(leaves.unsealed)
        assert len(unsealed) == report.captures
        views = [await archive.document(url) for url in (SHIPS, MARKET)]
        assert all([await readable(archive, view.captures) for view in views])
        known = await archive._ctx.db.read(files.every, removed=True)
    (old,) = [one for one in known if one.removed_at]
    assert report.files == (old.name,)
    assert old.removed_why == f"written anew as {old.name[:-8]}-r1.warc.gz without what was removed"
    there = sorted(path.name for path in _files(recorded))
    assert there == sorted(one.name for one in known if not one.removed_at)
    assert b"<title>Market</title>" not in b"".join(gzip.decompress(path.read_bytes()) for path in _files(recorded))


def _files(rig: Rig) -> list[Path]:
    return list(rig.settings.evidence_dir.glob("*.warc*"))


async def test_what_shows_a_removal_is_an_article(recorded: Rig) -> None:
    """The 404s that made it gone stay with its texts; checks that brought nothing go."""
    kept_for(recorded, unchanged="1d")
    recorded.at(at(25, 6))
    async with recorded.open() as archive:
        view = await archive.document(MARKET)
        assert view.document.state is DocumentState.GONE
        gone_at = next(one.at for one in view.changes if one.kind == "removed")
        await archive.custody.retain()
        after = await archive.document(MARKET)
    stays = {one.captured_at for one in after.captures if one.removed_at is None and one.status == 404}
    assert {one.captured_at for one in view.captures if one.status == 404 and one.captured_at <= gone_at} <= stays
    assert [one for one in after.captures if one.removed_at]


async def test_texts_stay_when_their_captures_go(recorded: Rig) -> None:
    """Every revision, with all that was read; the bytes are gone, but for those that what is younger repeats."""
    async with recorded.open() as archive:
        before = await archive.document(SHIPS)
    kept_for(recorded, articles="1d", unchanged="1d", sources="1d", robots="1d")
    await retained(recorded)
    async with recorded.open() as archive:
        after = await archive.document(SHIPS)
        found = (await archive.search("breakwater")).items
        assert await readable(archive, after.captures)
    assert after.revisions == before.revisions
    assert len(found) > 0
    assert _bytes_of(after) == {at(16, 7), LATER}  # when it was seen last, and the response that this repeats


def _bytes_of(view: DocumentView) -> set[object]:
    return {one.captured_at for one in view.captures if one.removed_at is None}


async def test_a_file_of_which_nothing_stays_is_removed(recorded: Rig) -> None:
    """Its row says so."""
    kept_for(recorded, articles="1h", unchanged="1h", sources="1h", robots="1h")
    recorded.at(at(25, 6))
    report = await retained(recorded)
    assert len(report.files) == 2
    assert _files(recorded) == []
    async with recorded.open() as archive:
        known = await archive._ctx.db.read(files.every, removed=True)
    assert {one.removed_why for one in known} == {"all that it held was removed"}


async def test_a_file_in_use_is_left(recorded: Rig) -> None:
    """And told of; once it is closed it is its turn."""
    kept_for(recorded, sources="1h")
    async with recorded.open() as archive:
        recorded.at(at(21, 6))
        await archive.tick()
        recorded.at(at(21, 12))
        report = await archive.custody.retain()
        assert [note for note in report.notes if "is still being written" in note]
    assert (await retained(recorded)).captures > 0


@pytest.mark.parametrize("step", ["rewrite", "replace_file", "take_away"])
async def test_a_crash_at_any_step_is_ended_by_the_next_start(
    recorded: Rig, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the new file, before the database knows of it, before the old one is unlinked."""
    kept_for(recorded, sources="3d")

    class Killed(Exception):  # noqa: N818 - as a kill would be
        pass

    def killed(*_: object) -> None:
        raise Killed

    module = removing if step == "replace_file" else warc_rewrite
    with monkeypatch.context() as patch:
        patch.setattr(module, step, killed)
        with pytest.raises(Killed):
            await retained(recorded)
    async with recorded.open() as archive:
        done = await sweeping.finish(archive._ctx)
        assert len(done) == 1
        assert await sweeping.finish(archive._ctx) == ()
        known = {one.name for one in await archive._ctx.db.read(files.every)}
        for url in (SHIPS, MARKET):
            assert await readable(archive, (await archive.document(url)).captures)
    assert {path.name for path in _files(recorded)} == known


async def test_a_damaged_file_is_left_as_it_is(recorded: Rig) -> None:
    """Its captures count as removed, and what is damaged may still be mended from a copy."""
    kept_for(recorded, sources="3d")
    path = min(_files(recorded))
    async with recorded.open() as archive:
        view = await archive.document(SHIPS)
        one = min(view.captures, key=lambda one: one.offset if one.file == path.name else 1 << 40)
    data = bytearray(path.read_bytes())
    data[one.offset + 30 : one.offset + 34] = b"\0\0\0\0"
    path.write_bytes(data)
    report = await retained(recorded)
    assert report.files == ()
    assert [note for note in report.notes if f"damaged at byte {one.offset}" in note]
    assert path.read_bytes() == bytes(data)


async def test_a_source_of_its_own_time(recorded: Rig) -> None:
    """It holds for its documents as well, and beats the kinds."""
    kept_for(recorded, sources="1h", unchanged="1h", articles="1h")
    async with recorded.open() as archive:
        (source,) = await archive.sources()
        from monitor.store import sources

        await archive._ctx.db.write(lambda conn: sources.set_fields(conn, source.id, retain_s=10 * 86_400))
    assert (await retained(recorded)).captures == 0
    recorded.at(at(27, 6))
    assert set(by_kind(await retained(recorded))) == {str(KeptAs.SOURCES), str(KeptAs.UNCHANGED), str(KeptAs.ARTICLES)}


async def test_the_daemon_does_it_once_a_day(recorded: Rig) -> None:
    """Where a policy is set; a file of which little is due waits."""
    async with recorded.open() as archive:
        assert await retaining.retain_when_due(archive._ctx) is None
    kept_for(recorded, sources="3d")
    async with recorded.open() as archive:
        report = await retaining.retain_when_due(archive._ctx)
        assert report is not None
        assert await retaining.retain_when_due(archive._ctx) is None
        recorded.at(at(21, 7))
        assert await retaining.retain_when_due(archive._ctx) is not None


async def test_only_one_process_at_a_time(recorded: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """The other waits, and says so when it has waited for long."""
    kept_for(recorded, sources="3d")
    monkeypatch.setattr(sweeping, "TRIES", 2)
    monkeypatch.setattr(sweeping, "PAUSE_S", 0.01)
    with (
        warc_rewrite.alone(recorded.settings.evidence_dir),
        pytest.raises(Exception, match="writing evidence files anew"),
    ):
        await retained(recorded)
    async with recorded.open() as archive:
        assert len(await sweeping.finish(archive._ctx)) == 1


async def test_a_place_that_is_none_stops_it(recorded: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the database says that a record is, and none begins, nothing is written anew."""
    kept_for(recorded, sources="3d")
    async with recorded.open() as archive:
        view = await archive.document(SHIPS)
        one = view.captures[-1]
        await archive._ctx.db.write(_moved, one.id, one.offset + 1)
        report = await archive.custody.retain()
        assert [note for note in report.notes if f"no record at byte {one.offset + 1}" in note]
        with pytest.raises(EvidenceError):
            await archive._ctx.evidence.read(one.file, one.offset + 1, one.length)
    assert report.files == ()
    assert {stone.cause for stone in await _stones(recorded)} <= {RemovalCause.RETENTION}


def _moved(conn: Connection, capture_id: int, offset: int) -> None:
    conn.execute(update(capture).where(capture.c.id == capture_id).values(offset=offset))


async def _stones(rig: Rig) -> tuple[Tombstone, ...]:
    async with rig.open() as archive:
        buried = await archive._ctx.db.read(every, Tombstone, tombstone)
    return tuple(one for one in buried if one.document_id == 1)
