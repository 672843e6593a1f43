"""Where a command writes: answers to standard output, everything else to standard error."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TextIO

from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from monitor.as_json import to_json
from monitor.cli.layout import LEAST, Column, Row, lay_out
from monitor.cli.text import guarded, is_safe, one_line, paragraphs, parts_isolated, wrapped, writable
from monitor.progress import Progress

BAR_FROM = 20  # things to do; with fewer, a bar is gone before it is read


class Screen:
    """Standard output and error, each either a window that a person reads or a pipe.

    Into a pipe nothing is cut, wrapped, coloured or hinted at. `colours` says whether a window may be coloured,
    `program` is how commands that are hinted at begin: with the same archive.
    """

    def __init__(
        self,
        out: TextIO | None = None,
        err: TextIO | None = None,
        *,
        colours: bool = True,
        quiet: bool = False,
        width: int | None = None,
        program: str = "monitor",
    ) -> None:
        self._out = out or sys.stdout
        self._err = err or sys.stderr
        self.window = self._out.isatty()
        self.styled = self.window and colours
        self.quiet = quiet
        self.program = program
        self._console = _console(self._out, self.styled, width)
        self._notes = _console(self._err, self._err.isatty() and colours, width)

    @property
    def width(self) -> int | None:
        """Return the cells of a line, None where nothing limits it."""
        return self._console.width if self.window else None

    def line(self, text: str | Text = "", *, indent: int = 0) -> None:
        """Write one line or paragraph; in a window it is wrapped between words, each line indented."""
        body = text if isinstance(text, Text) else Text(writable(text))
        for part in self._wrapped(body, indent):
            part.rstrip()
            self._print(Text(" " * indent) + part)

    def _wrapped(self, body: Text, indent: int) -> Iterable[Text]:
        if self.width is None or body.cell_len <= self.width - indent:
            return [body]
        return body.wrap(self._console, max(self.width - indent, 20))

    def hanging(self, text: str, style: str = "", *, lead: str = "") -> None:
        """Write a text after what leads it in, as one safe line; in a window it goes on below its own beginning.

        There each stretch that runs right to left is isolated.
        """
        told, room = one_line(text), None if self.width is None else max(self.width - cell_len(lead), LEAST)
        for number, part in enumerate([told] if room is None else map(parts_isolated, wrapped(told, room))):
            self._print(Text.assemble(" " * cell_len(lead) if number else lead, (part, style)))

    def paragraphs(self, text: str) -> None:
        """Write a text of many lines, made safe."""
        for part in paragraphs(text).split("\n"):
            self.line(part)

    def table(self, columns: Sequence[Column], rows: Iterable[Row], *, indent: int = 0) -> None:
        """Write rows in columns, fitted to the window; without rows nothing."""
        rows = list(rows)
        if not rows:
            return
        width = None if self.width is None else self.width - indent
        for line in lay_out(columns, rows, width):
            self._print(Text(" " * indent) + line)

    def json(self, value: object) -> None:
        """Write one JSON value."""
        self._out.write(to_json(value, escaped=not self._takes_unicode) + "\n")

    def page(self, text: str, *, markup: bool = False) -> None:
        """Write a document for another program as it is; in a window made safe.

        What the encoding of the stream cannot write is a character reference in `markup`, else an escape.
        """
        if self.window:
            self.paragraphs(text.rstrip("\n"))
        elif markup and not self._takes_unicode:
            self._out.write(text.encode("ascii", "xmlcharrefreplace").decode("ascii"))
        else:
            self._out.write(writable(text))

    @property
    def _takes_unicode(self) -> bool:
        return (self._out.encoding or "utf-8").lower().startswith("utf")

    def hint(self, *commands: str) -> None:
        """Name the commands that one would type next; only to a person who reads the answer in a window."""
        if commands and self.window and self._err.isatty() and not self.quiet:
            told = [f"{self.program} {one}" for one in commands]
            line = "next: " + "  ·  ".join(told)
            each = [line] if cell_len(line) <= self._notes.width else [f"next: {one}" for one in told]
            for one in each:
                self._note(one, "dim")

    def note(self, text: str) -> None:
        """Tell something about the answer, on standard error."""
        if not self.quiet:
            self._note(one_line(text))

    def error(self, text: str) -> None:
        """Tell what failed, on standard error; never silenced."""
        self._note(text)

    @contextmanager
    def progress(self, doing: str, *, sizes: bool = False) -> Iterator[Progress | None]:
        """Offer a function to report progress to: a bar in a window, once there are more than 20 things to do.

        With `sizes` the things are bytes.
        """
        if not self._err.isatty() or self.quiet:
            yield None
            return
        from monitor.cli.bars import Bar  # slow to import, and rarely needed

        with Bar(self._notes, doing, BAR_FROM, sizes=sizes) as bar:
            yield bar.report

    def _print(self, line: Text) -> None:
        """Write a line; whatever it was made of, nothing in it acts on the terminal, or on that of a pipe's reader."""
        if not is_safe(line.plain):
            line = Text(guarded(line.plain), line.style)
        if self.styled:
            self._console.print(line, soft_wrap=True, highlight=False)
        else:
            self._out.write(writable(line.plain.rstrip()) + "\n")

    def _note(self, text: str, style: str = "") -> None:
        """Write a line to standard error; in a window it is wrapped, but no word is broken: it may be copied."""
        fits = not self._err.isatty() or cell_len(text) <= self._notes.width
        indent = len(text) - len(text.lstrip())
        for part in [text[indent:]] if fits else wrapped(text[indent:], self._notes.width - indent, breaking=False):
            self._notes.print(Text(writable(guarded(" " * indent + part)), style), soft_wrap=True, highlight=False)


def _console(stream: TextIO, styled: bool, width: int | None) -> Console:
    return Console(
        file=stream,
        color_system="standard" if styled else None,
        width=width,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
