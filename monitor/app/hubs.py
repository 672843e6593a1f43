"""Ask hubs to push, and ask again in time: rarely, few at once, and never one that is in trouble."""

import asyncio
import random
from collections import defaultdict
from collections.abc import Iterable
from urllib.parse import urlsplit

import structlog

from monitor.app import push
from monitor.app.context import Context
from monitor.core import subscribing, websub
from monitor.edges.guard import Guard
from monitor.edges.hub import HubAnswer, HubClient
from monitor.edges.push import PushDoor
from monitor.model import SourceState, Subscription
from monitor.store import sources, subscriptions

log = structlog.get_logger(__name__)

AT_ONCE = 2  # hubs asked at the same time, each one request after the other
A_RUN = 20  # subscriptions asked for in one run; the daemon has one a minute


class Pushes:
    """The pushes of a running daemon: the door that hubs come to, and what is asked of them.

    `start` and `stop` are the daemon's beginning and end, `renew` is its job once a minute. While push is off all
    three do nothing.
    """

    def __init__(self, ctx: Context) -> None:
        settings = ctx.settings
        self._ctx = ctx
        self._door = PushDoor(push.HubCallbacks(ctx), settings.push.public_url, settings.push.listen)
        self._client: HubClient | None = None
        self._made_by = settings.fetch

    async def start(self) -> None:
        """Listen for hubs. Raises ConfigError when the address cannot be had."""
        if push.is_on(self._ctx):
            await self._door.start()
            log.info("push.started", listen=self._ctx.settings.push.listen, url=self._ctx.settings.push.public_url)

    async def stop(self) -> None:
        """Listen no more. Subscriptions stay: hubs try again, and the daemon is usually back soon."""
        await self._door.stop()
        client, self._client = self._client, None
        if client is not None:
            await client.close()

    async def renew(self) -> int:
        """Ask hubs for what is due, and note what ran out; return how many requests were taken."""
        if not push.is_on(self._ctx):
            return 0
        await self._forget_outdated()
        await self._note_lapses()
        due = await self._ctx.db.read(subscriptions.due, self._ctx.clock.now(), A_RUN)
        turns = asyncio.Semaphore(AT_ONCE)
        return sum(await asyncio.gather(*(self._ask_hub(turns, group) for group in _by_hub(due))))

    async def _note_lapses(self) -> None:
        now = self._ctx.clock.now()
        for known in await self._ctx.db.read(subscriptions.run_out, now, 10 * A_RUN):
            source = await self._ctx.db.read(sources.get, known.source_id)
            polled = source is not None and source.state is SourceState.ACTIVE
            after = subscribing.lapsed(known, now) if polled else subscribing.ended(known, "the source is not polled")
            if after is not None and await self._ctx.db.write(subscriptions.advance, known, after) and polled:
                log.warning("push.lapsed", source=known.source_id, hub=known.hub, reason=after.detail)

    async def _ask_hub(self, turns: asyncio.Semaphore, group: list[Subscription]) -> int:
        """Ask one hub for several topics, with a gap between them; the first trouble puts the rest off."""
        taken = 0
        async with turns:
            for number, known in enumerate(group):
                if number:
                    await self._ctx.clock.sleep(self._ctx.settings.fetch.gap)
                answer = await self._ask(known)
                taken += answer is not None and answer.accepted
                if answer is not None and answer.troubled:
                    await self._put_off(group[number + 1 :], answer)
                    break
        return taken

    async def _ask(self, known: Subscription) -> HubAnswer | None:
        """Make one request, planned and stored before; None when another process was first."""
        ctx, policy = self._ctx, push.policy_of(self._ctx)
        planned = subscribing.asked(known, ctx.clock.now(), policy, random.random())
        if not await ctx.db.write(subscriptions.advance, known, planned):
            return None
        callback = websub.callback_url(ctx.settings.push.public_url, known.token)
        answer = await self._hubs().ask(known.hub, websub.request_form(known, callback, policy))
        if answer.accepted:
            log.info("push.requested", source=known.source_id, hub=known.hub)
        else:
            await self._refused(planned, answer)
        return answer

    async def _refused(self, planned: Subscription, answer: HubAnswer) -> None:
        detail = answer.detail or "the hub did not take the request"
        after = subscribing.refused(planned, detail, answer.retry_after)
        await self._ctx.db.write(subscriptions.advance, planned, after)  # unless it was verified all the same
        log.warning(
            "push.refused",
            source=planned.source_id,
            hub=planned.hub,
            reason=detail,
            next=f"{after.renew_at:%Y-%m-%dT%H:%M:%SZ}",
        )

    async def _put_off(self, rest: Iterable[Subscription], answer: HubAnswer) -> None:
        """Wait as long as after one request in vain, without having made it."""
        policy, now = push.policy_of(self._ctx), self._ctx.clock.now()
        for known in rest:
            waiting = subscribing.asked(known, now, policy, random.random())
            after = subscribing.refused(waiting, answer.detail or "the hub is in trouble", answer.retry_after)
            await self._ctx.db.write(subscriptions.advance, known, after)

    async def _forget_outdated(self) -> None:
        """Close what asks hubs by settings that were replaced since, while nobody uses it."""
        outdated, self._client = self._client, None
        if outdated is None or self._made_by is self._ctx.settings.fetch:
            self._client = outdated
        else:
            await outdated.close()

    def _hubs(self) -> HubClient:
        if self._client is None:
            fetch = self._made_by = self._ctx.settings.fetch
            guard = Guard(fetch.allow_private, fetch.resolve.items())
            ca_file = str(fetch.ca_file) if fetch.ca_file else None
            self._client = HubClient(guard, self._ctx.clock, self._ctx.settings.user_agent, ca_file)
        return self._client


def _by_hub(due: Iterable[Subscription]) -> list[list[Subscription]]:
    groups: defaultdict[str, list[Subscription]] = defaultdict(list)
    for known in due:
        groups[urlsplit(known.hub).netloc.lower()].append(known)
    return list(groups.values())
