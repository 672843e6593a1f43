"""The options: one frozen model a section, each field with its default as a person writes it and one line of why.

Once read, durations are `float` seconds and sizes `int` bytes. config.py finds the values, options.py lists them.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from monitor.durations import format_duration
from monitor.forms import (
    Addresses,
    Agent,
    BackupEvidence,
    BackupKeep,
    Channels,
    Contact,
    Count,
    DatabaseUrl,
    DataDir,
    Duration,
    Flag,
    HostCounts,
    HostDurations,
    Keep,
    Ladder,
    Listen,
    LogFormat,
    LogLevel,
    MaybeDuration,
    MaybeFolder,
    MaybeListen,
    MaybePath,
    MaybeUrl,
    MessageTemplate,
    Names,
    Networks,
    Paths,
    PositiveDuration,
    PublicUrl,
    Secret,
    Share,
    Size,
    StoreOptions,
    StoreUrl,
    Urls,
    Whole,
    WorkerName,
)
from monitor.shipped import version


def option(default: object, why: str, **kwargs: Any) -> Any:
    """Declare an option: its default as a person writes it, and one line of why."""
    return Field(default=default, description=why, validate_default=True, **kwargs)


class Section(BaseModel):
    """A table of options."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class DatabaseSettings(Section):
    """Where the archive keeps what it knows."""

    url: DatabaseUrl = option("", "Empty is SQLite in data_dir; postgresql://... for many workers.", repr=False)
    patience: Duration = option("30s", "How long to wait for a database that another process holds.")


class FetchSettings(Section):
    """How pages are asked for: honestly, gently, and with a limit on everything a server can send."""

    contact: Contact = option("", "Your URL or mail address, told to every server; without it, blocks come sooner.")
    user_agent: Agent = option("", "Empty is Monitor/VERSION (+CONTACT).")
    timeout: PositiveDuration = option("60s", "One request with its body, from start to end.")
    min_rate: Whole = option(200, "Bytes a second; a body that drips slower is given up. 0 lets it drip.")
    max_bytes: Size = option("20MB", "Of one body on the wire; more is never read.")
    max_decoded: Size = option("50MB", "Of one body once decompressed: as much as a sitemap may have.")
    compressed: Flag = option(True, "Ask for compressed bodies; false costs traffic, and lets compaction do its work.")
    max_redirects: Whole = option(10, "Longer chains are loops in practice.")
    gap: Duration = option("2s", "Between two requests to one host, from start to start.")
    gap_per_host: HostDurations = option({}, "Hosts that want a gap of their own; subdomains are hosts of their own.")
    in_flight: Count = option(1, "Requests to one host at the same time; their starts still keep the gap.")
    in_flight_per_host: HostCounts = option({}, "Hosts that may be asked more at once, such as mirrors of your own.")
    unconditional: PositiveDuration = option("24h", "How often a source is asked without validators: servers lie.")
    resolve: Addresses = option({}, "Fixed addresses instead of DNS, for tests and mirrors.")
    allow_private: Networks = option([], "Private addresses that may be fetched all the same; none is safest.")
    ca_file: MaybePath = option("", "Further certificate authorities, as PEM; empty trusts those of the system.")
    robots_max_age: PositiveDuration = option("24h", "A copy of robots.txt older than this is fetched again.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.max_decoded < self.max_bytes:
            raise ValueError(f"needs max_bytes ({self.max_bytes}) <= max_decoded ({self.max_decoded})")
        return self


class ScheduleSettings(Section):
    """How often sources are polled: adapted to what they publish, between two bounds."""

    default: PositiveDuration = option("1h", "The first interval, before anything is known of a source.")
    shortest: PositiveDuration = option("5m", "However much a source publishes, no more often than this.")
    longest: PositiveDuration = option("6h", "However quiet a source is; one that fails is slowed to a day.")
    jitter: Share = option(0.1, "Spread of each interval, so that sources do not march in step.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.shortest <= self.default <= self.longest:
            named = (f"{name} ({format_duration(getattr(self, name))})" for name in ("shortest", "default", "longest"))
            raise ValueError(f"needs {' <= '.join(named)}")
        return self


class RecheckSettings(Section):
    """When articles are read again. Most edits come within a day of publication, nearly all within two."""

    ladder: Ladder = option(
        ["20m", "1h", "2h", "3h", "6h", "12h", "24h", "48h", "7d", "30d"],
        "Ages, since first sight, at which an article is checked again; the last step repeats.",
    )
    removal_checks: Count = option(3, "Checks in a row that must miss an article before it is called gone.")
    removal_span: Duration = option(
        "6h",
        "Time these must be spread over: servers say 404 under load. A 410 counts after two in an hour.",
    )
    budget: Count = option(1000, "Checks of articles a host may be asked for in a day; beyond it they come later.")


class ExtractSettings(Section):
    """The processes that read untrusted pages."""

    workers: Count = option(2, "Processes; each reads about ten articles a second and needs 200 MB.")
    deadline: PositiveDuration = option("20s", "A page that takes longer costs its worker, and only this page.")
    memory: Size = option("1GB", "Of one worker; a page that needs more is given up.")


class EvidenceSettings(Section):
    """The bytes kept as evidence, as WARC files in data_dir/evidence."""

    keep: Keep = option("changes", "All in full, only what brought something new (else a revisit), or none.")
    rotate_size: Size = option("1GB", "A file that has grown to this is closed and the next begun.")
    rotate_age: PositiveDuration = option("24h", "And so is a file this old.")
    min_free: Size = option("200MB", "Free space below which nothing more is fetched, so that all is recorded.")
    seal_every: PositiveDuration = option("1m", "How often what was kept is sealed into the chain.")
    verify_every: MaybeDuration = option("30d", "Each file is read again and verified this often; empty is never.")
    verify_rate: Size = option("20MB", "Bytes a second that verifying in the daemon may read.")
    compact: Flag = option(False, "Closed and verified files are compacted per host, to a fraction of their size.")
    compact_after: Duration = option("7d", "How old a closed file is before that.")
    store: StoreUrl = option("", "Closed files go there as well: S3 or alike (docs/storage.md); empty is nowhere.")
    store_options: StoreOptions = option({}, "Of that store: endpoint, region, and keys if need be.", repr=False)
    keep_local: MaybeDuration = option("", "What is safe in the store goes from the disk after this; empty: never.")


class StampSettings(Section):
    """Who attests when the chain of seals was as it is. Nothing is sent anywhere until one is named."""

    authority: MaybeUrl = option("", "An RFC 3161 time-stamping authority; empty is none.")
    authority_certificates: MaybePath = option("", "Its certificates, as PEM, to check its answers by.")
    calendars: Urls = option([], "OpenTimestamps calendars to submit to; none sends nothing.")
    key: MaybePath = option("", "An Ed25519 private key, as PEM, that `monitor stamp --sign` signs with.")
    every: MaybeDuration = option("", "How often the daemon has the newest seal stamped; empty is on demand.")


class RetentionSettings(Section):
    """How long bytes are kept, by what they are; empty is for ever. `monitor retain` does it, and leaves tombstones."""

    robots: MaybeDuration = option("", "Captures of robots.txt.")
    sources: MaybeDuration = option("", "Captures of feeds, sitemaps and listings.")
    unchanged: MaybeDuration = option("", "Captures of articles that brought neither a text nor a state.")
    articles: MaybeDuration = option("", "Captures behind texts; the texts themselves stay.")


class WebSettings(Section):
    """What the daemon serves over HTTP."""

    listen: MaybeListen = option("", "Where it is served, such as 127.0.0.1:8474; empty is off.")
    hosts: Names = option([], "Further names it is asked by, such as that of a proxy before it.")
    public_url: PublicUrl = option("", "Where others reach it, for links in feeds and messages; empty is listen.")
    rate: Count = option(50, "Requests a second of one client, in bursts of ten times as many.")
    time_limit: PositiveDuration = option("10s", "Of one question to the database; beyond it the answer is an error.")


class AlertSettings(Section):
    """Where alerts go. Addresses carry passwords: keep them in the environment or in credentials."""

    channels: Channels = option({}, "Names with addresses, as `monitor alert add --to NAME` uses them.", repr=False)
    webhook_key: Secret = option("", "What webhooks are signed with; without one they are not sent.", repr=False)
    most: Count = option(50, "Changes or documents told of in one message; the rest are counted.")
    tries: Count = option(12, "Before a message is given up; the pauses double, up to six hours.")
    subject: MessageTemplate = option("", "Of messages, with $alert, $what, $headline and the like; empty is ours.")
    body: MessageTemplate = option("", "Of messages, with $items, $rest and the like; empty is ours.")


class CorpusSettings(Section):
    """The texts to start from, and the outlets they cite."""

    outlets: Paths = option([], "Files of further outlets, read after the one that is shipped.")
    max_file: Size = option("10MB", "A corpus file larger than this is refused.")


class DaemonSettings(Section):
    """How `monitor run` paces itself."""

    tick: PositiveDuration = option("1s", "How often it looks for hosts that are due.")
    hosts: Count = option(16, "Hosts visited at once; each is visited by one worker at a time.")
    lease: PositiveDuration = option("10m", "After this a host claimed by a worker that died is free again.")
    clock_file: MaybePath = option("", "A simulated clock; empty is the database's on PostgreSQL, else the machine's.")
    name: WorkerName = option("", "What `monitor workers` calls this daemon; empty is the machine's name.")
    beat: PositiveDuration = option("15s", "How often it says that it lives; silent for four beats it counts as dead.")
    mirror: Flag = option(True, "May keep the mirror of texts as files; of many daemons one does.")


class PushSettings(Section):
    """WebSub: hubs tell what is new, in between polls. Off until the public address is set."""

    public_url: PublicUrl = option("", "Where hubs reach us, such as https://monitor.example/push; empty is off.")
    listen: Listen = option("127.0.0.1:8473", "Where we listen for them; a reverse proxy leads the address here.")
    lease: PositiveDuration = option("7d", "How long a subscription is asked for; it is renewed in time.")


class HealthSettings(Section):
    """When something is wrong with the running of the archive, so that an alarm is raised (docs/health.md)."""

    silence: Flag = option(True, "Outlets that bring nothing new for far longer than is usual with them.")
    fetching_after: PositiveDuration = option("1h", "No fetch has succeeded for so long, although sources are due.")
    extraction_share: Share = option(0.5, "More than this share of the articles of the last hours cannot be read.")
    extraction_least: Count = option(20, "Of how many articles at least, so that a few odd ones are no alarm.")
    extraction_over: PositiveDuration = option("6h", "The hours that are looked at for that.")
    min_free: Size = option("1GB", "Less is free in data_dir; with evidence.min_free nothing is fetched any more.")
    worker_after: PositiveDuration = option("5m", "A daemon gave no sign of life for so long, and did not say goodbye.")
    backup_after: MaybeDuration = option("50h", "The last backup is older, where backups are made; empty is never.")


class BackupSettings(Section):
    """Where `monitor backup` keeps its snapshots, and how many of them."""

    folder: MaybeFolder = option("", "Best on another disk; empty: `monitor backup` has to be told where.")
    evidence: BackupEvidence = option("copy", "Evidence is copied, only listed with its digests, or left out.")
    keep: BackupKeep = option(
        {"daily": 7, "weekly": 4, "monthly": 12},
        "What `monitor backup --prune` leaves: the newest snapshot of each of the last so many days, weeks, months.",
    )


class LogSettings(Section):
    """What is told on standard error."""

    level: LogLevel = option("info", "The least serious event that is told.")
    format: LogFormat = option("auto", "auto is text on a terminal and JSON lines elsewhere.")


class Settings(Section):
    """Every option, checked. Made by `config.load_settings`; in tests, `Settings(data_dir=...)` will do."""

    data_dir: DataDir = option("", "Database, evidence and corpus mirror; empty is the home of your programs' data.")
    database: DatabaseSettings = Field(default_factory=DatabaseSettings)
    fetch: FetchSettings = Field(default_factory=FetchSettings)
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)
    recheck: RecheckSettings = Field(default_factory=RecheckSettings)
    extract: ExtractSettings = Field(default_factory=ExtractSettings)
    evidence: EvidenceSettings = Field(default_factory=EvidenceSettings)
    stamp: StampSettings = Field(default_factory=StampSettings)
    retention: RetentionSettings = Field(default_factory=RetentionSettings)
    corpus: CorpusSettings = Field(default_factory=CorpusSettings)
    daemon: DaemonSettings = Field(default_factory=DaemonSettings)
    push: PushSettings = Field(default_factory=PushSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    alerts: AlertSettings = Field(default_factory=AlertSettings)
    health: HealthSettings = Field(default_factory=HealthSettings)
    backup: BackupSettings = Field(default_factory=BackupSettings)
    log: LogSettings = Field(default_factory=LogSettings)
    _given: Mapping[str, tuple[str, str]] = PrivateAttr(default_factory=dict)  # by key: value as text, origin

    @property
    def database_url(self) -> str:
        """Return the URL that SQLAlchemy opens: SQLite in `data_dir` unless configured, psycopg 3 by name."""
        scheme, _, rest = self.database.url.partition("://")
        if not scheme:
            return f"sqlite:///{quote(str(self.data_dir / 'archive.db'))}"
        return f"postgresql+psycopg://{rest}" if scheme.startswith("postgres") else self.database.url

    @property
    def user_agent(self) -> str:
        """Return how we introduce ourselves to servers: honestly, and how to reach a person if configured."""
        note = f"+{self.fetch.contact}" if self.fetch.contact else "news archive; no contact configured"
        return self.fetch.user_agent or f"Monitor/{version()} ({note})"

    @property
    def evidence_dir(self) -> Path:
        """Return the folder of the WARC files."""
        return self.data_dir / "evidence"

    @property
    def mirror_dir(self) -> Path:
        """Return the folder where the corpus is mirrored as plain files."""
        return self.data_dir / "corpus"
