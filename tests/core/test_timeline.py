"""The texts of a document in the order of time."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.timeline import Stand, place_of, with_sighting

START = datetime(2021, 3, 4, 9, tzinfo=UTC)


def hour(number: float) -> datetime:
    """Return a time so many hours after the start."""
    return START + timedelta(hours=number)


def told(stands: tuple[Stand, ...]) -> list[tuple[int, float | None, float | None]]:
    """Return the texts with the hours in which they stood."""
    return [(one.text, _hours(one.since), _hours(one.until)) for one in stands]


def _hours(at: datetime | None) -> float | None:
    return None if at is None else (at - START) / timedelta(hours=1)


A_THEN_B = (Stand(1, hour(2), hour(6)), Stand(2, hour(8), hour(10), change=7))


def test_a_text_seen_again_stands_longer() -> None:
    """After its last sighting, before its first one, or within."""
    assert told(with_sighting(A_THEN_B, 1, hour(7)))[0] == (1, 2, 7)
    assert told(with_sighting(A_THEN_B, 1, hour(4))) == told(A_THEN_B)
    assert told(with_sighting(A_THEN_B, 1, hour(1)))[0] == (1, 1, 6)
    assert with_sighting(A_THEN_B, 2, hour(7))[1] == Stand(2, hour(7), hour(10), change=7)


def test_another_text_gets_a_place_of_its_own() -> None:
    """At the beginning, in between and at the end; the change stays with what it led to."""
    assert told(with_sighting(A_THEN_B, 3, hour(0))) == [(3, 0, 0), (1, 2, 6), (2, 8, 10)]
    between = with_sighting(A_THEN_B, 3, hour(7))
    assert told(between) == [(1, 2, 6), (3, 7, 7), (2, 8, 10)]
    assert [one.change for one in between] == [None, None, 7]
    assert told(with_sighting(A_THEN_B, 3, hour(11)))[-1] == (3, 11, 11)


def test_a_text_within_the_time_of_another_parts_it() -> None:
    """The other one stood twice, until and since its nearest sightings."""
    parted = with_sighting(A_THEN_B, 3, hour(4), [hour(2), hour(3), hour(5), hour(6)])
    assert told(parted) == [(1, 2, 3), (3, 4, 4), (1, 5, 6), (2, 8, 10)]
    assert [one.change for one in parted] == [None, None, None, 7]


def test_a_saved_text_stands_before_all_others() -> None:
    """Nobody knows when its page had it."""
    saved = (Stand(1, None, None), Stand(2, hour(8), hour(10), change=7))
    assert told(with_sighting(saved, 3, hour(-9_000))) == [(1, None, None), (3, -9_000, -9_000), (2, 8, 10)]
    assert told(with_sighting(saved, 1, hour(1)))[0] == (1, None, 1)


SIGHTINGS = st.lists(st.tuples(st.integers(1, 4), st.integers(0, 30)), min_size=1, max_size=25)


@given(sightings=SIGHTINGS)
def test_every_sighting_is_in_the_story_in_whatever_order_it_comes(sightings: list[tuple[int, int]]) -> None:
    """Each text stands at the times it was seen, no stretch goes backwards, and no text follows itself."""
    once = list({at: text for text, at in sightings}.items())
    stands: tuple[Stand, ...] = ()
    for count, (at, text) in enumerate(once):
        seen = [hour(when) for when, _ in once[:count]]
        own = [hour(when) for when, which in once[:count] if stands and which == _standing(stands, hour(at))]
        assert set(own) <= set(seen)
        stands = with_sighting(stands, text, hour(at), own)
    begins = [one.since for one in stands if one.since]
    assert begins == sorted(begins)
    assert all(one.since and one.until and one.since <= one.until for one in stands)
    assert all(before.until and after.since and before.until < after.since for before, after in _pairs(stands))
    assert all(before.text != after.text for before, after in _pairs(stands))
    assert all(_standing(stands, hour(at)) == text for at, text in once)


def _standing(stands: tuple[Stand, ...], at: datetime) -> int | None:
    place = place_of(stands, at)
    return stands[place].text if place >= 0 else None


def _pairs(stands: tuple[Stand, ...]) -> list[tuple[Stand, Stand]]:
    return list(pairwise(stands))


@given(sightings=SIGHTINGS)
def test_seeing_the_same_again_changes_nothing(sightings: list[tuple[int, int]]) -> None:
    """A file that is imported twice tells no other story."""
    once = list({at: text for text, at in sightings}.items())
    stands: tuple[Stand, ...] = ()
    for at, text in once:
        times = [hour(when) for when, which in once if which == _standing(stands, hour(at))]
        stands = with_sighting(stands, text, hour(at), times)
    again = stands
    for at, text in once:
        again = with_sighting(again, text, hour(at), [])
    assert again == stands
