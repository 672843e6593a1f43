"""Significance: edits made by hand weigh what an editor says they weigh."""

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.changes import Difference, TextState, compare
from monitor.core.diffs import diff_words
from monitor.wording import in_words
from tests.core import edit_pairs
from tests.core.edit_pairs import pairs

AROUND = "The report was written by our staff in the capital.\n{}\nMore of it will follow in the evening edition."
LABELLED = [
    *(("minor", *pair) for pair in pairs(edit_pairs.MINOR)),
    *(("notable", *pair) for pair in pairs(edit_pairs.NOTABLE)),
    *(("major", *pair) for pair in pairs(edit_pairs.MAJOR)),
]
HEADLINES = [
    *(("minor", *pair) for pair in pairs(edit_pairs.HEADLINES_MINOR)),
    *(("notable", *pair) for pair in pairs(edit_pairs.HEADLINES_NOTABLE)),
    *(("major", *pair) for pair in pairs(edit_pairs.HEADLINES_MAJOR)),
]


def in_body(before: str, after: str) -> Difference | None:
    return compare(TextState("Title", AROUND.format(before)), TextState("Title", AROUND.format(after)))


def in_headline(before: str, after: str) -> Difference | None:
    return compare(TextState(before, "Same."), TextState(after, "Same."))


def weight(difference: Difference | None) -> str:
    return in_words(difference.significance) if difference else "minor"


@pytest.mark.parametrize(("label", "before", "after"), LABELLED)
def test_an_edit_weighs_what_an_editor_says(label: str, before: str, after: str) -> None:
    difference = in_body(before, after)
    assert weight(difference) == label, difference


@pytest.mark.parametrize(("label", "before", "after"), HEADLINES)
def test_an_edited_headline_weighs_what_an_editor_says(label: str, before: str, after: str) -> None:
    difference = in_headline(before, after)
    assert weight(difference) == label, difference


def test_every_pair_of_the_table_is_agreed_upon() -> None:
    """223 edits and 12 headlines: all 235 agree. Of the edits that were labelled before they were weighed, 230 did."""
    agreed = [in_words(one.significance) if (one := in_body(*pair)) else "minor" for _, *pair in LABELLED]
    assert sum(told == label for told, (label, *_) in zip(agreed, LABELLED, strict=True)) == len(LABELLED) == 223
    assert len(HEADLINES) == 12


SENTENCES = (
    "The council met on Monday evening in the old hall.",
    "Not one of the 12 members spoke against the plan.",
    'The mayor said: "We will build it with or without you."',
    "Police allegedly knew of the threat for three weeks.",
    "Prices rose by 5% in the first half of the year.",
    "في المدينة القديمة قتل ١٢ شخصا ولم يعلق أحد.",
    "Рынок закрыт, и никто не знает почему.",
    "市长表示桥梁没有关闭。",
    "Ali met Smith.",
)
TEXTS = st.lists(st.sampled_from((*SENTENCES, "\n", "x")), max_size=14).map(" ".join)
WORD = st.sampled_from(
    ["not", "12", "21", "Smith", "Jones", "said", '"', "the", "rose", "fell", "ليس", "不", ".", "\n"]
)


@settings(max_examples=150)
@given(TEXTS | st.lists(WORD).map(" ".join), TEXTS | st.lists(WORD).map(" ".join))
def test_turning_a_comparison_round_swaps_what_came_and_went_and_weighs_the_same(before: str, after: str) -> None:
    there = compare(TextState("T", before), TextState("T", after))
    back = compare(TextState("T", after), TextState("T", before))
    assert (there is None) == (back is None)
    if there and back:
        assert there.significance == pytest.approx(back.significance, abs=0.002)
        assert (there.words_added, there.words_removed) == (back.words_removed, back.words_added)
        assert (there.sentences_added, there.sentences_removed) == (back.sentences_removed, back.sentences_added)
        assert (there.words_moved, there.sentences_moved) == (back.words_moved, back.sentences_moved)


PARAGRAPHS = tuple(
    f"Paragraph {n} tells of the matter at length. It has a second sentence about {n} more." for n in range(40)
)


def moved(paragraphs: tuple[str, ...], place: int, there: int) -> str:
    rest = [*paragraphs[:place], *paragraphs[place + 1 :]]
    rest.insert(there, paragraphs[place])
    return "\n".join(rest)


def test_a_moved_paragraph_is_no_rewrite() -> None:
    step = compare(TextState("T", "\n".join(PARAGRAPHS)), TextState("T", moved(PARAGRAPHS, 7, 30)))
    assert step is not None
    assert (step.significance, step.reason) == (0.05, "one paragraph moved")
    assert (step.words_added, step.words_removed, step.words_moved) == (0, 0, 16)
    assert (step.sentences_added, step.sentences_removed, step.sentences_moved) == (0, 0, 2)


def test_a_sentence_moved_and_turned_round_is_found() -> None:
    """The move hides nothing: its words are compared with those it had."""
    before = [*PARAGRAPHS, "The minister will resign before the end of the week, his office told us."]
    after = ["The minister will not resign before the end of the week, his office told us.", *PARAGRAPHS]
    step = compare(TextState("T", "\n".join(before)), TextState("T", "\n".join(after)))
    assert step is not None
    assert step.reason.startswith("a negation was added")
    assert (step.words_added, step.words_removed, step.sentences_moved) == (1, 0, 1)


def test_sentences_are_counted_as_they_came_went_and_were_reworded() -> None:
    before = "The council met on Monday. It was raining all day long. Nobody came to the meeting at all."
    after = "The council met on Tuesday. Nobody came to the meeting at all. The next date is open. More will follow."
    step = compare(TextState("T", before), TextState("T", after))
    assert step is not None
    assert (step.sentences_added, step.sentences_removed, step.sentences_moved) == (2, 1, 0)
    assert "one sentence reworded, one sentence removed, 2 sentences added" in step.reason


def test_a_split_sentence_is_a_rewording() -> None:
    before = "The council met on Monday evening in the hall, and the mayor spoke for an hour."
    step = compare(TextState("T", before), TextState("T", before.replace(", and the", ". The")))
    assert step is not None
    assert (step.words_added, step.words_removed) == (0, 1)
    assert step.reason == "one sentence reworded"


def test_reasons_come_by_weight() -> None:
    before = "He met John Smith in town. On Monday 12 people died."
    step = compare(TextState("T", before), TextState("T", before.replace("Smith", "Jones").replace("12", "21")))
    assert step is not None
    assert step.reason == "numbers changed: 12 → 21; names changed: Smith → Jones; 2 sentences reworded"
    assert step.significance == pytest.approx(1 - 0.4 * 0.65 * 2 ** (-4 / 60), abs=1e-3)


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ('The reformist spoke. He said "yes".', 'The "reformist" spoke. He said "yes".', "quotation marks put around"),
        ('A "special operation" began.', "A special operation began.", "taken from: “special operation”"),
        ("وصل ١٢ شخصا", "وصل 12 شخصا", "only the forms of letters or digits changed"),
        ("Some 10,000 came.", "Some 10 000 came.", "numbers written otherwise: 10,000 → 10000"),
        ("The soldier took it.", "The soldier allegedly took it.", "a hedge was added: “allegedly”"),
        ("A report was confirmed.", "A report was unconfirmed.", "a word was turned round: confirmed → unconfirmed"),
        ("He met the envoy.", "He met the envoy Ali.", "names added: Ali"),
        ('Rain. "We lost it all," he said.', "Rain.", "a quotation was removed"),
        ("Rain. It killed 40 cows.", "Rain.", "numbers removed: 40"),
    ],
)
def test_reasons_tell_what_an_edit_did(before: str, after: str, reason: str) -> None:
    step = compare(TextState("T", before), TextState("T", after))
    assert step is not None
    assert reason in step.reason


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (". " * 30_000, ". ! " * 20_000),
        ("!" * 200_000, "?" * 200_000),
        ('"' * 100_000, '" ' * 50_000),
        ("« " + " " * 100_000 + "a »", "b"),
        (" \n" * 50_000 + "a", "b" + " \n" * 50_000),
        ("The council met on Monday to talk. " * 5_000, "The council sat on Monday to talk. " * 5_000),
        ("1.2.3,4 " * 10_000, "1 2 3 4 " * 10_000),
    ],
)
def test_texts_made_to_be_slow_are_not(before: str, after: str) -> None:
    """Each within seconds of CPU time: a page decides what its text is."""
    began = process_time()
    assert compare(TextState("T", before), TextState("T", after)) is not None
    assert "".join(part.text for part in diff_words(before, after) if part.op != "insert") == before
    assert process_time() - began < 5
