"""Thousands of broken documents, read without an exception and without delay: twenty thousand with TESTS_LONG=1."""

import os
from datetime import UTC, datetime, timedelta
from random import Random
from time import process_time

import pytest

from monitor.core.reading import read
from monitor.core.robots import RobotsCopy, absorb, crawl_delay, judge, robots_due
from monitor.interfaces import PageReading, ParsedFeed, ReadRequest, Task, Verdict
from tests.core.feed_zoo.mutants import ROBOTS, mutants, mutate

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
URL = "https://outlet.example/news/feed.xml"
SEEDS = range(20 if os.environ.get("TESTS_LONG") else 5)  # the same ones every time
EACH = 1_000
SLOWEST = 1.0  # seconds of CPU time for one document of some hundred bytes


@pytest.mark.parametrize("seed", SEEDS)
def test_mutants_are_read(seed: int) -> None:
    """Every one gives a value, and a feed is what it says it is: items with keys and addresses, or a problem."""
    counted, slowest = 0, 0.0
    for task, body, content_type in mutants(seed, EACH):
        began = process_time()
        reading = read(ReadRequest(task, URL, body, content_type, NOW))
        slowest = max(slowest, process_time() - began)
        counted += 1
        if task is Task.FEED:
            assert isinstance(reading, ParsedFeed)
            check(reading)
        assert isinstance(reading, ParsedFeed | PageReading)
        repr(reading).encode()
    assert counted == EACH
    assert slowest < SLOWEST


def check(feed: ParsedFeed) -> None:
    """Make sure that a feed can be stored and acted upon."""
    assert feed.items or feed.problem
    assert len({item.key for item in feed.items}) == len(feed.items)
    assert all(item.key and item.url.startswith("http") for item in feed.items)
    assert all((item.date_source is None) == (item.raw_date is None) for item in feed.items)
    assert all(0 <= hour < 24 for hour in feed.skip_hours)
    assert all(url is None or url.startswith("http") for url in (feed.hub, feed.self_url))


def test_mutated_robots_files_are_judged() -> None:
    """Whatever a host sends as robots.txt, it is absorbed and judged."""
    chance = Random(4)
    others = [
        ROBOTS.encode(),
        b"Disallow: *****a****b$\n",
        b"User-agent:\n",
        ROBOTS.encode("utf-16"),
        b"Crawl-delay: nan\n",
    ]
    slowest = 0.0
    for _ in range(2_000):
        body = mutate(chance, chance.choice(others), others)
        began = process_time()
        copy = absorb(RobotsCopy(), chance.choice([200, 200, 200, 404, 503, None]), body, NOW)
        robots_due(copy, NOW, timedelta(hours=1))
        for url in (URL, "https://outlet.example/private/a.html?q=é", "https://outlet.example/%zz/*$"):
            assert isinstance(judge(copy, url, "Monitor/1.0 (+https://monitor.example)", NOW), Verdict)
        delay = crawl_delay(copy.text, "Monitor/1.0")
        assert delay is None or delay == delay
        slowest = max(slowest, process_time() - began)
    assert slowest < SLOWEST
