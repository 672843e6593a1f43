"""All about one source: `monitor sources SOURCE`."""

from collections.abc import Iterable
from datetime import datetime

from rich.text import Text

from monitor.answers import SourceView
from monitor.cli.health import last_said
from monitor.cli.layout import Column
from monitor.cli.session import Session
from monitor.cli.show import FETCHES, fetch_row
from monitor.cli.text import isolated, one_line, plural
from monitor.cli.times import due, length, moment, relative
from monitor.durations import format_duration
from monitor.health import health
from monitor.model import EvidencePolicy, Host, Source, SourceState, Subscription

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
OUTCOMES = (Column("outcome"), Column("times", right=True))
NEWEST = 10  # fetches shown; --json has fifty


def show_source(session: Session, view: SourceView) -> None:
    """Show a source, or print it as JSON."""
    if session.json:
        return session.screen.json(view)
    screen, one = session.screen, view.source
    screen.line(Text(f"{one.id}  {isolated(one_line(one.title or one.url))}", "bold"))
    for line in (one.url, _named(one), *_doing(one, session.now), *_asked_for(one), *_terms(one), *_trouble(view)):
        screen.line(one_line(line), indent=4)
    for line in (*_push(view.subscription, session.now), *_manners(view.host, session.now)):
        screen.line(one_line(line), indent=4)
    screen.line()
    screen.table(OUTCOMES, [(_words(outcome), times) for outcome, times in view.outcomes], indent=2)
    screen.line()
    screen.table(FETCHES, [fetch_row(fetch) for fetch in view.fetches[:NEWEST][::-1]], indent=2)
    screen.hint(f"check {one.id}", f"documents --source {one.id}")
    return None


def _named(one: Source) -> str:
    tags = ", ".join(one.tags)
    known = (str(one.kind), one.outlet or one.host, one.language, tags, f"added {moment(one.added_at)}")
    return " · ".join(filter(None, known))


def _doing(one: Source, now: datetime) -> Iterable[str]:
    """Yield how it is, when it is checked next, and why."""
    detail = last_said(one)
    checked = f", last checked {relative(one.last_checked_at, now)}" if one.last_checked_at else ""
    changed = f", last news {relative(one.last_changed_at, now)}" if one.last_changed_at else ""
    yield f"{health(one)}{checked}{changed}{f': {detail}' if detail else ''}"
    if one.state is SourceState.ACTIVE:
        yield f"next check {due(one.next_check_at, now)} ({moment(one.next_check_at)} UTC): {one.plan_reason}"


def _asked_for(one: Source) -> Iterable[str]:
    """Yield what the publisher asks of those who poll."""
    if one.ttl_s:
        yield f"asks to be polled every {format_duration(one.ttl_s)} at most"
    if one.skip_hours:
        yield f"asks not to be polled in these hours (UTC): {', '.join(map(str, one.skip_hours))}"
    if one.skip_days:
        yield f"asks not to be polled on {', '.join(DAYS[day] for day in one.skip_days)}"


EVIDENCE = {
    EvidencePolicy.ALL: "every response is kept in full",
    EvidencePolicy.CHANGES: "what brings something new is kept in full, of the rest a note",
    EvidencePolicy.NONE: "no response is kept",
}


def _terms(one: Source) -> Iterable[str]:
    """Yield what the operator said of it."""
    if one.include or one.exclude:
        wanted = f"only articles that fit {', '.join(one.include)}" if one.include else "all articles"
        yield wanted + (f" but those that fit {', '.join(one.exclude)}" if one.exclude else "")
    if one.headers:
        yield f"sends {'; '.join(one.headers)}"
    if one.proxy:
        yield f"asked through {one.proxy}"
    if one.insecure_tls:
        yield "its certificate is not checked, as told: what it says may be somebody else's word"
    if one.ignore_robots:
        yield "its robots.txt is ignored, as told"
    if one.evidence:
        yield f"evidence: {EVIDENCE[one.evidence]}"
    if one.retain_s:
        yield f"its captures are kept for {format_duration(one.retain_s)}"


def _trouble(view: SourceView) -> Iterable[str]:
    """Yield what was learned of the server."""
    one = view.source
    yield f"told of {plural(view.articles, 'article')}"
    if one.full_checks:
        lies = f"it would have denied {one.lies} of them (304)" if one.lies else "it would have denied none"
        yield f"asked in full, it had news {plural(one.full_checks, 'time')}: {lies}"
    if one.moved_to:
        yield f"redirects to {one.moved_to} for good, since {moment(one.moved_since)}"


def _push(one: Subscription | None, now: datetime) -> Iterable[str]:
    """Yield how its hub is doing."""
    if one is None:
        return
    last = f", last push {relative(one.last_push_at, now)}" if one.last_push_at else ""
    lease = f", until {moment(one.lease_until)}" if one.lease_until else ""
    why = f" ({one.detail}; asked again {due(one.renew_at, now)})" if one.failures and one.detail else ""
    state = "not asked yet" if one.requested_at is None else str(one.state)
    yield f"push by {one.hub}: {state}{why}{lease}, {plural(one.pushes, 'push', 'pushes')}{last}"


def _manners(host: Host, now: datetime) -> Iterable[str]:
    """Yield how its host is treated, where that is out of the ordinary."""
    if host.next_allowed_at and host.next_allowed_at > now:
        yield f"{host.name} may be asked again in {length((host.next_allowed_at - now).total_seconds())}"
    if host.failures > 1:
        yield f"{host.name} failed {plural(host.failures, 'time')} in a row"
    if host.asked_for_patience:
        yield f"{host.name} asked for patience {plural(host.asked_for_patience, 'time')} (429, or 503 with Retry-After)"
    if host.kills:
        yield f"{plural(host.kills, 'page')} of {host.name} in a row killed the reader"


def _words(outcome: object) -> str:
    return str(outcome).replace("_", " ")
