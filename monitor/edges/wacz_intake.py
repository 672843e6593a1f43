"""Look into WACZ files (a ZIP with WARC files in `archive/`) that are not to be trusted.

Nothing is ever written to disk by a name from the file: members are read where they lie. Every name is judged all the
same, since one that leads out of a folder shows what the file is for.
"""

import hashlib
import json
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any, BinaryIO
from zipfile import ZipFile, ZipInfo

from monitor.edges.warc_containers import UNREADABLE
from monitor.evidence_answers import Fault

DATAPACKAGE = "datapackage.json"
_MOST_MEMBERS = 100_000
_MOST_READ = 64 << 20  # bytes at once; the directory of a ZIP is read as one
_MOST_PACKAGE = 32 << 20
_MOST_RATIO = 1_100  # deflate makes 1,032 of one at best
_CHUNK = 1 << 20
_NESTED = (".wacz", ".zip", ".tar", ".tgz")
_WARCS = (".warc", ".warc.gz", ".warc.zst")


class _Wary:
    """A file of which no more is read at once than is good for us, whatever a directory of 4 GB asks for."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.seek, self.tell, self.seekable = stream.seek, stream.tell, stream.seekable

    def read(self, size: int = -1) -> bytes:
        """Read; refuse too much. Raises ValueError, OSError."""
        if size > _MOST_READ:
            raise ValueError(f"{size} bytes are asked for at once")
        return self._stream.read(_MOST_READ if size < 0 else size)

    def close(self) -> None:
        """Leave the file to whoever opened it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A WARC file within a WACZ: its name in faults, its size, and what it should be by the package's list."""

    info: ZipInfo
    called: str
    size: int


class Wacz:
    """An open WACZ file; `called` is its name in faults. To be closed by whoever opened `stream`."""

    def __init__(self, stream: BinaryIO, called: str, size: int) -> None:
        self.called = called
        self._stream = stream
        self._size = size
        self._zip: ZipFile | None = None
        self._infos: list[ZipInfo] = []
        self._hashes: dict[str, tuple[str, int | None]] = {}

    def open(self) -> Iterator[Fault]:
        """Read the directory and the list, and yield what is wrong with them. Never raises for what is in the file."""
        try:
            self._zip = ZipFile(_Wary(self._stream))
            infos = self._zip.infolist()
        except UNREADABLE as error:
            yield Fault("no-zip", self.called, f"it is no ZIP file, or a damaged one: {error}", 0)
            return
        if len(infos) > _MOST_MEMBERS:
            yield Fault("gave-up", self.called, f"it has {len(infos)} members", 0)
            return
        yield from self._judged(infos)
        yield from self._listed()

    def members(self) -> tuple[Member, ...]:
        """Return the WARC files in it that can be read."""
        found = [one for one in self._infos if one.filename.startswith("archive/")]
        return tuple(Member(one, f"{self.called}!{one.filename}", one.file_size) for one in found)

    def stream(self, member: Member) -> IO[bytes]:
        """Open a member. Raises what reading a ZIP raises."""
        assert self._zip is not None
        return self._zip.open(member.info)

    def misfit(self, member: Member, sha256: str) -> Fault | None:
        """Say whether a member that was read is not the one that the package lists."""
        said = self._hashes.get(member.info.filename)
        if said is None:
            return Fault("unlisted", member.called, f"{DATAPACKAGE} does not tell of it", 0)
        return self._compared(member.called, member.size, sha256, said)

    def others(self) -> Iterator[Fault]:
        """Read the other members that the package lists, and yield those that are not as it says."""
        for info in self._infos:
            said = self._hashes.get(info.filename)
            if said is None or info.filename.startswith("archive/"):
                continue
            called = f"{self.called}!{info.filename}"
            try:
                fault = self._compared(called, info.file_size, self._hashed(info), said)
            except UNREADABLE as error:
                fault = Fault("unreadable", called, f"it cannot be read: {error}", 0)
            if fault:
                yield fault

    def _compared(self, called: str, size: int, sha256: str, said: tuple[str, int | None]) -> Fault | None:
        if said[1] is not None and said[1] != size:
            return Fault("wrong-size", called, f"{DATAPACKAGE} says {said[1]} bytes, and it has {size}", 0)
        if said[0] != f"sha256:{sha256}":
            return Fault("wrong-hash", called, f"{DATAPACKAGE} says {said[0][:100]!r}, and it is sha256:{sha256}", 0)
        return None

    def _hashed(self, info: ZipInfo) -> str:
        assert self._zip is not None
        sha256 = hashlib.sha256()
        with self._zip.open(info) as stream:
            while chunk := stream.read(_CHUNK):
                sha256.update(chunk)
        return sha256.hexdigest()

    def _judged(self, infos: list[ZipInfo]) -> Iterator[Fault]:
        seen: set[str] = set()
        end = 0
        for info in sorted(infos, key=lambda one: one.header_offset):
            fault = _wrong(info, self._size) or (("duplicate-name", "twice in it") if info.filename in seen else None)
            fault = fault or (("overlap", "it lies within another member") if info.header_offset < end else None)
            seen.add(info.filename)
            if fault:
                yield Fault(
                    fault[0],
                    f"{self.called}!{info.filename[:200]}",
                    fault[1],
                    min(max(info.header_offset, 0), self._size),
                )
                continue
            end = info.header_offset + info.compress_size
            if not info.is_dir():
                self._infos.append(info)

    def _listed(self) -> Iterator[Fault]:
        """Read the package's list, and yield what is wrong with it."""
        called = f"{self.called}!{DATAPACKAGE}"
        info = next((one for one in self._infos if one.filename == DATAPACKAGE), None)
        if info is None:
            yield Fault("no-datapackage", self.called, f"it has no {DATAPACKAGE} that lists what it holds", 0)
            return
        try:
            self._hashes = dict(_resources(self._package(info)))
        except (*UNREADABLE, RecursionError, TypeError, KeyError, AttributeError) as error:
            yield Fault("bad-datapackage", called, f"it is no list of resources: {str(error)[:200]}", 0)
            return
        there = {one.filename for one in self._infos}
        for name in sorted(self._hashes.keys() - there):
            yield Fault("missing", called, f"it lists {name[:200]!r}, which is not there or was refused", 0)

    def _package(self, info: ZipInfo) -> Any:
        assert self._zip is not None
        if info.file_size > _MOST_PACKAGE:
            raise ValueError(f"it has {info.file_size} bytes")
        with self._zip.open(info) as stream:
            return json.loads(stream.read(_MOST_PACKAGE))


def _resources(package: Any) -> Iterator[tuple[str, tuple[str, int | None]]]:
    """Yield path, hash and size of each resource. Raises TypeError, KeyError, AttributeError for what is no list."""
    for one in package["resources"]:
        path, said, size = one["path"], one["hash"], one.get("bytes")
        if not isinstance(path, str) or not isinstance(said, str):
            raise TypeError("a path or hash is no text")
        yield path, (said.strip().lower(), size if isinstance(size, int) else None)


def _wrong(info: ZipInfo, size: int) -> tuple[str, str] | None:
    """Say what is wrong with a member by what the directory tells of it."""
    name = info.orig_filename
    path = PurePosixPath(name)
    leads_out = path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name or name != info.filename
    if leads_out or not name or not name.isprintable():
        return "bad-name", "its name leads out of the file, or is none"
    if stat.S_ISLNK(info.external_attr >> 16):
        return "symlink", "it is a link and no file"
    if info.flag_bits & 0x1:
        return "encrypted", "it is encrypted"
    if info.compress_type not in (0, 8):
        return "bad-compression", f"it is compressed in the way {info.compress_type}, and WACZ knows 0 and 8"
    if info.compress_size > size or not 0 <= info.header_offset < size:
        return "bad-size", "it would lie outside of the file, or be larger"
    if (info.file_size != info.compress_size) if info.compress_type == 0 else _is_bomb(info):
        return "bomb", f"{info.file_size} bytes are said to come of {info.compress_size}"
    if name.startswith("archive/") and name.lower().endswith(_NESTED):
        return "nested", "an archive within the archive"
    if name.startswith("archive/") and not info.is_dir() and not name.lower().endswith(_WARCS):
        return "no-warc", "no WARC file is called so"
    return None


def _is_bomb(info: ZipInfo) -> bool:
    return info.file_size > max(info.compress_size, 1) * _MOST_RATIO


def is_zip(path: Path) -> bool:
    """Say whether a file begins as ZIP files do, or is called a WACZ. Raises OSError."""
    with path.open("rb") as stream:
        return stream.read(4) == b"PK\x03\x04" or path.suffix.lower() == ".wacz"
