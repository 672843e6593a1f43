"""The tables: one a noun. A public interface: text enums, sortable UTC times, no pickles.

`SCHEMA` names the migration that makes exactly these tables; a test compares the two. Import every table from here.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Computed,
    Float,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from monitor.model import (
    ChangeKind,
    DocumentState,
    EvidencePolicy,
    Origin,
    Outcome,
    SourceKind,
    SourceState,
    Standing,
    SubscriptionState,
)
from monitor.store.schema_corpus import citation as citation
from monitor.store.schema_corpus import corpus_bytes as corpus_bytes
from monitor.store.schema_corpus import corpus_file as corpus_file
from monitor.store.schema_evidence import capture as capture
from monitor.store.schema_evidence import evidence_file as evidence_file
from monitor.store.schema_evidence import leaf as leaf
from monitor.store.schema_evidence import seal as seal
from monitor.store.schema_evidence import stamp as stamp
from monitor.store.schema_evidence import tombstone as tombstone
from monitor.store.schema_learned import address as address
from monitor.store.schema_learned import cluster as cluster
from monitor.store.schema_learned import copy as copy
from monitor.store.schema_learned import furniture as furniture
from monitor.store.schema_learned import shingle as shingle
from monitor.store.schema_running import alarm as alarm
from monitor.store.schema_running import worker as worker
from monitor.store.schema_telling import alert as alert
from monitor.store.schema_telling import export_mark as export_mark
from monitor.store.schema_telling import notification as notification
from monitor.store.schema_telling import token as token
from monitor.store.tables import Key, row_id
from monitor.store.tables import metadata as metadata
from monitor.store.types import Numbers, Strings, UtcTime, Word

SCHEMA = "0008"

host = Table(
    "host",
    metadata,
    Column("name", String(255), primary_key=True),
    Column("due_at", UtcTime),
    Column("next_allowed_at", UtcTime),
    Column("delay_s", Float),
    Column("failures", Integer, nullable=False, default=0),
    Column("robots_text", Text),
    Column("robots_status", Integer),
    Column("robots_fetched_at", UtcTime),
    Column("lease_owner", String(120)),
    Column("lease_until", UtcTime),
    Column("asked_for_patience", Integer, nullable=False, default=0),
    Column("kills", Integer, nullable=False, default=0),
    # When it is due and may be asked. By this a claim finds its hosts among any number that are due and must wait.
    Column("ready_at", UtcTime, Computed("CASE WHEN next_allowed_at > due_at THEN next_allowed_at ELSE due_at END")),
    Index(None, "ready_at"),
    # By this what one owner holds is found among a million hosts; those that nobody holds are not in it.
    Index(
        None,
        "lease_owner",
        postgresql_where=text("lease_owner IS NOT NULL"),
        sqlite_where=text("lease_owner IS NOT NULL"),
    ),
)

source = Table(
    "source",
    metadata,
    row_id(),
    Column("url", Text, nullable=False, unique=True),
    Column("kind", Word(SourceKind), nullable=False),
    Column("host", ForeignKey("host.name"), nullable=False),
    Column("title", Text),
    Column("outlet", String(255)),
    Column("language", String(35)),
    Column("tags", Strings, nullable=False),
    Column("every_s", Integer),
    Column("cron", String(120)),
    Column("include", Strings, nullable=False),
    Column("exclude", Strings, nullable=False),
    Column("state", Word(SourceState), nullable=False),
    Column("state_reason", Text),
    Column("verified", Boolean, nullable=False),
    Column("added_at", UtcTime, nullable=False),
    Column("next_check_at", UtcTime),
    Column("interval_s", Integer),
    Column("plan_reason", Text),
    Column("last_checked_at", UtcTime),
    Column("last_changed_at", UtcTime),
    Column("last_outcome", Word(Outcome)),
    Column("last_detail", Text),
    Column("failures", Integer, nullable=False, default=0),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_sha256", String(64)),
    Column("headers", Strings, nullable=False),
    Column("proxy", Text),
    Column("insecure_tls", Boolean, nullable=False, default=False),
    Column("ignore_robots", Boolean, nullable=False, default=False),
    Column("ttl_s", Integer),
    Column("skip_hours", Numbers, nullable=False),
    Column("skip_days", Numbers, nullable=False),
    Column("moved_to", Text),
    Column("moved_since", UtcTime),
    Column("fully_checked_at", UtcTime),
    Column("full_checks", Integer, nullable=False, default=0),
    Column("lies", Integer, nullable=False, default=0),
    Column("silence", Text),
    Column("read_at", UtcTime),
    Column("confirmed_at", UtcTime),
    Column("holds", Integer),
    Column("evidence", Word(EvidencePolicy)),
    Column("retain_s", Integer),
    Column("items_sha256", String(64)),
    Column("told_by", Key),  # a capture; no foreign key, since sources come first
    Index(None, "host", "next_check_at"),
    Index(None, "outlet", "state"),  # to count those of each outlet by the index alone
    Index(None, "state", "failures", "verified", "silence"),  # those in trouble, among any number that are well
)

document = Table(
    "document",
    metadata,
    row_id(),
    Column("origin", Word(Origin), nullable=False),
    Column("state", Word(DocumentState), nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("url", Text, unique=True),
    Column("page_key", Text),  # equal for all spellings of one page (core/urls.py)
    Column("canonical_key", Text),  # of the address that the page itself names, where it is another
    Column("host", ForeignKey("host.name")),
    Column("outlet", String(255)),
    Column("language", String(35)),
    Column("title", Text),
    Column("source_id", ForeignKey("source.id")),
    Column("state_reason", Text),
    Column("state_since", UtcTime),
    Column("published_at", UtcTime),
    Column("last_checked_at", UtcTime),
    Column("next_check_at", UtcTime),
    Column("plan_reason", Text),
    Column("revision_id", Key),  # the current one; no foreign key, since each row needs the other first
    Column("revision_count", Integer, nullable=False, default=0),
    Column("misses", Integer, nullable=False, default=0),
    Column("missed_since", UtcTime),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("moved_to", Text),
    Column("unlisted_at", UtcTime),
    Column("doubts", Integer, nullable=False, default=0),
    Column("doubted_since", UtcTime),
    Column("doubted_text", String(64)),
    Column("title_key", String(16)),  # of its title as furniture is compared (core/furniture.py)
    Column("mirror_number", Integer, unique=True),
    Column("mirrored_revision_id", Key),
    Column("newest_at", UtcTime, Computed("coalesce(published_at, first_seen_at)")),  # by which lists are sorted
    Index(None, "host", "next_check_at", "id"),  # many are due at one time: all that one poll heard of
    Index(None, "outlet", "first_seen_at"),
    Index(None, "mirrored_revision_id"),
    Index(None, "page_key"),
    Index(None, "canonical_key"),
    Index(None, "state_since"),
    Index(None, "first_seen_at"),
    Index(None, "title_key"),
    Index(None, "host", "missed_since"),
    Index(None, "revision_id"),
    Index(None, "newest_at", "id"),
    Index(None, "origin", "revision_count"),  # to count those that were read
)

fetch = Table(
    "fetch",
    metadata,
    row_id(),
    Column("url", Text, nullable=False),
    Column("outcome", Word(Outcome), nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("source_id", ForeignKey("source.id")),
    Column("document_id", ForeignKey("document.id")),
    Column("status", Integer),
    Column("final_url", Text),
    Column("elapsed_ms", Integer, nullable=False),
    Column("raw_bytes", BigInteger, nullable=False),
    Column("detail", Text),
    Index(None, "document_id", "started_at"),
    Index(None, "source_id", "started_at"),
    Index(None, "url", "started_at"),
)

revision = Table(
    "revision",
    metadata,
    row_id(),
    Column("document_id", ForeignKey("document.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("origin", Word(Origin), nullable=False),
    Column("title", Text),
    Column("text", Text, nullable=False),
    Column("text_sha256", String(64), nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("last_seen_at", UtcTime, nullable=False),
    Column("language", String(35)),
    Column("byline", Text),
    Column("published_at", UtcTime),
    Column("published_raw", Text),
    Column("modified_at", UtcTime),
    Column("extractor", String(120)),
    Column("word_count", Integer, nullable=False),
    Column("title_source", String(40)),
    Column("byline_source", String(40)),
    Column("published_source", String(40)),
    Column("published_zone", String(6)),
    Column("modified_raw", Text),
    Column("modified_source", String(40)),
    Column("modified_zone", String(6)),
    Column("section", Text),
    Column("canonical_url", Text),
    Column("asides", Strings, nullable=False),
    Column("reextracts", Integer),
    UniqueConstraint("document_id", "number"),
    UniqueConstraint("document_id", "fingerprint"),
)

entry = Table(
    "entry",
    metadata,
    row_id(),
    Column("source_id", ForeignKey("source.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("guid", Text),
    Column("title", Text),
    Column("raw_date", Text),
    Column("published_at", UtcTime),
    Column("first_seen_at", UtcTime, nullable=False),
    Column("last_seen_at", UtcTime, nullable=False),
    Column("document_id", ForeignKey("document.id")),
    Column("date_source", String(40)),
    Column("date_flag", String(20)),
    Column("appeared_at", UtcTime),
    UniqueConstraint("source_id", "key"),
    Index(None, "document_id"),
    Index(None, "source_id", "first_seen_at"),
    Index(None, "source_id", "appeared_at"),
)

subscription = Table(
    "subscription",
    metadata,
    row_id(),
    Column("source_id", ForeignKey("source.id"), nullable=False, unique=True),
    Column("hub", Text, nullable=False),
    Column("topic", Text, nullable=False),
    Column("token", String(64), nullable=False, unique=True),
    Column("secret", String(200), nullable=False),
    Column("state", Word(SubscriptionState), nullable=False),
    Column("requested_at", UtcTime),
    Column("lease_until", UtcTime),
    Column("renew_at", UtcTime),
    Column("last_push_at", UtcTime),
    Column("pushes", Integer, nullable=False, default=0),
    Column("failures", Integer, nullable=False, default=0),
    Column("detail", Text),
    Index(None, "renew_at"),
)

change = Table(
    "change",
    metadata,
    row_id(),
    Column("kind", Word(ChangeKind), nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("document_id", ForeignKey("document.id"), nullable=False),
    Column("from_revision", Integer),
    Column("to_revision", Integer),
    Column("words_added", Integer, nullable=False),
    Column("words_removed", Integer, nullable=False),
    Column("significance", Float, nullable=False),
    Column("reason", Text, nullable=False),
    Column("words_moved", Integer, nullable=False, default=0),
    Column("sentences_added", Integer, nullable=False, default=0),
    Column("sentences_removed", Integer, nullable=False, default=0),
    Column("sentences_moved", Integer, nullable=False, default=0),
    Column("earlier_seen_at", UtcTime),
    Column("stood_s", Integer),
    Column("standing", Word(Standing)),
    Column("sightings", Integer, nullable=False, default=0),
    Column("judged_at", UtcTime),
    Index(None, "at", "id"),
    Index(None, "document_id", "at"),
    Index(None, "kind", "at", "id"),
)

counter = Table(
    "counter",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", BigInteger, nullable=False),
)
