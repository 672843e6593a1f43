"""`status`: how the archive is and how it runs, on one screen."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

import typer

from monitor.answers import Stats
from monitor.cli.choices import Json
from monitor.cli.layout import Column
from monitor.cli.outbox import show_rules
from monitor.cli.session import Session, session_of
from monitor.cli.sources import COLUMNS, source_row
from monitor.cli.text import plural
from monitor.cli.times import moment, relative
from monitor.model import Alarm, EvidenceFile, Source
from monitor.running_answers import HealthView
from monitor.telling_answers import AlertView
from monitor.wording import alarmed

if TYPE_CHECKING:
    from monitor import Archive

SHOWN = 10  # alarms, and workers; the rest is counted
WHAT = (Column("what", style="bold"), Column("value", flexible=True, wrap=True))
DAMAGED = (Column("damaged file", style="bold"), Column("what verify found", flexible=True, wrap=True))
ALARMS = (
    Column("alarm", style="bold red"),
    Column("since"),
    Column("what is wrong", flexible=True, wrap=True),
)


@dataclass(frozen=True, slots=True)
class ArchiveStatus:
    """What `status --json` prints: how much is kept and where, how it runs, what is in trouble.

    `sources` counts by health; `trouble` are the first few sources in trouble, `alerts` those with failures.
    """

    stats: Stats
    sources: dict[str, int]
    trouble: tuple[Source, ...]
    alerts: tuple[AlertView, ...] = ()
    health: HealthView = field(kw_only=True)


def status(ctx: typer.Context, json: Json = False) -> None:
    """Tell how the archive is: who is at work, what is in trouble.

    Also how much is kept and where, when a fetch last succeeded, and when the last backup was made.
    `monitor doctor` looks closer, at the machine as well. docs/health.md tells what each alarm means.

    Example: monitor status
    """
    session = session_of(ctx, as_json=json)

    async def work(archive: "Archive") -> ArchiveStatus:
        stats, health, alerts = await archive.stats(), await archive.health.view(), await archive.alerts.every()
        failing = tuple(one for one in alerts if one.failed)
        return ArchiveStatus(stats, health.sources, health.trouble, failing, health=health)

    found = session.ask(work)
    if json:
        return session.screen.json(found)
    session.screen.table(WHAT, list(_lines(found, session.now)))
    _show_alarms(session, found.health.alarms)
    _show_damaged(session, found.stats.damaged)
    if found.alerts:
        session.screen.line()
        show_rules(session.screen, found.alerts)
    _show_sources(session, found)
    return _hint(session, found)


def _show_alarms(session: Session, alarms: tuple[Alarm, ...]) -> None:
    if alarms:
        session.screen.line()
        rows = [(alarmed(one), relative(one.since, session.now), one.detail) for one in alarms[:SHOWN]]
        session.screen.table(ALARMS, rows)
        if len(alarms) > SHOWN:
            session.screen.note(f"and {plural(len(alarms) - SHOWN, 'further alarm')}")


def _show_damaged(session: Session, damaged: tuple[EvidenceFile, ...]) -> None:
    """Show the files that `verify` found a problem with; it tells what to do about each."""
    if damaged:
        session.screen.line()
        session.screen.table(DAMAGED, [(one.name, one.problem) for one in damaged])


def _show_sources(session: Session, found: ArchiveStatus) -> None:
    """Show the first sources in trouble, and how many more there are."""
    if not found.trouble:
        return
    session.screen.line()
    session.screen.table(COLUMNS, [source_row(one, session.now) for one in found.trouble])
    more = sum(found.sources.get(state, 0) for state in ("failing", "silent", "unverified")) - len(found.trouble)
    if more > 0:
        session.screen.note(f"and {more:,} more in trouble; `monitor sources` lists all")


def _hint(session: Session, found: ArchiveStatus) -> None:
    if found.health.alarms:
        session.screen.hint("doctor", "sources")
    elif found.trouble:
        session.screen.hint(f"check {found.trouble[0].id}", f"pause {found.trouble[0].id}")
    elif found.stats.damaged:
        session.screen.hint(f"verify {found.stats.damaged[0].name}")
    elif not found.stats.documents and not found.stats.sources:
        session.screen.hint("import-corpus DIR", "add-source URL")
    else:
        session.screen.hint("documents", "changes --since 24h")


def _lines(found: ArchiveStatus, now: datetime) -> Iterator[tuple[str, str]]:
    stats, health = found.stats, found.health
    yield "daemon", _daemon(health, now)
    when = health.last_success
    yield "last fetch", f"succeeded {relative(min(when, now), now)}" if when else "none succeeded lately"
    if health.due_since is not None:
        yield "waiting", f"{plural(health.due, 'host')}, the first has been due since {moment(health.due_since)} UTC"
    if health.backup_folder:
        yield "last backup", f"{relative(health.last_backup, now) or 'none yet'}, in {health.backup_folder}"
    states = ", ".join(f"{number:,} {state}" for state, number in found.sources.items())
    yield "sources", f"{stats.sources:,}" + (f": {states}" if states else "")
    yield from _kept(stats)


def _daemon(health: HealthView, now: datetime) -> str:
    """Say who works on the archive: each by its name or machine, since when, and how much it visits."""
    if not health.workers:
        return "none is running; `monitor run` starts one"
    each = (
        f"{one.name or one.machine.partition('/')[0]} (process {one.process}, started {relative(one.started_at, now)}, "
        f"visiting {plural(one.hosts, 'host')})"
        for one in health.workers[:SHOWN]
    )
    more = f", and {len(health.workers) - SHOWN:,} more" if len(health.workers) > SHOWN else ""
    return "running: " + ", ".join(each) + more


def _kept(stats: Stats) -> Iterator[tuple[str, str]]:
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
