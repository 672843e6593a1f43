"""Webhooks arrive signed, and what goes wrong on the way is told without their address."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.alert_messages import Message, Style, message
from monitor.edges.clock import FixedClock
from monitor.edges.webhooks import WebhookSender, webhook_url
from monitor.errors import ConfigError
from monitor.model import Alert, AlertAbout, Document, DocumentState, Origin
from tests.edges.receiver import KEY, Receiver

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
RULE = Alert("desk", "", AlertAbout.DOCUMENTS, ("hook",))
PAGE = Document(1, Origin.WEB, DocumentState.LIVE, NOON, "https://radio.example/a", title="<b>Título</b>\n")
TOLD: Message = message(RULE, [PAGE], 0, "msg_1", NOON, Style())


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A receiver of webhooks."""
    async with Receiver.start() as started:
        yield started


@pytest.fixture
def sender() -> WebhookSender:
    """A sender with the receiver's key."""
    return WebhookSender(KEY, FixedClock(NOON), "Monitor/test")


async def test_a_receiver_with_the_key_takes_it(receiver: Receiver, sender: WebhookSender) -> None:
    receipt = await sender.send(receiver.address, TOLD)
    assert (receipt.sent, receipt.detail) == (True, None)
    assert receiver.ids == ["msg_1"]
    assert receiver.bodies[0]["data"]["items"][0]["document"]["title"] == "<b>Título</b>\n"


async def test_one_with_another_key_does_not(receiver: Receiver) -> None:
    other = WebhookSender("whsec_" + "QUJD" * 8, FixedClock(NOON), "Monitor/test")
    receipt = await other.send(receiver.address, TOLD)
    assert (receipt.sent, receipt.detail) == (False, "the receiver answered 401: wrong signature")
    assert not receipt.final, "the operator may put it right"


async def test_a_receiver_that_is_overrun_says_when_to_come_back(receiver: Receiver, sender: WebhookSender) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": "1800"}
    receipt = await sender.send(receiver.address, TOLD)
    assert not receipt.sent
    assert receipt.retry_after is not None
    assert timedelta(minutes=29) < receipt.retry_after - NOON <= timedelta(minutes=30)


@pytest.mark.parametrize("status", [400, 410, 413, 422])
async def test_what_will_never_be_taken_is_not_tried_again(
    receiver: Receiver, sender: WebhookSender, status: int
) -> None:
    receiver.status = status
    assert (await sender.send(receiver.address, TOLD)).final


async def test_redirects_are_not_followed(receiver: Receiver, sender: WebhookSender) -> None:
    receiver.status, receiver.headers = 307, {"Location": receiver.address.removeprefix("webhook+")}
    receipt = await sender.send(receiver.address, TOLD)
    assert (receipt.sent, len(receiver.ids)) == (False, 1)
    assert "redirects are not followed" in (receipt.detail or "")


async def test_a_receiver_that_dies_or_hangs_has_not_taken_it(
    receiver: Receiver, sender: WebhookSender, monkeypatch: pytest.MonkeyPatch
) -> None:
    receiver.dies = True
    assert not (await sender.send(receiver.address, TOLD)).sent
    receiver.dies, receiver.hangs = False, True
    monkeypatch.setattr("monitor.edges.webhooks._PATIENCE_S", 0.1)
    receipt = await sender.send(receiver.address, TOLD)
    assert (receipt.sent, receipt.detail) == (False, "no answer in time")


async def test_of_a_long_answer_only_the_beginning_is_told(receiver: Receiver, sender: WebhookSender) -> None:
    receiver.status, receiver.says = 500, "no\r\n\x1b[31m" * 100_000
    detail = (await sender.send(receiver.address, TOLD)).detail or ""
    assert detail.startswith("the receiver answered 500: no")
    assert len(detail) <= 300
    assert detail.isprintable()


async def test_nobody_there_is_told_without_the_address(sender: WebhookSender, receiver: Receiver) -> None:
    detail = (await sender.send("webhook+http://127.0.0.1:1/hook?token=verysecret", TOLD)).detail or ""
    assert detail.startswith("no connection")
    assert "verysecret" not in detail


@pytest.mark.parametrize(
    "address",
    ["webhook+http://receiver.example/verysecret", "webhook+http://10.0.0.1/verysecret", "webhook+https:///verysecret",
     "webhook+https://[::1/verysecret"],
)  # fmt: skip
def test_an_address_over_plain_http_or_that_is_none_is_refused_and_not_repeated(address: str) -> None:
    with pytest.raises(ConfigError) as caught:
        webhook_url(address)
    assert "verysecret" not in str(caught.value)


def test_private_addresses_are_the_operators_choice() -> None:
    assert str(webhook_url("webhook+https://10.0.0.1/hook")) == "https://10.0.0.1/hook"
    assert webhook_url("webhook+http://[::1]:9/hook").host == "::1"
