"""What must be true of an archive at any time, and in the end, given what the servers of the world saw and said."""

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import urlsplit

from sqlalchemy import Connection, func, select

from monitor.model import ChangeKind
from monitor.store.schema import change, document, entry, host, revision, source
from tests.simulation.desk import Desk
from tests.simulation.network import Request
from tests.simulation.worker import Machine, SimulatedWorker
from tests.simulation.world import DAY, HOUR, MINUTE, SITES, Article, Text, delay_of

GAP_S = 5.0
EDGE_S = 0.001
FORGOTTEN_S = 30 * HOUR  # a source that fails is slowed to a day, and a tenth more
SAFE_S = 10 * MINUTE  # a worker that lived on for so long had the time to record what it had fetched
LEASE_S = 10 * MINUTE


@dataclass(frozen=True)
class _Read:
    """What a revision says."""

    title: str | None
    text: str
    fingerprint: str

    def shows(self, state: Text) -> bool:
        return self.title == state.title and all(each in self.text for each in state.paragraphs)


class Invariants:
    """Looks, and keeps what is wrong."""

    def __init__(self, machine: Machine, desk: Desk) -> None:
        self.machine = machine
        self.desk = desk
        self.faults: list[str] = []
        self._changes = 0
        self._told: set[str] = set()
        self._heard: dict[str, float] = {}
        self._log_seen = 0

    def wrong(self, what: str) -> None:
        """Keep what is wrong, once."""
        if what not in self._told:
            self._told.add(what)
            at = self.machine.loop.time()
            self.faults.append(f"[{at / DAY:.2f} d] {what}")

    async def look(self, workers: list[SimulatedWorker]) -> None:
        """Look at a running archive."""
        self._follow_log()
        archive = next((one.archive for one in workers if one.archive is not None and one.failed is None), None)
        if archive is None:
            return
        await archive._ctx.db.read(self._look)

    def _look(self, conn: Connection) -> None:
        self._leases(conn)
        self._changes_are_true(conn)
        self._nothing_forgotten()
        self._nothing_doubled(conn)

    async def judge(self, worker: SimulatedWorker) -> None:
        """Look at all there is, once all workers have ended."""
        archive = worker.archive
        assert archive is not None
        self._follow_log()
        self._politeness()
        ctx = archive._ctx
        await ctx.db.read(self._look)
        await ctx.db.read(self._everything_archived)
        await ctx.db.read(self._no_lease_left)
        for fault in (await archive.custody.verify(again=True)).faults:
            self.wrong(f"evidence: {fault}")
        for key, messages in self.desk.told.items():
            if len(messages) > 1:
                self.wrong(f"{key} was told of in {len(messages)} messages")

    # --- what servers saw -----------------------------------------------------------------------------------------

    def _politeness(self) -> None:
        by_host: dict[str, list[Request]] = defaultdict(list)
        for one in self.machine.network.log:
            if one.reached:
                by_host[one.host].append(one)
        for name, requests in by_host.items():
            self._gaps(name, requests)

    def _gaps(self, name: str, requests: list[Request]) -> None:
        gap = max(GAP_S, delay_of(name))
        clock = self.machine.clock
        quiet_from = quiet_until = 0.0
        ended = 0.0
        for number, one in enumerate(requests):
            if one.url.startswith(f"https://{name}/hidden/"):
                self.wrong(f"{one.url} was asked for, which robots.txt forbids")
            if number and one.begun - requests[number - 1].begun < gap - EDGE_S and number > 1:
                before = requests[number - 1]
                jumped = " (the clock was set)" if clock.jumped(before.begun - 1, one.begun) else ""
                apart = one.begun - before.begun
                self.wrong(f"{name} was asked {apart:.3f} s after the last time, at {one.begun:.1f}{jumped}")
            if one.begun < ended - EDGE_S:
                self.wrong(f"{name} was asked while a request was under way, at {one.begun:.1f}")
            if one.begun < quiet_until - 1 and not clock.jumped(quiet_from, one.begun):
                self.wrong(f"{name} was asked {quiet_until - one.begun:.0f} s before its Retry-After was over")
            ended = max(ended, one.ended)
            if one.quiet_s and one.arrived is not None and _lived(one, MINUTE):
                quiet_from, quiet_until = one.arrived, max(quiet_until, one.arrived + one.quiet_s)

    def _follow_log(self) -> None:
        log = self.machine.network.log
        for one in log[self._log_seen :]:
            self._heard[one.url] = one.begun
        self._log_seen = len(log)

    # --- what the database says -----------------------------------------------------------------------------------

    def _leases(self, conn: Connection) -> None:
        now = self.machine.clock.now()
        for row in conn.execute(select(host).where(host.c.lease_owner.is_not(None))).mappings():
            owner = self.machine.owners.get(row["lease_owner"])
            if owner is None:
                self.wrong(f"{row['name']} is leased by nobody known: {row['lease_owner']}")
            elif owner.is_over and owner.ended_at is not None:
                late = self.machine.loop.time() - owner.ended_at
                if late > HOUR and row["lease_until"] > now:
                    self.wrong(f"{row['name']} is still leased by worker {owner.number}, which ended {late:.0f} s ago")

    def _no_lease_left(self, conn: Connection) -> None:
        for row in conn.execute(select(host).where(host.c.lease_owner.is_not(None))).mappings():
            if not (owner := self.machine.owners.get(row["lease_owner"])) or owner.is_over:
                self.wrong(f"{row['name']} is still leased by {row['lease_owner']} in the end")

    def _changes_are_true(self, conn: Connection) -> None:
        rows = conn.execute(
            select(change, document.c.url).join(document).where(change.c.id > self._changes).order_by(change.c.id)
        ).mappings()
        for row in rows:
            self._changes = row["id"]
            article = self.machine.network.world.articles.get(row["url"])
            if article is None:
                self.wrong(f"there is a change of {row['url']}, which the world has not")
            elif row["kind"] == ChangeKind.REMOVED:
                self._really_gone(article, row["reason"])

    def _really_gone(self, article: Article, reason: str) -> None:
        now = self.machine.loop.time()
        if article.is_gone_between(now - 8 * HOUR, now):
            return
        answers = [one for one in self.machine.network.log if one.url == article.url and one.arrived]
        telling = [one for one in answers if one.whole and one.status in (200, 304, 404, 410)][-3:]
        missed = [one.status in (404, 410) or one.trouble == "unwell" for one in telling]
        if not all(missed) or not self.machine.clock.jumped(telling[0].begun, now):
            self.wrong(f"{article.url} was called gone and was not: {reason}")

    def _nothing_forgotten(self) -> None:
        now = self.machine.loop.time()
        for url in self.machine.network.world.sources():
            host_name = urlsplit(url).netloc
            last = max(self._heard.get(url, 0.0), self._heard.get(f"https://{host_name}/robots.txt", 0.0))
            if now - last > FORGOTTEN_S:
                self.wrong(f"{url} was not asked for more than {FORGOTTEN_S / HOUR:.0f} hours (last at {last:.0f})")

    def _nothing_doubled(self, conn: Connection) -> None:
        for table, columns in ((document, ("url",)), (entry, ("source_id", "key")), (source, ("url",))):
            fields = [table.c[name] for name in columns]
            for row in conn.execute(select(*fields).group_by(*fields).having(func.count() > 1)):
                self.wrong(f"{table.name} has {tuple(row)} twice")

    # --- what the world had ---------------------------------------------------------------------------------------

    def _everything_archived(self, conn: Connection) -> None:
        world = self.machine.network.world
        texts: dict[str, list[_Read]] = defaultdict(list)
        for url, revisions in _revisions(conn).items():
            article = world.articles.get(url)
            if article is None:
                self.wrong(f"{url} was never told of")
                continue
            self._only_what_was(world.articles[article.root], revisions)
            texts[article.root] += revisions
        self._all_that_was_seen(texts)
        self._all_that_stayed(texts)

    def _only_what_was(self, article: Article, revisions: list[_Read]) -> None:
        for one in revisions:
            if not any(one.shows(each) for each in article.texts()):
                self.wrong(f"{article.url} has a revision that never stood there: {one.title}")
        for one, other in pairwise(revisions):
            if one.fingerprint == other.fingerprint:
                self.wrong(f"{article.url} has two neighbouring revisions of one text")

    def _all_that_was_seen(self, texts: dict[str, list[_Read]]) -> None:
        """Say which texts were fetched whole, by a worker that lived on, and are not there."""
        world = self.machine.network.world
        for one in self.machine.network.log:
            article = world.articles.get(one.url)
            state = article.at(one.begun) if article else None
            if one.status != 200 or not one.whole or one.trouble == "unwell" or not isinstance(state, Text):
                continue
            if not self._is_safe(one):
                continue
            if article is not None and not any(each.shows(state) for each in texts[article.root]):
                self.wrong(f"{one.url} was read at {one.begun:.0f}, and its text of then is not there")

    def _all_that_stayed(self, texts: dict[str, list[_Read]]) -> None:
        """Say which articles that were told of and stayed to the end are missing, or old."""
        network, now = self.machine.network, self.machine.loop.time()
        for site in SITES:
            fetched = [
                one.begun
                for one in network.log
                if one.url == f"https://{site}/feed.xml" and one.status == 200 and one.whole and self._is_safe(one)
            ]
            for article in network.world.of_site(site):
                state = article.at(now)
                seen = any(article in network.world.listed(site, at) for at in fetched)
                if article.hidden or not isinstance(state, Text) or not seen:
                    continue
                if not any(each.shows(state) for each in texts[article.root]):
                    since = article.states[-1][0]
                    # Heard of by a clock that was behind, it counts as older, and is read again more rarely.
                    aged = self.machine.clock.jumped(article.published, article.published + 2 * DAY)
                    if not texts[article.root] or (now - since > 4 * DAY and not aged):
                        self.wrong(f"{article.url} stands since {since:.0f}, and its text is not in the archive")

    def _is_safe(self, one: Request) -> bool:
        """Say whether what was fetched had to be recorded: its worker lived on, and the disk was well."""
        if one.arrived is None or not _lived(one, SAFE_S):
            return False
        begun = one.begun
        return not any(since - SAFE_S <= begun <= until + SAFE_S for since, until in self.machine.disk.times)


def _lived(one: Request, seconds: float) -> bool:
    owner = one.owner
    if not isinstance(owner, SimulatedWorker) or one.arrived is None:
        return False
    return owner.ended_at is None or owner.ended_at > one.arrived + seconds


def _revisions(conn: Connection) -> dict[str, list[_Read]]:
    """Return the revisions of every document, in order, by its address."""
    found: dict[str, list[_Read]] = defaultdict(list)
    rows = conn.execute(
        select(document.c.url, revision.c.title, revision.c.text, revision.c.fingerprint)
        .join(revision, revision.c.document_id == document.c.id)
        .order_by(document.c.id, revision.c.number)
    )
    for url, title, text, fingerprint in rows:
        found[url].append(_Read(title, text, fingerprint))
    return found
