"""A URL is all that a person needs to give: what tells of its articles is found out, and watched."""

import pytest

from monitor import Archive
from monitor.model import DocumentState, SourceKind, SourceState
from tests.app.rig import ALL, Rig, add, every_document, play
from tests.newsroom.days import MORNING, at
from tests.newsroom.room import Newsroom

pytest_plugins = ["tests.newsroom.fixtures"]

LITORAL = "http://www.agencialitoral.example"
SOTAVENTO = "http://diariosotavento.example"


@pytest.mark.parametrize(
    ("asked", "kind", "chosen"),
    [
        ("http://sevprichal.example/export/rss.xml", "feed", "http://sevprichal.example/export/rss.xml"),
        ("http://kabarmuara.example/", "feed", "http://kabarmuara.example/feed.json"),
        ("https://marsat.example/", "feed", "https://marsat.example/ar/atom.xml"),
        ("http://difaf-alyawm.example", "feed", "http://difaf-alyawm.example/rdf.xml"),
        (f"{SOTAVENTO}/economia/", "listing", f"{SOTAVENTO}/economia/"),
        (f"{SOTAVENTO}/ultimas-noticias", "listing", f"{SOTAVENTO}/ultimas-noticias"),
        ("http://bensong.example/", "sitemap", "http://bensong.example/sitemap-news.xml"),
        ("http://bensong.example/sitemap.xml", "sitemap", "http://bensong.example/sitemap.xml"),
        ("http://marsat.example/", "feed", "https://marsat.example/ar/atom.xml"),
        ("http://radio-mareverte.example/", "feed", "http://www.radio-mareverte.example/fr/rss.xml"),
        ("http://agencialitoral.example/feed/", "feed", f"{LITORAL}/feed/"),
    ],
)
async def test_what_is_watched(asked: str, kind: str, chosen: str, rig: Rig, archive: Archive) -> None:
    """A feed is itself; a page leads to its feed or news sitemap; a section without one is a list of links.

    http that leads to https, and a bare name that leads to www, are followed to the address that stays.
    """
    rig.at(at(17, 17))
    report = await add(archive, asked)
    assert report.source is not None, report.reason
    assert (report.status, report.source.kind, report.source.url) == ("added", kind, chosen)
    assert report.source.verified
    assert report.reason


async def test_an_article_leads_to_its_site_s_feed_unless_told(rig: Rig, archive: Archive) -> None:
    """The page of an article names the feed; `kind=page` watches the page itself, as a document on the schedule."""
    where = f"{LITORAL}/2026/11/13/acuerdo-puertos-barlovia-mareverte/"
    assert (await add(archive, where)).source.url == f"{LITORAL}/feed/"  # type: ignore[union-attr]
    report = await add(archive, where, kind=SourceKind.PAGE, every_s=1800)
    assert report.source is not None
    assert (report.source.kind, report.source.url) == (SourceKind.PAGE, where)
    await archive.remove_source(f"{LITORAL}/feed/")
    visits = await play(rig, archive, MORNING, at(16, 6, 20), at(16, 6, 31))
    assert [(visit.what, visit.url) for visit in visits] == [("source", where)] * 2
    (one,) = await archive.documents(ALL)
    assert (one.url, one.revision_count, one.next_check_at) == (where, 1, None)


async def test_an_article_of_a_site_without_a_feed_is_watched_as_a_page(rig: Rig, archive: Archive) -> None:
    """When nothing is named, one article is one page."""
    rig.at(at(16, 12))
    report = await add(archive, f"{SOTAVENTO}/economia/acuerdo-portuario-mareverte-8781.html")
    assert report.source is not None
    assert report.source.kind is SourceKind.PAGE


async def test_adding_twice_is_known(archive: Archive) -> None:
    """By the same URL, by the page that leads to it, and in another spelling."""
    first = await add(archive, "http://kabarmuara.example/feed.json")
    asked = (
        "http://kabarmuara.example/feed.json",
        "http://kabarmuara.example/",
        "HTTP://KabarMuara.example:80/feed.json#x",
    )
    for again in asked:
        report = await add(archive, again)
        assert (report.status, report.source and report.source.id) == ("known", first.source and first.source.id)
    assert len(await archive.sources()) == 1


async def test_a_removed_source_can_be_added_again(rig: Rig, archive: Archive) -> None:
    """It keeps its number and its entries: nothing is told of twice, and nothing is lost."""
    first = await add(archive, f"{LITORAL}/feed/")
    await play(rig, archive, MORNING)
    known = [one.id for one in await every_document(archive)]
    await archive.remove_source(f"{LITORAL}/feed/")
    assert await archive.sources() == ()
    assert [one.state for one in await archive.sources(removed=True)] == [SourceState.REMOVED]
    assert not [visit for visit in await play(rig, archive, at(16, 8)) if visit.what == "source"]
    again = await add(archive, f"{LITORAL}/feed/", tags=("second",))
    assert (again.status, again.source and again.source.id) == ("added", first.source and first.source.id)
    await play(rig, archive, at(16, 8, 1))
    (source,) = await archive.sources()
    assert (source.tags, source.state, source.failures) == (("second",), SourceState.ACTIVE, 0)
    assert set(known) < {one.id for one in await every_document(archive)}


async def test_a_dry_run_of_adding_stores_nothing(archive: Archive) -> None:
    """It finds out and tells."""
    (report,) = await archive.add_sources(["http://kabarmuara.example/"], dry_run=True)
    assert (report.status, report.source and report.source.kind) == ("found", SourceKind.FEED)
    assert await archive.sources() == ()


async def test_a_paused_source_waits_until_it_is_resumed(rig: Rig, archive: Archive) -> None:
    """Its articles are still read again; a resumed source is polled at once."""
    await add(archive, f"{LITORAL}/feed/")
    await archive.pause(f"{LITORAL}/feed/", "too loud")
    assert await play(rig, archive, MORNING, at(16, 12)) == []
    (source,) = await archive.sources()
    assert (source.state, source.state_reason) == (SourceState.PAUSED, "too loud")
    await archive.resume(source.id)
    assert next(visit.what for visit in await play(rig, archive, at(16, 12))) == "source"


async def test_every_and_cron_hold(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """A source is polled every so often, or at the minutes of its crontab line, and at no other time."""
    await add(archive, f"{LITORAL}/feed/", every_s=1800)
    await add(archive, "http://kabarmuara.example/feed.json", cron="0 9,17 * * *")
    rounds = [at(16, hour, minute) for hour in range(6, 19) for minute in range(0, 60, 10)]
    newsroom.requests.clear()
    await play(rig, archive, *rounds)
    polled = {path: [line.at for line in newsroom.requests if line.path == path] for path in ("/feed/", "/feed.json")}
    assert polled["/feed/"] == [at(16, hour, minute) for hour in range(6, 19) for minute in (0, 30)]
    assert polled["/feed.json"] == [at(16, 6), at(16, 9), at(16, 17)]


async def test_include_and_exclude_keep_articles_out(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """What the patterns leave out is neither heard of nor fetched."""
    rig.at(at(17, 17))
    await add(archive, f"{SOTAVENTO}/", include=("/economia/", "/local/"), exclude=("tren-costero",))
    newsroom.requests.clear()
    await play(rig, archive, at(17, 17))
    found = {one.url for one in await every_document(archive)}
    assert found
    assert all("/economia/" in (url or "") or "/local/" in (url or "") for url in found)
    fetched = {line.path for line in newsroom.requests}
    assert not [path for path in fetched if "tren-costero" in path or "/cultura/" in path or "/edicion" in path]


async def test_a_section_is_followed_as_a_list_of_links(rig: Rig, archive: Archive, newsroom: Newsroom) -> None:
    """Its articles are read; its furniture is not taken for articles."""
    rig.at(at(17, 17))
    await add(archive, f"{SOTAVENTO}/ultimas-noticias")
    await play(rig, archive, at(17, 17))
    documents = await every_document(archive)
    told = {story.url for story in newsroom.desk("sotavento").stories if story.published_at <= at(17, 17)}
    assert {one.url for one in documents} == told
    assert {one.state for one in documents if "/edicion-impresa/" in (one.url or "")} == {DocumentState.BLOCKED}
