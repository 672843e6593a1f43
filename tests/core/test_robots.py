"""robots.txt: what is kept, when it is fetched again, and what it allows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.robots import PARSED_BYTES, RETRY_UNREACHABLE, RobotsCopy, absorb, crawl_delay, judge, robots_due
from monitor.interfaces import Action

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)
AGENT = "Monitor/0.1 (+https://example.org/contact)"
URL = "https://news.example/private/1.html"

TEXT = """\
# house rules
User-agent: *
Disallow: /private/
Disallow: /private/1
Crawl-delay: 3

User-agent: OtherBot
User-agent: Monitor
Sitemap: https://news.example/sitemap.xml
Disallow: /private/
Allow: /private/open
Crawl-delay: 7.5
"""


def copy_of(text: str) -> RobotsCopy:
    return absorb(RobotsCopy(), 200, text.encode(), NOW)


def test_a_refusal_names_the_line() -> None:
    verdict = judge(copy_of(TEXT), URL, AGENT, NOW)
    assert verdict.action is Action.REFUSE
    assert verdict.reason == "robots.txt forbids it (line 10: Disallow: /private/)"


def test_without_a_group_of_our_own_the_group_for_all_counts() -> None:
    verdict = judge(copy_of(TEXT), URL, "Someone/2", NOW)
    assert verdict.action is Action.REFUSE
    assert "line 4: Disallow: /private/1" in verdict.reason


def test_the_longest_match_wins_and_allow_wins_ties() -> None:
    assert judge(copy_of(TEXT), "https://news.example/private/open/1", AGENT, NOW).action is Action.GO
    tie = copy_of("User-agent: *\nDisallow: /a\nAllow: /a\n")
    assert judge(tie, "https://news.example/a", AGENT, NOW).action is Action.GO


def test_only_the_product_token_is_matched() -> None:
    """A rule for "contact" must not catch us for the contact page in our User-Agent."""
    text = "User-agent: contact\nDisallow: /\n"
    assert judge(copy_of(text), URL, AGENT, NOW).action is Action.GO


def test_a_missing_robots_allows_everything() -> None:
    verdict = judge(absorb(RobotsCopy(), 404, b"", NOW), URL, AGENT, NOW)
    assert (verdict.action, verdict.reason) == (Action.GO, "there is no robots.txt (404)")


@pytest.mark.parametrize("status", [301, 401, 403, 404, 410])
def test_an_answer_of_4xx_or_endless_redirects_may_fetch(status: int) -> None:
    assert judge(absorb(copy_of(TEXT), status, b"", NOW), URL, AGENT, NOW).action is Action.GO


@pytest.mark.parametrize("status", [500, 503, 429, None])
def test_an_unreachable_host_is_not_fetched_without_a_copy(status: int | None) -> None:
    copy = absorb(RobotsCopy(), status, None, NOW)
    verdict = judge(copy, URL, AGENT, NOW + timedelta(minutes=1))
    assert verdict.action is Action.WAIT
    assert verdict.until == NOW + RETRY_UNREACHABLE
    assert "unreachable" in verdict.reason


@pytest.mark.parametrize("status", [500, 503, 429, None])
def test_an_unreachable_host_is_judged_by_the_last_good_copy(status: int | None) -> None:
    copy = absorb(copy_of(TEXT), status, None, NOW + DAY)
    assert judge(copy, URL, AGENT, NOW + DAY).action is Action.REFUSE
    verdict = judge(copy, "https://news.example/", AGENT, NOW + DAY)
    assert (verdict.action, verdict.reason) == (Action.GO, "robots.txt allows it (the last good copy)")


def test_that_there_was_none_is_a_good_copy_too() -> None:
    copy = absorb(absorb(RobotsCopy(), 404, b"", NOW), 503, b"", NOW + DAY)
    assert judge(copy, URL, AGENT, NOW + DAY).action is Action.GO


def test_a_body_that_could_not_be_read_is_no_answer() -> None:
    copy = absorb(copy_of(TEXT), 200, None, NOW + DAY)
    assert copy.text == TEXT
    assert robots_due(copy, NOW + DAY + RETRY_UNREACHABLE, DAY)


def test_not_modified_keeps_the_copy_and_its_status() -> None:
    copy = absorb(copy_of(TEXT), 304, b"", NOW + DAY)
    assert copy == RobotsCopy(TEXT, 200, NOW + DAY)


def test_what_was_never_read_is_due_and_waits() -> None:
    assert robots_due(RobotsCopy(), NOW, DAY)
    verdict = judge(RobotsCopy(), URL, AGENT, NOW)
    assert (verdict.action, verdict.until) == (Action.WAIT, NOW)


def test_a_copy_is_due_after_its_age_and_never_kept_beyond_a_day() -> None:
    copy = copy_of(TEXT)
    hour = timedelta(hours=1)
    assert not robots_due(copy, NOW + hour - timedelta(seconds=1), hour)
    assert robots_due(copy, NOW + hour, hour)
    assert not robots_due(copy, NOW + 23 * hour, 7 * DAY)
    assert robots_due(copy, NOW + 24 * hour, 7 * DAY)


def test_a_copy_from_the_future_is_due() -> None:
    """A clock that was wrong for a while must not freeze the rules."""
    assert robots_due(copy_of(TEXT), NOW - timedelta(minutes=1), DAY)


def test_crawl_delay_is_read_for_our_group() -> None:
    assert crawl_delay(TEXT, AGENT) == 7.5
    assert crawl_delay(TEXT, "Someone") == 3.0
    assert crawl_delay("User-agent: *\nCrawl-delay: soon", AGENT) is None
    assert crawl_delay(None, AGENT) is None
    assert crawl_delay("", AGENT) is None


def test_only_the_first_500_kib_count() -> None:
    head = b"User-agent: *\n"
    padded = head + b"#" * (PARSED_BYTES - len(head) - 1) + b"\nDisallow: /\n"
    assert judge(absorb(RobotsCopy(), 200, padded, NOW), URL, AGENT, NOW).action is Action.GO


def test_a_byte_order_mark_does_not_hide_the_first_line() -> None:
    copy = absorb(RobotsCopy(), 200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /\n", NOW)
    assert judge(copy, URL, AGENT, NOW).action is Action.REFUSE


def test_a_url_that_is_none_is_refused() -> None:
    assert judge(copy_of(TEXT), "http://[", AGENT, NOW).action is Action.REFUSE


@given(st.binary(), st.text(max_size=20), st.sampled_from([200, 204, 404, 503, None]))
def test_any_bytes_lead_to_a_verdict_with_a_reason(body: bytes, agent: str, status: int | None) -> None:
    copy = absorb(RobotsCopy(), status, body, NOW)
    verdict = judge(copy, URL, agent, NOW)
    assert verdict.reason
    assert (verdict.until is not None) == (verdict.action is Action.WAIT)


@given(st.lists(st.sampled_from(["User-agent: *", "User-agent: monitor", "Disallow: /", "Allow: /private", "x: y"])))
def test_any_rules_lead_to_a_verdict(lines: list[str]) -> None:
    verdict = judge(copy_of("\n".join(lines)), URL, AGENT, NOW)
    assert verdict.action in (Action.GO, Action.REFUSE)
