"""Chains of redirects in legs are the chain they would have been in one go."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.legs import dead_end, joined, permanent_url
from monitor.interfaces import FetchRequest, FetchResult, Hop
from monitor.model import Outcome

NOW = datetime(2026, 11, 2, 10, 0, tzinfo=UTC)


def hop(number: int, status: int) -> Hop:
    return Hop(address(number), NOW + timedelta(seconds=number), b"GET / HTTP/1.1", (), b"", status, (), b"")


def address(number: int) -> str:
    return f"https://h{number}.example/"


def leg(statuses: Sequence[int], first: int = 0, outcome: Outcome = Outcome.OK) -> FetchResult:
    """Make what a fetch of that part of a chain gives; a leg that ends in a redirect is REDIRECTED."""
    hops = tuple(hop(first + n, status) for n, status in enumerate(statuses))
    onwards = address(first + len(hops)) if hops and 300 < hops[-1].status < 400 else None
    outcome = Outcome.REDIRECTED if onwards else outcome
    return FetchResult(
        FetchRequest(address(first)), outcome, NOW + timedelta(seconds=first), 1.0 * len(hops), hops,
        hops[-1].url if hops else None, hops[-1].status if hops else None, b"" if onwards else b"there",
        "elsewhere" if onwards else None, None, permanent_url(outcome, hops, onwards), onwards,
    )  # fmt: skip


@given(
    st.lists(st.sampled_from([301, 302, 307, 308]), min_size=1, max_size=5),
    st.sampled_from([(200, Outcome.OK), (404, Outcome.NOT_FOUND), (301, Outcome.REDIRECTED)]),
    st.data(),
)
def test_legs_join_to_the_chain(redirects: list[int], end: tuple[int, Outcome], data: st.DataObject) -> None:
    """Wherever a chain is cut, its legs joined are what it would have been uncut."""
    statuses = [*redirects, end[0]]
    cut = data.draw(st.integers(1, len(redirects)))
    again = data.draw(st.integers(cut, len(redirects)))
    whole = leg(statuses, outcome=end[1])
    legs = [leg(statuses[:cut]), leg(statuses[cut:again], cut), leg(statuses[again:], again, end[1])]
    first, second, third = (legs[0], legs[1], legs[2]) if again > cut else (legs[0], legs[2], None)
    both = joined(first, second)
    assert (joined(both, third) if third else both) == whole


@pytest.mark.parametrize(
    ("statuses", "permanent"), [([301], True), ([301, 308], True), ([302, 301], False), ([301, 307], False)]
)
def test_only_a_chain_that_is_permanent_in_every_leg_is_permanent(statuses: list[int], permanent: bool) -> None:
    """One temporary step in either leg and the page has not moved."""
    result = joined(leg(statuses[:1]), leg([*statuses[1:], 200], 1))
    assert result.permanent_url == (address(len(statuses)) if permanent else None)


def test_a_leg_without_an_answer_leaves_the_last_response() -> None:
    """The failure is told; status and address are those of the redirect, and nothing has moved."""
    lost = FetchResult(FetchRequest(address(1)), Outcome.DNS_ERROR, NOW, 0.5, detail="the name does not resolve")
    result = joined(leg([301]), lost)
    assert (result.outcome, result.detail) == (Outcome.DNS_ERROR, "the name does not resolve")
    assert (result.status, result.final_url, len(result.hops)) == (301, address(0), 1)
    assert (result.permanent_url, result.redirect_url, result.elapsed_s) == (None, None, 1.5)


def test_a_loop_is_seen_over_all_hops() -> None:
    """Back to any of them is a loop, be it several legs ago."""
    hops = [hop(0, 301), hop(1, 302), hop(2, 301)]
    assert dead_end(hops, address(0), 10) == f"redirects in a loop, back to {address(0)}"
    assert dead_end(hops, address(3), 10) is None


def test_redirects_are_counted_over_all_hops() -> None:
    """As many redirects as allowed are followed, and not one more."""
    hops = [hop(0, 301), hop(1, 302), hop(2, 301)]
    assert dead_end(hops, address(3), 3) is None
    assert dead_end(hops, address(3), 2) == "more than 2 redirects"
