"""Three days of the newsroom, watched by a driven clock, against what its pages really held.

The most telling test of all: nothing that was fetched may be missing, nothing that never stood may be there.
"""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest

from monitor import Archive
from monitor.answers import DocumentView, SourceOptions
from monitor.core.changes import fingerprint
from monitor.model import ChangeKind, DocumentState, Origin
from tests.app.rig import Rig, play_until, views
from tests.newsroom.days import END, MORNING
from tests.newsroom.history import Moment
from tests.newsroom.room import Newsroom
from tests.newsroom.settings import CORPUS

pytest_plugins = ["tests.newsroom.fixtures"]

STEP = timedelta(hours=1)
OFFSET = timedelta(minutes=7)  # so that rounds do not fall on the minutes at which things happen
POLL = timedelta(hours=1)
KEPT_OUT = "/edicion-impresa/"  # by robots.txt

Moments = tuple[Moment, ...]


@dataclass(frozen=True)
class Watched:
    """What came of the three days."""

    truth: dict[str, Moments]
    views: dict[str, DocumentView]  # by URL, former addresses too
    fetched: dict[str, list[datetime]]  # by URL, when its page was served whole
    ladder: tuple[float, ...]


def standing(moments: Moments, now: datetime) -> Moment | None:
    """Return what an address held at a time."""
    number = bisect_right([moment.at for moment in moments], now)
    return moments[number - 1] if number else None


def spans(moments: Moments) -> Iterator[tuple[Moment, datetime]]:
    """Yield each moment with the time until which it stood."""
    for moment, after in zip(moments, (*moments[1:], None), strict=True):
        yield moment, after.at if after else END


def of(moment: Moment) -> str:
    """Return the fingerprint of a moment's title and text."""
    return fingerprint(moment.title, moment.body)


def found(view: DocumentView) -> set[str]:
    """Return the fingerprints of the texts that were found on the web."""
    return {revision.fingerprint for revision in view.revisions if revision.origin is Origin.WEB}


def table(rows: list[tuple[object, ...]]) -> str:
    """Write rows below each other, for a failure."""
    return "\n" + "\n".join("  ".join(str(cell) for cell in row) for row in rows)


async def watch(rig: Rig, archive: Archive, newsroom: Newsroom) -> Watched:
    """Import the corpus, add all eight outlets, and play the three days."""
    await archive.import_corpus(CORPUS)
    homes = [desk.site.origin + desk.site.home for desk in newsroom.desks]
    reports = await archive.add_sources(homes, SourceOptions(every_s=int(POLL.total_seconds())))
    assert {report.status for report in reports} == {"added"}
    newsroom.requests.clear()
    await play_until(rig, archive, MORNING + OFFSET, END, STEP)
    truth = newsroom.truth(END)
    by_name = {unquote(url): url for url in truth}
    fetched: dict[str, list[datetime]] = {}
    for line in newsroom.requests:
        url = by_name.get(unquote(f"{line.scheme}://{line.host}{line.path}"))
        if url and line.status in (200, 304):
            fetched.setdefault(url, []).append(line.at)
    known = await views(archive)
    former = {one.url: view for view in known.values() for one in view.addresses}
    return Watched(truth, former | known, fetched, tuple(archive.settings.recheck.ladder))


@pytest.fixture
async def watched(newsroom: Newsroom, newsroom_clock: Path, tmp_path: Path) -> Watched:
    """The three days, read by real worker processes."""
    rig = Rig(tmp_path, newsroom_clock, newsroom.info)
    async with rig.open() as archive:
        return await watch(rig, archive, newsroom)


@pytest.mark.slow
async def test_three_days_are_kept_as_they_were(watched: Watched) -> None:
    """Everything served is kept; everything kept was served; what stood long enough was looked at; states agree."""
    problems = [
        *_unknown(watched),
        *_late(watched),
        *_lost(watched),
        *_invented(watched),
        *_overlooked(watched),
        *_misjudged(watched),
    ]
    assert not problems, table(problems)
    assert sum(len(found(view)) for view in watched.views.values()) > 70


def _unknown(watched: Watched) -> Iterator[tuple[object, ...]]:
    """Tell of documents that are no articles, and articles that are no documents."""
    for url, view in watched.views.items():
        if url not in watched.truth and view.document.origin is Origin.WEB:
            yield "no article", url, view.document.title
    for url, moments in watched.truth.items():
        # The news sitemap tells of two days only.
        if url not in watched.views and moments[-1].at > MORNING:
            yield "not heard of", url, moments[0].at


def _late(watched: Watched) -> Iterator[tuple[object, ...]]:
    """Tell of articles that were heard of later than the next poll."""
    for url, view in watched.views.items():
        moments = watched.truth.get(url)
        if moments is None or view.document.origin is Origin.CORPUS or moments[0].why == "move":
            continue
        waited = view.document.first_seen_at - max(moments[0].at, MORNING)
        if waited > POLL + STEP and moments[0].status == 200:
            yield "heard of late", url, waited


def _lost(watched: Watched) -> Iterator[tuple[object, ...]]:
    """Tell of texts that were served to us and are not there."""
    for url, times in watched.fetched.items():
        kept = found(watched.views[url])
        for now in times:
            moment = standing(watched.truth[url], now)
            if moment and moment.status == 200 and of(moment) not in kept:
                yield "served but not kept", url, now, moment.why


def _invented(watched: Watched) -> Iterator[tuple[object, ...]]:
    """Tell of texts that did not stand there when they were first seen."""
    for url, view in watched.views.items():
        urls = (view.document.url or url, *(one.url for one in view.addresses))
        places = [watched.truth.get(one, ()) for one in urls]
        for revision in view.revisions:
            if revision.origin is Origin.CORPUS:
                continue
            stood = [moment for place in places if (moment := standing(place, revision.first_seen_at))]
            if revision.fingerprint not in map(of, stood):
                yield "kept but never there", url, revision.number, revision.first_seen_at, revision.title


def _overlooked(watched: Watched) -> Iterator[tuple[object, ...]]:
    """Tell of texts that stood longer than the ladder leaves an article of that age alone, and were not read by then.

    What counts as gone has left the ladder: it is looked at after a week.
    """
    for url, view in watched.views.items():
        if KEPT_OUT in url or url not in watched.truth:
            continue
        for moment, until in spans(watched.truth[url]):
            since = max(moment.at, view.document.first_seen_at)
            by = since + _patience(watched.ladder, (since - view.document.first_seen_at).total_seconds())
            read = any(since <= now <= by for now in watched.fetched.get(url, ()))
            rests = any(change.kind is ChangeKind.REMOVED and change.at < moment.at for change in view.changes)
            if moment.status == 200 and by < until and not read and not rests:
                yield "overlooked", url, moment.at, until, by, moment.why


def _patience(ladder: tuple[float, ...], age: float) -> timedelta:
    """Return the longest time from that age to the next check: the next rung, jitter, a step of the clock.

    Where rungs lie as close as the clock's steps, a late check passes over the one next to it (core/rechecks.py).
    """
    above = next(number for number, rung in enumerate(ladder) if rung > age)
    below = ladder[above - 1] if above else 0.0
    close = ladder[above] - below <= 2 * STEP.total_seconds()
    return timedelta(seconds=1.1 * (ladder[above + close] - age)) + STEP


def _misjudged(watched: Watched) -> Iterator[tuple[object, ...]]:
    """Tell of states that are not those of the truth, where a check long enough ago could have seen them."""
    for url, view in watched.views.items():
        moments = watched.truth.get(url)
        if moments is None:
            continue
        state = view.document.state
        removed = [change for change in view.changes if change.kind is ChangeKind.REMOVED]
        gone = [moment for moment in moments if moment.status in (404, 410, 302)]
        if KEPT_OUT in url:
            if state is not DocumentState.BLOCKED:
                yield "not blocked", url, state
        elif moments[-1].status == 301:
            there = view.document.moved_to if state is DocumentState.MOVED else view.document.url
            if there == url or there not in watched.views:
                yield "not moved", url, state, there
        elif removed and not gone:
            yield "removed though it stood", url, removed[0].at
        elif state is DocumentState.GONE and moments[-1].status == 200:
            checked = view.document.last_checked_at
            if checked and checked >= moments[-1].at:
                yield "gone though it is back", url, view.document.state_reason
        elif state not in (DocumentState.LIVE, DocumentState.GONE):
            yield "odd state", url, state
