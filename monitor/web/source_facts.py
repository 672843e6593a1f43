"""Say in words what is known of a source: what was agreed with it, what its server taught, how its host is treated."""

from collections.abc import Iterator
from datetime import datetime

from markupsafe import Markup

from monitor.answers import SourceView
from monitor.durations import format_duration
from monitor.model import EvidencePolicy, Host, Source, Subscription
from monitor.web.wording import when
from monitor.wording import counted

Fact = tuple[str, str | Markup]

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EVIDENCE = {
    EvidencePolicy.ALL: "every response is kept in full",
    EvidencePolicy.CHANGES: "what brings something new is kept in full, of the rest a note",
    EvidencePolicy.NONE: "no response is kept",
}


def facts(view: SourceView, now: datetime) -> tuple[Fact, ...]:
    """Return what is known of a source beside its health and plan, as pairs of a label and words."""
    one = view.source
    told = (
        *_asked_for(one),
        *_terms(one),
        *_learned(one),
        *_push(view.subscription),
        *_manners(view.host, now),
    )
    return tuple(told)


def _asked_for(one: Source) -> Iterator[Fact]:
    """Yield what the publisher asks of those who poll."""
    if one.ttl_s:
        yield "Publisher asks", f"to be polled every {format_duration(one.ttl_s)} at most"
    if one.skip_hours:
        yield "Publisher asks", f"not to be polled in these hours (UTC): {', '.join(map(str, one.skip_hours))}"
    if one.skip_days:
        yield "Publisher asks", f"not to be polled on {', '.join(DAYS[day] for day in one.skip_days)}"


def _terms(one: Source) -> Iterator[Fact]:
    """Yield what the operator said of it."""
    if one.include:
        yield "Only articles that fit", ", ".join(one.include)
    if one.exclude:
        yield "No articles that fit", ", ".join(one.exclude)
    if one.headers:
        yield "Sends", "; ".join(one.headers)
    if one.proxy:
        yield "Asked through", one.proxy
    if one.insecure_tls:
        yield "Certificate", "is not checked, as told: what it says may be somebody else's word"
    if one.ignore_robots:
        yield "robots.txt", "is ignored, as told"
    if one.evidence:
        yield "Evidence", EVIDENCE[one.evidence]
    if one.retain_s:
        yield "Captures", f"are kept for {format_duration(one.retain_s)}"


def _learned(one: Source) -> Iterator[Fact]:
    """Yield what was learned of the server."""
    if one.full_checks:
        news = f"asked in full, it had news {counted(one.full_checks, 'time')}"
        hidden = f"{one.lies:,} of them" if one.lies else "none"
        yield "Not modified", f"{news}, and would have hidden {hidden} behind a 304"
    if one.moved_to:
        yield "Moves", Markup("redirects for good to {}, since {}").format(one.moved_to, when(one.moved_since))


def _push(one: Subscription | None) -> Iterator[Fact]:
    """Yield how its hub is doing."""
    if one is None:
        return
    state = "not asked yet" if one.requested_at is None else str(one.state)
    told = Markup("{}: {}, {}").format(one.hub, state, counted(one.pushes, "push", "pushes"))
    if one.last_push_at:
        told += Markup(", the last {}").format(when(one.last_push_at))
    if one.lease_until:
        told += Markup(", until {}").format(when(one.lease_until))
    if one.failures and one.detail:
        told += Markup(" ({}; asked again {})").format(one.detail, when(one.renew_at))
    yield "Push by hub", told


def _manners(host: Host, now: datetime) -> Iterator[Fact]:
    """Yield how its host is treated, where that is out of the ordinary."""
    if host.next_allowed_at and host.next_allowed_at > now:
        yield "Host", Markup("{} may be asked again {}").format(host.name, when(host.next_allowed_at))
    if host.failures > 1:
        yield "Host", f"{host.name} failed {counted(host.failures, 'time')} in a row"
    if host.asked_for_patience:
        asked = counted(host.asked_for_patience, "time")
        yield "Host", f"{host.name} asked for patience {asked} (429, or 503 with Retry-After)"
    if host.kills:
        yield "Host", f"{counted(host.kills, 'page')} of {host.name} in a row killed the reader"
