"""`import-corpus`: texts that are saved already, and the sources they cite."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import ImportedText, ImportReport
from monitor.cli.adding import refuse, show_added
from monitor.cli.choices import Json
from monitor.cli.inputs import filled
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import listed, one_line, plural, writable
from monitor.errors import MonitorError

if TYPE_CHECKING:
    from monitor import Archive

MOST = 50  # texts that are listed without --all
TEXTS = (
    Column("id", right=True, style="bold"),
    Column("document", at_most=24),
    Column("lang"),
    Column("date"),
    Column("cited urls", flexible=True),
    Column("cited outlets", flexible=True),
    Column("title", flexible=True, wide=120),
)
PROPOSED = (
    Column("cited", right=True),
    Column("source", flexible=True, style="bold"),
    Column("outlet", at_most=24),
    Column("why", flexible=True),
)


def import_corpus(
    ctx: typer.Context,
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A folder of texts, or one file.")],
    add_sources: Annotated[bool, typer.Option("--add-sources", help="Watch the sources that the texts cite.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing, only tell.")] = False,
    every: Annotated[bool, typer.Option("--all", help="List every text, however many.")] = False,
    json: Json = False,
) -> None:
    """Import saved texts and propose the sources they cite.

    Tells the language, the date, the URLs and the outlets cited of each. Texts that the archive has already are known
    by their content and stay as they are. Each line of a .jsonl file is a text of its own. Of more than 50 texts the
    first 50 new ones are listed. Ends with 1 when no text could be read, and with 7 when a source was refused.

    Example: monitor import-corpus ./texts --dry-run
    """
    session = session_of(ctx, as_json=json)
    place = Path(filled(folder, "the folder"))

    async def work(archive: "Archive") -> ImportReport:
        with session.screen.progress("reading texts") as progress:
            return await archive.import_corpus(place, dry_run=dry_run, add_sources=add_sources, progress=progress)

    report = session.ask(work, begins=True)
    if json:
        session.screen.json(report)
    else:
        _show_texts(session.screen, report, place, len(report.documents) if every else MOST)
        _show_sum(session.screen, report, dry_run)
        _show_problems(session.screen, report, place)
        again = f"{session.screen.program} import-corpus {shlex.quote(str(place))}"
        _show_proposed(session.screen, report, None if add_sources else again)
        show_added(session.screen, report.added, session.now)
        _hint(session.screen, report)
    if not report.documents:
        raise MonitorError(f"{place}: no text could be read", hint="read are .txt, .md, .html and .jsonl files")
    refuse([one for one in report.added if one.status == "refused"], len(report.added))


def _show_texts(screen: Screen, report: ImportReport, folder: Path, most: int) -> None:
    """Show the texts; of more than `most` only the first new ones, and how many are left out."""
    texts = report.documents
    few = len(texts) <= most
    shown = texts if few else [text for text in texts if text.status != "known"][:most]
    screen.table(TEXTS, [_text_row(text, folder) for text in shown])
    if shown:
        screen.line()
    if not few:
        screen.line(f"{plural(len(texts) - len(shown), 'more text')} not listed; --all lists every one")


def _show_sum(screen: Screen, report: ImportReport, dry_run: bool) -> None:
    statuses = [text.status for text in report.documents]
    told = [f"{statuses.count(status):,} {status}" for status in ("new", "known", "found") if status in statuses]
    untouched = "; nothing was stored" if dry_run else ""
    screen.line(f"{plural(len(statuses), 'text')}{': ' if told else ''}{', '.join(told)}{untouched}")


def _text_row(text: ImportedText, folder: Path) -> tuple[object, ...]:
    return (
        text.document_id,
        _within(folder, text.path) + (f":{text.line}" if text.line else ""),
        text.language or "?",
        text.date,
        listed(_bare(citation.url) for citation in text.citations if citation.url),
        listed(citation.outlet for citation in text.citations if citation.outlet),
        text.title,
    )


def _within(folder: Path, path: str) -> str:
    """Return where a file lies in the folder that was imported, just its name where that is the file."""
    file, root = Path(writable(path)), Path(writable(str(folder)))
    inside = file.relative_to(root) if file.is_relative_to(root) else file
    return str(inside) if inside.name else file.name


def _bare(url: str) -> str:
    return url.partition("://")[2] or url


def _show_problems(screen: Screen, report: ImportReport, folder: Path) -> None:
    if report.problems:
        screen.line()
        screen.line(plural(len(report.problems), "problem"))
    for line in problem_lines(report, folder):
        screen.line(line, indent=2)


def problem_lines(report: ImportReport, folder: Path) -> Iterator[str]:
    """Yield what was left out, one line each, with what a person can do; the file is named once."""
    for problem in report.problems:
        hint = f" ({problem.hint})" if problem.hint else ""
        reason = problem.reason.removeprefix(f"{problem.about}: ").removeprefix(f"{Path(problem.about).name}: ")
        yield one_line(f"{_within(folder, problem.about)}: {reason}{hint}")


def _show_proposed(screen: Screen, report: ImportReport, again: str | None) -> None:
    if not report.sources:
        return
    screen.line()
    screen.line(f"{plural(len(report.sources), 'source')} proposed")
    screen.table(PROPOSED, [(one.cited, one.url, one.outlet, one.reason) for one in report.sources], indent=2)
    if again:
        screen.line(f"to watch them: {again} --add-sources; one of them: {screen.program} add-source URL")
    else:
        screen.line()


def _hint(screen: Screen, report: ImportReport) -> None:
    stored = [text.document_id for text in report.documents if text.document_id]
    screen.hint(*([f"show {stored[0]}"] if stored else []), "sources" if report.added else "documents")
