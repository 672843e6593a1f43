"""What stands for the channels of alerts: a desk that remembers what it was told, and now and then does not answer."""

from collections import defaultdict
from random import Random

from monitor.answers import ChangeView
from monitor.core.alert_messages import Message
from monitor.core.alerting import Receipt
from monitor.model import Alarm, Document

CHANNEL = "desk"
ADDRESS = "json://desk.example/"  # never asked: the notifiers are replaced


class Desk:
    """Takes messages; `told` has for each thing the ids of the messages that told of it."""

    def __init__(self, chance: Random) -> None:
        self._chance = chance
        self.told: dict[str, set[str]] = defaultdict(set)
        self.messages = 0

    def takes_all(self, channel: str) -> bool:
        """Say that every thing is listed."""
        return True

    def check(self, channel: str) -> None:
        """Find nothing wrong with any channel."""

    async def send(self, channel: str, message: Message) -> Receipt:
        """Take a message, or be out."""
        if self._chance.random() < 0.2:
            return Receipt(False, "nobody is in")
        self.messages += 1
        for one in message.items:
            self.told[_name(message.alert.name, one)].add(message.id)
        return Receipt(True)


def _name(alert: str, one: ChangeView | Document | Alarm) -> str:
    if isinstance(one, ChangeView):
        return f"{alert}: change {one.change.id}"
    return f"{alert}: {type(one).__name__.lower()} {one.id}"
