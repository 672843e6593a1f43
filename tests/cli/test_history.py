"""The history of a document as steps."""

from datetime import UTC, datetime, timedelta

import pytest

from monitor.answers import DocumentView
from monitor.cli.history import history
from monitor.cli.significance import LEAST
from monitor.model import Change, ChangeKind, Document, DocumentState, Origin, Revision, Standing
from monitor.wording import Weight, in_words

START = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def revision(number: int, hours: float, origin: Origin = Origin.WEB) -> Revision:
    return Revision(1, number, origin, "t", "x", "", "", at(hours), at(hours), id=number, word_count=100 + number)


def view(revisions: list[Revision], *changes: Change) -> DocumentView:
    document = Document(1, Origin.WEB, DocumentState.LIVE, START, revision_id=len(revisions))
    return DocumentView(document, tuple(revisions), tuple(changes), (), (), (), (), ())


def test_each_revision_stood_until_the_next() -> None:
    """A row a step: when, which revision, its words, how long it stood, what was changed."""
    change = Change(ChangeKind.HEADLINE, at(2), 1, 1, 1, 2, 1, 1, 0.6, "numbers changed: 12 to 21")
    rows = list(history(view([revision(1, 0), revision(2, 2)], change)))
    assert rows == [
        ("2026-11-16 10:00", "1", 101, "2 h", "the first text"),
        ("2026-11-16 12:00", "2", 102, "stands", "major: headline changed +1 -1 words: numbers changed: 12 to 21"),
    ]


def test_a_text_that_comes_back_stands_again() -> None:
    """A revert is a step of its own, to the revision already known."""
    edit = Change(ChangeKind.BODY, at(1), from_revision=1, to_revision=2)
    back = Change(ChangeKind.VARIANT, at(4), from_revision=2, to_revision=1)
    rows = list(history(view([revision(1, 0), revision(2, 1)], edit, back)))
    assert [(row[1], row[3]) for row in rows] == [("1", "1 h"), ("2", "3 h"), ("1", "stands")]


def test_a_page_that_went_is_told_with_how_long() -> None:
    """Removed and restored are steps without a text."""
    gone = Change(ChangeKind.REMOVED, at(3), reason="404 over 3 checks")
    rows = list(history(view([revision(1, 0)], gone)))
    assert [row[3] for row in rows] == ["3 h", "gone since"]
    assert rows[1][4] == "minor: removed: 404 over 3 checks"
    back = Change(ChangeKind.RESTORED, at(8))
    assert [row[3] for row in history(view([revision(1, 0)], gone, back))] == ["3 h", "gone 5 h", "stands"]


def test_what_happens_beside_the_text_lets_it_stand() -> None:
    """A corrected byline and a new address are steps of their own; the revision stands on through them."""
    byline = Change(ChangeKind.BYLINE, at(1), from_revision=1, to_revision=1, reason="byline: A. Ruiz → B. Sanz")
    address = Change(ChangeKind.RETITLED, at(2), significance=0.1, reason="the same article at a new address")
    edit = Change(ChangeKind.BODY, at(5), from_revision=1, to_revision=2)
    rows = list(history(view([revision(1, 0), revision(2, 5)], byline, address, edit)))
    assert [(row[1], row[3]) for row in rows] == [("1", "5 h"), ("1", ""), ("", ""), ("2", "stands")]
    assert rows[1][4] == "minor: byline or date changed: byline: A. Ruiz → B. Sanz"
    assert rows[2][4] == "minor: new address: the same article at a new address"


@pytest.mark.parametrize("kind", [ChangeKind.FURNITURE, ChangeKind.REEXTRACTED])
def test_a_revision_that_is_no_edit_is_told_as_such(kind: ChangeKind) -> None:
    """Its text is kept and stands; it has no weight, and is not told twice."""
    change = Change(kind, at(2), from_revision=1, to_revision=2, reason="because")
    rows = list(history(view([revision(1, 0), revision(2, 2)], change)))
    assert [(row[1], row[3]) for row in rows] == [("1", "2 h"), ("2", "stands")]
    assert rows[1][4] in ("no change of the article: because", "another reading: because")


@pytest.mark.parametrize(
    ("standing", "said"),
    [
        (Standing.ONCE, "minor: text changed; seen once so far"),
        (Standing.FLICKER, "minor: text changed; gone again at the next check"),
        (Standing.CONFIRMED, "minor: text changed"),
    ],
)
def test_doubts_are_told(standing: Standing, said: str) -> None:
    """A text that a later check confirmed needs no word; one that was seen once does."""
    change = Change(ChangeKind.BODY, at(2), from_revision=1, to_revision=2, standing=standing)
    assert list(history(view([revision(1, 0), revision(2, 2)], change)))[1][4] == said


def test_a_judgement_that_was_made_anew_says_so() -> None:
    """Furniture is learned later than it is seen."""
    change = Change(ChangeKind.FURNITURE, at(2), from_revision=1, to_revision=2, judged_at=at(4))
    told = list(history(view([revision(1, 0), revision(2, 2)], change)))[1][4]
    assert told == "no change of the article; judged again 2026-11-16 14:00, by what was learned since"


def test_a_page_that_moved_stands_no_more() -> None:
    """Another document stands at the new address."""
    moved = Change(ChangeKind.MOVED, at(3), reason="moved to https://a.example/b")
    assert [row[3] for row in history(view([revision(1, 0)], moved))] == ["3 h", ""]


def test_the_first_text_may_be_a_saved_one() -> None:
    """Revision 1 of a corpus document is the file."""
    assert next(history(view([revision(1, 0, Origin.CORPUS)])))[4] == "the saved text"


def test_a_page_never_read_has_no_history() -> None:
    """Nothing is made up."""
    assert list(history(view([]))) == []


def test_significance_is_a_word() -> None:
    """A changed number weighs 0.6 alone, which is major."""
    assert [in_words(one) for one in (0.0, 0.29, 0.3, 0.59, 0.6, 1.0)] == ["minor"] * 2 + ["notable"] * 2 + [
        "major"
    ] * 2


@pytest.mark.parametrize("weight", Weight)
def test_the_least_of_a_weight_has_it(weight: Weight) -> None:
    """What `--weight` lets through is what is called so, or more."""
    assert in_words(LEAST[weight]) is weight
