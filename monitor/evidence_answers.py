"""What the archive answers about its evidence (app/custody.py); `--json` prints these field by field."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.model import Capture, Document, Revision, Seal, Stamp, StampMethod


@dataclass(frozen=True, slots=True)
class Selection:
    """Which captures: those for which everything given holds. `documents` are numbers or URLs, times are captures'."""

    documents: tuple[int | str, ...] = ()
    source_id: int | None = None
    outlet: str | None = None
    cluster_of: int | str | None = None  # a document; all that are copies of it
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: with what (a file, a record, a row), where, and what, in words.

    `kind` is a constant word that scripts may compare; `offset` is in bytes of the file.
    """

    kind: str
    what: str
    detail: str
    offset: int | None = None
    capture_id: int | None = None
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class VerifyReport:
    """What `verify` read and found. `skipped` files were read lately, the first of them `skipped_since`."""

    files: int
    skipped: int
    records: int
    bytes: int
    captures: int
    texts: int  # revisions that were extracted again from their bytes
    seals: int
    faults: tuple[Fault, ...]
    notes: tuple[str, ...] = ()
    finished: bool = True
    skipped_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class SealView:
    """A seal with what was said of it."""

    seal: Seal
    stamps: tuple[Stamp, ...] = ()


@dataclass(frozen=True, slots=True)
class StampReport:
    """What came of stamping a seal: the stamp, the files written, and what is still to be done.

    `problem` is why it was not stamped, `notes` are what is odd about a stamp that was made. `new` is whether the stamp
    was made, or told more, just now.
    """

    seal: Seal
    method: StampMethod
    stamp: Stamp | None = None
    files: tuple[str, ...] = ()
    detail: str = ""
    problem: str | None = None
    notes: tuple[str, ...] = ()
    new: bool = False


class StampVerdict(StrEnum):
    """How far a stamp could be checked here, without asking anybody."""

    GOOD = "good"
    UNCHECKED = "unchecked"  # nothing is wrong with it, but whom to trust, or a block's header, is not given
    WAITING = "waiting"  # for an answer, or for Bitcoin
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class StampCheck:
    """What a stored stamp proves: the seal was there `at` that time; a signature says no time."""

    seal: Seal
    stamp: Stamp
    verdict: StampVerdict
    detail: str
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ProofReport:
    """A bundle that proves a revision to others: where it is, what is in it, and what it proves.

    `seal` is the one that its part of the chain ends with. `left_out` says which records are damaged or missing.
    """

    path: str
    document: Document
    revision: Revision
    captures: tuple[Capture, ...]
    seal: Seal
    stamps: tuple[Stamp, ...]
    files: tuple[str, ...]
    proves: tuple[str, ...]
    left_out: tuple[str, ...] = ()


class ExportFormat(StrEnum):
    """What captures are exported as."""

    WARC = "warc"
    WACZ = "wacz"
    CDXJ = "cdxj"


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was exported; `left_out` are captures whose bytes are missing or damaged, and why.

    `brought` captures were not selected: a revisit that was refers to them. `in_use` are files that an index names with
    their `.open`, which they will lose.
    """

    path: str
    format: ExportFormat
    captures: int
    records: int
    documents: int
    bytes: int
    left_out: tuple[Fault, ...] = ()
    brought: int = 0
    in_use: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """What came of one WARC or WACZ file. `repeated` records were in the archive before.

    `revisions` new texts of documents, `earlier` of them older than what was known before. `redacted` captures are of
    documents that were removed for good, and stay out.
    """

    file: str
    records: int
    kept: int
    repeated: int
    passed_over: int  # of kinds that are no captures: warcinfo, metadata, requests without a response
    documents: int
    new_documents: int
    revisions: int
    earlier: int
    faults: tuple[Fault, ...] = ()
    into: str | None = None  # the evidence file that holds the records now
    further: tuple[str, ...] = ()  # evidence files after that one, where it was full
    redacted: int = 0


@dataclass(frozen=True, slots=True)
class CompactedFile:
    """What came of compacting the records of a host into one file."""

    name: str
    host: str
    records: int
    bytes_before: int
    bytes_after: int
    dictionary_bytes: int


@dataclass(frozen=True, slots=True)
class CompactReport:
    """What was compacted, which originals were replaced, and what was left alone and why.

    `waiting` files are not `least_age_s` seconds old yet, the first of them at `due_at`. `notes` tell what was left
    over from before and done first. Not `finished` where it was interrupted.
    """

    made: tuple[CompactedFile, ...]
    replaced: tuple[str, ...]
    left: tuple[str, ...] = ()
    waiting: int = 0
    least_age_s: float = 0.0
    due_at: datetime | None = None
    notes: tuple[str, ...] = ()
    finished: bool = True


@dataclass(frozen=True, slots=True)
class Removal:
    """One capture or text that goes, or would."""

    what: str  # the kind of retention it falls under, or "redaction"
    url: str | None
    captured_at: datetime | None
    bytes: int
    capture_id: int | None = None
    revision_id: int | None = None
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class RemovalKind:
    """How much goes of one kind of retention, and from when the oldest and the newest of it is."""

    kind: str
    captures: int
    bytes: int
    oldest: datetime
    newest: datetime


@dataclass(frozen=True, slots=True)
class RemovalReport:
    """What was removed, or would be: captures, texts, and the evidence files written anew without them.

    Of a redaction `removals` are all; of retention they are examples, the oldest of each of the `kinds`. `bytes` are
    those of the records as they lie in their files. `document` is what a redaction would remove, in a rehearsal.
    """

    captures: int
    revisions: int
    bytes: int
    files: tuple[str, ...]
    removals: tuple[Removal, ...]
    dry_run: bool
    notes: tuple[str, ...] = ()
    kinds: tuple[RemovalKind, ...] = ()
    document: Document | None = None


@dataclass(frozen=True, slots=True)
class Memento:
    """A capture of a URL that can be shown (RFC 7089): the state of the page at that time.

    `alone` says whether no other capture of that URL is of the same second.
    """

    url: str
    at: datetime
    capture_id: int
    status: int | None
    media_type: str | None
    alone: bool = True


@dataclass(frozen=True, slots=True)
class MementoAmong:
    """A memento among the others of its URL: the first, the last, and its neighbours."""

    memento: Memento
    first: Memento
    last: Memento
    previous: Memento | None
    following: Memento | None


@dataclass(frozen=True, slots=True)
class TimeMap:
    """Mementos of a URL in the order of time, at least one; `following` is where the rest begins, None without any.

    `first` and `last` are of all that there are.
    """

    mementos: tuple[Memento, ...]
    first: Memento
    last: Memento
    following: Memento | None


class BodyMark(StrEnum):
    """Why the body of a memento is not, or not quite, what the server sent then."""

    TRUNCATED = "truncated"  # only the beginning was kept
    SAME_READING = "same-reading"  # other bytes came, and whoever read them found nothing new; these are the earlier
    CODED = "coded"  # its content coding could not be undone: the bytes are as they were sent


@dataclass(frozen=True, slots=True)
class MementoBody:
    """The bytes of a memento with its headers, decoded unless `marks` say otherwise, and where it stands."""

    among: MementoAmong
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    marks: tuple[BodyMark, ...] = ()

    @property
    def memento(self) -> Memento:
        """Return which memento it is."""
        return self.among.memento
