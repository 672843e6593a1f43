"""Where evidence is read: in the folder of this machine first, then in the object store, where there is one."""

import io
import os
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from monitor.edges.warc_files import MissingFileError, of_gzip, open_file, read_record
from monitor.edges.warc_walk import find_file

if TYPE_CHECKING:
    from monitor.edges.object_store import ObjectStore


class StoredFile(NamedTuple):
    """A file that lies in the object store. To be opened where a path is."""

    name: str
    store: "ObjectStore"

    def open(self, _mode: str = "rb") -> BinaryIO:
        """Return it as a stream. Raises EvidenceError."""
        return self.store.open(self.name)


class Places:
    """A folder of evidence, and the store beside it. `store` is None where none is configured.

    The store is made when a file is not in the folder: most commands never need it.
    """

    def __init__(self, directory: Path, make_store: "Callable[[], ObjectStore | None]") -> None:
        self.directory = directory
        self._make_store = make_store
        self.named: set[str] = set()  # files of which the database knows in which folder they lie

    @cached_property
    def store(self) -> "ObjectStore | None":
        """Return the store. Raises ConfigError where its options are wrong."""
        return self._make_store()

    def find(self, name: str, *, stored: bool) -> Path | StoredFile | None:
        """Return where a file is to be read, None for nowhere; `stored` says that the database has it in the store."""
        path = find_file(self.directory, name)
        if path is None and stored and self.store is not None:
            return StoredFile(name, self.store)
        return path

    def open(self, name: str) -> BinaryIO | None:
        """Open a file where it is; None where it is nowhere. Raises OSError, UnreachableError."""
        found = open_file(self.directory, name)
        if found is not None or self.store is None:
            return found
        from monitor.edges.object_store import MissingObjectError

        try:
            return self.store.open(name)
        except MissingObjectError:
            return None

    def read_record(self, file: str, offset: int, length: int) -> bytes:
        """Return the record at a place of a file, uncompressed.

        From the store only that range is asked for. Raises MissingFileError where the file is in neither, EvidenceError
        for anything else that keeps it from being read.
        """
        try:
            return read_record(self.directory, file, offset, length)
        except MissingFileError:
            if self.store is None:
                raise
            return self._stored_record(self.store, file, offset, length)

    def _stored_record(self, store: "ObjectStore", file: str, offset: int, length: int) -> bytes:
        from monitor.edges.object_store import MissingObjectError

        try:
            data = store.read(file, offset, length)
            if file.endswith(".zst") and len(data) == length:
                with store.open(file) as stream:
                    return _of_zstd(stream, data, file, offset)
        except MissingObjectError as error:
            raise MissingFileError(
                f"{file} is missing", hint=f"it should be in {self.directory}, or in {store.url}"
            ) from error
        return of_gzip(data, file, offset, length)


def _of_zstd(stream: BinaryIO, data: bytes, file: str, offset: int) -> bytes:
    from monitor.edges import warc_zstd  # most archives have no such file

    return warc_zstd.content(stream, data, file, offset, key_of(stream, file))


def key_of(stream: BinaryIO, file: str) -> tuple[int, int, int, int]:
    """Return what tells an open file from every other, and from what it was before."""
    try:
        about = os.fstat(stream.fileno())
    except io.UnsupportedOperation:  # it lies in the store, where a name stands for the same bytes for ever
        return -1, int.from_bytes(sha256(file.encode()).digest()[:8]), 0, 0
    return about.st_dev, about.st_ino, about.st_size, about.st_mtime_ns


def readable(places: "Places | Path", name: str) -> BinaryIO | None:
    """Open a file of a folder, or of a store beside it; None where it is not there. Raises OSError, EvidenceError."""
    return open_file(places, name) if isinstance(places, Path) else places.open(name)
