"""The channels of an archive, as its settings name them."""

from typing import TYPE_CHECKING

from monitor.app.context import Context

if TYPE_CHECKING:
    from monitor.edges.notifiers import Notifiers


def notifiers(ctx: Context) -> "Notifiers":
    """Return what sends to channels."""
    from monitor.edges.notifiers import Notifiers
    from monitor.edges.webhooks import WebhookSender

    settings = ctx.settings
    ca_file = str(settings.fetch.ca_file) if settings.fetch.ca_file else None
    webhooks = WebhookSender(settings.alerts.webhook_key, ctx.clock, settings.user_agent, ca_file)
    return Notifiers(settings.alerts.channels, settings.alerts.webhook_key, webhooks)
