"""Offer stable views to whoever asks in SQL (docs/querying.md).

The views are public: a later migration may add columns to them, and takes none away. SQLite cannot alter a table that a
view stands on, nor PostgreSQL a column: such a migration drops every view first, those of `VIEWS` in reverse, and makes
them anew at its end, from a copy of this file's SQL that is its own.
"""

from collections.abc import Callable
from typing import NamedTuple

from alembic import op

revision = "0006"
down_revision = "0005"

EDITS = "('headline', 'body', 'both')"


class Words(NamedTuple):
    """What the two databases say differently. Times are UTC."""

    time: Callable[[str], str]  # that is computed
    day: Callable[[str], str]  # YYYY-MM-DD
    hour: Callable[[str], str]  # 0 to 23
    weekday: Callable[[str], str]  # 1 is Monday
    seconds: Callable[[str, str], str]  # whole ones, from the first time to the second
    next_day: Callable[[str], str]  # of a midnight
    is_midnight: Callable[[str], str]


SQLITE = Words(
    time=lambda at: f"CAST({at} AS TEXT)",
    day=lambda at: f"CAST(substr({at}, 1, 10) AS TEXT)",
    hour=lambda at: f"CAST(substr({at}, 12, 2) AS INTEGER)",
    weekday=lambda at: f"CAST((strftime('%w', {at}) + 6) % 7 + 1 AS INTEGER)",
    seconds=lambda a, b: f"CAST(strftime('%s', {b}) - strftime('%s', {a}) AS INTEGER)",
    next_day=lambda at: f"(strftime('%Y-%m-%d', {at}, '+1 day') || 'T00:00:00.000000Z')",
    is_midnight=lambda at: f"substr({at}, 12) = '00:00:00.000000Z'",
)
POSTGRESQL = Words(
    time=lambda at: f"({at})",
    day=lambda at: f"to_char({at} AT TIME ZONE 'UTC', 'YYYY-MM-DD')",
    hour=lambda at: f"CAST(extract(hour FROM {at} AT TIME ZONE 'UTC') AS integer)",
    weekday=lambda at: f"CAST(extract(isodow FROM {at} AT TIME ZONE 'UTC') AS integer)",
    seconds=lambda a, b: f"CAST(floor(extract(epoch FROM {b})) - floor(extract(epoch FROM {a})) AS integer)",
    next_day=lambda at: f"({at} + interval '1 day')",
    is_midnight=lambda at: f"CAST({at} AT TIME ZONE 'UTC' AS time) = '00:00'",
)


def upgrade() -> None:
    """Make the views."""
    words = SQLITE if op.get_bind().dialect.name == "sqlite" else POSTGRESQL
    for name, sql in VIEWS:
        op.get_bind().exec_driver_sql(f"CREATE VIEW {name} AS {sql(words)}")


# What a document states as its date of publication is believed from the beginning of the web to the first sight.
_DATED = "d.published_at >= '1990-01-01T00:00:00Z' AND d.published_at <= d.first_seen_at"
_HAD_AT = f"CASE WHEN {_DATED} THEN d.published_at ELSE d.first_seen_at END"


# What is computed is cast: SQLite knows no type of it else, and other programs take it for bytes.


def _text(what: str) -> str:
    return f"CAST({what} AS TEXT)"


def _whole(what: str) -> str:
    """Not BIGINT: PostgreSQL's sum of those is no integer any more, and divides otherwise than SQLite's."""
    return f"CAST({what} AS INTEGER)"


def _flag(condition: str) -> str:
    return _whole(f"CASE WHEN {condition} THEN 1 ELSE 0 END")


def _shown(text: str) -> str:
    """Show a text unless its document was redacted."""
    return _text(f"CASE WHEN d.state <> 'redacted' THEN {text} END")


def _count(what: str) -> str:
    return _whole(f"(SELECT count(1) FROM {what})")


def _documents(words: Words) -> str:
    lag = words.seconds("d.published_at", "d.first_seen_at")
    return f"""
SELECT d.id, d.origin, d.state, d.url, d.outlet, d.host, d.language,
    {_shown("d.title")} AS title,
    {_shown("r.text")} AS text,
    r.word_count AS words, r.byline, r.section, r.modified_at,
    d.source_id, s.url AS source_url, s.kind AS source_kind,
    d.published_at, d.first_seen_at, {words.time(_HAD_AT)} AS had_at, {_flag(_DATED)} AS dated,
    {_whole(f"CASE WHEN d.origin = 'web' AND {_DATED} THEN {lag} END")} AS lag_s,
    {words.day("d.published_at")} AS published_day, {words.hour("d.published_at")} AS published_hour,
    {words.weekday("d.published_at")} AS published_weekday, {words.day("d.first_seen_at")} AS first_seen_day,
    d.last_checked_at, d.next_check_at, d.plan_reason, d.state_since, d.state_reason, d.unlisted_at, d.moved_to,
    d.revision_id, r.number AS revision, d.revision_count AS revisions,
    r.first_seen_at AS text_since, r.last_seen_at AS text_seen_at,
    {_count(f"change c WHERE c.document_id = d.id AND c.kind IN {EDITS}")} AS edits,
    p.cluster_id
FROM document d
LEFT JOIN revision r ON r.id = d.revision_id
LEFT JOIN source s ON s.id = d.source_id
LEFT JOIN copy p ON p.document_id = d.id"""


def _revisions(words: Words) -> str:
    return f"""
SELECT r.id, r.document_id, r.number, {_flag("r.id = d.revision_id")} AS is_current, r.origin,
    d.url, d.outlet, d.state AS document_state, r.language,
    {_shown("r.title")} AS title,
    {_shown("r.text")} AS text,
    r.word_count AS words, r.byline, r.section, r.published_at, r.published_raw, r.modified_at, r.modified_raw,
    r.first_seen_at, r.last_seen_at, {words.day("r.first_seen_at")} AS first_seen_day,
    {words.seconds("r.first_seen_at", "r.last_seen_at")} AS stood_s,
    r.text_sha256, r.extractor, r.reextracts, r.title_source, r.byline_source, r.published_source, r.modified_source
FROM revision r JOIN document d ON d.id = r.document_id"""


def _changes(words: Words) -> str:
    return f"""
SELECT c.id, c.kind, {_flag(f"c.kind IN {EDITS}")} AS is_edit,
    {_flag(f"c.kind IN {EDITS} AND (b.modified_at IS NULL OR b.modified_at <= a.modified_at)")} AS is_silent,
    c.at, {words.day("c.at")} AS day, {words.hour("c.at")} AS hour, {words.weekday("c.at")} AS weekday,
    c.document_id, d.url, d.outlet, d.language, d.origin, d.state,
    {_shown("d.title")} AS title, d.published_at, {words.time(_HAD_AT)} AS had_at,
    {words.seconds(_HAD_AT, "c.at")} AS age_s,
    c.from_revision, c.to_revision, a.id AS from_revision_id, b.id AS to_revision_id,
    a.origin AS from_origin, b.origin AS to_origin,
    {_shown("a.title")} AS from_title,
    {_shown("b.title")} AS to_title,
    a.word_count AS from_words, b.word_count AS to_words, {_whole("length(a.text)")} AS from_chars,
    {_whole("length(b.text)")} AS to_chars,
    a.modified_at AS from_modified_at, b.modified_at AS to_modified_at,
    c.words_added, c.words_removed, c.words_moved, c.sentences_added, c.sentences_removed, c.sentences_moved,
    c.significance, c.reason, c.standing, c.sightings, c.earlier_seen_at, c.stood_s, c.judged_at
FROM change c
JOIN document d ON d.id = c.document_id
LEFT JOIN revision a ON a.document_id = c.document_id AND a.number = c.from_revision
LEFT JOIN revision b ON b.document_id = c.document_id AND b.number = c.to_revision"""


def _captures(words: Words) -> str:
    return f"""
SELECT k.id, k.url, k.captured_at, {words.day("k.captured_at")} AS day, k.record_type, k.status, k.media_type, k.coding,
    k.quality, k.quality_reason, k.document_id, d.url AS document_url, d.outlet, k.revision_id, r.number AS revision,
    k.fetch_id, f.source_id, k.file, k."offset" AS file_offset, k.length AS file_length, k.record_id,
    k.digest, k.sha256, k.record_sha256, k.removed_at
FROM capture k
JOIN "fetch" f ON f.id = k.fetch_id
LEFT JOIN document d ON d.id = k.document_id
LEFT JOIN revision r ON r.id = k.revision_id"""


def _fetches(words: Words) -> str:
    return f"""
SELECT f.id, f.url, f.outcome, {_flag("f.outcome IN ('ok', 'not_modified')")} AS is_good, f.status,
    f.started_at, {words.day("f.started_at")} AS day, {words.hour("f.started_at")} AS hour, f.elapsed_ms, f.raw_bytes,
    f.final_url, f.detail, f.source_id, s.url AS source_url, f.document_id, d.url AS document_url,
    {_text("coalesce(d.outlet, s.outlet)")} AS outlet
FROM "fetch" f
LEFT JOIN source s ON s.id = f.source_id
LEFT JOIN document d ON d.id = f.document_id"""


def _entries(words: Words) -> str:
    dated = "e.published_at >= '1990-01-01T00:00:00Z' AND e.published_at <= e.first_seen_at"
    return f"""
SELECT e.id, e.source_id, s.url AS source_url, s.kind AS source_kind, e.url, e.title, e.guid,
    e.raw_date, e.published_at, e.date_source, e.date_flag, e.first_seen_at, e.last_seen_at, e.appeared_at,
    {_whole(f"CASE WHEN {dated} THEN {words.seconds('e.published_at', 'e.first_seen_at')} END")} AS lag_s,
    e.document_id, d.url AS document_url, {_shown("d.title")} AS document_title,
    d.state AS document_state, {_text("coalesce(d.outlet, s.outlet)")} AS outlet
FROM entry e
JOIN source s ON s.id = e.source_id
LEFT JOIN document d ON d.id = e.document_id"""


def _sources(words: Words) -> str:
    fetched = '"fetch" f WHERE f.source_id = s.id'
    return f"""
SELECT s.id, s.url, s.kind, s.state, s.state_reason, s.outlet, s.title, s.language, s.host, s.tags,
    s.every_s, s.cron, s.interval_s, s.plan_reason, {_flag("s.verified")} AS verified,
    s.added_at, s.next_check_at, s.last_checked_at, s.last_changed_at, s.last_outcome, s.last_detail, s.failures,
    s.silence, s.holds, s.moved_to, s.moved_since, s.full_checks, s.lies, s.evidence, s.retain_s,
    p.state AS push_state, p.last_push_at,
    {_count("entry e WHERE e.source_id = s.id")} AS articles,
    {_count(fetched)} AS fetches,
    {_count(f"{fetched} AND f.outcome NOT IN ('ok', 'not_modified')")} AS bad_fetches
FROM source s LEFT JOIN subscription p ON p.source_id = s.id"""


def _outlets(words: Words) -> str:
    kept = "document d WHERE d.outlet = o.outlet"
    changed = "document d JOIN change c ON c.document_id = d.id WHERE d.outlet = o.outlet"
    return f"""
SELECT o.outlet, {_count(f"{kept} AND d.revision_count > 0")} AS documents,
    {_count(f"{kept} AND d.origin = 'corpus'")} AS saved,
    {_count(f"{kept} AND d.state = 'live'")} AS live, {_count(f"{kept} AND d.state = 'gone'")} AS gone,
    {_count("source s WHERE s.outlet = o.outlet AND s.state <> 'removed'")} AS sources,
    {_count(f"{changed} AND c.kind IN {EDITS}")} AS edits,
    {_count(f"{changed} AND c.kind IN ('headline', 'both')")} AS headline_edits,
    {_count(f"{changed} AND c.kind = 'removed'")} AS removals,
    {_count("citation n WHERE n.outlet = o.outlet")} AS citations,
    {words.time(f"(SELECT min(d.first_seen_at) FROM {kept})")} AS first_seen_at,
    {words.time(f"(SELECT max(d.first_seen_at) FROM {kept})")} AS newest_seen_at
FROM (
    SELECT outlet FROM document WHERE outlet IS NOT NULL
    UNION SELECT outlet FROM source WHERE outlet IS NOT NULL
    UNION SELECT outlet FROM citation WHERE outlet IS NOT NULL
) o"""


def _citations(words: Words) -> str:
    begins = "CASE WHEN n.start > 60 THEN n.start - 59 ELSE 1 END"
    before = "CASE WHEN n.start > 60 THEN 60 ELSE n.start END"
    return f"""
SELECT n.id, n.kind, n.cited, n.confidence, n.outlet AS cited_outlet, n.url AS cited_url,
    t.id AS cited_document_id, t.state AS cited_state,
    n.document_id, d.url, d.outlet, d.language, {_shown("r.title")} AS title,
    n.revision_id, n.start AS start_char, n."end" AS end_char,
    {_shown(f'substr(r.text, {begins}, {before} + n."end" - n.start + 60)')} AS context
FROM citation n
JOIN document d ON d.id = n.document_id
JOIN revision r ON r.id = n.revision_id
LEFT JOIN document t ON t.url = n.url"""


def _corpus(words: Words) -> str:
    return f"""
SELECT f.id, f.name AS file, f.path, f.line, f.size, f.encoding, f.sha256, f.imported_at,
    f.document_id, d.url, d.outlet, d.language, d.state, d.published_at,
    {_shown("r.title")} AS saved_title,
    {_shown("r.text")} AS saved_text, r.word_count AS saved_words,
    r.id AS saved_revision_id, w.id AS live_revision_id,
    {_shown("w.title")} AS live_title,
    {_shown("w.text")} AS live_text, w.word_count AS live_words,
    w.first_seen_at AS live_since, w.last_seen_at AS live_seen_at,
    {_count(f"change c WHERE c.document_id = d.id AND c.kind IN {EDITS}")} AS edits,
    {_count("citation n WHERE n.revision_id = r.id")} AS citations,
    p.cluster_id
FROM corpus_file f
JOIN document d ON d.id = f.document_id
JOIN revision r ON r.id = f.revision_id
LEFT JOIN revision w ON w.id = d.revision_id AND w.origin = 'web'
LEFT JOIN copy p ON p.document_id = d.id"""


def _copies(words: Words) -> str:
    # A date without a time may mean any time of its day, so it counts as its end (docs/copies.md).
    end = words.next_day("d.published_at")
    known_at = f"""CASE WHEN NOT ({_DATED}) OR d.published_at IS NULL THEN d.first_seen_at
        WHEN NOT ({words.is_midnight("d.published_at")}) THEN d.published_at
        WHEN {end} < d.first_seen_at THEN {end} ELSE d.first_seen_at END"""
    placed = f"""SELECT p.cluster_id, d.id AS document_id, d.url, d.outlet, d.language, d.origin, d.state,
        d.title, d.revision_id, {_HAD_AT} AS had_at, {_flag(_DATED)} AS dated,
        {known_at} AS known_at, p.joined_at, p.like_document_id, p.resemblance, p.containment
    FROM copy p JOIN document d ON d.id = p.document_id
    WHERE d.revision_id IS NOT NULL AND d.state <> 'redacted'"""
    order = "PARTITION BY p.cluster_id ORDER BY p.known_at, p.document_id"
    return f"""
SELECT p.cluster_id, {_whole(f"row_number() OVER ({order})")} AS place,
    {_whole("count(1) OVER (PARTITION BY p.cluster_id)")} AS cluster_size,
    p.document_id, p.url, p.outlet, p.language, p.origin, p.state, p.title, r.word_count AS words,
    {words.time("p.had_at")} AS had_at, p.dated,
    {words.seconds(f"first_value(p.known_at) OVER ({order})", "p.known_at")} AS behind_s,
    CAST(first_value(p.document_id) OVER ({order}) AS BIGINT) AS first_document_id,
    {_text(f"first_value(p.outlet) OVER ({order})")} AS first_outlet,
    p.joined_at, p.like_document_id, p.resemblance, p.containment, p.revision_id, r.text_sha256
FROM ({placed}) p JOIN revision r ON r.id = p.revision_id"""


def _clusters(words: Words) -> str:
    return f"""
SELECT g.id, g.made_at, {words.time("v.grew_at")} AS grew_at, {_whole("v.size")} AS size,
    {_whole("v.outlets")} AS outlets, f.document_id AS first_document_id, f.url AS first_url, f.outlet AS first_outlet,
    f.title AS first_title, f.had_at AS first_had_at, {_whole("v.spread_s")} AS spread_s
FROM cluster g
JOIN (
    SELECT cluster_id, count(1) AS size, count(DISTINCT outlet) AS outlets, max(joined_at) AS grew_at,
        max(behind_s) AS spread_s
    FROM v_copies GROUP BY cluster_id
) v ON v.cluster_id = g.id
JOIN v_copies f ON f.cluster_id = g.id AND f.place = 1"""


def _addresses(words: Words) -> str:
    return f"""
SELECT a.id, a.url AS former_url, a.until, a.document_id, d.url, d.outlet, d.state,
    {_shown("d.title")} AS title
FROM address a JOIN document d ON d.id = a.document_id"""


# In the order in which they stand on each other.
VIEWS: tuple[tuple[str, Callable[[Words], str]], ...] = (
    ("v_documents", _documents),
    ("v_revisions", _revisions),
    ("v_changes", _changes),
    ("v_captures", _captures),
    ("v_fetches", _fetches),
    ("v_entries", _entries),
    ("v_sources", _sources),
    ("v_outlets", _outlets),
    ("v_citations", _citations),
    ("v_corpus", _corpus),
    ("v_copies", _copies),
    ("v_clusters", _clusters),
    ("v_addresses", _addresses),
)
