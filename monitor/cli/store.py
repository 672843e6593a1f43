"""`store`: put closed evidence files into the object store now, as the daemon does by itself."""

from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.choices import Json
from monitor.cli.screen import Screen
from monitor.cli.session import session_of
from monitor.cli.text import one_line, plural
from monitor.cli.times import moment
from monitor.errors import EvidenceError
from monitor.running_answers import StoreReport, Waiting
from monitor.sizes import format_size

if TYPE_CHECKING:
    from monitor import Archive


def store(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Store nothing, only tell how much waits.")] = False,
    json: Json = False,
) -> None:
    """Put closed evidence files into the object store.

    Into the one that evidence.store names. Each file is verified first and read back afterwards, and no object is ever
    written over. What was replaced or removed is taken out of the store, and what is there for longer than
    evidence.keep_local goes from the disk. The daemon does all of this by itself; run it by hand to see that a new
    store works, or before a machine goes. Ends with 6 when the store cannot be reached, or a file cannot be stored.
    docs/storage.md has the whole.

    Example: monitor store --dry-run
    """
    session = session_of(ctx, as_json=json)
    if dry_run:
        waiting = session.ask(lambda archive: archive.custody.stored())
        return session.screen.json(waiting) if json else _show_waiting(session.screen, waiting)

    async def work(archive: "Archive") -> StoreReport:
        with session.screen.progress("storing", sizes=True) as progress:
            return await archive.custody.store(progress=progress)

    report = session.ask(work)
    if json:
        session.screen.json(report)
    else:
        _show(session.screen, report)
    if report.notes:
        raise EvidenceError(
            f"{plural(len(report.notes), 'thing')} could not be done", hint="docs/storage.md says what to do"
        )
    return None


def _show(screen: Screen, report: StoreReport) -> None:
    for note in report.notes:
        screen.line(one_line(note))
    parts = [f"{plural(len(report.stored), 'file')} stored ({format_size(report.bytes)})"]
    parts += [f"{plural(len(report.removed), 'file')} taken out"] if report.removed else []
    parts += [f"{plural(len(report.released), 'file')} let go from the disk"] if report.released else []
    screen.line(f"{report.store}: {', '.join(parts)}")


def _show_waiting(screen: Screen, told: Waiting) -> None:
    if told.store is None:
        screen.note("no object store is configured (evidence.store): all evidence lies in the folders of the machines")
    screen.line(f"stored: {plural(told.stored_files, 'file')} ({format_size(told.stored_bytes)})")
    since = f", the oldest ended {moment(told.oldest)}" if told.oldest else ""
    size = format_size(told.waiting_bytes)
    screen.line(f"not stored yet, those being written included: {plural(told.waiting_files, 'file')} ({size}){since}")
