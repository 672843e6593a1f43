"""What must be true of an archive at any time, and in the end, given what the servers of the world saw and said."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select

from monitor.model import ChangeKind
from monitor.store.schema import change, document, host
from tests.simulation import contents, manners, removals, takedowns
from tests.simulation.desk import Desk
from tests.simulation.machine import Machine
from tests.simulation.process import Process
from tests.simulation.witness import Witness
from tests.simulation.worker import SimulatedWorker
from tests.simulation.world import DAY, HOUR

FORGOTTEN_S = 30 * HOUR  # a source that fails is slowed to a day, and a tenth more


class Invariants:
    """Looks, and keeps what is wrong."""

    def __init__(self, machine: Machine, desk: Desk) -> None:
        self.machine = machine
        self.desk = desk
        self.witness = Witness(machine)
        self.faults: list[str] = []
        self._changes = 0
        self._looked = 0.0
        self._told: set[str] = set()
        self._heard: dict[str, float] = {}
        self._log_seen = 0

    def wrong(self, what: Iterable[str]) -> None:
        """Keep what is wrong, each once."""
        for one in what:
            if one not in self._told:
                self._told.add(one)
                self.faults.append(f"[{self.witness.now / DAY:.2f} d] {one}")

    async def look(self, workers: Sequence[SimulatedWorker]) -> None:
        """Look at a running archive."""
        archive = next((one.archive for one in workers if one.archive is not None and one.failed is None), None)
        self._follow_log()
        if archive is not None:
            await archive._ctx.db.read(self._look)

    def _look(self, conn: Connection) -> None:
        self.wrong(self._leases(conn))
        self.wrong(self._changes_are_true(conn))
        self.wrong(self._nothing_forgotten())
        self.wrong(contents.nothing_doubled(conn))
        self.wrong(removals.stay_away(conn, self.witness))
        self._looked = self.witness.now

    async def judge(self, workers: Sequence[SimulatedWorker]) -> None:
        """Look at all there is, once all workers have ended and one was started on each machine."""
        self._follow_log()
        self.wrong(manners.of_all(self.witness))
        await self._at_one(workers[0], self._look)
        await self._at_one(workers[0], lambda conn: self.wrong(contents.in_the_end(conn, self.witness)))
        await self._at_one(workers[0], lambda conn: self.wrong(self._no_lease_left(conn)))
        for archive in filter(None, (one.archive for one in workers)):
            self.wrong(f"evidence: {fault}" for fault in (await archive.custody.verify(again=True)).faults)
            self.wrong(await removals.are_nowhere(archive._ctx, self.witness))
        for key, messages in self.desk.told.items():
            if len(messages) > 1:
                self.wrong([f"{key} was told of in {len(messages)} messages"])

    async def _at_one(self, worker: SimulatedWorker, look: Callable[[Connection], None]) -> None:
        assert worker.archive is not None
        await worker.archive._ctx.db.read(look)

    def restored(self, conn: Connection) -> None:
        """Hear that the archive is an earlier one from now on, which tells of what it hears of anew."""
        newest = conn.execute(select(func.max(change.c.id))).scalar() or 0
        self._changes = min(self._changes, int(newest))
        self.desk.told.clear()

    def _follow_log(self) -> None:
        log = self.witness.log
        self.wrong(manners.of_the_left(self.witness, self._log_seen))
        for one in log[self._log_seen :]:
            self._heard[one.url] = one.begun
        self._log_seen = len(log)

    def _leases(self, conn: Connection) -> Iterator[str]:
        now, clock = self.witness.now, self.machine.clock.now()
        for row in conn.execute(select(host).where(host.c.lease_owner.is_not(None))).mappings():
            owner = self.machine.owners.get(row["lease_owner"])
            if owner is None:
                yield f"{row['name']} is leased by nobody known: {row['lease_owner']}"
            elif (late := now - (owner.ended_at or now)) > HOUR and row["lease_until"] > clock:
                if self._is_held_by_the_clock(owner):
                    continue
                yield f"{row['name']} is still leased by worker {owner.number}, which ended {late:.0f} s ago"

    def _is_held_by_the_clock(self, owner: Process) -> bool:
        """Say whether nobody can know that a lease is over: its machine is away, and the clock was set back."""
        ended = owner.ended_at or 0.0
        return self.machine.is_shared and self.witness.jumped(ended - HOUR, self.witness.now)

    def _no_lease_left(self, conn: Connection) -> Iterator[str]:
        for row in conn.execute(select(host).where(host.c.lease_owner.is_not(None))).mappings():
            if not (owner := self.machine.owners.get(row["lease_owner"])) or owner.is_over:
                yield f"{row['name']} is still leased by {row['lease_owner']} in the end"

    def _changes_are_true(self, conn: Connection) -> Iterator[str]:
        rows = conn.execute(
            select(change, document.c.url).join(document).where(change.c.id > self._changes).order_by(change.c.id)
        ).mappings()
        for row in rows:
            self._changes = row["id"]
            article = self.witness.world.articles.get(row["url"])
            if article is None:
                yield f"there is a change of {row['url']}, which the world has not"
            elif row["kind"] == ChangeKind.REMOVED and article.root not in self.witness.ledger.redacted:
                yield from takedowns.told_gone(self.witness, article, row["reason"], self._looked)

    def _nothing_forgotten(self) -> Iterator[str]:
        now = self.witness.now
        for url, since in self.witness.ledger.watched.items():
            robots = f"https://{urlsplit(url).netloc}/robots.txt"
            last = max(since, self._heard.get(url, 0.0), self._heard.get(robots, 0.0))
            if now - last > FORGOTTEN_S:
                yield f"{url} was not asked for more than {FORGOTTEN_S / HOUR:.0f} hours (last at {last:.0f})"
