"""WebSub in the archive: what feeds say of hubs is noted, what hubs say is taken, and polling goes on beside it.

All of it is off until `push.public_url` is set. Whom we ask, and when, is in app/hubs.py.
"""

import random
import secrets
from collections.abc import Mapping
from datetime import datetime

import structlog
from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.core import subscribing, websub
from monitor.core.subscribing import Polled, PushPolicy
from monitor.core.websub import Reply, SignatureCheck
from monitor.interfaces import FetchResult, ParsedFeed, Plan
from monitor.model import Source, SourceState, Subscription, SubscriptionState
from monitor.store import hosts, sources, subscriptions, wakes

log = structlog.get_logger(__name__)

_REASON = "its hub told of something new"
_STRANGE = Reply(404)
_OVER = Reply(410)  # section 7: the subscription has been deleted, and the hub may end it too
_TAKEN = Reply(202)  # also for what is ignored (7.1.2), so that nobody learns by trying
_UNWANTED = (SubscriptionState.DENIED, SubscriptionState.ENDED)


def is_on(ctx: Context) -> bool:
    """Say whether hubs can reach us."""
    return bool(ctx.settings.push.public_url)


def policy_of(ctx: Context) -> PushPolicy:
    """Return how hubs are asked and trusted: with push, sources are polled no less often than quiet ones are."""
    return PushPolicy(lease_s=ctx.settings.push.lease, polling_s=ctx.settings.schedule.longest)


def heard(
    conn: Connection,
    ctx: Context,
    source: Source,
    parsed: ParsedFeed | None,
    result: FetchResult | None,
    now: datetime,
) -> None:
    """Note the hub that a feed names, within the transaction of its poll; the daemon asks the hub within a minute.

    Nothing is asked here, so a slow hub holds up no visit. Sources with a proxy are left alone: the operator does not
    want to be seen by their side, and a callback address shows who we are.
    """
    if not is_on(ctx) or parsed is None or result is None or not result.hops or source.proxy:
        return
    advert = websub.find_hub(result.hops[-1].headers, parsed, result.final_url or source.url)
    if advert is None and parsed.problem:
        return  # what could not be read to its end may name one all the same
    known = subscriptions.of_source(conn, source.id)
    changed = subscribing.heard(known, _named(source, advert) if advert else None, now, policy_of(ctx))
    if changed is not None:
        subscriptions.save(conn, changed)


def _named(source: Source, advert: websub.Advert) -> Subscription:
    return Subscription(
        source_id=source.id,
        hub=advert.hub,
        topic=advert.topic,
        token=secrets.token_urlsafe(32),
        secret=secrets.token_urlsafe(48),  # less than 200 bytes (5.1)
        state=SubscriptionState.REQUESTED,
    )


def paced(conn: Connection, ctx: Context, source: Source, plan: Plan, began_at: datetime, at: datetime) -> Plan:
    """Return the plan of a poll, made with regard to the source's hub; `source` is as the poll leaves it."""
    if not is_on(ctx):
        return plan
    adaptive = source.every_s is None and source.cron is None
    polled = Polled(began_at, at, source.last_changed_at, adaptive)
    return subscribing.paced(plan, subscriptions.of_source(conn, source.id), polled, policy_of(ctx))


class HubCallbacks:
    """What the door (edges/push.py) asks when a hub calls. A subscription is known by its token alone (section 7)."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    async def verify(self, token: str, query: Mapping[str, str]) -> Reply:
        """Answer a hub that confirms or denies what we asked for."""
        if await self._ctx.db.read(subscriptions.by_token, token) is None:
            return _STRANGE
        reply = await self._ctx.db.write(_verify, self._ctx, token, query, random.random())
        if reply.known is not None:
            _tell(reply.known)
        return reply

    async def open(self, token: str, signature: str | None) -> SignatureCheck | Reply:
        """Answer the head of a push, before its body is read."""
        known, wanted = await self._ctx.db.read(_find, token)
        if known is None:
            return _STRANGE
        if wanted:
            return SignatureCheck(known.secret, signature)
        if known.state not in _UNWANTED:
            ended = subscribing.ended(known, "the source is not polled")
            await self._ctx.db.write(subscriptions.advance, known, ended)
        return _OVER

    async def receive(self, token: str, problem: str | None) -> Reply:
        """Take a push: when it was signed, its source is due at once."""
        known, _ = await self._ctx.db.read(_find, token)
        if known is None:
            return _STRANGE
        if problem is not None:
            log.warning("push.ignored", source=known.source_id, hub=known.hub, reason=problem)
            return _TAKEN
        await self._ctx.db.write(_push, self._ctx, token)
        log.info("push.received", source=known.source_id, hub=known.hub)
        return _TAKEN


def _find(conn: Connection, token: str) -> tuple[Subscription | None, bool]:
    """Return the subscription with that token, and whether its pushes are wanted."""
    known = subscriptions.by_token(conn, token)
    return known, known is not None and known.state not in _UNWANTED and _is_polled(conn, known)


def _is_polled(conn: Connection, known: Subscription) -> bool:
    source = sources.get(conn, known.source_id)
    return source is not None and source.state is SourceState.ACTIVE


def _verify(conn: Connection, ctx: Context, token: str, query: Mapping[str, str], jitter: float) -> Reply:
    known = subscriptions.by_token(conn, token, lock=True)
    if known is None or not _is_polled(conn, known):
        return _STRANGE
    reply = websub.judge_verification(known, query, ctx.clock.now(), policy_of(ctx), jitter)
    if reply.known is not None:
        subscriptions.save(conn, reply.known)
    return reply


def _push(conn: Connection, ctx: Context, token: str) -> None:
    """Count a push and make its source due; hosts are locked first, as in every visit."""
    known = subscriptions.by_token(conn, token)
    source = sources.get(conn, known.source_id) if known else None
    if source is None:
        return  # it began anew meanwhile, with another token
    hosts.lock(conn, [source.host])
    known, source = subscriptions.by_token(conn, token, lock=True), sources.get(conn, source.id)
    if known is None or source is None or source.state is not SourceState.ACTIVE:
        return
    now = ctx.clock.now()
    subscriptions.save(conn, subscribing.pushed(known, now))
    due = subscribing.due_after_push(source.last_checked_at, now, policy_of(ctx))
    if source.next_check_at is None or due < source.next_check_at:
        sources.put_off(conn, source.id, due, _REASON)
        wakes.wake(conn)


def _tell(known: Subscription) -> None:
    if known.state is SubscriptionState.DENIED:
        log.warning("push.denied", source=known.source_id, hub=known.hub, reason=known.detail)
    else:
        log.info(
            "push.verified", source=known.source_id, hub=known.hub, until=f"{known.lease_until:%Y-%m-%dT%H:%M:%SZ}"
        )
