"""WebSub as a subscriber: hubs are found, verifications judged, signatures checked."""

import hashlib
import hmac
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.subscribing import PushPolicy
from monitor.core.websub import (
    ALGORITHMS,
    Advert,
    SignatureCheck,
    callback_url,
    find_hub,
    judge_verification,
    request_form,
)
from monitor.interfaces import ParsedFeed
from monitor.model import SourceKind, Subscription, SubscriptionState

NOW = datetime(2026, 11, 16, 12, tzinfo=UTC)
FEED = "https://news.example/feed"
HUB = "https://hub.example/"
POLICY = PushPolicy()
ASKED = Subscription(7, HUB, FEED, "t" * 43, "s" * 64, SubscriptionState.REQUESTED, 3, NOW, renew_at=NOW)
HELD = replace(ASKED, state=SubscriptionState.ACTIVE, lease_until=NOW + timedelta(days=5))
QUERY = {"hub.mode": "subscribe", "hub.topic": FEED, "hub.challenge": "c-1", "hub.lease_seconds": "864000"}


def parsed(**values: str | None) -> ParsedFeed:
    return ParsedFeed(SourceKind.FEED, "rss20", **values)  # type: ignore[arg-type]


def found(*links: str, feed: ParsedFeed | None = None) -> Advert | None:
    return find_hub([(b"Link", link.encode("latin-1")) for link in links], feed, FEED)


# --- discovery ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "links",
    [
        (f'<{HUB}>; rel="hub"', '<https://news.example/self>; rel="self"'),
        (f"<{HUB}>; rel=hub, <https://news.example/self>;rel=self",),
        (f'<{HUB}>;title="a, b; c=\\"<x>\\"" ; REL="Hub http://x.example/y" , </self>; type="a/b"; rel="self"',),
        ('<//hub.example>; rel="up hub"; rel="next",<self> ; rel = "self"',),
    ],
)
def test_link_headers_name_hub_and_topic(links: tuple[str, ...]) -> None:
    """In one header or several, quoted or not, relations in any company and letters, addresses relative or not."""
    assert found(*links) == Advert(HUB, "https://news.example/self")


def test_link_headers_come_before_the_feed() -> None:
    """Section 4: the first mechanism that names a hub holds."""
    inside = parsed(hub="https://other.example/", self_url="https://news.example/inside")
    assert found(f"<{HUB}>; rel=hub", "</self>; rel=self", feed=inside) == Advert(HUB, "https://news.example/self")
    assert found("</self>; rel=self", feed=inside) == Advert("https://other.example/", "https://news.example/inside")


def test_a_feed_that_names_no_self_is_known_by_its_address() -> None:
    assert found(feed=parsed(hub=HUB)) == Advert(HUB, FEED)
    assert found(f"<{HUB}>; rel=hub") == Advert(HUB, FEED)
    assert found(f"<{HUB}>; rel=hub", feed=parsed(self_url=FEED + "?a")) == Advert(HUB, FEED + "?a")


def test_of_several_hubs_the_first_with_https_is_taken() -> None:
    links = "<http://one.example/>; rel=hub, <https://two.example/>; rel=hub, <https://three.example/>; rel=hub"
    assert found(links) == Advert("https://two.example/", FEED)
    assert found("<http://one.example/>; rel=hub") == Advert("http://one.example/", FEED)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "</next>; rel=next",
        f"<{HUB}>",
        f'<{HUB}>; rel=hub; anchor="https://else.example/"',
        f"<{HUB}>; rel=next; rel=hub",
        "<javascript:alert(1)>; rel=hub",
        "<mailto:hub@example.org>; rel=hub",
        "<ftp://hub.example/>; rel=hub",
        f"{HUB}; rel=hub",
        f"<{HUB}; rel=hub",
        f"<https://hub.example/{'x' * 3000}>; rel=hub",
    ],
)
def test_no_hub_is_found_where_none_is_named(link: str) -> None:
    assert found(link) is None
    assert found(link, feed=parsed(hub="urn:hub")) is None


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_any_bytes_make_a_link_header_that_can_be_read(values: list[bytes]) -> None:
    find_hub([(b"link", value) for value in values], None, FEED)


@pytest.mark.parametrize("piece", [b"<", b"<a>;", b'<a>;b="', b"<a> ;", b'<a>;b="\\', b"<a>;b=", b" ", b"<a>;b=c"])
def test_a_hostile_link_header_is_read_fast(piece: bytes) -> None:
    began = time.process_time()
    find_hub([(b"link", piece * 30_000)], None, FEED)
    assert time.process_time() - began < 0.5


# --- asking ---------------------------------------------------------------------------------------------------


def test_a_request_says_what_the_hub_has_to_know() -> None:
    """5.1: callback, mode, topic, lease and secret; the secret is shorter than 200 bytes."""
    form = request_form(ASKED, callback_url("https://monitor.example/push/", ASKED.token), PushPolicy(lease_s=3600.4))
    assert form["hub.callback"] == "https://monitor.example/push/" + "t" * 43
    assert (form["hub.mode"], form["hub.topic"], form["hub.lease_seconds"]) == ("subscribe", FEED, "3600")
    assert form["hub.secret"] == ASKED.secret


# --- verification ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [ASKED, HELD])
def test_what_we_asked_for_is_confirmed_by_its_challenge(known: Subscription) -> None:
    """5.3: also a renewal, and a hub that asks once more."""
    reply = judge_verification(replace(known, failures=3, detail="x"), QUERY, NOW, POLICY, 0.0)
    assert (reply.status, reply.body) == (200, b"c-1")
    assert reply.known is not None
    assert (reply.known.state, reply.known.failures, reply.known.detail) == (SubscriptionState.ACTIVE, 0, None)
    assert reply.known.lease_until == NOW + timedelta(days=10)


@given(st.integers(1, 10**12 - 1), st.floats(0, 1, exclude_max=True))
def test_a_lease_is_renewed_before_it_ends_and_not_hastily(lease: int, jitter: float) -> None:
    """At about two thirds; a lease too short for that is not run after, and none lasts longer than a year."""
    known = judge_verification(ASKED, QUERY | {"hub.lease_seconds": str(lease)}, NOW, POLICY, jitter).known
    assert known is not None
    assert known.renew_at is not None
    assert known.lease_until is not None
    granted = min(timedelta(seconds=lease), timedelta(days=365))
    assert known.lease_until - NOW == granted
    assert known.renew_at - NOW >= max(granted * 0.59, timedelta(seconds=900))
    assert known.renew_at <= max(NOW + granted * 0.667, NOW + timedelta(seconds=900))


@pytest.mark.parametrize("lease", ["", "0", "-5", "1e9", "soon", "٣", "9" * 30])
def test_a_lease_that_cannot_be_read_is_the_one_we_asked_for(lease: str) -> None:
    known = judge_verification(ASKED, QUERY | {"hub.lease_seconds": lease}, NOW, POLICY, 0.0).known
    assert known is not None
    assert known.lease_until == NOW + timedelta(days=7)


@pytest.mark.parametrize(
    "change",
    [
        {"hub.topic": "https://news.example/other"},
        {"hub.topic": ""},
        {"hub.mode": "unsubscribe"},
        {"hub.mode": "publish"},
        {"hub.mode": ""},
        {"hub.challenge": ""},
        {"hub.challenge": "c" * 1025},
        {"hub.challenge": "a\x00b"},
        {"hub.challenge": "añb"},
        {"hub.challenge": "a\r\nb"},
    ],
)
def test_what_we_did_not_ask_for_is_not_found(change: dict[str, str]) -> None:
    """5.3.1; 8.2: a challenge is short and plain."""
    assert judge_verification(HELD, QUERY | change, NOW, POLICY, 0.0) == judge_verification(HELD, {}, NOW, POLICY, 0.0)
    assert judge_verification(HELD, QUERY | change, NOW, POLICY, 0.0).status == 404


def test_a_topic_spelt_in_another_way_is_the_same() -> None:
    query = QUERY | {"hub.topic": "HTTPS://News.example:443/%66eed"}
    assert judge_verification(ASKED, query, NOW, POLICY, 0.0).status == 200


@pytest.mark.parametrize("state", [SubscriptionState.DENIED, SubscriptionState.ENDED])
def test_what_is_over_is_not_confirmed(state: SubscriptionState) -> None:
    assert judge_verification(replace(ASKED, state=state), QUERY, NOW, POLICY, 0.0).status == 404


@pytest.mark.parametrize("known", [ASKED, HELD])
def test_a_hub_may_deny_at_any_time(known: Subscription) -> None:
    """5.2. Its reason is kept in one line."""
    query = {"hub.mode": "denied", "hub.topic": FEED, "hub.reason": "no\r\nmore \x1b[31m" + "x" * 999}
    reply = judge_verification(known, query, NOW, POLICY, 0.0)
    assert reply.status == 200
    assert reply.known is not None
    assert (reply.known.state, reply.known.renew_at, reply.known.lease_until) == (SubscriptionState.DENIED, None, None)
    assert str(reply.known.detail).startswith("the hub denied it: no more [31mxxx")
    assert len(str(reply.known.detail)) < 400
    assert judge_verification(known, {**query, "hub.topic": "https://x.example/"}, NOW, POLICY, 0.0).status == 404


# --- signatures -----------------------------------------------------------------------------------------------


def problem(body: bytes, header: str | None, secret: str = "secret") -> str | None:
    check = SignatureCheck(secret, header)
    for at in range(0, len(body), 7):
        check.take(body[at : at + 7])
    return check.problem()


@pytest.mark.parametrize("method", sorted(ALGORITHMS))
def test_each_method_of_the_recommendation_is_checked(method: str) -> None:
    body = "Новости — <entry/>".encode()
    right = hmac.new(b"secret", body, getattr(hashlib, method)).hexdigest()
    assert problem(body, f"{method}={right}") is None
    assert problem(body, f" {method.upper()} = {right.upper()} ") is None
    assert problem(body + b" ", f"{method}={right}") == "its signature is wrong"
    assert problem(body, f"{method}={right}", "Secret") == "its signature is wrong"
    assert problem(body, f"{method}={right[:-1]}") == "its signature is wrong"


@pytest.mark.parametrize(
    "header", [None, "", "sha256", "sha256=", "=", "md5=0", "sha1=é", "sha1=\ud800", "sha256=" + "0" * 64]
)
def test_what_is_not_signed_by_our_secret_has_a_problem(header: str | None) -> None:
    assert problem(b"body", header)


@given(st.text(max_size=100))
def test_no_text_is_a_signature_by_chance(header: str) -> None:
    assert problem(b"body", header)
