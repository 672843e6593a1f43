"""Mail arrives as plain text whatever a headline holds, and channels that fail say why without their secrets."""

import asyncio
import logging.handlers
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from monitor.core.alert_messages import Message, Style, message
from monitor.edges.clock import FixedClock
from monitor.edges.notifiers import Notifiers
from monitor.edges.webhooks import WebhookSender
from monitor.errors import ConfigError
from monitor.model import Alert, AlertAbout, Document, DocumentState, Origin
from tests.edges.mailbox import Mailbox
from tests.edges.receiver import KEY

# Said by a module that apprise imports on Python 3.11 and 3.12.
pytestmark = pytest.mark.filterwarnings("ignore:'imghdr' is deprecated")

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
RULE = Alert("desk", "", AlertAbout.DOCUMENTS, ("mail",))
HOSTILE = "Bcc: all@victim.example\r\nX-Evil: 1\r\n\r\n<script>alert(1)</script> & \r\n.\r\nQUIT\r\n حذف @everyone"


def _told(title: str, subject: str = "$alert: $headline") -> Message:
    page = Document(1, Origin.WEB, DocumentState.LIVE, NOON, "https://radio.example/a", title=title)
    return message(RULE, [page], 0, "msg_1", NOON, Style(subject))


def _notifiers(**channels: str) -> Notifiers:
    return Notifiers(channels, KEY, WebhookSender(KEY, FixedClock(NOON), "Monitor/test"))


@pytest.fixture
async def mailbox() -> AsyncIterator[Mailbox]:
    """A mail server."""
    async with Mailbox.start() as started:
        yield started


async def test_a_headline_cannot_add_headers_recipients_or_markup_to_a_mail(mailbox: Mailbox) -> None:
    receipt = await _notifiers(mail=mailbox.address).send("mail", _told(HOSTILE))
    assert (receipt.sent, receipt.detail) == (True, None)
    (mail,) = mailbox.mails
    assert mailbox.recipients == ["rcpt TO:<desk@news.example>"]
    assert mail["Subject"].startswith("desk: Bcc: all@victim.example X-Evil: 1 <script>")
    assert mail["Bcc"] is None
    assert mail["X-Evil"] is None
    assert mail.get_content_type() == "text/plain"
    text = mail.get_content()
    assert "<script>alert(1)</script> & . QUIT حذف @everyone" in text
    assert "monitor show 1" in text


async def test_a_repeat_can_be_told_by_the_id_of_the_message(mailbox: Mailbox) -> None:
    for _ in range(2):
        await _notifiers(mail=mailbox.address).send("mail", _told("Nuevo"))
    assert [mail["X-Monitor-Message"] for mail in mailbox.mails] == ["msg_1", "msg_1"]


async def test_mail_is_html_where_the_address_says_so_and_its_markup_still_text(mailbox: Mailbox) -> None:
    await _notifiers(mail=f"{mailbox.address}&format=html").send("mail", _told(HOSTILE))
    html = "".join(part.get_content() for part in mailbox.mails[0].walk() if part.get_content_type() == "text/html")
    assert "&lt;script&gt;" in html
    assert "<script>" not in html


async def test_a_server_that_refuses_or_ends_in_the_middle_has_not_taken_it_and_is_quoted(mailbox: Mailbox) -> None:
    mailbox.refuses = "550 no such desk"
    refused = await _notifiers(mail=mailbox.address).send("mail", _told("Nuevo"))
    assert not refused.sent
    assert "no such desk" in (refused.detail or "")
    mailbox.refuses, mailbox.dies = "", True
    assert not (await _notifiers(mail=mailbox.address).send("mail", _told("Nuevo"))).sent


async def test_a_server_that_says_nothing_is_not_waited_for(mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    mailbox.silent = True
    monkeypatch.setattr("monitor.edges.notifiers._PATIENCE_S", 0.2)
    receipt = await _notifiers(mail=mailbox.address).send("mail", _told("Nuevo"))
    assert not receipt.sent
    assert "no end within" in (receipt.detail or "")


async def test_secrets_of_an_address_are_neither_told_nor_logged() -> None:
    logged = logging.handlers.BufferingHandler(1_000)
    logging.getLogger().addHandler(logged)
    address = "mailto://redaktion:geheimnis99@127.0.0.1:1/?from=monitor@archive.example&mode=insecure"
    channels = _notifiers(mail=address, chat="json://127.0.0.1:1/geheimnis99/x", odd="nosuch://geheimnis99")
    for name in ("mail", "chat", "odd", "missing"):
        receipt = await channels.send(name, _told("Nuevo"))
        assert not receipt.sent
        assert receipt.detail
        assert "geheimnis99" not in receipt.detail
    logging.getLogger().removeHandler(logged)
    assert not [one for one in logged.buffer if "geheimnis99" in one.getMessage()]


async def test_a_server_that_answers_nonsense_has_no_address_logged() -> None:
    """The library that apprise asks with warns of it, with the whole address."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 500 X\r\nno header\r\nContent-Length: 0\r\n\r\n")
        await writer.drain()
        writer.close()

    logged = logging.handlers.BufferingHandler(1_000)
    logging.getLogger().addHandler(logged)
    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        assert not (await _notifiers(chat=f"json://127.0.0.1:{port}/geheimnis99").send("chat", _told("Nuevo"))).sent
    logging.getLogger().removeHandler(logged)
    assert not [one for one in logged.buffer if "geheimnis99" in one.getMessage()]


@pytest.mark.parametrize("address", ["nosuch://x", "mailto://", "file:///etc/passwd", "webhook+http://a.example/"])
def test_an_address_that_cannot_be_used_is_refused_beforehand(address: str) -> None:
    with pytest.raises(ConfigError) as caught:
        _notifiers(mail=address).check("mail")
    assert caught.value.hint
    assert address not in str(caught.value)


def test_a_channel_that_is_not_configured_is_refused_with_a_hint_how_to() -> None:
    with pytest.raises(ConfigError, match="no channel desk") as caught:
        _notifiers(mail="mailto://a:b@mail.example").check("desk")
    assert "MONITOR_ALERTS__CHANNELS" in (caught.value.hint or "")


def test_good_addresses_pass_and_only_programs_are_told_of_everything() -> None:
    channels = _notifiers(mail="mailto://a:b@mail.example", hook="webhook+https://receiver.example/x")
    channels.check("mail")
    channels.check("hook")
    assert channels.takes_all("hook")
    assert not channels.takes_all("mail")
