"""The page of a comparison: whole, safe and readable."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import lxml.html
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml.html import HtmlElement

from monitor.answers import DiffView
from monitor.core.diff_html import diff_page
from monitor.core.diffs import diff_words, laid_out
from monitor.model import Document, DocumentState, Origin, Revision

AT = datetime(2026, 11, 16, 9, 5, tzinfo=UTC)
URL = "https://outlet.example/news/1?a=1&b=2"
DOCUMENT = Document(7, Origin.WEB, DocumentState.LIVE, AT, url=URL, outlet="outlet.example", title="Storm")
PROSE = st.lists(
    st.sampled_from(
        ["12", "storm", "<b>", "&amp;", '"', " ", ". ", "\n", "مدينة", "né", "The hall was closed to us all. "]
    ),
    max_size=24,
).map("".join)


def revision(number: int, title: str, text: str) -> Revision:
    at = AT + timedelta(hours=number)
    return Revision(7, number, Origin.WEB, title, text, "", "", at, at, language="en")


def compared(before: tuple[str, str], after: tuple[str, str]) -> DiffView:
    old, new = revision(1, *before), revision(2, *after)
    return DiffView(DOCUMENT, old, new, diff_words(before[0], after[0]), diff_words(before[1], after[1]))


def page(view: DiffView, reason: str | None = None) -> HtmlElement:
    return lxml.html.document_fromstring(diff_page(replace(view, reason=reason)))


def side(root: HtmlElement, other: str) -> list[str]:
    """Return the paragraphs of one side: without the elements of the other, and the links of moves."""
    lines = []
    for paragraph in root.findall(".//main/p"):
        for gone in (*paragraph.findall(f".//{other}"), *paragraph.findall(".//a")):
            gone.drop_tree()
        lines.append(paragraph.text_content())
    return [line for line in lines if line.strip()]


def test_the_page_tells_what_when_and_why() -> None:
    view = compared(
        ("12 dead in storm", "Rain fell.\nIt was <cold>."), ("21 dead in storm", "Rain fell.\nIt was warm.")
    )
    root = page(view, "numbers changed: 12 → 21 & more")
    assert root.findtext(".//h1/del") == "12"
    assert root.findtext(".//h1/ins") == "21"
    rows = {row.findtext("dt"): row.find("dd").text_content() for row in root.iterfind(".//dl/div")}
    assert rows["What"] == "2 words new, 2 words removed"
    assert rows["When"] == "between 16 November 2026, 10:05 UTC and 16 November 2026, 11:05 UTC"
    assert rows["Why"] == "numbers changed: 12 → 21 & more"
    assert rows["Where"] == URL
    assert [paragraph.text_content() for paragraph in root.findall(".//main/p")] == [
        "Rain fell.",
        "It was <cold>.warm.",
    ]


def test_nothing_runs_and_nothing_is_loaded() -> None:
    """Whatever a text holds, it stays text; a policy forbids the rest."""
    evil = '<script>alert(1)</script><img src=x onerror=alert(1)> " onmouseover="x'
    document = replace(DOCUMENT, url="javascript:alert(1)", title=evil)
    view = replace(compared((evil, evil), ("b", f"{evil} b")), document=document, left_out=((evil, evil),))
    view = replace(view, after=replace(view.after, language='"><script>'))
    root = page(view, evil)
    assert not root.xpath("//script | //img | //link | //iframe | //object")
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert not [link for link in root.xpath("//@href") if not link.startswith("#")]
    (policy,) = root.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert "default-src 'none'" in policy


def test_a_moved_passage_is_linked_to_its_other_place() -> None:
    first, second = "The council met on Monday in the hall.", "Nobody spoke against the plan for the bridge."
    third = "The vote was held late at night as planned."
    root = page(compared(("T", f"{first}\n{second}\n{third}"), ("T", f"{second}\n{third}\n{first}")))
    (away,) = root.xpath("//del[@class='moved']")
    (come,) = root.xpath("//ins[@class='moved']")
    assert away.find("a").get("href") == f"#{come.get('id')}"
    assert come.find("a").get("href") == f"#{away.get('id')}"
    assert "one passage moved" in root.text_content() or "1 passage moved" in root.text_content()


def test_two_outlets_are_named() -> None:
    other = replace(DOCUMENT, id=9, outlet="agency.example", url="https://agency.example/2")
    root = page(replace(compared(("T", "Rain fell."), ("T", "Snow fell.")), other=other))
    assert "agency.example — outlet.example" in root.findtext(".//p[@class='kicker']")
    assert [row.findtext("dt") for row in root.iterfind(".//dl/div")] == ["What", "First", "Second", "Where", "Where"]


def test_what_was_not_compared_is_listed() -> None:
    view = replace(compared(("T", "A."), ("T", "B.")), left_out=(("Share this", "it stands in many articles"),))
    assert page(view).find(".//details/summary").text == "One line of the page not compared"
    assert "Share this" in page(view).find(".//details/ul/li").text_content()


@pytest.mark.parametrize(
    ("after", "told"), [("Rain fell.", "the text is the same"), ("Rain, fell.", "punctuation only")]
)
def test_a_comparison_without_words_says_so(after: str, told: str) -> None:
    assert told in page(compared(("T", "Rain fell."), ("T", after))).text_content()


@given(PROSE, PROSE)
def test_both_texts_can_be_read_off_the_page(before: str, after: str) -> None:
    """Without what is new it is the first text, without what was removed the second, paragraph by paragraph."""
    old, new = laid_out(before), laid_out(after)
    view = compared(("T", old), ("T", new))
    assert "".join(side(page(view), "ins")).split() == old.replace("\n", "").split()
    assert "".join(side(page(view), "del")).split() == new.replace("\n", "").split()
