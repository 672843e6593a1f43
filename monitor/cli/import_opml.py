"""`import-opml`: watch the sources of an OPML file, of a feed reader or of another archive."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.answers import AddReport
from monitor.cli.adding import refuse, show_added
from monitor.cli.choices import Json
from monitor.cli.inputs import filled, read_file
from monitor.cli.session import session_of

if TYPE_CHECKING:
    from monitor import Archive


def import_opml(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="An OPML file; - is standard input.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell what would be watched.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Keep what cannot be reached, and try on schedule.")] = False,
    trust: Annotated[
        bool, typer.Option("--trust", help="Let it name proxies, and have certificates or robots.txt ignored.")
    ] = False,
    json: Json = False,
) -> None:
    """Watch the sources of an OPML file.

    Sources that `monitor export FILE.opml` wrote come back as they were, with their interval, patterns and outlet, and
    nobody is asked; headers and passwords are never in such a file, and what makes us less careful needs --trust. Those
    of other programs are asked as `add-source` asks. What is watched already stays as it is. Ends with 7 when a URL was
    refused; the others are added all the same.

    Example: monitor import-opml feeds.opml --dry-run
    """
    session = session_of(ctx, as_json=json)
    name = filled(file, "the name of the file")
    data = read_file(name, "name an OPML file, or - for standard input")

    async def work(archive: "Archive") -> tuple[AddReport, ...]:
        with session.screen.progress("importing") as progress:
            return await archive.exports.import_opml(
                data, name, trust=trust, force=force, dry_run=dry_run, progress=progress
            )

    reports = session.ask(work, begins=True)
    if json:
        session.screen.json(reports)
    else:
        show_added(session.screen, reports, session.now)
        session.screen.hint("sources")
    refuse([report for report in reports if report.status == "refused"], len(reports))
