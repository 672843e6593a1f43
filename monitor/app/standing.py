"""How long texts stand: what a change replaced, since when that stood, and whether the new one stays."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.core.changes import Difference
from monitor.model import Change, ChangeKind, Document, Origin, Revision, Standing
from monitor.store import changes, revisions

# What is a claim about the article, so that it has to stand.
CLAIMS = (ChangeKind.HEADLINE, ChangeKind.BODY, ChangeKind.BOTH, ChangeKind.VARIANT)
# Checks, the first one included, that must see a new text before it counts as here to stay.
SIGHTINGS, VARIANT_SIGHTINGS = 2, 3


def edited(
    conn: Connection, document: Document, current: Revision, now: Revision, step: Difference, at: datetime
) -> Change:
    """Store and return the change from the revision that stood to the one that stands now.

    Other furniture around it says that the article was seen again.
    """
    claim, back = step.kind in CLAIMS, step.kind is ChangeKind.VARIANT
    seen = claim or step.kind is ChangeKind.FURNITURE
    undone = seen and settled(conn, document.id, stands=not back) is Standing.FLICKER
    change = replace(
        between(document, current, now, step, at),
        earlier_seen_at=current.last_seen_at if current.origin is Origin.WEB else None,
        stood_s=stood(conn, document.id, current, at) if claim else None,
        standing=_begun(claim=claim, undone=undone),
        sightings=1,
    )
    changes.add(conn, change)
    return change


def between(document: Document, old: Revision, new: Revision, step: Difference, at: datetime) -> Change:
    """Return the change that a step between two revisions is, without how long either stood."""
    return Change(
        step.kind,
        at,
        document_id=document.id,
        from_revision=old.number,
        to_revision=new.number,
        words_added=step.words_added,
        words_removed=step.words_removed,
        significance=step.significance,
        reason=step.reason,
        words_moved=step.words_moved,
        sentences_added=step.sentences_added,
        sentences_removed=step.sentences_removed,
        sentences_moved=step.sentences_moved,
    )


def _begun(*, claim: bool, undone: bool) -> Standing | None:
    """Return how a change stands at first; the return from a flicker is the end of it, and no news of its own."""
    if not claim:
        return None
    return Standing.FLICKER if undone else Standing.ONCE


def stood(conn: Connection, document_id: int, current: Revision, at: datetime) -> int | None:
    """Return for how many seconds the article that a revision holds has stood, through any change of its furniture.

    None for a saved text: nobody saw since when its page had it.
    """
    since = changes.last_of(conn, document_id, CLAIMS)
    if since is None and current.origin is Origin.CORPUS:
        return None
    begun = since.at if since else revisions.first_seen_at(conn, document_id) or current.first_seen_at
    return max(0, round((at - begun).total_seconds()))


def settled(conn: Connection, document_id: int, *, stands: bool) -> Standing | None:
    """Say of the last change, not confirmed yet, that its text was seen again or is gone; return what it is then.

    A new edit on top of it lets it stand as well: editors work in steps, and only a return takes it back. A variant
    must be seen three times in a row: of a headline in a test, every other answer is the same as the one before.
    """
    last = changes.last_of(conn, document_id, CLAIMS)
    if last is None or last.standing is not Standing.ONCE:
        return None
    sightings = last.sightings + 1
    needed = VARIANT_SIGHTINGS if last.kind is ChangeKind.VARIANT else SIGHTINGS
    standing = Standing.FLICKER if not stands else Standing.CONFIRMED if sightings >= needed else Standing.ONCE
    changes.set_fields(conn, last.id, standing=standing, sightings=sightings if stands else last.sightings)
    return standing
