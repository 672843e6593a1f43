"""The folder of backups: pieces named by the SHA-256 of what is in them, and a manifest for every snapshot.

    objects/ab/abcdef…     a piece, compressed with zstd
    snapshots/NAME.json    what a snapshot consists of; it is written last, so what it names is there
    snapshots/NAME.checked when all of it was last read and found right
    drafts/                what is being written
    damaged/               pieces that were found to be something else than their names say

A file is written as a draft, synced, and only then named. One process writes at a time; any number may read.
"""

import contextlib
import errno
import fcntl
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import zstandard

from monitor.core.manifests import Piece, is_digest
from monitor.edges.warc_files import sync_directory
from monitor.errors import EvidenceError, MonitorError, NotFoundError

LEVEL = 3  # of zstd: 6 makes a database 5 % smaller in three times the time
MANIFEST, CHECKED = ".json", ".checked"
_BEGINNING = 65_536  # bytes of a manifest that its summary stands in


class Vault:
    """A folder of backups. Whatever is written becomes certain with `settle`, or with a manifest. Raises MonitorError.

    Only its owner may read it: archives hold what was never published, and digests of tokens.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.drafts = folder / "drafts"
        self._objects, self._manifests = folder / "objects", folder / "snapshots"
        self._unsettled: set[Path] = set()

    def make(self) -> None:
        """Make the folder where there is none; one that holds something else is refused."""
        with _told(self.folder):
            if self.folder.exists() and not self._manifests.is_dir() and any(self.folder.iterdir()):
                raise MonitorError(f"{self.folder} holds something that is no backup", hint="name an empty folder")
            self._furnish()

    def _furnish(self) -> None:
        """Make the folders that are missing: a copy of the whole may lack those that were empty."""
        for each in (self.folder, self._manifests, self._objects, self.drafts):
            if not each.is_dir():
                each.mkdir(mode=0o700, parents=True)
                sync_directory(each.parent)

    def must_exist(self) -> None:
        """Raise NotFoundError where there is no folder of backups."""
        if not self._manifests.is_dir():
            raise NotFoundError(f"there are no backups in {self.folder}", hint="`monitor backup` makes one")

    @contextmanager
    def held(self, *, shared: bool = False) -> Iterator[None]:
        """Keep others from writing meanwhile; alone unless `shared`. Raises MonitorError while another holds it."""
        with contextlib.ExitStack() as stack:
            with _told(self.folder):
                self._lock(stack, shared=shared)
                if not shared:
                    self._furnish()
                    self._sweep_drafts()
            yield

    def _lock(self, stack: contextlib.ExitStack, *, shared: bool) -> None:
        try:
            fd = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            if shared and error.errno in (errno.EROFS, errno.EACCES):
                return  # a medium that nobody can write to: nothing has to be kept away
            raise
        stack.callback(os.close, fd)
        try:
            fcntl.flock(fd, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
        except BlockingIOError as error:
            busy = f"another backup, check or restore works with {self.folder}"
            raise MonitorError(busy, hint="wait for it to end") from error

    def _sweep_drafts(self) -> None:
        """Take away what a backup that was interrupted left half-written."""
        for left in self.drafts.iterdir():
            left.unlink()

    def free(self) -> int:
        """Return the bytes free on its disk."""
        return shutil.disk_usage(self.folder).free

    # --- pieces ---------------------------------------------------------------------------------------------------

    def has(self, piece: Piece) -> bool:
        """Say whether a piece is there."""
        return self._place(piece.sha256).exists()

    def put(self, data: bytes) -> tuple[Piece, int]:
        """Keep a piece that is not there yet; return it, and the bytes that this took on the disk."""
        piece = Piece(hashlib.sha256(data).hexdigest(), len(data))
        place = self._place(piece.sha256)
        self._unsettled.add(place.parent)  # also of one that is there: a backup that was killed may have left it
        if place.exists():
            return piece, 0
        packed = zstandard.ZstdCompressor(LEVEL, write_checksum=True).compress(data)
        with _told(self.folder):
            place.parent.mkdir(mode=0o700, exist_ok=True)
            self._write(place, packed)
        return piece, len(packed)

    def get(self, piece: Piece) -> bytes:
        """Return what a piece holds. Raises EvidenceError where it is gone, or is something else by now."""
        try:
            packed = self._place(piece.sha256).read_bytes()
            if zstandard.frame_content_size(packed) != piece.size:
                raise EvidenceError(f"piece {piece.sha256} is damaged: it has another length")
            data = zstandard.ZstdDecompressor().decompress(packed, max_output_size=piece.size)
        except FileNotFoundError as error:
            raise EvidenceError(f"piece {piece.sha256} is missing") from error
        except (OSError, zstandard.ZstdError) as error:
            raise EvidenceError(f"piece {piece.sha256} is damaged: {error}") from error
        if hashlib.sha256(data).hexdigest() != piece.sha256:
            raise EvidenceError(f"piece {piece.sha256} is damaged: its SHA-256 is another")
        return data

    def set_aside(self, piece: Piece) -> None:
        """Put a damaged piece where nobody takes it for what its name says; the next backup may store it anew."""
        with _told(self.folder):
            (self.folder / "damaged").mkdir(mode=0o700, exist_ok=True)
            place = self._place(piece.sha256)
            if place.exists():
                place.rename(self.folder / "damaged" / piece.sha256)

    def pieces(self) -> Iterator[tuple[str, int]]:
        """Yield every piece by its SHA-256, and its bytes on the disk; what others put there is left out."""
        with _told(self.folder):
            for folder in sorted(self._objects.glob("[0-9a-f][0-9a-f]")):
                for one in os.scandir(folder):
                    if is_digest(one.name):
                        yield one.name, one.stat().st_size

    def drop(self, sha256: str) -> None:
        """Remove a piece."""
        with _told(self.folder):
            self._place(sha256).unlink()

    def settle(self) -> None:
        """Make the names of all that was put last."""
        with _told(self.folder):
            for folder in (*sorted(self._unsettled), self._objects):
                sync_directory(folder)
        self._unsettled.clear()

    def _place(self, sha256: str) -> Path:
        return self._objects / sha256[:2] / sha256

    # --- manifests ------------------------------------------------------------------------------------------------

    def names(self) -> tuple[str, ...]:
        """Return the names of the snapshots, oldest first; they begin with their time."""
        self.must_exist()
        return tuple(sorted(path.stem for path in self._manifests.glob(f"*{MANIFEST}")))

    def manifest(self, name: str) -> str:
        """Return the page about a snapshot. Raises NotFoundError, EvidenceError for what is no text."""
        try:
            return (self._manifests / f"{name}{MANIFEST}").read_text(encoding="utf-8")
        except FileNotFoundError as error:
            there = f"`monitor backup {self.folder} --list` shows those there are"
            raise NotFoundError(f"there is no snapshot {name} in {self.folder}", hint=there) from error
        except (OSError, UnicodeDecodeError) as error:
            raise EvidenceError(f"the manifest of snapshot {name} cannot be read: {error}") from error

    def beginning(self, name: str) -> str:
        """Return how the page about a snapshot begins."""
        with _told(self.folder), (self._manifests / f"{name}{MANIFEST}").open(encoding="utf-8", errors="replace") as it:
            return it.read(_BEGINNING)

    def add_manifest(self, name: str, text: str) -> None:
        """Name a snapshot, once everything that was put is certain."""
        self.settle()
        with _told(self.folder):
            self._write(self._manifests / f"{name}{MANIFEST}", text.encode())
            sync_directory(self._manifests)

    def drop_manifest(self, name: str) -> None:
        """Forget a snapshot; the pieces that nobody else names can be dropped from then on."""
        with _told(self.folder):
            (self._manifests / f"{name}{CHECKED}").unlink(missing_ok=True)
            (self._manifests / f"{name}{MANIFEST}").unlink()
            sync_directory(self._manifests)

    def checked(self, name: str) -> str | None:
        """Return when a snapshot was last read and found right, as `note_checked` was told."""
        try:
            return (self._manifests / f"{name}{CHECKED}").read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError):
            return None

    def forget_checked(self, name: str) -> None:
        """Take back that a snapshot was found right."""
        with _told(self.folder):
            (self._manifests / f"{name}{CHECKED}").unlink(missing_ok=True)

    def note_checked(self, name: str, when: str) -> None:
        """Keep when a snapshot was read and found right."""
        with _told(self.folder):
            self._write(self._manifests / f"{name}{CHECKED}", when.encode())

    def _write(self, place: Path, data: bytes) -> None:
        draft = self.drafts / secrets.token_hex(8)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        draft.rename(place)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        said = error.strerror or str(error)
        raise MonitorError(f"{folder} cannot be used: {said}", hint="look at its disk and its permissions") from error
