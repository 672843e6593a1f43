"""Subscriptions: one a source, found by its token, asked for in time, and written by one process at a time."""

from dataclasses import replace

import pytest

from monitor.errors import StatementError
from monitor.model import Source, SourceState, Subscription, SubscriptionState
from monitor.store import sources, subscriptions
from monitor.store.database import Database
from monitor.store.schema import subscription
from tests.store.examples import NOON, a_source, minutes
from tests.store.rows import every


async def a_source_in(db: Database, number: int = 1) -> Source:
    source, _ = await db.write(sources.add, a_source(f"https://s{number}.example/feed"))
    return source


async def a_subscription(db: Database, number: int = 1, **values: object) -> Subscription:
    source = await a_source_in(db, number)
    wanted: dict[str, object] = {"state": SubscriptionState.REQUESTED, "renew_at": NOON, **values}
    one = Subscription(source.id, "https://hub.example/", source.url, f"token-{number}", "secret", **wanted)  # type: ignore[arg-type]
    return await db.write(subscriptions.save, one)


async def test_a_subscription_comes_back_as_it_went_in(db: Database) -> None:
    times: dict[str, object] = {
        "requested_at": NOON,
        "lease_until": NOON + minutes(90),
        "last_push_at": NOON - minutes(1),
    }
    stored = await a_subscription(db, 1, pushes=3, failures=2, detail="der Hub antwortet — nicht", **times)
    assert stored.id > 0
    assert await db.read(subscriptions.of_source, stored.source_id) == stored
    assert await db.read(subscriptions.by_token, "token-1") == stored
    assert await db.read(every, Subscription, subscription) == (stored,)


async def test_there_is_none_for_other_sources_and_tokens(db: Database) -> None:
    stored = await a_subscription(db)
    assert await db.read(subscriptions.of_source, stored.source_id + 1) is None
    assert await db.read(subscriptions.by_token, "token-2") is None
    assert await db.write(lambda conn: subscriptions.by_token(conn, "TOKEN-1", lock=True)) is None


async def test_a_source_has_one_at_a_time(db: Database) -> None:
    """The next takes its place; the old token is nobody's then."""
    first = await a_subscription(db)
    second = await db.write(subscriptions.save, replace(first, id=0, token="token-new", hub="https://other.example/"))
    assert (second.id, await db.read(every, Subscription, subscription)) == (first.id, (second,))
    assert await db.read(subscriptions.by_token, "token-1") is None


async def test_a_token_belongs_to_one(db: Database) -> None:
    await a_subscription(db, 1)
    second = await a_subscription(db, 2)
    with pytest.raises(StatementError):
        await db.write(subscriptions.save, replace(second, token="token-1"))


async def test_what_is_due_comes_most_overdue_first_and_no_more_than_asked_for(db: Database) -> None:
    for number, late in enumerate([5, 9, 1, 7]):
        await a_subscription(db, number, renew_at=NOON - minutes(late))
    await a_subscription(db, 8, renew_at=NOON + minutes(1))
    due = await db.read(subscriptions.due, NOON, 3)
    assert [one.token for one in due] == ["token-1", "token-3", "token-0"]
    assert len(await db.read(subscriptions.due, NOON + minutes(1), 9)) == 5


async def test_what_is_over_and_what_is_not_polled_is_left_alone(db: Database) -> None:
    for number, state in enumerate(SubscriptionState):
        await a_subscription(db, number, state=state)
    for number, name in enumerate((SourceState.PAUSED, SourceState.REMOVED), 10):
        one = await a_subscription(db, number)
        await db.write(sources.set_fields, one.source_id, state=name)
    due = await db.read(subscriptions.due, NOON, 20)
    assert {one.state for one in due} == {SubscriptionState.REQUESTED, SubscriptionState.ACTIVE}
    assert len(due) == 2


async def test_leases_that_ran_out_are_found(db: Database) -> None:
    active = SubscriptionState.ACTIVE
    await a_subscription(db, 1, state=active, lease_until=NOON)
    await a_subscription(db, 2, state=active, lease_until=NOON + minutes(1))
    await a_subscription(db, 3, lease_until=NOON)
    assert [one.token for one in await db.read(subscriptions.run_out, NOON, 9)] == ["token-1"]


async def test_a_plan_is_made_by_one_of_two_who_saw_the_same(db: Database) -> None:
    seen = await a_subscription(db, renew_at=None)
    mine = replace(seen, renew_at=NOON + minutes(15), failures=1)
    assert await db.write(subscriptions.advance, seen, mine)
    assert not await db.write(subscriptions.advance, seen, replace(mine, renew_at=NOON + minutes(99)))
    assert await db.read(subscriptions.of_source, seen.source_id) == mine


@pytest.mark.parametrize(
    "change", [{"state": SubscriptionState.ACTIVE}, {"token": "another"}, {"failures": 0}, {"renew_at": None}]
)
async def test_a_plan_does_not_overwrite_what_the_hub_said_meanwhile(db: Database, change: dict[str, object]) -> None:
    seen = await a_subscription(db, failures=1)
    now = await db.write(subscriptions.save, replace(seen, **change))  # type: ignore[arg-type]
    assert not await db.write(subscriptions.advance, seen, replace(seen, detail="the hub answered 500"))
    assert await db.read(subscriptions.of_source, seen.source_id) == now
