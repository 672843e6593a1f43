"""Each way to the network has a session of its own, and few are kept."""

import aiohttp
import pytest

from monitor.edges.proxies import parse_proxy
from monitor.edges.sessions import MOST_IDLE, Sessions, Way
from monitor.interfaces import FetchRequest
from monitor.model import Outcome
from tests.edges.fetching import TEXT, fetching
from tests.edges.loopback import saying, serving, whole
from tests.edges.proxying import proxying


@pytest.fixture
def made() -> list[Way]:
    return []


def sessions(made: list[Way]) -> Sessions:
    def make(way: Way) -> aiohttp.ClientSession:
        made.append(way)
        return aiohttp.ClientSession()

    return Sessions(make)


def by(number: int, user: str = "a") -> Way:
    return Way(parse_proxy(f"http://{user}:b@10.0.0.{number}:3128"))


async def test_a_way_keeps_its_session(made: list[Way]) -> None:
    """One way, one session; another proxy, other credentials or other trust are another way."""
    ways = [Way(), Way(insecure=True), by(1), by(2), by(1, "other"), Way(by(1).proxy, insecure=True)]
    opened = sessions(made)
    seen = []
    for way in [*ways, *ways]:
        with opened.using(way) as session:
            seen.append(session)
    assert len(set(map(id, seen))) == len(ways)
    assert made == ways
    await opened.close()
    assert all(session.closed for session in seen)


async def test_the_longest_unused_are_closed(made: list[Way]) -> None:
    """Beyond a few; those in use stay, and what was closed is opened again when it is needed."""
    opened = sessions(made)
    with opened.using(by(0)) as busy:
        lent = []
        for number in range(1, MOST_IDLE + 3):
            with opened.using(by(number)) as session:
                lent.append(session)
        await opened.trim()
        assert [session.closed for session in lent] == [True, True] + [False] * MOST_IDLE
        assert not busy.closed
    await opened.trim()
    assert [busy.closed] == [True]
    with opened.using(by(0)) as session:
        assert session is not busy
    await opened.close()


async def test_proxies_of_many_sources_do_not_add_up() -> None:
    """Forty of them leave a few sessions behind, and the ways that are used go on working."""
    async with serving(saying(whole(TEXT))) as server, proxying({"news.test:80": server.port}) as proxy:
        async with fetching() as fetcher:
            for number in range(40):
                named = proxy.url.replace("//", f"//user{number}:b@")
                assert (await fetcher.fetch(FetchRequest("http://news.test/", proxy=named))).outcome is Outcome.OK
            assert len(fetcher._sessions) <= MOST_IDLE + 1
            assert (await fetcher.fetch(FetchRequest(server.url))).outcome is Outcome.OK
        assert proxy.connections == 40  # credentials are a way of their own
