"""What a running archive answers of its health, its workers, its backups and its upgrades; `--json` prints these."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model import Alarm, Worker


class Grade(StrEnum):
    """How well one thing is."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"
    SKIPPED = "skipped"  # could not be asked here; `detail` says why


@dataclass(frozen=True, slots=True)
class Finding:
    """What `doctor` found of one thing; `advice` is what to do about it, where it is not good."""

    about: str
    grade: Grade
    detail: str
    advice: str | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the archive does its work now: what `/readyz` says. `reasons` are why not, in words."""

    ready: bool
    reasons: tuple[str, ...]
    alarms: tuple[Alarm, ...] = ()


@dataclass(frozen=True, slots=True)
class WorkerView:
    """A worker as `monitor workers` shows it: `state` is working, stopped or dead; `leases` are hosts it holds."""

    worker: Worker
    state: str
    leases: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One backup: what it holds and what it took. Sizes in bytes; `added_bytes` is what it added to the folder."""

    name: str
    made_at: datetime
    schema: str
    database: str  # sqlite or postgresql
    rows: int
    evidence: str  # copied, referenced or none
    files: int
    bytes: int
    added_bytes: int
    verified_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What `restore` put in place; `problems` are what the snapshot lacks, such as evidence only referred to."""

    snapshot: Snapshot
    database: str
    evidence_files: int
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MigrationStep:
    """One migration that an archive lacks, and what it does in a sentence."""

    revision: str
    title: str


@dataclass(frozen=True, slots=True)
class MigrationReport:
    """What `migrate` did, or would do; `backup` is where the archive was copied to before."""

    database: str
    before: str | None
    after: str
    steps: tuple[MigrationStep, ...]
    done: bool
    backup: str | None = None


@dataclass(frozen=True, slots=True)
class TableMove:
    """One table moved to another database: its rows, and the digest that both sides agree on."""

    table: str
    rows: int
    sha256: str


@dataclass(frozen=True, slots=True)
class MoveReport:
    """What `migrate-to` moved, table by table, each proved equal."""

    before: str
    after: str
    tables: tuple[TableMove, ...]


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """What `service install` or `uninstall` did: files written, changed or removed, and the commands to run next."""

    files: tuple[str, ...]
    commands: tuple[str, ...]
    problems: tuple[str, ...]
