"""Changes: what is the same but for typography, and what a difference weighs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.changes import Difference, TextState, compare, fingerprint, same_article
from monitor.core.furniture import Furnishing, line_key
from monitor.core.lexicon import is_negation
from monitor.core.typography import normalise
from monitor.model import ChangeKind

TITLE = "Storm hits the coast"
PROSE = st.lists(
    st.sampled_from(
        [
            "Rome",
            "not",
            "12",
            "21",
            "-5",
            "5%",
            "«",
            "»",
            " ",
            " ",
            "“",
            "’",
            "—",
            "…",
            " !",
            ". ",
            "é",
            "e\u0301",
            "''",
            "--",
            "\n",
            "\u200c",
            "\ufefb",
            "\ufb01",
            "١٢",
            "不",
        ]
    )
).map("".join)
TEXT = PROSE | st.text()
STATES = st.builds(TextState, st.none() | PROSE, TEXT)


def changed(before: str, after: str) -> Difference:
    difference = compare(TextState(TITLE, before), TextState(TITLE, after))
    assert difference is not None
    return difference


def headline(before: str | None, after: str | None) -> Difference:
    difference = compare(TextState(before, "Same."), TextState(after, "Same."))
    assert difference is not None
    assert difference.kind is ChangeKind.HEADLINE
    return difference


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("He said “yes” — to all…", 'He said "yes" - to all...'),
        ("It’s five", "It's five"),
        ("Il a dit «\u202foui\u202f»\u00a0!", 'Il a dit "oui"!'),
        ("Il a dit « oui ».", "Il a dit “oui”."),
        ("Er sagte »ja« und ging", "Er sagte „ja“ und ging"),
        ("a\u00a0b\n\n c\t", "a b c"),
        ("co\u00adop \u200ework\u202c", "coop work"),
        ("caf\u00e9", "cafe\u0301"),
        ("محمـــد", "محمد"),
        ("\u22125 degrees", "-5 degrees"),
        ("10\u202f000", "10 000"),
        ("می\u200cخواهم", "میخواهم"),
        ("क\u094d\u200dष", "क\u094dष"),
        ("\ufee3\ufea4\ufee4\ufeaa", "محمد"),
        ("\ufefb نعم", "لا نعم"),
        ("e\ufb03cient \ufb01re", "efficient fire"),
        ("He said ''yes'' to it", 'He said "yes" to it'),
        ("\u2067العنوان\u2069 \u200fاليوم", "العنوان اليوم"),
    ],
)
def test_typography_weighs_nothing(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)
    assert fingerprint(TITLE, one) == fingerprint(TITLE, other)
    assert compare(TextState(TITLE, one), TextState(TITLE, other)) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1.5 million", "15 million"),
        ("5%", "5"),
        ("-5", "5"),
        ("12 dead", "21 dead"),
        ("$5", "€5"),
        ("5 km", "5 m"),
        ("He did", "He did not"),
        ("US", "us"),
        ("5′", "5'"),
        ("km²", "km2"),
        ("10-12", "10 12"),
        ("١٢", "12"),
        ("۱۲", "١٢"),
        ("１２", "12"),
        ("ى", "ي"),
        ("ک", "ك"),
        ("\ufdfc", "ريال"),
    ],
)
def test_digits_signs_units_and_negations_are_never_lost(one: str, other: str) -> None:
    assert fingerprint(None, one) != fingerprint(None, other)
    assert changed(one, other).significance > 0


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        ("On Monday 12 died.", "On Monday 21 died.", "numbers changed: 12 → 21"),
        ("He paid $1.5 million.", "He paid $15 million.", "numbers changed: $1.5 million → $15 million"),
        ("Up 5% now", "Up 5 now", "numbers changed: 5% → 5"),
        ("Three died there.", "Five died there.", "numbers changed: 3 → 5"),
        ("He will resign.", "He will not resign.", "a negation was added"),
        ("She isn't here.", "She is here.", "a negation was removed"),
        ("Il vient demain", "Il ne vient pas demain", "a negation was added"),
        ("قال إنه يوافق", "قال إنه لا يوافق", "a negation was added"),
        ("Dia akan datang", "Dia tidak akan datang", "a negation was added"),
        ("Él viene hoy", "Él nunca viene hoy", "a negation was added"),
        ("Он придёт", "Он не придёт", "a negation was added"),
        ("Anh ấy sẽ đến", "Anh ấy sẽ không đến", "a negation was added"),
    ],
)
def test_numbers_and_negations_weigh_most(before: str, after: str, reason: str) -> None:
    difference = changed(before, after)
    assert difference.reason.startswith(reason)
    assert difference.significance >= 0.6


@pytest.mark.parametrize(
    ("before", "after", "reason", "least", "most"),
    [
        ("He met John Smith in town.", "He met John Jones in town.", "names changed: Smith → Jones", 0.35, 0.4),
        ('He said "we will win" then.', 'He said "we could win" then.', "a quotation was altered", 0.35, 0.4),
        ("12 dead, 21 hurt", "21 dead, 12 hurt", "numbers in another order", 0.3, 0.35),
        ("First here. Then this. Last.", "First here. Last.", "one sentence removed", 0.01, 0.1),
        ("First here. Last.", "First here. Now this. And that. Last.", "2 sentences added", 0.01, 0.1),
        ("At 14:05 all well.", "At 14:32 all well.", "times changed: 14:05 → 14:32", 0.05, 0.1),
        ("Yes, he did", "Yes he did", "only punctuation or capitals changed", 0.02, 0.02),
        ("the big house", "the large house", "one sentence reworded", 0.01, 0.05),
    ],
)
def test_other_edits_weigh_what_they_tell(before: str, after: str, reason: str, least: float, most: float) -> None:
    difference = changed(before, after)
    assert reason in difference.reason
    assert least <= difference.significance <= most


def test_the_size_of_an_edit_counts() -> None:
    text = "one two three four five six seven eight nine ten " * 20
    weights = [changed(text, text + " more words" * count).significance for count in (1, 10, 50, 500)]
    assert weights == sorted(weights)
    assert weights[0] < 0.05
    assert weights[-1] > 0.95


def test_a_rewritten_passage_is_no_hidden_negation() -> None:
    """A "not" inside a new paragraph of many words is news of size, not a sentence turned round."""
    assert "negation" not in changed("Start.", "Start. " + "word " * 20 + "not so.").reason


def test_the_headline_weighs_more_than_the_body() -> None:
    assert (
        headline("Storm hits coast", "Storm strikes coast").significance
        > changed("Storm hits coast", "Storm strikes coast").significance
    )
    assert headline("Storm hits coast", "Storm strikes coast").reason == "headline reworded"
    assert headline("12 dead in storm", "21 dead in storm").reason.startswith("headline: numbers changed: 12 → 21")


def test_a_headline_may_come_and_go() -> None:
    assert headline(None, "Storm").reason == "headline appeared"
    assert headline("Storm", "").reason == "headline disappeared"
    assert compare(TextState(None, "x"), TextState("", "x")) is None


def test_title_case_does_not_make_names() -> None:
    assert "names" not in headline("Storm Hits The Big Coast", "Storm Strikes The Big Coast").reason


def test_headline_and_body_are_told_together() -> None:
    difference = compare(TextState("Old words here", "12 dead"), TextState("New words here", "21 dead"))
    assert difference is not None
    assert difference.kind is ChangeKind.BOTH
    assert (difference.words_added, difference.words_removed) == (2, 2)
    assert difference.reason == "numbers changed: 12 → 21; headline reworded; one sentence reworded"
    assert difference.significance == pytest.approx(1 - 0.7 * 0.4 * 2 ** (-2 / 60), abs=1e-3)


def test_negations_are_known_in_their_contracted_forms() -> None:
    assert all(map(is_negation, ["isn't", "n'est", "ولم", "không"]))
    assert not any(map(is_negation, ["ولد", "nation", "n'", "و"]))


@given(TEXT)
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(STATES, STATES)
def test_no_difference_means_equal_fingerprints_and_the_other_way_round(before: TextState, after: TextState) -> None:
    same = fingerprint(before.title, before.text) == fingerprint(after.title, after.text)
    assert (compare(before, after) is None) == same


@given(STATES, STATES)
def test_every_difference_weighs_something_and_says_why(before: TextState, after: TextState) -> None:
    difference = compare(before, after)
    if difference is not None:
        assert 0 < difference.significance <= 1
        assert difference.reason
        assert min(difference.words_added, difference.words_removed) >= 0


@given(TEXT)
def test_digits_survive_normalising(text: str) -> None:
    assert [sign for sign in normalise(text) if sign.isdecimal()] == [sign for sign in text if sign.isdecimal()]


SHARES = "Share this on every network"
KNOWN = Furnishing(lines=frozenset({line_key(SHARES)}))


def test_furniture_alone_weighs_nothing_and_says_why() -> None:
    """The page's own marks and what is known of the outlet are left out; the reason shows a line of it."""
    before = TextState("T", f"It rained.\n{SHARES}")
    step = compare(before, TextState("T", "It rained."), KNOWN)
    assert step is not None
    assert (step.kind, step.significance) == (ChangeKind.FURNITURE, 0)
    assert step.reason.startswith(f"only furniture changed: “{SHARES}” went (")
    counted = compare(
        TextState("T", "It rained.\n3 views", ("3 views",)), TextState("T", "It rained.\n9 views", ("9 views",))
    )
    assert counted is not None
    assert counted.reason.startswith("only furniture changed: “3 views” → “9 views” (the page marks it")


def test_an_edit_beside_furniture_is_weighed_without_it() -> None:
    before, after = TextState("T", f"12 died.\n{SHARES}"), TextState("T", "21 died.")
    step = compare(before, after, KNOWN)
    assert step is not None
    assert (step.kind, step.words_added, step.words_removed) == (ChangeKind.BODY, 1, 1)


def test_the_same_article_is_known_whatever_stands_around_it() -> None:
    one = TextState("T", f"It “rained”.\n{SHARES}")
    assert same_article(one, TextState("T", 'It "rained".'), KNOWN)
    assert not same_article(one, TextState("T", 'It "rained".'))
    assert not same_article(one, TextState("U", 'It "rained".'), KNOWN)
    assert not same_article(one, TextState("T", "It rained."), KNOWN)


def test_a_spelling_in_the_headline_is_no_new_headline() -> None:
    step = headline("Goverment falls", "Government falls")
    assert (step.significance, step.reason) == (0.1, "headline: spelling, goverment → government")
