"""What is read for an export and how it is written down: a form for documents, a form for changes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from monitor.answers import ChangeView
from monitor.app.context import Context
from monitor.app.export_atom import about_export
from monitor.app.export_request import Plan, Request
from monitor.app.export_text import read_texts
from monitor.app.revising import compared
from monitor.core import atom
from monitor.core.changes import TextState
from monitor.core.csv_cells import BOM, csv_line
from monitor.core.export_fields import OF_CHANGES, OF_TEXTS, TextRow, names, values
from monitor.core.json_lines import json_line
from monitor.core.patches import patch_of
from monitor.store import export_rows
from monitor.telling_answers import ChangeLine, TableFormat

Read = Callable[[Connection, Sequence[Any]], Sequence[Any]]
Step = tuple[ChangeView, TextState, TextState]


@dataclass(frozen=True, slots=True)
class Lines:
    """A form that is written line by line: its beginning, a row, its end. A row that is "" is none."""

    head: str
    row: Callable[[Any], str]
    tail: str = ""


def reader(ctx: Context, request: Request) -> Read:
    """Return what reads the rows of a form: of numbers of documents, or of changes."""
    if request.changes:
        return _steps(ctx) if request.form is TableFormat.DIFFS else _as_they_are
    if request.form is TableFormat.JSONL:
        return export_rows.lines
    return read_texts if request.form is TableFormat.TEXT else export_rows.text_rows


def _as_they_are(_conn: Connection, views: Sequence[ChangeView]) -> Sequence[ChangeView]:
    return views


def _steps(ctx: Context) -> Read:
    def read(conn: Connection, views: Sequence[ChangeView]) -> list[Step]:
        edits = [view for view in views if view.change.from_revision and view.change.to_revision]
        texts = export_rows.texts_between(conn, edits)
        found = []
        for view in edits:
            step, about = view.change, view.document
            before = texts.get((about.id, step.from_revision or 0))
            after = texts.get((about.id, step.to_revision or 0))
            if before and after:
                found.append((view, compared(ctx.registry, about, before), compared(ctx.registry, about, after)))
        return found

    return read


def lines_of(ctx: Context, request: Request, plan: Plan, *, for_people: bool) -> Lines:
    """Return how a form is written. CSV for people begins with a mark by which spreadsheets know UTF-8."""
    if request.form is TableFormat.JSONL:
        return Lines("", _change_line if request.changes else json_line)
    if request.form is TableFormat.CSV:
        columns = OF_CHANGES if request.changes else OF_TEXTS
        head = csv_line(names(columns))
        return Lines(BOM + head if for_people else head, lambda row: csv_line(values(columns, row)))
    if request.form is TableFormat.DIFFS:
        return Lines("", lambda step: patch_of(*step))
    about = about_export(ctx.settings, _title(request), plan.at)
    if request.changes:
        return Lines(atom.head(about), lambda view: atom.entry(view, about), atom.TAIL)
    return Lines(atom.head(about), lambda row: _document_entry(row, about), atom.TAIL)


def _document_entry(row: TextRow, about: atom.FeedAbout) -> str:
    return atom.entry(row.document, about)


def _change_line(view: ChangeView) -> str:
    line = ChangeLine(
        change=view.change,
        document=view.document,
        seen=view.seen,
        last_seen_at=view.last_seen_at,
        headlines=view.headlines,
    )
    return json_line(line)


def _title(request: Request) -> str:
    what = "Changes" if request.changes else "Documents"
    return f"{what}: {request.query}" if request.query else what
