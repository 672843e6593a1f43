"""Plan the next check of a document by the ladder of its outlet, within the budget of its host."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import Connection

from monitor.core import rechecks
from monitor.core.budgets import Load, load_of
from monitor.core.edit_ages import Ladder, learn_ladder
from monitor.core.presence import PresenceStep
from monitor.core.rechecks import DocumentHistory, RecheckPolicy
from monitor.interfaces import Plan
from monitor.model import Document, Outcome
from monitor.store import documents
from monitor.store import rechecks as learned

# In which edits are counted: a restless page is edited at 8 checks in it and more, also when it is looked at every 3 h.
LATELY = timedelta(hours=30)
KEPT = timedelta(hours=1)  # what was learned of an outlet or a host, until it is asked for anew
MOST = 10_000  # outlets and hosts remembered

T = TypeVar("T", Ladder, Load)


class Ladders:
    """The ladders of outlets and the loads of hosts as they were within the last hour, and the plans made by them.

    `policy` holds the ladder configured, `budget` is how many checks of articles a host is asked for in a day.
    """

    def __init__(self, policy: RecheckPolicy, budget: int) -> None:
        self._policy = policy
        self._budget = budget
        self._ladders: dict[str, tuple[datetime, Ladder]] = {}
        self._loads: dict[str, tuple[datetime, Load]] = {}

    def plan(
        self,
        conn: Connection,
        document: Document,
        step: PresenceStep,
        outcome: Outcome,
        retry_after: datetime | None,
        at: datetime,
        jitter: float,
    ) -> Plan:
        """Return when a document is looked at again after a check at `at`; `document` is its row before it.

        Call it once the changes of this check are stored. `jitter` is in [0, 1).
        """
        # Of what was never read there is no change yet: a first text is none.
        one, read = document.id, document.revision_count > 0
        changed, edits, since = documents.edited(conn, one, at - LATELY) if read else (None, 0, None)
        history = DocumentHistory(
            first_seen_at=document.first_seen_at,
            published_at=document.published_at,
            last_changed_at=changed,
            last_checked_at=document.last_checked_at,
            outcome=outcome,
            misses=step.misses,
            retry_after=retry_after,
            state=step.state,
            missed_since=step.missed_since,
            doubts=document.doubts,
            doubted_since=document.doubted_since,
            outage=step.outage,
            edits=edits,
            edited_since=since,
        )
        ladder, load = self.ladder(conn, document, at), self.load(conn, document, at)
        return rechecks.plan_document(history, at, self._policy, jitter, ladder, load)

    def ladder(self, conn: Connection, document: Document, at: datetime) -> Ladder:
        """Return the ladder of a document's outlet, or of its host without one."""
        name = document.outlet or document.host or ""

        def learn() -> Ladder:
            return learn_ladder(learned.edit_ages(conn, document, at), name, self._policy.ladder_s)

        return _remembered(self._ladders, name, at, learn)

    def load(self, conn: Connection, document: Document, at: datetime) -> Load | None:
        """Return how much a document's host is asked for; None of one without a host."""
        if (host := document.host) is None:
            return None

        def count() -> Load:
            rungs = self.ladder(conn, document, at).rungs_s
            ages, missing = learned.ages_on(conn, host, at, rungs)
            return load_of(host, ages, missing, rungs, self._budget)

        return _remembered(self._loads, host, at, count)


def _remembered(known: dict[str, tuple[datetime, T]], name: str, at: datetime, learn: Callable[[], T]) -> T:
    since, value = known.get(name, (None, None))
    if since is not None and value is not None and timedelta(0) <= at - since < KEPT:
        return value
    if len(known) >= MOST:
        known.clear()
    found = learn()
    known[name] = (at, found)
    return found
