"""`check`: visit a source or a document now, and explain every decision."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import VisitReport
from monitor.cli.choices import Json
from monitor.cli.inputs import number_or_text
from monitor.cli.session import session_of
from monitor.cli.visits import show_visit
from monitor.errors import MonitorError, UsageError
from monitor.model import SourceState
from monitor.progress import Progress

if TYPE_CHECKING:
    from monitor import Archive

Reports = tuple[VisitReport, ...]


def check(
    ctx: typer.Context,
    source: Annotated[
        str | None, typer.Argument(metavar="SOURCE", help="Its number, its URL, or a part of it only it has.")
    ] = None,
    documents: Annotated[bool, typer.Option("--documents", help="Read all it ever told of, not only the new.")] = False,
    document: Annotated[
        str | None, typer.Option("--document", metavar="ID", help="Read this document again instead: number or URL.")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Every active source.")] = False,
    json: Json = False,
) -> None:
    """Poll a source or read a document now, and explain.

    Prints each decision in order. Politeness holds: a host that was asked a moment ago, or whose robots.txt forbids
    it, is not asked. With --all, a host that another process is visiting is told of at the end and the others are
    checked.

    Example: monitor check 3 --documents
    """
    session = session_of(ctx, as_json=json)
    if sum((source is not None, document is not None, every)) != 1:
        raise UsageError("name one thing to check", hint="a SOURCE, or --document ID, or --all")

    named = number_or_text(source) if source is not None else None
    page = number_or_text(document) if document is not None else None

    async def work(archive: "Archive") -> tuple[Reports, list[MonitorError]]:
        with session.screen.progress("reading") as progress:
            if page is not None:
                return (await archive.check_document(page),), []
            if named is not None:
                return await archive.check(named, documents=documents, progress=progress), []
            return await _check_all(archive, documents, progress)

    reports, failed = session.ask(work)
    if json:
        session.screen.json(reports)
    else:
        for report in reports:
            show_visit(session.screen, report)
        session.screen.hint(*_next(reports))
    if failed:
        raise MonitorError("; ".join(map(str, failed)), hint="check them again in a moment")


async def _check_all(
    archive: "Archive", documents: bool, progress: Progress | None
) -> tuple[Reports, list[MonitorError]]:
    reports: list[VisitReport] = []
    failed: list[MonitorError] = []
    active = [one for one in await archive.sources() if one.state is SourceState.ACTIVE]
    for number, one in enumerate(active, start=1):
        try:
            reports += await archive.check(one.id, documents=documents)
        except MonitorError as error:  # the others are checked all the same; the caller tells of it
            failed.append(error)
        if progress:
            progress(number, len(active))
    return tuple(reports), failed


def _next(reports: Reports) -> tuple[str, ...]:
    changed = [report.id for report in reports if report.what == "document" and report.change]
    read = [report.id for report in reports if report.what == "document"]
    if changed:
        return (f"diff {changed[0]}",)
    return (f"show {read[0]}",) if read else ("documents",)
