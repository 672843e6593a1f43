"""Keep snapshots of an archive in a folder of backups, while the daemon goes on working. docs/backup.md explains it.

Needs no open archive: one that an earlier version wrote is backed up as it is, before it is migrated.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import structlog

from monitor.app.backing_up_database import Base, replaced_meanwhile, stow_database
from monitor.app.backing_up_evidence import Evidence, stow_evidence
from monitor.app.backing_up_progress import Told
from monitor.app.restoring_mark import refuse_unfinished
from monitor.config import explain
from monitor.core.manifests import Manifest, manifest_of, problems_of, snapshot_of, text_of
from monitor.edges.clock import DrivenClock, SystemClock
from monitor.edges.vault import Vault
from monitor.edges.vault_files import names_of_open
from monitor.edges.vault_writer import VaultWriter
from monitor.errors import EvidenceError, SchemaError, UsageError
from monitor.log import keep_quiet
from monitor.progress import Progress
from monitor.running_answers import Snapshot
from monitor.settings import Settings
from monitor.shipped import version

log = structlog.get_logger(__name__)

ROUNDS = 3  # a file of evidence may be compacted between the database's moment and its turn; then it begins again
MODES = {"copy": "copied", "reference": "referenced", "none": "none"}


def backup(
    settings: Settings,
    folder: Path | None = None,
    *,
    evidence: str | None = None,
    progress: Progress | None = None,
) -> Snapshot:
    """Keep a snapshot of the archive in a folder of backups (that of `backup.folder` unless told), and return it.

    The database is as of one moment, and the evidence is what that database accounts for. `evidence` is copy, reference
    or none, `backup.evidence` unless told. What the folder has already is not stored again. A failure leaves the
    snapshots there are as they were. Raises MonitorError, DatabaseError, EvidenceError, UsageError.
    """
    keep_quiet()
    refuse_unfinished(settings.data_dir)
    vault = Vault(_place(settings, folder))
    vault.make()
    mode = evidence or settings.backup.evidence
    if mode not in MODES:
        raise UsageError(f"{mode!r} is no way to back up evidence", hint="it is copy, reference or none")
    with vault.held(), VaultWriter(vault) as writer:
        manifest = _taken(settings, writer, mode, Told(progress))
        vault.add_manifest(manifest.snapshot.name, text_of(manifest))
    one = manifest.snapshot
    log.info("backup.finished", snapshot=one.name, bytes=one.bytes, added=one.added_bytes, problems=len(one.problems))
    return one


def snapshots(folder: Path) -> tuple[Snapshot, ...]:
    """Return the snapshots in a folder of backups, newest first; those whose manifests cannot be read are left out.

    Reads a line of each. Raises NotFoundError where there is no such folder.
    """
    vault = Vault(folder)
    return tuple(filter(None, (_seen(vault, name) for name in reversed(vault.names()))))


def _seen(vault: Vault, name: str) -> Snapshot | None:
    one = snapshot_of(vault.beginning(name))
    when = vault.checked(name)
    return one and replace(one, name=name, verified_at=datetime.fromisoformat(when) if when else None)


def folder_of(settings: Settings, folder: Path | None = None) -> Path:
    """Return the folder of backups to use. Raises UsageError where none is named."""
    chosen = folder or settings.backup.folder
    if chosen is None:
        raise UsageError("there is no folder for backups", hint="name one, or set backup.folder")
    return chosen


def now(settings: Settings) -> datetime:
    """Return the present, by the clock of these settings."""
    clock_file = settings.daemon.clock_file
    return DrivenClock(clock_file).now() if clock_file else SystemClock().now()


def _place(settings: Settings, folder: Path | None) -> Path:
    place = folder_of(settings, folder)
    if place.resolve().is_relative_to(settings.data_dir.resolve()):
        raise UsageError(
            f"{place} lies in the archive itself", hint=f"name a folder outside of {settings.data_dir}, on another disk"
        )
    return place


def _taken(settings: Settings, writer: VaultWriter, mode: str, told: Told) -> Manifest:
    before = _newest(writer.vault)
    earlier = {part.name: part for part in before.files} if before else {}
    again = before is not None and before.snapshot.database == "postgresql"
    for turn in range(1, ROUNDS + 1):
        made_at = now(settings)
        written = names_of_open(settings.evidence_dir)
        base = stow_database(settings, writer, told, again=again)
        found = stow_evidence(settings.evidence_dir, writer, base.files, mode, earlier, told, written)
        if not found.missing or turn == ROUNDS or not replaced_meanwhile(settings, found.missing):
            break
        earlier |= {part.name: part for part in found.parts}
    name = _name(made_at, writer.vault.names())
    return _manifest(settings, name, made_at, base, found, MODES[mode], writer.added)


def _newest(vault: Vault) -> Manifest | None:
    """Return the newest snapshot that can be read."""
    for name in reversed(vault.names()):
        try:
            return manifest_of(vault.manifest(name))
        except (EvidenceError, SchemaError) as error:
            log.warning("backup.unreadable", snapshot=name, error=str(error))
    return None


def _name(at: datetime, taken: Sequence[str]) -> str:
    plain = f"{at:%Y%m%dT%H%M%SZ}"
    names = (plain, *(f"{plain}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)


def _manifest(
    settings: Settings, name: str, made_at: datetime, base: Base, found: Evidence, evidence: str, added: int
) -> Manifest:
    parts = (*base.parts, *found.parts)
    one = Snapshot(
        name=name,
        made_at=made_at,
        schema=base.facts.schema,
        database=base.kind,
        rows=sum(base.facts.counts.values()),
        evidence=evidence,
        files=len(found.parts),
        bytes=sum(piece.size for part in parts for piece in part.pieces),
        added_bytes=added,
        problems=problems_of(found.parts),
    )
    options = {each.key: each.value for each in explain(settings) if each.origin != "default"}
    return Manifest(
        snapshot=one,
        program=version(),
        counts=base.facts.counts,
        seal=base.facts.seal,
        options=options,
        database=base.parts,
        files=found.parts,
        sequences=base.sequences,
        folder=found.folder,
    )
