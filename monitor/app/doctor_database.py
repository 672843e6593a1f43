"""What `doctor` looks at of the database and of the work on it: schema, integrity, clock, workers, alarms."""

import zlib
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from itertools import chain

from sqlalchemy import Connection, select

from monitor.app.examining import Patient, bad, good, skipped, warn
from monitor.core import symptoms as signs
from monitor.core.alarming import Condition
from monitor.model import Capture
from monitor.running_answers import Finding
from monitor.store import alarms as alarms_store
from monitor.store import alarms_workers, dialects
from monitor.store.figures import quick_check
from monitor.store.schema import SCHEMA, capture
from monitor.store.types import noun
from monitor.wording import alarmed

LINES = 10  # of damage
CLOCKS = 20  # answers of servers that are looked at
FORGOTTEN = timedelta(days=7)  # after which nobody asks for a dead worker any more
OFF, FAR_OFF = timedelta(minutes=2), timedelta(minutes=10)
HEAD = 65_536  # bytes of a record in which the head of an answer is
SIMULATED = "daemon.clock_file is set: the time is simulated"


def version(patient: Patient) -> Iterator[Finding]:
    """Look whether there is an archive, and of which schema."""
    shown = dialects.shown(patient.settings.database_url)
    if patient.trouble is not None:
        yield bad("database", str(patient.trouble), patient.trouble.hint or "is it running, and database.url right?")
    elif patient.engine is None or patient.is_empty:
        yield _none_there(patient, shown)
    elif patient.schema is None:
        yield bad("database", f"{shown} holds tables that are no archive", "point database.url at an empty database")
    elif patient.schema == SCHEMA:
        yield good("database", f"{shown}, schema {SCHEMA}")
    elif patient.schema < SCHEMA:
        yield bad("database", f"{shown} has the schema {patient.schema}; {SCHEMA} is needed", "`monitor migrate`")
    else:
        told = f"{shown} has the schema {patient.schema}, and this program knows {SCHEMA}"
        yield bad("database", told, "upgrade monitor: a newer one wrote this archive")


def _none_there(patient: Patient, shown: str) -> Finding:
    """Tell an archive that is still to begin from one whose database is gone: that one's evidence is left."""
    folder = patient.settings.evidence_dir
    if any(folder.glob("*.warc*")):
        told = f"there is no archive in {shown}, although its evidence is in {folder}"
        return bad("database", told, f"is its disk mounted, and database.url right? Else {_RESTORE}")
    return warn("database", f"there is no archive yet: {shown}", "`monitor add-source URL` begins one")


def integrity(patient: Patient) -> Iterator[Finding]:
    """Have the database look for damage."""
    if patient.engine is None or not patient.is_readable:
        yield skipped("integrity", patient.unread)
        return
    if not patient.deep:
        damage = patient.ask(quick_check, LINES)
        if damage is None:
            yield skipped("integrity", "PostgreSQL has no quick check; --deep looks through its indexes")
        elif not damage:
            yield good("integrity", "SQLite finds no damage; --deep compares the indexes as well")
        yield from (bad("integrity", line, _RESTORE) for line in damage or ())
        return
    found = patient.ask(dialects.integrity, LINES)
    yield from (bad("integrity", line, _RESTORE) for line in found.damage)
    if found.unindexed:
        told = f"{len(found.unindexed)} texts or more cannot be found by search"
        yield bad("integrity", told, "`monitor verify` tells which")
    yield from (skipped("integrity", note) for note in found.notes)
    if not found.damage and not found.unindexed:
        yield good("integrity", "no damage: tables, indexes and full text agree")


_RESTORE = "stop the daemon, keep a copy of what is there, and restore a backup: docs/backup.md"


def clock(patient: Patient) -> Iterator[Finding]:
    """Compare the clock with the database's, and with what servers said of the time as they were fetched."""
    if not patient.is_readable:
        yield skipped("clock", patient.unread)
        return
    if patient.settings.daemon.clock_file:
        yield skipped("clock", SIMULATED)
        return
    said = patient.ask(dialects.present)
    if said is not None:
        yield judged_clock(abs(said - patient.now), "the database's")
    found = [*chain.from_iterable(_offs(patient, one) for one in patient.ask(_newest))]
    if found:
        yield judged_clock(abs(sorted(found)[len(found) // 2]), f"those of {len(found)} servers fetched lately")
    elif said is None:
        yield skipped("clock", "no answer of a server is kept that says the time; --network asks a few")


def judged_clock(off: timedelta, whose: str) -> Finding:
    """Judge how far this clock is from another's."""
    told = f"this clock and {whose} differ by {off.total_seconds():.0f} s"
    if off > FAR_OFF:
        return bad("clock", told, "set the clock; `timedatectl set-ntp true` keeps it right")
    return warn("clock", told, "is time synchronised here (NTP)?") if off > OFF else good("clock", told)


def _newest(conn: Connection) -> tuple[Capture, ...]:
    which = (capture.c.record_type == "response") & capture.c.removed_at.is_(None)
    newest = conn.execute(select(capture).where(which).order_by(capture.c.id.desc()).limit(CLOCKS)).mappings()
    return tuple(noun(Capture, row) for row in newest)


def _offs(patient: Patient, one: Capture) -> Iterator[timedelta]:
    """Yield how far a server's clock was from ours, as far as its answer can be read here and says so."""
    from monitor.edges.warc_walk import find_file

    path = find_file(patient.settings.evidence_dir, one.file)
    if path is None or not one.file.endswith(".gz"):
        return
    try:
        with path.open("rb") as stream:
            stream.seek(one.offset)
            head = zlib.decompressobj(wbits=31).decompress(stream.read(min(one.length, HEAD)), HEAD)
    except (OSError, zlib.error):
        return  # `verify` says so; here the others are asked
    answer = dict(_fields(head.partition(b"\r\n\r\n")[2].partition(b"\r\n\r\n")[0]))
    if (at := _date(answer.get("date", ""))) is not None:
        yield at + _kept(answer.get("age", "")) - one.captured_at


def _fields(head: bytes) -> Iterator[tuple[str, str]]:
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(":")
        yield name.strip().lower(), value.strip()


def _kept(age: str) -> timedelta:
    """Return for how long a cache on the way had kept an answer, whose date is that of its making (RFC 9111, 5.1)."""
    return timedelta(seconds=int(age)) if age.isascii() and age.isdecimal() and len(age) < 8 else timedelta(0)


def _date(text: str) -> datetime | None:
    try:
        at = parsedate_to_datetime(text.strip())
    except ValueError:
        return None
    return at if at.tzinfo else None


def workers(patient: Patient) -> Iterator[Finding]:
    """Look whether a daemon is at work, and whether one went without a word."""
    if not patient.is_readable:
        yield skipped("workers", patient.unread)
        return
    after = timedelta(seconds=patient.settings.health.worker_after)
    known = patient.ask(alarms_workers.lately, patient.now - FORGOTTEN)
    silent = [one.detail for one in signs.alive(known, patient.now, after) if one.condition is Condition.WRONG]
    yield from (warn("workers", detail, "it did not say goodbye: its log tells why") for detail in silent)
    alive = [one for one in known if one.stopped_at is None and patient.now - one.beat_at <= after]
    if alive:
        named = ", ".join(f"{one.name or one.machine.partition('/')[0]} (process {one.process})" for one in alive)
        yield good("workers", f"at work: {named}")
    else:
        yield warn("workers", "no daemon is at work", "`monitor run`, or `monitor service install`")


def alarms(patient: Patient) -> Iterator[Finding]:
    """Tell the alarms that are open."""
    if not patient.is_readable:
        yield skipped("alarms", patient.unread)
        return
    found = patient.ask(alarms_store.open_ones)
    yield from (warn("alarms", f"{alarmed(one)}: {one.detail}", _ALARM) for one in found)
    if not found:
        yield good("alarms", "none is open")


_ALARM = "docs/health.md tells what each alarm means, and what to do"
