"""What a running archive answers of its health, its workers, its backups and its upgrades; `--json` prints these."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model import Alarm, Source, Worker


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
    problems: tuple[str, ...] = ()  # evidence that could not be taken along, and why


@dataclass(frozen=True, slots=True)
class BackupCheck:
    """What reading a backup again found: of how many snapshots, pieces and bytes (uncompressed), and what is damaged.

    What is damaged was set aside, so that the next backup stores it anew where the archive still has it.
    """

    snapshots: int
    pieces: int
    bytes: int
    damaged: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PruneReport:
    """Which snapshots were kept and which were let go, by name; `freed_bytes` is what that freed on the disk."""

    kept: tuple[str, ...]
    removed: tuple[str, ...]
    pieces: int
    freed_bytes: int


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
    """What `migrate` did, or would do; `backup` is where the archive was copied to before.

    `size` is of the database and `free` of its disk, in bytes. `rehearsed`: all of it was done, and undone.
    """

    database: str
    before: str | None
    after: str
    steps: tuple[MigrationStep, ...]
    done: bool
    backup: str | None = None
    size: int | None = None
    free: int | None = None
    rehearsed: bool = False


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
    texts: int = 0  # revisions that were indexed for search
    done: bool = True
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceReport:
    """What `service install` or `uninstall` did: files written or removed, and the commands to run next.

    `left` are files that were as they should be already, or that somebody edited: `problems` says which.
    """

    files: tuple[str, ...]
    commands: tuple[str, ...]
    problems: tuple[str, ...]
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HealthView:
    """How the archive runs: sources by how they are doing, the worst of them, what is wrong, who works, what was last.

    `sources` counts by ok, new, failing, silent, unverified and paused. `workers` are the daemons that gave a sign of
    life lately. `due` are hosts that wait to be visited, the first of them since `due_since`.
    """

    sources: dict[str, int]
    trouble: tuple[Source, ...]
    alarms: tuple[Alarm, ...]
    workers: tuple[Worker, ...]
    due: int
    due_since: datetime | None
    last_success: datetime | None
    backup_folder: str | None = None
    last_backup: datetime | None = None


@dataclass(frozen=True, slots=True)
class StoreReport:
    """What `store` did: files put into the object store and their bytes, taken out of it, and let go from the disk."""

    store: str
    stored: tuple[str, ...]
    bytes: int
    removed: tuple[str, ...]
    released: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much of the evidence is safe in the object store and how much not yet, files being written included.

    `oldest` is when the last record was kept in that file which waits longest. Without a store all of it waits.
    """

    store: str | None
    stored_files: int
    stored_bytes: int
    waiting_files: int
    waiting_bytes: int
    oldest: datetime | None
