"""Judge whether a document is still there, with its neighbours as witnesses: an outage is no takedown."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from monitor.core import outages, presence
from monitor.core.outages import OutagePolicy
from monitor.core.presence import Presence, PresencePolicy, PresenceStep, Sighting
from monitor.model import Document, DocumentState
from monitor.store import vanishing

OUTAGE = OutagePolicy()
ASKED_AFTER = 2  # misses in a row: one is mostly a server's mood, and the third may settle it


def judge(
    conn: Connection,
    policy: PresencePolicy,
    document: Document,
    sighting: Sighting,
    why: str,
    at: datetime,
    due: datetime,
) -> PresenceStep:
    """Return what is known of a document's page after a check saw it, or not, and `why`.

    Before a document is called gone, the others of its host and its source are asked: those checked since its first
    miss. Should too few have been, some are called to be checked at `due`, after the second miss already, so that they
    have spoken when it counts. Call `hosts.refresh_due` for its host afterwards.
    """
    before = _presence(document)
    step = presence.judge(before, sighting, why, at, policy)
    if _is_at_stake(document, sighting, step):
        step = _among_others(conn, document, before, step, at, due)
    return _still_pending(step) if document.state is DocumentState.PENDING and sighting is not Sighting.FOUND else step


def _presence(document: Document) -> Presence:
    """Return what was known of a page; of a saved text's page, that it was there once."""
    saved = document.state is DocumentState.PENDING and document.revision_count > 0
    state = DocumentState.LIVE if saved else document.state
    return Presence(state, document.misses, document.missed_since, document.state_since, document.unlisted_at)


def _still_pending(step: PresenceStep) -> PresenceStep:
    """Call a saved text's page live only once it was seen."""
    return replace(step, state=DocumentState.PENDING) if step.state is DocumentState.LIVE else step


def _is_at_stake(document: Document, sighting: Sighting, step: PresenceStep) -> bool:
    """Say whether a document that was there once is about to be called gone, now or soon."""
    if document.state is DocumentState.GONE or document.revision_count == 0:
        return False
    missed = sighting in (Sighting.MISSING, Sighting.WITHDRAWN)
    return missed and (step.state is DocumentState.GONE or step.misses >= ASKED_AFTER)


def _among_others(
    conn: Connection, document: Document, before: Presence, step: PresenceStep, at: datetime, due: datetime
) -> PresenceStep:
    since = step.missed_since or at
    crowds = vanishing.crowds(conn, document, since)
    wanted = outages.witnesses_wanted(crowds[0], OUTAGE) if crowds else 0
    if wanted and step.state is not DocumentState.GONE:
        vanishing.call_witnesses(conn, document, since, due, wanted)
    return outages.weigh(before, step, crowds, at, OUTAGE)
