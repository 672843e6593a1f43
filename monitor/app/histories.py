"""Insert a text into a document's history at its own time, so that its changes tell the story in the order of time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.app import copying, furnishing, texts
from monitor.app.context import Context
from monitor.app.revising import compared, revision_of
from monitor.app.standing import CLAIMS, SIGHTINGS, VARIANT_SIGHTINGS, between
from monitor.core import changes as comparing
from monitor.core.changes import Difference, TextState
from monitor.core.doubts import doubt
from monitor.core.extractors import same_extractor
from monitor.core.timeline import Stand, first_readings, place_of, stands_of, with_sighting
from monitor.core.typography import normalise
from monitor.interfaces import Extraction
from monitor.model import Change, ChangeKind, Document, Origin, Quality, Revision, Standing
from monitor.store import changes, documents, importing, revisions


@dataclass(frozen=True, slots=True)
class Inserted:
    """What became of a text: the revision that holds it, if any; `earlier` says that it is older than all known."""

    quality: Quality
    quality_reason: str | None = None
    revision_id: int | None = None
    new_number: int | None = None
    earlier: bool = False


@dataclass(frozen=True, slots=True)
class _History:
    """A document with all its texts, in their order of arrival and in that of time."""

    document: Document
    revisions: tuple[Revision, ...]
    changes: tuple[Change, ...]
    stands: tuple[Stand, ...]

    @property
    def first(self) -> dict[int, int]:
        return first_readings(self.revisions)

    def shown(self, text: int) -> Revision:
        """Return the newest reading of a text."""
        first = self.first
        return max((one for one in self.revisions if first[one.number] == text), key=lambda one: one.number)


def _history(conn: Connection, document: Document) -> _History:
    every, steps = revisions.of_document(conn, document.id), changes.of_document(conn, document.id)
    return _History(document, every, steps, stands_of(every, steps, document.revision_id))


def neighbours(conn: Connection, document: Document, found: Extraction, at: datetime) -> tuple[Revision, ...]:
    """Return the texts before and after a time that another extractor read, and that differ from what was found.

    They are to be read again before `insert`, or the work of the new extractor would pass for an edit.
    """
    history = _history(conn, document)
    place = place_of(history.stands, at)
    around = [history.shown(one.text) for one in history.stands[max(place, 0) : place + 2]]
    mark = comparing.fingerprint(found.title, found.text)
    return tuple(
        one
        for one in around
        if one.origin is Origin.WEB and one.fingerprint != mark and not same_extractor(one.extractor, found.extractor)
    )


def insert(
    conn: Connection,
    ctx: Context,
    document: Document,
    found: Extraction,
    at: datetime,
    anew: Mapping[int, Extraction] | None = None,
) -> Inserted:
    """Put what a page said at some time, past or present, into its document's history.

    A text known already is seen at that time, too; another one that is complete becomes the next revision (numbers are
    the order of arrival) and what stands before and after it in time is compared with it: the change between those two
    becomes the one that it led to. The current revision stays the newest by time. `anew` are readings of `neighbours`
    by their ids. To be called in the transaction that links the capture, with the document's host locked.
    """
    for revision_id, reading in (anew or {}).items():
        document = _read_anew(conn, ctx, document, revision_id, reading)
    history = _history(conn, document)
    quality, why = _quality(history, found, at)
    if quality is not Quality.COMPLETE:
        return Inserted(quality, why)
    known = _known(ctx, history, found)
    stored = known or _added(conn, document, found, at)
    if known is None:
        history = replace(history, revisions=(*history.revisions, stored))
    text = history.first[stored.number]
    inserted = _seen(conn, ctx, history, stored, text, at)
    if known is None:
        before = _before(history, at)
        furnishing.note(conn, document, before.text if before else None, found, ctx.clock.now())
        copying.assign(conn, ctx, document, stored)
        _publish(conn, document, found)
        return replace(inserted, new_number=stored.number)
    return inserted


def see_again(conn: Connection, ctx: Context, document: Document, revision: Revision, at: datetime) -> Inserted:
    """Say that a revision's text was seen at some time, past or present; its bytes need not be read for that."""
    history = _history(conn, document)
    text = history.first.get(revision.number, revision.number)
    return _seen(conn, ctx, history, revision, text, at)


def _seen(conn: Connection, ctx: Context, history: _History, stored: Revision, text: int, at: datetime) -> Inserted:
    beginning = history.stands[0].since if history.stands else None
    earlier = beginning is not None and at < beginning
    seen = _sightings(conn, history, at)
    stands = with_sighting(history.stands, text, at, seen)
    importing.widen(conn, stored.id, at)
    importing.begin_at(conn, history.document.id, at)
    _retell(conn, ctx, history, stands, at)
    _stand_now(conn, history, stands)
    return Inserted(Quality.COMPLETE, None, stored.id, earlier=earlier)


def _sightings(conn: Connection, history: _History, at: datetime) -> tuple[datetime, ...]:
    """Return when the text that stood at a time was seen."""
    place = place_of(history.stands, at)
    if place < 0:
        return ()
    first = history.first
    same = [one.id for one in history.revisions if first[one.number] == history.stands[place].text]
    return importing.sightings(conn, same)


def _read_anew(conn: Connection, ctx: Context, document: Document, revision_id: int, reading: Extraction) -> Document:
    revision = revisions.get(conn, revision_id)
    if revision is None or reading.quality is not Quality.COMPLETE:
        return document
    stands = document.revision_id == revision_id
    texts.reextracted(conn, document, revision, reading, ctx.clock.now(), stands=stands)
    return documents.get(conn, document.id) or document


def _quality(history: _History, found: Extraction, at: datetime) -> tuple[Quality, str | None]:
    """Doubt a text that breaks off or is far shorter than the one that stood before it, as a check does."""
    before = _before(history, at)
    if found.quality is not Quality.COMPLETE or before is None or before.origin is Origin.CORPUS:
        return found.quality, found.quality_reason
    same = normalise(before.title or "") == normalise(found.title or "") != ""
    asides = (*before.asides, *found.asides)
    doubted = doubt(before.text, found.text, asides=asides, ended=found.ended, same_headline=same)
    return doubted or (found.quality, found.quality_reason)


def _before(history: _History, at: datetime) -> Revision | None:
    place = place_of(history.stands, at)
    return history.shown(history.stands[place].text) if place >= 0 else None


def _known(ctx: Context, history: _History, found: Extraction) -> Revision | None:
    """Return the revision that holds a text; a saved one as it is compared, without what was saved around it."""
    mark = comparing.fingerprint(found.title, found.text)
    for one in history.revisions:
        if one.fingerprint == mark:
            return one
    state = TextState(found.title, found.text, found.asides)
    saved = (one for one in history.revisions if one.origin is Origin.CORPUS)
    same = (one for one in saved if comparing.compare(compared(ctx.registry, history.document, one), state) is None)
    return next(same, None)


def _added(conn: Connection, document: Document, found: Extraction, at: datetime) -> Revision:
    return revisions.add(conn, revision_of(document, found, at), current=False)


def _publish(conn: Connection, document: Document, found: Extraction) -> None:
    if found.published_at is not None and document.published_at is None:
        documents.set_fields(conn, document.id, published_at=found.published_at)


def _stand_now(conn: Connection, history: _History, stands: Sequence[Stand]) -> None:
    """Let the newest text by time be the current one; the server is to send its page in full next time."""
    last, first = stands[-1].text, history.first
    now = next((one for one in history.revisions if one.id == history.document.revision_id), None)
    if now is None or first[now.number] != last:
        revisions.make_current(conn, history.shown(last))
        documents.set_fields(conn, history.document.id, etag=None, last_modified=None)


def _retell(conn: Connection, ctx: Context, history: _History, stands: Sequence[Stand], at: datetime) -> None:
    """Make the changes those that lead from each text to the next, once one was seen at that time."""
    made = {one.id: one for one in history.changes}
    first = history.first
    for place in range(1, len(stands)):
        before, now = stands[place - 1], stands[place]
        old = made.get(now.change) if now.change is not None else None
        same = old is not None and (first[old.from_revision or 0], first[old.to_revision or 0]) == (
            before.text,
            now.text,
        )
        returns = any(one.text == now.text for one in stands[: place - 1])
        if old is not None and same and not (returns and old.kind in CLAIMS and old.kind is not ChangeKind.VARIANT):
            _date(conn, old, before, now)
            _settle(conn, old, stands, place, at)
        else:
            _store(conn, _judged(conn, ctx, history, stands, place), old)


def _date(conn: Connection, old: Change, before: Stand, now: Stand) -> None:
    """Say when a change fell, where that is known better now."""
    seen = before.until if old.earlier_seen_at is not None or before.since is not None else None
    if (old.at, old.earlier_seen_at) != (now.since, seen) and now.since is not None:
        stood = {"stood_s": _stood(before, now)} if old.stood_s is not None else {}
        changes.set_fields(conn, old.id, at=now.since, earlier_seen_at=seen, **stood)


def _settle(conn: Connection, old: Change, stands: Sequence[Stand], place: int, at: datetime) -> None:
    """Say whether a text that was seen once so far stood, now that it was seen again or others came after it."""
    now, last = stands[place], place == len(stands) - 1
    seen = at in (now.since, now.until)
    if old.standing is not Standing.ONCE or (last and not seen):
        return
    sightings = old.sightings + seen
    needed = VARIANT_SIGHTINGS if old.kind is ChangeKind.VARIANT else SIGHTINGS
    standing = _standing(stands, place)
    if last:
        standing = Standing.CONFIRMED if sightings >= needed else Standing.ONCE
    changes.set_fields(conn, old.id, standing=standing, sightings=sightings)


def _store(conn: Connection, change: Change, old: Change | None) -> None:
    if old is None:
        changes.add(conn, change)
        return
    changes.set_fields(conn, old.id, **{name: getattr(change, name) for name in _TOLD})


_TOLD = (
    *("kind", "at", "from_revision", "to_revision", "words_added", "words_removed", "significance", "reason"),
    *("words_moved", "sentences_added", "sentences_removed", "sentences_moved", "earlier_seen_at", "stood_s"),
    *("standing", "sightings"),
)


def _judged(conn: Connection, ctx: Context, history: _History, stands: Sequence[Stand], place: int) -> Change:
    """Return the change from the text before a place to the one there."""
    before, now = stands[place - 1], stands[place]
    old, new = history.shown(before.text), history.shown(now.text)
    step = _step(conn, ctx, history, old, new)
    back = next((one.text for one in stands[: place - 1] if one.text == now.text), None)
    if back is not None and step.kind in CLAIMS:
        reason = f"back to the text of revision {history.shown(back).number}: {step.reason}"
        step = replace(step, kind=ChangeKind.VARIANT, reason=reason)
    claim = step.kind in CLAIMS
    assert now.since is not None  # only a saved text has no beginning, and it is the first
    return replace(
        between(history.document, old, new, step, now.since),
        earlier_seen_at=before.until,
        stood_s=_stood(before, now) if claim else None,
        standing=_standing(stands, place) if claim else None,
        sightings=2 if _seen_twice(now) else 1,
    )


def _step(conn: Connection, ctx: Context, history: _History, old: Revision, new: Revision) -> Difference:
    before, after = (compared(ctx.registry, history.document, one) for one in (old, new))
    furnished = furnishing.furnishing(conn, history.document, before, after)
    step = comparing.compare(before, after, furnished)
    if step is None:
        return Difference(ChangeKind.FURNITURE, 0, 0, 0.0, "the same article, in another typography")
    if Origin.CORPUS in (old.origin, new.origin) or same_extractor(old.extractor, new.extractor):
        return step
    reason = f"read by another extractor, and no earlier bytes to tell its work from an edit: {step.reason}"
    return replace(step, kind=ChangeKind.REEXTRACTED, significance=0.0, reason=reason)


def _stood(before: Stand, now: Stand) -> int | None:
    """Return for how many seconds a text had stood when the next one was there; None for a saved one."""
    if before.since is None or now.since is None:
        return None
    return max(0, round((now.since - before.since).total_seconds()))


def _seen_twice(one: Stand) -> bool:
    return one.since is not None and one.until is not None and one.until > one.since


def _standing(stands: Sequence[Stand], place: int) -> Standing:
    """Say how far a text stood, as app/standing.py has it, with the later texts in view.

    What was seen once and was gone again flickered, and so did the return from it.
    """
    if _flickers(stands, place) or (place >= 2 and _flickers(stands, place - 1)):
        return Standing.FLICKER
    last = place == len(stands) - 1
    return Standing.ONCE if last and not _seen_twice(stands[place]) else Standing.CONFIRMED


def _flickers(stands: Sequence[Stand], place: int) -> bool:
    """Say whether a text was seen once, between two sightings of another one."""
    inner = 0 < place < len(stands) - 1
    return inner and not _seen_twice(stands[place]) and stands[place - 1].text == stands[place + 1].text
