"""`import-corpus` and `mirror`: texts that are saved already, and the archive's own copy of all texts."""

import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import ImportedText, ImportReport
from monitor.cli.adding import show_added
from monitor.cli.choices import Json
from monitor.cli.layout import Column
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import listed, one_line, plural

if TYPE_CHECKING:
    from monitor import Archive

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
    Column("outlet", wide=100),
    Column("why", flexible=True),
)


def import_corpus(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder of texts, or one file.")],
    add_sources: Annotated[bool, typer.Option("--add-sources", help="Watch the sources that the texts cite.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing, only tell.")] = False,
    json: Json = False,
) -> None:
    """Import saved texts and propose the sources they cite.

    Tells the language, the date, the URLs and the outlets cited of each. Texts that the archive has already are known
    by their content and stay as they are. Each line of a .jsonl file is a text of its own.

    Example: monitor import-corpus ./texts --dry-run
    """
    session = session_of(ctx, as_json=json)

    async def work(archive: "Archive") -> ImportReport:
        with session.screen.progress("reading texts") as progress:
            return await archive.import_corpus(folder, dry_run=dry_run, add_sources=add_sources, progress=progress)

    report = session.ask(work)
    if json:
        return session.screen.json(report)
    _show_texts(session.screen, report, dry_run)
    _show_problems(session.screen, report)
    again = f"{session.screen.program} import-corpus {shlex.quote(str(folder))}"
    _show_proposed(session.screen, report, None if add_sources else again)
    show_added(session.screen, report.added, session.now)
    _hint(session.screen, report)
    return None


def _show_texts(screen: Screen, report: ImportReport, dry_run: bool) -> None:
    screen.table(TEXTS, map(_text_row, report.documents))
    if report.documents:
        screen.line()
    statuses = [text.status for text in report.documents]
    told = [f"{statuses.count(status):,} {status}" for status in ("new", "known", "found") if status in statuses]
    untouched = "; nothing was stored" if dry_run else ""
    screen.line(f"{plural(len(statuses), 'text')}{': ' if told else ''}{', '.join(told)}{untouched}")


def _text_row(text: ImportedText) -> tuple[object, ...]:
    return (
        text.document_id,
        _place(text),
        text.language or "?",
        text.date,
        listed(_bare(citation.url) for citation in text.citations if citation.url),
        listed(citation.outlet for citation in text.citations if citation.outlet),
        text.title,
    )


def _place(text: ImportedText) -> str:
    return Path(text.path).name + (f":{text.line}" if text.line else "")


def _bare(url: str) -> str:
    return url.partition("://")[2] or url


def _show_problems(screen: Screen, report: ImportReport) -> None:
    if report.problems:
        screen.line()
        screen.line(plural(len(report.problems), "problem"))
    for line in problem_lines(report):
        screen.line(line, indent=2)


def problem_lines(report: ImportReport) -> Iterator[str]:
    """Yield what was left out, one line each, with what a person can do."""
    for problem in report.problems:
        hint = f" ({problem.hint})" if problem.hint else ""
        yield one_line(f"{problem.about}: {problem.reason}{hint}")


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


def mirror(
    ctx: typer.Context,
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Write every text again, not only what is missing.")
    ] = False,
) -> None:
    """Write the current texts as plain files.

    They lie in the corpus folder of the data directory, which `monitor status` names; `run` and `tick` keep them up
    to date.

    Example: monitor mirror --rebuild
    """
    session = session_of(ctx)
    settings = session.settings
    written = session.ask(lambda archive: archive.mirror(rebuild=rebuild))
    session.screen.line(f"{plural(written, 'text')} written to {one_line(settings.mirror_dir)}")
    if not written and not rebuild:
        session.screen.hint("mirror --rebuild")
