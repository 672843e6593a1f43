"""What takes long to count is counted now and then; what is quick is counted each time."""

import pytest

from monitor.app import mirror_pace, unhurried
from monitor.app.mirror_pace import MirrorPace
from monitor.app.unhurried import Unhurried


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock that a test sets."""
    now = [1_000.0]
    for module in (unhurried, mirror_pace):
        monkeypatch.setattr(module, "monotonic", lambda: now[0])
    return now


async def test_a_large_count_is_given_again_for_a_while(clock: list[float]) -> None:
    asked: list[int] = []

    async def count() -> int:
        asked.append(1)
        return 1_000_000 + len(asked)

    counted = Unhurried[int](lambda found: found > 1_000)
    assert [await counted.get(count) for _ in range(3)] == [1_000_001] * 3
    clock[0] += unhurried.LASTS_S
    assert await counted.get(count) == 1_000_002


async def test_a_small_count_is_always_fresh(clock: list[float]) -> None:
    asked: list[int] = []

    async def count() -> int:
        asked.append(1)
        return len(asked)

    counted = Unhurried[int](lambda found: found > 1_000)
    assert [await counted.get(count) for _ in range(3)] == [1, 2, 3]


def test_a_large_index_is_written_a_twentieth_of_the_time_and_a_small_one_always(clock: list[float]) -> None:
    pace = MirrorPace()
    assert pace.may_write()
    pace.took(0.5)
    assert pace.may_write()
    pace.took(3.0)
    assert not pace.may_write()
    clock[0] += 59.9
    assert not pace.may_write()
    clock[0] += 0.1
    assert pace.may_write()
