"""WebSub, whole: a feed names a hub, the hub is asked and verifies, it pushes, and the source is polled at once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
import structlog

from monitor import Archive
from monitor.app import push
from monitor.app.context import Context
from monitor.app.hubs import Pushes
from monitor.interfaces import FetchRequest, FetchResult, Hop, ParsedFeed, Plan
from monitor.model import Outcome, Source, SourceKind, Subscription, SubscriptionState
from monitor.store import sources, subscriptions
from monitor.store.schema import subscription
from tests.app.rig import Rig, add, play
from tests.app.website import Website, article, feed, rss
from tests.edges.hub import Hub, free_port
from tests.newsroom.days import MORNING
from tests.store.rows import every

pytest_plugins = ["tests.newsroom.fixtures"]

FEED = "http://one.example/feed"
STORY = "http://one.example/news/2026/11/harbour-story-number-{}"


def later(**span: float) -> datetime:
    return MORNING + timedelta(**span)


@dataclass
class Scene:
    """An archive with one source, its hub, and the pushes of a running daemon."""

    rig: Rig
    site: Website
    hub: Hub
    archive: Archive
    pushes: Pushes

    @property
    def ctx(self) -> Context:
        return self.archive._ctx

    def publish(self, *numbers: int) -> None:
        """Have the site carry these stories."""
        items = [(STORY.format(number), f"Story number {number}") for number in numbers]
        self.site.pages[FEED] = rss(*items)
        self.site.pages |= {url: replace(rss(), body=article(title), kind="text/html") for url, title in items}

    async def poll(self, now: datetime) -> list[str]:
        """Do a round; return what was asked of the site."""
        before = len(self.site.asked)
        await play(self.rig, self.archive, now)
        return self.site.asked[before:]

    async def hear(self, hub: str | None, topic: str = FEED, **source: object) -> None:
        """Note that a good poll found this hub."""
        one = replace(await self.source(), **source)  # type: ignore[arg-type]
        found = ParsedFeed(SourceKind.FEED, "rss20", hub=hub, self_url=topic)
        await self.ctx.db.write(push.heard, self.ctx, one, found, answer(), self.ctx.clock.now())

    async def subscribed(self) -> Subscription:
        """Ask the hub, and return what is known then."""
        await self.hear(self.hub.url)
        assert await self.pushes.renew() == 1
        await self.hub.settle()
        return await self.known()

    async def known(self) -> Subscription:
        found = await self.ctx.db.read(subscriptions.of_source, 1)
        assert found is not None
        return found

    async def source(self) -> Source:
        found = await self.ctx.db.read(sources.get, 1)
        assert found is not None
        return found


def answer(headers: tuple[tuple[bytes, bytes], ...] = ()) -> FetchResult:
    hop = Hop(FEED, MORNING, b"GET /feed HTTP/1.1", (), b"HTTP/1.1 200 OK", 200, headers, feed())
    return FetchResult(FetchRequest(FEED), Outcome.OK, MORNING, 0.1, (hop,), FEED, 200, feed())


@asynccontextmanager
async def staged(rig: Rig, site: Website, **overrides: str) -> AsyncIterator[Scene]:
    port = free_port()
    rig.overrides |= {
        "push.public_url": f"http://127.0.0.1:{port}/push",
        "push.listen": f"127.0.0.1:{port}",
        "fetch.allow_private": "127.0.0.1/32",
        "schedule.longest": "6h",
        **overrides,
    }
    rig.at(MORNING)
    async with Hub.start() as hub, rig.open() as archive:
        pushes = Pushes(archive._ctx)
        scene = Scene(rig, site, hub, archive, pushes)
        scene.publish(1)
        await pushes.start()
        try:
            await add(archive, FEED)
            await scene.poll(MORNING)
            yield scene
        finally:
            await pushes.stop()


@pytest.fixture(autouse=True)
def logged() -> None:
    """Have our events printed, which a library does on request only; they are reset after each test."""
    structlog.configure()


@pytest.fixture
async def scene(site_rig: Rig, website: Website) -> AsyncIterator[Scene]:
    async with staged(site_rig, website) as one:
        yield one


async def test_a_push_brings_the_article_at_once(scene: Scene) -> None:
    """Subscribe, verify, push, poll. What is archived is what the publisher's server says, not what the hub sent."""
    known = await scene.subscribed()
    assert (known.state, known.failures) == (SubscriptionState.ACTIVE, 0)
    assert scene.hub.verified == [(200, "challenge-0")]
    assert scene.hub.asked[0]["hub.topic"] == FEED
    scene.rig.at(later(minutes=7))
    scene.publish(1, 2)
    assert await scene.poll(later(minutes=7)) == []
    assert await scene.hub.push(b"<rss>not a word of this is kept</rss>") == [202]
    source = await scene.source()
    assert (source.next_check_at, source.plan_reason) == (later(minutes=7), "its hub told of something new")
    assert await scene.poll(later(minutes=7)) == [FEED, STORY.format(2)]
    known = await scene.known()
    assert (known.pushes, known.last_push_at) == (1, later(minutes=7))
    assert (await scene.archive.search("kept")).items == ()


@pytest.mark.parametrize(("method", "secret"), [("", None), ("sha256", "somebody else's"), ("sha1", "")])
async def test_a_push_that_we_cannot_trust_is_taken_and_ignored(
    scene: Scene, method: str, secret: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    """7.1.2: with a 2xx, so that nobody learns by trying."""
    await scene.subscribed()
    before = await scene.source()
    scene.hub.subscribers = {key: replace(one, secret=secret or "x") for key, one in scene.hub.subscribers.items()}
    assert await scene.hub.push(b"<rss/>", method) == [202]
    assert await scene.source() == before
    assert (await scene.known()).pushes == 0
    assert "push.ignored" in capsys.readouterr().out


@pytest.mark.parametrize("method", ["sha1", "sha256", "sha384", "sha512"])
async def test_every_signature_of_the_recommendation_counts(scene: Scene, method: str) -> None:
    await scene.subscribed()
    assert await scene.hub.push("Новости".encode(), method) == [202]
    assert (await scene.known()).pushes == 1


async def test_many_pushes_make_few_polls(scene: Scene) -> None:
    """The next comes a minute after the last at the soonest, however often the hub pushes."""
    await scene.subscribed()
    for seconds in range(0, 50, 10):
        scene.rig.at(later(seconds=seconds))
        await scene.hub.push(b"<rss/>")
        assert (await scene.source()).next_check_at == later(seconds=60)
    assert await scene.poll(later(seconds=59)) == []
    assert await scene.poll(later(seconds=60)) == [FEED]
    assert (await scene.known()).pushes == 5


async def test_a_poll_that_is_due_already_stays_due(scene: Scene) -> None:
    await scene.subscribed()
    await scene.ctx.db.write(sources.put_off, 1, later(seconds=5), "soon")
    await scene.hub.push(b"<rss/>")
    assert (await scene.source()).plan_reason == "soon"


async def test_a_lease_is_renewed_in_time_under_the_same_address(scene: Scene) -> None:
    scene.hub.lease_s = 36_000
    first = await scene.subscribed()
    assert first.lease_until == later(hours=10)
    assert first.renew_at is not None
    assert later(hours=5) < first.renew_at <= later(hours=6.67)
    scene.rig.at(first.renew_at - timedelta(seconds=1))
    assert await scene.pushes.renew() == 0
    scene.rig.at(first.renew_at)
    assert await scene.pushes.renew() == 1
    await scene.hub.settle()
    second = await scene.known()
    assert (second.state, second.lease_until) == (SubscriptionState.ACTIVE, first.renew_at + timedelta(hours=10))
    assert scene.hub.asked[0] == scene.hub.asked[1]


async def test_a_hub_that_is_down_is_asked_ever_more_rarely_and_polling_goes_on(
    scene: Scene, capsys: pytest.CaptureFixture[str]
) -> None:
    """Even past the end of the lease, which makes polling what it was before."""
    scene.hub.lease_s = 7200
    await scene.subscribed()
    await scene.hub.push(b"<rss/>")
    scene.hub.status = 503
    asked = []
    for quarter in range(97):
        scene.rig.at(later(minutes=15 * quarter))
        before = len(scene.hub.asked)
        await scene.pushes.renew()
        asked += [quarter / 4] * (len(scene.hub.asked) - before)
    assert 5 <= len(asked) <= 8
    assert asked[0] <= 1.5
    waits = [after - before for before, after in pairwise(asked)]
    assert waits == sorted(waits)
    known = await scene.known()
    assert (known.state, known.detail) == (SubscriptionState.REQUESTED, "the hub answered 503")
    assert "push.lapsed" in capsys.readouterr().out
    assert FEED in await scene.poll(later(hours=25))
    scene.hub.status = 202
    scene.rig.at(later(hours=60))
    assert await scene.pushes.renew() == 1
    await scene.hub.settle()
    assert (await scene.known()).state is SubscriptionState.ACTIVE


async def test_a_hub_that_never_verifies_is_not_run_after(scene: Scene) -> None:
    scene.hub.silent = True
    known = await scene.subscribed()
    assert (known.state, known.failures) == (SubscriptionState.REQUESTED, 1)
    scene.rig.at(later(minutes=14))
    assert await scene.pushes.renew() == 0
    scene.rig.at(later(minutes=20))
    assert await scene.pushes.renew() == 1


async def test_a_hub_that_denies_is_left_alone(scene: Scene) -> None:
    """Until the feed names another."""
    scene.hub.denies = "no more subscriptions"
    known = await scene.subscribed()
    assert (known.state, known.detail) == (SubscriptionState.DENIED, "the hub denied it: no more subscriptions")
    scene.rig.at(later(days=40))
    await scene.hear(scene.hub.url)
    assert await scene.pushes.renew() == 0
    scene.hub.denies = None
    await scene.hear(scene.hub.url, FEED + "?new")
    assert await scene.pushes.renew() == 1
    await scene.hub.settle()
    assert (await scene.known()).state is SubscriptionState.ACTIVE
    assert scene.hub.asked[0]["hub.callback"] != scene.hub.asked[1]["hub.callback"]
    assert scene.hub.asked[0]["hub.secret"] != scene.hub.asked[1]["hub.secret"]


async def test_a_stranger_cannot_subscribe_us(scene: Scene) -> None:
    """Not to another topic, not without our token, and not off what we hold."""
    await scene.subscribed()
    callback = scene.hub.asked[0]["hub.callback"]
    told = {"mode": "subscribe", "challenge": "c", "lease_seconds": "9999999"}
    assert await scene.hub.call(callback, topic="http://evil.example/", **told) == (404, "")
    assert await scene.hub.call(callback[:-1] + "~", topic=FEED, **told) == (404, "")
    assert await scene.hub.call(callback[:-4] + "AAAA", topic=FEED, **told) == (404, "")
    assert await scene.hub.call(callback, topic=FEED, **{**told, "mode": "unsubscribe"}) == (404, "")
    assert (await scene.known()).lease_until == later(days=7)


@pytest.mark.parametrize("change", ["pause", "remove_source"])
async def test_a_source_that_is_not_polled_wants_no_pushes(scene: Scene, change: str) -> None:
    """Its lease runs out by itself; pushes until then are answered with 410, and the hub is not asked again."""
    await scene.subscribed()
    await getattr(scene.archive, change)(1)
    before = await scene.source()
    assert await scene.hub.push(b"<rss/>") == [410]
    assert await scene.source() == before
    assert (await scene.known()).state is SubscriptionState.ENDED
    callback = scene.hub.asked[0]["hub.callback"]
    assert (await scene.hub.call(callback, mode="subscribe", topic=FEED, challenge="c", lease_seconds="9"))[0] == 404
    scene.rig.at(later(days=30))
    assert await scene.pushes.renew() == 0


async def test_a_source_that_is_polled_again_is_pushed_again(scene: Scene) -> None:
    await scene.subscribed()
    await scene.archive.pause(1)
    scene.rig.at(later(days=8))
    await scene.pushes.renew()
    assert (await scene.known()).detail == "the source is not polled"
    await scene.archive.resume(1)
    assert (await scene.subscribed()).state is SubscriptionState.ACTIVE


async def test_many_sources_of_one_hub_are_asked_one_after_the_other_and_not_when_it_is_in_trouble(
    site_rig: Rig, website: Website
) -> None:
    async with staged(site_rig, website, **{"fetch.gap": "0s"}) as scene:
        await scene.hear(scene.hub.url)
        for number in range(2, 7):
            url = f"http://two.example/{number}"
            source, _ = await scene.ctx.db.write(sources.add, replace(await scene.source(), id=0, url=url))
            found = ParsedFeed(SourceKind.FEED, "rss20", hub=scene.hub.url, self_url=url)
            await scene.ctx.db.write(push.heard, scene.ctx, source, found, answer(), MORNING)
        scene.hub.status, scene.hub.headers = 429, {"Retry-After": "3600"}
        assert await scene.pushes.renew() == 0
        assert len(scene.hub.asked) == 1
        scene.rig.at(later(minutes=59))
        assert await scene.pushes.renew() == 0
        assert len(scene.hub.asked) == 1
        scene.hub.status = 202
        scene.rig.at(later(minutes=60))
        assert await scene.pushes.renew() == 6
        await scene.hub.settle()
        states = [one.state for one in await scene.ctx.db.read(every, Subscription, subscription)]
        assert states == [SubscriptionState.ACTIVE] * 6
        assert len({form["hub.callback"] for form in scene.hub.asked[1:]}) == 6


async def test_two_daemons_ask_a_hub_once(scene: Scene) -> None:
    known = await scene.subscribed()
    assert known.renew_at is not None
    scene.rig.at(known.renew_at)
    seen = await scene.known()
    assert await scene.pushes._ask(seen) is not None
    assert await scene.pushes._ask(seen) is None
    assert len(scene.hub.asked) == 2


async def test_news_that_came_with_a_push_lets_polling_rest(scene: Scene) -> None:
    """And news that no push told of ends that."""
    await scene.subscribed()
    scene.rig.at(later(hours=1))
    await scene.hub.push(b"<rss/>")
    now = later(hours=1, minutes=1)
    plan = Plan(now + timedelta(hours=1), 3600, "about 3 articles a day")
    fresh = replace(await scene.source(), last_changed_at=now)

    async def paced(source: Source, at: datetime) -> datetime:
        planned = replace(plan, next_check_at=at + timedelta(hours=1))
        after = await scene.ctx.db.read(push.paced, scene.ctx, source, planned, at - timedelta(seconds=2), at)
        return after.next_check_at

    assert await paced(fresh, now) == now + timedelta(hours=4)
    assert await paced(replace(fresh, every_s=3600), now) == now + timedelta(hours=1)
    missed = later(hours=5)
    assert await paced(replace(fresh, last_changed_at=missed), missed) == missed + timedelta(hours=1)
    await scene.hub.push(b"<rss/>")
    began = later(minutes=59)
    after = await scene.ctx.db.read(push.paced, scene.ctx, fresh, plan, began, now)
    assert after.next_check_at == now + timedelta(minutes=1)


async def test_while_push_is_off_nothing_is_noted_asked_or_served(site_rig: Rig, website: Website) -> None:
    async with staged(site_rig, website, **{"push.public_url": ""}) as scene:
        await scene.hear(scene.hub.url)
        assert await scene.ctx.db.read(every, Subscription, subscription) == ()
        assert await scene.pushes.renew() == 0
        assert scene.pushes._door._server is None
        plan = Plan(later(hours=1), 3600, "x")
        assert await scene.ctx.db.read(push.paced, scene.ctx, await scene.source(), plan, MORNING, MORNING) == plan


async def test_what_is_noted_of_a_hub(scene: Scene) -> None:
    """Nothing of a source behind a proxy, nor from half a feed; a feed without a hub ends what was."""
    await scene.hear(scene.hub.url, proxy="http://proxy.example:3128")
    assert await scene.ctx.db.read(every, Subscription, subscription) == ()
    source, link = await scene.source(), (b"Link", f"<{scene.hub.url}>; rel=hub".encode())
    quiet = ParsedFeed(SourceKind.FEED, "rss20", problem="the feed has no items")
    await scene.ctx.db.write(push.heard, scene.ctx, source, quiet, answer((link,)), MORNING)
    first = await scene.known()
    assert (first.hub, first.topic, first.state) == (scene.hub.url, FEED, SubscriptionState.REQUESTED)
    assert len(first.token) == 43
    assert len(first.secret) == 64
    await scene.ctx.db.write(push.heard, scene.ctx, source, quiet, answer(), MORNING)
    assert await scene.known() == first
    await scene.hear(None)
    assert (await scene.known()).detail == "the feed names no hub any more"


async def test_no_secret_is_ever_logged(scene: Scene, capsys: pytest.CaptureFixture[str]) -> None:
    known = await scene.subscribed()
    await scene.hub.push(b"<rss/>")
    await scene.hub.push(b"<rss/>", secret="wrong")
    scene.hub.status = 500
    scene.rig.at(later(days=6))
    await scene.pushes.renew()
    told = "".join(capsys.readouterr())
    assert all(event in told for event in ("push.requested", "push.verified", "push.received", "push.refused"))
    assert known.secret not in told
    assert known.token not in told


@pytest.mark.parametrize("listen", ["localhost:{}", "[::1]:{}"])
async def test_listens_where_it_is_told(site_rig: Rig, website: Website, listen: str) -> None:
    port = free_port()
    host = listen.format(port)
    async with staged(site_rig, website, **{"push.public_url": f"http://{host}/", "push.listen": host}) as scene:
        assert (await scene.subscribed()).state is SubscriptionState.ACTIVE
        assert await scene.hub.push(b"<rss/>") == [202]
