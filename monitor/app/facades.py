"""What an archive offers in groups: `archive.desk`, `archive.alerts` and so on. Each is imported when first asked for.

Most commands only read, and should answer at once: what fetches takes longer to import than they take to answer.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from monitor.app.context import Context

if TYPE_CHECKING:
    from monitor.app.alerts import Alerts
    from monitor.app.custody import Custody
    from monitor.app.desk import Desk
    from monitor.app.exports import Exports
    from monitor.app.health import Health
    from monitor.app.hubs import Pushes
    from monitor.app.pulse import Pulse
    from monitor.app.reloading import Reloading
    from monitor.app.ticks import Rounds
    from monitor.app.tokens import Tokens
    from monitor.app.watchdog import Watchdog
    from monitor.app.workers import Workers


class Facades:
    """The groups of an open archive."""

    def __init__(self, ctx: Context) -> None:
        self._ctx = ctx

    @cached_property
    def _rounds(self) -> "Rounds":
        from monitor.app.ticks import Rounds

        return Rounds(self._ctx)

    @cached_property
    def _pushes(self) -> "Pushes":
        from monitor.app.hubs import Pushes

        return Pushes(self._ctx)

    @cached_property
    def custody(self) -> "Custody":
        """Return what proves, checks, exchanges, shrinks or removes the evidence."""
        from monitor.app.custody import Custody

        return Custody(self._ctx)

    @cached_property
    def desk(self) -> "Desk":
        """Return what shows a reader pages made of many nouns."""
        from monitor.app.desk import Desk

        return Desk(self._ctx)

    @cached_property
    def alerts(self) -> "Alerts":
        """Return what tells people and programs of changes and new documents."""
        from monitor.app.alerts import Alerts

        return Alerts(self._ctx)

    @cached_property
    def exports(self) -> "Exports":
        """Return what writes texts, changes and sources for other programs."""
        from monitor.app.exports import Exports

        return Exports(self._ctx)

    @cached_property
    def tokens(self) -> "Tokens":
        """Return who may ask over the network."""
        from monitor.app.tokens import Tokens

        return Tokens(self._ctx)

    @cached_property
    def health(self) -> "Health":
        """Return what knows how well the archive runs: readiness, alarms, metrics."""
        from monitor.app.health import Health

        return Health(self._ctx)

    @cached_property
    def workers(self) -> "Workers":
        """Return who works on the archive, this process included."""
        from monitor.app.workers import Workers

        return Workers(self._ctx)

    @cached_property
    def pulse(self) -> "Pulse":
        """Return what knows whether the daemon of this process comes forward."""
        from monitor.app.pulse import Pulse

        return Pulse(self._ctx)

    @cached_property
    def watchdog(self) -> "Watchdog":
        """Return what gives the service manager signs of life."""
        from monitor.app.watchdog import Watchdog

        return Watchdog(self._ctx, self.pulse)

    @cached_property
    def reloading(self) -> "Reloading":
        """Return what replaces the settings while the daemon runs."""
        from monitor.app.reloading import Reloading

        return Reloading(self._ctx)
