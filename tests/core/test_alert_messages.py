"""Messages tell what changed, where and when, and what came from outside is text in them."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.answers import ChangeView
from monitor.core.alert_messages import Style, for_chat, json_body, message, weightiest
from monitor.core.alert_wording import one_line
from monitor.forms import TEMPLATE_NAMES
from monitor.model import Alert, AlertAbout, Change, ChangeKind, Document, DocumentState, Origin

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
RULE = Alert("desk", "kind:body", AlertAbout.CHANGES, ("mail",))
PAGE = Document(
    12, Origin.WEB, DocumentState.LIVE, NOON, "https://radio.example/a", "radio.example", "radio.example", "es", "Nuevo"
)
EDIT = Change(
    ChangeKind.BOTH,
    NOON,
    id=7,
    document_id=12,
    from_revision=1,
    to_revision=2,
    words_added=3,
    words_removed=1,
    significance=0.7,
    reason="a number changed: 12 -> 21",
    earlier_seen_at=NOON - timedelta(minutes=55),
    stood_s=7200,
)
VIEW = ChangeView(EDIT, PAGE, 2, NOON, ("Viejo", "Nuevo"))


def test_a_change_is_told_with_all_that_a_reader_needs() -> None:
    told = message(RULE, [VIEW], 0, "msg_1", NOON, Style(base_url="https://archive.example"))
    assert told.subject == "desk: 1 change"
    assert told.text.splitlines()[:9] == [
        "1. headline and text changed · radio.example · es",
        "   Nuevo",
        "   was: Viejo",
        "   3 words added, 1 removed · a number changed: 12 -> 21",
        "   between 2026-11-16 11:05 and 12:00 UTC · the earlier text had stood 2 h",
        "   https://radio.example/a",
        "   https://archive.example/documents/12/diff?from=1&to=2",
        "   monitor diff 12 1 2",
        "",
    ]
    assert "msg_1" in told.text


def test_a_removal_leads_to_the_document_and_a_new_document_is_told_as_such() -> None:
    gone = ChangeView(Change(ChangeKind.REMOVED, NOON, 9, 12, stood_s=3600), PAGE)
    text = message(RULE, [gone], 0, "m", NOON, Style(base_url="http://127.0.0.1:8474")).text
    assert "removed" in text
    assert "http://127.0.0.1:8474/documents/12#change-9" in text
    assert "monitor show 12" in text
    assert "it had stood 1 h" in text
    new = message(replace(RULE, about=AlertAbout.DOCUMENTS), [PAGE], 0, "m", NOON, Style())
    assert new.subject == "desk: 1 new document"
    assert new.text.startswith(
        "1. new · radio.example · es\n   Nuevo\n   https://radio.example/a\n   monitor show 12\n"
    )


def test_what_is_not_listed_is_counted() -> None:
    told = message(RULE, [VIEW, VIEW], 1_200, "m", NOON, Style())
    assert told.subject == "desk: 1,202 changes"
    assert "and 1,200 more" in told.text


def test_a_test_says_that_it_is_one_and_that_nothing_fits_yet() -> None:
    told = message(RULE, [], 0, "m", NOON, Style(), test=True)
    assert told.subject == "[test] desk: 0 changes"
    assert told.text.startswith("This is a test")
    assert "nothing fits it yet" in told.text


def test_the_weightiest_are_listed_in_their_order_and_removals_before_all() -> None:
    def view(number: int, weight: float, kind: ChangeKind = ChangeKind.BODY) -> ChangeView:
        return ChangeView(Change(kind, NOON, number, significance=weight), PAGE)

    some = [view(1, 0.9), view(2, 0.1), view(3, 0.0, ChangeKind.REMOVED), view(4, 0.5)]
    assert [one.change.id for one in weightiest(some, 3) if isinstance(one, ChangeView)] == [1, 3, 4]
    pages = [replace(PAGE, id=number) for number in range(5)]
    assert weightiest(pages, 2) == (pages[3], pages[4])


HOSTILE = "Bcc: all@victim.example\r\n\r\n<script>alert(1)</script>\u202egnp.exe\x1b[31m $query ${alert}"


def test_line_ends_controls_and_markup_of_a_headline_are_text_of_one_line() -> None:
    view = ChangeView(EDIT, replace(PAGE, title=HOSTILE, url="javascript:alert(1)"), 0, None, (HOSTILE, HOSTILE))
    told = message(RULE, [view], 0, "m", NOON, Style(subject="$alert: $headline", body="$items"))
    assert "\n" not in told.subject
    assert "\r" not in told.subject + told.text
    assert not {"\x1b", "\u202e"} & set(told.subject + told.text)
    assert "<script>alert(1)</script>" in told.text
    assert "$query ${alert}" in told.text, "what came from outside is no template"
    assert len(told.text.splitlines()) == 7


@given(st.text(st.characters(blacklist_categories=[])))
def test_any_text_becomes_one_line_that_can_be_written(text: str) -> None:
    line = one_line(text)
    line.encode()
    assert len(line) <= 300
    assert len(line.splitlines()) <= 1
    assert one_line(line) == line


def test_templates_have_exactly_the_names_that_the_configuration_allows() -> None:
    style = Style(subject=" ".join(f"${name}" for name in sorted(TEMPLATE_NAMES)))
    assert "$" not in message(RULE, [VIEW], 1, "msg_1", NOON, style).subject


def test_a_template_cannot_reach_beyond_its_names() -> None:
    """There are no attributes, items or formats in it, so that nothing of the program can be had through it."""
    style = Style(subject="{alert.__class__} $$ ${alert}", body="%(query)s {0}")
    told = message(RULE, [VIEW], 0, "m", NOON, style)
    assert told.subject == "{alert.__class__} $ desk"
    assert told.text == "%(query)s {0}"


def test_chats_find_no_call_to_everybody_and_no_link_in_it() -> None:
    told = for_chat("@everyone <!channel> <@U1> [click](http://evil.example) a@b.example 1 < 2")
    assert "@everyone" not in told
    assert "<!channel>" not in told
    assert "](" not in told
    assert told.replace("\u200b", "") == "@everyone <!channel> <@U1> [click](http://evil.example) a@b.example 1 < 2"


def test_right_to_left_headlines_do_not_turn_what_is_beside_them() -> None:
    view = replace(VIEW, headlines=("حذف", "نشر"))
    assert "was: \u2068حذف\u2069" in message(RULE, [view], 0, "m", NOON, Style()).text


def test_a_webhook_carries_the_answers_field_by_field_with_their_links() -> None:
    told = message(RULE, [VIEW], 3, "msg_1", NOON, Style(base_url="https://archive.example"), test=True)
    body = json.loads(json_body(told))
    assert (body["type"], body["timestamp"]) == ("monitor.changes", "2026-11-16T12:00:00Z")
    data = body["data"]
    assert (data["alert"], data["query"], data["test"], data["message"], data["more"]) == (
        *("desk", "kind:body", True, "msg_1"),
        3,
    )
    (item,) = data["items"]
    assert item["change"]["kind"] == "both"
    assert item["document"]["title"] == "Nuevo"
    assert item["headlines"] == ["Viejo", "Nuevo"]
    assert item["links"] == {
        "article": "https://radio.example/a",
        "page": "https://archive.example/documents/12/diff?from=1&to=2",
    }
