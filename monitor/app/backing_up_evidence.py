"""The evidence of a snapshot: the files that its database accounts for, as long as it knows them to be."""

import hashlib
import os
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from monitor.app.backing_up_database import need_room
from monitor.app.backing_up_progress import Told
from monitor.core.manifests import Part
from monitor.edges.vault import Vault
from monitor.edges.vault_files import chunks, is_open, opened
from monitor.edges.vault_writer import Stowed, VaultWriter
from monitor.edges.warc_folder import folder_id
from monitor.store.snapshots import CommittedFile

SPAN = 4_194_304  # bytes of a piece; files of evidence only grow, so pieces need not be small
STORE = "object store"
_MISSING = "it is missing from the evidence"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was found of the evidence: its parts, which files are missing, and what the folder is called."""

    parts: tuple[Part, ...] = ()
    missing: tuple[str, ...] = ()
    folder: str | None = None


def stow_evidence(
    folder: Path,
    writer: VaultWriter,
    files: Sequence[CommittedFile],
    mode: str,
    earlier: Mapping[str, Part],
    told: Told,
    opened_before: Collection[str] = (),
) -> Evidence:
    """Put files of evidence into the folder of backups (mode copy), or only write down what they are (reference).

    One that is as it was in an earlier snapshot is not read again. `opened_before` are those that were being written
    when the database was looked at, whether or not they still are. Raises EvidenceError, MonitorError.
    """
    if mode == "none":
        return Evidence(folder=folder_id(folder))
    if mode == "copy":
        new = sum(one.length for one in files if one.name not in earlier or earlier[one.name].length < one.length)
        need_room(writer.vault.free(), new, writer.vault.folder)
    told.expect(sum(one.length for one in files))
    found = (_part(folder, writer, one, mode, earlier.get(one.name), told) for one in files)
    parts = tuple(replace(one, is_open=one.is_open or one.name in opened_before) for one in found)
    missing = tuple(part.name for part in parts if part.problem == _MISSING)
    return Evidence(parts, missing, folder_id(folder))


def _part(folder: Path, writer: VaultWriter, file: CommittedFile, mode: str, before: Part | None, told: Told) -> Part:
    with opened(folder, file.name) as stream:
        if stream is None:
            told.add(file.length)
            return _elsewhere(file, folder_id(folder))
        about = os.fstat(stream.fileno())
        if before is not None and _is_same(before, file.length, about.st_mtime_ns, writer.vault, mode):
            told.add(file.length)
            return replace(before, pieces=before.pieces if mode == "copy" else (), is_open=is_open(stream))
        if mode == "copy":
            stowed = writer.stow(told.of(chunks(stream, file.length, SPAN)))
        else:
            stowed = _looked_at(stream, file, told)
        problem = f"it has {stowed.length} bytes, and the database knows of {file.length}"
        short = problem if stowed.length < file.length else None
        return Part(file.name, *stowed, touched=about.st_mtime_ns, problem=short, is_open=is_open(stream))


def _is_same(before: Part, length: int, touched: int, vault: Vault, mode: str) -> bool:
    """Say whether a file is the one of an earlier snapshot, of which everything that is wanted is still there."""
    if before.length != length or before.touched != touched or before.problem:
        return False
    return mode == "reference" or (bool(before.pieces) and all(map(vault.has, before.pieces)))


def _looked_at(stream: BinaryIO, file: CommittedFile, told: Told) -> Stowed:
    """Return the length and the SHA-256 of a file that is not copied."""
    length, seen = 0, hashlib.sha256()
    for chunk in told.of(chunks(stream, file.length, SPAN)):
        length += len(chunk)
        seen.update(chunk)
    return Stowed(length, seen.hexdigest(), ())


def _elsewhere(file: CommittedFile, own: str | None) -> Part:
    """Return what is known of a file that is not in this folder."""
    if file.stored:
        return Part(file.name, file.length, file.sha256, place=STORE)
    if file.folder and file.folder != own:
        return Part(file.name, file.length, file.sha256, place=file.folder, problem=_away(file.folder))
    return Part(file.name, file.length, file.sha256, problem=_MISSING)


def _away(folder: str) -> str:
    return f"it lies in the evidence folder {folder}: back that up on its own machine"
