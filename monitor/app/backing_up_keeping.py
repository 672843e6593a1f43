"""Look after a folder of backups: read them again, and let go of those that are no longer wanted."""

from collections.abc import Mapping, Sequence
from datetime import UTC
from pathlib import Path

import structlog

from monitor.app.backing_up import folder_of, now, snapshots
from monitor.app.backing_up_progress import Told
from monitor.core.manifests import Manifest, Piece, manifest_of
from monitor.core.snapshots import KeepPolicy, to_keep
from monitor.edges.vault import Vault
from monitor.errors import EvidenceError, NotFoundError
from monitor.log import keep_quiet
from monitor.progress import Progress
from monitor.running_answers import BackupCheck, PruneReport, Snapshot
from monitor.settings import Settings

log = structlog.get_logger(__name__)


def list_backups(settings: Settings, folder: Path | None = None) -> tuple[Snapshot, ...]:
    """Return the snapshots in a folder of backups, newest first. Raises NotFoundError, UsageError without a folder."""
    keep_quiet()
    place = folder_of(settings, folder)
    found = snapshots(place)
    for name in sorted(set(Vault(place).names()) - {one.name for one in found}):
        log.warning("backup.unreadable", snapshot=name, error="what it says of itself cannot be read")
    return found


def verify_backups(
    settings: Settings, folder: Path | None = None, *, every: bool = False, progress: Progress | None = None
) -> BackupCheck:
    """Read every piece of the newest snapshot, or of all, and say what is damaged.

    A damaged piece is set aside, and the next backup stores it anew where the archive still has it. Snapshots that are
    whole are noted as verified. Raises NotFoundError, MonitorError.
    """
    keep_quiet()
    vault = Vault(folder_of(settings, folder))
    vault.must_exist()
    with vault.held():
        names = vault.names() if every else vault.names()[-1:]
        if not names:
            raise NotFoundError(f"there is no snapshot in {vault.folder}", hint="`monitor backup` makes one")
        damaged: list[str] = []
        manifests = {name: one for name in names if (one := _manifest(vault, name, damaged)) is not None}
        wanted = {piece.sha256: piece for one in manifests.values() for piece in one.pieces}
        bad = _read_again(vault, wanted, Told(progress))
        for name, one in manifests.items():
            damaged += (hurt := [*_hurt(name, one, bad)])
            if hurt:
                vault.forget_checked(name)
            else:
                vault.note_checked(name, now(settings).astimezone(UTC).isoformat())
    if damaged:
        log.error("backup.damaged", folder=str(vault.folder), pieces=len(bad), problems=len(damaged))
    return BackupCheck(len(names), len(wanted), sum(piece.size for piece in wanted.values()), tuple(damaged))


def _manifest(vault: Vault, name: str, damaged: list[str]) -> Manifest | None:
    try:
        return manifest_of(vault.manifest(name))
    except EvidenceError as error:
        damaged.append(f"snapshot {name}: its manifest is damaged: {error}")
        return None


def _read_again(vault: Vault, wanted: Mapping[str, Piece], told: Told) -> dict[str, str]:
    """Return what is wrong with pieces, by their names."""
    told.expect(sum(piece.size for piece in wanted.values()))
    bad: dict[str, str] = {}
    for sha256, piece in wanted.items():
        try:
            vault.get(piece)
        except EvidenceError as error:
            bad[sha256] = str(error)
            vault.set_aside(piece)
        told.add(piece.size)
    return bad


def _hurt(name: str, one: Manifest, bad: Mapping[str, str]) -> Sequence[str]:
    """Return a line for each file or table of a snapshot of which a piece is damaged."""
    return [
        f"snapshot {name}: {part.name}: {bad[found[0].sha256]}" + (f" and {len(found) - 1} more" if found[1:] else "")
        for part in (*one.database, *one.files)
        if (found := [piece for piece in part.pieces if piece.sha256 in bad])
    ]


def prune_backups(settings: Settings, folder: Path | None = None) -> PruneReport:
    """Let go of snapshots that `backup.keep` does not ask for, and of the pieces that no snapshot names then.

    Snapshots go first and pieces last, so that whenever this ends every snapshot there is has all its pieces. Raises
    EvidenceError where a snapshot cannot be read: nobody could say which pieces it needs.
    """
    keep_quiet()
    vault = Vault(folder_of(settings, folder))
    vault.must_exist()
    with vault.held():
        every = snapshots(vault.folder)
        kept_times = to_keep((one.made_at for one in every), KeepPolicy(**{**_NONE, **settings.backup.keep}))
        kept = [one.name for one in every if one.made_at in kept_times]
        removed = [one.name for one in every if one.made_at not in kept_times]
        named = _named(vault, removed)
        for name in removed:
            vault.drop_manifest(name)
        pieces, freed = _sweep(vault, named)
    log.info("backup.pruned", folder=str(vault.folder), kept=len(kept), removed=len(removed), freed=freed)
    return PruneReport(tuple(kept), tuple(removed), pieces, freed)


_NONE = dict.fromkeys(("hourly", "daily", "weekly", "monthly", "yearly"), 0)


def _named(vault: Vault, removed: Sequence[str]) -> set[bytes]:
    """Return the pieces that the snapshots name which stay."""
    named: set[bytes] = set()
    for name in vault.names():
        if name not in removed:
            try:
                named.update(bytes.fromhex(piece.sha256) for piece in manifest_of(vault.manifest(name)).pieces)
            except EvidenceError as error:
                hint = f"nothing was removed; take {name}.json out of {vault.folder / 'snapshots'} to give it up"
                raise EvidenceError(f"snapshot {name}: {error}", hint=hint) from error
    return named


def _sweep(vault: Vault, named: set[bytes]) -> tuple[int, int]:
    """Remove the pieces that nobody names; return how many, and their bytes."""
    count = freed = 0
    for sha256, size in vault.pieces():
        if bytes.fromhex(sha256) not in named:
            vault.drop(sha256)
            count, freed = count + 1, freed + size
    return count, freed
