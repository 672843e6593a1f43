"""Write an export into a draft beside it, which can be gone on with, and which gets the name once it is whole."""

import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

from monitor.edges.warc_files import sync_directory
from monitor.edges.whole_file import give_name, refuse_taken, shortened
from monitor.errors import MonitorError, UsageError

INDEX = "index.jsonl"


def draft_of(path: Path) -> Path:
    """Return the draft of a file or folder."""
    return path.with_name(f".{shortened(path.name)}.part")


class Draft:
    """A draft of a file. `stream` is what it is written through, unbuffered, at its end.

    Beside it lies a note of how far it has come: whoever goes on cuts off what was written since. One process writes a
    draft at a time.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.waiting = draft_of(path)
        self._note = path.with_name(f"{self.waiting.name}.json")
        self._over = False
        self.stream: BinaryIO = self._open()

    @property
    def _written(self) -> Path:
        return self.waiting

    def _open(self) -> BinaryIO:
        stream = self._locked()
        if os.fstat(stream.fileno()).st_nlink == 1:
            return stream
        self._written.unlink()  # it has got its name, which a crash left it beside this one: it must not be cut
        stream.close()
        return self._locked()

    def _locked(self) -> BinaryIO:
        if self.waiting.is_symlink():
            raise UsageError(f"{self.waiting} leads elsewhere", hint="remove it")
        try:
            stream = self._written.open("ab", buffering=0)
        except OSError as error:
            raise MonitorError(f"{self.path} cannot be written: {error.strerror or error}") from error
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            stream.close()
            busy = f"another export to {self.path} is under way"
            raise UsageError(busy, hint="wait for it, or name another file") from error
        return stream

    def left(self) -> Mapping[str, Any] | None:
        """Return the note of an export that was interrupted, where its draft is still as long as the note says."""
        try:
            note = json.loads(self._note.read_bytes())
        except (OSError, ValueError):
            return None
        whole = isinstance(note, dict) and os.fstat(self.stream.fileno()).st_size >= note.get("length", 0)
        return note if whole else None

    def begin(self, length: int = 0) -> None:
        """Go on after so many bytes; what is behind them, or beside them in an older draft, is forgotten."""
        self.stream.truncate(length)
        self.stream.seek(length)
        if not length:
            self._note.unlink(missing_ok=True)

    def note(self, length: int, told: Mapping[str, Any]) -> None:
        """Keep for whoever goes on how far the draft is good, and what else must be known then."""
        os.fsync(self.stream.fileno())
        new = self._note.with_name(f"{self._note.name}.new")
        new.write_text(json.dumps({**told, "length": length}), encoding="utf-8")
        new.replace(self._note)

    def finish(self) -> int:
        """Give the draft its name; return its size in bytes. Raises UsageError when something has the name by now."""
        os.fsync(self.stream.fileno())
        size = os.fstat(self.stream.fileno()).st_size
        give_name(self.waiting, self.path)
        self.discard()
        return size

    def close(self) -> None:
        """Leave the draft for whoever goes on; one of which nothing was noted is removed."""
        if not self._over and not self._note.exists():
            self.discard()
        self.stream.close()

    def discard(self) -> None:
        """Leave nothing."""
        self._note.unlink(missing_ok=True)
        self.waiting.unlink(missing_ok=True)
        self._close()

    def _close(self) -> None:
        self._over = True
        self.stream.close()


class FolderDraft(Draft):
    """A draft of a folder of texts; its stream is the index. Its files may go into a folder that is there already."""

    @property
    def _written(self) -> Path:
        self.waiting.mkdir(exist_ok=True)
        return self.waiting / INDEX

    def put(self, name: str, data: bytes) -> None:
        """Write a file, named as in the index."""
        place = self.waiting / name
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(data)

    def begin(self, length: int = 0) -> None:
        """Go on after so many bytes of the index, or from nothing."""
        if not length:
            for one in self.waiting.iterdir():
                if one.is_dir():
                    shutil.rmtree(one)
        super().begin(length)

    def finish(self) -> int:
        """Give the folder its name; return the bytes of all its files."""
        os.sync()  # thousands of small files at once, not one after the other
        size = sum(one.stat().st_size for one in self.waiting.rglob("*") if one.is_file())
        refuse_taken(self.path)
        self.waiting.rename(self.path)
        self._note.unlink(missing_ok=True)
        self._close()
        sync_directory(self.path.parent)
        return size

    def finish_into(self, dropped: set[int]) -> int:
        """Put the files into the folder that is there; return their bytes. `dropped` are documents to be forgotten.

        Files that a document had under another name are removed. The index comes last, whole: interrupted, it is done
        again by the next export.
        """
        self._note.unlink(missing_ok=True)  # half of the files gone from it, it is no draft to go on with
        new = _lines(self.waiting / INDEX)
        replaced = {line["document"] for line in new} | dropped
        kept = [line for line in _lines(self.path / INDEX) if line["document"] not in replaced]
        files, size = {str(line["file"]) for line in (*kept, *new)}, 0
        old = [line for line in _lines(self.path / INDEX) if line["document"] in replaced and line["file"] not in files]
        for name in {str(line["file"]) for line in new}:
            size += (self.waiting / name).stat().st_size
            (self.path / name).parent.mkdir(exist_ok=True)
            (self.waiting / name).replace(self.path / name)
        for line in old:
            _inside(self.path, str(line["file"])).unlink(missing_ok=True)
        text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in sorted((*kept, *new), key=_by_file))
        (self.waiting / INDEX).write_text(text, encoding="utf-8")
        os.sync()
        (self.waiting / INDEX).replace(self.path / INDEX)
        sync_directory(self.path)
        self.discard()
        return size

    def discard(self) -> None:
        """Leave nothing."""
        self._note.unlink(missing_ok=True)
        shutil.rmtree(self.waiting, ignore_errors=True)
        self._close()


def documents_in(folder: Path) -> set[int]:
    """Return the documents that the index of a folder of texts names. Raises UsageError where there is none."""
    return {line["document"] for line in _lines(folder / INDEX)}


def _lines(index: Path) -> list[dict[str, Any]]:
    hint = "name a folder that is not there yet, or one that was exported before"
    try:
        lines = [json.loads(line) for line in index.read_text(encoding="utf-8").split("\n") if line]
        whole = all({"document", "file"} <= set(line) for line in lines)
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(f"{index.parent} is no folder of exported texts", hint=hint) from error
    if not whole:
        raise UsageError(f"{index.parent} is no folder of exported texts", hint=hint)
    return lines


def _by_file(line: Mapping[str, Any]) -> tuple[bool, str, int]:
    return (not str(line["file"]).startswith("seed/"), str(line["file"]), line.get("line") or 0)


def _inside(folder: Path, name: str) -> Path:
    """Return a file of the index, which anyone may have written, as one that lies in its folder."""
    kind, _, own = name.partition("/")
    if kind not in ("seed", "new") or not own or own in (".", "..") or "/" in own or "\0" in own:
        raise UsageError(f"{folder / INDEX} names a file that is not in the folder: {name[:200]!r}")
    return folder / kind / own
