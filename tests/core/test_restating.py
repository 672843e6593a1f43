"""What a page says of its author and date, and whether that is another statement."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.restating import Stated, restated, worth_telling

AT = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)


def signed(before: str | None, after: str | None, source: str = "meta", other: str = "meta") -> str | None:
    return restated(Stated(before, source), Stated(after, other))


def dated(
    before: datetime | None,
    after: datetime | None,
    zone: str | None = None,
    other: str | None = None,
    place: str = "time",
) -> str | None:
    old = Stated(published_at=before, published_source="time", published_zone=zone)
    return restated(old, Stated(published_at=after, published_source=place, published_zone=other))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("A. Perez", "B. Gomez", "byline: A. Perez → B. Gomez"),
        ("Ana Perez", "Ana Perez, Luis Gomez", "byline: Ana Perez → Ana Perez, Luis Gomez"),
        ("Ana Perez", "Ana Gomez", "byline: Ana Perez → Ana Gomez"),
        ("أحمد علي", "خالد علي", "byline: أحمد علي → خالد علي"),
    ],
)
def test_another_author_is_told(before: str, after: str, told: str) -> None:
    assert signed(before, after) == told


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Ana Perez", "ANA PEREZ"),
        ("Ana Perez, Luis Gomez", "Luis Gomez and Ana Perez"),
        ("Perez Ana", "Ana Perez"),
        ("A. Perez", "Ana Perez"),
        ("Cafe\u0301", "Café"),
        (None, "Ana Perez"),
        ("Ana Perez", None),
        ("Ana Perez", "Ana Perez"),
    ],
)
def test_the_same_author_said_otherwise_is_nothing(before: str | None, after: str | None) -> None:
    assert signed(before, after) is None


def test_what_was_read_in_another_place_is_not_certain() -> None:
    assert signed("Ana Perez", "Luis Gomez", other="json-ld") is None
    assert dated(AT, AT + timedelta(days=2), place="json-ld") is None


def test_another_date_is_told() -> None:
    assert dated(AT, AT + timedelta(days=2)) == "dated 2026-11-16 09:00 → 2026-11-18 09:00"
    assert dated(AT, AT + timedelta(days=2), "+03:00", "+03:00") == "dated 2026-11-16 12:00 → 2026-11-18 12:00"
    assert dated(AT, AT + timedelta(days=2), "+03:00", "-05:30") == (
        "dated 2026-11-16 12:00 +03:00 → 2026-11-18 03:30 -05:30"
    )
    assert dated(AT, AT + timedelta(hours=3), "+00:00", "+00:00") == "dated 2026-11-16 09:00 → 2026-11-16 12:00"


@pytest.mark.parametrize(
    ("before", "after", "zone", "other"),
    [
        (AT, AT, "+03:00", "+00:00"),
        (AT, AT + timedelta(seconds=30), None, None),
        (AT, AT - timedelta(hours=3), None, "+03:00"),
        (AT, AT - timedelta(hours=4), None, "+03:00"),
        (AT, AT - timedelta(hours=3), "+00:00", "+03:00"),
        (AT.replace(hour=0), AT, None, None),
        (AT.replace(hour=0), AT.replace(hour=21), None, None),
        (None, AT, None, None),
    ],
)
def test_a_date_that_may_be_the_same_is_nothing(
    before: datetime | None, after: datetime, zone: str | None, other: str | None
) -> None:
    assert dated(before, after, zone, other) is None


def test_both_are_told_together() -> None:
    old = Stated("Ana Perez", "meta", AT, "time")
    new = Stated("Luis Gomez", "meta", AT + timedelta(days=2), "time")
    assert restated(old, new) == "byline: Ana Perez → Luis Gomez; dated 2026-11-16 09:00 → 2026-11-18 09:00"


def all_told(*restatements: str) -> list[str]:
    """Return what is told of restatements, one after the other."""
    told: list[str] = []
    for one in restatements:
        if (said := worth_telling(one, told[::-1])) is not None:
            told.append(said)
    return told


def test_what_goes_back_and_forth_is_told_as_that_and_no_more() -> None:
    there, back = "byline: Ana → Bruno", "byline: Bruno → Ana"
    assert all_told(*[there, back] * 9) == [there, back, f"{there}, going back and forth"]


def test_what_was_never_told_is_told_beside_what_goes_back_and_forth() -> None:
    there, back = "byline: Ana → Bruno", "byline: Bruno → Ana"
    assert all_told(*[there, back] * 3, "byline: Ana → Carla")[-1] == "byline: Ana → Carla"


def test_what_was_told_long_ago_is_told_again() -> None:
    days = [f"dated 2026-11-{day:02} 10:00 → 2026-11-{day + 1:02} 10:00" for day in range(1, 10)]
    assert all_told(*days, days[0]) == [*days, days[0]]
