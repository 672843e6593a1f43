"""Compare what was extracted with what is kept: a known text, a variant, a new revision, or nothing to trust."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.app import copying, furnishing
from monitor.app.context import Context
from monitor.app.finding import Again
from monitor.app.revising import compared, revision_of
from monitor.app.standing import edited, settled
from monitor.core import changes as comparing
from monitor.core import restating
from monitor.core.changes import Difference, TextState
from monitor.core.extractors import same_extractor
from monitor.core.quality import doubt
from monitor.core.restating import RESTATED, Stated
from monitor.core.typography import normalise
from monitor.core.words import count_words
from monitor.interfaces import Extraction
from monitor.model import Change, ChangeKind, Copy, Document, Origin, Quality, Revision
from monitor.store import changes, documents, revisions

LOOKED_BACK = 20  # revisions, the newest, among which a known article is looked for
DOUBTED = (Quality.COLLAPSED, Quality.TRUNCATED)  # believed once they last
PATIENCE = 3  # times what a removal needs, for a doubted text that is never twice the same
SHORT_LINE = 10  # words
LONG_LINE = 200  # characters; furniture has a few words


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


@dataclass(frozen=True, slots=True)
class Case:
    """What a judgement is about: the document, the revision that stood, what was found, and when.

    `reread` is what the present extractor makes of the bytes behind the revision that stood, where another made it.
    With `same_bytes` the page is, to the byte, the one that this revision was read from.
    """

    document: Document
    current: Revision | None
    found: Extraction
    at: datetime
    reread: Extraction | None = None
    same_bytes: bool = False


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
    quality, why = _quality(conn, ctx, case)
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


def _quality(conn: Connection, ctx: Context, case: Case) -> tuple[Quality, str | None]:
    """Doubt a text that breaks off or is far shorter than the one before, until it stood as long as a removal must.

    What is offered for money is no doubt: however long it stands, it is not the article.
    """
    quality, why = _doubted(case)
    if quality not in DOUBTED:
        if case.document.doubts and quality is Quality.COMPLETE:
            documents.set_fields(conn, case.document.id, doubts=0, doubted_since=None, doubted_text=None)
        return quality, why
    return (Quality.COMPLETE, None) if _lasted(conn, ctx, case) else (quality, why)


def _lasted(conn: Connection, ctx: Context, case: Case) -> bool:
    """Count a doubt; say whether the same text has stood for long enough, or no other for far longer.

    A page breaks off at another place each time, but what an outlet cut stays cut. The headline may be under test
    meanwhile. Furniture that nobody knows may make another text of it at every check: then time alone decides.
    """
    one, recheck = case.document, ctx.settings.recheck
    text = comparing.fingerprint(None, _told(case.found))
    same = one.doubted_text == text
    since = one.doubted_since if one.doubts and one.doubted_since else case.at
    doubts = one.doubts + 1
    stood = (case.at - since).total_seconds()
    enough = doubts >= recheck.removal_checks and stood >= recheck.removal_span
    if enough and (same or (doubts >= PATIENCE * recheck.removal_checks and stood >= PATIENCE * recheck.removal_span)):
        documents.set_fields(conn, one.id, doubts=0, doubted_since=None, doubted_text=None)
        return True
    documents.set_fields(conn, one.id, doubts=doubts, doubted_since=since, doubted_text=text)
    return False


def _told(found: Extraction) -> str:
    """Return the lines of a text that tell something: no asides, and no short line, which may be furniture."""
    lines = [line for line in found.text.split("\n") if line not in found.asides]
    return "\n".join([line for line in lines if count_words(line) > SHORT_LINE] or lines)


def _doubted(case: Case) -> tuple[Quality, str | None]:
    found, current = case.found, case.current
    if found.quality is not Quality.COMPLETE or current is None or current.origin is Origin.CORPUS:
        return found.quality, found.quality_reason
    asides = (*current.asides, *found.asides)
    same = normalise(current.title or "") == normalise(found.title or "") != ""
    doubted = doubt(current.text, found.text, asides=asides, ended=found.ended, same_headline=same)
    return doubted or (found.quality, found.quality_reason)


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
    after = compared(ctx.registry, case.document, known) if known else _state(case.found)
    furnished = furnishing.furnishing(conn, case.document, before, after)
    step = comparing.compare(before, after, furnished)
    if step is None:  # the saved text is compared without its outlet's names, which may have been added since
        return _unchanged(conn, case, current)
    stored = known or revisions.add(conn, revision_of(case.document, case.found, case.at, fingerprint))
    if step.kind is not ChangeKind.FURNITURE:
        earlier = known or _same_article(conn, ctx, case, current, stored)
        step = _as_variant(step, earlier) if earlier else _known_headline(conn, case, current, stored, step)
    step = _unprovable(case, step)
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


def _state(found: Extraction) -> TextState:
    return TextState(found.title, found.text, found.asides)


def _same_article(conn: Connection, ctx: Context, case: Case, current: Revision, stored: Revision) -> Revision | None:
    """Return the earlier revision that has this article, with other furniture around it."""
    after = _state(case.found)
    body = _long_lines(after.text)
    for one in revisions.newest(conn, case.document.id, LOOKED_BACK):
        if one.id in (current.id, stored.id) or one.origin is Origin.CORPUS:
            continue
        if _long_lines(one.text) != body:
            continue
        before = compared(ctx.registry, case.document, one)
        if comparing.same_article(before, after, furnishing.furnishing(conn, case.document, before, after)):
            return one
    return None


def _long_lines(text: str) -> list[str]:
    """Return the lines that are too long for furniture, in order: where they differ, no look at the rest is needed."""
    return [line for line in text.split("\n") if len(line) >= LONG_LINE]


def _known_headline(conn: Connection, case: Case, current: Revision, stored: Revision, step: Difference) -> Difference:
    """Call an edit of the headline alone a variant where the document had that headline before: a test of headlines."""
    if step.kind is not ChangeKind.HEADLINE:
        return step
    headline = normalise(case.found.title or "")
    for one in revisions.newest(conn, case.document.id, LOOKED_BACK):
        if (
            one.id not in (current.id, stored.id)
            and one.origin is Origin.WEB
            and normalise(one.title or "") == headline
        ):
            reason = f"back to the headline of revision {one.number}: {step.reason}"
            return replace(step, kind=ChangeKind.VARIANT, reason=reason)
    return step


def _as_variant(step: Difference, earlier: Revision) -> Difference:
    reason = f"back to the text of revision {earlier.number}: {step.reason}"
    return replace(step, kind=ChangeKind.VARIANT, reason=reason)


def _unprovable(case: Case, step: Difference) -> Difference:
    """Call no edit what another extractor may have made of it, where the old bytes are not there to prove it."""
    current = case.current
    assert current is not None
    if current.origin is Origin.CORPUS or same_extractor(current.extractor, case.found.extractor):
        return step
    reason = f"read by another extractor, and no earlier bytes to tell its work from an edit: {step.reason}"
    return replace(step, kind=ChangeKind.REEXTRACTED, significance=0.0, reason=reason)
