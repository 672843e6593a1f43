"""What tells one folder of evidence from every other: a small file in it, made once, that moves along with it."""

import fcntl
import os
import re
import secrets
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from monitor.edges.warc_files import ASKED_SUFFIX, make_directory, sync_directory
from monitor.errors import EvidenceError

FOLDER_ID = "folder-id"
FETCHED_SUFFIX = ".fetched"  # of a file on its way back from the object store
_NAME = re.compile(r"[a-z0-9.-]{1,80}")
_ODD = re.compile(r"[^a-z0-9.-]+")
_LONGEST_MACHINE = 60  # characters


def folder_id(directory: Path) -> str | None:
    """Return which folder this is, None where it was never said. Raises EvidenceError."""
    try:
        said = (directory / FOLDER_ID).read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EvidenceError(f"{directory / FOLDER_ID} cannot be read: {error.strerror}") from error
    if _NAME.fullmatch(said) is None:
        raise EvidenceError(
            f"{directory / FOLDER_ID} names no folder",
            hint="write into it what `monitor sql 'select distinct folder from evidence_file'` says of this machine",
        )
    return said


def make_folder_id(directory: Path) -> str:
    """Return which folder this is, said for the first time where it was not: the machine's name, and chance.

    Two processes may do so at once, and say the same. Raises EvidenceError.
    """
    if (known := folder_id(directory)) is not None:
        return known
    machine = _ODD.sub("-", socket.gethostname().lower()).strip("-.")[:_LONGEST_MACHINE] or "machine"
    name = f"{machine}-{secrets.token_hex(4)}"
    draft = directory / f"{FOLDER_ID}.{secrets.token_hex(4)}"
    try:
        make_directory(directory)
        _write(draft, name)
        try:
            os.link(draft, directory / FOLDER_ID)  # whole or not at all, and never over another's
        except FileExistsError:
            name = folder_id(directory) or name
        finally:
            draft.unlink()
        sync_directory(directory)
    except OSError as error:
        raise EvidenceError(
            f"{directory} cannot be given a name: {error.strerror}", hint="check the disk and its permissions"
        ) from error
    return name


def machine_of(folder: str) -> str:
    """Return the machine on which a folder was made, by its name."""
    return folder.rpartition("-")[0] or folder


def is_evidence_name(name: str) -> bool:
    """Say whether a name in the folder is of evidence, or of what might be; our own notes beside it are not."""
    return not name.startswith(FOLDER_ID) and not name.endswith(ASKED_SUFFIX)


@contextmanager
def storing_alone(directory: Path) -> Iterator[None]:
    """Keep other processes from putting files of this folder into the store, or taking them out of it, meanwhile.

    The lock goes with the process. Raises BlockingIOError while another has it, EvidenceError.
    """
    make_folder_id(directory)
    try:
        fd = os.open(directory / FOLDER_ID, os.O_RDONLY | os.O_CLOEXEC)
    except OSError as error:
        raise EvidenceError(f"{directory / FOLDER_ID} cannot be opened: {error.strerror}") from error
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(fd)


def _write(path: Path, text: str) -> None:
    with path.open("x", encoding="ascii") as out:
        out.write(f"{text}\n")
        out.flush()
        os.fsync(out.fileno())
