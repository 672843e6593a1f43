"""Compare what was extracted with what is kept: a known text, a variant, a new revision, or nothing to trust."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.app import copying, furnishing, no_edits
from monitor.app.cases import Case, state_of
from monitor.app.context import Context
from monitor.app.doubting import believed
from monitor.app.finding import Again
from monitor.app.revising import compared, revision_of
from monitor.app.standing import edited, settled
from monitor.core import changes as comparing
from monitor.core import restating
from monitor.core.extractors import same_extractor
from monitor.core.restating import RESTATED, Stated
from monitor.interfaces import Extraction
from monitor.model import Change, ChangeKind, Copy, Document, Origin, Quality, Revision
from monitor.store import changes, revisions


@dataclass(frozen=True, slots=True)
class TextVerdict:
    """What became of an extracted text. `new_number` is set when it made a revision."""

    reason: str
    quality: Quality
    quality_reason: str | None = None
    revision_id: int | None = None
    new_number: int | None = None
    change: Change | None = None
    published_at: datetime | None = None


def judge(
    conn: Connection,
    ctx: Context,
    document: Document,
    found: Extraction,
    at: datetime,
    again: Again | None = None,
) -> TextVerdict:
    """Store a text that is distinct and complete as a revision, with the change that led to it.

    Archive first: every distinct text is kept; how much it matters is a number beside it.
    """
    current = revisions.get(conn, document.revision_id) if document.revision_id else None
    case = Case(document, current, found, at)
    if again is not None and again.revision_id == document.revision_id:  # else another check came in between
        case = replace(case, reread=again.reread, same_bytes=again.same_bytes)
    quality, why = believed(conn, ctx, case)
    if quality is not Quality.COMPLETE:
        return TextVerdict(f"not compared: {quality}{f' ({why})' if why else ''}", quality, why)
    if current is None:
        return _first(conn, ctx, case)
    fingerprint = comparing.fingerprint(found.title, found.text)
    if fingerprint == current.fingerprint or case.same_bytes:
        return _unchanged(conn, case, current)
    case = _read_anew(conn, case, current)
    known = revisions.by_fingerprint(conn, document.id, fingerprint)
    return _changed(conn, ctx, case, fingerprint, known)


def _first(conn: Connection, ctx: Context, case: Case) -> TextVerdict:
    stored = revisions.add(conn, revision_of(case.document, case.found, case.at))
    copy = _heed(conn, ctx, case, stored, None)
    reason = f"first reading, {_resembling(copy)}" if copy and copy.like_document_id else "first reading"
    published = case.found.published_at
    return TextVerdict(reason, Quality.COMPLETE, None, stored.id, stored.number, published_at=published)


def _unchanged(conn: Connection, case: Case, current: Revision) -> TextVerdict:
    """Note that the text stands; what it says of its author and date may be new all the same."""
    settled(conn, case.document.id, stands=True)
    change = _restated(conn, case, current, current)
    _see(conn, current, case)
    reason = f"unchanged since revision {current.number}"
    told = f"{reason}, but {change.reason}" if change else reason
    return TextVerdict(told, Quality.COMPLETE, revision_id=current.id, change=change)


def _see(conn: Connection, one: Revision, case: Case) -> None:
    """Say that a revision's text stands, with what its page says of it now; what was saved stays as it was saved."""
    revisions.seen(conn, one.id, case.at, case.found if one.origin is Origin.WEB else None)


def _restated(conn: Connection, case: Case, current: Revision, now: Revision) -> Change | None:
    """Record that an article stands under another byline or date; None where it does not, or that is not certain."""
    if current.origin is Origin.CORPUS or not same_extractor(current.extractor, case.found.extractor):
        return None
    told = restating.restated(Stated.of(current), Stated.of(case.found))
    if told is not None:
        lately = changes.newest_of(conn, case.document.id, [ChangeKind.BYLINE], restating.LATELY)
        told = restating.worth_telling(told, [one.reason for one in lately])
    if told is None:
        return None
    change = Change(
        ChangeKind.BYLINE,
        case.at,
        document_id=case.document.id,
        from_revision=now.number,
        to_revision=now.number,
        significance=RESTATED,
        reason=told,
        earlier_seen_at=current.last_seen_at,
    )
    changes.add(conn, change)
    return change


def _read_anew(conn: Connection, case: Case, current: Revision) -> Case:
    """Put what the present extractor makes of the old bytes in the old text's place: its own work is no edit."""
    reread = case.reread
    if reread is None or reread.quality is not Quality.COMPLETE:
        return case
    anew, _ = reextracted(conn, case.document, current, reread, case.at)
    return replace(case, current=anew)


def reextracted(
    conn: Connection, document: Document, current: Revision, reread: Extraction, at: datetime, *, stands: bool = True
) -> tuple[Revision, Change | None]:
    """Store what another extractor makes of a revision's bytes; return the revision of that text, and the change.

    It becomes the current one where the other is what `stands`.
    """
    fingerprint = comparing.fingerprint(reread.title, reread.text)
    if fingerprint == current.fingerprint:
        revisions.seen(conn, current.id, current.last_seen_at, reread)
        return replace(current, extractor=reread.extractor, asides=reread.asides), None
    stored = revisions.by_fingerprint(conn, document.id, fingerprint)
    if stored is None:
        new = replace(
            revision_of(document, reread, current.first_seen_at),
            last_seen_at=current.last_seen_at,
            reextracts=current.number,
        )
        stored = revisions.add(conn, new, current=stands)
    else:
        revisions.seen(conn, stored.id, current.last_seen_at, reread)
        stored = replace(stored, extractor=reread.extractor, asides=reread.asides, last_seen_at=current.last_seen_at)
        if stands:
            revisions.make_current(conn, stored)
    by = (reread.extractor or "").split(" text=")[0]
    reason = f"the same bytes, read by {by} instead of {(current.extractor or 'an unnamed one').split(' text=')[0]}"
    change = Change(
        ChangeKind.REEXTRACTED,
        at,
        document_id=document.id,
        from_revision=current.number,
        to_revision=stored.number,
        reason=reason,
    )
    changes.add(conn, change)
    return stored, change


def _changed(conn: Connection, ctx: Context, case: Case, fingerprint: str, known: Revision | None) -> TextVerdict:
    """Record a text other than the one that stood: known from before, or a new revision."""
    current = case.current
    assert current is not None
    if known is not None and known.id == current.id:  # the old bytes read anew are this very text
        return _unchanged(conn, case, known)
    before = compared(ctx.registry, case.document, current)
    after = compared(ctx.registry, case.document, known) if known else state_of(case.found)
    furnished = furnishing.furnishing(conn, case.document, before, after)
    step = comparing.compare(before, after, furnished)
    if step is None:  # the saved text is compared without its outlet's names, which may have been added since
        return _unchanged(conn, case, current)
    stored = known or revisions.add(conn, revision_of(case.document, case.found, case.at, fingerprint))
    if step.kind is not ChangeKind.FURNITURE:
        earlier = known or no_edits.same_article(conn, ctx, case, current, stored)
        step = (
            no_edits.as_variant(step, earlier)
            if earlier
            else no_edits.known_headline(conn, case, current, stored, step)
        )
    step = no_edits.unprovable(case, step)
    change = edited(conn, case.document, current, stored, step, case.at)
    if step.kind is ChangeKind.FURNITURE:
        change = _restated(conn, case, current, stored) or change
    if known is not None:
        _see(conn, known, case)
        revisions.make_current(conn, known)
        return TextVerdict(step.reason, Quality.COMPLETE, revision_id=known.id, change=change)
    _heed(conn, ctx, case, stored, current)
    reason = f"revision {stored.number}: {step.reason}"
    published = case.found.published_at
    return TextVerdict(reason, Quality.COMPLETE, None, stored.id, stored.number, change, published)


def _heed(conn: Connection, ctx: Context, case: Case, stored: Revision, before: Revision | None) -> Copy | None:
    """Let furniture be learned from a new text, and copies of it be found; return its place among them.

    What is learned has the outlet's changes judged anew.
    """
    furnishing.note(conn, case.document, before.text if before else None, case.found, case.at)
    return copying.assign(conn, ctx, case.document, stored)


def _resembling(copy: Copy) -> str:
    return f"{copy.containment:.0%} of it like document {copy.like_document_id}"
