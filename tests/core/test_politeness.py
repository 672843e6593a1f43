"""When a host may be asked again."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.politeness import HostStep, PolitenessPolicy, after_fetch, before_fetch
from monitor.model import Host, Outcome

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
POLICY = PolitenessPolicy(gap_s=5.0, gap_per_host={"slow.example": 30.0}, max_delay_s=60.0)


def step(
    outcome: Outcome = Outcome.OK,
    *,
    host: Host | None = None,
    elapsed_s: float = 0.1,
    retry_s: float | None = None,
    crawl_delay_s: float | None = None,
    policy: PolitenessPolicy = POLICY,
) -> HostStep:
    return after_fetch(
        host or Host("news.example"),
        outcome=outcome,
        started_at=NOW,
        finished_at=NOW,
        elapsed_s=elapsed_s,
        retry_after=None if retry_s is None else NOW + timedelta(seconds=retry_s),
        crawl_delay_s=crawl_delay_s,
        policy=policy,
    )


def wait(taken: HostStep) -> float:
    return ((taken.host.next_allowed_at or NOW) - NOW).total_seconds()


def test_the_gap_is_kept_after_a_success() -> None:
    taken = step()
    assert (wait(taken), taken.host.failures, taken.reason) == (5.0, 0, "gap of 5 s")


def test_a_request_under_way_puts_the_next_one_off_and_never_brings_it_closer() -> None:
    """Not what another that is under way was told meanwhile: to come back in an hour."""
    for told_s, left_s in ((None, 5.0), (-60.0, 5.0), (3600.0, 3600.0)):
        told = None if told_s is None else NOW + timedelta(seconds=told_s)
        host = Host("news.example", next_allowed_at=told)
        after = before_fetch(host, started_at=NOW, crawl_delay_s=2.0, policy=POLICY)
        assert after.next_allowed_at == NOW + timedelta(seconds=left_s)


def test_a_host_can_have_its_own_gap() -> None:
    assert wait(step(host=Host("slow.example"))) == 30.0
    assert wait(step(host=Host("www.slow.example"))) == 30.0
    assert wait(step(host=Host("notslow.example"))) == 5.0
    assert wait(step(host=Host("slow.example", delay_s=7.0))) == 7.0


def test_crawl_delay_is_a_lower_bound_with_a_cap() -> None:
    assert wait(step(crawl_delay_s=2.0)) == 5.0
    taken = step(crawl_delay_s=20.0)
    assert (wait(taken), taken.reason) == (20.0, "Crawl-delay of 20 s")
    assert wait(step(crawl_delay_s=86400.0)) == 60.0


def test_a_mirror_of_ones_own_is_asked_without_pause() -> None:
    """A gap of 0 says so; what the host itself asks for still counts."""
    mirror = PolitenessPolicy(gap_s=0.0)
    assert wait(step(elapsed_s=4.0, policy=mirror)) == 0.0
    assert wait(step(elapsed_s=4.0, crawl_delay_s=3.0, policy=mirror)) == 3.0


def test_slow_hosts_are_asked_more_slowly() -> None:
    taken = step(elapsed_s=4.0)
    assert (wait(taken), taken.reason) == (20.0, "slow host (4 s for an answer)")
    assert wait(step(elapsed_s=400.0)) == 60.0


def test_retry_after_is_obeyed_up_to_its_cap() -> None:
    taken = step(Outcome.RATE_LIMITED, retry_s=1800.0)
    assert (wait(taken), taken.reason) == (1800.0, "the server asked for 30 min (Retry-After)")
    assert wait(step(Outcome.RATE_LIMITED, retry_s=7 * 86400.0)) == 86400.0


def test_a_short_retry_after_does_not_undo_the_backoff() -> None:
    """A server that says "1 second" under load again and again is still asked more and more slowly."""
    assert wait(step(Outcome.RATE_LIMITED, retry_s=1.0)) == 10.0
    assert wait(step(Outcome.RATE_LIMITED, retry_s=1.0, host=Host("news.example", failures=4))) == 160.0


def test_a_429_that_does_not_say_how_long_waits_a_minute_then_doubles() -> None:
    assert wait(step(Outcome.RATE_LIMITED)) == 60.0
    assert wait(step(Outcome.RATE_LIMITED, host=Host("news.example", failures=1))) == 120.0


@pytest.mark.parametrize("outcome", [Outcome.TIMEOUT, Outcome.DNS_ERROR, Outcome.TLS_ERROR, Outcome.SERVER_ERROR])
def test_failures_of_the_host_back_off_and_say_so(outcome: Outcome) -> None:
    taken = step(outcome, host=Host("news.example", failures=2))
    assert (wait(taken), taken.host.failures) == (40.0, 3)
    assert taken.reason == f"3 failures in a row ({outcome.value.replace('_', ' ')}); waiting 40 s"


def test_backoff_has_a_floor_and_a_cap() -> None:
    assert wait(step(Outcome.TIMEOUT, policy=PolitenessPolicy(gap_s=0.0))) == 2.0
    assert wait(step(Outcome.TIMEOUT, host=Host("news.example", failures=100_000))) == 3600.0


@pytest.mark.parametrize("outcome", [Outcome.OK, Outcome.NOT_MODIFIED, Outcome.NOT_FOUND, Outcome.FORBIDDEN])
def test_an_answer_ends_the_row_of_failures(outcome: Outcome) -> None:
    taken = step(outcome, host=Host("news.example", failures=9))
    assert (wait(taken), taken.host.failures) == (5.0, 0)


@pytest.mark.parametrize("outcome", [Outcome.ROBOTS, Outcome.REFUSED])
def test_what_was_never_sent_changes_nothing(outcome: Outcome) -> None:
    until = NOW + timedelta(seconds=33)
    taken = step(outcome, host=Host("news.example", failures=2, next_allowed_at=until))
    assert (taken.host.next_allowed_at, taken.host.failures) == (until, 2)
    assert wait(step(outcome)) == 0.0


seconds = st.floats(0, 1e6)


@given(st.sampled_from(Outcome), st.integers(0, 10_000), seconds, st.none() | seconds, st.none() | seconds)
def test_a_host_is_never_hurried_and_never_dropped(
    outcome: Outcome, failures: int, elapsed_s: float, retry_s: float | None, delay_s: float | None
) -> None:
    """Whatever happens, the gap is kept, Retry-After and Crawl-delay are lower bounds, and a day is the longest."""
    host = Host("news.example", failures=failures)
    taken = step(outcome, host=host, elapsed_s=elapsed_s, retry_s=retry_s, crawl_delay_s=delay_s)
    assert taken.reason
    assert 0 <= wait(taken) <= 86400
    if outcome not in (Outcome.ROBOTS, Outcome.REFUSED):
        bounds = (5.0, min(retry_s or 0, 86400), min(delay_s or 0, 60))
        assert wait(taken) >= max(bounds) - 1e-5
