"""Numbers with all that makes them what they are."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.figures import find_figures, is_clock


def forms(text: str) -> tuple[str, ...]:
    """Return the numbers of a text as they read."""
    return tuple(figure.form for figure in find_figures(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12 dead, 21 hurt", ("12", "21")),
        ("$1.5 million or $15 million", ("$1.5 million", "$15 million")),
        ("5% and 5 % and 5", ("5%", "5%", "5")),
        ("-5 degrees, from 10-12 men", ("-5 degrees", "10", "12")),
        ("10 000 personnes, 1.234.567,89", ("10000", "1.234.567,89")),
        ("in 2024 100 came", ("2024", "100")),
        ("at 14:30 on 5/11", ("14:30", "5/11")),
        ("١٢ قتيلا", ("12",)),
        ("Three hurt, deux morts, пять", ("3", "2", "5")),
        ("3 млн рублей, 20 triệu", ("3 млн рублей", "20 triệu")),
        ("once upon a time", ()),
    ],
)
def test_figures_keep_sign_unit_and_magnitude(text: str, expected: tuple[str, ...]) -> None:
    assert forms(text) == expected


def test_times_of_day_are_told_apart() -> None:
    assert is_clock("14:30")
    assert not is_clock("14.30")
    assert not is_clock("3:2:1")


@given(st.text())
def test_any_text_has_figures_or_none(text: str) -> None:
    assert all(forms(text))


@given(st.integers(0, 10**12), st.integers(0, 10**12))
def test_different_numbers_are_different_figures(one: int, other: int) -> None:
    assert (forms(f"a {one} b") == forms(f"a {other} b")) == (one == other)
