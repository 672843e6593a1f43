"""Chains of redirects, followed in one go or in legs: a leg ends where another host has to be asked first."""

from collections.abc import Sequence
from dataclasses import replace

from monitor.core.outcomes import SUCCESSES
from monitor.interfaces import FetchResult, Hop
from monitor.model import Outcome

PERMANENT = frozenset({301, 308})  # RFC 9110 15.4.2, 15.4.9
_TELLING = SUCCESSES | {Outcome.REDIRECTED}  # moved to nowhere is not moved


def dead_end(hops: Sequence[Hop], target: str, most: int) -> str | None:
    """Return why a chain is not followed to `target`, a loop or more than `most` redirects, or None.

    `hops` are all before the target, over all legs; `target` is spelt as in `redirect_url`.
    """
    if target in {hop.url for hop in hops}:
        return f"redirects in a loop, back to {target}"
    return f"more than {most} redirects" if len(hops) > most else None


def stayed_or_moved(hops: Sequence[Hop]) -> bool:
    """Say whether the last answer speaks for the address asked: there was no redirect, or only permanent ones."""
    return all(hop.status in PERMANENT for hop in hops[:-1])


def permanent_url(outcome: Outcome, hops: Sequence[Hop], redirect_url: str | None) -> str | None:
    """Return where an unbroken chain of 301 and 308 led or, when it was not followed to its end, leads; or None."""
    redirects = hops if redirect_url is not None else hops[:-1]
    if outcome not in _TELLING or not redirects or any(hop.status not in PERMANENT for hop in redirects):
        return None
    return redirect_url or hops[-1].url


def joined(first: FetchResult, second: FetchResult) -> FetchResult:
    """Return two legs as one fetch: `first` ended REDIRECTED, `second` is what came of its `redirect_url`.

    What came is that of the second; the request and the start are those of the first, hops and time add up. Where the
    second leg got no answer, `status` and `final_url` are those of the last response, as in a chain of one leg.
    """
    hops = first.hops + second.hops
    last = hops[-1] if hops else None
    return replace(
        second,
        request=first.request,
        started_at=first.started_at,
        elapsed_s=first.elapsed_s + second.elapsed_s,
        hops=hops,
        final_url=last.url if last else None,
        status=last.status if last else None,
        permanent_url=permanent_url(second.outcome, hops, second.redirect_url),
    )
