"""What a visit works with: the seams, the policies and the outlets, put together once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from monitor.answers import Stats
from monitor.app.gaps import Gaps
from monitor.app.ladders import Ladders
from monitor.app.mirror_pace import MirrorPace
from monitor.app.tally import Tally
from monitor.app.unhurried import Unhurried
from monitor.core.lifecycle import LifecyclePolicy
from monitor.core.outlets import Registry
from monitor.core.politeness import PolitenessPolicy
from monitor.core.presence import PresencePolicy
from monitor.core.rechecks import RecheckPolicy
from monitor.core.schedule import SchedulePolicy
from monitor.interfaces import Clock, Evidence, Extractor, Fetcher
from monitor.model import Host
from monitor.settings import Settings
from monitor.store.database import Database

if TYPE_CHECKING:
    from monitor.app.gate import Gate
    from monitor.app.last_backup import LastBackup
    from monitor.app.pressure import Pressure
    from monitor.app.room import Room
    from monitor.edges.object_store import ObjectStore
    from monitor.edges.warc_places import Places


def store_of(settings: Settings) -> "ObjectStore | None":
    """Return the object store of these settings, None where none is configured. Raises ConfigError."""
    if not settings.evidence.store:
        return None
    from monitor.edges.object_store import ObjectStore  # few archives have one

    return ObjectStore(settings.evidence.store, settings.evidence.store_options)


@dataclass(frozen=True)
class Seams:
    """How the edges are made: when first used, since most commands only read the database."""

    fetcher: Callable[[], Fetcher]
    evidence: Callable[[], Evidence]
    extractor: Callable[[], Extractor]


# What is made of the settings once, and anew when these are replaced. The edges have their own time (app/reloading.py).
_MADE_OF_SETTINGS = ("politeness", "schedule", "recheck", "ladders", "presence")


@dataclass(eq=False)
class Context:
    """Everything that a visit may use. `owner` names this process in leases, `held` are its gates (app/leases.py).

    `owed` are hosts that could not be given back when their visit ended, with when their leases run out at the latest.

    Only `adopt` replaces anything, while the daemon reads its configuration anew: ask for `settings` and the policies
    when they are needed, and keep no copies.
    """

    settings: Settings
    db: Database
    clock: Clock
    registry: Registry
    owner: str
    seams: Seams
    held: "dict[str, Gate]" = field(default_factory=dict)
    owed: dict[str, tuple[Host, datetime]] = field(default_factory=dict)

    def adopt(self, settings: Settings, registry: Registry, seams: Seams) -> None:
        """Go by other settings and outlets from now on; edges that were made stay."""
        self.settings, self.registry, self.seams = settings, registry, seams
        for name in _MADE_OF_SETTINGS:
            vars(self).pop(name, None)

    @cached_property
    def fetcher(self) -> Fetcher:
        """Return what gets URLs from the network."""
        return self.seams.fetcher()

    @cached_property
    def evidence(self) -> Evidence:
        """Return what keeps the bytes of fetches."""
        return self.seams.evidence()

    @cached_property
    def places(self) -> "Places":
        """Return where evidence files lie: the folder, and the object store where there is one."""
        from monitor.edges.warc_places import Places

        return Places(self.settings.evidence_dir, lambda: store_of(self.settings))

    @cached_property
    def extractor(self) -> Extractor:
        """Return what reads untrusted bytes."""
        return self.seams.extractor()

    def exchange_fetcher(self, fetcher: Fetcher) -> Fetcher | None:
        """Let the next requests be made by another fetcher; return the one before, which is to be closed, if any."""
        before: Fetcher | None = vars(self).pop("fetcher", None)
        vars(self)["fetcher"] = fetcher
        return before

    def opened(self) -> tuple[Fetcher | Extractor | Evidence, ...]:
        """Return the edges that were used, in the order to close them."""
        made: dict[str, Any] = vars(self)
        return tuple(made[name] for name in ("fetcher", "extractor", "evidence") if name in made)

    @cached_property
    def tally(self) -> Tally:
        """Return what counts the work of this process."""
        return Tally()

    @cached_property
    def gaps(self) -> Gaps:
        """Return what remembers when this process has asked a host, by a clock that nobody sets."""
        return Gaps()

    @cached_property
    def room(self) -> "Room":
        """Return what watches the space on the disk."""
        from monitor.app.room import Room

        return Room(self)

    @cached_property
    def last_backup(self) -> "LastBackup":
        """Return what knows when the newest backup was made."""
        from monitor.app.last_backup import LastBackup

        return LastBackup()

    @cached_property
    def mirror_pace(self) -> MirrorPace:
        """Return what spares a large mirror the writing of its index."""
        return MirrorPace()

    @cached_property
    def stats(self) -> Unhurried[Stats]:
        """Return what remembers how much is kept, where to count it takes long: a tenth of a second for so many."""
        return Unhurried(lambda found: found.captures + found.documents + found.sources > 500_000)

    @cached_property
    def pressure(self) -> "Pressure":
        """Return what watches whether the database keeps up."""
        from monitor.app.pressure import Pressure

        return Pressure(self)

    @cached_property
    def politeness(self) -> PolitenessPolicy:
        """Return how gently hosts are asked."""
        fetch = self.settings.fetch
        return PolitenessPolicy(
            gap_s=fetch.gap,
            gap_per_host=fetch.gap_per_host,
            in_flight=fetch.in_flight,
            in_flight_per_host=fetch.in_flight_per_host,
        )

    @cached_property
    def schedule(self) -> SchedulePolicy:
        """Return how often sources are polled."""
        schedule = self.settings.schedule
        return SchedulePolicy(
            default_s=schedule.default,
            shortest_s=schedule.shortest,
            longest_s=schedule.longest,
            jitter=schedule.jitter,
        )

    @cached_property
    def lifecycle(self) -> LifecyclePolicy:
        """Return when a server's word about a source's address is believed."""
        return LifecyclePolicy()

    @cached_property
    def recheck(self) -> RecheckPolicy:
        """Return when articles are read again."""
        recheck, jitter = self.settings.recheck, self.settings.schedule.jitter
        return RecheckPolicy(ladder_s=tuple(recheck.ladder), jitter=jitter, settled_s=recheck.removal_span)

    @cached_property
    def ladders(self) -> Ladders:
        """Return what plans when articles are read again, by what was learned of their outlets."""
        return Ladders(self.recheck, self.settings.recheck.budget)

    @cached_property
    def presence(self) -> PresencePolicy:
        """Return when an article that is missing counts as gone."""
        recheck = self.settings.recheck
        return PresencePolicy(checks=recheck.removal_checks, span_s=recheck.removal_span)
