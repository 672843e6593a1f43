"""Compare what was extracted with what is kept: a known text, a variant, a new revision, or nothing to trust."""

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from monitor.app.context import Context
from monitor.core import changes as comparing
from monitor.core.changes import TextState
from monitor.core.outlets import Registry
from monitor.core.quality import collapsed
from monitor.core.saved import body_of_saved
from monitor.core.words import count_words
from monitor.interfaces import Extraction
from monitor.model import Change, ChangeKind, Document, Origin, Quality, Revision
from monitor.store import captures, changes, revisions


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


def judge(conn: Connection, ctx: Context, document: Document, found: Extraction, at: datetime) -> TextVerdict:
    """Store a text that is distinct and complete as a revision, with the change that led to it.

    Archive first: every distinct text is kept; how much it matters is a number beside it.
    """
    current = revisions.get(conn, document.revision_id) if document.revision_id else None
    quality, why = _quality(conn, ctx, document, current, found)
    if quality is not Quality.COMPLETE:
        return TextVerdict(f"not compared: {quality}{f' ({why})' if why else ''}", quality, why)
    fingerprint = comparing.fingerprint(found.title, found.text)
    known = revisions.by_fingerprint(conn, document.id, fingerprint)
    if known is not None:
        return _known(conn, ctx, document, current, known, at)
    return _new(conn, ctx, document, current, found, fingerprint, at)


def _quality(
    conn: Connection, ctx: Context, document: Document, current: Revision | None, found: Extraction
) -> tuple[Quality, str | None]:
    """Doubt a text far shorter than the one before, until it has stood as long as a removal must."""
    if found.quality is not Quality.COMPLETE or current is None or current.origin is Origin.CORPUS:
        return found.quality, found.quality_reason
    words = count_words(found.text)
    if not collapsed(current.word_count, words):
        return found.quality, found.quality_reason
    if captures.streak(conn, document.id, Quality.COLLAPSED) + 1 >= ctx.settings.recheck.removal_checks:
        return Quality.COMPLETE, None
    return Quality.COLLAPSED, f"{words} words where {current.word_count} stood; kept as a doubt until it lasts"


def _known(
    conn: Connection, ctx: Context, document: Document, current: Revision | None, known: Revision, at: datetime
) -> TextVerdict:
    revisions.seen(conn, known.id, at)
    if current is None or known.id == current.id:
        return TextVerdict(f"unchanged since revision {known.number}", Quality.COMPLETE, revision_id=known.id)
    step = comparing.compare(compared(ctx.registry, document, current), compared(ctx.registry, document, known))
    change = Change(
        ChangeKind.VARIANT,
        at,
        document_id=document.id,
        from_revision=current.number,
        to_revision=known.number,
        words_added=step.words_added if step else 0,
        words_removed=step.words_removed if step else 0,
        significance=step.significance if step else 0.0,
        reason=f"back to the text of revision {known.number}" + (f": {step.reason}" if step else ""),
    )
    changes.add(conn, change)
    revisions.make_current(conn, known)
    return TextVerdict(change.reason, Quality.COMPLETE, revision_id=known.id, change=change)


def _new(
    conn: Connection,
    ctx: Context,
    document: Document,
    current: Revision | None,
    found: Extraction,
    fingerprint: str,
    at: datetime,
) -> TextVerdict:
    if current is None:
        stored = revisions.add(conn, _revision(document, found, fingerprint, at))
        return TextVerdict(
            "first reading", Quality.COMPLETE, None, stored.id, stored.number, published_at=found.published_at
        )
    step = comparing.compare(compared(ctx.registry, document, current), TextState(found.title, found.text))
    if step is None:  # the saved text is compared without its outlet's names, which may have been added since
        return _known(conn, ctx, document, current, current, at)
    stored = revisions.add(conn, _revision(document, found, fingerprint, at))
    change = Change(
        step.kind,
        at,
        document_id=document.id,
        from_revision=current.number,
        to_revision=stored.number,
        words_added=step.words_added,
        words_removed=step.words_removed,
        significance=step.significance,
        reason=step.reason,
    )
    changes.add(conn, change)
    reason = f"revision {stored.number}: {step.reason}"
    return TextVerdict(reason, Quality.COMPLETE, None, stored.id, stored.number, change, found.published_at)


def _revision(document: Document, found: Extraction, fingerprint: str, at: datetime) -> Revision:
    return Revision(
        document_id=document.id,
        number=0,
        origin=Origin.WEB,
        title=found.title,
        text=found.text,
        text_sha256=hashlib.sha256(found.text.encode()).hexdigest(),
        fingerprint=fingerprint,
        first_seen_at=at,
        last_seen_at=at,
        language=found.language,
        byline=found.byline,
        published_at=found.published_at,
        published_raw=found.published_raw,
        modified_at=found.modified_at,
        extractor=found.extractor,
        word_count=count_words(found.text),
    )


def compared(registry: Registry, document: Document, revision: Revision) -> TextState:
    """Return a revision as it is compared: of a saved text only the article, not what was saved around it."""
    if revision.origin is Origin.WEB:
        return TextState(revision.title, revision.text)
    outlet = registry.get(document.outlet) if document.outlet else None
    names = (outlet.name, *outlet.aliases) if outlet else ()
    return TextState(revision.title, body_of_saved(revision.text, revision.title, document.url, names))
