"""Whatever happens in whatever order, what must be true of an archive stays true."""

import os

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from tests.simulation.network import TROUBLES
from tests.simulation.plans import DISK
from tests.simulation.stage import Stage
from tests.simulation.world import SITES

SITE = st.integers(0, len(SITES) - 1)
NUMBER = st.integers(0, 20)
SOURCE = st.sampled_from([f"https://{site}/{name}" for site in SITES for name in ("feed.xml", "news-sitemap.xml")])
STEPS = st.none() | st.integers(1, 150)  # after which a command is killed


class ArchiveMachine(RuleBasedStateMachine):
    """An archive with one worker, to which anything may happen; at the end it must have caught up with the world."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()
        for url in self.stage.world.sources():
            self.stage.add(url)

    @rule(site=SITE)
    def publish(self, site: int) -> None:
        self.stage.publish(site)

    @precondition(lambda self: self.stage.made)
    @rule(number=NUMBER, fate=st.sampled_from(("edit", "edit", "delete", "restore")))
    def change(self, number: int, fate: str) -> None:
        self.stage.change(number, fate)

    @rule(hours=st.sampled_from((0.3, 1.0, 3.0, 9.0)))
    def pass_time(self, hours: float) -> None:
        self.stage.pass_time(hours)

    @rule(site=SITE, kind=st.sampled_from(TROUBLES))
    def fail(self, site: int, kind: str) -> None:
        self.stage.fail(site, kind)

    @rule(kind=st.sampled_from(DISK))
    def spoil(self, kind: str) -> None:
        self.stage.spoil(kind)

    @rule()
    def heal(self) -> None:
        self.stage.heal()

    @rule(hours=st.sampled_from((-60.0, -5.0, -0.3, 0.3, 5.0, 60.0)))
    def jump(self, hours: float) -> None:
        self.stage.machine.clock.set_by(hours * 3600)

    @rule()
    def set_right(self) -> None:
        self.stage.machine.clock.set_right()

    @rule(steps=st.integers(1, 400))
    def kill(self, steps: int) -> None:
        self.stage.worker.last_step = self.stage.worker.steps + steps

    @rule()
    def restart(self) -> None:
        self.stage.worker.stop()
        self.stage.pass_time(0.1)

    @rule(url=SOURCE)
    def add(self, url: str) -> None:
        self.stage.add(url)

    @precondition(lambda self: self.stage.ledger.watched)
    @rule(number=NUMBER, removed=st.booleans())
    def leave(self, number: int, removed: bool) -> None:
        watched = sorted(self.stage.ledger.watched)
        self.stage.leave(watched[number % len(watched)], removed=removed)

    @precondition(lambda self: self.stage.ledger.left)
    @rule(number=NUMBER)
    def take_up(self, number: int) -> None:
        left = sorted(self.stage.ledger.left)
        self.stage.take_up(left[number % len(left)])

    @rule()
    def seal(self) -> None:
        self.stage.call(lambda archive: archive.custody.seal())

    @precondition(lambda self: self.stage.made)
    @rule(number=NUMBER, steps=STEPS)
    def redact(self, number: int, steps: int | None) -> None:
        self.stage.redact(number, steps)

    @rule(steps=STEPS)
    def compact(self, steps: int | None) -> None:
        self.stage.compact(steps)

    @rule()
    def back_up(self) -> None:
        self.stage.back_up()

    @precondition(lambda self: self.stage.backed_up)
    @rule()
    def lose_all_and_restore(self) -> None:
        self.stage.go_back()

    @invariant()
    def nothing_is_wrong(self) -> None:
        self.stage.look()

    def teardown(self) -> None:
        self.stage.end()


# MONITOR_EXAMPLES=500 makes it look for longer, at other examples each time.
_LONGER = int(os.environ.get("MONITOR_EXAMPLES", "0"))
TestArchiveMachine = ArchiveMachine.TestCase
TestArchiveMachine.settings = settings(
    max_examples=_LONGER or 2,
    stateful_step_count=15,
    derandomize=not _LONGER,
    database=None,
    suppress_health_check=list(HealthCheck),
)
