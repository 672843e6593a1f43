"""Send messages to channels: by apprise (mail, chat and the rest), or as signed webhooks.

Apprise is synchronous and slow to import: it is imported when first needed, in a thread of its own that nobody waits
for longer than a minute. It is given plain text; no configuration file, no attachment and no template of its own.
"""

import asyncio
import logging
import re
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import unquote

from monitor.core.alert_messages import Message, for_chat
from monitor.core.alerting import Receipt
from monitor.core.webhook_signing import keys_of
from monitor.edges.outcomes import plain
from monitor.edges.webhooks import WebhookSender, is_webhook, webhook_url
from monitor.errors import ConfigError

if TYPE_CHECKING:
    from apprise import NotifyBase

_PATIENCE_S = 60.0  # for one message, whatever the channel does
_MAIL = ("mailto://", "mailtos://")
_LOGIN = re.compile(r"^[^/?#]*(?=@)|(?<=pass=)[^&]*|(?<=user=)[^&]*")
_PARTS = re.compile(r"[^\s/:@?&=,;+#%]{4,}")
_TOLD = ("WARNING", "ERROR", "CRITICAL")
_TELLS_ADDRESSES = ("apprise", "requests", "urllib3")  # in what they log; but for apprise nobody here uses them
_WHY = "Socket Exception: "  # how apprise begins, at its lowest level, what a mail server or the system said
_SERVICES = "https://github.com/caronc/apprise/wiki lists the services and how each is addressed"


class Notifiers:
    """The channels of an archive, by the names that `alerts.channels` gives their addresses."""

    def __init__(self, channels: Mapping[str, str], webhook_key: str, webhooks: WebhookSender) -> None:
        self._channels = channels
        self._webhook_key = webhook_key
        self._webhooks = webhooks

    def takes_all(self, channel: str) -> bool:
        """Say whether a channel is a program, which is told of everything, in as many messages as it takes."""
        return is_webhook(self._channels.get(channel, ""))

    def check(self, channel: str) -> None:
        """Make sure that a channel can be used, as far as its address tells. Raises ConfigError; sends nothing.

        It may take half a second, for apprise to be imported.
        """
        address = self._address(channel)
        if is_webhook(address):
            webhook_url(address)
            keys_of(self._webhook_key)
        elif _service(address) is None:
            raise ConfigError(f"apprise cannot use the address of the channel {channel}", hint=_SERVICES)

    async def send(self, channel: str, message: Message) -> Receipt:
        """Return what a channel said of a message, within a minute; what is wrong with its address is said as well."""
        try:
            address = self._address(channel)
            if is_webhook(address):
                return await self._webhooks.send(address, message)
            async with asyncio.timeout(_PATIENCE_S):
                return await _in_thread(lambda: _notify(address, message))
        except TimeoutError:
            return Receipt(False, f"no end within {_PATIENCE_S:.0f} seconds")
        except ConfigError as error:
            return Receipt(False, str(error))

    def _address(self, channel: str) -> str:
        if channel not in self._channels:
            raise ConfigError(f"there is no channel {channel} in alerts.channels", hint=how_to_name(channel))
        return self._channels[channel]


def how_to_name(channel: str) -> str:
    """Return how a channel is configured, in words."""
    return (
        f'name it under [alerts] as channels = {{ "{channel}" = "mailto://..." }}, or, since addresses hold secrets, '
        "in the environment (MONITOR_ALERTS__CHANNELS) or a systemd credential (alerts.channels)"
    )


async def _in_thread(work: Callable[[], Receipt]) -> Receipt:
    """Run in a thread that dies with the program: one that hangs in a socket must not keep the daemon from ending."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Receipt] = loop.create_future()

    def told(receipt: Receipt) -> None:
        if not future.done():
            future.set_result(receipt)

    def run() -> None:
        try:
            receipt = work()
        except Exception as error:  # noqa: BLE001 - one service's fault; its message may repeat the address
            receipt = Receipt(False, f"apprise failed: {type(error).__name__}")
        if not loop.is_closed():
            loop.call_soon_threadsafe(told, receipt)

    threading.Thread(target=run, daemon=True, name="alert").start()
    return await future


def _notify(address: str, message: Message) -> Receipt:
    """Send a message by apprise."""
    from apprise import Apprise, NotifyFormat
    from apprise.common import OverflowMode

    mail = address.startswith(_MAIL)
    service = _service(_addressed(address, message.id) if mail else address)
    if service is None:
        return Receipt(False, "apprise cannot use the address of this channel")
    if "overflow=" not in address:
        service.overflow_mode = OverflowMode.SPLIT  # else what is too long for a chat is refused by it
    sender = Apprise(asset=service.asset)
    sender.add(service)
    said = sender.notify(
        title=message.subject if mail else for_chat(message.subject),
        body=message.text if mail else for_chat(message.text),
        body_format=NotifyFormat.TEXT,
        log_level=logging.DEBUG,
    )
    if said:
        return Receipt(True)
    logs = [(entry.level, entry.message) for entry in said.logs()]
    return Receipt(False, _detail(logs, address))


def _addressed(address: str, message_id: str) -> str:
    """Return the address of mail in plain text with the message's id in a header, by which a repeat can be told."""
    format_ = "" if "format=" in address else "format=text&"
    return f"{address}{'&' if '?' in address else '?'}{format_}+X-Monitor-Message={message_id}"


def _service(address: str) -> "NotifyBase | None":
    from apprise import Apprise, AppriseAsset

    for name in _TELLS_ADDRESSES:  # what failed is told by the receipt
        logger = logging.getLogger(name)
        logger.propagate = False
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    logging.getLogger("apprise").setLevel(logging.DEBUG)
    asset = AppriseAsset(
        app_id="Monitor",
        app_desc="Monitor",
        async_mode=False,
        interpret_emojis=False,
        interpret_escapes=False,
        storage_mode="memory",
        pgp_autogen=False,
        pem_autogen=False,
        allow_templates=False,
        service_timeout=0,
    )
    return Apprise.instantiate(address, asset=asset)


def _detail(logs: list[tuple[str, str]], address: str) -> str:
    """Return what went wrong, without any part of the address that could be a secret."""
    told = [message for level, message in logs if level in _TOLD]
    told += [message.removeprefix(_WHY) for _, message in logs if message.startswith(_WHY)]
    text = "; ".join(dict.fromkeys(told)) or "apprise does not say why"
    for part in sorted(_secrets(address), key=len, reverse=True):
        text = text.replace(part, "***")
    return plain(text)


def _secrets(address: str) -> list[str]:
    """Return the parts of an address that are not to be told: of mail who logs in and how, of others all."""
    rest = address.partition("://")[2]
    told = _LOGIN.findall(rest) if address.startswith(_MAIL) else [rest]
    return [part for each in told for part in _PARTS.findall(f"{each} {unquote(each)}")]
