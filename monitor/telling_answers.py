"""What the archive answers of alerts, tokens, exports and SQL; `--json` prints these field by field."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model import (
    Address,
    Alert,
    Capture,
    Change,
    Citation,
    Copy,
    CorpusFile,
    Document,
    Entry,
    Fetch,
    Notification,
    Revision,
    Token,
)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made, with its secret, which is told once and never again."""

    token: Token
    secret: str


@dataclass(frozen=True, slots=True)
class AlertView:
    """An alert and its outbox in figures; `next_try_at` is when the earliest of those waiting is tried.

    `last_detail` is what was last said of a message that did not go through. `newest` are the newest of the outbox,
    where one alert is asked for.
    """

    alert: Alert
    waiting: int
    sent: int
    failed: int
    next_try_at: datetime | None = None
    last_detail: str | None = None
    newest: tuple[Notification, ...] = ()


@dataclass(frozen=True, slots=True)
class Delivery:
    """What came of sending one message to one channel; `detail` says why it failed, or that it was a test."""

    alert: str
    channel: str
    message_id: str
    notifications: int
    sent: bool
    detail: str | None = None


class TableFormat(StrEnum):
    """The forms of an export of texts and changes (evidence has its own)."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"
    TEXT = "text"  # a folder of plain texts, laid out as the corpus mirror is
    DIFFS = "diffs"  # unified diffs of every change
    ATOM = "atom"
    OPML = "opml"  # of sources


@dataclass(frozen=True, slots=True)
class TableReport:
    """What was written: rows (documents, changes, sources, or files of texts) and bytes, all in all.

    `mark` names how far `--since last` has come.
    """

    path: str
    format: TableFormat
    rows: int
    bytes: int
    mark: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentLine:
    """A line of an export as JSONL: a document with everything kept about it. `copy` is its place in a cluster.

    `version` grows when a field gets another meaning, and not when one is added.
    """

    version: int = 1
    document: Document
    revisions: tuple[Revision, ...]
    changes: tuple[Change, ...]
    captures: tuple[Capture, ...]
    fetches: tuple[Fetch, ...]
    entries: tuple[Entry, ...]
    citations: tuple[Citation, ...]
    corpus_files: tuple[CorpusFile, ...]
    addresses: tuple[Address, ...]
    copy: Copy | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeLine:
    """A line of an export of changes as JSONL: what a ChangeView has, and the `version` of the line."""

    version: int = 1
    change: Change
    document: Document
    seen: int
    last_seen_at: datetime | None
    headlines: tuple[str, str] | None


@dataclass(frozen=True, slots=True)
class SqlAnswer:
    """The rows that a statement found; `cut` says that there are more than were asked for.

    Values are text, numbers, bytes or None: times are text (`2026-11-16T06:00:00.000000Z`) on both databases.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]
    cut: bool = False


@dataclass(frozen=True, slots=True)
class SqlTable:
    """A table or view that can be asked in SQL, and its columns; those that hold secrets are left out."""

    name: str
    columns: tuple[str, ...]
    is_view: bool
