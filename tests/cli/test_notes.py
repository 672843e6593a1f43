"""Changes as an editor notes them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from rich.cells import cell_len

from monitor.answers import ChangeView
from monitor.cli.changes import tell_the_rest
from monitor.cli.notes import gathered, show_notes
from monitor.cli.screen import Screen
from monitor.cli.wording import HIDDEN, certainty, in_short, size, span
from monitor.model import Change, ChangeKind, Document, DocumentState, Origin, Standing
from monitor.wording import KINDS, stood, weight_of

NOW = datetime(2026, 11, 17, 12, 0, tzinfo=UTC)
AT = datetime(2026, 11, 16, 10, 5, tzinfo=UTC)
BEFORE = AT - timedelta(minutes=25)
EDIT = Change(ChangeKind.BODY, AT, id=1, document_id=7, from_revision=1, to_revision=2, significance=0.7)


class Window(StringIO):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        return True


def view(change: Change = EDIT, title: str = "El puerto crece", document: int = 7, **more: Any) -> ChangeView:
    """Return a change of a document of an outlet."""
    one = Document(document, Origin.WEB, DocumentState.LIVE, AT, outlet="litoral.example", title=title)
    return ChangeView(replace(change, document_id=document), one, **more)


def shown(*views: ChangeView, width: int | None = None) -> list[str]:
    """Return the lines that a pipe gets, or a window of some width."""
    out = StringIO() if width is None else Window()
    show_notes(Screen(out, StringIO(), colours=False, width=width), views, NOW)
    return out.getvalue().splitlines()


def step(minutes: int, kind: ChangeKind, standing: Standing | None = None, document: int = 7) -> ChangeView:
    """Return a change some minutes after AT, its reason the minute."""
    change = replace(EDIT, id=minutes, at=AT + timedelta(minutes=minutes), kind=kind, standing=standing)
    return view(replace(change, reason=f"because {minutes}"), document=document)


def test_a_note_tells_what_why_when_and_how_sure() -> None:
    """Headline; outlet, weight, kind and size; the headline before; the reason; when, how long, how sure."""
    change = replace(
        EDIT,
        kind=ChangeKind.BOTH,
        words_added=12,
        words_removed=3,
        sentences_added=1,
        reason="numbers changed: 12 → 21",
        earlier_seen_at=BEFORE,
        stood_s=11_990,
        standing=Standing.CONFIRMED,
    )
    seen = view(change, seen=4, last_seen_at=NOW - timedelta(hours=2))
    assert shown(replace(seen, headlines=("El puerto", "El puerto crece"))) == [
        "2026-11-16 Monday",
        "10:05  7  El puerto crece",
        "          litoral.example · major: headline and text changed · +12 -3 words, +1 -0 sentences",
        "          was: El puerto",
        "          numbers changed: 12 → 21",
        "          between 09:40 and 10:05 · the earlier text had stood 3 h 20 min"
        " · confirmed by 4 checks, last 2 h ago",
    ]


def test_notes_are_grouped_by_day() -> None:
    """A head for each day, an empty line between, the numbers of documents below each other."""
    later = view(replace(EDIT, at=AT + timedelta(days=1)), document=123)
    assert [line[:14] for line in shown(later, view()) if not line.startswith("    ")] == [
        *("2026-11-17 Tue", "10:05  123  El", "", "2026-11-16 Mon", "10:05    7  El"),
    ]


@pytest.mark.parametrize("width", [40, 80, 100, 160])
def test_notes_fit_the_window(width: int) -> None:
    """Nothing is cut: what does not fit goes on below its own beginning."""
    reason = "headline: names changed: سبوتنيك → رويترز; one sentence reworded, 2 sentences added"
    title = "سفينة التدريب تعود إلى الثغر الجديد بعد رحلة حول الخليجين " * 3
    lines = shown(view(replace(EDIT, reason=reason, earlier_seen_at=BEFORE), title), width=width)
    assert max(map(cell_len, lines)) <= width
    assert all(line.count("\u2068") == line.count("\u2069") for line in lines)
    words = " ".join(lines).replace("\u2068", "").replace("\u2069", "").split()
    assert all(word in words for word in f"{reason} {title}".split())


def test_old_and_new_keep_their_places_in_every_script() -> None:
    """Arabic digits around an arrow are isolated each, or a window shows the new number first."""
    change = replace(EDIT, reason="numbers changed: ٤٥ → ٥٤")
    assert shown(view(change), width=100)[3].strip() == "numbers changed: \u2068٤٥\u2069 → \u2068٥٤\u2069"
    assert shown(view(change))[3].strip() == "numbers changed: ٤٥ → ٥٤"


def test_a_headline_cannot_act_on_the_terminal() -> None:
    """Neither can a reason that quotes the page."""
    lines = shown(view(replace(EDIT, reason="names: \x1b[2J"), "\x1b]0;x\x07"))
    assert not any("\x1b" in line or "\x07" in line for line in lines)


def test_every_kind_has_words() -> None:
    """What is no change of the article has no weight; all else has one."""
    assert set(KINDS) == set(ChangeKind)
    assert {kind for kind in ChangeKind if weight_of(replace(EDIT, kind=kind)) is None} == set(HIDDEN)


@pytest.mark.parametrize(
    ("earlier", "told"),
    [
        (None, ""),
        (BEFORE, "between 09:40 and 10:05"),
        (AT - timedelta(seconds=3), "between 10:04 and 10:05"),
        (AT, "at 10:05"),
        (AT - timedelta(hours=11), "after 2026-11-15 23:05, by 10:05"),
    ],
)
def test_it_happened_between_two_checks(earlier: datetime | None, told: str) -> None:
    """Nobody knows the minute; the day is told where it is another one."""
    assert span(replace(EDIT, earlier_seen_at=earlier)) == told


@pytest.mark.parametrize(
    ("kind", "seconds", "told"),
    [
        (ChangeKind.BODY, None, ""),
        (ChangeKind.BODY, 0, ""),
        (ChangeKind.BODY, 3_499, "the earlier text had stood 58 min"),
        (ChangeKind.VARIANT, 20, "the earlier text had stood 20 s"),
        (ChangeKind.REMOVED, 90_000, "it had stood 1 d 1 h"),
        (ChangeKind.RESTORED, 90_000, ""),
    ],
)
def test_how_long_it_had_stood(kind: ChangeKind, seconds: int | None, told: str) -> None:
    """In whole minutes; a page that was gone had no text standing."""
    assert stood(replace(EDIT, kind=kind, stood_s=seconds)) == told


@pytest.mark.parametrize(
    ("standing", "seen", "told"),
    [
        (Standing.ONCE, 1, "seen once so far"),
        (Standing.ONCE, 2, "seen by 2 checks, last 1 h ago"),
        (Standing.CONFIRMED, 4, "confirmed by 4 checks, last 1 h ago"),
        (Standing.CONFIRMED, 1, "confirmed by what followed"),
        (Standing.FLICKER, 1, "gone again at the next check"),
        (None, 0, ""),
        (None, 3, "seen by 3 checks, last 1 h ago"),
    ],
)
def test_how_sure_it_is(standing: Standing | None, seen: int, told: str) -> None:
    """How many checks have seen the new text, and when the last of them did."""
    one = view(replace(EDIT, standing=standing), seen=seen, last_seen_at=NOW - timedelta(hours=1))
    assert certainty(one, NOW) == told


def test_size_is_told_in_words_and_sentences() -> None:
    """What came and went apart from what was moved; nothing for nothing."""
    moved = replace(EDIT, words_moved=40, sentences_moved=2)
    assert size(EDIT) == ""
    assert size(moved) == "2 sentences of 40 words moved"
    assert size(replace(EDIT, words_moved=1)) == "1 word moved"
    assert size(replace(moved, words_added=1_200, words_removed=3)) == "+1,200 -3 words, 2 sentences of 40 words moved"


def test_in_short_is_one_line() -> None:
    """What the log of a visit and the history show."""
    change = replace(EDIT, words_added=1, words_removed=1, reason="numbers changed: 12 → 21")
    assert in_short(change) == "text changed +1 -1 words: numbers changed: 12 → 21"
    assert in_short(Change(ChangeKind.RESTORED, AT)) == "restored"
    assert in_short(Change(ChangeKind.MOVED, AT, reason="moved to https://a.example/")) == "moved to https://a.example/"


def test_steps_back_and_forth_are_one_note_an_article() -> None:
    """A/B tests and flickers of one article become the newest of them; another article's stay apart."""
    steps = [
        step(60, ChangeKind.VARIANT, Standing.FLICKER),
        step(50, ChangeKind.VARIANT, document=8),
        step(40, ChangeKind.VARIANT, Standing.CONFIRMED),
        step(20, ChangeKind.HEADLINE, Standing.FLICKER),
        step(0, ChangeKind.HEADLINE, Standing.CONFIRMED),
    ]
    kept = [(one.document.id, one.change.id, one.change.reason) for one in gathered(steps)]
    assert kept == [
        (7, 60, "back and forth 3 times since 2026-11-16 10:25, now because 60"),
        (8, 50, "because 50"),
        (7, 0, "because 0"),
    ]


def test_texts_of_one_check_each_are_told_as_such() -> None:
    """Without a return it is no back and forth."""
    flickers = [step(20, ChangeKind.BODY, Standing.FLICKER), step(0, ChangeKind.BODY, Standing.FLICKER)]
    (only,) = gathered(flickers)
    assert only.change.reason == "2 texts stood for one check only since 2026-11-16 10:05, now because 20"


def rest(found: list[ChangeView], hidden: dict[ChangeKind, int], at_most: int) -> list[str]:
    """Return what standard error gets after the notes."""
    err = StringIO()
    tell_the_rest(Screen(StringIO(), err), found, hidden, at_most)
    return err.getvalue().splitlines()


def test_what_is_hidden_is_counted() -> None:
    """How many changes are none of an article, of which sort, and how to see them."""
    hidden = {ChangeKind.FURNITURE: 1_204, ChangeKind.REEXTRACTED: 1}
    assert rest([view()], hidden, 50) == [
        "not shown: 1,204 changes of furniture only and 1 new reading by another extractor; --all shows them"
    ]
    assert rest([view()], {}, 50) == []
    assert rest([view()], {}, 1) == ["the newest 1 change; more with --limit"]
    assert rest([], {ChangeKind.FURNITURE: 1}, 50)[0] == "no changes"
