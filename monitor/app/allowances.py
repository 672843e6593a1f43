"""What the system allows this process, against what it needs at most."""

import structlog

from monitor.app.context import Context
from monitor.edges import descriptors

log = structlog.get_logger(__name__)


def check(ctx: Context) -> descriptors.Descriptors:
    """Raise the limit of open files as far as it needs to be and may; tell where it stays too low, and what to do.

    With too few, requests wait for each other to end: slower, and nothing is lost.
    """
    fetch, hosts = ctx.settings.fetch, ctx.settings.daemon.hosts
    found = descriptors.make_room(hosts, max([fetch.in_flight, *fetch.in_flight_per_host.values()]))
    if found.allowed < found.needed:
        hint = f"LimitNOFILE={found.needed} in the unit, `ulimit -Hn {found.needed}` before, or a lower daemon.hosts"
        log.warning("files.short", allowed=found.allowed, needed=found.needed, hint=hint)
    return found
