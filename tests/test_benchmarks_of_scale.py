"""The benchmarks of scale say what they measure: what grows is told from what does not, load from overload."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from benchmarks import million, soak_room, soak_samples
from benchmarks.million_fill import Size
from benchmarks.scaling_model import Costs, Load, simulate
from benchmarks.soak import Driver
from benchmarks.soak_slopes import Cause, slope
from monitor.edges.clock import drive
from tests.blank import blank_sqlite
from tests.newsroom.days import at

DAYS = [number / 4 for number in range(120)]


def noisy(level: float, daily: float = 0.0, noise: float = 0.01) -> list[float]:
    chance = Random(1)
    return [level + daily * day + chance.uniform(-noise, noise) * level for day in DAYS]


def test_what_only_trembles_is_flat() -> None:
    assert slope("memory", DAYS, noisy(100.0)).verdict == "flat"


def test_a_leak_is_found() -> None:
    found = slope("memory", DAYS, noisy(100.0, daily=0.5))
    assert (found.verdict, found.is_sound) == ("GROWS", False)
    assert found.daily == pytest.approx(0.5, rel=0.2)


def test_warming_up_is_no_leak() -> None:
    assert slope("memory", DAYS, [60.0 if day < 5 else 100.0 for day in DAYS]).is_sound


def test_what_fills_up_levels_off() -> None:
    assert slope("cache", DAYS, [100.0 + 30.0 * (1 - 0.8**day) for day in DAYS]).is_sound


def test_growth_with_what_is_published_is_explained_and_faster_growth_is_not() -> None:
    published = Cause("articles", [24.0 * day for day in DAYS])
    even = slope("rows", DAYS, [16.0 * one for one in published.values], published)
    assert (even.verdict, even.is_sound) == ("grows as articles", True)
    assert not slope("rows", DAYS, [one**2 for one in published.values], published).is_sound


def test_too_few_samples_say_nothing() -> None:
    with pytest.raises(ValueError, match="too few"):
        slope("memory", DAYS[:10], DAYS[:10])


def test_the_clock_is_slowed_while_the_daemon_lags_and_sped_up_when_it_keeps_up(tmp_path: Path) -> None:
    path = tmp_path / "clock.json"
    drive(path, at(16, 6))
    driver = Driver(path, speed=0)
    driver.start()
    first = driver.rate
    driver.heed(7_200.0)
    assert driver.rate < first
    slow = driver.rate
    driver.heed(0.0)
    assert driver.rate > slow


def test_the_newsroom_publishes_on_every_day() -> None:
    for desk in soak_room._desks(days=5, daily=1):
        made = [story for story in desk.stories if story.text.slug.endswith(f"-{story.text.number}")]
        assert {story.published_at.day for story in made} == {16, 17, 18, 19, 20}


SMALL = Load(feeds=2_000, hosts=500, articles_daily=20_000.0)


def test_the_same_seed_gives_the_same_figures() -> None:
    assert simulate(SMALL, 1, 900.0) == simulate(SMALL, 1, 900.0)


def test_what_is_too_much_for_one_worker_is_not_for_many() -> None:
    """Where readers are the bottleneck, twice as many get twice as much done."""
    slow = Load(2_000, 500, 20_000.0, costs=Costs(read_s=4.0, readers=1))
    one, two, many = (simulate(slow, workers, 1_800.0) for workers in (1, 2, 16))
    assert one.readers > 0.95
    assert two.reads == pytest.approx(2 * one.reads, rel=0.15)
    assert many.late_95_s < 60 < one.late_50_s
    assert many.backlog < one.backlog


def test_a_host_is_asked_with_a_gap_however_many_workers_there_are() -> None:
    """One host of many feeds is no faster with more workers."""
    crowded = Load(2_000, 1, 20_000.0)
    figures = simulate(crowded, 16, 900.0)
    assert figures.polls + figures.reads <= 1 / Costs().gap_s * 1.05


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_every_question_is_asked_of_a_small_archive(kind: str) -> None:
    tiny = Size(sources=300, hosts=300, documents=100, entries=300, fetches=300, changes=20)
    questions = [timed.question for timed in million.measured(kind, tiny, times=2)]
    assert {"daemon", "page"} == {one.by for one in questions}
    assert len({one.name for one in questions}) == len(questions) > 40


def test_what_is_sampled_is_what_is_there(tmp_path: Path) -> None:
    """Of this very process, and of an empty archive in which a host is an hour overdue."""
    own = soak_samples.process(os.getpid())
    assert own.pss > 10
    assert own.files > 2
    assert own.threads >= 1
    assert own.cpu_s > 0
    path = blank_sqlite(tmp_path / "archive.db")
    with closing(sqlite3.connect(path)) as conn, conn:
        conn.execute(
            "INSERT INTO host (name, failures, asked_for_patience, kills, due_at) VALUES ('a.example', 0, 0, 0, ?)",
            (soak_samples.text(at(16, 6)),),
        )
    found = soak_samples.tables(path, at(16, 7))
    assert (found.rows["host"], found.rows["document"], found.leases, found.alarms) == (1, 0, 0, 0)
    assert soak_samples.lateness(path, at(16, 7)) == 3_600.0
    assert soak_samples.lateness(path, at(16, 5)) == 0.0
