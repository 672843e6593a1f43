"""What servers say about time: Retry-After, Cache-Control, Expires, Age, validators."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.freshness import FRESH_CAP, RETRY_CAP, fresh_until, http_date, retry_after, validators

NOW = datetime(2026, 11, 5, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def stamp(at: datetime) -> str:
    return format_datetime(at, usegmt=True)


def fresh(*pairs: tuple[str, str]) -> timedelta | None:
    until = fresh_until([(name.encode(), value.encode("latin-1")) for name, value in pairs], NOW)
    return None if until is None else until - NOW


def test_seconds_count_from_now() -> None:
    assert retry_after("120", None, NOW) == NOW + timedelta(seconds=120)
    assert retry_after(" 0 ", None, NOW) == NOW


def test_a_date_is_taken_as_it_is_without_a_server_clock() -> None:
    assert retry_after(stamp(NOW + HOUR), None, NOW) == NOW + HOUR


def test_a_date_is_corrected_by_the_servers_own_clock() -> None:
    """A server whose clock runs five hours ahead means one hour, not six."""
    ahead = NOW + 5 * HOUR
    assert retry_after(stamp(ahead + HOUR), stamp(ahead), NOW) == NOW + HOUR


@pytest.mark.parametrize("value", [None, "", "-5", "1.5", "soon", "5 minutes", "١٢", "Thu, 99 Foo 2026 12:00:00 GMT"])
def test_garbage_asks_for_nothing(value: str | None) -> None:
    assert retry_after(value, None, NOW) is None


def test_a_time_that_has_passed_asks_for_nothing() -> None:
    assert retry_after(stamp(NOW - HOUR), None, NOW) is None


@pytest.mark.parametrize("value", ["9" * 9, "9" * 5000, "Fri, 31 Dec 2999 23:59:59 GMT"])
def test_nobody_is_left_alone_for_more_than_a_week(value: str) -> None:
    assert retry_after(value, None, NOW) == NOW + RETRY_CAP


@given(st.one_of(st.none(), st.text()), st.one_of(st.none(), st.text()))
def test_any_retry_after_lies_between_now_and_a_week(value: str | None, date: str | None) -> None:
    until = retry_after(value, date, NOW)
    assert until is None or NOW <= until <= NOW + RETRY_CAP


@pytest.mark.parametrize(
    "value", ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"]
)
def test_all_three_forms_of_an_http_date_are_read(value: str) -> None:
    assert http_date(value) == datetime(1994, 11, 6, 8, 49, 37, tzinfo=UTC)


def test_max_age_less_age_is_what_is_left() -> None:
    assert fresh(("Cache-Control", "public, max-age=1800")) == timedelta(minutes=30)
    assert fresh(("cache-control", "MAX-AGE=1800"), ("Age", "600")) == timedelta(minutes=20)
    assert fresh(("Cache-Control", "max-age=60"), ("Age", "61")) is None


def test_max_age_wins_over_expires_and_the_first_of_two_wins() -> None:
    assert fresh(("Cache-Control", "max-age=60"), ("Expires", stamp(NOW + HOUR))) == timedelta(seconds=60)
    assert fresh(("Cache-Control", "max-age=60"), ("Cache-Control", "max-age=90")) == timedelta(seconds=60)


@pytest.mark.parametrize(
    "value", ["no-cache, max-age=600", "max-age=600, no-store", 'no-cache="Set-Cookie", max-age=9']
)
def test_ask_again_means_stale_whatever_else_is_said(value: str) -> None:
    assert fresh(("Cache-Control", value)) is None


def test_shared_cache_lifetimes_are_not_ours() -> None:
    assert fresh(("Cache-Control", "s-maxage=600")) is None
    assert fresh(("Cache-Control", "s-maxage=600, max-age=60")) == timedelta(seconds=60)


@pytest.mark.parametrize("value", ["max-age", "max-age=", "max-age=-1", "max-age=ten", "max-age=1.5", "max-age=0"])
def test_an_unreadable_lifetime_is_stale(value: str) -> None:
    assert fresh(("Cache-Control", value), ("Expires", stamp(NOW + HOUR))) is None


def test_a_quoted_max_age_is_read() -> None:
    assert fresh(("Cache-Control", 'max-age="60"')) == timedelta(seconds=60)


def test_expires_counts_from_the_servers_date() -> None:
    ahead = NOW + 5 * HOUR
    assert fresh(("Expires", stamp(ahead + HOUR)), ("Date", stamp(ahead))) == HOUR
    assert fresh(("Expires", stamp(NOW + HOUR)), ("Age", "1800")) == HOUR / 2
    assert fresh(("Expires", "0")) is None
    assert fresh() is None


@given(st.lists(st.tuples(st.sampled_from([b"Cache-Control", b"Expires", b"Age", b"Date"]), st.binary())))
def test_any_headers_give_a_lifetime_within_a_year(headers: list[tuple[bytes, bytes]]) -> None:
    until = fresh_until(headers, NOW)
    assert until is None or NOW < until <= NOW + FRESH_CAP


def test_validators_come_back_as_they_were_sent() -> None:
    headers = [(b"ETag", b' W/"a b-1" '), (b"Last-Modified", b"Thu, 05 Nov 2026 11:00:00 GMT"), (b"etag", b'"second"')]
    assert validators(headers) == ('W/"a b-1"', "Thu, 05 Nov 2026 11:00:00 GMT")
    assert validators([]) == (None, None)


@pytest.mark.parametrize("value", [b'"\xc3\xa9t\xc3\xa9"', b'"a\x00b"', b'"a\nb"', b"", b'"' + b"x" * 2000 + b'"'])
def test_what_cannot_be_replayed_is_no_validator(value: bytes) -> None:
    assert validators([(b"ETag", value), (b"Last-Modified", value)]) == (None, None)


@given(st.binary())
def test_every_validator_is_visible_ascii(value: bytes) -> None:
    etag, _ = validators([(b"ETag", value)])
    assert etag is None or (etag.isascii() and etag.isprintable())
