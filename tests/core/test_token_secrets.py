"""The secrets of tokens: their form, their checksum, and that a mistake is told from a token."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.token_secrets import CHANCE, checked_name, digest, is_secret, secret_from
from monitor.errors import UsageError

CHANCES = st.binary(min_size=CHANCE, max_size=CHANCE)
SECRET = secret_from(bytes(range(CHANCE)))


@given(CHANCES, CHANCES)
def test_every_chance_makes_a_secret_of_its_own(one: bytes, other: bytes) -> None:
    """Of one length, in letters and digits, so that a double click selects it whole."""
    assert is_secret(secret_from(one))
    assert (secret_from(one) == secret_from(other)) is (one == other)
    assert len(secret_from(one)) == 53
    assert secret_from(one).removeprefix("mon_").isalnum()


def test_a_secret_stays_what_it_was() -> None:
    """Those that were made must be known for good."""
    assert SECRET == "mon_003aUlTJC7tjlCTQj2uNU3MFagCXG9LRKRcwGkBIDlf3LoUDE"
    assert digest(SECRET) == "655754c7dc4105fcec2fffa1051fef4971eb21441a13b4773630981ebd54518d"


@given(st.integers(0, 52), st.characters(codec="ascii", categories=["L", "N"]))
def test_one_wrong_letter_is_noticed(place: int, letter: str) -> None:
    typed = SECRET[:place] + letter + SECRET[place + 1 :]
    assert is_secret(typed) is (typed == SECRET)


@given(st.text())
def test_other_texts_are_no_secrets(text: str) -> None:
    assert not is_secret(text)
    assert not is_secret(SECRET + text) or not text
    assert len(digest(text)) == 64


@pytest.mark.parametrize("length", [0, 31, 33])
def test_chance_is_never_too_little(length: int) -> None:
    with pytest.raises(ValueError, match="32"):
        secret_from(bytes(length))


@pytest.mark.parametrize("name", ["laptop", "newsroom screen 2", "desk@archive.example", "кабинет", "a", "a" * 80])
def test_names_are_what_people_call_things(name: str) -> None:
    assert checked_name(f" {name} ") == name


@pytest.mark.parametrize("name", ["", " ", "12", "a\nb", "a" * 81, "<b>", "a/b", "\x1b[2J", "١٢"])
def test_what_could_be_misread_is_no_name(name: str) -> None:
    """A number would name another token."""
    with pytest.raises(UsageError):
        checked_name(name)
