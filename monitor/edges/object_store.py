"""Evidence files as objects of S3 or a store like it: put once, never over other bytes, read back, read in ranges.

One object for each closed file, under its name. Whatever the store is, three things are asked of it: that an object is
there whole or not at all (multipart uploads are completed in one step), that a range of it can be read, and that a
removed one is gone.
"""

import hashlib
import io
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import BinaryIO, cast

import obstore
from obstore.exceptions import AlreadyExistsError, BaseError
from obstore.store import LocalStore, from_url

from monitor.edges.warc_files import sync_directory
from monitor.errors import ConfigError, EvidenceError

_PART = 8 << 20  # bytes of an upload sent at once, of which two are held; S3 takes 10,000 parts, so 80 GB a file
_AT_ONCE = 2
_BLOCK = 4 << 20  # bytes read ahead
_CHUNK = 1 << 20
_TIMEOUT = timedelta(seconds=60)  # of one request: a part, on a line of 1.1 Mbit/s
_RETRIES = 3
MARK = "monitor-store"  # a file beside the objects of a store that is a folder, by which it is known again


class UnreachableError(EvidenceError):
    """The store does not answer, or does not let us in: what is asked for may well be there."""


class MissingObjectError(EvidenceError):
    """The store answers, and has no such object."""


class OtherBytesError(EvidenceError):
    """The object is there and is not what was stored."""


class ObjectStore:
    """A bucket, or a part of one. Blocking: to be used in threads, in any number of them. `url` names it to people."""

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        """Take a URL (s3, gs, az or file) and the store's own options. Asks nothing yet. Raises ConfigError."""
        self.url = url.rstrip("/")
        try:
            self._store = _opened(self.url, options)
        except (BaseError, ValueError, TypeError, OSError) as error:
            raise ConfigError(
                f"evidence.store: {_line(error)}", hint="docs/storage.md tells what it takes"
            ) from None  # what it says of its options is no secret, the traceback may be one

    def named(self, name: str) -> str:
        """Return the URL of an object."""
        return f"{self.url}/{name}"

    def need(self) -> None:
        """Make sure, where files were stored before, that a folder is the one in which they were.

        A disk that is not mounted leaves an empty folder, and all in it would count as gone. Raises UnreachableError.
        """
        if isinstance(self._store, LocalStore) and not (mark := Path(str(self._store.prefix)) / MARK).exists():
            raise UnreachableError(
                f"{self.url} is not the folder in which files were stored: there is no file {MARK}",
                hint=f"is the disk mounted? if it is a new one, as it should be: touch {mark}",
            )

    def size(self, name: str) -> int | None:
        """Return how many bytes an object has, None where there is none. Raises UnreachableError."""
        try:
            with self._asked(name):
                return obstore.head(self._store, name)["size"]
        except MissingObjectError:
            return None

    def put(self, path: Path, name: str, sha256: str) -> None:
        """Store a closed file whose SHA-256 is known, and read it back; to be called again after any failure.

        What is there already stays: where it is the same, all is well, else OtherBytesError. Raises EvidenceError where
        the file is not what it was, UnreachableError.
        """
        if self.size(name) is None:
            self._upload(path, name, sha256)
        self.check(name, path.stat().st_size, sha256)

    def check(self, name: str, length: int, sha256: str) -> None:
        """Read an object and compare it. Raises MissingObjectError, OtherBytesError, UnreachableError."""
        with self.open(name) as stream:
            found = hashlib.sha256()
            while data := stream.read(_CHUNK):
                found.update(data)
            if (stream.tell(), found.hexdigest()) != (length, sha256):
                raise OtherBytesError(
                    f"{self.named(name)} has {stream.tell()} bytes with the SHA-256 {found.hexdigest()}; "
                    f"{length} with {sha256} were expected",
                    hint="keep it as it is, and find out who wrote it",
                )

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Return a range of an object, fewer bytes where it ends before. Raises as `check`, but for OtherBytesError."""
        with self._asked(name):
            return bytes(obstore.get_range(self._store, name, start=offset, length=length))

    def open(self, name: str) -> BinaryIO:
        """Return an object as a stream that can be read and sought. Raises MissingObjectError, UnreachableError."""
        size = self.size(name)
        if size is None:
            raise MissingObjectError(f"{self.named(name)} is missing")
        return cast(BinaryIO, _Stream(self, name, size))

    def fetch(self, name: str, to: Path, sha256: str | None) -> None:
        """Write an object into a file, synced, and compare it, unless `sha256` is None; none is left where it differs.

        Raises MissingObjectError, OtherBytesError, UnreachableError, EvidenceError for a disk that does not take it.
        """
        found = hashlib.sha256()
        try:
            with self.open(name) as stream, to.open("wb") as out:
                while data := stream.read(_CHUNK):
                    found.update(data)
                    out.write(data)
                out.flush()
                os.fsync(out.fileno())
            if sha256 is not None and found.hexdigest() != sha256:
                raise OtherBytesError(f"{self.named(name)} is not what was stored", hint="monitor verify")
        except OSError as error:
            to.unlink(missing_ok=True)
            raise EvidenceError(f"{to} cannot be written: {error.strerror}", hint="check the free space") from error
        except EvidenceError:
            to.unlink(missing_ok=True)
            raise

    def remove(self, name: str) -> None:
        """Remove an object and see that it is gone; one that is not there is. Raises EvidenceError."""
        try:
            with self._asked(name):
                obstore.delete(self._store, name)
        except MissingObjectError:
            return
        if self.size(name) is not None:
            raise EvidenceError(f"{self.named(name)} was removed, and is still there", hint="ask who runs the store")

    def _upload(self, path: Path, name: str, sha256: str) -> None:
        attributes: obstore.Attributes | None = None if isinstance(self._store, LocalStore) else {"sha256": sha256}
        with self._asked(name):
            if path.stat().st_size <= _PART:
                self._create(name, b"".join(_checked(path, sha256)), attributes)
            else:
                obstore.put(
                    self._store, name, _checked(path, sha256), attributes=attributes, use_multipart=True,
                    chunk_size=_PART, max_concurrency=_AT_ONCE,
                )  # fmt: skip
        if isinstance(self._store, LocalStore):
            _sync(Path(str(self._store.prefix)), name, MARK)

    def _create(self, name: str, data: bytes, attributes: "obstore.Attributes | None") -> None:
        try:
            obstore.put(self._store, name, data, mode="create", attributes=attributes, use_multipart=False)
        except AlreadyExistsError:
            return  # put meanwhile, by an earlier try that was given up here; it is compared next
        except NotImplementedError:  # a store without conditional writes: it was looked for before
            obstore.put(self._store, name, data, attributes=attributes, use_multipart=False)

    @contextmanager
    def _asked(self, name: str) -> Iterator[None]:
        if Path(name).name != name or not name:
            raise EvidenceError(f"{name!r} is no name of an evidence file")
        try:
            yield
        except FileNotFoundError as error:
            raise MissingObjectError(f"{self.named(name)} is missing") from error
        except (BaseError, OSError, NotImplementedError) as error:
            raise UnreachableError(
                f"{self.url} cannot be used: {_line(error)}", hint="check the network, evidence.store and its options"
            ) from error


class _Stream(io.RawIOBase):
    """An object read from front to back or anywhere, a block at a time."""

    def __init__(self, store: ObjectStore, name: str, size: int) -> None:
        self._store = store
        self._name = name
        self._size = size
        self._position = self._start = 0
        self._block = b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, position: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self._size}[whence]
        self._position = base + position
        return self._position

    def read(self, size: int = -1) -> bytes:
        """Return so many bytes, fewer only at the end."""
        wanted = max(0, self._size - self._position)
        wanted = wanted if size < 0 else min(size, wanted)
        parts = []
        while wanted:
            part = self._at(self._position)[:wanted]
            if not part:
                break
            parts.append(part)
            self._position += len(part)
            wanted -= len(part)
        return b"".join(parts)

    def _at(self, position: int) -> bytes:
        """Return what is held from a place on, read when it is not."""
        if not self._start <= position < self._start + len(self._block):
            length = min(_BLOCK, self._size - position)
            self._start, self._block = position, self._store.read(self._name, position, length)
        return self._block[position - self._start :]


def _opened(url: str, options: Mapping[str, str]) -> "obstore.store.ObjectStore":
    if url.startswith("file://"):
        if options:
            raise ValueError("a folder takes no options")
        return LocalStore(url.removeprefix("file://"), mkdir=True)
    plain = any(key.endswith("endpoint") and value.startswith("http://") for key, value in options.items())
    opened: Callable[..., obstore.store.ObjectStore] = from_url  # which options there are depends on the scheme
    return opened(
        url,
        config=dict(options),
        client_options={"timeout": _TIMEOUT, "connect_timeout": timedelta(seconds=5), "allow_http": plain},
        retry_config={"max_retries": _RETRIES, "retry_timeout": _TIMEOUT},
    )


def _checked(path: Path, sha256: str) -> Iterator[bytes]:
    """Yield the bytes of a file. Raises EvidenceError before the end where they are others than they were."""
    found = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while data := stream.read(_CHUNK):
                found.update(data)
                yield data
    except OSError as error:
        raise EvidenceError(f"{path.name} cannot be read: {error.strerror}") from error
    if found.hexdigest() != sha256:
        raise EvidenceError(f"{path.name} is not what was verified any more", hint="monitor verify")


def _sync(folder: Path, *names: str) -> None:
    """Make files of a store that is a folder last, as evidence does; the library leaves that to the system."""
    try:
        (folder / MARK).touch()
        for name in names:
            with (folder / name).open("rb") as stream:
                os.fsync(stream.fileno())
        sync_directory(folder)
    except OSError as error:
        raise UnreachableError(f"{folder} cannot be written: {error.strerror}") from error


def _line(error: BaseException) -> str:
    """Return the first line of what the library says: below it are its own innards."""
    return next(iter(str(error).splitlines()), type(error).__name__).strip()
