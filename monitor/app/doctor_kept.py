"""What `doctor` looks at of what is watched and kept: sources, their robots.txt, evidence, and who is told."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from time import monotonic
from typing import NamedTuple

from sqlalchemy import Connection, select

from monitor.app.examining import Patient, bad, good, skipped, warn
from monitor.core import robots
from monitor.core.robots import RobotsCopy
from monitor.core.symptoms import rounded
from monitor.interfaces import Action
from monitor.model import EvidenceFile, SourceState
from monitor.running_answers import Finding
from monitor.sizes import format_size
from monitor.store import alerts, files, outbox, sources_health
from monitor.store.schema import host, source
from monitor.wording import counted, some

LATE = timedelta(hours=6)  # for a file that is closed to be stored: pauses while the store is away are an hour
NAMED = 5  # of what is wrong; the rest is counted
FEW = 20  # rows read at a time
SOURCES = 2_000  # whose robots.txt is looked at
LOOK_S = 10.0  # for that: reading one takes a millisecond, a very long one a tenth of a second
IN_TROUBLE = ("failing", "silent", "unverified")


def sources(patient: Patient) -> Iterator[Finding]:
    """Tell how many sources are in trouble."""
    if not patient.is_readable:
        yield skipped("sources", patient.unread)
        return
    found = patient.ask(sources_health.counts)
    told = ", ".join(f"{number:,} {state}" for state, number in found.items()) or "none are watched yet"
    if any(state in found for state in IN_TROUBLE):
        yield warn("sources", told, "`monitor status` shows the worst; `monitor check SOURCE` explains one")
    else:
        yield good("sources", told)


class _Judged(NamedTuple):
    url: str
    host: str
    action: Action


def robots_texts(patient: Patient) -> Iterator[Finding]:
    """Look for sources that robots.txt keeps us out of, and hosts that do not say."""
    if not patient.is_readable:
        yield skipped("robots.txt", patient.unread)
        return
    judged = patient.ask(_judged, patient.settings.user_agent, patient.now)
    refused = [one.url for one in judged if one.action is Action.REFUSE]
    unreached = sorted({one.host for one in judged if one.action is Action.WAIT})
    if refused:
        told = f"refuses us {some(refused, NAMED)}"
        yield warn("robots.txt", told, "ask the outlet for leave, or `monitor remove-source` it")
    if unreached:
        yield warn("robots.txt", f"cannot be had of {some(unreached, NAMED)}", "`monitor check SOURCE` tells why")
    if not refused and not unreached:
        yield good("robots.txt", f"lets us in at {counted(len(judged), 'source')} of those that were asked")


def _judged(conn: Connection, user_agent: str, now: datetime) -> list[_Judged]:
    """Judge by the copies of robots.txt that the hosts have; some are half a megabyte, so few are held at a time."""
    columns = (source.c.url, host.c.name, host.c.robots_text, host.c.robots_status, host.c.robots_fetched_at)
    minded = (source.c.state == SourceState.ACTIVE) & source.c.ignore_robots.is_(False)
    which = minded & host.c.robots_fetched_at.is_not(None)
    statement = select(*columns).join_from(source, host).where(which).order_by(source.c.host, source.c.id)
    rows = conn.execute(statement.limit(SOURCES).execution_options(yield_per=FEW))
    ends, found = monotonic() + LOOK_S, list[_Judged]()
    for url, name, *copy in rows:
        found.append(_Judged(url, name, robots.judge(RobotsCopy(*copy), url, user_agent, now).action))
        if monotonic() > ends:
            break
    return found


def evidence(patient: Patient) -> Iterator[Finding]:
    """Compare the files of evidence that the database knows with those in the folder, by name and size."""
    if not patient.is_readable:
        yield skipped("evidence", patient.unread)
        return
    known = patient.ask(files.every)
    damaged = [one.name for one in known if one.problem is not None]
    if damaged:
        told = f"damaged: {some(damaged, NAMED)}"
        yield bad("evidence", told, "`monitor verify` tells what, docs/verify.md what to do")
    here = [one for one in known if one.stored_at is None and one.committed_length]
    missing = [one for one in here if not _is_there(patient, one)]
    if missing and patient.settings.database.url:
        told = f"{counted(len(missing), 'file')} of {len(known):,} are not in {patient.settings.evidence_dir}"
        yield warn("evidence", told, "those of other workers lie with them: `monitor verify` there, docs/storage.md")
    elif missing:
        named = some([one.name for one in missing], NAMED)
        yield bad("evidence", f"missing or too short: {named}", "put them back, or restore a backup: docs/backup.md")
    if not damaged and not missing:
        yield good("evidence", f"{counted(len(known), 'file')}, each as long as the database says")
    if patient.settings.evidence.store:
        yield _unstored(patient)


def _unstored(patient: Patient) -> Finding:
    """Tell how much waits for the object store: for no longer than it takes until a file is closed and stored."""
    amount, oldest = patient.ask(files.amount_unstored), patient.ask(files.oldest_unstored)
    told = f"{counted(amount.files, 'file')} ({format_size(amount.bytes)}) not yet in the object store"
    late = timedelta(seconds=patient.settings.evidence.rotate_age) + LATE
    if oldest is None or patient.now - oldest <= late:
        return good("evidence", told)
    told += f", the oldest for {rounded(patient.now - oldest)}"
    return warn("evidence", told, "`monitor store` says why; is a daemon at work? docs/storage.md")


def _is_there(patient: Patient, one: EvidenceFile) -> bool:
    from monitor.edges.warc_walk import find_file

    path = find_file(patient.settings.evidence_dir, one.name)
    return path is not None and path.stat().st_size >= one.committed_length


def alert_channels(patient: Patient) -> Iterator[Finding]:
    """Look for alerts that do not get through, and channels that are not configured any more."""
    if not patient.is_readable:
        yield skipped("alerts", patient.unread)
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
