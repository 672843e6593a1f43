"""Where a command writes, and how."""

import re
from html import unescape
from io import BytesIO, StringIO, TextIOWrapper

import pytest
from rich.text import Text

from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import Session


class Terminal(StringIO):
    """A stream that a person reads."""

    def isatty(self) -> bool:
        return True


def test_a_window_is_coloured_wrapped_and_hinted_at() -> None:
    """On a terminal a person gets all the help."""
    out, err = Terminal(), Terminal()
    screen = Screen(out, err, width=20, program="monitor --data-dir x")
    screen.line(Text("a headline that is longer than that", "red"), indent=2)
    screen.hint("show 1")
    assert out.getvalue().splitlines() == ["  \x1b[31ma headline that is\x1b[0m", "  \x1b[31mlonger than that\x1b[0m"]
    assert plain(err).splitlines() == ["next: monitor", "--data-dir x show 1"]


@pytest.mark.parametrize("out", [StringIO(), Terminal()])
def test_whatever_a_line_is_made_of_nothing_in_it_acts(out: StringIO) -> None:
    """A command that forgot to make a name safe lets nobody turn, colour or forge what is printed."""
    screen, err = Screen(out, Terminal(), width=80), Terminal()
    screen.line("by \x1b[2J\u202eevil\x9b31m\u2028forged")
    screen.line(Text("by \x1b]0;x\x07", "bold"))
    Screen(Terminal(), err, width=80, program="monitor").hint("alert test \x1b[2J")
    told = plain(out) + plain(err)
    assert not re.search("[\x00-\x09\x0b-\x1f\x9b\u2028\u202e]", told)
    assert "\\x1b[2J\\u202eevil" in told
    screen.line("\u2068مرساة\u2069")
    assert "\u2068مرساة\u2069" in out.getvalue()


def test_a_hint_repeats_no_secret() -> None:
    """Windows are seen by others, and copied from. What is no secret stays: the command works on the same archive."""
    given = {"alerts.webhook_key": "hush", "database.url": "postgresql://me:hush@db/x", "log.level": "info"}
    program = Session(overrides=given).program
    assert "hush" not in program
    assert program.endswith("--set log.level=info")
    assert "--set database.url=sqlite:///a.db" in Session(overrides={"database.url": "sqlite:///a.db"}).program


def test_hints_and_notes_part_between_words() -> None:
    """Each hint is a line of its own where they do not fit on one; a command stays whole, as it may be copied."""
    err = Terminal()
    screen = Screen(Terminal(), err, width=30, program="monitor")
    screen.hint("show 1", "diff 1")
    screen.hint("documents --source 1", "check 1")
    screen.note("the newest 50 documents; more with --limit")
    screen.error(f"  hint: monitor --data-dir /{'x' * 40} status")
    assert plain(err).splitlines() == [
        *("next: monitor show 1", "next: monitor diff 1"),
        *("next: monitor documents", "--source 1", "next: monitor check 1"),
        *("the newest 50 documents; more", "with --limit"),
        *("  hint: monitor --data-dir", f"  /{'x' * 40}", "  status"),
    ]


def test_names_that_are_not_utf_8_are_written_as_escapes() -> None:
    """Into a pipe and into a window."""
    for out in (StringIO(), Terminal()):
        Screen(out, Terminal(), width=80).line("te\udcfcxts")
        assert out.getvalue() == "te\\udcfcxts\n"


def plain(stream: StringIO) -> str:
    """Return what was written, without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", stream.getvalue())


def test_a_pipe_gets_plain_whole_lines() -> None:
    """Into a pipe: no colours, no wrapping, no hints; notes are told."""
    out, err = StringIO(), StringIO()
    screen = Screen(out, err, width=20)
    screen.line(Text("a headline that is longer than that", "red"), indent=2)
    screen.hint("show 1")
    screen.note("the newest 50")
    assert out.getvalue() == "  a headline that is longer than that\n"
    assert err.getvalue() == "the newest 50\n"


def test_without_colours_a_window_is_still_a_window() -> None:
    """NO_COLOR takes the escapes away, not the layout."""
    out = Terminal()
    Screen(out, Terminal(), width=20, colours=False).table((Column("title", flexible=True),), [("x" * 50,)])
    assert out.getvalue() == "title\n" + "x" * 19 + "…\n"


def test_hints_need_a_person_on_both_streams() -> None:
    """With standard error in a file, nobody would read the hint."""
    err = StringIO()
    Screen(Terminal(), err).hint("show 1")
    assert not err.getvalue()


def test_quiet_leaves_errors() -> None:
    """--quiet silences hints, notes and bars; what failed is told all the same."""
    err = Terminal()
    screen = Screen(Terminal(), err, quiet=True)
    screen.hint("show 1")
    screen.note("the newest 50")
    screen.error("monitor: no")
    with screen.progress("reading") as progress:
        assert progress is None
    assert err.getvalue() == "monitor: no\n"


@pytest.mark.parametrize(("total", "shown"), [(20, False), (21, True)])
def test_a_bar_comes_with_much_to_do(total: int, shown: bool) -> None:
    """A handful of files is done before a bar could be read."""
    err = Terminal()
    with Screen(StringIO(), err, width=80).progress("reading texts") as progress:
        assert progress is not None
        progress(1, total)
        progress(total, total)
    assert ("reading texts" in err.getvalue()) is shown


def test_a_bar_of_bytes_shows_sizes() -> None:
    """As people read them, not to the byte."""
    err = Terminal()
    with Screen(StringIO(), err, width=80).progress("verifying", sizes=True) as progress:
        assert progress is not None
        progress(403_314, 966_098)
    assert "403.3/966.1 kB" in err.getvalue()
    assert "966098" not in err.getvalue()


def test_an_empty_table_is_nothing() -> None:
    """Without rows there are no heads either."""
    out = StringIO()
    Screen(out, StringIO()).table((Column("id"),), [])
    assert not out.getvalue()


def test_text_keeps_its_lines_and_none_of_its_controls() -> None:
    """An archived text cannot act on the terminal that shows it."""
    out = StringIO()
    Screen(out, StringIO()).paragraphs("one\n\n\x1b]0;title\x07two\tthree")
    assert out.getvalue() == "one\n\n\\x1b]0;title\\x07two    three\n"


def test_a_text_goes_on_below_its_own_beginning() -> None:
    """In a window; a pipe gets it as one line."""
    window, pipe = Terminal(), StringIO()
    for out in (window, pipe):
        Screen(out, StringIO(), width=24, colours=False).hanging("one two three four five", lead="10:05  ")
    assert window.getvalue().splitlines() == ["10:05  one two three", "       four five"]
    assert pipe.getvalue() == "10:05  one two three four five\n"


def test_a_page_for_another_program_is_written_as_it_is() -> None:
    """Tabs, controls and all; in a window made safe."""
    page = "a\tb\x1b[2J\r\nc"
    pipe, window = StringIO(), Terminal()
    Screen(pipe, StringIO()).page(page)
    Screen(window, StringIO()).page(page)
    assert pipe.getvalue() == page
    assert window.getvalue() == "a    b\\x1b[2J\nc\n"


def test_markup_is_right_in_any_encoding() -> None:
    """What Latin-1 cannot write becomes a character reference, which every browser reads."""
    raw = BytesIO()
    out = TextIOWrapper(raw, encoding="latin-1", errors="backslashreplace", write_through=True)
    Screen(out, StringIO()).page("<p>سبوتنيك é</p>", markup=True)
    assert unescape(raw.getvalue().decode("ascii")) == "<p>سبوتنيك é</p>"
