"""What this process has done since it opened the archive, in figures: plain counting, that no visit waits for.

Counted at four places: a request that was made (`Gate.leg`), bytes that were read (`Gate.read`), a target that was
visited (`Visit`), and a round that began (`Rounds.launch`). `metrics` tells them to Prometheus.
"""

from collections import Counter
from dataclasses import dataclass, field
from time import monotonic

from monitor.answers import VisitReport
from monitor.core.spread import Spread
from monitor.interfaces import FetchResult, ReadFailure, Reading

FETCH_S = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
READ_S = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0)


@dataclass
class Tally:
    """What was done in this process."""

    fetches: Counter[str] = field(default_factory=Counter)  # by outcome
    fetch_s: Spread = field(default_factory=lambda: Spread(FETCH_S))
    raw_bytes: int = 0
    visits: Counter[str] = field(default_factory=Counter)  # of a source or a document
    changes: Counter[str] = field(default_factory=Counter)  # by kind
    entries: int = 0
    revisions: int = 0
    documents: int = 0
    readings: int = 0
    unread: Counter[str] = field(default_factory=Counter)  # by kind of failure
    read_s: Spread = field(default_factory=lambda: Spread(READ_S))
    round_at: float | None = None  # on the clock of time.monotonic
    stopping: bool = False

    def fetched(self, result: FetchResult) -> None:
        """Count a request that was made."""
        self.fetches[result.outcome] += 1
        self.fetch_s.add(result.elapsed_s)
        self.raw_bytes += sum(len(hop.raw_body) for hop in result.hops)

    def read(self, reading: Reading, seconds: float) -> None:
        """Count bytes that were read, or could not be; `seconds` with waiting for a worker."""
        self.readings += 1
        self.read_s.add(seconds)
        if isinstance(reading, ReadFailure):
            self.unread[reading.kind] += 1

    def visited(self, report: VisitReport) -> None:
        """Count a target that was visited, and what that brought."""
        self.visits[report.what] += 1
        self.entries += report.heard_of
        self.revisions += report.revision is not None
        self.documents += report.revision == 1
        if report.change is not None:
            self.changes[report.change.kind] += 1

    def began(self) -> None:
        """Note that a round began: hosts that are due were looked for."""
        self.round_at = monotonic()

    def idle_s(self) -> float | None:
        """Return for how many seconds no round has begun; None before the first."""
        return None if self.round_at is None else monotonic() - self.round_at
