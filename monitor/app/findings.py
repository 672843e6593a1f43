"""Record what a check of a document found, in one transaction: capture, revision, change, state and plan."""

from dataclasses import replace

from sqlalchemy import Connection

from monitor.answers import VisitReport
from monitor.app import addresses, joining, keeping, redacted, retitling, standing, takedowns, texts
from monitor.app.context import Context
from monitor.app.doubting import DOUBTED
from monitor.app.finding import Finding
from monitor.app.gate import Gate
from monitor.app.texts import TextVerdict
from monitor.core import changes as comparing
from monitor.core import freshness
from monitor.core.presence import PresenceStep, Sighting
from monitor.core.urls import canonical_url, host_of, same_page
from monitor.model import Change, ChangeKind, Document, DocumentState, Origin, Outcome, Quality
from monitor.store import addresses as former
from monitor.store import changes, documents, entries, hosts, revisions


def record(conn: Connection, ctx: Context, gate: Gate, found: Finding, steps: list[str], jitter: float) -> VisitReport:
    """Store a finding and return the report of it; `jitter` is in [0, 1)."""
    steps = [*steps]
    hosts.lock(conn, _hosts(found, gate))
    gate.record(conn)
    found = replace(found, document=documents.get(conn, found.document.id) or found.document)
    if (barred := redacted.led_to(conn, found)) is not None:
        redacted.turn_away(conn, found, barred, steps)
        return _report(found, steps)
    found, merged = _adopt_address(conn, found, steps)
    if merged:
        return _report(found, steps)
    found, retitled = retitling.known_again(conn, found, steps)
    extraction = found.extraction if _readable(found) else None
    verdict = texts.judge(conn, ctx, found.document, extraction, found.at, found.again) if extraction else None
    keeping.record(conn, found.fetch, found.captures, **_judged(found, verdict))
    step = takedowns.judge(conn, ctx.presence, found.document, found.sighting, found.why, found.at, found.due)
    steps.append(step.reason)
    change = _state_change(conn, found, step) or (verdict.change if verdict else None) or retitled
    if verdict:
        steps.append(verdict.reason)
    if found.fetch.outcome is Outcome.NOT_MODIFIED and found.document.revision_id:
        revisions.seen(conn, found.document.revision_id, found.at)
        standing.settled(conn, found.document.id, stands=True)
    _update(conn, ctx, gate, found, step, verdict, jitter, steps)
    return _report(found, steps, verdict.new_number if verdict else None, change)


def _hosts(found: Finding, gate: Gate) -> set[str | None]:
    """Return every host whose row may be written: its own, and those of all addresses in play."""
    result = found.result
    urls = (found.fetch.url, result.final_url if result else None, result.permanent_url if result else None)
    return {gate.host.name, found.document.host, *(host_of(url) for url in urls if url)}


def _readable(found: Finding) -> bool:
    return found.sighting is Sighting.FOUND and found.extraction is not None


def _judged(found: Finding, verdict: TextVerdict | None) -> dict[str, object]:
    """Return what its capture is said to show."""
    quality = verdict.quality if verdict else (found.extraction.quality if found.extraction else None)
    why = found.extraction.quality_reason if found.extraction else None
    revision_id = verdict.revision_id if verdict else None
    if found.fetch.outcome is Outcome.NOT_MODIFIED:
        revision_id = found.document.revision_id
    return {
        "document_id": found.document.id,
        "revision_id": revision_id,
        "quality": quality,
        "quality_reason": (verdict.quality_reason if verdict else None) or why,
    }


def _state_change(conn: Connection, found: Finding, step: PresenceStep) -> Change | None:
    one = found.document
    if step.change is None or one.revision_count == 0:
        return None
    current = revisions.get(conn, one.revision_id) if one.revision_id else None
    went = current is not None and step.change is not ChangeKind.RESTORED
    seen = current is not None and current.origin is Origin.WEB  # a saved text says nothing of when its page was there
    change = Change(
        step.change,
        found.at,
        document_id=one.id,
        significance=1.0,
        reason=step.reason,
        earlier_seen_at=current.last_seen_at if current and seen else None,
        stood_s=standing.stood(conn, one.id, current, found.at) if current and went else None,
    )
    changes.add(conn, change)
    return change


def _report(found: Finding, steps: list[str], revision: int | None = None, change: Change | None = None) -> VisitReport:
    one = found.document
    return VisitReport(
        "document",
        one.id,
        one.url or "",
        found.fetch.outcome,
        tuple(steps),
        revision=revision,
        change=change,
        title=(found.extraction.title if revision and found.extraction else None) or one.title,
    )


def _adopt_address(conn: Connection, found: Finding, steps: list[str]) -> tuple[Finding, bool]:
    """Let a document that was never read take the address its link led to; True when another one has it already.

    Feeds link through redirectors; the article's own address is its identity, and so is the one that it names itself.
    """
    one, final = found.document, found.result.final_url if found.result else None
    if found.fetch.outcome is not Outcome.OK or not final:
        return found, False
    first = found.on_schedule and not found.read_before and found.sighting is Sighting.FOUND
    if same_page(final, one.url or ""):
        found = _settle(conn, found, steps)
        return found, first and _has_twin(conn, found, steps)
    if not first:
        return found, False
    url = canonical_url(final)
    other = addresses.at(conn, url)
    if other is not None and other.id != one.id:
        _make_second_address(conn, found, other, steps)
        return found, True
    steps.append(f"its address is {url}")
    hosts.ensure(conn, host_of(url))
    documents.set_fields(conn, one.id, url=url, host=host_of(url))
    found = replace(found, document=replace(one, url=url, host=host_of(url)))
    return found, _has_twin(conn, found, steps)


def _has_twin(conn: Connection, found: Finding, steps: list[str]) -> bool:
    """Heed the canonical addresses that pages name (judged by core/canonical.py); True when this one is another's.

    Two documents are one when one names the address of the other, or both name the same, and their texts are equal:
    templates name one wrong article on every page. What a page names is only noted; it is fetched all the same when
    a source tells of it.
    """
    one, extraction = found.document, found.extraction
    if extraction is None or one.url is None:
        return False
    named = extraction.canonical_url
    if named and not same_page(named, one.url):
        documents.set_canonical(conn, one.id, named)
        steps.append(f"it calls itself {named}")
    text = comparing.fingerprint(extraction.title, extraction.text)
    for other in documents.claimed_by(conn, one.url, named):
        if other.id != one.id and revisions.by_fingerprint(conn, other.id, text) is not None:
            _make_second_address(conn, found, other, steps)
            return True
    return False


def _make_second_address(conn: Connection, found: Finding, other: Document, steps: list[str]) -> None:
    """Say of a document that it is another one's second address; its capture is evidence for that one.

    So is the text that was saved from it. What a source told of a former address is about the article that had it.
    """
    one = found.document
    steps.append(f"the same article as document {other.id}, {other.url}")
    keeping.record(conn, found.fetch, found.captures, document_id=other.id)
    joining.join(conn, one, other)
    if one.url and (holder := former.holder(conn, one.url)) and holder.id == other.id:
        entries.repoint(conn, one.id, other.id)
    if other.state is DocumentState.MOVED:  # not any more: something answers there
        documents.set_fields(conn, other.id, next_check_at=found.due)
    documents.set_fields(
        conn,
        one.id,
        state=DocumentState.MOVED,
        state_reason="a second address of that article",
        state_since=found.at,
        moved_to=other.url,
        last_checked_at=found.at,
        # Looked at again, for a login or consent page may have answered for both today.
        next_check_at=found.at + addresses.SECOND_LOOK,
        plan_reason="a second address of that article",
    )
    hosts.refresh_due(conn, [one.host or "", other.host or ""])


def _settle(conn: Connection, found: Finding, steps: list[str]) -> Finding:
    """Follow a page to https or to `www.` for good. A watched page keeps the address that its source has."""
    one, result = found.document, found.result
    url = addresses.settled(conn, one, result.permanent_url) if result and found.on_schedule else None
    if url is None:
        return found
    steps.append(f"its address is now {url}")
    return replace(found, document=replace(one, url=url, host=host_of(url)))


def _update(
    conn: Connection,
    ctx: Context,
    gate: Gate,
    found: Finding,
    step: PresenceStep,
    verdict: TextVerdict | None,
    jitter: float,
    steps: list[str],
) -> None:
    """Bring the document's row up to date, with its next check."""
    one = found.document
    values: dict[str, object] = {
        "state": step.state,
        "misses": step.misses,
        "missed_since": step.missed_since,
        "last_checked_at": found.at,
        **_validators(found, verdict),
    }
    if step.state is not one.state:
        there = step.state is DocumentState.LIVE
        values |= {"state_since": found.at, "state_reason": None if there else step.reason}
    if step.state is DocumentState.MOVED:
        values["moved_to"] = _follow(conn, ctx, found)
    if verdict and verdict.published_at and not one.published_at:
        values["published_at"] = verdict.published_at
    if found.on_schedule:
        retry_after = found.result.retry_after if found.result else None
        doubted = verdict is not None and verdict.quality in DOUBTED
        now = (documents.get(conn, one.id) or one) if doubted else replace(one, doubts=0)
        plan = ctx.ladders.plan(conn, now, step, found.fetch.outcome, retry_after, found.at, jitter)
        values |= {"next_check_at": plan.next_check_at, "plan_reason": plan.reason}
        steps.append(f"next check {plan.next_check_at:%Y-%m-%d %H:%M} UTC: {plan.reason}")
    documents.set_fields(conn, one.id, **values)
    gate.due_at = hosts.refresh_due(conn, {one.host or "", host_of(found.fetch.url)}).get(gate.host.name)


def _validators(found: Finding, verdict: TextVerdict | None) -> dict[str, object]:
    """Return the validators to send next time; a 304 refreshes those it comes with.

    A text that is doubted is fetched in full again: a 304 would leave the doubt standing for ever.
    """
    if found.result is None or not found.result.hops:
        return {}
    etag, last_modified = freshness.validators(found.result.hops[-1].headers)
    if found.fetch.outcome is Outcome.NOT_MODIFIED:
        return {"etag": etag or found.document.etag, "last_modified": last_modified or found.document.last_modified}
    if verdict is None:
        return {}
    trusted = verdict.quality is Quality.COMPLETE
    return {"etag": etag if trusted else None, "last_modified": last_modified if trusted else None}


def _expect(conn: Connection, found: Finding, known: Document) -> None:
    """Have a document looked at where another one leads to it, unless somebody does so anyway."""
    away = known.state in (DocumentState.MOVED, DocumentState.GONE)
    if known.id != found.document.id and (away or known.next_check_at is None):
        documents.set_fields(conn, known.id, next_check_at=found.due)
        hosts.refresh_due(conn, [known.host or ""])


def _follow(conn: Connection, ctx: Context, found: Finding) -> str | None:
    """Make sure that the page a document moved to is watched; return its address."""
    target = found.result.permanent_url or found.result.final_url if found.result else None
    if not target:
        return found.document.moved_to
    url = canonical_url(target)
    if known := addresses.at(conn, url):
        _expect(conn, found, known)
        return url
    outlet = ctx.registry.by_host(host_of(url))
    successor = Document(
        id=0,
        origin=Origin.WEB,
        state=DocumentState.PENDING,
        first_seen_at=found.at,
        url=url,
        host=host_of(url),
        outlet=outlet.key if outlet else found.document.outlet,
        language=found.document.language,
        title=found.document.title,
        source_id=found.document.source_id,
        next_check_at=found.due,
        plan_reason=f"document {found.document.id} moved here",
    )
    documents.add(conn, successor)
    hosts.refresh_due(conn, [host_of(url)])
    return url
