"""Redirects to other hosts: each host on the way is asked under its own lease, rules and turn."""

from datetime import timedelta

import pytest
from sqlalchemy import Connection, update

from monitor import Archive
from monitor.model import DocumentState, Host, Outcome
from monitor.store import hosts
from monitor.store.schema import host
from tests.app.rig import Rig, add, every_document, hold, play
from tests.app.website import Page, Website, article, redirect, robots, rss
from tests.newsroom.days import MORNING

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/rss"
LINK = "http://go.example/x1"
STORY = "http://two.example/2026/11/16/ships-in-the-roads"


@pytest.fixture
def linked(website: Website) -> Website:
    """A feed whose link goes through a redirector to another site."""
    website.pages |= {FEED: rss((LINK, "Ships")), LINK: redirect(STORY, 302), STORY: Page(article("Ships"))}
    return website


async def test_every_host_on_the_way_is_asked_for_its_rules_first(
    site_rig: Rig, watcher: Archive, linked: Website
) -> None:
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    (one,) = await every_document(watcher)
    assert (one.url, one.state) == (STORY, DocumentState.LIVE)
    on_the_way = [url for url in linked.asked if "one.example" not in url]
    assert on_the_way == ["http://go.example/robots.txt", LINK, "http://two.example/robots.txt", STORY]


@pytest.mark.parametrize(("status", "state"), [(301, DocumentState.BLOCKED), (302, DocumentState.PENDING)])
async def test_a_redirect_to_where_another_host_forbids_is_not_followed(
    site_rig: Rig, watcher: Archive, linked: Website, status: int, state: DocumentState
) -> None:
    """For good, the article is out of reach; for now (302), it is tried again as an answer that says nothing."""
    linked.pages["http://two.example/robots.txt"] = robots("Disallow: /2026/")
    linked.pages[LINK] = redirect(STORY, status)
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    (one,) = await every_document(watcher)
    assert STORY not in linked.asked
    assert one.state is state
    (fetch,) = (await watcher.document(one.id)).fetches
    assert (fetch.outcome, fetch.final_url) == (Outcome.ROBOTS, LINK)
    assert "robots.txt forbids it (line 2: Disallow: /2026/)" in (fetch.detail or "")


async def test_a_redirect_to_where_its_own_host_forbids_is_not_followed(
    site_rig: Rig, watcher: Archive, website: Website
) -> None:
    story, inside = "http://one.example/2026/11/16/ships", "http://one.example/print/ships"
    website.pages |= {FEED: rss((story, "Ships")), story: redirect(inside, 301), inside: Page(article("Ships"))}
    website.pages["http://one.example/robots.txt"] = robots("Disallow: /print/")
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    (one,) = await every_document(watcher)
    assert inside not in website.asked
    assert one.state is DocumentState.BLOCKED


async def test_a_host_that_another_process_visits_is_waited_for(
    site_rig: Rig, watcher: Archive, linked: Website
) -> None:
    """Its gap is that process's to keep; the article is read later, and nothing is lost."""
    await add(watcher, FEED)
    await hold(watcher, "two.example")
    site_rig.at(MORNING)
    await play(site_rig, watcher, MORNING)
    (one,) = await every_document(watcher)
    assert (one.state, STORY in linked.asked) == (DocumentState.PENDING, False)
    (fetch,) = (await watcher.document(one.id)).fetches
    assert fetch.outcome is Outcome.REDIRECTED
    await play(site_rig, watcher, MORNING + timedelta(hours=2))
    (one,) = await every_document(watcher)
    assert (one.url, one.state) == (STORY, DocumentState.LIVE)


async def test_a_host_that_asked_for_patience_gets_it_from_redirects_as_well(
    site_rig: Rig, watcher: Archive, linked: Website
) -> None:
    await add(watcher, FEED)
    until = MORNING + timedelta(hours=3)
    await watcher._ctx.db.write(_ask_for_patience, "two.example", until)
    await play(site_rig, watcher, MORNING, MORNING + timedelta(hours=1))
    assert not [url for url in linked.asked if "two.example" in url]
    (one,) = await every_document(watcher)
    assert one.next_check_at is not None
    assert one.next_check_at >= until
    await play(site_rig, watcher, MORNING + timedelta(hours=4))
    assert STORY in linked.asked


async def test_what_is_learned_of_a_host_on_the_way_is_kept(site_rig: Rig, watcher: Archive, linked: Website) -> None:
    """A 429 at the end of a redirect slows the host that said it, not the one that led there."""
    linked.pages[STORY] = Page(status=429, headers={"Retry-After": "7200"})
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    two, go = await watcher._ctx.db.read(_hosts, "two.example", "go.example")
    assert two.next_allowed_at == MORNING + timedelta(hours=2)
    assert (two.asked_for_patience, two.failures) == (1, 1)
    assert go.next_allowed_at is not None
    assert go.next_allowed_at < MORNING + timedelta(minutes=1)
    assert go.asked_for_patience == 0


async def test_two_hosts_that_redirect_to_each_other_are_a_loop(
    site_rig: Rig, watcher: Archive, linked: Website
) -> None:
    linked.pages[STORY] = redirect(LINK, 302)
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    (one,) = await every_document(watcher)
    (fetch,) = (await watcher.document(one.id)).fetches
    assert fetch.outcome is Outcome.REDIRECT_ERROR
    assert linked.asked.count(STORY) == 1


async def test_robots_txt_is_read_where_it_leads(site_rig: Rig, watcher: Archive, linked: Website) -> None:
    """RFC 9309 2.3.1.2: at least five hops, also to other hosts; the rules at the end count for the host asked."""
    linked.pages["http://go.example/robots.txt"] = redirect("http://three.example/robots.txt")
    linked.pages["http://three.example/robots.txt"] = robots("Disallow: /x1")
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    assert LINK not in linked.asked
    (one,) = await every_document(watcher)
    assert "Disallow: /x1" in (one.state_reason or "")


async def test_no_lease_is_kept_after_a_round(site_rig: Rig, watcher: Archive, linked: Website) -> None:
    await add(watcher, FEED)
    await play(site_rig, watcher, MORNING)
    assert await watcher._ctx.db.read(hosts.lease_owners) == ()
    assert watcher._ctx.held == {}


def _ask_for_patience(conn: Connection, name: str, until: object) -> None:
    hosts.ensure(conn, name)
    conn.execute(update(host).where(host.c.name == name).values(next_allowed_at=until))


def _hosts(conn: Connection, *names: str) -> tuple[Host, ...]:
    return tuple(one for name in names if (one := hosts.get(conn, name)))
