"""`status`, `config`, `outlets`: the archive itself, its settings, and whom it knows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import typer

from monitor.answers import Stats
from monitor.cli.choices import Json
from monitor.cli.health import health
from monitor.cli.layout import Column
from monitor.cli.outbox import show_rules
from monitor.cli.session import Session, session_of
from monitor.cli.sources import COLUMNS, counted, source_row
from monitor.cli.text import listed, plural
from monitor.model import EvidenceFile, Outlet, Source
from monitor.telling_answers import AlertView

if TYPE_CHECKING:
    from monitor import Archive

TROUBLE = ("failing", "silent", "unverified")
SETTINGS = (Column("option", style="bold"), Column("value", flexible=True), Column("from", flexible=True))
DAMAGED = (Column("damaged file", style="bold"), Column("what verify found", flexible=True, wrap=True))
OUTLETS = (
    Column("key", style="bold"),
    Column("name", flexible=True),
    Column("languages", at_most=20),
    Column("home", flexible=True),
    Column("also called", flexible=True, wide=110),
)


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """What `status --json` prints: how much is kept and where, the sources in trouble, the alerts with failures."""

    stats: Stats
    sources: dict[str, int]
    trouble: tuple[Source, ...]
    alerts: tuple[AlertView, ...] = ()


def status(ctx: typer.Context, json: Json = False) -> None:
    """Tell how much is kept and where, and what is in trouble.

    Example: monitor status
    """
    session = session_of(ctx, as_json=json)

    async def work(archive: "Archive") -> tuple[Stats, tuple[Source, ...], tuple[AlertView, ...]]:
        return await archive.stats(), await archive.sources(), await archive.alerts.every()

    stats, sources, alerts = session.ask(work)
    failing = tuple(one for one in alerts if one.failed)
    trouble = tuple(one for one in sources if health(one) in TROUBLE)
    if json:
        return session.screen.json(ArchiveStatus(stats, counted(sources), trouble, failing))
    session.screen.table(
        (Column("what", style="bold"), Column("value", flexible=True, wrap=True)), list(_lines(stats, sources))
    )
    _show_damaged(session, stats.damaged)
    if failing:
        session.screen.line()
        show_rules(session.screen, failing)
    if trouble:
        session.screen.line()
        session.screen.table(COLUMNS, [source_row(one, session.now) for one in trouble])
        session.screen.hint(f"check {trouble[0].id}", f"pause {trouble[0].id}")
    elif stats.damaged:
        session.screen.hint(f"verify {stats.damaged[0].name}")
    elif not stats.documents and not sources:
        session.screen.hint("import-corpus DIR", "add-source URL")
    else:
        session.screen.hint("documents", "changes --since 24h")
    return None


def _show_damaged(session: Session, damaged: tuple[EvidenceFile, ...]) -> None:
    """Show the files that `verify` found a problem with; it tells what to do about each."""
    if damaged:
        session.screen.line()
        session.screen.table(DAMAGED, [(one.name, one.problem) for one in damaged])


def _lines(stats: Stats, sources: tuple[Source, ...]) -> Iterator[tuple[str, str]]:
    states = ", ".join(f"{number:,} {state}" for state, number in counted(sources).items())
    yield "sources", f"{stats.sources:,}" + (f": {states}" if states else "")
    yield "documents", f"{stats.documents:,}, of them {plural(stats.corpus_documents, 'saved text')}"
    yield "revisions", f"{stats.revisions:,}"
    yield "changes", f"{stats.changes:,}"
    removed = f", and {stats.removed:,} removed for good" if stats.removed else ""
    yield "captures", f"{stats.captures:,}{removed}"
    if stats.damaged:
        yield "damaged", plural(len(stats.damaged), "evidence file")
    yield "database", stats.database
    yield "evidence", stats.evidence_dir
    yield "mirror", stats.mirror_dir


def config(ctx: typer.Context, json: Json = False) -> None:
    """Print every option and where its value came from.

    Warnings go to standard error. docs/configuration.md tells what each option does.

    Example: monitor config --json
    """
    from monitor.config import explain, warnings

    session = session_of(ctx, as_json=json)
    origins, warned = explain(session.settings), warnings(session.settings)
    if json:
        return session.screen.json({"settings": origins, "warnings": warned})
    session.screen.table(SETTINGS, [(one.key, one.value, one.origin) for one in origins])
    for sentence in warned:
        session.screen.note(f"warning: {sentence}")
    return None


def outlets(ctx: typer.Context, json: Json = False) -> None:
    """List the outlets known by name.

    They come from the shipped list and from the files that corpus.outlets names.

    Example: monitor outlets
    """
    session = session_of(ctx, as_json=json)
    known = session.ask(_outlets) if session.has_archive else _without_archive(session)
    if json:
        return session.screen.json(known)
    session.screen.table(OUTLETS, map(_outlet_row, known))
    if known:
        session.screen.hint(f"documents --outlet {known[0].key}")
    return None


def _without_archive(session: Session) -> tuple[Outlet, ...]:
    """Return the outlets where no archive is yet, and leave none behind."""
    with TemporaryDirectory(prefix="monitor-") as folder:
        return replace(session, overrides=session.overrides | {"data_dir": folder}).ask(_outlets, begins=True)


async def _outlets(archive: "Archive") -> tuple[Outlet, ...]:
    return archive.outlets


def _outlet_row(one: Outlet) -> tuple[object, ...]:
    home = one.homes[0][1] if one.homes else ""
    return one.key, one.name, " ".join(one.languages), home, listed((*one.aliases, *one.bare))
