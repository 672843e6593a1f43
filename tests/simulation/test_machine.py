"""Whatever happens in whatever order, what must be true of an archive stays true."""

import os

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from monitor.model import SourceState
from tests.simulation.network import TROUBLES
from tests.simulation.stage import Stage
from tests.simulation.world import SITES

SITE = st.integers(0, len(SITES) - 1)


class ArchiveMachine(RuleBasedStateMachine):
    """An archive with one worker, to which anything may happen; at the end it must have caught up with the world."""

    def __init__(self) -> None:
        super().__init__()
        self.stage = Stage()
        urls = list(self.stage.world.sources())
        self.stage.loop.run_until_complete(self.stage.archive.add_sources(urls))

    @rule(site=SITE)
    def publish(self, site: int) -> None:
        self.stage.publish(site)

    @precondition(lambda self: self.stage.made)
    @rule(number=st.integers(0, 20), fate=st.sampled_from(("edit", "edit", "delete", "restore")))
    def change(self, number: int, fate: str) -> None:
        self.stage.change(number, fate)

    @rule(hours=st.sampled_from((0.3, 1.0, 3.0, 9.0)))
    def pass_time(self, hours: float) -> None:
        self.stage.pass_time(hours)

    @rule(site=SITE, kind=st.sampled_from(TROUBLES))
    def fail(self, site: int, kind: str) -> None:
        self.stage.fail(site, kind)

    @rule()
    def heal(self) -> None:
        self.stage.heal()

    @rule(hours=st.sampled_from((-60.0, -5.0, -0.3, 0.3, 5.0, 60.0)))
    def jump(self, hours: float) -> None:
        self.stage.clock.set_by(hours * 3600)

    @rule()
    def set_right(self) -> None:
        self.stage.clock.set_right()

    @rule(steps=st.integers(1, 400))
    def kill(self, steps: int) -> None:
        self.stage.worker.last_step = self.stage.worker.steps + steps

    @rule()
    def restart(self) -> None:
        self.stage.worker.stop()
        self.stage.pass_time(0.1)

    @rule(site=SITE)
    def pause_and_resume(self, site: int) -> None:
        archive, url = self.stage.archive, f"https://{SITES[site]}/feed.xml"
        self.stage.loop.run_until_complete(archive.pause(url))
        paused = self.stage.loop.run_until_complete(archive.source(url))
        assert paused.state is SourceState.PAUSED
        self.stage.loop.run_until_complete(archive.resume(url))

    @rule()
    def seal(self) -> None:
        self.stage.loop.run_until_complete(self.stage.archive.custody.seal())

    @invariant()
    def nothing_is_wrong(self) -> None:
        self.stage.look()

    def teardown(self) -> None:
        self.stage.end()


# MONITOR_EXAMPLES=500 makes it look for longer, at other examples each time.
_LONGER = int(os.environ.get("MONITOR_EXAMPLES", "0"))
TestArchiveMachine = ArchiveMachine.TestCase
TestArchiveMachine.settings = settings(
    max_examples=_LONGER or 3,
    stateful_step_count=15,
    derandomize=not _LONGER,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
