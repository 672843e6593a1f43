"""The alerts: rules, their outbox, and its delivery."""

from asyncio import Lock
from collections.abc import Sequence

from monitor.answers import ChangeView
from monitor.app.context import Context
from monitor.model import Alarm, AlertAbout, AlertPace, Document
from monitor.telling_answers import AlertView, Delivery


class Alerts:
    """What `archive.alerts` offers. Its modules are imported when first asked for."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx
        self._unread: set[str] = set()
        self._busy: set[str] = set()
        self._looking = Lock()

    async def add(
        self,
        name: str,
        query: str,
        channels: Sequence[str] = (),
        *,
        about: AlertAbout = AlertAbout.CHANGES,
        pace: AlertPace = AlertPace.AT_ONCE,
    ) -> AlertView:
        """Add a rule; it tells of what comes from now on.

        The query of one about alarms names kinds of them (`kind:disk,backup`), or nothing for all. Raises UsageError
        for a bad query or name, ConfigError for a channel that is not configured, or cannot be used.
        """
        from monitor.app import alert_rules

        return await alert_rules.add(self._ctx, name, query, channels, about, pace)

    async def every(self) -> tuple[AlertView, ...]:
        """Return the alerts, by name."""
        from monitor.app import alert_rules

        return await alert_rules.every(self._ctx)

    async def show(self, name: str) -> AlertView:
        """Return an alert with the newest of its outbox. Raises NotFoundError."""
        from monitor.app import alert_rules

        return await alert_rules.show(self._ctx, name)

    async def latest(self, name: str, limit: int = 50) -> tuple[ChangeView | Document | Alarm, ...]:
        """Return what an alert tells of, newest first, also what came before it was made. Raises NotFoundError."""
        from monitor.app import alert_delivery, alert_rules

        rule = (await alert_rules.show(self._ctx, name)).alert
        return await alert_delivery.latest(self._ctx, rule, limit)

    async def would_tell(self, query: str, limit: int = 50) -> tuple[ChangeView | Document | Alarm, ...]:
        """Return the changes that an alert with this query would have told of, newest first. Raises UsageError."""
        from monitor.app import alert_delivery

        return await alert_delivery.would_tell(self._ctx, query, limit)

    async def remove(self, name: str) -> AlertView:
        """Remove a rule; what it has in the outbox is told no more. Raises NotFoundError."""
        from monitor.app import alert_rules

        return await alert_rules.remove(self._ctx, name)

    async def pause(self, name: str, *, paused: bool = True) -> AlertView:
        """Pause a rule, or let it go on from what comes now. Raises NotFoundError."""
        from monitor.app import alert_rules

        return await alert_rules.pause(self._ctx, name, paused=paused)

    async def retry(self, name: str) -> AlertView:
        """Try anew what was given up. Raises NotFoundError."""
        from monitor.app import alert_rules

        return await alert_rules.retry(self._ctx, name)

    async def test(self, name: str) -> tuple[Delivery, ...]:
        """Send what the rule would have told of last to its channels, marked as a test. Raises NotFoundError."""
        from monitor.app import alert_delivery

        return await alert_delivery.test(self._ctx, name)

    async def gather(self) -> int:
        """Put what fits the rules and came since into the outbox; return how many more can be sent.

        0 while another call is at it.
        """
        from monitor.app import alert_gathering

        if self._looking.locked():
            return 0
        async with self._looking:
            return await alert_gathering.gather(self._ctx, self._unread)

    async def deliver(self) -> tuple[Delivery, ...]:
        """Send what is due of the outbox; what fails is tried again later.

        It may be called again before it returns: a channel that is slow then holds up no other.
        """
        from monitor.app import alert_delivery

        return await alert_delivery.deliver(self._ctx, self._busy)
