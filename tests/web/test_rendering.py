"""How pages are made: escaped, in their language, and each value there or an error."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError

from monitor.model import Change, ChangeKind, Document, DocumentState, Origin, Outlet
from monitor.web.addresses import url_of
from monitor.web.assets import assets, static
from monitor.web.rendering import FOLDER, coded, environment, marked
from monitor.web.tongues import direction, tongue
from monitor.web.wording import STATES, when
from monitor.wording import KINDS
from tests.web.asking import Client, get

pytest_plugins = ["tests.web.newsstand"]


@pytest.mark.parametrize(
    ("tag", "expected"),
    [("ar", "rtl"), ("ar-EG", "rtl"), ("ur", "rtl"), ("az-Arab", "rtl"), ("ur-Latn-PK", "ltr"), ("fr", "ltr")],
)
def test_a_language_has_a_direction(tag: str, expected: str) -> None:
    """The script decides where the tag names one."""
    assert direction(tag) == expected


@pytest.mark.parametrize("tag", [None, "", 'en" onclick="x', "french language", "x"])
def test_without_a_language_the_letters_decide(tag: str | None) -> None:
    """What is no tag is none, and never becomes an attribute."""
    assert str(tongue(tag)) == 'dir="auto"'


def test_a_time_is_told_absolutely_and_to_machines() -> None:
    """In UTC, with the element that scripts and readers know."""
    at = datetime(2026, 11, 6, 9, 5, 30, tzinfo=UTC)
    assert str(when(at)) == '<time datetime="2026-11-06T09:05:30Z">6 Nov 2026, 09:05 UTC</time>'
    assert ">6 Nov 2026<" in when(at, "day")
    assert ">09:05<" in when(at, "clock")
    assert "not known" in when(None)


@given(st.text(max_size=40), st.lists(st.integers(0, 40), max_size=6, unique=True))
def test_marked_text_is_escaped_and_whole(text: str, cuts: list[int]) -> None:
    """Without the marks it is the text."""
    ends = sorted(min(cut, len(text)) for cut in cuts)
    spans = tuple(zip(ends[::2], ends[1::2], strict=False))
    shown = str(marked(text, spans))
    assert shown.count("<mark>") == shown.count("</mark>") == len(spans)
    assert marked("", ()) == ""
    plain = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in plain
    assert environment().from_string("{{ text }}").render(text=text) == plain


def test_a_value_that_is_missing_is_an_error() -> None:
    """No page is sent with a hole in it."""
    with pytest.raises(UndefinedError):
        environment().get_template("error.html").render(here="/", heading="x")


def test_every_template_compiles_and_escapes() -> None:
    """None switches it off or trusts what comes from outside."""
    for path in FOLDER.iterdir():
        environment().get_template(path.name)
        text = path.read_text(encoding="utf-8")
        assert not [word for word in ("|safe", "| safe", "autoescape", "style=", "javascript:") if word in text], path


def test_every_kind_and_state_is_said_in_words() -> None:
    """One that is added needs words here."""
    assert (set(KINDS), set(STATES)) == (set(ChangeKind), set(DocumentState))


def test_nouns_have_addresses() -> None:
    """What has no page of its own is an error, not a broken link."""
    at = datetime(2026, 11, 16, tzinfo=UTC)
    assert url_of(Document(7, Origin.WEB, DocumentState.LIVE, at)) == "/documents/7"
    assert url_of(Change(ChangeKind.BODY, at, 3, 7, 1, 2)) == "/documents/7/diff?from=1&to=2"
    assert url_of(Change(ChangeKind.REMOVED, at, 3, 7)) == "/documents/7#change-3"
    assert url_of(Outlet("a/b.example", "A", ())) == "/outlets/a%2Fb.example"
    with pytest.raises(TypeError):
        url_of(at)


async def test_files_are_kept_by_browsers_while_they_are_the_same(reader: Client) -> None:
    """The address names the content: another version is another address."""
    for name in assets():
        answer = await get(reader, static(name))
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "public, max-age=31536000, immutable")
        stale = await get(reader, f"/static/{name}?v=older")
        assert stale.headers["Cache-Control"] == "no-cache"
        same = await get(reader, f"/static/{name}", If_None_Match=answer.headers["ETag"])
        assert same.status == 304


@pytest.mark.parametrize("path", ["/static/none.css", "/static/..%2Frendering.py", "/static/%2e%2e/rendering.py"])
async def test_no_other_file_is_given_out(reader: Client, path: str) -> None:
    """Only those that were found when the program started."""
    assert (await get(reader, path)).status == 404


def test_a_command_in_a_hint_is_shown_as_one_and_markup_as_text() -> None:
    """What has one backtick only is left as it is."""
    assert coded("`monitor show <1>` tells") == "<code>monitor show &lt;1&gt;</code> tells"
    assert coded("`<b>") == "`&lt;b&gt;"
