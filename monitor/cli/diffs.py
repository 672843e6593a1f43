"""`diff`: the words between two revisions of a document."""

import re
from collections.abc import Iterable, Iterator
from typing import Annotated

import typer
from rich.text import Text

from monitor.answers import DiffView
from monitor.cli.choices import Json
from monitor.cli.inputs import number_or_text
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import ELLIPSIS, one_line, paragraphs
from monitor.cli.times import moment

CONTEXT = 80  # characters kept of an unchanged stretch on the side of a change
STYLES = {"delete": "red strike", "insert": "green", "equal": ""}
MARKS = {"delete": ("[-", "-]"), "insert": ("{+", "+}"), "equal": ("", "")}

Segments = Iterable[tuple[str, str]]


def diff(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="ID", help="Its number or URL.")],
    before: Annotated[int | None, typer.Argument(metavar="A", min=1, help="The number of a revision.")] = None,
    after: Annotated[int | None, typer.Argument(metavar="B", min=1, help="The number of another.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Print unchanged stretches in full.")] = False,
    plain: Annotated[bool, typer.Option("--plain", help="Mark with [-old-]{+new+} also in a window.")] = False,
    json: Json = False,
) -> None:
    """Show the words that changed between revisions.

    Without A and B, those of the last change. Removed words are red and struck through, new ones green; where there
    is no colour, [-old-]{+new+}. Of a saved text only the article is compared, not what was saved around it.

    Example: monitor diff 12 1 2
    """
    session = session_of(ctx, as_json=json)
    which = number_or_text(document)
    view = session.ask(lambda archive: archive.diff(which, before, after))
    if json:
        return session.screen.json(view)
    show_diff(session.screen, view, full=full, styled=session.screen.styled and not plain)
    session.screen.hint(f"show {view.document.id}", f"show {view.document.id} --text")
    return None


def show_diff(screen: Screen, view: DiffView, *, full: bool, styled: bool) -> None:
    """Show which revisions, the title, an empty line and the text."""
    a, b = view.before, view.after
    about = f"document {view.document.id}: revision {a.number} ({moment(a.first_seen_at)})"
    screen.line(Text(one_line(f"{about} to {b.number} ({moment(b.first_seen_at)})"), "dim"))
    for line in marked(view.title, styled):
        screen.line(line)
    screen.line()
    if all(op == "equal" for op, _ in view.text):
        screen.line(Text("the text is the same", "dim"))
        return
    for line in marked(view.text if full else shortened(view.text), styled):
        screen.line(line)


def marked(segments: Segments, styled: bool) -> Iterator[Text]:
    """Yield the lines of a comparison, each segment styled or between marks; a mark never spans lines."""
    whole = Text()
    for op, text in segments:
        for number, line in enumerate(paragraphs(text).split("\n")):
            whole.append("\n" if number else "")
            before, after = MARKS[op] if line and not styled else ("", "")
            whole.append(f"{before}{line}{after}", STYLES[op] if styled else "")
    yield from whole.split("\n", allow_blank=True)


def shortened(segments: Segments) -> Iterator[tuple[str, str]]:
    """Yield the segments with long unchanged stretches cut to what stands beside a change, an … in between."""
    every = list(segments)
    for number, (op, text) in enumerate(every):
        if op != "equal":
            yield op, text
            continue
        head = _head(text) if number > 0 else ""
        tail = _tail(text) if number < len(every) - 1 else ""
        yield op, text if len(text) <= len(head) + len(tail) + len(ELLIPSIS) + 2 else f"{head}{ELLIPSIS}{tail}"


def _head(text: str) -> str:
    """Return the beginning of a stretch, cut between words and at the second line end."""
    found = re.match(r"\s*[^\n]*\n?", text)
    line = found[0] if found else ""
    return line if len(line) <= CONTEXT else re.sub(r"\S*$", "", line[:CONTEXT]) or line[:CONTEXT]


def _tail(text: str) -> str:
    line = text[text.rstrip().rfind("\n") + 1 :]
    return line if len(line) <= CONTEXT else re.sub(r"^\S*", "", line[-CONTEXT:]) or line[-CONTEXT:]
