"""What is asked of the archive and what it answers; `--json` prints the answers field by field."""

from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Literal, TypeVar

from monitor.interfaces import Candidate
from monitor.model import (
    Address,
    Capture,
    Change,
    Citation,
    Cluster,
    Copy,
    CorpusFile,
    Document,
    DocumentState,
    Entry,
    EvidenceFile,
    EvidencePolicy,
    Fetch,
    Field,
    Host,
    Origin,
    Outcome,
    Revision,
    Source,
    SourceKind,
    Subscription,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some of what was asked for; `next` asks for what follows, and is None at the end. It means nothing to others."""

    items: tuple[T, ...]
    next: str | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """`field:a,b` of a query: it holds where one of the values does, and with `denied` where none does.

    Values are what the field is compared with: keys of outlets, numbers of sources, primary language tags, words of
    enumerations, times.
    """

    field: Field
    values: tuple[str | int | datetime, ...]
    denied: bool = False


@dataclass(frozen=True, slots=True)
class DocumentFilter:
    """Which documents; every field that is None lets all through, and every condition has to hold.

    `since` and `until` are of the first sight, `changed_since` wants a change since then, `cites` is the key of an
    outlet that a saved text cites. A primary language tag (es) lets its regions (es-419) through.
    """

    outlet: str | None = None
    source_id: int | None = None
    language: str | None = None
    origin: Origin | None = None
    state: DocumentState | None = None
    since: datetime | None = None
    changed_since: datetime | None = None
    limit: int = 50
    until: datetime | None = None
    cites: str | None = None
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class DocumentView:
    """Everything kept about one document; `corpus_files` are the saved files behind it."""

    document: Document
    revisions: tuple[Revision, ...]
    changes: tuple[Change, ...]
    captures: tuple[Capture, ...]
    fetches: tuple[Fetch, ...]
    entries: tuple[Entry, ...]
    citations: tuple[Citation, ...]
    corpus_files: tuple[CorpusFile, ...]
    addresses: tuple[Address, ...] = ()
    cluster: "ClusterView | None" = None


@dataclass(frozen=True, slots=True)
class SourceView:
    """Everything kept about one source: its host's manners, how its fetches ended and how often, the newest of them.

    `articles` counts what it told of. Secrets (header values, passwords) are masked.
    """

    source: Source
    host: Host
    articles: int
    outcomes: tuple[tuple[Outcome, int], ...]
    fetches: tuple[Fetch, ...]
    subscription: Subscription | None = None


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change and the document it happened to. `seen` counts the checks that saw the new text, this one included.

    `last_seen_at` is the newest of them. `headlines` are those before and after, where they differ.
    """

    change: Change
    document: Document
    seen: int = 0
    last_seen_at: datetime | None = None
    headlines: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that both have, or only one: deleted from the first, inserted by the second.

    `op` is equal, delete or insert. A passage that was moved is deleted in one place and inserted in another, both with
    the same number in `move`.
    """

    op: Literal["equal", "insert", "delete"]
    text: str
    move: int | None = None


@dataclass(frozen=True, slots=True)
class DiffView:
    """Two texts and the words between them: two revisions of `document`, or one of it and one of `other`.

    `left_out` are the lines that were not compared, each with the reason; `reason` is why the step from one to the
    other matters, where it is a change on record.
    """

    document: Document
    before: Revision
    after: Revision
    title: tuple[Segment, ...]
    text: tuple[Segment, ...]
    other: Document | None = None
    left_out: tuple[tuple[str, str], ...] = ()
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class CopyView:
    """A document of a cluster: since when it is known to have had the text, and what it altered.

    `had_at` is its date of publication, or else when it was first seen (`dated` says which). `words_added` and
    `words_removed` are against the text of the cluster's first document.
    """

    copy: Copy
    document: Document
    revision: int
    had_at: datetime
    dated: bool
    words: int
    words_added: int
    words_removed: int


@dataclass(frozen=True, slots=True)
class ClusterView:
    """The documents that are copies of each other, who had it first, first; of `size` many the first 50."""

    cluster: Cluster
    copies: tuple[CopyView, ...]
    size: int


@dataclass(frozen=True, slots=True)
class ReextractReport:
    """What came of reading stored captures again: how many gave the same text, another one, or none.

    `changes` are those that another extractor made; `missing` captures could not be read from the evidence.
    `extractor` is the present one, without what depends on the page.
    """

    extractor: str
    documents: int
    captures: int
    same: int
    different: int
    unreadable: int
    missing: int
    changes: tuple[ChangeView, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchHit:
    """A document that a query found: an excerpt, and where in the excerpt the words stand (character spans).

    `title_spans` say the same of the title of that revision; `revision` is 0 for a document that was not read yet.
    """

    document: Document
    revision: int
    rank: float
    excerpt: str
    spans: tuple[tuple[int, int], ...]
    title_spans: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ImportedText:
    """One text of a corpus folder. `status` is new, known, or found (a dry run); `date` is ISO, `--MM-DD` without year.

    `url` is the address that the text states as its own.
    """

    path: str
    line: int
    status: str
    sha256: str
    encoding: str
    title: str | None
    language: str | None
    date: str | None
    url: str | None
    citations: tuple[Citation, ...]
    name: str | None = None
    document_id: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out, and why; `hint` says what a person can do."""

    about: str
    reason: str
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ProposedSource:
    """A source that the corpus cites; `cited` counts the citations that lead to it."""

    url: str
    reason: str
    cited: int
    outlet: str | None = None
    language: str | None = None
    kind: SourceKind | None = None


@dataclass(frozen=True, slots=True)
class SourceOptions:
    """What the operator says of a source; whatever is None is found out. `include` and `exclude` are patterns of URLs.

    `every_s` is in seconds; `cron` is a crontab line in UTC. `force` keeps a source that cannot be reached. `headers`
    are lines ("Name: value") for its own host, `proxy` an http:// URL. `retain_s`, in seconds, is how long captures of
    it and of its articles are kept.
    """

    kind: SourceKind | None = None
    every_s: int | None = None
    cron: str | None = None
    outlet: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    force: bool = False
    headers: tuple[str, ...] = ()
    proxy: str | None = None
    insecure_tls: bool = False
    ignore_robots: bool = False
    evidence: EvidencePolicy | None = None
    retain_s: int | None = None


@dataclass(frozen=True, slots=True)
class AddReport:
    """What came of adding one URL. `status` is added, known, unverified, refused or found (a dry run).

    `candidates` are the other sources that the page offers, best first.
    """

    asked: str
    status: str
    reason: str
    source: Source | None = None
    candidates: tuple[Candidate, ...] = ()
    hint: str | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came of importing a corpus folder."""

    documents: tuple[ImportedText, ...]
    problems: tuple[Problem, ...]
    sources: tuple[ProposedSource, ...]
    added: tuple[AddReport, ...] = ()


@dataclass(frozen=True, slots=True)
class VisitReport:
    """One source polled or one document checked: what came of it, and every decision in words."""

    what: str  # source or document
    id: int
    url: str
    outcome: Outcome | None
    steps: tuple[str, ...]
    heard_of: int = 0  # new articles told of
    revision: int | None = None  # number of a new revision
    change: Change | None = None
    title: str | None = None
    turn: tuple[str, str] | None = None  # what became of a source (moved, paused, silent), and why or from where
    until: datetime | None = None  # when it is tried again, where its host kept us back


@dataclass(frozen=True, slots=True)
class TickReport:
    """One round: when it was as of, and what it visited."""

    at: datetime
    visits: tuple[VisitReport, ...]


@dataclass(frozen=True, slots=True)
class Stats:
    """How much is kept, and where. `removed` captures were removed for good; `damaged` files have a known problem."""

    sources: int
    documents: int
    corpus_documents: int
    revisions: int
    changes: int
    captures: int
    database: str
    evidence_dir: str
    mirror_dir: str
    removed: int = 0
    damaged: tuple[EvidenceFile, ...] = ()
