"""What `doctor` looks at of what is watched and kept: sources, their robots.txt, evidence, and who is told."""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, select

from monitor.app.doctor_database import UNREAD
from monitor.app.examining import Patient, bad, good, skipped, warn
from monitor.core import robots
from monitor.core.robots import RobotsCopy
from monitor.interfaces import Action
from monitor.model import EvidenceFile, SourceState
from monitor.running_answers import Finding
from monitor.store import alerts, files, outbox, sources_health
from monitor.store.schema import host, source
from monitor.wording import counted

NAMED = 5  # of what is wrong; the rest is counted
SOURCES = 2_000  # whose robots.txt is looked at: reading one takes a millisecond
IN_TROUBLE = ("failing", "silent", "unverified")


def sources(patient: Patient) -> Iterator[Finding]:
    """Tell how many sources are in trouble."""
    if not patient.is_readable:
        yield skipped("sources", UNREAD)
        return
    found = patient.ask(sources_health.counts)
    told = ", ".join(f"{number:,} {state}" for state, number in found.items()) or "none are watched yet"
    if any(state in found for state in IN_TROUBLE):
        yield warn("sources", told, "`monitor status` shows the worst; `monitor check SOURCE` explains one")
    else:
        yield good("sources", told)


class _Rules(NamedTuple):
    url: str
    host: str
    copy: RobotsCopy


def robots_texts(patient: Patient) -> Iterator[Finding]:
    """Look for sources that robots.txt keeps us out of, and hosts that do not say."""
    if not patient.is_readable:
        yield skipped("robots.txt", UNREAD)
        return
    asked = [one for one in patient.ask(_rules) if one.copy.fetched_at is not None]
    judged = [(one, robots.judge(one.copy, one.url, patient.settings.user_agent, patient.now)) for one in asked]
    refused = [one.url for one, verdict in judged if verdict.action is Action.REFUSE]
    unreached = sorted({one.host for one, verdict in judged if verdict.action is Action.WAIT})
    if refused:
        yield warn(
            "robots.txt", f"refuses us {_some(refused)}", "ask the outlet for leave, or `monitor remove-source` it"
        )
    if unreached:
        yield warn("robots.txt", f"cannot be had of {_some(unreached)}", "`monitor check SOURCE` tells why")
    if not refused and not unreached:
        yield good("robots.txt", f"lets us in at {counted(len(asked), 'source')} of those that were asked")


def _rules(conn: Connection) -> tuple[_Rules, ...]:
    columns = (source.c.url, host.c.name, host.c.robots_text, host.c.robots_status, host.c.robots_fetched_at)
    minded = (source.c.state == SourceState.ACTIVE) & source.c.ignore_robots.is_(False)
    rows = conn.execute(select(*columns).join_from(source, host).where(minded).order_by(source.c.id).limit(SOURCES))
    return tuple(_Rules(row[0], row[1], RobotsCopy(*row[2:])) for row in rows)


def _some(named: list[str]) -> str:
    more = f" and {len(named) - NAMED:,} more" if len(named) > NAMED else ""
    return ", ".join(named[:NAMED]) + more


def evidence(patient: Patient) -> Iterator[Finding]:
    """Compare the files of evidence that the database knows with those in the folder, by name and size."""
    if not patient.is_readable:
        yield skipped("evidence", UNREAD)
        return
    known = patient.ask(files.every)
    damaged = [one.name for one in known if one.problem is not None]
    if damaged:
        yield bad("evidence", f"damaged: {_some(damaged)}", "`monitor verify` tells what, docs/verify.md what to do")
    here = [one for one in known if one.stored_at is None and one.committed_length]
    missing = [one for one in here if not _is_there(patient, one)]
    if missing and patient.settings.database.url:
        told = f"{counted(len(missing), 'file')} of {len(known):,} are not in {patient.settings.evidence_dir}"
        yield warn("evidence", told, "those of other workers lie with them: `monitor verify` there, docs/storage.md")
    elif missing:
        named = _some([one.name for one in missing])
        yield bad("evidence", f"missing or too short: {named}", "put them back, or restore a backup: docs/backup.md")
    if not damaged and not missing:
        yield good("evidence", f"{counted(len(known), 'file')}, each as long as the database says")


def _is_there(patient: Patient, one: EvidenceFile) -> bool:
    from monitor.edges.warc_walk import find_file

    path = find_file(patient.settings.evidence_dir, one.name)
    return path is not None and path.stat().st_size >= one.committed_length


def alert_channels(patient: Patient) -> Iterator[Finding]:
    """Look for alerts that do not get through, and channels that are not configured any more."""
    if not patient.is_readable:
        yield skipped("alerts", UNREAD)
        return
    rules, figures = patient.ask(alerts.every), patient.ask(outbox.summaries)
    well = True
    for rule in rules:
        gone = [one for one in rule.channels if one not in patient.settings.alerts.channels]
        if gone:
            well = False
            told = f"{rule.name} is told to {', '.join(gone)}, which alerts.channels does not name"
            yield bad("alerts", told, "name it there, or remove the alert")
        if rule.id in figures and figures[rule.id].failed:
            well = False
            told = f"{counted(figures[rule.id].failed, 'message')} of {rule.name} did not get through"
            yield warn("alerts", told, f"`monitor alert show {rule.name}` tells why")
    if well:
        yield good("alerts", f"{counted(len(rules), 'rule')}, nothing was given up")
