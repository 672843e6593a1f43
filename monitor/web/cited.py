"""Mark the citations in a saved text, each with what it is and where it leads."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from monitor.desk_answers import CorpusText
from monitor.model import Citation, CitationKind
from monitor.web.addresses import outlet_url, url_of
from monitor.web.wording import CITATIONS


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a line; where it is cited, `said` tells as what, and `href` leads to what it cites, if anywhere."""

    text: str
    said: str | None = None
    href: str | None = None
    is_url: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """Citations that overlap, as one stretch of the text."""

    start: int
    end: int
    citations: tuple[Citation, ...]


def marks(citations: Iterable[Citation], length: int) -> tuple[Mark, ...]:
    """Return the stretches that are cited, in order and apart: citations that overlap make one stretch.

    Links cannot lie in each other, and one stretch that says all that it is can be read, aloud as well.
    """
    found: list[Mark] = []
    for one in sorted(citations, key=lambda one: (one.start, -one.end)):
        start, end = max(0, one.start), min(one.end, length)
        if end <= start:
            continue
        if found and start < found[-1].end:
            last = found.pop()
            found.append(Mark(last.start, max(last.end, end), (*last.citations, one)))
        else:
            found.append(Mark(start, end, (one,)))
    return tuple(found)


def cut(text: str, found: Sequence[Mark]) -> Iterator[tuple[str, Mark | None]]:
    """Yield a text in stretches, with the mark of those that are cited; together they are the text."""
    done = 0
    for one in found:
        if done < one.start:
            yield text[done : one.start], None
        yield text[one.start : one.end], one
        done = one.end
    if done < len(text):
        yield text[done:], None


class Cited(NamedTuple):
    """Who or what is cited, where that leads, and its citations, each with where it leads itself."""

    name: str
    href: str | None
    citations: tuple[tuple[Citation, str | None], ...]


class Mentions:
    """The citations of a saved text, and where each leads."""

    def __init__(self, found: CorpusText, names: Mapping[str, str]) -> None:
        self._text = found.saved.text
        self._citations = found.citations
        self._names = names
        self._sources = {one.url: url_of(one) for one in reversed(found.sources)}
        self._pages = {number: f"/documents/{document}" for number, document in found.leads}

    def paragraphs(self) -> tuple[tuple[Piece, ...], ...]:
        """Return the lines of the text that are not blank, each in pieces."""
        lines: list[list[Piece]] = [[]]
        for stretch, mark in cut(self._text, marks(self._citations, len(self._text))):
            for number, part in enumerate(stretch.split("\n")):
                if number:
                    lines.append([])
                if part:
                    lines[-1].append(self._piece(part, mark))
        return tuple(tuple(line) for line in lines if any(piece.text.strip() for piece in line))

    def _piece(self, text: str, mark: Mark | None) -> Piece:
        if mark is None or not text.strip():
            return Piece(text)
        said = "; ".join(dict.fromkeys(self.said(one) for one in mark.citations))
        leads = max(mark.citations, key=lambda one: (self.href(one) is not None, one.url is not None, one.confidence))
        return Piece(text, said, self.href(leads), text == leads.cited and leads.kind is CitationKind.URL)

    def said(self, one: Citation) -> str:
        """Return what a citation is, and of whom: `agency credit, Prensa Latina`."""
        return f"{CITATIONS[one.kind]}, {self.whose(one)}" if self.whose(one) else CITATIONS[one.kind]

    def whose(self, one: Citation) -> str:
        """Return the name of the outlet that is cited, or nothing."""
        return self._names.get(one.outlet, one.outlet) if one.outlet else ""

    def href(self, one: Citation) -> str | None:
        """Return where a citation leads: the source at its address, the page kept of it, its outlet; or None."""
        if one.url and one.url in self._sources:
            return self._sources[one.url]
        return self._pages.get(one.id) or (outlet_url(one.outlet) if one.outlet else None)

    def listed(self) -> tuple[Cited, ...]:
        """Return whom the text cites, most cited first: outlets, and addresses that are no outlet's."""
        by: dict[str, list[Citation]] = {}
        for one in self._citations:
            by.setdefault(one.outlet or one.url or one.cited, []).append(one)
        return tuple(self._cited(by[key]) for key in sorted(by, key=lambda key: -len(by[key])))

    def _cited(self, citations: Sequence[Citation]) -> Cited:
        first = citations[0]
        href = outlet_url(first.outlet) if first.outlet else self.href(first)
        name = self.whose(first) or first.url or first.cited
        return Cited(name, href, tuple((one, self.href(one)) for one in citations))
