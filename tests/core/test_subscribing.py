"""How a subscription lives: when its hub is asked, what ends it, and how polling goes on beside it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.subscribing import (
    Polled,
    PushPolicy,
    asked,
    due_after_push,
    heard,
    is_trusted,
    lapsed,
    paced,
    pushed,
    refused,
)
from monitor.interfaces import Plan
from monitor.model import Subscription, SubscriptionState

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
FEED = "https://news.example/feed"
HUB = "https://hub.example/"
POLICY = PushPolicy()
ASKED = Subscription(7, HUB, FEED, "t" * 43, "s" * 64, SubscriptionState.REQUESTED, 3, NOW, renew_at=NOW)
HELD = replace(ASKED, state=SubscriptionState.ACTIVE, lease_until=NOW + timedelta(days=5))


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


# --- asking ---------------------------------------------------------------------------------------------------


def test_a_hub_that_does_not_confirm_is_asked_ever_more_rarely() -> None:
    """And at the latest once a day, for good."""
    waits, known, now = [], ASKED, NOW
    for _ in range(10):
        known = asked(known, now, POLICY, 0.0)
        assert known.renew_at is not None
        waits.append((known.renew_at - now) / hours(1))
        now = known.renew_at
    assert waits == [0.25, 0.5, 1, 2, 4, 8, 16, 24, 24, 24]
    assert known.state is SubscriptionState.REQUESTED


@given(st.integers(0, 100_000), st.floats(0, 1, exclude_max=True))
def test_the_wait_for_a_hub_is_never_short_and_never_endless(failures: int, jitter: float) -> None:
    known = asked(replace(ASKED, failures=failures), NOW, POLICY, jitter)
    assert known.renew_at is not None
    assert hours(0.25) <= known.renew_at - NOW <= hours(24 * 1.1)


def test_a_hub_that_asks_for_patience_gets_it() -> None:
    planned = asked(ASKED, NOW, POLICY, 0.0)
    later = refused(planned, "the hub answered 503", NOW + hours(9))
    assert (later.renew_at, later.detail) == (NOW + hours(9), "the hub answered 503")
    assert refused(planned, "no", NOW).renew_at == planned.renew_at
    assert refused(planned, "no", None).renew_at == planned.renew_at


# --- how a subscription lives ---------------------------------------------------------------------------------

NAMED = Subscription(7, HUB, FEED, "n" * 43, "m" * 64, SubscriptionState.REQUESTED)


def test_a_hub_heard_of_first_is_to_be_asked_now() -> None:
    assert heard(None, NAMED, NOW, POLICY) == replace(NAMED, renew_at=NOW)
    assert heard(None, None, NOW, POLICY) is None


@pytest.mark.parametrize("known", [ASKED, HELD, replace(ASKED, state=SubscriptionState.DENIED)])
def test_a_hub_named_again_changes_nothing(known: Subscription) -> None:
    """One that denied is not asked again (5.2)."""
    assert heard(known, NAMED, NOW, POLICY) is None


@pytest.mark.parametrize("change", [{"hub": "https://other.example/"}, {"topic": FEED + "2"}])
@pytest.mark.parametrize("state", list(SubscriptionState))
def test_another_hub_or_topic_begins_anew(change: dict[str, str], state: SubscriptionState) -> None:
    """With another callback and secret, since these belong to one hub."""
    known = replace(HELD, state=state, requested_at=NOW - hours(30), failures=9, pushes=4)
    new = heard(known, replace(NAMED, **change), NOW, POLICY)  # type: ignore[arg-type]
    assert new is not None
    assert (new.id, new.token, new.secret, new.state) == (3, "n" * 43, "m" * 64, SubscriptionState.REQUESTED)
    assert (new.renew_at, new.lease_until, new.pushes) == (NOW, None, 0)


def test_a_feed_that_names_one_hub_and_then_another_is_not_run_after() -> None:
    """Each change waits as long as the next request to the hub before would have."""
    other = replace(NAMED, hub="https://other.example/")
    new = heard(replace(ASKED, requested_at=NOW - hours(1), failures=5), other, NOW, POLICY)
    assert new is not None
    assert new.renew_at == NOW + hours(3)


def test_a_feed_that_names_no_hub_any_more_ends_its_subscription_until_it_does() -> None:
    over = heard(HELD, None, NOW, POLICY)
    assert over is not None
    assert (over.state, over.renew_at, over.lease_until) == (SubscriptionState.ENDED, None, None)
    assert heard(over, None, NOW, POLICY) is None
    again = heard(over, NAMED, NOW + hours(1), POLICY)
    assert again is not None
    assert (again.state, again.token, again.renew_at) == (SubscriptionState.REQUESTED, NAMED.token, NOW + hours(1))


def test_a_lease_that_ran_out_is_asked_for_again() -> None:
    late = replace(HELD, lease_until=NOW, renew_at=NOW + hours(2), detail="the hub answered 500")
    after = lapsed(late, NOW)
    assert after is not None
    assert (after.state, after.renew_at, after.detail) == (
        SubscriptionState.REQUESTED,
        NOW + hours(2),
        "the hub answered 500",
    )
    assert lapsed(HELD, NOW) is None
    assert lapsed(replace(ASKED, lease_until=NOW), NOW) is None


# --- polling beside it ----------------------------------------------------------------------------------------

PLAN = Plan(NOW + hours(1), 3600, "about 6 articles a day")


def polled(changed: datetime | None, *, began: datetime = NOW, adaptive: bool = True) -> Polled:
    return Polled(began, NOW, changed, adaptive)


def test_a_source_whose_news_came_with_pushes_is_polled_less_often() -> None:
    known = pushed(HELD, NOW - hours(2))
    plan = paced(PLAN, known, polled(NOW - hours(2)), POLICY)
    assert (plan.next_check_at, plan.interval_s) == (NOW + hours(4), 3600)
    assert plan.reason == "about 6 articles a day; every 4 h only, since its hub pushes"
    assert paced(replace(PLAN, interval_s=7200), known, polled(None), POLICY).next_check_at == NOW + hours(1)


def test_polling_goes_on_with_push_too() -> None:
    """However good the hub, a source is polled every six hours, and a slower one no faster than planned."""
    known = pushed(HELD, NOW - hours(1))
    slow = Plan(NOW + hours(5), 5 * 3600, "quiet")
    assert paced(slow, known, polled(NOW - hours(2)), POLICY).next_check_at == NOW + hours(6)
    failing = Plan(NOW + hours(24), 24 * 3600, "3 failures")
    assert paced(failing, known, polled(NOW - hours(2)), POLICY).next_check_at == failing.next_check_at


@pytest.mark.parametrize(
    ("known", "changed"),
    [
        (None, NOW),
        (HELD, NOW),  # never pushed
        (pushed(HELD, NOW - hours(2)), NOW),  # this poll found what no push told of
        (pushed(HELD, NOW - hours(2)), NOW - hours(1)),
        (pushed(ASKED, NOW), NOW),  # not confirmed, or its lease ran out
        (replace(pushed(HELD, NOW), lease_until=NOW), NOW),
        (replace(pushed(HELD, NOW), state=SubscriptionState.DENIED), NOW),
        (pushed(HELD, NOW), None),  # nothing ever came of its pushes
    ],
)
def test_without_a_hub_that_proves_itself_polling_is_as_ever(
    known: Subscription | None, changed: datetime | None
) -> None:
    assert paced(PLAN, known, polled(changed), POLICY) == PLAN


def test_what_the_operator_set_holds() -> None:
    assert paced(PLAN, pushed(HELD, NOW), polled(NOW, adaptive=False), POLICY) == PLAN


def test_a_push_during_a_poll_is_not_lost() -> None:
    """The source is polled again, a minute later at the soonest; also where the operator set the times."""
    known = pushed(HELD, NOW - timedelta(seconds=3))
    for adaptive in (True, False):
        plan = paced(PLAN, known, polled(NOW, began=NOW - timedelta(seconds=5), adaptive=adaptive), POLICY)
        assert plan.next_check_at == NOW + timedelta(seconds=60)
    soon = replace(PLAN, next_check_at=NOW + timedelta(seconds=10))
    assert paced(soon, known, polled(NOW, began=NOW - hours(1)), POLICY).next_check_at == soon.next_check_at


def test_however_often_a_hub_pushes_the_publisher_is_asked_once_a_minute() -> None:
    assert due_after_push(None, NOW, POLICY) == NOW
    assert due_after_push(NOW - hours(1), NOW, POLICY) == NOW
    assert due_after_push(NOW - timedelta(seconds=20), NOW, POLICY) == NOW + timedelta(seconds=40)


@given(
    st.integers(60, 200_000),
    st.integers(-500, 500),
    st.integers(-500, 500),
    st.sampled_from(list(SubscriptionState)),
    st.booleans(),
)
def test_no_hub_makes_polling_sooner_than_the_gap_or_later_than_it_may(
    interval: int, pushed_h: int, changed_h: int, state: SubscriptionState, adaptive: bool
) -> None:
    known = replace(HELD, state=state, last_push_at=NOW + hours(pushed_h / 10))
    plan = Plan(NOW + timedelta(seconds=interval), interval, "x")
    after = paced(plan, known, polled(NOW + hours(changed_h / 10), adaptive=adaptive), POLICY)
    assert after.interval_s == interval
    assert after.next_check_at >= min(plan.next_check_at, NOW + timedelta(seconds=POLICY.gap_s))
    assert after.next_check_at <= max(plan.next_check_at, NOW + timedelta(seconds=POLICY.polling_s))


def test_a_hub_that_pushed_what_came_is_trusted() -> None:
    assert is_trusted(pushed(HELD, NOW), NOW, NOW, POLICY)
    assert not is_trusted(HELD, NOW, NOW, POLICY)
