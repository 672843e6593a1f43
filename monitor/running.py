"""The nouns of a running archive: who works on it, and what is wrong with it. Import them from `model`."""

from dataclasses import dataclass
from datetime import datetime

from monitor.kinds import AlarmKind


@dataclass(frozen=True, slots=True)
class Worker:
    """A running daemon. `owner` names it in leases; `beat_at` is its last sign of life, by the database's clock.

    `folder` is the evidence folder that it writes to. `visits` and `fetches` count since it started; `stopped_at` is
    when it said goodbye. One that did not, and has given no sign for long, is dead.
    """

    owner: str
    machine: str
    process: int
    version: str
    started_at: datetime
    beat_at: datetime
    id: int = 0
    name: str = ""
    folder: str | None = None
    hosts: int = 0  # that it visits now
    visits: int = 0
    fetches: int = 0
    stopped_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that is wrong with the running of the archive, from when it was seen until it had ended.

    `subject` is whom it is about: the key of an outlet, the name of a worker, a folder; empty for the whole archive.
    """

    kind: AlarmKind
    subject: str
    since: datetime
    detail: str
    id: int = 0
    ended_at: datetime | None = None
