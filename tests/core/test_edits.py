"""What an edit did to the sentences of a text, and how much work it is to tell."""

import sys
from collections.abc import Callable, Sequence
from random import Random
from types import FrameType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core import edits, rewordings
from monitor.core.changes import TextState, compare
from monitor.core.edits import CLOSELY, Edits, find_edits
from monitor.core.moves import SHORT, SUBSTANTIAL, is_substantial
from monitor.core.rewordings import GONE_OVER, Token, tokens_of
from monitor.core.words import count_words

LETTERS = "abcdefghiklmnoprstuv"


def written(seed: int, sentences: int, words: int = 10, vocabulary: int = 2_000) -> str:
    """Return a text of so many sentences, five in a line; another for another seed."""
    chance = Random(seed)
    known = ["".join(chance.choices(LETTERS, k=6)) for _ in range(vocabulary)]
    said = [" ".join(chance.choices(known, k=words)).capitalize() + "." for _ in range(sentences)]
    return "\n".join(" ".join(said[at : at + 5]) for at in range(0, sentences, 5))


def table(lines: int, factor: int) -> str:
    return "\n".join(f"{number} {number * factor}" for number in range(lines))


def phrases(name: str) -> str:
    """Return 960 sentences of ten words, each with one of 48 phrases of three."""
    own = (" ".join(f"{name}{number}x{word}" for word in range(7)) for number in range(960))
    return "\n".join(f"Alpha{at % 48} beta{at % 48} gamma{at % 48} {words}." for at, words in enumerate(own))


def steps(work: Callable[[], object]) -> int:
    """Count the instructions that some work runs in Python."""
    count = 0

    def traced(frame: FrameType, event: str, _: Any) -> Any:
        nonlocal count
        frame.f_trace_opcodes = True
        count += event == "opcode"
        return traced

    before = sys.gettrace()
    sys.settrace(traced)
    try:
        work()
    finally:
        sys.settrace(before)
    return count


def counted(one: Edits) -> tuple[int, int]:
    """Return how many words are read of what differs, and how many are only counted."""
    read = tokens_of((*one.removed, *one.added)) + [
        token for each in one.reworded for side in each.words for token in side
    ]
    return len(read), one.left_removed.words + one.left_added.words


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (lambda size: table(size, 7), lambda size: table(size, 7).replace(" ", " 1")),
        (lambda size: written(1, size), lambda size: written(1, size).replace("a", "e")),
        (lambda size: written(1, size), lambda size: written(2, size)),
        (lambda size: "a b\n" * size, lambda size: "a c\n" * size),
    ],
    ids=["every line of a table", "most words of all sentences", "written anew", "one line again and again"],
)
def test_a_text_twice_as_long_takes_twice_the_work(before: Callable[[int], str], after: Callable[[int], str]) -> None:
    """And some more for tables that grow, but not four times as much."""
    short, long = (steps(lambda size=size: find_edits(before(size), after(size))) for size in (150, 300))  # type: ignore[misc]
    assert long < 2.5 * short


def test_what_is_too_much_to_be_read_is_counted() -> None:
    old, new = written(1, 4_000), written(2, 4_000)
    found = find_edits(old, new)
    assert (found.words_removed, found.words_added) == (count_words(old), count_words(new))
    assert (found.all_removed.sentences, found.all_added.sentences) == (4_000, 4_000)
    read, left = counted(found)
    assert read <= CLOSELY < left


def test_an_edit_beside_a_passage_that_is_too_long_is_read() -> None:
    stands = "The council met on Monday to talk about the bridge and the two roads."
    before = f"{written(1, 4_000)}\n{stands}\nThe storm killed 12 people in the harbour."
    after = f"{written(2, 4_000)}\n{stands}\nThe storm killed 21 people in the harbour."
    step = compare(TextState("T", before), TextState("T", after))
    assert step is not None
    assert "numbers changed: 12 → 21" in step.reason


def test_a_text_of_more_sentences_than_can_be_matched_stands_where_it_stands() -> None:
    """Of 25,000 lines two were edited and one was moved; nothing else."""
    lines = [f"Row {number} of the long report says that all was well on day {number}." for number in range(25_000)]
    edited = [lines[9], *lines[:9], *lines[10:]]
    edited[1] = edited[1].replace("well", "lost")
    edited[-1] = edited[-1].replace("well", "lost")
    found = find_edits("\n".join(lines), "\n".join(edited))
    assert (len(found.reworded), found.moved.sentences, found.words_added, found.words_removed) == (2, 1, 2, 2)


def test_paragraphs_stand_for_the_sentences_of_a_text_that_is_very_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """A paragraph as long as a whole article is cut all the same."""
    old, new = f"{written(1, 10)}\n{written(2, 400).replace(chr(10), ' ')}", written(3, 5)
    assert find_edits(old, new).all_removed.sentences == 410
    monkeypatch.setattr(edits, "LONG", 10_000)
    assert find_edits(old, new).all_removed.sentences == 402


def test_turning_long_texts_round_turns_the_answer_round() -> None:
    old, new = f"{written(1, 2_000)}\n{written(3, 400)}", f"{written(2, 2_100)}\n{written(3, 400)}"
    there, back = find_edits(old, new), find_edits(new, old)
    assert (there.left_removed, there.left_added) == (back.left_added, back.left_removed)
    assert (there.words_removed, there.words_added) == (back.words_added, back.words_removed)


def test_sentences_with_phrases_in_common_are_not_all_held_against_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 960 sentences each one has a phrase of twenty others, and no two are alike."""
    gone_over: list[int] = []
    plain = rewordings._common

    def common(old: Sequence[Token], new: Sequence[Token]) -> list[tuple[int, int]]:
        gone_over.append(len(old) + len(new))
        return plain(old, new)

    monkeypatch.setattr(rewordings, "_common", common)
    find_edits(phrases("old"), phrases("new"))
    assert sum(gone_over) > GONE_OVER / 2
    assert sum(gone_over) <= GONE_OVER + CLOSELY


@given(st.lists(st.text("ab 12。「」ก็ำ不可能的事情।é\u0301-_", max_size=70), max_size=5))
def test_a_substantial_sentence_is_one_of_six_words_or_sixty_characters(texts: list[str]) -> None:
    for text in texts:
        expected = len(text) >= SHORT and (len(text) >= 60 or count_words(text) >= SUBSTANTIAL)
        assert is_substantial(text) == expected


@given(st.integers(0, 60), st.integers(1, 12), st.integers(1, 12))
def test_the_bound_loses_no_word(bound: int, before: int, after: int) -> None:
    """Whatever is read and whatever is only counted, together they are all words that differ."""
    old, new = written(1, before), written(2, after)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(edits, "CLOSELY", bound)
        found = find_edits(old, new)
    assert found.words_removed - found.words_added == count_words(old) - count_words(new)
