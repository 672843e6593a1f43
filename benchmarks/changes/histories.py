"""Scripted histories: what becomes of each article, and what is answered instead of it now and then."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import cycle
from random import Random
from urllib.parse import quote as percent

from benchmarks.changes.disguises import DISGUISES
from benchmarks.changes.edits import EDITS, PAIRS, Desk, State, new_headline
from benchmarks.changes.languages import language, write
from benchmarks.changes.outlets import HOUR, OUTLETS, START, Outlet
from benchmarks.changes.walls import BAD

HERE = "here"
ENDS = ("404", "410", "soft 404", "home", "other article")
CHAINS = ("reverted", "three edits", "restored", "restored, edited")
QUIET = "nothing"
PUBLISHING_HOURS = 48.0  # articles appear over so long a time
THERE_BEFORE = 0.3  # the share that appeared in the hours before the first poll


@dataclass(frozen=True, slots=True)
class Step:
    """From `at` on the article is in this state at this place; `what` made it so."""

    at: datetime
    what: str
    state: State
    place: str = HERE


@dataclass(frozen=True, slots=True)
class History:
    """One article and all that happens to it.

    `bad` says what the n-th request for it is answered with instead, `bad_since` what from some time on. `disguised` is
    how its signs are changed at every second request. `other` is the headline that an A/B test shows now and then.
    """

    number: int
    outlet: Outlet
    kind: str
    noise: str
    steps: tuple[Step, ...]
    bad: Mapping[int, str] = field(default_factory=dict)
    bad_since: tuple[datetime, str] | None = None
    disguised: str | None = None
    other: str | None = None
    target: str | None = None  # the path that it is moved to

    @property
    def published(self) -> datetime:
        """Return when it appears."""
        return self.steps[0].at

    @property
    def paths(self) -> tuple[str, ...]:
        """Return every path it ever has."""
        return tuple(dict.fromkeys(step.state.path for step in self.steps))

    def at(self, now: datetime) -> Step:
        """Return the step it is at."""
        return next(step for step in reversed(self.steps) if step.at <= now)


def histories(
    seed: int, each: int, only: str | None = None, outlets: tuple[Outlet, ...] = OUTLETS
) -> tuple[History, ...]:
    """Return `each` histories of every outlet, the same for the same seed.

    `only` leaves those of one kind or noise, and the quiet ones, from which an outlet is learned.
    """
    kinds, noises = cycle(_kinds()), cycle(_noises())
    made: list[History] = []
    for outlet in outlets:
        of_outlet: list[History] = []
        for number in range(each):
            rng = Random(f"{seed} {outlet.host} {number}")
            kind = QUIET if number % 10 == 9 else next(kinds)
            noise = QUIET if number % 10 == 9 else next(noises)
            of_outlet.append(_history(rng, outlet, len(made) + number, number / each, kind, noise))
        made += _aimed(of_outlet)
    return tuple(one for one in made if only in (None, one.kind, one.noise) or (one.kind, one.noise) == (QUIET, QUIET))


def _kinds() -> Iterator[str]:
    """Return what can become of an article; half of them are edited once."""
    yield from (*EDITS, *ENDS, *CHAINS, QUIET, QUIET)


def _noises() -> Iterator[str]:
    """Return what disturbs it; coprime to the kinds in number, so that all meet all in time."""
    yield from (*BAD, *DISGUISES, "A/B headlines", QUIET, QUIET, QUIET, QUIET)


def _history(rng: Random, outlet: Outlet, number: int, share: float, kind: str, noise: str) -> History:
    spoken = language(outlet.language)
    published = _published(rng, share)
    needs_length = kind in ("digit", "name", "three edits", "paragraph removed", "paragraph moved", "cut short")
    flash = rng.random() < 0.12 and not needs_length
    draft = write(spoken, rng, flash, kind if kind in PAIRS else None)
    path = f"/{published:%Y/%m/%d}/{_slug(draft.headline)}-{number + 10000}"
    first = State(draft.headline, draft.paragraphs, rng.choice(spoken.names), published, path)
    steps = tuple(_steps(rng, Desk(spoken, rng, draft.pair), Step(published, "published", first), kind))
    made = History(number, outlet, kind, noise, steps)
    return _disturbed(made, rng, Desk(spoken, rng, None), noise)


def _published(rng: Random, share: float) -> datetime:
    if share < THERE_BEFORE:
        return START - timedelta(hours=rng.uniform(0.1, 3))
    return START + timedelta(hours=PUBLISHING_HOURS * (share - THERE_BEFORE) / (1 - THERE_BEFORE))


def _steps(rng: Random, desk: Desk, first: Step, kind: str) -> Iterator[Step]:
    """Let an edit come within hours, as most do; an end rather later."""
    yield first
    state = first.state
    soon, later = first.at + _delay(rng), first.at + timedelta(hours=rng.uniform(20, 60))
    if kind in EDITS:
        yield Step(soon, kind, EDITS[kind](state, desk))
    elif kind in ENDS:
        yield Step(later, kind, state, kind)
    elif kind == "reverted":
        yield Step(soon, "headline and body", EDITS["headline and body"](state, desk))
        yield Step(soon + 30 * HOUR, "reverted", state)
    elif kind == "three edits":
        for number, one in enumerate(("digit", "headline", "paragraph added")):
            state = EDITS[one](state, desk)
            yield Step(soon + number * 9 * HOUR, one, state)
    elif kind.startswith("restored"):
        yield Step(later, "404", state, "404")
        back = EDITS["paragraph rewritten"](state, desk) if kind == "restored, edited" else state
        yield Step(later + 60 * HOUR, kind, back)


def _delay(rng: Random) -> timedelta:
    """Draw when an edit comes: 21 % within one hour, 65 % within six, 92 % within a day, the rest within two."""
    drawn = rng.random()
    low, high = (0.3, 1) if drawn < 0.21 else (1, 6) if drawn < 0.65 else (6, 24) if drawn < 0.92 else (24, 48)
    return timedelta(hours=rng.uniform(low, high))


def _disturbed(made: History, rng: Random, desk: Desk, noise: str) -> History:
    if noise in DISGUISES:
        return replace(made, disguised=noise)
    if noise == "A/B headlines":
        return replace(made, other=new_headline(made.steps[0].state, desk).headline)
    if noise == "paywall for good":
        return replace(made, bad_since=(made.published + timedelta(hours=rng.uniform(26, 50)), "paywall"))
    if noise in BAD:
        first = rng.randint(2, 5)
        return replace(made, bad=dict.fromkeys((first, first + rng.randint(1, 3)), noise))
    return made


def _aimed(of_outlet: list[History]) -> list[History]:
    """Give what is moved to another article one to go to: a quiet one."""
    quiet = [one for one in of_outlet if one.kind == QUIET and one.noise == QUIET]
    aims = cycle(quiet or of_outlet[-1:])
    return [replace(one, target=next(aims).paths[0]) if one.kind == "other article" else one for one in of_outlet]


def _slug(headline: str) -> str:
    words = "-".join(headline.lower().replace(":", "").replace(",", "").split()[:6])
    return percent(words, safe="-")
