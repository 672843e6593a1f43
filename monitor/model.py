"""The nouns: one frozen dataclass each, one table each, one glossary entry each (ARCHITECTURE.md).

Times are aware UTC datetimes, URLs are `str`, sequences are tuples. `id` is 0 until the store has given one.
"""

from dataclasses import dataclass
from datetime import datetime

from monitor.evidence import Capture as Capture
from monitor.evidence import EvidenceFile as EvidenceFile
from monitor.evidence import Leaf as Leaf
from monitor.evidence import Seal as Seal
from monitor.evidence import Stamp as Stamp
from monitor.evidence import Tombstone as Tombstone
from monitor.kinds import AlarmKind as AlarmKind
from monitor.kinds import AlertAbout as AlertAbout
from monitor.kinds import AlertPace as AlertPace
from monitor.kinds import ChangeKind as ChangeKind
from monitor.kinds import CitationKind as CitationKind
from monitor.kinds import DocumentState as DocumentState
from monitor.kinds import EvidencePolicy as EvidencePolicy
from monitor.kinds import Field as Field
from monitor.kinds import FurniturePart as FurniturePart
from monitor.kinds import LeafKind as LeafKind
from monitor.kinds import NotificationState as NotificationState
from monitor.kinds import Order as Order
from monitor.kinds import Origin as Origin
from monitor.kinds import Outcome as Outcome
from monitor.kinds import Quality as Quality
from monitor.kinds import RemovalCause as RemovalCause
from monitor.kinds import SourceKind as SourceKind
from monitor.kinds import SourceState as SourceState
from monitor.kinds import StampMethod as StampMethod
from monitor.kinds import Standing as Standing
from monitor.kinds import SubscriptionState as SubscriptionState
from monitor.kinds import TokenScope as TokenScope
from monitor.learned import Address as Address
from monitor.learned import Cluster as Cluster
from monitor.learned import Copy as Copy
from monitor.learned import Furniture as Furniture
from monitor.running import Alarm as Alarm
from monitor.running import Worker as Worker
from monitor.telling import Alert as Alert
from monitor.telling import ExportMark as ExportMark
from monitor.telling import Notification as Notification
from monitor.telling import Token as Token


@dataclass(frozen=True, slots=True)
class Outlet:
    """A publisher, keyed by its first registrable domain.

    `names` and `aliases` are written as texts cite them, in every script. An alias in `bare` counts only in a
    dateline, a source line or a credit, since alone it is an ordinary word ("RT", "prensa latina").
    `homes` pairs a BCP 47 language with a URL; `feeds` are hints that discovery tries first.
    """

    key: str
    name: str
    domains: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    homes: tuple[tuple[str, str], ...] = ()
    feeds: tuple[str, ...] = ()
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One URL polled on a schedule. `every_s` is in seconds; with neither `every_s` nor `cron` it is adaptive.

    `headers` are lines ("Name: value") sent to its own host only; they and `proxy` may carry secrets. `ttl_s`, in
    seconds, `skip_hours` (UTC) and `skip_days` (0 is Monday) are what the publisher asks for. `moved_to` is where
    permanent redirects have led since `moved_since`. Of `full_checks` unconditional fetches with news, `lies` were
    such that the server would have denied it by a 304. `silence` says in words that it has been quiet far beyond its
    rhythm. What was read at `read_at`, `holds` articles, still held at `confirmed_at`, by a 304 or the same bytes.
    `evidence` is which responses are kept, `retain_s` for how many seconds, where it has policies of its own. What it
    told of last is known by `items_sha256`, and lies in the capture `told_by`.
    """

    url: str
    kind: SourceKind
    host: str
    id: int = 0
    title: str | None = None
    outlet: str | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()
    every_s: int | None = None
    cron: str | None = None
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    state: SourceState = SourceState.ACTIVE
    state_reason: str | None = None
    verified: bool = True
    added_at: datetime | None = None
    next_check_at: datetime | None = None
    interval_s: int | None = None
    plan_reason: str | None = None
    last_checked_at: datetime | None = None
    last_changed_at: datetime | None = None
    last_outcome: Outcome | None = None
    last_detail: str | None = None
    failures: int = 0
    etag: str | None = None
    last_modified: str | None = None
    body_sha256: str | None = None
    headers: tuple[str, ...] = ()
    proxy: str | None = None
    insecure_tls: bool = False
    ignore_robots: bool = False
    ttl_s: int | None = None
    skip_hours: tuple[int, ...] = ()
    skip_days: tuple[int, ...] = ()
    moved_to: str | None = None
    moved_since: datetime | None = None
    fully_checked_at: datetime | None = None
    full_checks: int = 0
    lies: int = 0
    silence: str | None = None
    read_at: datetime | None = None
    confirmed_at: datetime | None = None
    holds: int | None = None
    evidence: EvidencePolicy | None = None
    retain_s: int | None = None
    items_sha256: str | None = None
    told_by: int | None = None


@dataclass(frozen=True, slots=True)
class Host:
    """Politeness state of one host. `due_at` is when its earliest source or document is due.

    `asked_for_patience` counts its 429 and 503 with Retry-After, `kills` the readings in a row that its pages killed.
    """

    name: str
    due_at: datetime | None = None
    next_allowed_at: datetime | None = None
    delay_s: float | None = None  # set for this host; None follows the configuration
    failures: int = 0
    robots_text: str | None = None
    robots_status: int | None = None
    robots_fetched_at: datetime | None = None
    lease_owner: str | None = None
    lease_until: datetime | None = None
    asked_for_patience: int = 0
    kills: int = 0


@dataclass(frozen=True, slots=True)
class Fetch:
    """One HTTP attempt and its outcome, failures included; append-only."""

    url: str
    outcome: Outcome
    started_at: datetime
    id: int = 0
    source_id: int | None = None
    document_id: int | None = None
    status: int | None = None
    final_url: str | None = None
    elapsed_ms: int = 0
    raw_bytes: int = 0
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """What a source said about an article, with its first and last sighting.

    `date_source` names where `raw_date` stood (pubDate, dc:date, lastmod, ...), `date_flag` what is odd about it
    (future, epoch, ambiguous). `appeared_at` is when it came into the source, as nearly as
    its date and two checks tell.
    """

    source_id: int
    key: str
    url: str
    id: int = 0
    guid: str | None = None
    title: str | None = None
    raw_date: str | None = None
    published_at: datetime | None = None
    first_seen_at: datetime | None = None
    last_seen_at: datetime | None = None
    document_id: int | None = None
    date_source: str | None = None
    date_flag: str | None = None
    appeared_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """The thing at one canonical URL, or one corpus text (whose `url` may be unknown).

    `unlisted_at` is when its source told of it no more, while it still told of older ones. A text not believed yet was
    answered at `doubts` checks in a row since `doubted_since`; `doubted_text` is the fingerprint of the newest.
    """

    id: int
    origin: Origin
    state: DocumentState
    first_seen_at: datetime
    url: str | None = None
    host: str | None = None
    outlet: str | None = None
    language: str | None = None
    title: str | None = None
    source_id: int | None = None
    state_reason: str | None = None
    state_since: datetime | None = None
    published_at: datetime | None = None
    last_checked_at: datetime | None = None
    next_check_at: datetime | None = None
    plan_reason: str | None = None
    revision_id: int | None = None  # the current one
    revision_count: int = 0
    misses: int = 0  # checks in a row that found nothing there
    missed_since: datetime | None = None
    etag: str | None = None
    last_modified: str | None = None
    moved_to: str | None = None
    unlisted_at: datetime | None = None
    doubts: int = 0
    doubted_since: datetime | None = None
    doubted_text: str | None = None


@dataclass(frozen=True, slots=True)
class Revision:
    """One distinct text state of a document, numbered from 1.

    The `..._source` fields name the place a value was read from (h1, json-ld, ...), the `..._zone` fields the offset a
    date was stated with ("+03:00"). `asides` are the lines that the page itself marks as no part of the article.
    `reextracts` is the number of the revision whose bytes this is another reading of.
    """

    document_id: int
    number: int
    origin: Origin
    title: str | None
    text: str
    text_sha256: str  # of the text as stored, hex
    fingerprint: str  # equal for texts that differ in typography only; see core/changes.py
    first_seen_at: datetime
    last_seen_at: datetime
    id: int = 0
    language: str | None = None
    byline: str | None = None
    published_at: datetime | None = None
    published_raw: str | None = None
    modified_at: datetime | None = None
    extractor: str | None = None
    word_count: int = 0
    title_source: str | None = None
    byline_source: str | None = None
    published_source: str | None = None
    published_zone: str | None = None
    modified_raw: str | None = None
    modified_source: str | None = None
    modified_zone: str | None = None
    section: str | None = None
    canonical_url: str | None = None
    asides: tuple[str, ...] = ()
    reextracts: int | None = None


@dataclass(frozen=True, slots=True)
class CorpusFile:
    """A text of the seed corpus. `name` is its file in the mirror, `path` where it was read from.

    `line` is the line of a .jsonl file that holds one text a line, else 0.
    """

    sha256: str
    name: str
    path: str
    size: int
    encoding: str
    imported_at: datetime
    line: int = 0
    id: int = 0
    document_id: int = 0
    revision_id: int = 0


@dataclass(frozen=True, slots=True)
class Change:
    """The step between two revisions, or of state. `significance` is 0 to 1 with its reason in words.

    It fell between `earlier_seen_at`, when the earlier text (or the page) was last seen, and `at`; that text had stood
    for `stood_s` seconds by then. `sightings` counts the checks that saw the new text until it was confirmed.
    `judged_at` is when it was judged anew, by what was learned since.
    """

    kind: ChangeKind
    at: datetime
    id: int = 0
    document_id: int = 0
    from_revision: int | None = None  # revision numbers
    to_revision: int | None = None
    words_added: int = 0
    words_removed: int = 0
    significance: float = 0.0
    reason: str = ""
    words_moved: int = 0
    sentences_added: int = 0
    sentences_removed: int = 0
    sentences_moved: int = 0
    earlier_seen_at: datetime | None = None
    stood_s: int | None = None
    standing: Standing | None = None
    sightings: int = 0
    judged_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A corpus text naming a URL or an outlet; `text[start:end] == cited` in characters. `confidence` is 0 to 1."""

    kind: CitationKind
    cited: str
    start: int
    end: int
    confidence: float
    url: str | None = None
    outlet: str | None = None  # an outlet's key
    id: int = 0
    document_id: int = 0
    revision_id: int = 0


@dataclass(frozen=True, slots=True)
class Subscription:
    """A source whose hub pushes what is new (WebSub). `token` is the secret end of our callback URL.

    `renew_at` is when the hub is to be asked next: again after a failure, or well before `lease_until`.
    """

    source_id: int
    hub: str
    topic: str
    token: str
    secret: str
    state: SubscriptionState
    id: int = 0
    requested_at: datetime | None = None
    lease_until: datetime | None = None
    renew_at: datetime | None = None
    last_push_at: datetime | None = None
    pushes: int = 0
    failures: int = 0
    detail: str | None = None
