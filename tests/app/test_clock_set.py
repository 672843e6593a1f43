"""A clock that is set while hosts are visited: nobody is asked more often for that, and what is recorded agrees."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from structlog.testing import capture_logs

from monitor.app import shared_clock
from monitor.app.context import Context
from monitor.app.opening import close_context, open_context
from monitor.app.ticks import Rounds
from monitor.edges.clock import SharedClock, steady
from monitor.interfaces import FetchRequest, FetchResult
from monitor.settings import DatabaseSettings, Settings
from monitor.store import dialects, hosts
from tests.app.ahead import HOUR, of, source_on
from tests.app.rig import Rig, add, play
from tests.app.website import Page, Website, article, rss
from tests.newsroom.days import at
from tests.store.examples import NOON

pytest_plugins = ["tests.newsroom.fixtures"]
FEED, STORY, OTHER = "http://one.example/rss", "http://one.example/news/ships", "http://one.example/news/market"
DAY = timedelta(days=1)


class Interrupted:
    """A fetcher; `happens` once an article came, before it is recorded."""

    def __init__(self, fetcher: Any, happens: Callable[[], None]) -> None:
        self._fetcher, self._happens = fetcher, happens

    async def fetch(self, request: FetchRequest, *further: Any) -> FetchResult:
        """Fetch, and let it happen."""
        result: FetchResult = await self._fetcher.fetch(request, *further)
        if request.url == STORY:
            self._happens()
        return result

    async def close(self) -> None:
        """Close the fetcher."""
        await self._fetcher.close()


async def visited(rig: Rig, website: Website, until: datetime) -> None:
    """Archive two articles at seven, at the first of which the clock is set to `until`; then look through all."""
    website.pages |= {
        FEED: rss((STORY, "The ships leave the harbour"), (OTHER, "The market opens late")),
        STORY: Page(article("The ships leave the harbour", 12)),
        OTHER: Page(article("The market opens late", 40)),
    }
    rig.at(at(16, 7))
    async with rig.open() as archive:
        await add(archive, FEED, every_s=3600)
        vars(archive._ctx)["fetcher"] = Interrupted(archive._ctx.fetcher, lambda: rig.at(until))
        await archive.launch()
        await asyncio.gather(*archive._rounds._active.values())
        assert website.asked.count(STORY) == 1
        await play(rig, archive, max(until, at(16, 9)))
        assert website.asked.count(OTHER) == 1
        assert (await archive.custody.verify(again=True)).faults == ()


async def test_set_back_during_a_visit_no_page_is_asked_for_again_and_again(
    site_rig: Rig, website: Website, read_here: None
) -> None:
    """What was just looked at is due again before the time at which the visit began, by that clock."""
    await visited(site_rig, website, at(15, 7))


async def test_set_on_by_days_during_a_visit_texts_bear_the_time_of_their_evidence(
    site_rig: Rig, website: Website, read_here: None
) -> None:
    await visited(site_rig, website, at(16, 7) + 9 * DAY)


async def opened(url: str, folder: Path) -> Context:
    """Open the archive as one of many workers."""
    return await open_context(Settings(data_dir=folder, database=DatabaseSettings(url=url)), None)


async def test_who_has_not_heard_that_the_clock_was_set_leases_nothing_of_another(
    postgresql_url: str, tmp_path: Path
) -> None:
    """By its clock the other's lease is long over; it reads the clock anew, and then it is not."""
    first, second = await opened(postgresql_url, tmp_path / "first"), await opened(postgresql_url, tmp_path / "second")
    assert isinstance(second.clock, SharedClock)
    with patch.object(dialects, "present", lambda conn: NOON):
        await shared_clock.follow(first)
        await source_on(first, "one.example", next_check_at=NOON - HOUR)
        (mine,) = await first.db.write(lambda conn: _claimed(conn, first))
        second.clock.follow(NOON + DAY, steady(), steady())
        with capture_logs() as logs:
            assert await Rounds(second).launch(NOON + DAY) == ()
        assert [one["event"] for one in logs] == ["clock.turned"]
        assert abs((second.clock.now() - NOON).total_seconds()) < HOUR.total_seconds()
        assert await Rounds(second).launch(NOON) == ()
        assert (await of(first, mine.name)).lease_owner == first.owner
    await close_context(first)
    await close_context(second)


def _claimed(conn: Any, ctx: Context) -> tuple[Any, ...]:
    return hosts.claim_due(conn, ctx.clock.now(), ctx.clock.now(), ctx.owner, 600.0, 1)
