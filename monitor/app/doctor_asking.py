"""Ask a few hosts for robots.txt, as a visit would: in their turn, under their lease, with our name."""

import contextlib
import socket
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from monitor.app import leases, opening
from monitor.app.context import Context
from monitor.app.doctor_database import judged_clock
from monitor.app.examining import bad, good, skipped, warn
from monitor.core.urls import host_of
from monitor.errors import MonitorError
from monitor.interfaces import FetchRequest, FetchResult, Verdict
from monitor.model import Outcome
from monitor.running_answers import Finding
from monitor.settings import Settings

_NO_ANSWER = frozenset({Outcome.DNS_ERROR, Outcome.CONNECT_ERROR, Outcome.TLS_ERROR, Outcome.TIMEOUT})


async def asked(settings: Settings, urls: tuple[str, ...]) -> list[Finding]:
    """Return what came of asking the hosts of these addresses; nothing of it is recorded but when they were asked."""
    ctx = await opening.open_context(settings, None)
    try:
        came = [(host_of(url), await _ask(ctx, url)) for url in urls]
    finally:
        await opening.close_context(ctx)
    answers = [one for _, one in came if isinstance(one, FetchResult)]
    return [*_answered(came), *(() if settings.daemon.clock_file else _clocks(answers))]


async def _ask(ctx: Context, url: str) -> FetchResult | str:
    try:
        async with leases.leased(ctx, host_of(url)) as gate:
            came = await gate.leg(FetchRequest(_robots(url)), [])
    except MonitorError as error:
        return str(error)
    return came.reason if isinstance(came, Verdict) else came


def _robots(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0].rpartition('@')[2]}/robots.txt"


def _answered(came: list[tuple[str, FetchResult | str]]) -> Iterator[Finding]:
    failed = 0
    for host, one in came:
        if isinstance(one, str):
            yield skipped("network", f"{host}: {one}")
        elif one.outcome in _NO_ANSWER:
            failed += 1
            yield warn("network", f"{host}: {one.outcome}: {one.detail or 'no answer'}", _ADVICE[one.outcome])
        else:
            yield good("network", f"{host} answered {one.status or one.outcome} in {one.elapsed_s:.1f} s")
    if failed == len(came):
        resolver = "names are resolved" if _resolves() else "no name can be resolved"
        yield bad("network", f"nobody answered; {resolver}", "is this machine on the network, and DNS set up?")


_ADVICE = {
    Outcome.DNS_ERROR: "does the name exist? see /etc/resolv.conf",
    Outcome.CONNECT_ERROR: "is a firewall or a proxy in between?",
    Outcome.TLS_ERROR: "is the clock right, and are ca-certificates new?",
    Outcome.TIMEOUT: "is a firewall in between?",
}


def _resolves() -> bool:
    with contextlib.suppress(OSError):
        return bool(socket.getaddrinfo("localhost", None))
    return False


def _clocks(answers: list[FetchResult]) -> Iterator[Finding]:
    offs = sorted(off for one in answers if (off := _off(one)) is not None)
    if offs:
        yield judged_clock(abs(offs[len(offs) // 2]), f"those of {len(offs)} servers asked now")


def _off(one: FetchResult) -> timedelta | None:
    said = next((value for hop in one.hops for name, value in hop.headers if name.lower() == b"date"), None)
    if said is None:
        return None
    try:
        at: datetime = parsedate_to_datetime(said.decode("latin-1").strip())
    except ValueError:
        return None
    return at - one.started_at if at.tzinfo else None
