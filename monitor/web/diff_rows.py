"""Lay a comparison out: as one text with its changes, or as two texts side by side; what is the same is folded."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from monitor.answers import Segment

CONTEXT = 1  # unchanged paragraphs shown on each side of a change
FOLD = 3  # fewer in a row are not worth folding


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one paragraph. `anchor` names it where it is one end of a move, `other_end` is where it leads."""

    op: Literal["equal", "insert", "delete"]
    text: str
    move: int | None = None
    anchor: str | None = None
    other_end: str | None = None


Paragraph = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that stand beside each other; of an unchanged one both sides are the same."""

    before: tuple[Paragraph, ...]
    after: tuple[Paragraph, ...]

    @property
    def same(self) -> bool:
        """Tell whether nothing changed in it."""
        return all(piece.op == "equal" for one in (*self.before, *self.after) for piece in one)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Rows in a row; those of a folded one are unchanged."""

    rows: tuple[Row, ...]
    folded: bool = False


def inline(segments: Iterable[Segment]) -> tuple[Stretch, ...]:
    """Return the paragraphs of both texts as one, each row with the same on both sides."""
    rows = [Row((one,), (one,)) for one in _paragraphs(_pieces(segments))]
    return _folded(rows)


def side_by_side(segments: Iterable[Segment]) -> tuple[Stretch, ...]:
    """Return rows of paragraphs: a row ends where a paragraph ends in both texts."""
    rows: list[Row] = []
    before, after = _Side(), _Side()
    for piece in _pieces(segments):
        sides = {"equal": (before, after), "delete": (before,), "insert": (after,)}[piece.op]
        for number, line in enumerate(piece.text.split("\n")):
            if number:
                for side in sides:
                    side.end_paragraph()
                if not (before.open or after.open):
                    rows += _rows(before.taken(), after.taken())
            part = replace(piece, text=line)
            for side in sides:
                side.add(part)
            piece = replace(piece, anchor=None, other_end=None) if line else piece
    for side in (before, after):
        side.end_paragraph()
    return _folded([*rows, *_rows(before.taken(), after.taken())])


class _Side:
    """One of two texts, as far as it was laid out: paragraphs that ended, and the one that is open."""

    def __init__(self) -> None:
        self.ended: list[Paragraph] = []
        self.open: list[Piece] = []

    def add(self, piece: Piece) -> None:
        if piece.text:
            self.open.append(piece)

    def end_paragraph(self) -> None:
        if self.open:
            self.ended.append(tuple(self.open))
            self.open = []

    def taken(self) -> list[Paragraph]:
        """Return what ended, and forget it."""
        ended, self.ended = self.ended, []
        return ended


def _rows(before: list[Paragraph], after: list[Paragraph]) -> list[Row]:
    """Return a row of what differs, with unchanged paragraphs before and after it as rows of their own."""
    head: list[Row] = []
    while before and after and before[0] == after[0]:
        head.append(Row((before.pop(0),), (after.pop(0),)))
    tail: list[Row] = []
    while before and after and before[-1] == after[-1]:
        tail.insert(0, Row((before.pop(),), (after.pop(),)))
    return [*head, *([Row(tuple(before), tuple(after))] if before or after else []), *tail]


def _pieces(segments: Iterable[Segment]) -> Iterator[Piece]:
    """Yield the segments; the first of each end of a move is named, and leads to the other."""
    told: set[str] = set()
    for one in segments:
        here, there = ("away", "come") if one.op == "delete" else ("come", "away")
        anchor = f"{here}-{one.move}" if one.move is not None and one.text.strip() else None
        first = anchor is not None and anchor not in told
        told |= {anchor} if anchor else set()
        ends = (anchor, f"{there}-{one.move}") if first else (None, None)
        yield Piece(one.op, one.text, one.move, *ends)


def _paragraphs(pieces: Iterable[Piece]) -> Iterator[Paragraph]:
    """Yield the paragraphs; a piece that goes over several is a piece of each, named in the first."""
    inside: list[Piece] = []
    for piece in pieces:
        for number, line in enumerate(piece.text.split("\n")):
            if number and inside:
                yield tuple(inside)
                inside = []
            if line:
                inside.append(replace(piece, text=line))
                piece = replace(piece, anchor=None, other_end=None)
    if inside:
        yield tuple(inside)


def _folded(rows: Sequence[Row]) -> tuple[Stretch, ...]:
    """Fold what is far from any change."""
    changed = [at for at, row in enumerate(rows) if not row.same]
    near = {at for one in changed for at in range(one - CONTEXT, one + CONTEXT + 1)}
    stretches: list[Stretch] = []
    start = 0
    for at in range(1, len(rows) + 1):
        if at < len(rows) and (at in near) == (start in near):
            continue
        run = tuple(rows[start:at])
        stretches.append(Stretch(run, folded=bool(changed) and start not in near and len(run) >= FOLD))
        start = at
    return tuple(stretches)
