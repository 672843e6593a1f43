"""Which responses are kept as evidence, and as what: in full, as a revisit, or not at all."""

from collections.abc import Iterator
from datetime import timedelta
from gzip import compress
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from monitor import Archive
from monitor.answers import DocumentFilter
from monitor.edges.warc_reader import records_of
from monitor.edges.warc_records import read_response
from monitor.model import Capture, EvidencePolicy
from tests.app.rig import Rig, add, play
from tests.app.website import Page, Website, article, feed, redirect, rss
from tests.newsroom.days import at

pytest_plugins = ["tests.newsroom.fixtures"]

FEED, ARTICLE = "http://one.example/feed", "http://one.example/2026/11/16/harbour-story"
SAME_READING = "urn:monitor:revisit:same-reading"
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"


def counted(title: str, views: int, number: int = 12) -> bytes:
    """Return an article page that no two requests get alike, and whose text stays."""
    return article(title, number).replace(b"</head>", b"<script>views=%d</script></head>" % views)


def stamped(built: int, *items: tuple[str, str]) -> Page:
    """Return a feed that says when it was built."""
    body = feed(*items).replace(b"<channel>", b"<channel><lastBuildDate>%d</lastBuildDate>" % built)
    return Page(body, "application/rss+xml")


async def one_document(archive: Archive) -> tuple[Capture, ...]:
    """Return the captures of the only article, oldest first."""
    (document,) = await archive.documents(DocumentFilter())
    view = await archive.document(document.id)
    return tuple(sorted(view.captures, key=lambda one: one.id))


async def begin(rig: Rig, archive: Archive, website: Website, page: Page, **options: object) -> None:
    """Watch a feed of one article, and read both."""
    website.pages |= {FEED: rss((ARTICLE, "Ships")), ARTICLE: page}
    rig.at(at(16, 7))
    await add(archive, FEED, **options)
    await play(rig, archive, at(16, 7))


def revisits(rig: Rig, url: str) -> Iterator[tuple[str, str]]:
    """Yield profile and Refers-To of each revisit of a URL, in the order of the files."""
    for path in sorted(rig.settings.evidence_dir.glob("*.warc.gz*")):
        for record in records_of(path):
            if record.kind == "revisit" and record.header("WARC-Target-URI") == url:
                yield record.header("WARC-Profile") or "", record.header("WARC-Refers-To") or ""


async def test_what_reads_the_same_is_kept_as_a_revisit_of_what_it_reads_as(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Other bytes came each time; the page is kept once, and what came is told by its digest."""
    await begin(site_rig, watcher, website, Page(counted("Ships", 1)))
    for hours in (1, 3, 6):
        website.pages[ARTICLE] = Page(counted("Ships", hours + 1))
        await play(site_rig, watcher, at(16, 7 + hours))
    first, *later = await one_document(watcher)
    assert [one.record_type for one in later] == ["revisit"] * len(later)
    assert len(later) >= 2
    assert {one.digest for one in later} == {first.digest}
    assert len({one.sha256 for one in later} - {first.sha256}) == len(later)
    assert set(revisits(site_rig, ARTICLE)) == {(SAME_READING, first.record_id)}


async def test_a_response_in_another_coding_is_kept_in_full(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Readers put its head before the payload referred to, which nobody could decode then."""
    first = Page(compress(counted("Ships", 1)), headers={"Content-Encoding": "gzip"})
    await begin(site_rig, watcher, website, first)
    website.pages[ARTICLE] = Page(counted("Ships", 2))
    await play(site_rig, watcher, at(16, 8))
    assert [one.record_type for one in await one_document(watcher)] == ["response", "response"]


async def test_the_length_of_what_came_is_not_told_as_that_of_what_is_replayed(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website, Page(counted("Ships", 1)))
    website.pages[ARTICLE] = Page(counted("Ships", 1_000_000))
    await play(site_rig, watcher, at(16, 8))
    _, repeat = await one_document(watcher)
    raw = await watcher._ctx.evidence.read(repeat.file, repeat.offset, repeat.length)
    names = [name.lower() for name, _ in read_response(raw)[0]]
    assert b"x-archive-orig-content-length" in names
    assert b"content-length" not in names


async def test_an_edit_is_kept_in_full_whatever_the_policy_says_of_the_rest(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website, Page(counted("Ships", 1)))
    website.pages[ARTICLE] = Page(counted("Ships", 2, number=21))
    await play(site_rig, watcher, at(16, 8), at(16, 9))
    kept = await one_document(watcher)
    assert [one.record_type for one in kept[:2]] == ["response", "response"]
    assert kept[0].revision_id != kept[1].revision_id


async def test_a_text_that_came_back_is_no_revisit_of_the_wall_that_stood_between(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """A revisit refers to the capture that reads the same, not to the newest one."""
    await begin(site_rig, watcher, website, Page(counted("Ships", 1)))
    wall = b"<html><head><title>Just a moment...</title></head><body><p>Checking your browser.</p></body></html>"
    website.pages[ARTICLE] = Page(wall)
    await play(site_rig, watcher, at(16, 8))
    for hour in (9, 10, 13):
        website.pages[ARTICLE] = Page(counted("Ships", hour))
        site_rig.at(at(16, hour))
        await watcher.check_document(ARTICLE)
    kept = await one_document(watcher)
    original = {one.record_id for one in kept if one.record_type == "response" and one.revision_id}
    assert len([one for one in kept if one.record_type == "response"]) > len(original)  # the wall
    found = {refers for profile, refers in revisits(site_rig, ARTICLE) if profile == SAME_READING}
    assert found
    assert found <= original


async def test_all_keeps_every_response_in_full(site_rig: Rig, watcher: Archive, website: Website) -> None:
    await begin(site_rig, watcher, website, Page(counted("Ships", 1)), evidence=EvidencePolicy.ALL)
    for hours in (1, 3):
        website.pages[ARTICLE] = Page(counted("Ships", hours + 1))
        await play(site_rig, watcher, at(16, 7 + hours))
    assert {one.record_type for one in await one_document(watcher)} == {"response"}


async def test_none_keeps_nothing_of_that_source(site_rig: Rig, watcher: Archive, website: Website) -> None:
    await begin(site_rig, watcher, website, Page(counted("Ships", 1)), evidence=EvidencePolicy.NONE)
    website.pages[ARTICLE] = Page(counted("Ships", 2, number=21))
    await play(site_rig, watcher, at(16, 8))
    assert await one_document(watcher) == ()
    (document,) = await watcher.documents(DocumentFilter())
    assert document.revision_count == 2


async def test_identical_bytes_and_304_are_the_standard_revisits(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    await begin(site_rig, watcher, website, Page(article("Ships")))
    await play(site_rig, watcher, at(16, 8))
    website.pages[ARTICLE] = Page(article("Ships"), etag='"one"')
    await play(site_rig, watcher, at(16, 10), at(16, 13))
    first, *later = await one_document(watcher)
    found = list(revisits(site_rig, ARTICLE))
    assert [profile for profile, _ in found] == [IDENTICAL] * (len(found) - 1) + [NOT_MODIFIED]
    assert {refers for _, refers in found} == {first.record_id}
    assert [one.status for one in later][-1] == 304


async def test_a_304_after_other_bytes_confirms_those_and_not_the_ones_kept(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The server says that its last answer holds, which was kept as a note: to say more would be untrue."""
    await begin(site_rig, watcher, website, Page(counted("Ships", 1)))
    website.pages[ARTICLE] = Page(counted("Ships", 2), etag='"two"')
    await play(site_rig, watcher, at(16, 8), at(16, 9), at(16, 11), at(16, 14))
    kept = await one_document(watcher)
    assert 304 in [one.status for one in kept]
    assert {profile for profile, _ in revisits(site_rig, ARTICLE)} == {SAME_READING}


async def test_a_feed_that_only_stamps_itself_anew_is_kept_once(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """Its items are what it tells; the time it was built is not."""
    website.pages |= {FEED: stamped(1, (ARTICLE, "Ships")), ARTICLE: Page(article("Ships"))}
    site_rig.at(at(16, 7))
    await add(watcher, FEED)
    await play(site_rig, watcher, at(16, 7))
    for hour in range(8, 12):
        website.pages[FEED] = stamped(hour, (ARTICLE, "Ships"))
        await play(site_rig, watcher, at(16, hour))
    before = list(revisits(site_rig, FEED))
    assert {profile for profile, _ in before} >= {SAME_READING}
    website.pages[FEED] = stamped(99, (ARTICLE, "Fewer ships"))
    await play(site_rig, watcher, at(16, 12))
    assert len(list(revisits(site_rig, FEED))) == len(before)  # a title that changed is news: kept in full


async def test_every_redirect_on_the_way_has_its_capture(site_rig: Rig, watcher: Archive, website: Website) -> None:
    """Each response in the files is known to the database."""
    website.pages |= {
        FEED: rss(("http://go.example/1", "Ships")),
        "http://go.example/1": redirect("http://two.example/2", 302),
        "http://two.example/2": redirect(ARTICLE, 301),
        ARTICLE: Page(article("Ships")),
    }
    site_rig.at(at(16, 7))
    await add(watcher, FEED)
    await play(site_rig, watcher, at(16, 7))
    rows = {(one.file, one.offset, one.length, one.record_id, one.url) for one in await every_capture(watcher)}
    assert rows == set(every_response(site_rig.settings.evidence_dir))
    assert {"http://go.example/1", "http://two.example/2"} <= {row[-1] for row in rows}


async def every_capture(archive: Archive) -> list[Capture]:
    """Return all captures."""
    from sqlalchemy import Connection, select

    from monitor.store.schema import capture
    from monitor.store.types import noun

    def read(conn: Connection) -> list[Capture]:
        return [noun(Capture, row) for row in conn.execute(select(capture)).mappings()]

    return await archive._ctx.db.read(read)


def every_response(folder: Path) -> Iterator[tuple[str, int, int, str, str]]:
    """Yield place, id and URL of every response and revisit, as warcio finds them."""
    for path in folder.glob("*.warc*"):
        with path.open("rb") as stream:
            records = ArchiveIterator(stream)
            for one in records:
                place = records.get_record_offset(), records.get_record_length()
                if one.rec_type in ("response", "revisit"):
                    header = one.rec_headers.get_header
                    name = path.name.removesuffix(".open")
                    yield name, *place, header("WARC-Record-ID"), header("WARC-Target-URI")


async def test_a_feed_that_alternates_between_mirrors_refers_to_what_was_read_last(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """And never to what the same mirror told before that."""
    one, two = "http://one.example/m1", "http://two.example/m2"
    older, newer = (ARTICLE, "Ships"), ("http://one.example/2026/11/16/the-other-story", "Boats")
    website.pages |= {FEED: redirect(one, 302), one: stamped(1, older), two: stamped(2, older, newer)}
    site_rig.at(at(16, 7))
    await add(watcher, FEED, every_s=3600)
    await play(site_rig, watcher, at(16, 7))
    website.pages[FEED] = redirect(two, 302)
    await play(site_rig, watcher, at(16, 9))
    website.pages |= {FEED: redirect(one, 302), one: stamped(3, older, newer)}
    await play(site_rig, watcher, at(16, 11))
    found = list(revisits(site_rig, one))
    both = [each.record_id for each in await every_capture(watcher) if each.url == two]
    assert [(profile, refers) for profile, refers in found if profile == SAME_READING] == [(SAME_READING, both[0])]


async def test_a_304_for_what_was_never_kept_is_no_revisit_of_something_else(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    """The server's word is kept as it came; what it confirms is not there to be referred to."""
    await begin(site_rig, watcher, website, Page(article("Ships"), etag='"one"'))
    now = site_rig.overrides
    now["evidence.keep"] = "none"
    website.pages[ARTICLE] = Page(article("Ships", 21), etag='"two"')
    async with site_rig.open() as deaf:
        site_rig.at(at(16, 9))
        await deaf.check_document(ARTICLE)
    now["evidence.keep"] = "changes"
    await play(site_rig, watcher, at(16, 12), at(16, 16))
    kept = await one_document(watcher)
    assert {each.record_type for each in kept if each.status == 304} == {"response"}
    assert NOT_MODIFIED not in [profile for profile, _ in revisits(site_rig, ARTICLE)]


async def test_two_bodies_of_one_sha_1_are_both_kept(
    site_rig: Rig, watcher: Archive, website: Website, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such bodies can be made; the SHA-256 tells them apart."""
    monkeypatch.setattr("monitor.edges.warc_records.payload_digest", lambda _: "sha1:SAME")
    await begin(site_rig, watcher, website, Page(article("Ships")))
    website.pages[ARTICLE] = Page(article("Ships", 21))
    await play(site_rig, watcher, at(16, 8))
    assert [each.record_type for each in await one_document(watcher)] == ["response", "response"]


@pytest.mark.parametrize("days", [1])
async def test_the_mark_of_what_was_told_is_lost_with_an_answer_that_is_no_feed(
    site_rig: Rig, watcher: Archive, website: Website, days: int
) -> None:
    """What comes after garbage is kept in full, so that nothing refers to the garbage."""
    await begin(site_rig, watcher, website, Page(article("Ships")))
    website.pages[FEED] = Page(b"<html><body><p>Maintenance.</p></body></html>")
    await play(site_rig, watcher, at(16, 9))
    website.pages[FEED] = stamped(5, (ARTICLE, "Ships"))
    await play(site_rig, watcher, at(16, 9) + timedelta(days=days))
    assert [profile for profile, _ in revisits(site_rig, FEED) if profile == SAME_READING] == []
