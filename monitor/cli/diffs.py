"""`diff`: the words between two revisions of a document, or between two documents."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Annotated

import typer
from rich.text import Text

from monitor.answers import DiffView, Segment
from monitor.cli.choices import Json
from monitor.cli.inputs import number_or_text
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import ELLIPSIS, one_line, paragraphs, plural
from monitor.cli.times import moment
from monitor.errors import UsageError
from monitor.model import Document, Revision

CONTEXT = 80  # characters kept of an unchanged stretch on the side of a change
NAMED = 3  # lines left out that are quoted for each reason
STYLES = {"delete": "red strike", "insert": "green", "equal": ""}
MOVED = "cyan"
MARKS = {"delete": ("[{}-", "-{}]"), "insert": ("{{{}+", "+{}}}")}
ARROWS = {"delete": "[{}→] ", "insert": "[→{}] "}


def diff(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="ID", help="Its number or URL.")],
    before: Annotated[int | None, typer.Argument(metavar="A", min=1, help="The number of a revision.")] = None,
    after: Annotated[int | None, typer.Argument(metavar="B", min=1, help="The number of another.")] = None,
    other: Annotated[
        str | None, typer.Option("--with", metavar="OTHER", help="Another document, such as the one it copies.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Print unchanged and moved stretches in full.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Mark with [-old-]{+new+} also in a window.")] = False,
    unified: Annotated[bool, typer.Option("--unified", help="Print a unified diff, as `patch` reads it.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Print a page for a browser.")] = False,
    json: Json = False,
) -> None:
    """Show the words that changed between revisions.

    Without A and B, those of the last change. Removed words are red and struck through, new ones green, moved ones
    carry a number at both places; where there is no colour, [-old-]{+new+}, and [1-moved-1] is found again as
    {1+moved+1}. With --with: from OTHER to this document, which outlets' copies can be compared by; A is then a
    revision of OTHER. Of a saved text only the article is compared, not what was saved around it; lines of furniture
    that are left out are told at the end.

    Example: monitor diff 12 1 2
    """
    session = session_of(ctx, as_json=json)
    _one_form({"--plain": plain, "--unified": unified, "--html": html, "--json": json})
    which, second = number_or_text(document), None if other is None else number_or_text(other)
    view = session.ask(lambda archive: archive.diff(which, before, after, other=second))
    screen = session.screen
    if json:
        return screen.json(view)
    if unified or html:
        return _print_page(screen, view, html=html)
    show_diff(screen, view, full=full, styled=screen.styled and not plain)
    screen.hint(f"show {view.document.id}", f"show {view.document.id} --text")
    return None


def _one_form(forms: dict[str, bool]) -> None:
    """Raise UsageError when several forms are asked for."""
    asked = [name for name, wanted in forms.items() if wanted]
    if len(asked) > 1:
        raise UsageError(f"{' and '.join(asked)} are different forms", hint="ask for one of them at a time")


def _print_page(screen: Screen, view: DiffView, *, html: bool) -> None:
    from monitor import diff_page, unified_diff

    screen.page(diff_page(view) if html else unified_diff(view), markup=html)
    numbers = (view.before.number, view.after.number)
    two = f" --with {view.other.id}" if view.other else ""
    name = f"{view.document.id}-{'-'.join(map(str, numbers))}.{'html' if html else 'diff'}"
    form = "--html" if html else "--unified"
    screen.hint(f"diff {view.document.id} {' '.join(map(str, numbers))}{two} {form} > {name}")


def show_diff(screen: Screen, view: DiffView, *, full: bool, styled: bool) -> None:
    """Show which revisions, the title, an empty line, the text, and what was not compared."""
    screen.line(Text(one_line(_about(view)), "dim"))
    for line in marked(view.title, styled):
        screen.line(line)
    screen.line()
    if all(segment.op == "equal" for segment in view.text):
        screen.line(Text("the text is the same", "dim"))
    else:
        for line in marked(view.text if full else shortened(view.text), styled):
            screen.line(line)
    _show_left_out(screen, view)


def _about(view: DiffView) -> str:
    """Return which revisions are compared, of which documents."""
    if view.other is None:
        first = f"document {view.document.id}: {_revision(view.before)}"
        return f"{first} to {view.after.number} ({moment(view.after.first_seen_at)})"
    return f"{_named(view.other)}, {_revision(view.before)}, to {_named(view.document)}, {_revision(view.after)}"


def _revision(one: Revision) -> str:
    return f"revision {one.number} ({moment(one.first_seen_at)})"


def _named(one: Document) -> str:
    outlet = one.outlet or one.host
    return f"document {one.id} of {outlet}" if outlet else f"document {one.id}"


def _show_left_out(screen: Screen, view: DiffView) -> None:
    """Show the lines that were not compared, for each reason how many and the first of them."""
    by_reason = defaultdict(list)
    for line, why in view.left_out:
        by_reason[why].append(line)
    if by_reason:
        screen.line()
    for why, lines in by_reason.items():
        quoted = [f"“{line}”" for line in lines[:NAMED]] + ([ELLIPSIS] if len(lines) > NAMED else [])
        screen.hanging(f"{plural(len(lines), 'line')}, {why}: {', '.join(quoted)}", "dim", lead="not compared: ")


def marked(segments: Iterable[Segment], styled: bool) -> Iterator[Text]:
    """Yield the lines of a comparison, each segment styled or between marks; a mark never spans lines."""
    whole = Text()
    for segment in segments:
        for number, line in enumerate(paragraphs(segment.text).split("\n")):
            whole.append("\n" if number else "")
            whole.append_text(_marked(segment, line, styled))
    yield from whole.split("\n", allow_blank=True)


def _marked(segment: Segment, line: str, styled: bool) -> Text:
    if not line or segment.op == "equal":
        return Text(line)
    if not styled:
        begin, end = (mark.format(segment.move or "") for mark in MARKS[segment.op])
        return Text(f"{begin}{line}{end}")
    if segment.move is None:
        return Text.assemble((line, STYLES[segment.op]))
    here = MOVED if segment.op == "insert" else f"{MOVED} strike"
    return Text.assemble((ARROWS[segment.op].format(segment.move), f"{MOVED} bold"), (line, here))


def shortened(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Yield the segments with long unchanged stretches cut to what stands beside a change, an … in between.

    What was moved away is cut as well: it stands in full where it was moved to.
    """
    every = list(segments)
    for number, segment in enumerate(every):
        away = segment.op == "delete" and segment.move is not None
        if segment.op != "equal" and not away:
            yield segment
            continue
        head = _head(segment.text) if away or number > 0 else ""
        tail = _tail(segment.text) if away or number < len(every) - 1 else ""
        enough = len(segment.text) <= len(head) + len(tail) + len(ELLIPSIS) + 2
        yield segment if enough else replace(segment, text=f"{head}{ELLIPSIS}{tail}")


def _head(text: str) -> str:
    """Return the beginning of a stretch, cut between words and at the second line end."""
    found = re.match(r"\s*[^\n]*\n?", text)
    line = found[0] if found else ""
    return line if len(line) <= CONTEXT else re.sub(r"\S*$", "", line[:CONTEXT]) or line[:CONTEXT]


def _tail(text: str) -> str:
    line = text[text.rstrip().rfind("\n") + 1 :]
    return line if len(line) <= CONTEXT else re.sub(r"^\S*", "", line[-CONTEXT:]) or line[-CONTEXT:]
