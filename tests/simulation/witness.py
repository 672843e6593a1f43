"""What a checker knows: the machine, what its servers saw and said, and what people did. All times are true ones."""

from dataclasses import dataclass, field

from tests.simulation.ledger import Ledger
from tests.simulation.machine import Machine
from tests.simulation.network import Request
from tests.simulation.process import Process
from tests.simulation.world import HOUR, MINUTE, World

SAFE_S = 10 * MINUTE  # a worker that lived on for so long had the time to record what it had fetched
LAG_S = 20 * MINUTE  # until workers hear that the database's clock was set: they lease nothing before


@dataclass
class Witness:
    """Judges single requests by what came of those who made them."""

    machine: Machine
    ledger: Ledger = field(default_factory=Ledger)

    @property
    def now(self) -> float:
        """Return the true time."""
        return self.machine.loop.time()

    @property
    def world(self) -> World:
        """Return the world."""
        return self.machine.network.world

    @property
    def log(self) -> list[Request]:
        """Return what servers saw."""
        return self.machine.network.log

    def root_of(self, url: str) -> str | None:
        """Return the first address of the article that stands, or stood, at one; None where there is none."""
        article = self.world.articles.get(url)
        return article.root if article else None

    def is_safe(self, one: Request) -> bool:
        """Say whether what was fetched had to be recorded: its worker lived on, the disk was well, nobody undid it."""
        if one.arrived is None or not lived(one, SAFE_S) or self.ledger.is_undone(one.begun):
            return False
        spoilt = self.machine.disk.times
        return not any(since - SAFE_S <= one.begun <= until + SAFE_S for since, until in spoilt)

    def jumped(self, since: float, until: float) -> bool:
        """Say whether the clock was set between two times, or so lately that not all had heard of it."""
        lag = LAG_S if self.machine.is_shared else 0.0
        return self.machine.clock.jumped(since - lag, until)

    def was_wrong(self, at: float) -> bool:
        """Say whether the clock was wrong by more than an hour at a time."""
        return self.machine.clock.off_at(at) > HOUR

    def is_redacted(self, url: str) -> bool:
        """Say whether the article of an address was redacted, at whichever of its addresses."""
        return self.root_of(url) in self.ledger.redacted

    def addresses(self, root: str) -> list[str]:
        """Return every address that an article has, or had."""
        return [url for url, one in self.world.articles.items() if one.root == root]


def lived(one: Request, seconds: float) -> bool:
    """Say whether a request was made by a daemon that lived on for so long once it had the answer."""
    owner = one.owner
    if not isinstance(owner, Process) or not owner.reports or one.arrived is None:
        return False
    return owner.ended_at is None or owner.ended_at > one.arrived + seconds
