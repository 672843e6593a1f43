"""What stalls a parser is taken out of a page before it; ordinary pages come through as they are."""

import sys
import unicodedata
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.page_bounds import LAST_MARK, bare_page, start_of_page, stream_safe, without_floods

# What repeated patterns could make a search go back and forth over.
FLOODS = (
    "<",
    "<a",
    "<a ",
    "<a b",
    '<a b="',
    "<a b='\"",
    "</a",
    "a=",
    '="',
    "='",
    "=\"'",
    " ",
    "/",
    "<a/b=",
    "\n<a\n",
    "̖̍",
)


def attributes(count: int) -> str:
    """So many attributes."""
    return " ".join(f"data-a{n}='x y=z'" for n in range(count))


@pytest.mark.parametrize("tag", ["div", "P", "x-card"])
def test_a_tag_with_more_than_250_attributes_loses_them(tag: str) -> None:
    """With 250 it keeps them, however they are written and however long they are."""
    few = f'<{tag} {attributes(249)} data-long="{"x = y " * 9_000}">text'
    assert without_floods(few) == few
    assert without_floods(f"a<{tag} {attributes(251)}>text</{tag}>") == f"a<{tag}>text</{tag}>"
    assert without_floods(f"<{tag} {'/b' * 300}>text") == f"<{tag}>text"
    assert without_floods(f"<{tag} {'b ' * 300}>text") == f"<{tag}>text"


def test_no_mark_is_left_out() -> None:
    """Whatever the Unicode of this Python has."""
    assert not any(unicodedata.combining(chr(code)) for code in range(LAST_MARK, sys.maxunicode + 1))


def test_marks_beyond_thirty_go() -> None:
    """Thirty are Unicode's own bound; spelling in any script needs four at most."""
    assert stream_safe("e" + "\u0301" * 30) == "e" + "\u0301" * 30
    assert stream_safe("xy" + "\u0301\u0316" * 500 + "z") == "xy" + "\u0301\u0316" * 15 + "z"
    spelt = unicodedata.normalize("NFD", "Tiếng Việt، العَرَبِيَّة، हिन्दी, ภาษาไทยกุ้ง ") * 50
    assert stream_safe(spelt) == spelt


@given(st.text(st.sampled_from("ab\u0301\u0316\u064b "), max_size=200))
def test_no_run_of_marks_is_longer_than_thirty(text: str) -> None:
    """And nothing but marks is lost."""
    safe = stream_safe(text * 3)
    runs = "".join("m" if unicodedata.combining(char) else " " for char in safe).split()
    assert max(map(len, runs), default=0) <= 30
    assert [c for c in safe if not unicodedata.combining(c)] == [c for c in text * 3 if not unicodedata.combining(c)]


@given(st.text(st.sampled_from("<>ab/= \"'\n!-"), max_size=300))
def test_pages_without_floods_stay_as_they_are(page: str) -> None:
    """Whatever is broken in them."""
    assert without_floods(page) == page


def test_a_bare_page_has_no_attributes() -> None:
    """Even those behind angle brackets in quotes are no attributes any more; text and end tags stay."""
    assert bare_page("<p class=a>b <b id='c'>d</b><br/>", 100, 1000) == "<p>b <b>d</b><br>"
    assert bare_page("<p a='<' b=1>text", 100, 1000).startswith("<p><' b=1>")
    assert bare_page("<p>1<p>2<p>3", 2, 1000) == "<p>1<p>2"
    assert bare_page("<p>1<p>2<p>3", 9, 5) == "<p>1<"


def test_the_start_of_a_page_ends_at_a_tag() -> None:
    """Or where it is long enough."""
    assert start_of_page(b"<p>1<p>2<p>3", 2, 1000) == b"<p>1<p>2"
    assert start_of_page(b"<p>1<p>2<p>3", 9, 5) == b"<p>1<"


@pytest.mark.parametrize("flood", FLOODS)
@pytest.mark.parametrize("before", ["", "<a "])
def test_no_flood_stalls_the_bounds_themselves(flood: str, before: str) -> None:
    """A megabyte takes a fraction of a second; what goes back and forth takes hours."""
    page = before + flood * (1_000_000 // len(flood))
    started = process_time()
    without_floods(page)
    bare_page(page, 30_000, 3_000_000)
    assert process_time() - started < 3
