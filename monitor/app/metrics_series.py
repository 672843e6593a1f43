"""The series that Prometheus is told: what each is, and its label, if it has one. docs/metrics.md is made of this."""

from enum import StrEnum

from monitor.model import AlarmKind, ChangeKind, Outcome


class Kind(StrEnum):
    """How Prometheus takes a series."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


_C, _G, _H = Kind.COUNTER, Kind.GAUGE, Kind.HISTOGRAM

# By name: the kind, what it is in a sentence, and its label, if it has one.
SERIES: dict[str, tuple[Kind, str, str | None]] = {
    "monitor_build_info": (_G, "Always 1; the version that runs.", "version"),
    "monitor_fetches_total": (_C, "Requests made by this process, by how they ended.", "outcome"),
    "monitor_fetch_seconds": (_H, "How long a request took, with its body.", None),
    "monitor_fetched_bytes_total": (_C, "Bytes of bodies on the wire.", None),
    "monitor_visits_total": (_C, "Sources polled and documents checked by this process.", "what"),
    "monitor_entries_total": (_C, "New articles that sources told of.", None),
    "monitor_documents_total": (_C, "Documents read for the first time.", None),
    "monitor_revisions_total": (_C, "New texts stored, first ones included.", None),
    "monitor_changes_total": (_C, "Changes found, by kind.", "kind"),
    "monitor_readings_total": (_C, "Bodies given to the workers that read untrusted bytes.", None),
    "monitor_reading_failures_total": (_C, "Bodies that they could not read, by why.", "kind"),
    "monitor_reading_seconds": (_H, "How long a reading took, with waiting for a worker.", None),
    "monitor_reader_respawns_total": (_C, "Reading workers that were lost and replaced.", None),
    "monitor_leases": (_G, "Hosts that this process holds now.", None),
    "monitor_round_age_seconds": (_G, "Since a round began, in which hosts that are due are looked for.", None),
    "monitor_database_write_seconds": (_H, "How long those who write waited until it was safe on disk.", None),
    "monitor_database_writes_waiting": (_G, "Writes that wait or are under way.", None),
    "monitor_log_events_total": (_C, "Events logged by this process, those held back as repeats too.", "level"),
    "monitor_free_bytes": (_G, "Free space in data_dir.", None),
    "monitor_last_backup_timestamp_seconds": (_G, "When the newest backup in backup.folder was made.", None),
    "monitor_database_answered": (_G, "1 where the database answered in time; else what follows is missing.", None),
    "monitor_sources": (_G, "Sources, by how they are doing; those never checked yet count as ok.", "health"),
    "monitor_due_hosts": (_G, "Hosts that are due and visited by nobody; at most 10,000 are counted.", None),
    "monitor_due_overdue_seconds": (_G, "For how long the first of them has been due.", None),
    "monitor_outbox_notifications": (_G, "Messages of alerts that wait, and that were given up.", "state"),
    "monitor_workers": (_G, "Daemons that gave a sign of life lately.", None),
    "monitor_evidence_files": (_G, "Files of evidence.", None),
    "monitor_evidence_bytes": (_G, "Bytes of evidence that the database accounts for.", None),
    "monitor_evidence_unstored_files": (_G, "Files that are not yet in evidence.store, the one in use included.", None),
    "monitor_evidence_unstored_bytes": (_G, "Bytes of them.", None),
    "monitor_evidence_unstored_seconds": (_G, "Since the last record of the one that waits longest.", None),
    "monitor_database_bytes": (_G, "Size of the database.", None),
    "monitor_last_fetch_success_timestamp_seconds": (_G, "When a fetch of any worker last succeeded.", None),
    "monitor_last_seal_timestamp_seconds": (_G, "When the chain of evidence was last sealed.", None),
    "monitor_seal_lag_seconds": (_G, "For how long the oldest capture that is not sealed has waited.", None),
    "monitor_alarms": (_G, "Alarms that are open, by kind.", "kind"),
}

# What labels can say: these series are there from the start, at 0, so that the first of its kind is seen as a step.
LABELS: dict[str, tuple[str, ...]] = {
    "monitor_fetches_total": tuple(Outcome),
    "monitor_visits_total": ("source", "document"),
    "monitor_changes_total": tuple(ChangeKind),
    "monitor_reading_failures_total": ("deadline", "crash", "error"),
    "monitor_log_events_total": ("debug", "info", "warning", "error"),
    "monitor_sources": ("ok", "failing", "silent", "unverified", "paused"),
    "monitor_alarms": tuple(AlarmKind),
}

# Of the process itself, by prometheus-client; read from /proc.
PROCESS = (
    "process_virtual_memory_bytes",
    "process_resident_memory_bytes",
    "process_start_time_seconds",
    "process_cpu_seconds_total",
    "process_open_fds",
    "process_max_fds",
)
