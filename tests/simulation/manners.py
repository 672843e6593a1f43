"""What must be true of the requests that servers saw: their gaps, their Retry-After, their robots.txt."""

from collections import defaultdict
from collections.abc import Iterator

from tests.simulation.network import Request
from tests.simulation.witness import Witness, lived
from tests.simulation.world import HOUR, MINUTE, delay_of

GAP_S = 5.0
EDGE_S = 0.001
HEARD_S = HOUR  # a visit under way when a source was paused, or an article redacted, may still have asked for it


def of_all(witness: Witness) -> Iterator[str]:
    """Yield what is wrong."""
    by_host: dict[str, list[Request]] = defaultdict(list)
    for one in witness.log:
        if one.reached:
            by_host[one.host].append(one)
    for name, requests in by_host.items():
        yield from _of_host(witness, name, requests)


def _of_host(witness: Witness, name: str, requests: list[Request]) -> Iterator[str]:
    gap = max(GAP_S, delay_of(name))
    quiet_from = quiet_until = 0.0
    ended = 0.0
    for number, one in enumerate(requests):
        if one.url.startswith(f"https://{name}/hidden/"):
            yield f"{one.url} was asked for, which robots.txt forbids"
        before = requests[number - 1] if number > 1 else None
        if before is not None and one.begun - before.begun < gap - EDGE_S:
            jumped = witness.jumped(before.begun - 1, one.begun)
            if not (jumped and one.owner is not before.owner):  # two processes have no clock in common but that one
                told = " (the clock was set)" if jumped else ""
                yield f"{name} was asked {one.begun - before.begun:.3f} s after the last time, at {one.begun:.1f}{told}"
        if one.begun < ended - EDGE_S:
            yield f"{name} was asked while a request was under way, at {one.begun:.1f}"
        asked = one.begun < quiet_until - 1 and not witness.ledger.is_undone(quiet_from)
        if asked and not witness.jumped(quiet_from, one.begun):
            yield f"{name} was asked {quiet_until - one.begun:.0f} s before its Retry-After was over"
        ended = max(ended, one.ended)
        if one.quiet_s and one.arrived is not None and lived(one, MINUTE):
            quiet_from, quiet_until = one.arrived, max(quiet_until, one.arrived + one.quiet_s)


def of_the_left(witness: Witness, since: int) -> Iterator[str]:
    """Yield what was asked for, of the log from a number on, though it was paused, removed or redacted long before."""
    ledger = witness.ledger
    for one in witness.log[since:]:
        at = ledger.redacted.get(witness.root_of(one.url) or "", ledger.left.get(one.url))
        if at is not None and one.begun > at + HEARD_S:
            yield f"{one.url} was asked for at {one.begun:.0f}, and was to be left alone since {at:.0f}"
